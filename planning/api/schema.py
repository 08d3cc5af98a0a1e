"""The interface's own description, OpenAPI 3.1: open to everybody, so that a client can be made before signing in."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import condition, require_safe
from drf_spectacular.generators import SchemaGenerator

from planning.api.etags import etag

Document = dict[str, Any]


@cache
def document() -> Document:
    """Return the description; it is the same for everybody and as long as the process lives."""
    with translation.override("en"):
        found: Document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        plain: Document = json.loads(json.dumps(found, default=str))
        return plain


@cache
def _tag() -> str:
    return etag(document())


@require_safe
@condition(etag_func=lambda _request: _tag())
def schema(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Send it (``/api/v1/openapi.json``)."""
    text = json.dumps(document(), ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, content_type="application/json")
