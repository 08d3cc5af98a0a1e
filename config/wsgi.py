"""The WSGI application that granian or gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
# Reads the code of every page now: a process takes requests once it can answer them, not some seconds before.
_ = get_resolver().url_patterns
