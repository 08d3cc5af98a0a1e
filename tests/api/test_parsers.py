"""What programs send is read strictly: a vote must not hang on how a document is understood."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError
from rest_framework.utils import json

from planning.api.parsers import DocumentParser

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def read(content: bytes) -> Any:
    return DocumentParser().parse(io.BytesIO(content))


@given(DOCUMENTS)
def test_what_is_written_is_read(document: Any) -> None:
    assert read(json.dumps(document).encode()) == document


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"option": "yes", "option": "no"}', "names “option” twice"),
        (b'[{"a": {"b": 1, "c": 2, "b": 1}}]', "names “b” twice"),
        (b'{"a": NaN}', "NaN is no number"),
        (b'{"a": -Infinity}', "-Infinity is no number"),
        (b'{"a": "\\ud800"}', "half a letter"),
        (b'{"a": "\xff"}', "not in UTF-8"),
        (b'{"a": 1', "not JSON"),
        (b"", "not JSON"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_what_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(ParseError) as refusal:
        read(content)
    assert sentence in str(refusal.value)
