"""Sharing out in words: what the dial does, why a workplace gets what it gets, what would change it."""

from typing import Any

import numpy as np
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from planning.allocation.sharing import Standing
from planning.models import Cycle, Envelope, Grant
from planning.selectors.sharing import Shared, bends, is_idle
from planning.services.saying import in_full
from planning.wording.investment import money
from workplaces.presentation import figures

SAME = 1e-9  # of the value added gained: below it two sums of floats are one


def title(envelope: Envelope, minor: int, requests: int) -> str:
    """Ask how equal the envelope is to be shared out."""
    currency = envelope.draft.cycle.baseline.currency
    if not requests:
        return _("%(sum)s for %(name)s: nobody asks for anything") % {
            "sum": money(minor, currency), "name": envelope,
        }  # fmt: skip
    sentence = ngettext(
        "%(sum)s for %(count)s workplace: how equal?",
        "%(sum)s for %(count)s workplaces: how equal?",
        requests,
    )
    return sentence % {"sum": money(minor, currency), "count": figures.number(requests, get_language())}


def group_label(name: str) -> str:
    """Return what a group of the criteria is called."""
    return {"new": _("New entrants"), "small": _("Small co-operatives and the self-employed")}[name]


def level(value: float | None, currency: str) -> str:
    """Return a level: money per hour."""
    if value is None:
        return figures.ABSENT
    return _("%(sum)s/h") % {"sum": figures.money(value, currency, get_language())}


def rows(found: Shared, currency: str) -> list[dict[str, Any]]:
    """Return what each request gets, level before and after, and why; in the order in which they were made."""
    return [
        {
            "request": row,
            "grant": int(found.sharing.grants[i]),
            "before": level(float(found.sharing.before[i]), currency),
            "after": level(float(found.sharing.after[i]), currency),
            "why": why(Standing(int(found.sharing.standing[i])), currency, found, i),
        }
        for i, row in enumerate(found.asked.rows)
    ]


def why(standing: Standing, currency: str, found: Shared, index: int) -> str:
    """Say why a request gets what it gets, and from which size of the envelope on it would get more."""
    between = bends(found, index)
    if between is None:
        return _under_minimum_shares(standing)
    words = {"begins": in_full(between[0], currency), "full": in_full(between[1], currency)}
    if standing == Standing.ASKED:
        return _("It gets all it asks for; it does from an envelope of %(full)s on.") % words
    if standing == Standing.CEILING:
        return _at_ceiling()
    if standing == Standing.LINE:
        return (
            _(
                "It is lifted to the line that the money reaches. It gets something from an envelope of %(begins)s on, and "
                "all it asks for from %(full)s."
            )
            % words
        )
    return (
        _("Others come first at this dial. It would get something from an envelope of %(begins)s on.") % words
    )


def _at_ceiling() -> str:
    return _("It stands at, or is lifted to, the level of the sector's best tenth; nobody is lifted beyond.")


def _under_minimum_shares(standing: Standing) -> str:
    """Say why, where minimum shares give groups lines of their own."""
    return {
        Standing.ASKED: _("It gets all it asks for."),
        Standing.CEILING: _at_ceiling(),
        Standing.LINE: _("It is lifted to the line that the money of its group reaches."),
        Standing.NOTHING: _("Others come first at this dial and with these least shares."),
    }[standing]


LABELS = ("weakest", "gini", "between", "within", "atkinson", "palma")


def measures(found: Shared, extreme: Shared, currency: str) -> list[dict[str, str]]:
    """Return the table of measures: now, at the dial, at α = 0."""
    columns = (found.measures["before"], found.measures["after"], extreme.measures["after"])
    labels = {
        "weakest": _("Weakest tenth"),
        "gini": _("Gini between workplaces"),
        "between": _("Theil between places") if found.asked.rows and found.asked.rows[0].sector_id
        else _("Theil between sectors"),
        "within": _("Theil within them"),
        "atkinson": _("Atkinson, at the aversion %(aversion)s") % {"aversion": _alpha(found.measures["aversion"])},
        "palma": _("Palma: richest tenth over poorest four"),
    }  # fmt: skip
    table = []
    for name in LABELS:
        texts = [level(c[name], currency) if name == "weakest" else _figure(c[name]) for c in columns]
        table.append({"label": labels[name], "now": texts[0], "dial": texts[1], "zero": texts[2]})
    gained = [figures.money(one.measures["gained"], currency, get_language()) for one in (found, extreme)]
    granted = [figures.number(one.measures["granted"], get_language()) for one in (found, extreme)]
    table.append({"label": _("Value added gained a year"), "now": "", "dial": gained[0], "zero": gained[1]})
    table.append({"label": _("Workplaces receiving"), "now": "", "dial": granted[0], "zero": granted[1]})
    return table


