"""Figures as people type them."""

import pytest

from planning.wording.reading import Unreadable, read_figure, typed


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [
        ("412", "en", 412.0),
        (" 412.5 ", "en", 412.5),
        ("1,234.5", "en", 1234.5),
        ("1,234", "en", 1234.0),
        ("412,5", "en", 412.5),
        ("1.234,5", "pt-br", 1234.5),
        ("1.234", "pt-br", 1234.0),
        ("412,5", "pt-br", 412.5),
        ("412.5", "pt-br", 412.5),
        ("1 234 567", "en", 1234567.0),
        ("1\u202f234", "en", 1234.0),
        ("\u22123", "en", -3.0),
        ("-3", "en", -3.0),
        (".5", "en", 0.5),
        ("1e3", "en", 1000.0),
    ],
)
def test_readable(text: str, lang: str, value: float) -> None:
    assert read_figure(text, lang) == value


@pytest.mark.parametrize(
    "text", ["four hundred", "1,2,3", "1.2.3", "nan", "inf", "1e999", "--3", "12 t", "0x10", "1,23,456"]
)
def test_unreadable_is_a_sentence(text: str) -> None:
    with pytest.raises(Unreadable, match=r"“.*” is "):
        read_figure(text, "en")


@pytest.mark.parametrize("value", [0.0, 412.0, 412.5, 1e-6, 123456789.0, 27335.885278416652])
@pytest.mark.parametrize("lang", ["en", "pt-br"])
def test_what_is_shown_in_a_field_reads_back(value: float, lang: str) -> None:
    assert read_figure(typed(value, lang), lang) == pytest.approx(value, rel=1e-6)
