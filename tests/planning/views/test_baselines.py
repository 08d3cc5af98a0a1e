"""What a baseline lacks is said before it is frozen."""

import pytest
from django.urls import reverse
from django.utils import timezone

from planning.models import Round, Run
from planning.selectors import cycles
from planning.services.cycles import cycle_begin_proposals, cycle_open
from tests.planning.federation import Federation
from tests.planning.views.conftest import SignIn
from workplaces.models import DemandLine, Line, Product

pytestmark = pytest.mark.django_db
PAGE = "planning:cycle"


def opened(federation: Federation) -> None:
    cycle_open(
        year=2027, baseline=federation.baseline, by=federation.people["coordinator"], now=timezone.now()
    )


def shown(sign_in: SignIn) -> str:
    return sign_in("coordinator").get(reverse(PAGE, args=[2027])).content.decode()


def test_a_whole_baseline_has_no_warning(federation: Federation, sign_in: SignIn) -> None:
    opened(federation)
    page = shown(sign_in)
    assert "Freeze the baseline" in page
    assert 'class="notice"' not in page


def test_an_economy_without_demand_is_told(federation: Federation, sign_in: SignIn) -> None:
    DemandLine.objects.all().delete()
    opened(federation)
    assert "could only shrink what is made to nothing" in shown(sign_in)


def test_unused_products_and_idle_workplaces_are_named(federation: Federation, sign_in: SignIn) -> None:
    Product.objects.create(scenario=federation.baseline, code="toys", name="Toys", unit="t")
    Line.objects.filter(product__code="bread").delete()
    opened(federation)
    page = shown(sign_in)
    assert "Nobody uses Toys: it has neither a final use" in page
    assert "Bread works has not stated what it makes" in page
    cycle_begin_proposals(
        cycle=federation.baseline.cycles.get(), by=federation.people["coordinator"], now=timezone.now()
    )
    assert "Nobody uses Toys" not in shown(sign_in)


def test_a_closed_round_without_published_suggestions_shows_what_its_last_run_found(
    federation: Federation, computed: Run, sign_in: SignIn
) -> None:
    """The round that became the plan is never published; its figures stand on the cycle's page all the same."""
    round = computed.round
    assert cycles.runs_shown([round]) == {}
    Round.objects.filter(pk=round.pk).update(state="closed", closed_at=timezone.now())
    round.refresh_from_db()
    assert cycles.runs_shown([round]) == {round.pk: computed}
    rows = sign_in("stranger").get(reverse(PAGE, args=[2027]), {"format": "csv"})
    line = b"".join(rows.streaming_content).decode().splitlines()[1]
    assert line.startswith(f"1,closed,{computed.summary['worst_before']}")
