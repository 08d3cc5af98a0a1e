"""Answers whose length says nothing: a proxy's log names it beside the address of a booth, and "Yes" is longer than "No"."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

BLOCK = 8192  # bytes
COMMENT = b"<!--%s-->"


def padded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Fill a page's answers up to whole blocks, with as much at random as a block has, in a comment at its end.

    The filling is random too, so that a proxy that compresses pages does not undo it.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        response = view(request, *args, **named)
        missing = filling(len(response.content) + len(COMMENT % b""))
        patch_cache_control(response, no_transform=True)  # packed, its length would speak again
        response.content += COMMENT % secrets.token_hex(missing // 2 + 1)[:missing].encode()
        return response

    return answered


def filling(size: int) -> int:
    """Return how many bytes to add to ``size`` bytes: up to a whole block, after up to a block drawn at random."""
    drawn = size + secrets.randbelow(BLOCK)
    return -(-drawn // BLOCK) * BLOCK - size
