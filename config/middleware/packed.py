"""Pages go over the wire packed, but those whose length must say nothing."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

API = "/api/"  # its entity tags stand for the very bytes that are sent


class PackedMiddleware(GZipMiddleware):
    """Django's own, which adds noise against guessing secrets from lengths; what may not be transformed stays as it is."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Pack an answer, unless it is a program's or says that nobody may transform it."""
        if request.path.startswith(API) or "no-transform" in response.get("Cache-Control", ""):
            return response
        return super().process_response(request, response)
