"""A POST that is sent again with its Idempotency-Key is answered again and done once."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from planning.api.problems import Problem
from planning.models import IdempotentRequest
from planning.services.repeats import request_noted

LONGEST_KEY = 255
Handler = Callable[..., Response]


def idempotent(handler: Handler) -> Handler:
    """Wrap a view's ``post``: with a key it runs in one transaction with the note that it ran.

    The first request holds the note's row until it commits; a second one waits for it there. A refusal
    rolls the note back, so that the request may be sent again once its reason is gone.
    """

    @wraps(handler)
    def wrapped(self: Any, request: Request, *arguments: Any, **options: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return handler(self, request, *arguments, **options)
        if len(key) > LONGEST_KEY:
            raise Problem(400, _("The Idempotency-Key is longer than 255 characters."), "idempotency-key")
        with transaction.atomic():
            note, new = _note(request, key)
            if not new:
                return _again(note)
            response = handler(self, request, *arguments, **options)
            _keep(note, response)
            return response

    return wrapped


def _note(request: Request, key: str) -> tuple[IdempotentRequest, bool]:
    content = _digest(request)
    note, is_first = request_noted(person=request.user, key=key, content=content, now=timezone.now())
    if note.digest != content:
        raise Problem(
            422,
            _("This Idempotency-Key belongs to another request; use a new one."),
            "idempotency-key-reused",
        )
    return note, is_first


def _digest(request: Request) -> str:
    content = json.dumps([request.method, request.path, request.data], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _keep(note: IdempotentRequest, response: Response) -> None:
    note.status = response.status_code
    note.headers = {name: response[name] for name in ("ETag", "Location") if response.has_header(name)}
    note.body = json.loads(json.dumps(response.data, cls=JSONEncoder))
    note.save()


def _again(note: IdempotentRequest) -> Response:
    return Response(note.body, status=note.status, headers={**note.headers, "Idempotency-Replayed": "true"})
