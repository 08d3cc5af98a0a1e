"""Receipts by mail: of votes by name in the vote's own transaction, after secret ones only that a right was used."""

import re
from collections.abc import Callable

import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from councils.models import Ballot, VoteVersion
from councils.services import ballot_close, ballot_open, motion_move
from councils.services.papers import paper_cast
from councils.votes_written import tracker_new
from planning.notices.outbox import messages_send
from tests.councils.world import DAY, NOW, SINCE, World
from tests.planning.notices.conftest import HOUR, Mailbox, reachable, vote
from workplaces.models import Membership, Message
from workplaces.services.notices import settings_set

pytestmark = pytest.mark.django_db
Ask = Callable[..., list[Ballot]]


class TestVotes:
    def test_the_receipt_of_a_vote_by_name_comes_to_who_wants_it(
        self, world: World, ask: Ask, mailbox: Mailbox
    ) -> None:
        (ballot,) = ask()
        ana, bob = (reachable(world.person(name)) for name in ("delegate1", "delegate2"))
        settings_set(by=ana, values={"receipts": True, "rhythm": "never", "remind_hours": 0}, now=NOW)
        cast = vote(ballot, ana)
        vote(ballot, bob)
        assert messages_send(clock=lambda: NOW) == 1
        (letter,) = mailbox.letters
        text = letter.get_body(("plain",)).get_content()
        assert cast.code in text
        assert "Lathe 1" in text
        assert not re.search(r"\byes\b", text, re.IGNORECASE), "not what it says"
        changed = vote(ballot, ana, now=NOW + HOUR, option="no", key="l")
        assert messages_send(clock=lambda: NOW + HOUR) == 1
        assert changed.code in mailbox.letters[1].get_body(("plain",)).get_content()

    def test_it_is_written_by_the_vote_s_own_transaction(self, world: World, ask: Ask) -> None:
        (ballot,) = ask()
        ana = reachable(world.person("delegate1"))
        settings_set(by=ana, values={"receipts": True}, now=NOW)
        with transaction.atomic():
            vote(ballot, ana)
            assert Message.objects.filter(kind="receipt").count() == 1
            transaction.set_rollback(True)
        assert not VoteVersion.objects.exists()
        assert not Message.objects.filter(kind="receipt").exists()

    def test_after_a_secret_vote_only_that_a_right_was_used(self, world: World, mailbox: Mailbox) -> None:
        """Nothing is made before the close; then in the order of the roll, with no tracker and no choice."""
        assembly = world.council("workplace", "Works 1")
        people = [reachable(world.person(name)) for name in ("mia", "noah", "olga")]
        for number in range(4):
            Membership.objects.create(
                person=reachable(world.person(f"mate{number}")), workplace=world.workplaces[0],
                validity=DateRange(SINCE, None),
            )  # fmt: skip
        for person in people:
            settings_set(by=person, values={"receipts": True, "rhythm": "never", "remind_hours": 0}, now=NOW)
        motion = motion_move(council=assembly, title="Sundays?", text="From May.", by=people[0], now=NOW)
        ballot = ballot_open(motion=motion, by=world.person("bruno"), now=NOW, secrecy="secret")
        trackers = []
        for person, choice in zip(reversed(people[:2]), ("yes", "no"), strict=True):
            entry = ballot.roll.get(person=person)
            trackers.append(tracker_new())
            paper_cast(
                ballot=ballot, right=entry.right, choice=[choice], tracker=trackers[-1], by=person, now=NOW
            )
            assert not Message.objects.exists(), "a message of the cast would tie the person to the paper"
        closed = NOW + 9 * DAY
        ballot_close(ballot=ballot, by=None, now=closed)
        made = Message.objects.order_by("pk")
        numbers = [ballot.roll.get(person=message.person).number for message in made]
        assert len(numbers) == 2
        assert numbers == sorted(numbers), "the order of the roll, not of the casting"
        assert {message.created_at for message in made} == {closed}
        assert messages_send(clock=lambda: closed) == 2
        for letter in mailbox.letters:
            whole = letter.as_string() + letter.get_body(("plain",)).get_content()
            assert "You took part: Sundays?" in whole
            assert not any(tracker in whole for tracker in trackers)
            said = letter.get_body(("plain",)).get_content()
            assert not re.search(
                r"\b(yes|no|carried|lost)\b", said.replace("No more notices", ""), re.IGNORECASE
            )
