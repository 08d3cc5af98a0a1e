"""What rows are called where people read them."""

import re
from datetime import date

import pytest
from django.apps import apps
from django.db.models import Model
from django.utils import translation
from psycopg.types.range import DateRange

from tests.planning.federation import make_federation
from workplaces.models import Agreement, DemandLine, LabourPool, Line, SectorMembership

ROOMS = ("workplaces", "councils", "planning")
OWN = [model for model in apps.get_models() if model.__module__.split(".")[0] in ROOMS]
BADLY_MADE = re.compile(r"[^aeiou]ys\b|(ch|sh|s|x)s\b|persons")


@pytest.mark.parametrize("model", OWN, ids=lambda model: model._meta.label)
def test_no_row_is_an_object_with_a_number(model: type[Model]) -> None:
    assert model.__str__ is not Model.__str__


@pytest.mark.parametrize(
    "model", [m for m in OWN if m._meta.app_label == "workplaces"], ids=lambda model: model._meta.label
)
def test_several_of_a_kind_have_a_proper_plural_in_both_languages(model: type[Model]) -> None:
    plural = str(model._meta.verbose_name_plural)
    assert not BADLY_MADE.search(plural)
    with translation.override("pt-br"):
        assert (
            model.__name__ in {"Entry", "Root", "ImportedRow"}
            or str(model._meta.verbose_name_plural) != plural
        )


@pytest.mark.django_db
def test_rows_are_called_by_what_they_join() -> None:
    federation = make_federation()
    bread = federation.workplaces["bread"]
    assert str(Line.objects.get(workplace=bread)) == "Bread works, Bread"
    assert str(SectorMembership.objects.get(workplace=bread)) == "Bread works, Bread sector"
    assert str(LabourPool.objects.get()) == "Work, Village"
    assert str(DemandLine.objects.get(product__code="bread")) == "Village, Bread, household consumption"
    offer = Agreement(
        supplier=federation.workplaces["flour"], client=bread, product=federation.products["flour"], quantity=1.0,
        period=DateRange(date(2027, 1, 1), date(2028, 1, 1)),
    )  # fmt: skip
    assert str(offer) == "Flour works → Bread works, Flour"
