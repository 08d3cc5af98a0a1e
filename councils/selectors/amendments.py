"""Amendments and versions of motions, as pages and exports show them."""

from django.db.models import QuerySet

from councils.models import Amendment, Ballot, Motion, MotionVersion
from councils.models.motions import wording_digest


def amendments_of(motion: Motion) -> QuerySet[Amendment]:
    """Return a motion's amendments in the order in which they were proposed."""
    return motion.amendments.select_related("proposed_by").order_by("number")


def versions_of(motion: Motion) -> QuerySet[MotionVersion]:
    """Return every wording that the motion had, the first one first."""
    return motion.versions.select_related("amendment__proposed_by").order_by("number")


def version(motion: Motion, number: int) -> MotionVersion | None:
    """Return the wording with that number, None when the motion never had it."""
    return motion.versions.filter(number=number).first()


def wording_is_kept(ballot: Ballot) -> bool:
    """Say whether the words that a ballot was opened on are still to be found as they were."""
    if ballot.amendment:
        # An amendment whose vote was void may have been carried over to other words since.
        return ballot.state == Ballot.State.VOID or ballot.amendment.wording == ballot.wording
    if ballot.motion is None:
        return False
    versions = ballot.motion.versions.all()
    return any(wording_digest(one.title, one.text, one.asks) == ballot.wording for one in versions)
