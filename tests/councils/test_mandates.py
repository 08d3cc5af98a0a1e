"""Giving and ending mandates, the hats that follow from them, and the founding of a federation's councils."""

from datetime import date

import pytest

from councils.models import Council, Mandate, Seat
from councils.services import (
    MandateDraft,
    ballot_close,
    ballot_open,
    federation_found,
    mandate_resign,
    mandates_give,
    vote_cast,
)
from councils.services.founding import Founded
from tests.councils.world import DAY, LATER, NOW, SINCE, TODAY, UNTIL, World, draft
from workplaces import authority
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Entry, Person, Region, SectorMembership, Workplace

pytestmark = pytest.mark.django_db


def elected(world: World, name: str, **options: object) -> MandateDraft:
    return draft(world, name, world.metal, "delegate", obtained="elected", **options)


def test_a_registrar_enters_a_mandate(world: World) -> None:
    seat = Seat.objects.create(council=world.metal, number=6)
    given = mandates_give(drafts=[elected(world, "mia", seat=seat)], by=world.person("rosa"), now=NOW)
    assert given[0].state_on(TODAY) == "held"
    entry = Entry.objects.order_by("-number")[0]
    assert (entry.kind, entry.hat, entry.subject) == ("mandate.given", "registrar, Metal", given[0].subject)
    assert entry.body["mandates"][0]["name"] == "Mia"


def test_others_do_not(world: World) -> None:
    for name in ("delegate1", "mia"):
        with pytest.raises(Forbidden, match="registrar or coordinator of Metal"):
            mandates_give(drafts=[elected(world, "mia")], by=world.person(name), now=NOW)
    with pytest.raises(Forbidden, match="given by somebody"):
        mandates_give(drafts=[elected(world, "mia")], by=None, now=NOW)
    with pytest.raises(Forbidden, match="has its charter"):
        mandates_give(
            drafts=[draft(world, "mia", world.metal, "coordinator")], by=world.person("rosa"), now=NOW
        )


def test_all_or_none(world: World) -> None:
    free = Seat.objects.create(council=world.metal, number=6)
    before = Mandate.objects.count()
    drafts = [elected(world, "mia", seat=free), elected(world, "noah", seat=world.seat(1))]
    with pytest.raises(Refused, match="already has a holder"):
        mandates_give(drafts=drafts, by=world.person("rosa"), now=NOW)
    assert Mandate.objects.count() == before


def test_mandates_that_cannot_be(world: World) -> None:
    rosa, north = world.person("rosa"), world.council("regional", "North")
    with pytest.raises(Invalid, match="ends before it begins"):
        mandates_give(drafts=[elected(world, "mia", until=SINCE)], by=rosa, now=NOW)
    with pytest.raises(Invalid, match="not in Metal"):
        mandates_give(drafts=[elected(world, "mia", seat=world.seat(1, north))], by=rosa, now=NOW)
    Person.objects.filter(username="mia").update(is_superuser=True)
    world.people.pop("mia")
    world.people["mia"] = Person.objects.get(username="mia")
    with pytest.raises(Invalid, match="runs the site"):
        mandates_give(drafts=[elected(world, "mia")], by=rosa, now=NOW)
    twice = [draft(world, "noah", world.metal, "auditor", obtained="given")] * 2
    with pytest.raises(Refused, match="already has this role"):
        mandates_give(drafts=twice, by=rosa, now=NOW)


def test_a_resignation_takes_the_hat_and_the_vote(world: World) -> None:
    delegate = world.person("delegate1")
    mandate = delegate.mandates.get()
    with pytest.raises(Forbidden, match="Only its holder"):
        mandate_resign(mandate=mandate, by=world.person("delegate2"), now=NOW)
    mandate_resign(mandate=mandate, by=delegate, now=NOW)
    assert authority.hats(delegate, TODAY) == ()
    assert len(authority.hats(delegate, TODAY - DAY)) == 1
    ballot = ballot_open(motion=world.motion(by=world.person("delegate2")), by=world.person("carla"), now=NOW)
    assert ballot.roll_size == 4
    with pytest.raises(TooLate, match="already come to its end"):
        mandate_resign(mandate=mandate, by=delegate, now=NOW)


def test_a_resignation_on_the_first_day_leaves_nothing_held(world: World) -> None:
    seat = Seat.objects.create(council=world.metal, number=6)
    given = mandates_give(
        drafts=[elected(world, "mia", seat=seat, since=TODAY)], by=world.person("rosa"), now=NOW
    )
    ended = mandate_resign(mandate=given[0], by=world.person("mia"), now=NOW)
    assert ended.held.isempty
    assert ended.term.lower == TODAY
    assert not Mandate.objects.held_on(TODAY).filter(person=world.person("mia")).exists()
    assert mandates_give(
        drafts=[elected(world, "noah", seat=seat, since=TODAY)], by=world.person("rosa"), now=NOW
    )


