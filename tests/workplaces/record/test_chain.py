"""What can be written on the record, and that writing it down is reproducible."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from workplaces.record import chain


def test_canonical_form_is_sorted_dense_and_unescaped() -> None:
    assert chain.canonical({"b": [1, True, None], "a": "é\n"}) == '{"a":"é\\n","b":[1,true,null]}'.encode()


def test_floats_become_the_text_that_reads_back() -> None:
    plain = chain.plain({"share": 0.1, "tiny": 1e-7, "huge": 1e22, "whole": 2})
    assert plain == {"share": "0.1", "tiny": "1e-07", "huge": "1e+22", "whole": 2}


def test_moments_are_utc_with_six_decimals() -> None:
    brasilia = timezone(timedelta(hours=-3))
    assert chain.plain(datetime(2026, 1, 1, 9, tzinfo=brasilia)) == "2026-01-01T12:00:00.000000Z"


def test_identifiers_and_tuples() -> None:
    assert chain.plain((UUID(int=1), ())) == ["00000000-0000-0000-0000-000000000001", []]


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), "a\x00b", "\ud800", {1: "x"}, object(), b"x", datetime(2026, 1, 1)],  # noqa: DTZ001
)
def test_what_would_not_survive_storage_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"record|surrogates"):
        chain.plain({"value": value} if not isinstance(value, dict) else value)


def test_digest_is_the_documented_hash() -> None:
    import hashlib

    entry: dict[str, chain.Json] = dict.fromkeys(chain.FIELDS, "")
    entry |= {
        "number": 1,
        "body": {},
        "previous": chain.GENESIS,
        "at": chain.moment(datetime(2026, 1, 1, tzinfo=UTC)),
    }
    text = (
        '{"actor":"","actor_name":"","at":"2026-01-01T00:00:00.000000Z","body":{},"hat":"","kind":"",'
        f'"motion":"","number":1,"previous":"{"0" * 64}","public_id":"","subject":""}}'
    )
    assert chain.digest(entry) == hashlib.sha256(text.encode()).hexdigest()
