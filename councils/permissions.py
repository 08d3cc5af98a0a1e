"""Who may do what in the councils. ``check_…`` raises Forbidden, ``can_…`` says yes or no.

The checks return the mandate that allows it, so that the record can name the hat. Whoever runs the site as
its superuser has no say in any of it.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from councils.models import Ballot, Charter, Council, Election, Mandate, Motion, Option, RollEntry
from councils.models.mandates import MandateQuerySet
from workplaces.errors import Forbidden, passes
from workplaces.models import Membership, Person

Role = Mandate.Role


def check_takes_part(person: Person) -> None:
    """Only people who are signed in and do not run the site take part."""
    if not person.is_authenticated or not person.is_active:
        raise Forbidden(_("Sign in to take part."))
    if person.is_superuser:
        raise Forbidden(
            _("This account runs the site, so it can neither move, vote nor decide. Use your own account.")
        )


def can_take_part(person: Person) -> bool:
    """Say whether the person may take part at all."""
    return passes(check_takes_part, person)


def check_can_move(person: Person, council: Council, on: date) -> str:
    """Holders of a mandate in the council may move; in an assembly and in a general vote its members too."""
    check_takes_part(person)
    mandate = _mandates(person, on).filter(council=council).first()
    if mandate:
        return mandate.label
    if is_member(person, council, on):
        return _("member, %(council)s") % {"council": council.label}
    raise Forbidden(
        _("Only those who sit or serve in %(council)s can put a motion to it.") % {"council": council.label}
    )


def can_move(person: Person, council: Council, on: date) -> bool:
    """Say whether the person may put a motion to the council."""
    return passes(check_can_move, person, council, on)


def check_can_comment(person: Person) -> None:
    """Whoever belongs to the federation speaks to a motion: debate is open beyond the council that decides."""
    check_takes_part(person)


def can_comment(person: Person) -> bool:
    """Say whether the person may speak to motions."""
    return passes(check_can_comment, person)


def check_in_minority(person: Person, ballot: Ballot) -> RollEntry:
    """Those who lost a named vote may report as its minority; after one that was secret, or among options, all may.

    Where consent carried a motion nobody lost, and those who stood aside may.
    """
    check_takes_part(person)
    entries = RollEntry.objects.filter(ballot=ballot, person=person)
    if ballot.secrecy == Ballot.Secrecy.NAMED and ballot.asks_for_one:
        aside = Option.Effect.ABSTAIN if ballot.is_by_consent else Option.Effect.NO
        lost = aside if (ballot.result or {})["outcome"] == "carried" else Option.Effect.YES
        entries = entries.filter(vote__option__effect=lost)
    entry = entries.order_by("number").first()
    if entry is None:
        raise Forbidden(_("A minority report is filed and signed by those on the roll who lost this vote."))
    return entry


def can_be_in_minority(person: Person, ballot: Ballot) -> bool:
    """Say whether the person may report as the minority of a vote."""
    return passes(check_in_minority, person, ballot)


def check_can_accept(person: Person, motion: Motion, on: date) -> str:
    """Who moved a motion, and may still move in its council, accepts amendments to it as friendly."""
    hat = check_can_move(person, motion.council, on)
    if motion.moved_by_id != person.pk:
        raise Forbidden(_("Only who moved the motion can accept an amendment to it; others vote on it."))
    return hat


def can_accept(person: Person, motion: Motion, on: date) -> bool:
    """Say whether the person may accept amendments to the motion."""
    return passes(check_can_accept, person, motion, on)


def check_can_conduct(person: Person, council: Council, on: date) -> str:
    """The coordinators of the council, and those of the board, open and close its votes."""
    return check_can_conduct_all(person, [council], on)[0]


def check_can_conduct_all(person: Person, councils: Sequence[Council], on: date) -> list[str]:
    """Return the hat in which the person opens and closes the votes of each council; Forbidden names the first without."""
    check_takes_part(person)
    serving = list(_mandates(person, on).filter(role=Role.COORDINATOR).order_by("pk"))
    hats = []
    for council in councils:
        fits = (m for m in serving if m.council_id == council.pk or m.council.kind == Council.Kind.BOARD)
        mandate = next(fits, None)
        if mandate is None:
            raise Forbidden(_("Only a coordinator of %(council)s can do this.") % {"council": council.label})
        hats.append(mandate.label)
    return hats


def can_conduct(person: Person, council: Council, on: date) -> bool:
    """Say whether the person may open and close the council's votes."""
    return passes(check_can_conduct, person, council, on)


def check_can_register(person: Person, council: Council, on: date) -> str:
    """Registrars and coordinators of the council or of the board enter mandates."""
    check_takes_part(person)
    serving = _mandates(person, on).filter(role__in=[Role.REGISTRAR, Role.COORDINATOR])
    mandate = serving.filter(Q(council=council) | Q(council__kind=Council.Kind.BOARD)).first()
    if mandate:
        return mandate.label
    raise Forbidden(
        _("Only a registrar or coordinator of %(council)s can enter mandates.") % {"council": council.label}
    )