def test_those_who_sent_a_delegate_recall_them(world: World) -> None:
    mandate = world.person("delegate1").mandates.get()
    assembly = world.council("workplace", "Works 1")
    motion = world.motion(
        council=assembly,
        by=world.person("mia"),
        subject_kind="mandate",
        subject=mandate.public_id,
        title="Recall",
    )
    ballot = ballot_open(motion=motion, by=world.person("bruno"), now=NOW)
    for name in ("mia", "noah"):
        right = f"person:{world.person(name).public_id}"
        vote_cast(
            ballot=ballot, right=right, option="yes", by=world.person(name), idempotency_key="k", now=NOW
        )
    ballot_close(ballot=ballot, by=None, now=LATER)
    mandate.refresh_from_db()
    assert (mandate.recalled_at, mandate.state_on(LATER.date())) == (LATER, "recalled")
    assert authority.hats(world.person("delegate1"), LATER.date()) == ()
    entry = Entry.objects.order_by("-number")[0]
    assert (entry.kind, entry.motion) == ("mandate.recalled", motion.public_id)


def test_a_recall_carried_elsewhere_ends_nothing(world: World) -> None:
    mandate = world.person("delegate1").mandates.get()
    motion = world.motion(
        by=world.person("delegate2"), subject_kind="mandate", subject=mandate.public_id, title="Recall"
    )
    ballot = ballot_open(motion=motion, by=world.person("carla"), now=NOW)
    for number in range(2, 6):
        right, by = world.seat(number).right, world.person(f"delegate{number}")
        vote_cast(ballot=ballot, right=right, option="yes", by=by, idempotency_key="k", now=NOW)
    ballot_close(ballot=ballot, by=None, now=LATER)
    motion.refresh_from_db()
    mandate.refresh_from_db()
    assert (motion.state, mandate.recalled_at) == ("carried", None)


@pytest.mark.parametrize(
    ("day", "state"),
    [(date(2025, 12, 31), "upcoming"), (SINCE, "held"), (date(2027, 12, 31), "held"), (UNTIL, "ended")],
)
def test_a_term_has_a_first_and_a_last_day(world: World, day: date, state: str) -> None:
    mandate = world.person("delegate1").mandates.get()
    assert mandate.state_on(day) == state
    assert bool(authority.hats(world.person("delegate1"), day)) == (state == "held")


def test_who_sits_on_the_board_for_everyone_speaks_for_the_country(world: World) -> None:
    board = Council.objects.get(kind=Council.Kind.BOARD)
    seat = Seat.objects.create(council=board, number=99)
    given = draft(world, "mia", board, "delegate", obtained="elected", seat=seat)
    mandates_give(drafts=[given], by=world.person("bruno"), now=NOW)
    country = Region.objects.get(kind=Region.Kind.COUNTRY)
    assert authority.wears(world.person("mia"), TODAY, "delegate", region=country.pk)
    Region.objects.create(kind=Region.Kind.COUNTRY, code="other", name="Other")
    assert not authority.wears(world.person("mia"), TODAY, "delegate", region=country.pk)


def test_hats_say_where_one_acts(world: World) -> None:
    (hat,) = authority.hats(world.person("delegate1"), TODAY)
    assert (hat.role, hat.council_kind, hat.label) == ("delegate", "sector", "delegate, Works 1")
    assert (hat.workplace, hat.sector) == (world.workplaces[0].entity_id, world.sectors["metal"].entity_id)
    assert authority.wears(world.person("delegate1"), TODAY, "delegate", workplace=hat.workplace) == hat
    assert authority.wears(world.person("delegate1"), TODAY, "delegate", workplace=-1) is None
    (board,) = authority.hats(world.person("bruno"), TODAY)
    assert (board.role, board.council_kind) == ("coordinator", "board")


def test_a_superuser_wears_none(world: World) -> None:
    Person.objects.filter(username="bruno").update(is_superuser=True)
    assert authority.hats(Person.objects.get(username="bruno"), TODAY) == ()


def test_an_inactive_person_wears_none_and_is_on_no_roll(world: World) -> None:
    Person.objects.filter(username="delegate1").update(is_active=False)
    assert authority.hats(Person.objects.get(username="delegate1"), TODAY) == ()
    ballot = ballot_open(motion=world.motion(by=world.person("delegate2")), by=world.person("carla"), now=NOW)
    assert ballot.roll_size == 4


def test_founding_makes_every_council_with_its_seats(world: World) -> None:
    numbers = {kind: Council.objects.filter(kind=kind).count() for kind in Council.Kind.values}
    assert numbers == {
        "workplace": 5, "sector": 2, "community": 3, "sub_regional": 0, "regional": 2, "board": 1, "general": 1,
    }  # fmt: skip
    assert [seat.represents for seat in world.metal.seats.order_by("number")] == [
        f"Works {n}" for n in range(1, 6)
    ]
    board = [seat.represents for seat in world.council("board").seats.order_by("number")]
    assert board == ["", "", "Metal", "Food", "North", "South"]


def test_founding_again_adds_what_is_new(world: World) -> None:
    again = federation_found(scenario=world.scenario, by=world.person("bruno"), now=NOW)
    assert again == Founded(0, 0, 0, 0)
    works = Workplace.objects.create(
        scenario=world.scenario, code="w6", name="Works 6", region=world.regions["south"],
        owner=world.workplaces[0].owner, main_sector=world.sectors["food"],
    )  # fmt: skip
    validity = SectorMembership.objects.all()[0].validity
    SectorMembership.objects.create(
        scenario=world.scenario, workplace=works, sector=world.sectors["food"], share=1.0, validity=validity
    )
    assert federation_found(scenario=world.scenario, by=None, now=NOW) == Founded(1, 0, 0, 1)
    assert world.council("sector", "Food").seats.get().represents == "Works 6"
