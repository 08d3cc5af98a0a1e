"""When lists are called for, put up, agreed to and voted on: twins ``check_…`` (raises TooLate, Refused) and ``can_…``."""

from datetime import datetime

from django.utils.translation import gettext as _

from planning.models import AssociationMember, CandidateList, ListCandidate, ListElection
from workplaces.errors import Refused, TooLate, passes

SUBJECT = "list-election"
MOST_LISTS, MOST_CANDIDATES, LEAST_LISTS = 60, 200, 2


def check_collecting(election: ListElection, now: datetime) -> None:
    """Lists are put up, changed, agreed to and withdrawn until the day that the call names."""
    if election.state != "collecting":
        raise TooLate(
            _("The lists for “%(title)s” stay as they are: the election is past that.")
            % {"title": election.title}
        )
    if now >= election.lists_until:
        raise TooLate(
            _("Lists could be put up and changed until %(moment)s.")
            % {"moment": election.lists_until.strftime("%Y-%m-%d %H:%M %Z")}
        )


def can_collect(election: ListElection, now: datetime) -> bool:
    """Say whether lists are put up now."""
    return passes(check_collecting, election, now)


def check_open(election: ListElection, now: datetime) -> None:
    """The vote opens once no list can be put up any more."""
    if election.state != "collecting":
        raise TooLate(_("This election was opened or cancelled already."))
    if now < election.lists_until:
        raise TooLate(
            _("Lists can be put up until %(moment)s; the vote opens after that.")
            % {"moment": election.lists_until.strftime("%Y-%m-%d %H:%M %Z")}
        )


def can_open(election: ListElection, now: datetime) -> bool:
    """Say whether the vote can open now."""
    return passes(check_open, election, now)


def check_cancel(election: ListElection) -> None:
    """An election is cancelled before its vote only."""
    if election.state != "collecting":
        raise TooLate(_("This election was opened or cancelled already."))


def can_cancel(election: ListElection) -> bool:
    """Say whether the election can still be cancelled."""
    return passes(check_cancel, election)


def check_on_no_other(candidate: ListCandidate) -> None:
    """Nobody stands on two lists of one election."""
    others = ListCandidate.objects.filter(
        election=candidate.election, person=candidate.person, agreed_at__isnull=False
    ).exclude(pk=candidate.pk)
    other = others.select_related("list__association").first()
    if other:
        raise Refused(
            _("You stand on the list of %(name)s already. Decline there first: nobody stands on two lists.")
            % {"name": other.list.association.label}
        )


def check_member(candidate: ListCandidate) -> None:
    """Who stands on an association's list belongs to it."""
    if not AssociationMember.objects.filter(
        association=candidate.list.association, person=candidate.person, until__isnull=True
    ).exists():
        raise Refused(
            _("Only members of %(name)s stand on its list. Join it first, then agree.")
            % {"name": candidate.list.association.label}
        )


def check_give_up(candidate: ListCandidate) -> None:
    """A place is given up after the vote, while no seat came of it; before that one declines."""
    if candidate.election.state not in {"voting", "decided"}:
        raise TooLate(_("A place is given up once the vote has opened; before that, decline."))
    if candidate.gave_up_at:
        raise TooLate(_("You gave this place up already."))
    if candidate.seatings.filter(outcome="seated").exists():
        raise Refused(_("You got a seat by this list; resign from the mandate instead."))


def can_give_up(candidate: ListCandidate) -> bool:
    """Say whether the place can be given up now."""
    return passes(check_give_up, candidate)


def standing(one: CandidateList) -> list[ListCandidate]:
    """Return who stands on the list, in its order: those who agreed."""
    rows = one.candidates.filter(agreed_at__isnull=False).select_related("person")
    return list(rows.order_by("place"))
