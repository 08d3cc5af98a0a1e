"""The charter: typed keys, versions, and change only by the vote that it prescribes itself."""

from datetime import date
from typing import Any

import pytest

from councils import charter
from councils.charter_rules import LONGEST, decisions, fraction, majority, number, some_of, whole
from councils.models import Ballot, Charter, Motion
from councils.services import ballot_close, ballot_open, charter_amend, charter_found, vote_cast
from councils.services.charters import subject_of
from tests.councils.world import LATER, NOW, TODAY, World
from tests.unguarded import unguarded
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Entry

SINCE = date(2026, 7, 1)
NEW = {"councils.ballot_days": 14, "councils.quorum": "1/4"}


@pytest.mark.parametrize(
    ("check", "good", "stored"),
    [
        (fraction(), 0.25, "1/4"),
        (fraction(), "3/5", "3/5"),
        (number(0, 1), 0.05, 0.05),
        (whole(1, 90), 7.0, 7),
        (majority, {"of": "eligible", "at_least": "2/3"}, {"of": "eligible", "at_least": "2/3"}),
        (some_of(["a", "b"]), ["b"], ["b"]),
    ],
)
def test_values_that_can_be_stored(check: Any, good: Any, stored: Any) -> None:
    assert check(good) == stored


@pytest.mark.parametrize(
    ("check", "bad"),
    [
        (fraction(), "6/5"),
        (fraction(), "x"),
        (fraction(), "1/0"),
        (fraction(), "0.33333333333"),
        (number(0, 1), float("nan")),
        (number(0, 1), True),
        (number(0, 1), -0.1),
        (whole(1, 90), 0),
        (whole(1, 90), 1.5),
        (majority, {"of": "cast", "more_than": "1"}),
        (majority, {"of": "cast", "at_least": "0"}),
        (majority, {"of": "nobody", "more_than": "1/2"}),
        (majority, {"of": "cast"}),
        (majority, "1/2"),
        (some_of(["a"]), ["a", "a"]),
        (some_of(["a"]), "a"),
        (some_of(["a"]), ["c"]),
        (decisions, "all"),
        (decisions, [{"decision": "x"}]),
    ],
)
def test_values_that_cannot(check: Any, bad: Any) -> None:
    with pytest.raises((ValueError, TypeError, ArithmeticError)):
        check(bad)


def test_a_key_needs_a_namespace_and_a_default_that_holds() -> None:
    with pytest.raises(ValueError, match="namespace"):
        charter.register("quorum", 0, fraction(), "x")
    with pytest.raises(ValueError, match="between"):
        charter.register("tests.share", 2, fraction(), "x")
    assert "tests.share" not in dict(charter.keys())


def test_every_default_passes_its_own_check() -> None:
    for key in charter.keys().values():
        assert key.validator(key.default) == key.default
        assert str(key.sentence).endswith(".")


@pytest.mark.django_db
def test_without_a_charter_the_defaults_hold() -> None:
    version, values = charter.charter_on(TODAY)
    assert version is None
    assert values["councils.ballot_days"] == charter.charter_value("councils.ballot_days", on=TODAY) == 7
    with pytest.raises(KeyError):
        charter.charter_value("nobody.knows", on=TODAY)


@pytest.mark.django_db
def test_the_first_charter_is_founded_once() -> None:
    with pytest.raises(Invalid) as refused:
        charter_found(values={"councils.quorum": "2", "councils.nonsense": 1}, by=None, now=NOW)
    assert set(refused.value.fields) == {"councils.quorum", "councils.nonsense"}
    charter_found(values=NEW, by=None, now=NOW)
    assert charter.charter_value("councils.quorum", on=TODAY) == "1/4"
    assert charter.charter_value("councils.ballot_days", on=date(2026, 1, 1)) == 7
    assert Entry.objects.get(kind="charter.adopted").body["values"] == NEW
    with pytest.raises(Forbidden, match="has its charter"):
        charter_found(values={}, by=None, now=NOW)


