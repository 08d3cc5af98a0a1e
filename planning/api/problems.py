"""Errors as problem documents (RFC 9457): what is wrong, where, what to do."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from workplaces.errors import Refused, refusal_in

CONTENT_TYPE = "application/problem+json"
Fields = Mapping[str, Any]


class Problem(exceptions.APIException):
    """An error with a status, a sentence and a stable code of its own."""

    def __init__(self, status: int, detail: str, code: str, **headers: str) -> None:
        """Note what to answer."""
        super().__init__(detail, code)
        self.status_code = status
        self.headers = headers


def precondition_required(detail: str) -> Problem:
    """The client did not say which version it means to change."""
    return Problem(428, detail, "precondition-required")


def precondition_failed(detail: str, current: str = "") -> Problem:
    """The client means another version than the one that stands."""
    return Problem(412, detail, "precondition-failed", **({"ETag": current} if current else {}))


def document(
    status: int, *, detail: str = "", code: str = "", errors: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    """Return the members of a problem document; ``type`` is about:blank, so ``title`` is the status's phrase."""
    found: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return found | ({"detail": detail} if detail else {}) | {"code": code or _code(status)} | (
        {"errors": errors} if errors else {}
    )  # fmt: skip


def _code(status: int) -> str:
    return HTTPStatus(status).phrase.lower().replace(" ", "-")


def problem_response(
    status: int, *, detail: str = "", code: str = "", headers: Mapping[str, str] | None = None
) -> JsonResponse:
    """Return a problem document where no view of the REST framework is at work."""
    sentences = {
        400: _("The request cannot be read."),
        404: _("There is nothing at this address."),
        500: _("Something failed on our side; it has been logged."),
    }
    body = document(status, detail=detail or sentences.get(status, ""), code=code)
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE, headers=dict(headers or {}))


def problem_handler(exception: Exception, context: Mapping[str, Any]) -> Response | None:  # noqa: ARG001
    """Turn what a view raised into a problem document; what is no answer to the client stays an error."""
    if refused := refusal_in(exception):
        errors = [pointer(field, message) for field, message in refused.fields.items()]
        return _response(refused.status, refused.message, _refusal_code(refused), errors)
    if isinstance(exception, Http404):
        exception = exceptions.NotFound()
    elif isinstance(exception, PermissionDenied):
        exception = exceptions.PermissionDenied()
    if not isinstance(exception, exceptions.APIException):
        return None
    if isinstance(exception, exceptions.ValidationError):
        detail = _("Some fields cannot be taken; each says why.")
        return _response(422, detail, "invalid", list(_flat(exception.detail)), _headers(exception))
    code = exception.get_codes()
    return _response(
        exception.status_code, str(exception.detail), str(code).replace("_", "-"), [], _headers(exception)
    )


def _refusal_code(refused: Refused) -> str:
    return {403: "forbidden", 409: "not-now", 422: "invalid", 503: "clocks-differ"}.get(
        refused.status, "refused"
    )


def _response(
    status: int,
    detail: str,
    code: str,
    errors: list[dict[str, str]],
    headers: Mapping[str, str] | None = None,
) -> Response:
    body = document(status, detail=detail, code=code, errors=errors)
    return Response(body, status=status, content_type=CONTENT_TYPE, headers=dict(headers or {}))


def _headers(exception: exceptions.APIException) -> dict[str, str]:
    found = dict(getattr(exception, "headers", {}))
    if challenge := getattr(exception, "auth_header", None):
        found["WWW-Authenticate"] = challenge
    if wait := getattr(exception, "wait", None):
        found["Retry-After"] = f"{wait:.0f}"
    return found


@contextmanager
def pointing(told: Callable[[str], str]) -> Iterator[None]:
    """Have refusals point into the body that was sent: ``told`` returns where in it (a JSON pointer without its first
    stroke) that is which a service calls by a name of its own.
    """
    try:
        yield
    except Refused as refused:
        fields: dict[str, str] = {}
        for field, sentence in refused.fields.items():
            place = told(field)
            if sentence not in fields.get(place, ""):
                fields[place] = f"{fields[place]} {sentence}" if place in fields else sentence
        refused.fields = fields
        raise


def pointer(field: str, message: Any) -> dict[str, str]:
    """Say where in the body (a JSON pointer) something is wrong."""
    return {"pointer": f"/{field}", "detail": str(message)}


def _escaped(key: str) -> str:
    """Write a name as a JSON pointer has it (RFC 6901 §3)."""
    return str(key).replace("~", "~0").replace("/", "~1")


def _flat(detail: Any, path: str = "") -> Any:
    """Walk a validation error's tree and yield one entry per message."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            yield from _flat(value, path if key == "non_field_errors" else f"{path}/{_escaped(key)}")
    elif isinstance(detail, list | tuple):
        for index, value in enumerate(detail):
            nested = isinstance(value, Mapping | list)
            yield from _flat(value, f"{path}/{index}" if nested else path)
    else:
        yield {"pointer": path, "detail": str(detail)}
