"""How an operation is described in the schema: once, with the errors that it can answer."""

from collections.abc import Callable, Sequence
from functools import cache, wraps
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from planning.api.pagination import Pages
from planning.api.problems import CONTENT_TYPE
from planning.api.serializers.fields import Nothing

Parameters = Sequence[OpenApiParameter]


class FieldError(serializers.Serializer[Any]):
    """One thing that is wrong in the body."""

    pointer = serializers.CharField(help_text="JSON pointer to the field; empty for the whole body")
    detail = serializers.CharField()


class ProblemDocument(serializers.Serializer[Any]):
    """An error (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    code = serializers.CharField(help_text="stable, for programs")
    errors = FieldError(many=True, required=False)


WORDS = {
    304: "Not modified since the ETag in If-None-Match",
    400: "The request cannot be read",
    401: "Not signed in, or the token is not valid",
    403: "This person, or this token, may not do this",
    404: "There is no such thing",
    406: "Only JSON is sent",
    409: "Not possible at this time",
    412: "It is not as you read it",
    415: "Send JSON",
    422: "Something in the body cannot be taken",
    428: "Send If-Match (or If-None-Match: *)",
    429: "Too many requests",
}
ALWAYS = (400, 401, 403, 406, 429)
WRITES = (409, 415, 422)


def query(name: str, kind: Any, description: str) -> OpenApiParameter:
    """Describe a query parameter."""
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=description)


def header(name: str, description: str) -> OpenApiParameter:
    """Describe a request header."""
    return OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, description=description)


IF_MATCH = header("If-Match", "The ETag of what you read; needed to change what is there.")
IF_NONE_MATCH = header("If-None-Match", "`*` to write for the first time; an ETag to read only what changed.")
IDEMPOTENCY_KEY = header(
    "Idempotency-Key", "Any text of your own, once per request: sent again, it is done once."
)
CURSOR = query("cursor", OpenApiTypes.STR, "From `next` or `previous` of another page.")
PAGE_SIZE = query(
    "page_size",
    {"type": "integer", "minimum": 1, "maximum": Pages.max_page_size, "default": Pages.page_size},
    "How many at once, 500 at most; 100 unless given.",
)
ETAG_HEADER = OpenApiParameter(
    "ETag",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The version of what was sent.",
    response=True,
)


@cache
def page_of(one: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """Describe a page of a list."""
    name = one.__name__.removesuffix("Serializer")
    return inline_serializer(
        f"{name}Page",
        {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": one(many=True),
        },
    )


def _responses(answers: dict[int, Any], errors: Sequence[int]) -> dict[Any, Any]:
    problems = {
        (code, CONTENT_TYPE): OpenApiResponse(ProblemDocument, WORDS[code])
        for code in sorted({*ALWAYS, *errors})
    }
    return {**answers, **problems}


def listing(
    name: str, summary: str, tag: str, one: type[serializers.Serializer[Any]], *parameters: OpenApiParameter,
    errors: Sequence[int] = (),
) -> Callable[..., Any]:  # fmt: skip
    """Describe a GET that answers a page of a list."""
    return extend_schema(
        operation_id=name,
        summary=summary,
        tags=[tag],
        parameters=[*parameters, CURSOR, PAGE_SIZE],
        responses=_responses({200: page_of(one)}, [*errors, 404]),
    )


def reading(
    name: str, summary: str, tag: str, one: type[serializers.Serializer[Any]], *parameters: OpenApiParameter
) -> Callable[..., Any]:
    """Describe a GET that answers one thing."""
    answers = {200: one, 304: OpenApiResponse(description=WORDS[304])}
    return extend_schema(
        operation_id=name,
        summary=summary,
        tags=[tag],
        parameters=[*parameters, IF_NONE_MATCH, ETAG_HEADER],
        responses=_responses(answers, [404]),
    )


def acting(
    name: str, summary: str, tag: str, request: Any, answers: dict[int, Any], *parameters: OpenApiParameter,
    conditional: bool = False,
) -> Callable[..., Any]:  # fmt: skip
    """Describe a POST: it may carry an Idempotency-Key; a conditional one needs If-Match.

    Where nothing needs to be said (``request=None``) whatever is said is refused.
    """
    conditions = [IF_MATCH] if conditional else []
    described = extend_schema(
        operation_id=name,
        summary=summary,
        tags=[tag],
        request=request,
        parameters=[*parameters, IDEMPOTENCY_KEY, *conditions],
        responses=_responses(answers, [*WRITES, 404, *([412, 428] if conditional else [])]),
    )
    return described if request is not None else lambda handler: described(_taking_nothing(handler))


def _taking_nothing(handler: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(handler)
    def wrapped(view: Any, request: Any, *arguments: Any, **options: Any) -> Any:
        Nothing(data=request.data).is_valid(raise_exception=True)
        return handler(view, request, *arguments, **options)

    return wrapped


def casting(
    name: str, summary: str, request: Any, answer: type[serializers.Serializer[Any]]
) -> Callable[..., Any]:
    """Describe a POST that casts a vote: its key is part of the vote, no Idempotency-Key is kept for it."""
    return extend_schema(
        operation_id=name,
        summary=summary,
        tags=["ballots"],
        request=request,
        responses=_responses({201: answer}, [*WRITES, 404]),
    )


def putting(
    name: str, summary: str, tag: str, request: Any, one: type[serializers.Serializer[Any]]
) -> Callable[..., Any]:
    """Describe a PUT: it needs If-Match, or If-None-Match for the first version."""
    return extend_schema(
        operation_id=name,
        summary=summary,
        tags=[tag],
        request=request,
        parameters=[IF_MATCH, IF_NONE_MATCH, ETAG_HEADER],
        responses=_responses({200: one}, [*WRITES, 404, 412, 428]),
    )