def proposed(world: World, values: dict[str, Any], since: date = SINCE) -> Motion:
    return world.motion(
        council=world.council("general"),
        by=world.person("pia"),
        title="Longer votes",
        subject_kind="charter",
        subject=subject_of(values, since),
    )


def voted(world: World, motion: Motion, option: str) -> None:
    ballot = ballot_open(motion=motion, by=world.person("bruno"), now=NOW)
    assert (ballot.params, ballot.rule) == ({"threshold": "2/3", "strict": False}, "majority_of_cast")
    pia = world.person("pia")
    vote_cast(
        ballot=ballot, right=f"person:{pia.public_id}", option=option, by=pia, idempotency_key="k", now=NOW
    )
    ballot_close(ballot=ballot, by=None, now=LATER)


@pytest.mark.django_db
def test_it_is_changed_by_a_general_vote(world: World) -> None:
    motion = proposed(world, NEW)
    voted(world, motion, "yes")
    second = charter_amend(motion=motion, values=NEW, since=SINCE, by=world.person("bruno"), now=LATER)
    assert second.version == 2
    assert charter.charter_value("councils.ballot_days", on=date(2026, 6, 30)) == 7
    assert charter.charter_value("councils.ballot_days", on=SINCE) == 14
    assert Charter.objects.get(version=1).validity.upper == SINCE


@pytest.mark.django_db
def test_it_is_not_changed_otherwise(world: World) -> None:
    bruno = world.person("bruno")
    open_motion = proposed(world, NEW)
    with pytest.raises(Refused, match="general vote has carried"):
        charter_amend(motion=open_motion, values=NEW, since=SINCE, by=bruno, now=NOW)
    voted(world, open_motion, "yes")
    with pytest.raises(Refused, match="not the values"):
        charter_amend(motion=open_motion, values={"councils.quorum": "0"}, since=SINCE, by=bruno, now=LATER)
    with pytest.raises(Refused, match="not the values"):
        charter_amend(motion=open_motion, values=NEW, since=date(2026, 8, 1), by=bruno, now=LATER)
    with pytest.raises(Forbidden, match="registrar or coordinator"):
        charter_amend(motion=open_motion, values=NEW, since=SINCE, by=world.person("pia"), now=LATER)
    lost = proposed(world, {"councils.ballot_days": 30})
    voted(world, lost, "no")
    with pytest.raises(Refused, match="general vote has carried"):
        charter_amend(motion=lost, values={"councils.ballot_days": 30}, since=SINCE, by=bruno, now=LATER)
    early = proposed(world, NEW, since=TODAY)
    voted(world, early, "yes")
    with pytest.raises(TooLate, match="has passed"):
        charter_amend(motion=early, values=NEW, since=TODAY, by=bruno, now=LATER)
    assert Charter.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("quorum", ["1/3", "0.333333333", "0", "1"])
def test_with_whatever_quorum_it_can_hold_votes_open(world: World, quorum: str) -> None:
    """Else nothing could be voted on any more, not even another charter."""
    with unguarded(Charter):
        Charter.objects.update(values=charter.checked({"councils.quorum": quorum}))
    ballot = ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)
    ballot.refresh_from_db()
    assert len(ballot.quorum) <= LONGEST == Ballot._meta.get_field("quorum").max_length


def test_a_sector_council_cannot_change_it(world: World) -> None:
    motion = world.motion(subject_kind="charter", subject=subject_of(NEW, SINCE))
    ballot = ballot_open(motion=motion, by=world.person("carla"), now=NOW)
    for n in range(1, 6):
        vote_cast(
            ballot=ballot, right=world.seat(n).right, option="yes", by=world.person(f"delegate{n}"),
            idempotency_key="k", now=NOW,
        )  # fmt: skip
    ballot_close(ballot=ballot, by=None, now=LATER)
    motion.refresh_from_db()
    assert motion.state == "carried"
    with pytest.raises(Refused, match="general vote has carried"):
        charter_amend(motion=motion, values=NEW, since=SINCE, by=world.person("bruno"), now=LATER)
