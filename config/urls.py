"""Addresses of the whole site."""

from django.conf import settings
from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from config import views
from planning.api.docs import api_docs

handler400 = "config.problems.bad_request"
handler403 = "config.problems.permission_denied"
handler404 = "config.problems.page_not_found"
handler500 = "config.problems.server_error"

# Addresses are tried in this order: those of the councils first, where everybody votes at once.
urlpatterns = [
    path("councils/", include("councils.urls")),
    path("", views.home, name="home"),
    path("theme/", views.theme, name="theme"),
    path("help/", views.help_page, name="help"),
    path("hat/", views.act_as, name="act_as"),
    path("healthz", views.healthz, name="healthz"),
    path("metrics", views.metrics, name="metrics"),
    path("accounts/", include("allauth.urls")),
    path("language/", require_POST(set_language), name="set_language"),
    path("api/", api_docs, name="api_docs"),
    path("api/v1/", include("planning.api.urls")),
    path("tokens/", include("planning.api.token_urls")),
    path("notices/", include("planning.notices.urls")),
    path("setup/", include("planning.federation.urls")),
    path("", include("planning.urls")),
    path("", include("workplaces.urls")),
    path("record/", include("workplaces.record.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("planning.demo.urls")))
if settings.DEMO or settings.DEBUG:
    urlpatterns.append(path("gallery/", views.gallery, name="gallery"))
