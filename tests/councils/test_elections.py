"""Elections: people stand, vote in secret, are counted by the stated rule, and get mandates the charter allows."""

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from councils import election_wording
from councils.counting import lot_of
from councils.models import Ballot, Election, Mandate, Seat
from councils.selectors.audit import audit
from councils.selectors.elections import candidates_of, fillable, seats_behind
from councils.services import (
    ballot_close,
    ballot_void,
    ballots_close_due,
    election_call,
    election_cancel,
    election_open,
    election_seat,
    elections_open_due,
    nomination_stand,
    nomination_withdraw,
)
from councils.services.elections import winners_of
from tests.councils.secret import assembly, entries, put
from tests.councils.test_guards import refused
from tests.councils.test_pages import signed_in, text, url
from tests.councils.world import DAY, NOW, TODAY, World
from tests.nojs.rules import faults
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Entry

pytestmark = pytest.mark.django_db
STAND_UNTIL, OPENS = NOW + 8 * DAY, NOW + 9 * DAY
CLOSES = OPENS + 8 * DAY
TERM = date(2028, 1, 1)  # when the present delegates' terms are over
CANDIDATES = ("mia", "noah", "olga")


def call(world: World, **options: Any) -> Election:
    """Call an election of the first workplace's delegate to the metal council."""
    council = options.pop("council", None) or assembly(world)
    given: dict[str, Any] = {
        "title": "Our delegate", "role": "delegate", "rule": "stv", "nominations_until": STAND_UNTIL, "term_from": TERM,
        "by": world.person("bruno"), "now": NOW,
    }  # fmt: skip
    given["seats"] = seats_behind(council, str(world.metal.public_id))
    return election_call(council=council, **{**given, **options})


def stand(world: World, election: Election, *names: str) -> None:
    for name in names:
        nomination_stand(election=election, statement=f"I am {name}.", by=world.person(name), now=NOW + DAY)


@pytest.fixture
def election(world: World) -> Election:
    """An election in which three stand."""
    called = call(world)
    stand(world, called, *CANDIDATES)
    return called


def voted(world: World, election: Election, *papers: str) -> Ballot:
    """Open, cast papers (initials of candidates, best first), close."""
    ballot = election_open(election=election, by=None, now=OPENS)
    codes = {option.label[0].lower(): option.code for option in ballot.options.all()}
    for entry, paper in zip(entries(ballot), papers, strict=False):
        put(entry, *[codes[letter] for letter in paper], now=OPENS + DAY)
    ballot_close(ballot=ballot, by=None, now=CLOSES)
    ballot.refresh_from_db()
    election.refresh_from_db()
    return ballot


def test_from_call_to_mandate(world: World, election: Election) -> None:
    ballot = voted(world, election, "mon", "mo", "on", "o", "nm", "nm", "nm", "", "om")
    # first choices: mia 2, noah 3, olga 3; quota 8 // 2 + 1 = 5; mia goes out: "mon", "mo" to olga: 5
    assert [winner.person.username for winner in winners_of(election)] == ["olga"]
    assert (ballot.result["votes"], ballot.result["blank"], ballot.result["outcome"]) == (9, 1, "elected")
    assert ballot.result["explanation"]["quota"] == 5
    assert ballot.result["explanation"]["transfer"] == "weighted"
    mandates = election_seat(election=election, by=world.person("rosa"), now=CLOSES + DAY)
    assert [(m.person.username, m.seat.number, m.obtained) for m in mandates if m.seat] == [
        ("olga", 1, "elected")
    ]
    assert mandates[0].term == DateRange(TERM, TERM + timedelta(days=730))
    assert mandates[0].represents == election.council
    with pytest.raises(TooLate, match="given once"):
        election_seat(election=election, by=world.person("rosa"), now=CLOSES + DAY)
    opened = Entry.objects.get(kind="ballot.opened").body
    assert [candidate["statement"] for candidate in opened["candidates"]] == [
        "I am mia.", "I am noah.", "I am olga.",
    ]  # fmt: skip
    kinds = list(
        Entry.objects.filter(subject=election.subject).order_by("number").values_list("kind", flat=True)
    )
    assert kinds == ["election.called", *["election.candidate"] * 3]
    assert audit() == []


def test_whoever_lost_gets_no_mandate_by_plain_sql(world: World, election: Election) -> None:
    voted(world, election, "mon", "mo", "on", "o", "nm", "nm", "nm", "", "om")
    given = (
        "UPDATE councils_nomination n SET mandate_id = (SELECT min(id) FROM councils_mandate) FROM workplaces_person p"
        " WHERE p.id = n.person_id AND p.username = %s"
    )
    refused("nomination_mandate_for_winners", given, "mia")
    with connection.cursor() as cursor:
        cursor.execute(given, ["olga"])
        assert cursor.rowcount == 1, "the winner's is taken, so the refusal above means something"


