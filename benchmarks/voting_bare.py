"""What the web server, Django and PostgreSQL do at least for a committed row: one view, one statement, nothing else.

The yardstick of ``benchmarks.voting``: no sign-in, no CSRF, no permission, no roll, no receipt.
"""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

INSERT = "INSERT INTO bare_vote VALUES (%s, %s, %s, %s)"


def cast(request: HttpRequest, ballot: str) -> HttpResponse:
    """Write one row and answer."""
    form = request.POST
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [ballot, form["right"], form["option"], form["idempotency_key"]])
    return HttpResponse(status=302, headers={"Location": f"/?code={form['idempotency_key']}"})


urlpatterns = [path("councils/ballots/<uuid:ballot>/vote/", cast)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
settings.INSTALLED_APPS = []
settings.MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
settings.ROOT_URLCONF = __name__
application = get_wsgi_application()
