"""Addresses of the whole site."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from config import views

handler400 = "config.problems.bad_request"
handler403 = "config.problems.permission_denied"
handler404 = "config.problems.page_not_found"
handler500 = "config.problems.server_error"


def rooms(*places: tuple[str, str]) -> list[URLPattern | URLResolver]:
    """Return the addresses of those rooms that have any."""
    return [path(prefix, include(module)) for prefix, module in places if find_spec(module)]


urlpatterns = [
    path("", views.home, name="home"),
    path("theme/", views.theme, name="theme"),
    path("hat/", views.act_as, name="act_as"),
    path("healthz", views.healthz, name="healthz"),
    path("metrics", views.metrics, name="metrics"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    *rooms(
        ("api/v1/", "planning.api.urls"),
        ("", "planning.urls"),
        ("", "workplaces.urls"),
        ("councils/", "councils.urls"),
        ("record/", "workplaces.record.urls"),
    ),
]

if settings.DEMO:
    urlpatterns += rooms(("demo/", "planning.demo.urls"))
if settings.DEMO or settings.DEBUG:
    urlpatterns.append(path("gallery/", views.gallery, name="gallery"))