def _figure(value: float | None) -> str:
    return figures.ABSENT if value is None else figures.number(value, get_language(), digits=3)


def _alpha(value: float) -> str:
    return figures.number(value, get_language(), digits=0 if float(value).is_integer() else 1)


def idle(found: Shared) -> str:
    """Say where all effects are one estimate, so that the dial brings no more or less value added; nothing elsewhere."""
    if not is_idle(found):
        return ""
    words = {"source": found.asked.rows[0].get_returns_from_display()}
    if np.ptp(found.asked.requests.weight) == 0.0:
        return (
            _(
                "Money is expected to bring the same in all these requests (%(source)s), so the dial changes nothing here: "
                "at every α the lowest level is lifted first."
            )
            % words
        )
    return (
        _(
            "Money is expected to bring the same in all these requests (%(source)s), so dial and weights change who gets "
            "it, not how much value added it brings."
        )
        % words
    )


def step(found: Shared, extreme: Shared, currency: str) -> str:
    """Say what the step from α = 0 to the dial costs or, under weights, brings, and what it does to the weakest tenth."""
    cost = extreme.measures["gained"] - found.measures["gained"]
    low, high = extreme.measures["after"]["weakest"], found.measures["after"]["weakest"]
    if low is None or high is None:
        return ""
    lang = get_language()
    words = {
        "cost": figures.money(abs(cost), currency, lang),
        "lift": figures.money(abs(high - low), currency, lang),
        "alpha": _alpha(found.alpha),
    }
    if cost < -SAME * extreme.measures["gained"]:
        return _brings_more(words, lifts=high >= low)
    if high >= low:
        return (
            _(
                "The step from α = 0 to %(alpha)s costs %(cost)s of value added a year and lifts the weakest tenth by "
                "%(lift)s an hour."
            )
            % words
        )
    return (
        _(
            "The step from α = 0 to %(alpha)s costs %(cost)s of value added a year, and the weakest tenth stands "
            "%(lift)s an hour lower."
        )
        % words
    )


def _brings_more(words: dict[str, str], *, lifts: bool) -> str:
    """Say that the dial brings more than α = 0: it can where weights count for more than output does."""
    if lifts:
        return (
            _(
                "Under these weights the step from α = 0 to %(alpha)s brings %(cost)s more of value added a year and lifts "
                "the weakest tenth by %(lift)s an hour."
            )
            % words
        )
    return (
        _(
            "Under these weights the step from α = 0 to %(alpha)s brings %(cost)s more of value added a year, and the "
            "weakest tenth stands %(lift)s an hour lower."
        )
        % words
    )


def grant_state(state: str) -> str:
    """Say what became of a grant."""
    return {
        "granted": _("granted"),
        "done": _("done: the equipment works"),
        "late": _("late"),
        "overdue": _("overdue: it should work by now"),
        "diverted": _("diverted to something else"),
        "reversed": _("taken back after an appeal"),
        "abandoned": _("given back: the year was abandoned"),
    }[state]


def grants_title(cycle: Cycle, count: int, total: int) -> str:
    """Say how much was granted."""
    if not count:
        return _("Nothing has been granted in %(year)s yet") % {"year": cycle.year}
    sentence = ngettext(
        "%(count)s grant of %(sum)s in %(year)s", "%(count)s grants of %(sum)s in %(year)s", count
    )
    return sentence % {
        "count": figures.number(count, get_language()), "sum": money(total, cycle.baseline.currency), "year": cycle.year,
    }  # fmt: skip


def grant_title(grant: Grant, currency: str) -> str:
    """Say who was granted how much."""
    return _("%(sum)s for %(workplace)s") % {
        "sum": money(grant.amount, currency), "workplace": grant.request.workplace.label,
    }  # fmt: skip
