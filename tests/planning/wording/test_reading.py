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


@pytest.mark.parametrize(
    ("text", "lang", "sentence"),
    [
        ("38.000", "en", "“38.000” can be read as 38 or as 38,000: type 38 or 38000."),
        (" 1.234 ", "en", "“1.234” can be read as 1.234 or as 1,234: type 1.2340 or 1234."),
        ("-12.500", "en", "“-12.500” can be read as -12.5 or as \u221212,500: type -12.5 or -12500."),
        ("38,000", "pt-br", "“38,000” can be read as 38 or as 38.000: type 38 or 38000."),
    ],
)
def test_one_mark_before_three_digits_is_asked_about(text: str, lang: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=r"can be read|pode ser lido") as question:
        read_figure(text, lang)
    assert str(question.value) == sentence
    for answer in sentence.rsplit(":", 1)[1].removeprefix(" type ").removesuffix(".").split(" or "):
        read_figure(answer, lang)  # what the question offers is not asked about again


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [
        ("38,000", "en", 38000.0),
        ("38.000", "pt-br", 38000.0),
        ("0.125", "en", 0.125),
        ("1.2340", "en", 1.234),
    ],
)
def test_what_the_language_leaves_no_doubt_about_is_read(text: str, lang: str, value: float) -> None:
    assert read_figure(text, lang) == value


@pytest.mark.parametrize(
    "value", [0.0, 38.125, 1.234, 999.001, 412.0, 412.5, 1e-6, 123456789.0, 27335.885278416652]
)
@pytest.mark.parametrize("lang", ["en", "pt-br"])
def test_what_is_shown_in_a_field_reads_back(value: float, lang: str) -> None:
    assert read_figure(typed(value, lang), lang) == pytest.approx(value, rel=1e-6)
