"""A big assembly whose members are signed in, its votes, and what each member sends."""

import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import DatabaseError, connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils import timezone

from config.sessions import SessionStore
from councils.charter import charter_value
from councils.models import Ballot, Council, NamedVote, RollEntry
from councils.selectors.audit import audit
from councils.services import ballot_close, ballot_open, election_call, election_open, nomination_stand
from councils.votes_written import tracker_new
from tests.councils.world import DAY, NOW, SINCE, UNTIL, World
from tests.voting.client import Answer, request
from workplaces.models import Entry, Membership, Person, Session

BATCH = 2000
CANDIDATES = 5


@dataclass
class Casting:
    """One voting right of somebody who is signed in, what they send, and what they were told of it."""

    entry: RollEntry
    choice: list[str]
    cookies: str
    key: str = ""
    told: dict[str, list[str]] = field(default_factory=dict)  # by receipt or tracker: what was cast
    refusals: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the key that the form brings along."""
        self.key = self.key or (tracker_new() if self.is_secret else secrets.token_hex(16))

    @property
    def is_secret(self) -> bool:
        """Say whether it is a paper for the urn."""
        return self.entry.ballot.secrecy == Ballot.Secrecy.SECRET

    def rival(self) -> "Casting":
        """Return another form for the same right, with another answer, whose answers are noted in the same place."""
        codes = self.choice[::-1] if len(self.choice) > 1 else ["no" if self.choice == ["yes"] else "yes"]
        return Casting(self.entry, codes, self.cookies, told=self.told, refusals=self.refusals)

    def message(self) -> bytes:
        """Return the request of the form, as the page holds it."""
        ballot, token = self.entry.ballot, self.cookies.rpartition("=")[2]
        form = [("csrfmiddlewaretoken", token)]
        if self.is_secret:
            path = reverse("councils:booth", args=[ballot.public_id, self.entry.number])
            form += [("do", "cast"), ("tracker", self.key), *(("choice", code) for code in self.choice)]
        else:
            path = reverse("councils:vote", args=[ballot.public_id])
            form += [("right", self.entry.right), ("idempotency_key", self.key), ("option", self.choice[0])]
        return request(path, self.cookies, form)

    def hear(self, answer: Answer) -> None:
        """Note what the answer tells: that the vote counts, or the status of the refusal."""
        if self.is_secret and answer.status == 200 and b"in the urn" in answer.body:
            self.told[self.key] = self.choice
        elif answer.status == 302 and "code=" in answer.location:
            self.told[parse_qs(urlsplit(answer.location).query)["code"][0]] = self.choice
        else:
            self.refusals.append(answer.status)


def crowd(world: World, size: int) -> Council:
    """Return the assembly of the first workplace with that many members, its three founding ones included."""
    people = Person.objects.bulk_create(
        [Person(username=f"voter{n}", name=f"Voter {n}") for n in range(4, size + 1)], BATCH
    )
    since = DateRange(SINCE, None)
    Membership.objects.bulk_create(
        [Membership(person=one, workplace=world.workplaces[0], validity=since) for one in people], BATCH
    )
    return Council.objects.get(workplace=world.workplaces[0])


def motion_vote(world: World, council: Council, secrecy: str, closes_at: datetime, title: str) -> Ballot:
    """Open a vote on a motion that closes at that moment of the real clock."""
    motion = world.motion(council=council, by=world.person("mia"), title=title)
    return ballot_open(motion=motion, by=world.person("bruno"), secrecy=secrecy, now=NOW, closes_at=closes_at)


def election_vote(world: World, council: Council, closes_at: datetime) -> Ballot:
    """Open the vote in an election by ranking that closes at that moment of the real clock."""
    election = election_call(
        council=council,
        title="Three coordinators",
        role="coordinator",
        rule="stv",
        places=3,
        nominations_until=NOW + 30 * DAY,
        term_from=UNTIL,
        by=world.person("bruno"),
        now=NOW,
    )
    members = Membership.objects.filter(workplace=world.workplaces[0]).select_related("person").order_by("pk")
    for member in members[:CANDIDATES]:
        nomination_stand(election=election, statement="Here I am.", by=member.person, now=NOW)
    opened = closes_at - timedelta(days=charter_value("councils.ballot_days", on=NOW.date()))
    return election_open(election=election, by=None, now=opened)


def signed_in(ballots: list[Ballot]) -> dict[int, str]:
    """Sign in who is on the rolls; return the cookies of each browser by person, the CSRF token last."""
    store, until, rows, cookies = SessionStore(), timezone.now() + DAY, [], {}
    for person in Person.objects.filter(roll_entries__ballot__in=ballots).distinct():
        key = secrets.token_hex(16)
        data: dict[str, Any] = {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: person.get_session_auth_hash(),
        }
        rows.append(
            Session(session_key=key, session_data=store.encode(data), expire_date=until, person=person)
        )
        names = settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME
        cookies[person.pk] = f"{names[0]}={key}; {names[1]}={secrets.token_hex(16)}"
    Session.objects.bulk_create(rows, BATCH)
    connection.close()
    return cookies


def castings(ballot: Ballot, cookies: dict[int, str]) -> list[Casting]:
    """Return what everybody on the roll sends: most for, some against; in an election a ranking each."""
    codes = list(ballot.options.order_by("number").values_list("code", flat=True))
    found = []
    for entry in ballot.roll.select_related("person", "ballot").order_by("number"):
        turn = entry.number % len(codes)
        choice = codes[turn:] + codes[:turn] if ballot.is_ranked else [codes[entry.number % 5 // 3]]
        found.append(Casting(entry, choice, cookies[entry.person_id]))
    return found


def compared(ballots: list[Ballot], given: list[Casting]) -> dict[str, Any]:
    """Close the votes that are open, and hold what the record lists against what people were told.

    ``lost``: rights whose holder was told that it counts, and nothing of what they were told does. ``doubled``: rights,
    or papers, beyond one for each. ``from_nowhere``: counted, and neither told nor sent by somebody who never heard.
    ``wrong``: counted with another answer than was told. ``tally_off``: results that the listed votes do not make.
    ``unclosable``: votes that cannot be closed, since the count would have more votes than rights.
    """
    listed: dict[str, list[str]] = {}
    off = unclosable = 0
    for ballot in ballots:
        ballot.refresh_from_db()
        try:
            if ballot.state == Ballot.State.OPEN:
                ballot_close(ballot=ballot, by=None, now=ballot.closes_at)
        except (ValueError, DatabaseError):
            unclosable += 1
            continue
        body = Entry.objects.get(kind="ballot.closed", subject=ballot.subject).body
        mine = {vote["receipt"]: [vote["option"]] for vote in body.get("votes", [])} | dict(
            body.get("papers", [])
        )
        off += not fits(body["result"], list(mine.values()))
        listed |= mine
    told = {code: choice for casting in given for code, choice in casting.told.items()}
    sent = {casting.key for casting in given if not casting.told}
    keys = dict(NamedVote.objects.values_list("receipt", "idempotency_key"))
    counting = [sum(code in listed for code in casting.told) for casting in given]
    unheard = {code for code in listed if code not in told and keys.get(code, code) in sent}
    return {
        "told": sum(bool(casting.told) for casting in given),
        "counted": len(listed),
        "lost": sum(
            bool(casting.told) and not counts for casting, counts in zip(given, counting, strict=True)
        ),
        "doubled": sum(counts > 1 for counts in counting),
        "from_nowhere": len(listed.keys() - told.keys() - unheard),
        "wrong": sum(told[code] != choice for code, choice in listed.items() if code in told),
        "tally_off": off,
        "unclosable": unclosable,
        "unheard": len(unheard),
        "refusals": {str(status): often for status, often in sorted(statuses(given).items())},
        "findings": audit(),
    }


def fits(result: dict[str, Any], choices: list[list[str]]) -> bool:
    """Say whether a result has the numbers that the listed votes make, counted here once more."""
    counts = Counter(choice[0] for choice in choices)
    told: dict[str, int] = result.get("counts", {})
    return result["votes"] == len(choices) and all(counts[code] == often for code, often in told.items())


def statuses(given: list[Casting]) -> Counter[int]:
    """Count the refusals by their status; 0 is a connection that broke."""
    return Counter(status for casting in given for status in casting.refusals)
