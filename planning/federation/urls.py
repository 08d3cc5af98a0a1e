"""Addresses of setting up."""

from django.urls import path

from planning.federation import views

app_name = "federation"

urlpatterns = [
    path("", views.setup, name="setup"),
    path("invitations/", views.invitations, name="invitations"),
    path("delegates/", views.delegates, name="delegates"),
]
