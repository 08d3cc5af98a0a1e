"""Putting up an association's list, and what a candidate says to it: agree, decline, give the place up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from councils.permissions import check_takes_part, is_member
from councils.services.locks import chain_first
from planning import policies_lists as policies
from planning.models import CandidateList, ListCandidate, ListElection, Programme
from planning.services.associations import is_member as belongs
from planning.services.list_elections import held
from workplaces.errors import Forbidden, Invalid, Refused
from workplaces.models import Association, Person
from workplaces.record.services import entry_append


@transaction.atomic
def list_put_up(
    *,
    election: ListElection,
    association: Association,
    programme: Programme | None,
    people: Sequence[Person],
    by: Person,
    now: datetime,
) -> CandidateList:
    """Put up an association's list, or put it up anew: ``people`` in the order of their places.

    Everybody on it is asked and stands once they agree; who agreed and keeps their place or moves up stays agreed. A
    member puts oneself up and agrees by that. Raises Forbidden (no member), TooLate, Invalid (programme, people).
    """
    check_takes_part(by)
    chain_first()
    election = held(election)
    policies.check_collecting(election, now)
    if association.dissolved_on or not belongs(association, by):
        raise Forbidden(
            _("Only members of %(name)s put up and change its list.") % {"name": association.label}
        )
    chosen = _check_list(election, programme, people, now)
    one = election.lists.filter(association=association).first()
    if one is None and election.lists.count() >= policies.MOST_LISTS:
        raise Refused(
            _("There are %(most)s lists already; a vote holds no more.") % {"most": policies.MOST_LISTS}
        )
    if one is None:
        one = CandidateList.objects.create(
            election=election, association=association, programme=chosen, created_by=by, created_at=now
        )
    elif one.programme_id != chosen.pk or one.withdrawn_at:
        one.programme, one.withdrawn_at = chosen, None
        one.save(update_fields=["programme", "withdrawn_at"])
    _place(one, people, by, now)
    names = [str(person) for person in people]
    body = {"programme": chosen.public_id, "candidates": len(names)}
    _record("list.put_up", one, by, now, body)
    return one


@transaction.atomic
def list_withdraw(*, one: CandidateList, by: Person, now: datetime) -> CandidateList:
    """Take a list back before the vote. Raises Forbidden (no member), TooLate, Refused (taken back already)."""
    check_takes_part(by)
    chain_first()
    election, one = _both(one)
    policies.check_collecting(election, now)
    if not belongs(one.association, by):
        raise Forbidden(
            _("Only members of %(name)s put up and change its list.") % {"name": one.association.label}
        )
    if one.withdrawn_at:
        raise Refused(_("This list was withdrawn already."))
    one.withdrawn_at = now
    one.save(update_fields=["withdrawn_at"])
    one.candidates.all().delete()
    _record("list.withdrawn", one, by, now, {})
    return one


@transaction.atomic
def candidate_agree(*, one: CandidateList, by: Person, now: datetime) -> ListCandidate:
    """Agree to stand at one's place; public from then on.

    Raises Forbidden (not asked), TooLate, Refused (no member, on another list, agreed already).
    """
    candidate = _asked(one, by, now)
    if candidate.agreed_at:
        raise Refused(_("You agreed already."))
    policies.check_member(candidate)
    policies.check_on_no_other(candidate)
    candidate.agreed_at, candidate.declined_at = now, None
    candidate.save(update_fields=["agreed_at", "declined_at"])
    _record("list.agreed", candidate.list, by, now, {"name": str(by), "place": candidate.place})
    return candidate


@transaction.atomic
def candidate_decline(*, one: CandidateList, by: Person, now: datetime) -> ListCandidate:
    """Say no, also after having agreed, until the vote opens. Raises Forbidden, TooLate, Refused (declined already)."""
    candidate = _asked(one, by, now)
    if candidate.declined_at:
        raise Refused(_("You declined already."))
    was_public = candidate.agreed_at is not None
    candidate.agreed_at, candidate.declined_at = None, now
    candidate.save(update_fields=["agreed_at", "declined_at"])
    if was_public:  # nobody else was told that they had been asked
        _record("list.declined", candidate.list, by, now, {"name": str(by)})
    return candidate


@transaction.atomic
def candidate_give_up(*, one: CandidateList, by: Person, now: datetime) -> ListCandidate:
    """Give one's place up once the vote has opened: nobody is seated against their will. It is not taken back."""
    check_takes_part(by)
    chain_first()
    election, one = _both(one)
    candidate = _candidate(one, by)
    candidate.election = election
    if not candidate.agreed_at:
        raise Forbidden(_("You do not stand on this list."))
    policies.check_give_up(candidate)
    candidate.gave_up_at = now
    candidate.save(update_fields=["gave_up_at"])
    _record("list.given_up", one, by, now, {"name": str(by), "place": candidate.place})
    return candidate


