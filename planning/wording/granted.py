"""Grants in words: why this much, what would change it, what became of the money."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from councils.models import Appeal, Motion
from planning.allocation.sharing import Standing
from planning.models import Grant, JournalEntry, Share
from planning.services.saying import in_full, said
from planning.wording.sharing import level

Cause = JournalEntry.Cause


def why_this_much(share: Share, currency: str) -> str:
    """Say why a request got its part of a sharing-out, by what was frozen in it."""
    words = {"before": level(share.before, currency), "after": level(share.after, currency),
             "sum": in_full(share.amount, currency)}  # fmt: skip
    return {
        Standing.NOTHING: _(
            "Others came first at this dial: it stands at %(before)s of value added per hour."
        ),
        Standing.LINE: _("%(sum)s lifts it from %(before)s to %(after)s, the line that the money reaches."),
        Standing.ASKED: _("It gets all it asks for, which lifts it from %(before)s to %(after)s."),
        Standing.CEILING: _(
            "%(sum)s lifts it to %(after)s, the level of the sector's best tenth; nobody is lifted beyond."
        ),
    }[Standing(share.standing)] % words


def what_would_change_it(share: Share, low: float, high: float, currency: str) -> str:
    """Say from which envelope, and at which ends (``low``, ``high``) of the charter's dial, a part would be another one.

    Then what a workplace can do about it: the rule can be appealed, a single part cannot.
    """
    appeal = _(
        "All parts follow from the one rule that the council voted; whoever finds the rule wrong appeals against that vote."
    )
    return " ".join([*_other_envelopes(share, currency), *_other_dials(share, low, high, currency), appeal])


def _other_envelopes(share: Share, currency: str) -> list[str]:
    if share.begins is None or share.full is None:
        return [
            _("Another dial, other weights or least shares, or more money in the envelope would change it.")
        ]
    words = {
        "envelope": in_full(share.sharing.amount, currency),
        "begins": in_full(share.begins, currency),
        "full": in_full(share.full, currency),
        "alpha": said(share.sharing.alpha),
    }
    if share.full == share.begins:  # nothing can be given to whoever stands at the ceiling
        return [_("No other envelope would change it.")]
    if share.begins <= 0:
        sentence = _(
            "The envelope held %(envelope)s; at α = %(alpha)s it gets something of any, and all that it can be given "
            "from %(full)s on."
        )
    else:
        sentence = _(
            "The envelope held %(envelope)s; at α = %(alpha)s it gets something from %(begins)s on, and all that it can "
            "be given from %(full)s on."
        )
    return [sentence % words]


def _other_dials(share: Share, low: float, high: float, currency: str) -> list[str]:
    if share.at_low is None or share.at_high is None:
        return []
    words = {
        "low": said(low),
        "high": said(high),
        "at_low": in_full(share.at_low, currency),
        "at_high": in_full(share.at_high, currency),
    }
    if share.at_low == share.at_high == share.amount:
        return [_("At both ends of the charter's dial, α = %(low)s and %(high)s, it is as much.") % words]
    return [
        _("At the ends of the charter's dial it is %(at_low)s (α = %(low)s) and %(at_high)s (α = %(high)s).")
        % words
    ]


def given_back(grant: Grant, entry: JournalEntry, motion: Motion | None, currency: str) -> str:
    """Say why and when a grant's money left its workplace's account again, and where it went."""
    words = {
        "sum": in_full(grant.amount, currency),
        "envelope": str(grant.envelope),
        "day": date_format(localtime(entry.at), "j M Y"),
        "council": _overruler(motion),
        "year": grant.envelope.draft.cycle.year,
    }
    if entry.cause == Cause.RETURN:
        return _("Diverted: on %(day)s %(sum)s went back to the envelope of %(envelope)s.") % words
    if entry.cause == Cause.ABANDONED:
        return _("%(year)s was abandoned: on %(day)s %(sum)s went back to the output of the year.") % words
    if words["council"]:
        sentence = _(
            "%(council)s overruled the sharing-out on an appeal: on %(day)s %(sum)s went back to the envelope of "
            "%(envelope)s. The next round no longer asks for its goods, and the request waits for another sharing-out."
        )
    else:
        sentence = _(
            "The sharing-out was voted on again and not carried: on %(day)s %(sum)s went back to the envelope of "
            "%(envelope)s. The next round no longer asks for its goods, and the request waits for another sharing-out."
        )
    return sentence % words


def stays_though_overruled(motion: Motion) -> str:
    """Say why a grant stays though its vote was overruled: what is paid for cannot be taken back."""
    return _("%(council)s overruled the sharing-out on an appeal; this equipment was paid for before, and stays.") % {
        "council": _overruler(motion)
    }  # fmt: skip


def _overruler(motion: Motion | None) -> str:
    found = (
        motion.appeals.filter(state=Appeal.State.OVERRULED).select_related("to").last() if motion else None
    )
    return found.to.label if found else ""


def overruled(motion: Motion, returned: int, currency: str) -> str:
    """Say on the envelope's page what became of a sharing-out that was overruled."""
    return _("%(council)s overruled it on an appeal: %(sum)s went back into the envelope.") % {
        "council": _overruler(motion), "sum": in_full(returned, currency),
    }  # fmt: skip
