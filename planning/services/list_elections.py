"""Elections by lists: calling one for the charter's share of the board's seats, opening its vote, cancelling it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from councils.charter import charter_value
from councils.models import Ballot, Council, Motion, Seat
from councils.permissions import check_can_conduct, voters_among
from councils.services.ballots import put_to_the_vote
from councils.services.locks import chain_first
from councils.services.motions import motion_put
from planning import policies_lists as policies
from planning.models import AssociationMember, CandidateList, ListCandidate, ListElection
from planning.rules import LISTS_RULE, LISTS_SHARE
from workplaces.errors import Invalid, Refused
from workplaces.models import Person
from workplaces.record.services import entry_append

TITLE_LENGTH = 200
LONGEST_AHEAD = 3660  # days


@transaction.atomic
def list_election_call(
    *, title: str, lists_until: datetime, term_from: date, by: Person, now: datetime
) -> ListElection:
    """Call for lists: the seats of the charter's share that nobody holds from ``term_from`` on.

    Raises Forbidden (no coordinator), Invalid (title, days), Refused (no general vote, no board, no free seat, another
    election by lists under way).
    """
    council, board = _councils()
    hat = check_can_conduct(by, council, now.date())
    chain_first()
    board = Council.objects.select_for_update().get(pk=board.pk)
    _check_call(title, lists_until, term_from, now)
    under_way = [one for one in ListElection.objects.filter(target=board).select_related("motion")
                 if one.state in {"collecting", "voting"}]  # fmt: skip
    if under_way:
        raise Refused(
            _("“%(title)s” is under way; call the next one when it is over.") % {"title": under_way[0].title}
        )
    seats = seats_to_fill(board, term_from)
    election = ListElection.objects.create(
        council=council, target=board, title=title.strip(), rule=charter_value(LISTS_RULE, on=now.date()),
        places=len(seats), lists_until=lists_until, term_from=term_from, hat=hat, created_by=by, created_at=now,
    )  # fmt: skip
    election.seats.set(seats)
    body = {
        "title": election.title, "rule": election.rule, "seats": [seat.number for seat in seats],
        "places": election.places, "lists_until": lists_until, "term_from": term_from,
    }  # fmt: skip
    _record(election, "list_election.called", by, hat, now, body)
    return election


def seats_to_fill(board: Council, term_from: date) -> list[Seat]:
    """Return the seats of the charter's share, in their order, that nobody holds on ``term_from`` or after.

    The share of all seats is rounded to the nearest whole number, at least 1; they are the first that speak for no
    council. Raises Refused where there is none, or none is free by then.
    """
    share = Fraction(charter_value(LISTS_SHARE, on=term_from))
    number = max(1, int(share * board.seats.count() + Fraction(1, 2))) if share else 0
    listed = list(board.seats.filter(represents_council__isnull=True).order_by("number")[:number])
    if not listed:
        raise Refused(_("By the charter, none of the seats of %(board)s is filled from lists.")
                      % {"board": board.label})  # fmt: skip
    taken = Seat.objects.filter(pk__in=[seat.pk for seat in listed], mandates__held__endswith__gt=term_from)
    held = dict(taken.order_by("mandates__held__endswith").values_list("pk", "mandates__held__endswith"))
    free = [seat for seat in listed if seat.pk not in held]
    if not free:
        first = min(held.values()).strftime("%Y-%m-%d")
        raise Refused(
            _(
                "All seats from lists are held then; the first becomes free on %(day)s. Let the term begin then."
            )
            % {"day": first}
        )
    return free


@transaction.atomic
def list_election_cancel(*, election: ListElection, by: Person, now: datetime) -> ListElection:
    """Cancel an election that has not been voted on. Raises Forbidden, TooLate."""
    hat = check_can_conduct(by, election.council, now.date())
    chain_first()
    election = held(election)
    policies.check_cancel(election)
    election.cancelled_at = now
    election.save(update_fields=["cancelled_at"])
    _record(election, "list_election.cancelled", by, hat, now, {"title": election.title})
    return election


@transaction.atomic
def list_election_open(*, election: ListElection, by: Person | None, now: datetime) -> Ballot:
    """Put the lists to the general vote, in secret: lists and candidates freeze. ``by=None`` is the clock.

    Whoever has not agreed, or left the association, is left off; a list on which nobody is left does not stand. Raises
    Forbidden, TooLate, Refused (fewer than two lists, too few people to keep a secret).
    """
    hat = check_can_conduct(by, election.council, now.date()) if by else election.hat
    chain_first()
    election = held(election)
    policies.check_open(election, now)
    standing = _standing(election, now)
    if len(standing) < policies.LEAST_LISTS:
        raise Refused(
            _(
                "%(number)s of the lists can be voted on; a choice needs two at least. Cancel this election and call another."
            )
            % {"number": len(standing)}
        )
    for number, (one, _candidates) in enumerate(standing, 1):
        one.code = f"o{number}"
        one.save(update_fields=["code"])
    asks = {
        "rule": election.rule,
        "options": [{"label": label} for label in _labels([one for one, _candidates in standing])],
        "params": {"seats": election.places},
    }
    mover = by or election.created_by
    motion = motion_put(
        council=election.council, title=election.title, text=_text(election, standing), by=mover, hat=hat, now=now,
        mechanism=Motion.Mechanism.VOTE, subject_kind=policies.SUBJECT, subject=election.public_id, asks=asks,
        prescribed=_("The charter fills a share of the board's seats from lists, in a general vote."),
    )  # fmt: skip
    ballot = put_to_the_vote(motion, by=mover, hat=hat, now=now, secrecy=Ballot.Secrecy.SECRET)
    election.motion = motion
    election.save(update_fields=["motion"])
    body = {"title": election.title, "lists": [_written(one, rows) for one, rows in standing]}
    _record(election, "list_election.opened", by, hat, now, body)
    return ballot


def list_elections_open_due(*, now: datetime) -> list[Ballot]:
    """Open the votes for which no list can be put up any more; one that cannot open says why on its page."""
    due = ListElection.objects.filter(
        motion__isnull=True, cancelled_at__isnull=True, lists_until__lte=now
    ).select_related("council", "created_by")
    opened: list[Ballot] = []
    for election in due.order_by("pk"):
        try:
            opened.append(list_election_open(election=election, by=None, now=now))
        except Refused:  # too few lists or people, or somebody else was faster
            continue
    return opened


def held(election: ListElection) -> ListElection:
    """Return the election as it now is, locked until the transaction ends."""
    rows = ListElection.objects.select_for_update(of=("self",))
    return rows.select_related("council", "target", "motion", "created_by").get(pk=election.pk)


def _standing(election: ListElection, now: datetime) -> list[tuple[CandidateList, list[ListCandidate]]]:
    """Return the lists that can be voted on, by name, each with those who agreed and still belong to it.

    Asks as often for many candidates as for one.
    """
    lists = election.lists.filter(withdrawn_at__isnull=True, association__dissolved_on__isnull=True)
    rows = list(lists.select_related("association", "programme").order_by("association__name", "pk"))
    agreed = list(
        ListCandidate.objects.filter(list__in=rows, agreed_at__isnull=False)
        .select_related("person")
        .order_by("place")
    )
    belonging = _belonging(rows, agreed, now)
    gone = [one.pk for one in agreed if one.pk not in belonging]
    ListCandidate.objects.filter(pk__in=gone).update(agreed_at=None, declined_at=None)
    standing = {
        one.pk: [row for row in agreed if row.list_id == one.pk and row.pk in belonging] for one in rows
    }
    return [(one, standing[one.pk]) for one in rows if standing[one.pk]]


def _belonging(lists: Sequence[CandidateList], agreed: Sequence[ListCandidate], now: datetime) -> set[int]:
    """Return which of those that agreed are members of the list's association and can vote in the general vote."""
    of = {one.pk: one.association_id for one in lists}
    people = [one.person_id for one in agreed]
    members = set(
        AssociationMember.objects.filter(
            association__in=of.values(), person__in=people, until__isnull=True
        ).values_list("association", "person")
    )
    voters = voters_among(people, now.date())
    return {
        one.pk for one in agreed if (of[one.list_id], one.person_id) in members and one.person_id in voters
    }


