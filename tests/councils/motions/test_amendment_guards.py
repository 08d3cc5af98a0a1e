"""What PostgreSQL refuses in amendments and versions of motions, whoever writes."""

import pytest

from councils.models import Amendment, Motion
from councils.services import ballot_open
from councils.services.amendments import amendment_accept, amendment_open
from tests.councils.motions.test_amendments import TEXT, propose
from tests.councils.test_guards import refused
from tests.councils.world import DAY, NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def motion(world: World) -> Motion:
    return world.motion(text=TEXT)


@pytest.fixture
def amendment(world: World, motion: Motion) -> Amendment:
    return propose(world, motion)


@pytest.mark.parametrize(
    ("by", "change"),
    [
        ("amendment_keeps_its_words", "text = 'x'"),
        ("amendment_keeps_its_words", "reason = 'x'"),
        ("amendment_keeps_its_words", "base = 2"),
        ("amendment_keeps_its_words", "state = 'adopted', decided_at = proposed_at"),
        ("amendment_decided_by_ballot", "state = 'voting'"),
        ("amendment_decided_when_decided", "state = 'accepted'"),
    ],
)
def test_an_amendment_stays_as_proposed(amendment: Amendment, by: str, change: str) -> None:
    refused(by, f"UPDATE councils_amendment SET {change}")


@pytest.mark.parametrize("change", ["text = 'x'", "title = 'x'", "version = 2", "text = 'x', version = 2"])
def test_words_change_by_a_decided_amendment_only(amendment: Amendment, change: str) -> None:
    refused("motion_keeps_its_words", f"UPDATE councils_motion SET {change}")


def test_not_even_to_the_words_of_one_that_is_not_decided(amendment: Amendment) -> None:
    refused("motion_keeps_its_words", "UPDATE councils_motion SET text = %s, version = 2", amendment.text)


def test_the_vote_cannot_open_before_amendments_are_decided(amendment: Amendment) -> None:
    refused("motion_amendments_decided", "UPDATE councils_motion SET state = 'voting'")


def test_a_decided_amendment_must_be_in_the_words(world: World, amendment: Amendment) -> None:
    Amendment.objects.update(state="accepted", decided_at=NOW)
    refused("motion_amendments_decided", "UPDATE councils_motion SET state = 'voting'")


def test_its_vote_decides_and_nothing_else(world: World, amendment: Amendment) -> None:
    amendment_open(amendment=amendment, by=world.person("carla"), now=NOW + DAY)
    for state in ("adopted", "rejected"):
        refused(
            "amendment_decided_by_ballot",
            f"UPDATE councils_amendment SET state = '{state}', decided_at = proposed_at",
        )
    refused("ballot_keeps_its_wording", "UPDATE councils_ballot SET wording = ''")
    refused("ballot_keeps_its_wording", "UPDATE councils_ballot SET amendment_id = NULL")


def test_no_acceptance_while_another_is_voted_on(world: World, motion: Motion, amendment: Amendment) -> None:
    second = propose(world, motion, number=3, title="Buy it")
    amendment_open(amendment=amendment, by=world.person("carla"), now=NOW + DAY)
    refused(
        "amendment_fits_the_motion",
        "UPDATE councils_amendment SET state = 'accepted', decided_at = proposed_at WHERE id = %s",
        second.pk,
    )


INSERT = (
    "INSERT INTO councils_amendment (public_id, motion_id, number, base, title, text, reason, proposed_by_id, hat,"
    " proposed_at, state) SELECT gen_random_uuid(), id, 9, {base}, 'x', 'x', '', moved_by_id, '', moved_at, '{state}'"
    " FROM councils_motion"
)


@pytest.mark.parametrize(("base", "state"), [(2, "proposed"), (1, "voting"), (1, "adopted")])
def test_an_amendment_begins_as_proposed_to_the_words_as_they_are(
    motion: Motion, base: int, state: str
) -> None:
    refused("amendment_begins_as_proposed", INSERT.format(base=base, state=state))


def test_none_is_proposed_once_the_vote_is_open(world: World, motion: Motion) -> None:
    ballot_open(motion=motion, by=world.person("carla"), now=NOW)
    refused("amendment_begins_as_proposed", INSERT.format(base=1, state="proposed"))


def test_versions_are_the_databases_own_and_final(world: World, amendment: Amendment) -> None:
    amendment_accept(amendment=amendment, version=1, by=world.person("delegate1"), now=NOW + DAY)
    for statement in (
        "UPDATE councils_motionversion SET text = 'x'",
        "DELETE FROM councils_motionversion",
        "TRUNCATE councils_motionversion CASCADE",
        "DELETE FROM councils_amendment",
        "TRUNCATE councils_amendment CASCADE",
    ):
        refused("councils_history_stays", statement)
    refused(
        "motion_versions_by_motions",
        "INSERT INTO councils_motionversion (motion_id, number, title, text, at, amendment_id)"
        " SELECT motion_id, 3, 'x', 'x', at, amendment_id FROM councils_motionversion WHERE number = 2",
    )


def test_a_vote_opens_on_the_words_as_they_are(world: World, motion: Motion) -> None:
    ballot = ballot_open(motion=motion, by=world.person("carla"), now=NOW)
    refused("ballot_keeps_its_wording", "UPDATE councils_ballot SET wording = repeat('0', 64)")
    assert ballot.wording == motion.wording
