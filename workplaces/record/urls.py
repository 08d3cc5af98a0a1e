"""Addresses of the public record: open to everybody, signed in or not."""

from django.urls import path

from workplaces.record import views

app_name = "record"
urlpatterns = [
    path("", views.entries, name="record"),
    path("entries/<int:number>/", views.entry, name="entry"),
    path("roots/", views.roots, name="roots"),
    path("proofs/<int:old>/<int:new>/", views.consistency, name="consistency"),
    path("receipt/", views.receipt, name="receipt"),
    path("export.jsonl", views.export, name="export"),
    path("verify.py", views.verifier, name="verifier"),
]
