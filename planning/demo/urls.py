"""Addresses of the demo. Outside demo mode there are none."""

from django.conf import settings
from django.urls import URLPattern, path

from planning.demo.views import demo_sign_in

app_name = "demo"
urlpatterns: list[URLPattern] = [path("sign-in/", demo_sign_in, name="sign_in")] if settings.DEMO else []
