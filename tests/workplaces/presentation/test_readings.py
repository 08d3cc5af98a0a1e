"""Fields where a workplace states its lines ask about marks that can be read two ways, and never write such a figure."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from workplaces.forms import FigureField
from workplaces.presentation.readings import two_readings
from workplaces.views.statements import typed


@pytest.mark.parametrize(("lang", "text"), [("en", "38.000"), ("pt-br", "38,000"), ("en", "\u22121.234")])
def test_two_readings_are_put_as_a_question(lang: str, text: str) -> None:
    with translation.override(lang), pytest.raises(ValidationError) as question:
        FigureField().clean(text)
    with translation.override(lang):
        assert question.value.messages == [two_readings(text, lang)]


@pytest.mark.parametrize(
    ("lang", "text", "value"),
    [
        ("en", "38,000", 38000.0),
        ("pt-br", "38.000", 38000.0),
        ("en", "0.125", 0.125),
        ("en", "38.0000", 38.0),
    ],
)
def test_one_reading_is_taken(lang: str, text: str, value: float) -> None:
    with translation.override(lang):
        assert FigureField().clean(text) == value


@pytest.mark.parametrize("lang", ["en", "pt-br"])
@pytest.mark.parametrize("value", [38.125, 1.234, 999.001, 38000.0, 0.125])
def test_what_a_field_shows_can_be_sent_back(lang: str, value: float) -> None:
    with translation.override(lang):
        assert FigureField().clean(typed(value)) == value