def test_approval_and_the_lot_that_papers_draw(world: World) -> None:
    election = call(world, rule="approval")
    stand(world, election, *CANDIDATES)
    ballot = voted(world, election, "mn", "nm", "o", "")
    root = ballot.result["papers_root"]
    by_hand = sorted(("c1", "c2"), key=lambda code: hashlib.sha256(f"{root}:{code}".encode()).hexdigest())
    assert ballot.result["winners"] == by_hand[:1]
    assert ballot.result["explanation"]["ties"][0]["by"] == "lot"
    assert lot_of(["c1", "c2"], root) == by_hand
    assert "the lot chose" in election_wording.ties(ballot)[0]
    assert [votes for _name, votes in election_wording.steps(ballot)[0]["votes"]] == [2, 2, 1]


def test_nobody_is_elected_by_blank_papers(world: World, election: Election) -> None:
    ballot = voted(world, election, "", "")
    assert (ballot.result["outcome"], ballot.result["winners"], ballot.result["blank"]) == ("nobody", [], 2)
    assert election.state == "decided"


def test_the_clock_opens_and_closes(world: World, election: Election) -> None:
    assert elections_open_due(now=STAND_UNTIL - DAY) == []
    assert len(elections_open_due(now=OPENS)) == 1
    assert elections_open_due(now=OPENS) == []
    assert len(ballots_close_due(now=CLOSES)) == 1
    election.refresh_from_db()
    assert election.state == "decided"


def test_standing_changing_the_mind_and_its_limits(world: World) -> None:
    election = call(world)
    stand(world, election, "mia", "noah")
    nomination_stand(election=election, statement="More.", by=world.person("mia"), now=NOW + DAY)
    nomination_withdraw(election=election, by=world.person("noah"), now=NOW + DAY)
    assert [(n.person.username, n.statement) for n in candidates_of(election)] == [("mia", "More.")]
    with pytest.raises(Refused, match="do not stand"):
        nomination_withdraw(election=election, by=world.person("noah"), now=NOW + DAY)
    with pytest.raises(Forbidden, match="Only those who can vote"):
        stand(world, election, "delegate2")
    with pytest.raises(Invalid, match="why you stand"):
        nomination_stand(election=election, statement=" ", by=world.person("olga"), now=NOW)
    with pytest.raises(TooLate, match="Nominations have closed"):
        nomination_stand(election=election, statement="x", by=world.person("olga"), now=STAND_UNTIL)
    with pytest.raises(TooLate, match="stand until"):
        election_open(election=election, by=world.person("bruno"), now=NOW + DAY)


