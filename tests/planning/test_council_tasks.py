"""What the plan puts on the agendas of councils: the proposals and answers that their delegates' duties name."""

from datetime import timedelta

import pytest
from django.urls import reverse

from councils.due import tasks_of
from councils.services import meeting_call
from planning.models import Cycle, Round
from planning.selectors.duties import demand_of
from planning.services.answers import Answer, line_answer, proposal_set
from planning.services.cycles import cycle_open
from tests.access.world import advance
from tests.planning.federation import NOW, Federation
from workplaces.models import Workplace

pytestmark = pytest.mark.django_db


def test_a_workplace_and_a_place_propose(federation: Federation, cycle: Cycle) -> None:
    bakery, village = federation.councils["bread assembly"], federation.councils["village"]
    workplace = federation.workplaces["bread"]
    (task,) = tasks_of(bakery, NOW)
    assert task.title == "What will Bread works make in 2027?"
    assert task.link == reverse("planning:workplace", args=[2027, workplace.public_id])
    assert [task.title for task in tasks_of(village, NOW)] == ["What does Village want to use in 2027?"]
    assert tasks_of(federation.councils["bread sector"], NOW) == []
    meeting = meeting_call(
        council=bakery, place="The bakery", starts_at=NOW + timedelta(days=5), by=federation.people["coordinator"],
        now=NOW,
    )  # fmt: skip
    assert (task.title, task.link) in meeting.items.filter(kind="task").values_list("title", "link")


def test_what_was_proposed_is_not_due(federation: Federation, cycle: Cycle) -> None:
    bakery = federation.councils["bread assembly"]
    proposal_set(
        cycle=cycle,
        line=federation.lines["bread"],
        output=90.0,
        by=federation.people["bread_delegate"],
        now=NOW,
    )
    assert tasks_of(bakery, NOW) == []


def test_nothing_is_due_before_a_cycle(federation: Federation) -> None:
    assert tasks_of(federation.councils["bread assembly"], NOW) == []


@pytest.mark.django_db(transaction=True)
def test_a_round_asks_workplaces_and_places(federation: Federation, broker_url: str) -> None:
    Workplace.objects.update(band=0.0)  # every change is asked about
    by = federation.people["coordinator"]
    advance(
        federation,
        cycle_open(year=2027, baseline=federation.baseline, by=by, now=NOW),
        "rounds",
        is_investing=False,
    )
    (task,) = tasks_of(federation.councils["flour assembly"], NOW)
    assert task.title == "Round 1 asks to change 1 line"
    village = federation.councils["village"]
    wanted = demand_of(Round.objects.get(), [federation.demand["bread"].region_id])
    assert len(tasks_of(village, NOW)) == len(wanted)
    line_answer(
        round=Round.objects.get(), line=federation.lines["flour"], answer=Answer("accept"),
        by=federation.people["flour_delegate"], now=NOW,
    )  # fmt: skip
    assert tasks_of(federation.councils["flour assembly"], NOW) == []
