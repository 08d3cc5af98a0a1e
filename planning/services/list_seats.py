"""From the closed vote on lists to mandates, and from a mandate that ends early to the next on the same list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from councils.charter import charter_value
from councils.models import Mandate, Motion, Seat
from councils.policies import within_terms
from councils.services.mandates import MandateDraft, mandates_give_by_vote
from planning.models import CandidateList, ListCandidate, ListElection, ListSeating
from planning.policies_lists import standing
from workplaces.record.services import entry_append

Outcome, Reason = ListSeating.Outcome, ListSeating.Reason
ROLE = Mandate.Role.MEMBER


@dataclass(frozen=True)
class Term:
    """From when until when a seat is filled."""

    since: date
    until: date


def lists_follow(motion: Motion, now: datetime) -> None:
    """Give the seats that the closed vote counted, in the transaction that counted it."""
    election = ListElection.objects.select_related("target", "council").filter(motion=motion).first()
    if election is None or motion.state not in {Motion.State.CARRIED, Motion.State.LOST}:
        return
    election.motion = motion
    if motion.state == Motion.State.LOST:
        _record(election, "list_election.lost", motion, now, {"title": election.title})
        return
    days = charter_value("councils.term_days", on=election.term_from)
    since = max(
        election.term_from, now.date()
    )  # a vote that was void and held anew may close after the day called for
    term = Term(since, election.term_from + timedelta(days=days))
    lists = {one.code: one for one in election.lists.exclude(code="").select_related("association")}
    steps: list[ListSeating] = []
    for seat, code in seats_given(election):
        steps += _filled(election, lists[code], seat, term, now)
    body = {"title": election.title, "steps": [_told(step) for step in steps]}
    _record(election, "list_election.decided", motion, now, body)


def seats_given(election: ListElection) -> Iterator[tuple[Seat, str]]:
    """Yield each seat with the code of the list that got it: the first seat that was given is the lowest number."""
    motion = election.motion
    ballot = motion.ballots.filter(state="closed").order_by("-pk").first() if motion else None
    if ballot is None or not ballot.result or "explanation" not in ballot.result:
        return
    codes = [step["list"] for step in ballot.result["explanation"]["steps"]]
    yield from zip(election.seats.select_related("council").order_by("number"), codes, strict=True)


def list_succession(mandate: Mandate, now: datetime) -> None:
    """Fill the seat of a mandate from a list that ended before its term by the next on the same list."""
    seating = (
        ListSeating.objects.filter(mandate=mandate)
        .select_related("list__association", "list__election__target", "list__election__motion", "seat")
        .first()
    )
    if seating is None or seating.seat is None or mandate.term.upper <= now.date():
        return
    one, election = seating.list, seating.list.election
    term = Term(max(now.date(), mandate.term.lower), mandate.term.upper)
    steps = _filled(election, one, seating.seat, term, now, after=mandate)
    assert election.motion is not None  # noqa: S101  (nobody is seated without a vote)
    body = {
        "title": election.title, "association_name": one.association.name, "name": str(mandate.person),
        "steps": [_told(step) for step in steps],
    }  # fmt: skip
    _record(election, "list_election.followed", election.motion, now, body)


def _filled(
    election: ListElection, one: CandidateList, seat: Seat, term: Term, now: datetime, after: Mandate | None = None
) -> list[ListSeating]:  # fmt: skip
    """Seat the next who can take it; say of everybody before them why not, and of an empty list that nobody is left."""
    steps: list[ListSeating] = []
    if Mandate.objects.filter(seat=seat, held__overlap=DateRange(term.since, term.until)).exists():
        return [_step(one, seat, now, Outcome.VACANT, after, reason=Reason.HELD)]
    past = _past(one, after)
    for candidate in standing(one):
        if candidate.pk in past:
            continue
        reason = why_not(candidate, election, term)
        if reason:
            steps.append(_step(one, seat, now, Outcome.PASSED_OVER, after, candidate, reason))
            continue
        draft = MandateDraft(
            person=candidate.person, council=election.target, role=ROLE, since=term.since, until=term.until,
            obtained=Mandate.Obtained.ELECTED, seat=seat,
        )  # fmt: skip
        assert election.motion is not None  # noqa: S101  (nobody is seated without a vote)
        (mandate,) = mandates_give_by_vote([draft], election.motion, now)
        return [*steps, _step(one, seat, now, Outcome.SEATED, after, candidate, mandate=mandate)]
    return [*steps, _step(one, seat, now, Outcome.VACANT, after, reason=Reason.EXHAUSTED)]


def _past(one: CandidateList, after: Mandate | None) -> set[int]:
    """Return whose turn is over: who was seated; while the count's seats are given, who was passed over in it too."""
    rows = ListSeating.objects.filter(list=one, candidate__isnull=False)
    seated = rows.filter(outcome=Outcome.SEATED)
    now_over = seated if after else seated | rows.filter(outcome=Outcome.PASSED_OVER, after__isnull=True)
    return {pk for pk in now_over.values_list("candidate", flat=True) if pk}


@transaction.atomic
def seats_named_due(*, now: datetime) -> int:
    """Let each seat speak for the association whose list got it, from the first day of the term; return how many changed."""
    given = ListSeating.objects.filter(list__election__term_from__lte=now.date(), seat__isnull=False)
    steps = given.exclude(outcome=Outcome.PASSED_OVER).select_related("seat", "list__election")
    latest = {
        step.seat: step.list.association_id for step in steps.order_by("list__election__term_from", "pk")
    }
    changed = [
        (seat, whose) for seat, whose in latest.items() if seat and seat.represents_association_id != whose
    ]
    for seat, whose in changed:
        seat.represents_association_id = whose
        seat.save(update_fields=["represents_association"])
    return len(changed)


def why_not(candidate: ListCandidate, election: ListElection, term: Term) -> str:
    """Return why somebody cannot take a seat for that term, nothing where they can."""
    person = candidate.person
    if candidate.gave_up_at:
        return Reason.GAVE_UP
    if person.is_superuser or not person.is_active:
        return Reason.SITE
    sits = Mandate.objects.filter(
        council=election.target, person=person, role__in=[Mandate.Role.MEMBER, Mandate.Role.DELEGATE],
        held__overlap=DateRange(term.since, term.until),
    )  # fmt: skip
    if sits.exists():
        return Reason.SITS
    return "" if within_terms(person, election.target, ROLE, term.since) else Reason.TERMS


def _step(
    one: CandidateList, seat: Seat, now: datetime, outcome: str, after: Mandate | None,
    candidate: ListCandidate | None = None, reason: str = "", mandate: Mandate | None = None,
) -> ListSeating:  # fmt: skip
    return ListSeating.objects.create(
        list=one, at=now, outcome=outcome, reason=reason, seat=seat, candidate=candidate, mandate=mandate, after=after
    )  # fmt: skip


def _told(step: ListSeating) -> dict[str, Any]:
    return {
        "seat": step.seat.number if step.seat else None,
        "list": step.list.association.name,
        "outcome": step.outcome,
        "reason": step.reason,
        "name": str(step.candidate.person) if step.candidate else "",
        "mandate": step.mandate.public_id if step.mandate else None,
    }


def _record(election: ListElection, kind: str, motion: Motion, now: datetime, body: dict[str, Any]) -> None:
    about = {"council": election.target.public_id, "council_name": election.target.name, **body}
    entry_append(kind=kind, by=None, subject=election.subject, motion=motion.public_id, body=about, now=now)
