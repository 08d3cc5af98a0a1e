"""What waits for a person in the councils beside votes: appeals, instructions to be put to the vote, petitions to sign."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from councils.models import Appeal, Council, Instruction, Mandate, Motion, Petition, Signature
from councils.selectors.petitions import petitions_of
from workplaces.models import Membership, Person

LIMIT = 20
VOTING = (Mandate.Role.DELEGATE, Mandate.Role.MEMBER)
DELEGATED = ~Q(kind__in=[Council.Kind.WORKPLACE, Council.Kind.GENERAL])


def councils_on_roll(person: Person, now: datetime) -> QuerySet[Council]:
    """Return the councils in which the person could vote now."""
    today = now.date()
    belongs = Membership.objects.filter(person=person, validity__contains=today)
    works = belongs.filter(workplace__isnull=False).values("workplace__entity_id")
    seated = Mandate.objects.held_on(today).filter(person=person, role__in=VOTING).values("council")
    mine = Council.objects.filter(kind=Council.Kind.WORKPLACE, workplace__in=works)
    sat_in = Council.objects.filter(DELEGATED, pk__in=seated)
    of_all = Council.objects.filter(
        Exists(belongs.filter(community__isnull=False)), kind=Council.Kind.GENERAL
    )
    found = mine.values("pk").union(sat_in.values("pk"), of_all.values("pk"))
    return Council.objects.sitting().filter(pk__in=found)


def appeals_before(person: Person, now: datetime) -> list[Appeal]:
    """Return the appeals that wait for a ruling of councils in which the person holds a mandate: nobody has moved one yet."""
    held = Mandate.objects.held_on(now.date()).filter(person=person).values("council")
    ruling = Motion.objects.filter(
        council=OuterRef("to"), subject_id=OuterRef("public_id"), state__in=["moved", "voting"]
    )
    found = Appeal.objects.filter(~Exists(ruling), to__in=held, state=Appeal.State.LODGED)
    return list(found.select_related("to", "motion__council").order_by("pk")[:LIMIT])


def instructions_to_open(person: Person, now: datetime) -> list[tuple[Instruction, Motion]]:
    """Return the proposed instructions whose vote the person, as their body's coordinator, has to open, with its motion."""
    serving = Mandate.objects.held_on(now.date()).filter(person=person, role=Mandate.Role.COORDINATOR)
    return _proposed(Council.objects.filter(pk__in=serving.values("council")))


def instructions_asked(person: Person, now: datetime) -> list[tuple[Instruction, Motion]]:
    """Return the proposed instructions on which a body of the person's will vote and does not yet, with their motions."""
    return _proposed(councils_on_roll(person, now))


def _proposed(senders: QuerySet[Council]) -> list[tuple[Instruction, Motion]]:
    rows = Instruction.objects.filter(sender__in=senders, state=Instruction.State.PROPOSED)
    found = {
        row.public_id: row
        for row in rows.select_related("sender", "council", "motion").order_by("-pk")[:LIMIT]
    }
    motions = Motion.objects.filter(
        subject_kind="instruction", subject_id__in=found, state=Motion.State.MOVED, council__in=senders
    )
    pairs = ((found[motion.subject_id], motion) for motion in motions.order_by("pk") if motion.subject_id)
    return [(row, motion) for row, motion in pairs if row.sender_id == motion.council_id]


def petitions_to_sign(person: Person, now: datetime) -> list[Petition]:
    """Return the petitions that the person can sign and has not signed, the one that closes first in front."""
    mine = Signature.objects.filter(petition=OuterRef("pk"), person=person, withdrawn_at__isnull=True)
    rows = petitions_of().filter(
        ~Exists(mine),
        council__in=councils_on_roll(person, now),
        state=Petition.State.COLLECTING,
        closes_at__gt=now,
    )
    still = Q(mandate__isnull=True) | Q(mandate__held__endswith__gt=now.date())
    return list(rows.filter(still).order_by(F("closes_at").asc(), "pk")[:LIMIT])
