"""The small federation with a general vote, people in their community, and two associations with rival programmes."""

import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from django.core.cache import cache
from django.db.backends.postgresql.psycopg_any import DateRange

from councils.models import Ballot, Council
from councils.services import ballot_close, paper_cast, vote_cast
from councils.votes_written import tracker_new
from planning.models import Cycle, GuidelineQuestion, Programme
from planning.runner import consequences
from planning.services import keeping
from planning.services.associations import association_found
from planning.services.cycles import cycle_open
from planning.services.guidelines import ballot_of
from planning.services.priorities import guidelines_ask, priorities_open
from planning.services.programmes import programme_publish, programme_support, programme_write
from tests.planning.federation import NOW, TERM, Federation, council, person
from workplaces import kept
from workplaces.models import Association, DemandLine, Membership, Resource, Technology

RULES: dict[str, Any] = {"programme_supporters": 2, "programme_days": 0, "envelope_least": 0.2}
CITIZENS = [f"citizen{number}" for number in range(6)]
LEISURE = [("hours", "", 30.0), ("investment", "", 10.0), ("cap", "carbon", 150.0), ("free", "bread", 1.0)]
GROWTH = [
    ("hours", "", 40.0), ("investment", "", 25.0), ("collective", "", 40.0),
    ("sector", "bread", 200.0), ("sector", "energy", 600.0), ("sector", "flour", 200.0),
]  # fmt: skip


def peopled(federation: Federation) -> Federation:
    """Add a general vote, six citizens, a capped resource that energy uses, and a service that the public uses."""
    council(federation, "everyone", kind="general")
    for name in CITIZENS:
        citizen = person(federation, name)
        Membership.objects.create(person=citizen, community=federation.community, validity=DateRange(*TERM))
    carbon = Resource.objects.create(
        scenario=federation.baseline, code="carbon", name="Carbon", unit="t", cap=200.0
    )
    Technology.objects.filter(code="energy").update(resource=[carbon.entity_id], resource_use=[2.0])
    DemandLine.objects.create(
        scenario=federation.baseline, region=federation.community, product=federation.products["energy"],
        category="public", last=0.0, floor=0.0,
    )  # fmt: skip
    return federation


def opened(federation: Federation, **rules: Any) -> Cycle:
    """Open a year and its phase of priorities."""
    by = federation.people["coordinator"]
    cycle = cycle_open(year=2027, baseline=federation.baseline, by=by, now=NOW, rules=RULES | rules)
    priorities_open(cycle=cycle, by=by, now=NOW)
    return Cycle.objects.select_related("baseline").get(pk=cycle.pk)


def found(federation: Federation, name: str, founder: str) -> Association:
    """Found an association."""
    return association_found(name=name, kind="list", by=federation.people[founder], now=NOW)


def written(
    federation: Federation,
    cycle: Cycle,
    name: str = "Time to Live",
    founder: str = "citizen0",
    figures: Any = LEISURE,
) -> Programme:
    """Found an association and let its founder write a programme."""
    association = Association.objects.filter(name=name).first() or found(federation, name, founder)
    version = programme_write(
        cycle=cycle, association=association, title="For a short week", text="Because.", figures=figures,
        by=federation.people[founder], now=NOW,
    )  # fmt: skip
    return version.programme


def supported(federation: Federation, programme: Programme, *names: str) -> Programme:
    """Let people stand behind the latest version."""
    for name in names or ("citizen0", "citizen1"):
        programme_support(
            programme=programme, number=programme.versions.count(), by=federation.people[name], now=NOW
        )
    return programme


def published(federation: Federation, cycle: Cycle, **more: Any) -> Programme:
    """Write, support and publish a programme."""
    programme = supported(federation, written(federation, cycle, **more))
    founder = federation.people[more.get("founder", "citizen0")]
    return programme_publish(programme=programme, by=founder, now=NOW)


def both(federation: Federation, cycle: Cycle) -> tuple[Programme, Programme]:
    """Publish both rival programmes."""
    second = published(federation, cycle, name="Full Steam", founder="citizen5", figures=GROWTH)
    return published(federation, cycle), second


def asked(federation: Federation, cycle: Cycle) -> dict[str, GuidelineQuestion]:
    """Put the guidelines to the vote; the questions by topic."""
    return {q.topic: q for q in guidelines_ask(cycle=cycle, by=federation.people["coordinator"], now=NOW)}


def voted(federation: Federation, question: GuidelineQuestion, *choices: Any) -> Ballot:
    """Let the citizens cast these choices, one each, and close the vote at its time."""
    ballot = ballot_of(question)
    assert ballot is not None
    for name, choice in zip(CITIZENS, choices, strict=False):
        entry = ballot.roll.get(person=federation.people[name])
        if ballot.secrecy == "secret":
            paper_cast(
                ballot=ballot,
                right=entry.right,
                choice=choice,
                tracker=tracker_new(),
                by=entry.person,
                now=NOW,
            )
        else:
            vote_cast(
                ballot=ballot, right=entry.right, choice=choice, idempotency_key=str(uuid.uuid4()), by=entry.person,
                now=NOW,
            )  # fmt: skip
    return ballot_close(ballot=ballot, by=None, now=ballot.closes_at)


def everything(federation: Federation, questions: Mapping[str, GuidelineQuestion]) -> None:
    """Vote: 32 hours, 20 % invested, 30 % collective, 180 t, bread free, energy first."""
    numbers = {"hours": "32", "investment": "20", "cap": "180"}
    for topic, question in questions.items():
        if topic in numbers:
            voted(federation, question, *[{"number": numbers[topic]}] * 3)
        elif topic == "collective":
            voted(federation, question, *[{"o1": 30, "o2": 70}] * 3)
        elif topic == "sector":
            codes = by_code(federation, question)
            shares = {codes["bread"]: 150, codes["energy"]: 700, codes["flour"]: 150}
            voted(federation, question, *[shares] * 3)
        else:
            voted(federation, question, *[["o2", "o1"]] * 3)


def by_code(federation: Federation, question: GuidelineQuestion) -> dict[str, str]:
    """Return the options' codes by the codes of their sectors."""
    entities = {w.main_sector_id: code for code, w in federation.workplaces.items()}
    return {entities[one["entity"]]: one["code"] for one in question.options}


def general() -> Council:
    """Return the general vote."""
    return Council.objects.get(kind="general")


def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every baseline be too large to be read while somebody waits, nothing be kept, and no worker be there."""
    cache.clear()
    kept._here.clear()
    monkeypatch.setattr(consequences, "LINES_AT_ONCE", 2)
    monkeypatch.setattr(keeping.current_app, "send_task", lambda *_args, **_more: None)
