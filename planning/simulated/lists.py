"""The demo's other people in an election by lists: made-up associations put up lists, and who is asked agrees."""

from datetime import datetime
from typing import Final

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils.models import Mandate
from councils.permissions import check_can_conduct
from planning import policies_lists as policies
from planning.models import AssociationMember, ListElection, Programme
from planning.services.associations import association_join
from planning.services.lists import candidate_agree, list_put_up
from planning.simulated.others import shown
from workplaces.errors import TooLate
from workplaces.models import Association, Person
from workplaces.record.services import entry_append

PLACE: Final = 3004  # of the generator
LONGEST = 5  # people on a made-up list


def lists_wait(election: ListElection, now: datetime) -> bool:
    """Say whether made-up associations could put up lists that they have not."""
    return policies.can_collect(election, now) and bool(_without(election))


@transaction.atomic
def others_put_up(*, election: ListElection, by: Person, now: datetime) -> str:
    """Let every made-up association with a published programme put up a list, behind its founder; all on it agree.

    Who is drawn lives in a community and sits neither on the board nor on another list; they join the association first. The
    same election gives the same lists. Raises Forbidden, TooLate.
    """
    check_can_conduct(by, election.council, now.date())
    policies.check_collecting(election, now)
    there = _without(election)
    if not there:
        raise TooLate(_("Every made-up association with a published programme has put up its list."))
    rng = np.random.default_rng([election.term_from.toordinal(), election.places, PLACE])
    for one, programme in there:
        people = [one.founded_by, *_drawn(election, min(LONGEST, election.places + 1) - 1, rng, now)]
        for person in people[1:]:
            association_join(association=one, by=person, now=now)
        put_up = list_put_up(
            election=election, association=one, programme=programme, people=people, by=one.founded_by, now=now
        )
        for person in people[1:]:
            candidate_agree(one=put_up, by=person, now=now)
    body = {"lists": len(there)}
    entry_append(kind="lists.simulated", by=by, subject=election.subject, body=body, now=now)
    return ngettext("%(n)s list was put up.", "%(n)s lists were put up.", len(there)) % {
        "n": shown(len(there))
    }


def _without(election: ListElection) -> list[tuple[Association, Programme]]:
    """Return the made-up associations whose founder belongs to them that have a programme and no list, with the latest."""
    found = Association.objects.filter(dissolved_on__isnull=True, founded_by__synthetic=True)
    rows = found.exclude(lists__election=election).select_related("founded_by").order_by("pk")
    standing = set(_standing(election))
    latest = {
        one.association_id: one
        for one in Programme.objects.filter(association__in=rows, published__isnull=False).order_by("pk")
    }
    return [
        (one, latest[one.pk])
        for one in rows
        if one.pk in latest and one.founded_by_id not in standing and _belongs(one)
    ]


def _belongs(one: Association) -> bool:
    return AssociationMember.objects.filter(
        association=one, person=one.founded_by, until__isnull=True
    ).exists()


def _standing(election: ListElection) -> list[int]:
    """Return who was asked to stand in the election."""
    return list(election.lists.filter(candidates__isnull=False).values_list("candidates__person", flat=True))


def _drawn(election: ListElection, number: int, rng: np.random.Generator, now: datetime) -> list[Person]:
    """Return ``number`` made-up people who can stand on a list, drawn from all of them."""
    sitting = Mandate.objects.held_on(now.date()).filter(council=election.target).values("person")
    members = AssociationMember.objects.filter(until__isnull=True).values("person")
    people = Person.objects.filter(
        synthetic=True, is_active=True, is_superuser=False, memberships__community__isnull=False,
        memberships__validity__contains=now.date(),
    )  # fmt: skip
    able = people.exclude(pk__in=sitting).exclude(pk__in=members).exclude(pk__in=_standing(election))
    ids = np.array(able.order_by("pk").values_list("pk", flat=True).distinct())
    chosen = rng.choice(ids, min(number, len(ids)), replace=False).tolist() if len(ids) else []
    found = {person.pk: person for person in Person.objects.filter(pk__in=chosen)}
    return [found[pk] for pk in chosen]
