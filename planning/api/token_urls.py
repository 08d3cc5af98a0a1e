"""Addresses of the page on which a person makes tokens for programs."""

from django.urls import path

from planning.api import token_pages

app_name = "tokens"
urlpatterns = [
    path("", token_pages.tokens, name="list"),
    path("<uuid:public_id>/revoke/", token_pages.token_revoked, name="revoke"),
]