def _check_list(
    election: ListElection, programme: Programme | None, people: Sequence[Person], now: datetime
) -> Programme:
    """Return the programme; raise Invalid for each field at fault."""
    faults: dict[str, str] = {}
    if programme is None or programme.published_at is None:
        faults["programme"] = _(
            "A list stands for a published programme: the association's own, or one that it supports."
        )
    if not 1 <= len(people) <= policies.MOST_CANDIDATES:
        faults["candidates"] = _("A list names between 1 and %(most)s people; this one names %(number)s.") % {
            "most": policies.MOST_CANDIDATES,
            "number": len(people),
        }
    elif len({person.pk for person in people}) < len(people):
        twice = next(person for place, person in enumerate(people) if person in people[:place])
        faults["candidates"] = _("%(name)s stands on the list twice.") % {"name": twice}
    else:
        for place, person in enumerate(people, 1):
            if not is_member(person, election.council, now.date()) or person.is_superuser:
                faults["candidates"] = _("Place %(place)s: %(name)s cannot vote in %(council)s, and so cannot stand.") % {
                    "place": place, "name": person, "council": election.council.label,
                }  # fmt: skip
                break
    if faults or programme is None:
        raise Invalid(_("The list cannot be put up like this."), fields=faults)
    return programme


def _place(one: CandidateList, people: Sequence[Person], by: Person, now: datetime) -> None:
    """Write the places anew; who stays where they were, or moves up, need not agree again."""
    there = {row.person_id: row for row in one.candidates.all()}
    one.candidates.exclude(person__in=people).delete()
    for place, person in enumerate(people, 1):
        row = there.get(person.pk)
        if row is None:
            row = ListCandidate(list=one, election=one.election, person=person, asked_at=now)
        elif place > row.place:
            row.agreed_at, row.asked_at = None, now
        row.place = place
        if person == by and row.agreed_at is None:
            row.list = one
            policies.check_on_no_other(row)
            row.agreed_at, row.declined_at = now, None
        row.save()


def _asked(one: CandidateList, by: Person, now: datetime) -> ListCandidate:
    check_takes_part(by)
    chain_first()
    election, one = _both(one)
    candidate = _candidate(one, by)
    candidate.election = election
    policies.check_collecting(election, now)
    return candidate


def _candidate(one: CandidateList, by: Person) -> ListCandidate:
    candidate = one.candidates.filter(person=by).select_related("person").first()
    if candidate is None:
        raise Forbidden(_("You were not asked to stand on this list."))
    candidate.list = one
    return candidate


def _both(one: CandidateList) -> tuple[ListElection, CandidateList]:
    election = held(one.election)
    rows = CandidateList.objects.select_for_update(of=("self",)).select_related("association")
    found = rows.get(pk=one.pk)
    found.election = election
    return election, found


def _record(kind: str, one: CandidateList, by: Person, now: datetime, body: dict[str, Any]) -> None:
    about = {"list": one.public_id, "association_name": one.association.name, "title": one.election.title}
    entry_append(kind=kind, by=by, subject=one.election.subject, body={**about, **body}, now=now)