def test_terms_in_a_row_are_limited(world: World) -> None:
    election = call(world)
    for first, last in ((date(2024, 1, 1), date(2026, 1, 1)), (date(2026, 1, 1), date(2027, 6, 1))):
        span = DateRange(first, last)
        Mandate.objects.create(
            council=world.metal, person=world.person("mia"), role="delegate", term=span, held=span, obtained="sent",
            created_at=NOW,
        )  # fmt: skip
    with pytest.raises(Refused, match="2 terms in a row"):
        stand(world, election, "mia")
    later = call(world, council=election.council, term_from=date(2028, 6, 1))
    stand(world, later, "mia")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"rule": "dice"}, "rule"),
        ({"nominations_until": NOW + DAY}, "nominations_until"),
        ({"term_from": TODAY}, "term_from"),
        ({"role": "coordinator"}, "role"),
        ({"seats": []}, "role"),
    ],
)
def test_elections_that_cannot_be_called(world: World, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        call(world, **change)
    assert field in caught.value.fields


def test_seats_of_others_are_not_ours_to_fill(world: World) -> None:
    council = assembly(world)
    with pytest.raises(Invalid, match="cannot be called"):
        call(world, council=council, seats=[world.seat(2)])
    with pytest.raises(Forbidden):
        call(world, council=council, by=world.person("mia"))
    assert [value.split(":")[0] for value, _label in fillable(council)] == [
        "seats",
        "role",
        "role",
        "role",
    ]


def test_an_election_without_candidates_is_cancelled(world: World) -> None:
    election = call(world)
    with pytest.raises(Refused, match="Nobody stands"):
        election_open(election=election, by=world.person("bruno"), now=OPENS)
    assert elections_open_due(now=OPENS) == []
    assert election_cancel(election=election, by=world.person("bruno"), now=OPENS).state == "cancelled"


def test_a_void_vote_is_held_anew(world: World, election: Election) -> None:
    ballot = election_open(election=election, by=None, now=OPENS)
    ballot_void(ballot=ballot, reason="A name was wrong.", by=world.person("bruno"), now=OPENS + DAY)
    election.refresh_from_db()
    assert (election.state, election.ballot) == ("nominating", None)
    again = election_open(election=election, by=world.person("bruno"), now=OPENS + 2 * DAY)
    assert again.options.count() == 3


def test_what_the_database_refuses(world: World, election: Election) -> None:
    refused("election_stays_as_called", "UPDATE councils_election SET places = 2")
    refused("election_stays_as_called", "UPDATE councils_election SET state = 'decided'")
    refused("councils_history_stays", "DELETE FROM councils_nomination")
    refused("councils_history_stays", "DELETE FROM councils_election")
    refused("election_seats_stay", "DELETE FROM councils_election_seats")
    refused("nomination_stays", "UPDATE councils_nomination SET person_id = %s", world.person("pia").pk)
    election_open(election=election, by=None, now=OPENS)
    refused("nomination_before_the_vote", "UPDATE councils_nomination SET statement = 'x'")
    refused("nomination_before_the_vote", "UPDATE councils_nomination SET withdrawn_at = now()")
    refused(
        "nomination_mandate_for_winners",
        "UPDATE councils_nomination SET mandate_id = (SELECT min(id) FROM councils_mandate)"
        " WHERE id = (SELECT min(id) FROM councils_nomination)",
    )
    refused(
        "ballot_roll_is_frozen",
        "INSERT INTO councils_option (ballot_id, number, code, label, effect) "
        "SELECT id, 9, 'c9', 'Else', 'candidate' FROM councils_ballot WHERE secrecy = 'secret'",
    )


class TestPages:
    def test_from_the_form_to_the_count_sheet(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        council, now = assembly(world), timezone.now()
        coordinator, mia = signed_in(world, "bruno"), signed_in(world, "mia")
        assert url("election_new", council) in text(coordinator.get(url("council", council)))
        form = coordinator.get(url("election_new", council))
        assert faults(form.content.decode()) == []
        bad = coordinator.post(url("election_new", council), {"title": "Our delegate", "rule": "stv"})
        assert (bad.status_code, "Our delegate" in text(bad)) == (422, True)
        made = coordinator.post(
            url("election_new", council),
            {
                "title": "Our delegate", "role": f"seats:{world.metal.public_id}", "rule": "stv",
                "nominations_until": (now + 8 * DAY).date(), "term_from": (now + 800 * DAY).date(),
            },
            follow=True,
        )  # fmt: skip
        election = Election.objects.get()
        assert "Our delegate: 0 stand" in text(made)
        page = mia.post(url("stand", election), {"statement": ""})
        assert (page.status_code, "why you stand" in text(page)) == (422, True)
        page = mia.post(url("stand", election), {"statement": "Shorter meetings."}, follow=True)
        assert "Shorter meetings." in text(page)
        assert faults(page.content.decode()) == []
        signed_in(world, "noah").post(url("stand", election), {"statement": "Longer ones."})
        later = now + 10 * DAY
        monkeypatch.setattr(timezone, "now", lambda: later)
        opened = signed_in(world, "bruno").post(url("election_open", election), follow=True)
        assert "the vote is open" in text(opened)
        self.vote(world, election, "olga")
        monkeypatch.setattr(timezone, "now", lambda: later + 8 * DAY)
        coordinator = signed_in(world, "bruno")
        closed = coordinator.post(url("ballot_close", Ballot.objects.get()), follow=True)
        assert "Our delegate: decided" in text(closed)
        assert faults(closed.content.decode()) == []
        sheet = coordinator.get(url("count", election))
        assert "Elected: Noah" in text(sheet)
        assert faults(sheet.content.decode()) == []
        given = coordinator.post(url("election_seat", election), follow=True)
        assert "has the mandate" in text(given)
        history = coordinator.get(reverse("councils:person", args=[world.person("noah").public_id]))
        assert "elected" in text(history)

    def vote(self, world: World, election: Election, name: str) -> None:
        """Rank noah, then mia, change the order twice, look, cast."""
        client = signed_in(world, name)
        ballot = Ballot.objects.get()
        entry = ballot.roll.get(person__username=name)
        address = url("booth", ballot, entry.number)
        codes = {option.label: option.code for option in ballot.options.all()}
        page: Any = client.get(address)
        assert address in text(client.get(url("election", election)))
        buttons = [f"add:{codes['Noah']}", f"add:{codes['Mia']}", f"up:{codes['Mia']}", f"up:{codes['Noah']}"]
        for button in [*buttons, "check", "edit", "check", "cast"]:
            page = self.press(client, address, page, button)
            assert faults(page.content.decode()) == []
        assert "in the urn" in text(page)

    def press(self, client: Client, address: str, page: Any, button: str) -> Any:
        from tests.councils.test_booth import press

        return press(client, address, page, button)

    def test_nobody_else_calls_opens_or_seats(self, world: World, election: Election) -> None:
        client = signed_in(world, "mia")
        assert client.get(url("election_new", election.council)).status_code == 403
        for name in ("election_open", "election_cancel"):
            assert client.post(url(name, election)).status_code == 403
        assert client.post(url("election_seat", election)).status_code == 409
        assert client.get(url("count", election)).status_code == 404


def test_everyone_elects_the_boards_free_seats(world: World) -> None:
    board, general = world.council("board"), world.council("general")
    Seat.objects.filter(council=board).delete()
    seat = Seat.objects.create(council=board, number=1)
    assert seats_behind(general, str(board.public_id)) == [seat]
