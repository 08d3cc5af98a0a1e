"""The site, and the gallery of components, which production does not serve."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from workplaces.presentation.gallery import samples


def gallery(request: HttpRequest) -> HttpResponse:
    return render(request, "_components/gallery.html", samples(datetime(2026, 4, 20, 14, 2, tzinfo=UTC)))


urlpatterns = [path("gallery-of-tests/", gallery), path("", include("config.urls"))]