def can_register(person: Person, council: Council, on: date) -> bool:
    """Say whether the person may enter mandates of the council."""
    return passes(check_can_register, person, council, on)


def check_can_read_papers(person: Person, ballot: Ballot, on: date) -> str:
    """Registrars and coordinators read votes on paper, and as their witness anybody on the vote's roll."""
    check_takes_part(person)
    try:
        return check_can_register(person, ballot.council, on)
    except Forbidden:
        if RollEntry.objects.filter(ballot=ballot, person=person).exists():
            return _("witness, %(council)s") % {"council": ballot.council.label}
    raise Forbidden(
        _("Papers are read by a registrar or coordinator of %(council)s and a witness from the roll.")
        % {"council": ballot.council.label}
    )


def can_read_papers(person: Person, ballot: Ballot, on: date) -> bool:
    """Say whether the person may read votes on paper."""
    return passes(check_can_read_papers, person, ballot, on)


def check_can_found(person: Person | None) -> None:  # noqa: ARG001
    """Until the first charter is adopted a federation is being founded, on the record, by whoever sets it up."""
    if Charter.objects.exists():
        raise Forbidden(
            _("The federation has its charter; from here on, mandates are given by its councils.")
        )


def check_can_vote(person: Person, entry: RollEntry) -> None:
    """A voting right is used by the person whom the roll names, and by nobody else."""
    check_takes_part(person)
    if entry.person_id != person.pk:
        raise Forbidden(_("This vote is %(name)s's to cast.") % {"name": entry.name})


def can_vote(person: Person, entry: RollEntry) -> bool:
    """Say whether the person may use this voting right."""
    return passes(check_can_vote, person, entry)


def check_can_be_candidate(person: Person, election: Election, on: date) -> None:
    """Whoever may vote in an election may stand in it."""
    check_takes_part(person)
    seated = _mandates(person, on).filter(council=election.council, role__in=[Role.DELEGATE, Role.MEMBER])
    if not is_member(person, election.council, on) and not seated.exists():
        raise Forbidden(
            _("Only those who can vote in %(council)s can stand in this election.")
            % {"council": election.council.label}
        )


def can_be_candidate(person: Person, election: Election, on: date) -> bool:
    """Say whether the person may stand."""
    return passes(check_can_be_candidate, person, election, on)


def is_member(person: Person, council: Council, on: date) -> bool:
    """Say whether the person belongs to the workplace, or for a general vote to any community."""
    belonging = Membership.objects.filter(person=person, validity__contains=on)
    if council.kind == Council.Kind.WORKPLACE:
        return belonging.filter(workplace__entity_id=council.workplace_id).exists()
    if council.kind == Council.Kind.GENERAL:
        return belonging.filter(community__isnull=False).exists()
    return False


def voters_among(people: Iterable[int], on: date) -> set[int]:
    """Return who of these people (by id) could vote in a general vote, in one query: ``is_member`` for many."""
    belonging = Membership.objects.filter(
        person__in=people, community__isnull=False, validity__contains=on,
        person__is_active=True, person__is_superuser=False,
    )  # fmt: skip
    return set(belonging.values_list("person", flat=True))


def check_on_roll(person: Person, council: Council, on: date) -> None:
    """Those who could vote in a council on that day sign its petitions."""
    check_takes_part(person)
    voting = _mandates(person, on).filter(council=council, role__in=[Role.DELEGATE, Role.MEMBER])
    by_members = council.kind in {Council.Kind.WORKPLACE, Council.Kind.GENERAL}
    if not (is_member(person, council, on) if by_members else voting.exists()):
        raise Forbidden(
            _("Only those who can vote in %(council)s can sign this; you are not on its roll.")
            % {"council": council.label}
        )


def on_roll(person: Person, council: Council, on: date) -> bool:
    """Say whether the person could vote in the council on that day."""
    return passes(check_on_roll, person, council, on)


def bodies_of(person: Person, on: date) -> dict[int, Council]:
    """Return the councils to which the person can put motions, by id, in a fixed number of queries."""
    belonging = Membership.objects.filter(person=person, validity__contains=on)
    sitting = Council.objects.filter(pk__in=_mandates(person, on).values("council"))
    places = belonging.filter(workplace__isnull=False).values("workplace__entity_id")
    working = Council.objects.filter(workplace_id__in=places)
    found = Council.objects.sitting().filter(pk__in=sitting.values("pk").union(working.values("pk")))
    bodies = {council.pk: council for council in found}
    if belonging.filter(community__isnull=False).exists():
        bodies |= {council.pk: council for council in Council.objects.filter(kind=Council.Kind.GENERAL)}
    return bodies


def _mandates(person: Person, on: date) -> MandateQuerySet:
    return Mandate.objects.held_on(on).filter(person=person).select_related("council", "represents")
