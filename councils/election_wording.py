"""What the pages of elections say, computed from the case at hand."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils.models import Ballot, Election
from councils.wording import when


def title(election: Election, standing: int) -> str:
    """Say where an election stands, and what it fills."""
    words = {"title": election.title, "standing": standing}
    if election.state == Election.State.NOMINATING:
        return ngettext("%(title)s: %(standing)s stands", "%(title)s: %(standing)s stand", standing) % words
    if election.state == Election.State.VOTING:
        return _("%(title)s: the vote is open") % words
    if election.state == Election.State.CANCELLED:
        return _("%(title)s: cancelled") % words
    return _("%(title)s: decided") % words


def what_for(election: Election) -> str:
    """Say what is filled, until when people stand, when terms begin."""
    words = {
        "places": election.places,
        "role": election.get_role_display(),
        "target": election.target.label,
        "until": when(election.nominations_until),
        "term": election.term_from.isoformat(),
    }
    return (
        ngettext(
            "%(places)s place as %(role)s in %(target)s. People can stand until %(until)s; the term begins on %(term)s.",
            "%(places)s places as %(role)s in %(target)s. People can stand until %(until)s; the terms begin on %(term)s.",
            election.places,
        )
        % words
    )


def how_counted(election: Election) -> str:
    """Say the rule in a sentence."""
    if election.rule == Election.Rule.STV:
        return _(
            "Everybody ranks as many candidates as they like. Counted by single transferable vote with the Droop quota; "
            "surpluses move on by the weighted inclusive Gregory rule, cut after five decimals, as in Scotland."
        )
    return _("Everybody approves as many candidates as they like; the most approved are elected.")


def tie_rule() -> str:
    """Say how a tie is broken."""
    return _(
        "A tie is broken by a lot that the papers draw: candidates in the order of the SHA-256 over the root of all "
        "papers, a colon and the candidate's code. Nobody knows it before the close, everybody can compute it after."
    )


def steps(ballot: Ballot) -> list[dict[str, Any]]:
    """Return the count sheet: for each step what happened and each candidate's votes."""
    count = (ballot.result or {}).get("explanation")
    if not count:
        return []
    names = dict(ballot.options.values_list("code", "label"))
    if not ballot.is_ranked:
        return [_points(count["steps"], names)]
    return [_step(number, step, names) for number, step in enumerate(count["steps"], 1)]


def _points(rows: list[Mapping[str, Any]], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "number": 1,
        "what": _("Approvals"),
        "elected": [names[row["option"]] for row in rows if row["seat"]],
        "votes": [(names[row["option"]], row["points"]) for row in rows],
    }


def _step(number: int, step: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    what = {
        "first preferences": _("First choices"),
        "surplus": _("Surplus of %(name)s moves on"),
        "excluded": _("%(name)s has the fewest votes; their papers move on"),
        "as many are left as seats": _("As many are left as places"),
    }[step["what"]]
    return {
        "number": number,
        "what": what % {"name": names.get(str(step.get("of")), "")} if "%" in what else what,
        "elected": [names.get(code, code) for code in step.get("elected", [])],
        "votes": [(names.get(code, code), value) for code, value in step["votes"].items()],
        "exhausted": step["exhausted"],
        "lost": step["lost_by_rounding"],
    }


def ties(ballot: Ballot) -> list[str]:
    """Return a sentence for every tie that was broken."""
    count = (ballot.result or {}).get("explanation") or {"ties": []}
    names = dict(ballot.options.values_list("code", "label"))
    return [
        _("%(options)s were equal (%(at)s); the lot chose %(chosen)s.")
        % {
            "options": ", ".join(names.get(code, code) for code in tie["options"]),
            "at": tie["at"],
            "chosen": ", ".join(names.get(code, code) for code in tie["chosen"]),
        }
        for tie in count["ties"]
    ]