def _labels(lists: Sequence[CandidateList]) -> list[str]:
    """Return how the ballot calls the lists; by the names of their founding where a language knows two by one name."""
    labels = [one.association.label for one in lists]
    if len({label.casefold() for label in labels}) == len(labels):
        return labels
    return [one.association.name for one in lists]


def _councils() -> tuple[Council, Council]:
    there = {one.kind: one for one in Council.objects.sitting().filter(kind__in=["general", "board"])}
    if len(there) < 2:
        raise Refused(_("There is no general vote or no board yet; found them first."))
    return there["general"], there["board"]


def _check_call(title: str, lists_until: datetime, term_from: date, now: datetime) -> None:
    faults: dict[str, str] = {}
    if not title.strip() or len(title.strip()) > TITLE_LENGTH:
        faults["title"] = _("An election needs a title of up to 200 characters.")
    if lists_until < now + timedelta(days=charter_value("councils.nomination_days", on=now.date())):
        faults["lists_until"] = _("The charter gives people more time to stand.")
    far = now + timedelta(days=LONGEST_AHEAD)
    voted = min(lists_until, far) + timedelta(days=charter_value("councils.ballot_days", on=now.date()))
    late = {"lists_until": lists_until > far, "term_from": term_from > far.date()}
    faults |= {name: _("This is more than ten years off.") for name, is_late in late.items() if is_late}
    if term_from < voted.date():
        faults["term_from"] = _("Terms begin once the vote is over: on %(day)s or later.") % {
            "day": voted.strftime("%Y-%m-%d")
        }
    if faults:
        raise Invalid(_("The election cannot be called like this."), fields=faults)


