"""Tests talk plain HTTP and serve the static files of the work tree, whatever an instance would do."""

from django.conf import settings


def serve_plainly() -> None:
    """Redirect nothing to HTTPS, send cookies over HTTP, and take static files as they are, uncollected."""
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
