"""Versions of what is represented (RFC 9110 §8.8, §13): nobody overwrites what they have not seen."""

import hashlib
import json
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.problems import precondition_failed, precondition_required


def etag(data: Any) -> str:
    """Return the strong entity tag of a representation: a digest of its canonical JSON."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def tags(header: str) -> set[str]:
    """Return the entity tags in a header's value."""
    return {tag.strip().removeprefix("W/") for tag in header.split(",") if tag.strip()}


def detail(request: Request, data: Any, *, status: int = 200) -> Response:
    """Answer with a representation and its tag; 304 to who has it already."""
    tag = etag(data)
    known = tags(request.headers.get("If-None-Match", ""))
    if request.method in {"GET", "HEAD"} and known & {tag, "*"}:
        return Response(status=304, headers={"ETag": tag})
    return Response(data, status=status, headers={"ETag": tag})


def check_match(request: Request, data: Any | None) -> None:
    """Let a write through only to the version it was made for; ``data`` is what stands, None for nothing.

    Raises a problem: 428 when no condition was sent, 412 when it does not hold.
    """
    match, none_match = request.headers.get("If-Match"), request.headers.get("If-None-Match")
    if match is None and none_match is None:
        raise precondition_required(
            _(
                "Send If-Match with the ETag of what you read, or If-None-Match: * to write it for the first time."
            )
        )
    current = etag(data) if data is not None else ""
    if match is not None and not (current and tags(match) & {current, "*"}):
        raise precondition_failed(_changed(), current)
    if none_match is not None and current and tags(none_match) & {current, "*"}:
        raise precondition_failed(_changed(), current)


def _changed() -> str:
    return _("It is not as you read it: somebody has written it since, or it is not there. Read it again.")
