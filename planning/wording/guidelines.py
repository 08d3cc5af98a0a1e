"""The guidelines of a year in words: what was decided and how, what stays, what a vote set or left as it is."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from planning.models import Cycle, Guideline, Topic
from planning.selectors.guidelines import Bounded
from planning.services.guidelines import Outcome
from planning.services.programme_options import told_of
from planning.wording.programmes import rule_said


def guidelines_title(cycle: Cycle, count: int, outcomes: Sequence[Outcome]) -> str:
    """Say whether guidelines were set, or how far the votes on them are."""
    words = {"year": cycle.year}
    if count:
        return _("The guidelines for %(year)s") % words
    if cycle.phase in {Cycle.Phase.PREPARATION, Cycle.Phase.PRIORITIES}:
        if not outcomes:
            return _("The guidelines for %(year)s are not set yet") % words
        if all(one.is_over for one in outcomes):
            return _("The votes on the guidelines for %(year)s are counted; they are not set yet") % words
        return _("The guidelines for %(year)s are being voted on") % words
    if outcomes:
        return _("The votes on the guidelines for %(year)s left everything as it was") % words
    return _("No guideline was voted for %(year)s: the charter holds") % words


def why(guideline: Guideline, vote: Outcome | None = None) -> str:
    """Say how a guideline came about; ``vote`` is this year's on its topic, if there was one."""
    if guideline.source == Guideline.Source.LAST:
        words = {"year": guideline.decided_in.year}
        if vote:
            return _("kept: it was decided for %(year)s, and this year's vote set nothing") % words
        return _("kept: it was decided for %(year)s, and nothing else was since") % words
    rule = {"rule": rule_said(guideline.question)}
    if vote and vote.is_today:
        return _("as it is today, decided by everybody: %(rule)s") % rule
    return _("decided by everybody: %(rule)s") % rule


def why_not(vote: Outcome) -> str:
    """Say why what a programme proposed did not become a guideline."""
    if not vote.is_over:
        return _("being voted on")
    if vote.figures is None:
        return _("the vote set nothing: what held before stays")
    rule = {"rule": rule_said(vote.question)}
    if vote.is_today:
        return _("“as it is today” won, decided by everybody: %(rule)s") % rule
    return _("something else won, decided by everybody: %(rule)s") % rule


def outcome_told(vote: Outcome, there: Bounded) -> str:
    """Say what a vote decided, before it is written down as a guideline."""
    if not vote.is_over:
        return _("being voted on")
    if vote.figures is None:
        return _("set nothing: what held before stays")
    figures = told_of(there, vote.figures) if vote.figures else ""
    if vote.is_today:
        return _("“as it is today” won: %(figures)s") % {"figures": figures or _("nothing")}
    return figures


EFFECTS = {
    Topic.INVESTMENT: lambda: _(
        "binds: it is the total of the year's fund, granted on top of what is invested without it"
    ),
    Topic.SECTOR: lambda: _("binds the board within the charter's room; fills in its draft"),
    Topic.REGION: lambda: _("binds the board within the charter's room; fills in its draft"),
    Topic.CAP: lambda: _("binds: no plan closes above it"),
    Topic.HOURS: lambda: _("binds: labour pools offer hours in proportion to it"),
    Topic.FREE: lambda: _("proposed: the plan gives the good the price status “free”"),
    Topic.COLLECTIVE: lambda: _(
        "a target on the board's sheet, beside what the plan brings; communities and regions propose as they see fit, and "
        "no plan is refused for it"
    ),
}


def effect(topic: str) -> str:
    """Say what a guideline on a topic binds, or that it only guides."""
    return EFFECTS[Topic(topic)]()
