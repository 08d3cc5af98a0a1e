"""Surpluses and their division in words."""

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from councils.models import Motion
from planning.models import SurplusDivision
from planning.selectors.divisions import Divided
from planning.services.saying import in_full
from workplaces.models import Post
from workplaces.presentation import figures


def post_label(post: Post) -> str:
    """Return what a post is called: its occupation, its hours a week, its grades."""
    return _(
        "%(occupation)s, %(hours)s h a week, intensity %(intensity)s, unpleasantness %(unpleasantness)s"
    ) % {
        "occupation": post.pool.occupation.label,
        "hours": figures.number(
            post.weekly_hours, get_language(), digits=0 if post.weekly_hours.is_integer() else 1
        ),
        "intensity": post.intensity,
        "unpleasantness": post.unpleasantness,
    }


def bonuses_sentence(division: SurplusDivision, currency: str) -> str:
    """Say what goes to how many members, and by which key."""
    if not division.for_bonuses:
        return _("No bonuses: all of it becomes collective goods.")
    sentence = ngettext(
        "Bonuses of %(sum)s for %(count)s member, %(key)s.",
        "Bonuses of %(sum)s among %(count)s members, %(key)s.",
        division.members,
    )
    return sentence % {
        "sum": in_full(division.for_bonuses, currency),
        "count": figures.number(division.members, get_language()),
        "key": division.get_key_display(),
    }


def state(division: SurplusDivision, motion: Motion | None) -> str:
    """Say where a division stands: the assembly's motion, or that it was posted."""
    if division.settled_at:
        return _("carried and posted")
    if motion and motion.state == Motion.State.CARRIED:
        return _("carried, not posted: the account did not hold it any more")
    return str(motion.get_state_display()) if motion else ""


def preview_sentence(found: Divided, held: int, currency: str) -> str:
    """Say what a division would leave in the account."""
    return _("%(sum)s would be divided; %(left)s would stay in the surplus account.") % {
        "sum": in_full(found.asked.amount, currency),
        "left": in_full(held - found.asked.amount, currency),
    }


def title(name: str, minor: int, currency: str) -> str:
    """Say what of a workplace's surplus waits to be divided."""
    words = {"name": name, "sum": in_full(minor, currency)}
    return (_("%(name)s: %(sum)s to divide") if minor else _("%(name)s: no surplus to divide")) % words
