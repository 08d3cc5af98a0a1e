"""What pages show of amendments: the changes, word by word and figure by figure, and what is to be done about them."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils import permissions, policies_motions
from councils.differences import difference, figures
from councils.models import Amendment, Motion
from councils.question_changes import Clash, clash_told, figure_changes, label_changes
from councils.questions import question_of
from councils.selectors import amendments as selectors
from councils.services.adopting import goes_together
from workplaces.models import Person

Words = tuple[str, str, str]  # title, text, what is asked


def changes(before: Words, after: Words) -> dict[str, Any]:
    """Return what goes and comes between two wordings; a part that stays as it is has nothing."""
    asked, asks = question_of(before[2]), question_of(after[2])
    found = [*figures(before[0], after[0]), *figures(before[1], after[1])]
    return {
        "title": difference(before[0], after[0]) if before[0] != after[0] else [],
        "text": difference(before[1], after[1]) if before[1] != after[1] else [],
        "options": label_changes(asked, asks) if asked and asks else [],
        "figures": [*found, *(figure_changes(asked, asks) if asked and asks else [])],
    }


def changes_of(amendment: Amendment) -> dict[str, Any]:
    """Return what an amendment changes in the version that it concerns."""
    base = selectors.version(amendment.motion, amendment.base)
    before = (base.title, base.text, base.asks) if base else ("", "", "")
    return changes(before, (amendment.title, amendment.text, amendment.asks))


def clashes_of(amendment: Amendment) -> list[str]:
    """Say why an amendment was overtaken; of one that waits, which others it cannot go together with."""
    if amendment.state == Amendment.State.LAPSED:
        return [clash_told(Clash(*pair)) for pair in amendment.clashes]
    if amendment.state not in Amendment.UNDECIDED:
        return []
    motion = amendment.motion
    before, told = (motion.title, motion.text, motion.asks), []
    waiting = motion.amendments.filter(state__in=Amendment.UNDECIDED, base=amendment.base).exclude(
        pk=amendment.pk
    )
    for other in waiting.order_by("number"):
        after = Motion(title=other.title, text=other.text, asks=other.asks)
        _wording, clashes = goes_together(amendment, after, before)
        if clashes:
            words = {"number": other.number, "why": "; ".join(clash_told(clash) for clash in clashes)}
            told.append(_("With amendment %(number)s: %(why)s.") % words)
    return told


def amendments_part(motion: Motion, who: Person, now: datetime) -> dict[str, Any]:
    """Return what a motion's page shows of its amendments and versions."""
    undecided = policies_motions.undecided(motion)
    may_propose = permissions.can_move(who, motion.council, now.date())
    return {
        "amendments": [_row(one) for one in selectors.amendments_of(motion)],
        "versions": _versions(motion) if motion.version > 1 else [],
        "can_amend": may_propose and policies_motions.can_amend(motion, now),
        "amend_url": reverse("councils:amendment_new", args=[motion.public_id]),
        "amendable_until": policies_motions.amendable_until(motion),
        "waits_for_amendments": _waiting(undecided),
    }


def _row(amendment: Amendment) -> dict[str, Any]:
    kinds = {"accepted": "done", "adopted": "done", "rejected": "short", "voting": "soon"}
    return {
        "amendment": amendment,
        "state": amendment.get_state_display(),
        "kind": kinds.get(amendment.state, ""),
        "url": reverse("councils:amendment", args=[amendment.public_id]),
    }


def _versions(motion: Motion) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    before: Words | None = None
    for one in selectors.versions_of(motion):
        words = (one.title, one.text, one.asks)
        found.append({"version": one, "changes": changes(before, words) if before else None})
        before = words
    return found


def _waiting(numbers: list[int]) -> str:
    if not numbers:
        return ""
    listed = {"numbers": ", ".join(map(str, numbers))}
    return (
        ngettext(
            "The vote opens on the final words: amendment %(numbers)s is not decided yet.",
            "The vote opens on the final words: amendments %(numbers)s are not decided yet.",
            len(numbers),
        )
        % listed
    )


def stale_notice(motion: Motion, version: int) -> dict[str, Any] | None:
    """Return what changed in a motion since the version that somebody had read, None when nothing did."""
    read = selectors.version(motion, version)
    if read is None or version == motion.version:
        return None
    return changes((read.title, read.text, read.asks), (motion.title, motion.text, motion.asks))


def amendment_title(amendment: Amendment) -> str:
    """Say what became of an amendment."""
    words = {"number": amendment.number, "title": amendment.motion.title}
    return {
        Amendment.State.PROPOSED: _("Amendment %(number)s, not decided: %(title)s"),
        Amendment.State.VOTING: _("Amendment %(number)s is being voted on: %(title)s"),
        Amendment.State.ACCEPTED: _("Amendment %(number)s, accepted by the mover: %(title)s"),
        Amendment.State.ADOPTED: _("Amendment %(number)s, adopted: %(title)s"),
        Amendment.State.REJECTED: _("Amendment %(number)s, rejected: %(title)s"),
        Amendment.State.WITHDRAWN: _("Amendment %(number)s, withdrawn: %(title)s"),
        Amendment.State.LAPSED: _("Amendment %(number)s, overtaken: %(title)s"),
    }[Amendment.State(amendment.state)] % words
