"""The demo's other people before the rounds: they support, vote, draft, ask and share out, and the coordinator is led on."""

import pytest
from django.db import transaction
from pytest_django import Settings

from councils.models import Ballot, Motion
from councils.services.ballots import ballot_open
from planning import policies_programmes
from planning.models import (
    Account,
    Cycle,
    Grant,
    Guideline,
    InvestmentRequest,
    Programme,
    SharingOut,
    Supporter,
)
from planning.selectors.ledger import unbalanced
from planning.services.cycles import cycle_begin_proposals, cycle_open
from planning.services.priorities import guidelines_ask, priorities_open
from planning.services.programmes import programme_write
from planning.services.sharing import sharings_put_to_the_vote
from planning.simulated.investing import others_ask, others_draft, others_share
from planning.simulated.others import others_vote
from planning.simulated.priorities import others_support
from planning.views.steps import next_step
from tests.planning.demo.conftest import NOW
from workplaces.errors import Forbidden, TooLate
from workplaces.models import Association, Person, Workplace
from workplaces.record.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture(autouse=True)
def demo_mode(settings: Settings) -> None:
    settings.DEMO = True


def coordinator() -> Person:
    return Person.objects.get(username="coordinator")


def question(cycle: Cycle) -> str:
    """What “my duties” asks the coordinator."""
    cycle = Cycle.objects.select_related("baseline").get(pk=cycle.pk)
    step = next_step(cycle, cycle.rounds.order_by("-number").first(), NOW)
    return step[0] if step else ""


def opened() -> Cycle:
    by = coordinator()
    cycle = cycle_open(year=2022, by=by, now=NOW)
    priorities_open(cycle=cycle, by=by, now=NOW)
    return Cycle.objects.select_related("baseline").get(pk=cycle.pk)


def test_they_take_a_year_from_programmes_to_grants() -> None:
    cycle = opened()
    assert question(cycle).startswith("Shall the others stand behind the programmes")
    others_support(cycle=cycle, by=coordinator(), now=NOW)
    assert Programme.objects.filter(published__isnull=False).count() == 3
    assert question(cycle).startswith("Shall the guidelines for 2022 be put to the vote")
    guidelines_ask(cycle=cycle, by=coordinator(), now=NOW)
    assert question(cycle).startswith("Shall the others vote on the guidelines")
    ballots = Ballot.objects.filter(state="open")
    assert set(ballots.values_list("secrecy", flat=True)) == {"named"}
    others_vote(by=coordinator(), now=NOW)
    assert not Ballot.objects.filter(state="open").exists()
    assert question(cycle).startswith("Shall the guidelines for 2022 be set")
    cycle = cycle_begin_proposals(cycle=cycle, by=coordinator(), now=NOW)
    found = dict(Guideline.objects.values_list("topic", "value"))
    assert 1.0 <= found["investment"] <= 3.0
    assert 39.0 <= found["hours"] <= 40.0
    assert question(cycle).startswith("Shall the others draft the envelopes")
    others_draft(cycle=cycle, by=coordinator(), now=NOW)
    assert question(cycle).startswith("Shall the board vote on the envelopes")
    ballot_open(motion=Motion.objects.get(subject_kind="envelopes"), by=coordinator(), now=NOW)
    assert question(cycle).startswith("Shall the others vote on the envelopes")
    others_vote(by=coordinator(), now=NOW)
    granted(cycle)


def granted(cycle: Cycle) -> None:
    assert question(cycle).startswith("Shall the others ask for investment")
    asked = others_ask(cycle=cycle, by=coordinator(), now=NOW)
    assert 0.2 < asked / Workplace.objects.count() < 0.45
    assert set(InvestmentRequest.objects.values_list("asked_by__synthetic", flat=True)) == {True}
    assert question(cycle).startswith("Shall the others share the envelopes")
    shared = others_share(cycle=cycle, by=coordinator(), now=NOW)
    assert SharingOut.objects.count() == shared > 30
    assert set(SharingOut.objects.values_list("alpha", flat=True)) == {1.0, 2.0, 4.0}
    assert question(cycle) == f"Shall {shared} councils vote on sharing their envelopes out?"
    sharings_put_to_the_vote(cycle=cycle, by=coordinator(), now=NOW)
    assert question(cycle).startswith("Shall the others vote on sharing out")
    others_vote(by=coordinator(), now=NOW)
    assert Grant.objects.count() > shared
    in_accounts = sum(Account.objects.filter(kind="investment").values_list("balance", flat=True))
    assert in_accounts == sum(Grant.objects.values_list("amount", flat=True))
    assert unbalanced() == []
    assert question(cycle).startswith("Shall proposals for 2022 begin")
    cycle_begin_proposals(cycle=Cycle.objects.get(pk=cycle.pk), by=coordinator(), now=NOW)
    assert question(cycle) == "Shall round 1 open?"
    kinds = Entry.objects.filter(kind__endswith=".simulated").values_list("kind", flat=True)
    assert set(kinds) == {"programmes.simulated", "requests.simulated", "sharings.simulated"}


def test_the_same_year_gives_the_same_votes_and_leaves_what_others_wrote_to_them() -> None:
    """Ids, moments and receipts are drawn anew each time; who stands behind what, and what was decided, is not."""
    cycle, pictures = opened(), []
    with pytest.raises(TooLate):
        others_draft(cycle=cycle, by=coordinator(), now=NOW)
    with pytest.raises(Forbidden):
        others_support(cycle=cycle, by=Person.objects.exclude(username="coordinator").first(), now=NOW)
    mine = Association.objects.get(name="Time to Live")
    programme_write(
        cycle=cycle, association=mine, title="Mine", text="Because.", figures=[("hours", "", 38.0)],
        by=mine.founded_by, now=NOW,
    )  # fmt: skip
    for _again in range(2):
        with transaction.atomic():
            others_support(cycle=cycle, by=coordinator(), now=NOW)
            own = Programme.objects.get(association=mine)
            assert (policies_programmes.supporters(own), own.published_at) == (10, None)
            guidelines_ask(cycle=cycle, by=coordinator(), now=NOW)
            others_vote(by=coordinator(), now=NOW)
            supporters = Supporter.objects.order_by("person").values_list(
                "person__username", "version__title"
            )
            decided = [
                (ballot.question, {key: ballot.result.get(key) for key in ("number", "parts", "winners")})
                for ballot in Ballot.objects.filter(state="closed").order_by("question")
            ]
            pictures.append([list(supporters), decided])
            transaction.set_rollback(True)
    assert pictures[0] == pictures[1]
    assert len(pictures[0][0]) == 30
