"""Addresses for the tests of signing in, whether this process is in demo mode or not."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from planning.demo.views import demo_sign_in


def home(request: HttpRequest) -> HttpResponse:
    """Say who is signed in."""
    return HttpResponse(str(request.user))


urlpatterns = [path("", home, name="home"), path("demo/sign-in/", demo_sign_in)]