def _text(election: ListElection, standing: Sequence[tuple[CandidateList, list[ListCandidate]]]) -> str:
    """Say what is voted on: the seats, then each list with its programme and its candidates in their order."""
    numbers = ", ".join(str(seat.number) for seat in election.seats.order_by("number"))
    parts = [
        _("Which lists fill %(places)s seats of %(board)s (seats %(numbers)s), from %(day)s on?")
        % {"places": election.places, "board": election.target.label, "numbers": numbers, "day": election.term_from}
    ]  # fmt: skip
    for one, rows in standing:
        names = ", ".join(f"{place}. {row.person}" for place, row in enumerate(rows, 1))
        words = {"list": one.association.label, "programme": one.programme.shown.title, "names": names}
        parts.append(_("%(list)s, for the programme “%(programme)s”: %(names)s.") % words)
    return _fitting(parts)


def _fitting(parts: list[str], most: int = 20_000) -> str:
    """Return the paragraphs as a motion holds them; where they are too long, the record and the page have the rest."""
    text = "\n\n".join(parts)
    return text if len(text) <= most else text[: most - 1] + "…"


def _written(one: CandidateList, rows: Sequence[ListCandidate]) -> dict[str, Any]:
    return {
        "list": one.public_id, "code": one.code, "association": one.association.public_id,
        "name": one.association.name, "programme": one.programme.public_id,
        "candidates": [{"place": row.place, "person": row.person.public_id, "name": str(row.person)} for row in rows],
    }  # fmt: skip


def _record(
    election: ListElection, kind: str, by: Person | None, hat: str, now: datetime, body: dict[str, Any]
) -> None:
    about = {"council": election.target.public_id, "council_name": election.target.name, **body}
    entry_append(kind=kind, by=by, hat=hat, subject=election.subject, body=about, now=now)
