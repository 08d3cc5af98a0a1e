"""Minutes in words: from their content one outline, which the page and the PDF both show."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from councils import questions
from councils.models import AgendaItem, Motion
from councils.result_wording import Counted, chosen, figure, money
from councils.why import reasons_of, why
from workplaces.presentation import figures

Content = Mapping[str, Any]
OUTCOMES = {state.value: state.label for state in (Motion.State.CARRIED, Motion.State.LOST)}


def outline(content: Content) -> dict[str, Any]:
    """Return ``title``, ``facts`` (label, value), ``present`` and ``apologies`` (name, as), ``items`` and ``closing``."""
    words = {"number": content["number"], "council": content["council"]}
    return {
        "title": _("Minutes of meeting %(number)s of %(council)s") % words,
        "facts": facts(content),
        "present_title": _("Present"),
        "apologies_title": _("Apologies"),
        "nobody": _("Nobody."),
        "columns": [_("Name"), _("As")],
        "present": [[one["name"], one["as"]] for one in content["present"]],
        "apologies": [[one["name"], one["as"]] for one in content["apologies"]],
        "decisions_title": _("Decisions"),
        "decisions": decisions(content),
        "agenda_title": _("Agenda"),
        "items": [item(row) for row in content["agenda"]],
        "closing": closing(content),
    }


def facts(content: Content) -> list[list[str]]:
    """Return where and when it was, and who called it."""
    return [
        [_("Place"), content["place"]],
        [_("Called"), f"{when(content['called_at'])}, {content['called_by']} ({content['called_as']})"],
        [_("Opened"), when(content["opened_at"])],
        [_("Closed"), when(content["closed_at"])],
    ]


def decisions(content: Content) -> list[str]:
    """Return a sentence for everything that was decided, or put to the vote."""
    return [
        f"{row['number']}. {row['title']}: {outcome(row)}"
        for row in content["agenda"]
        if row["state"] in {"passed", "voted"} or row["vote"]
    ]


def outcome(row: Content) -> str:
    """Say what came of an item."""
    vote = row["vote"]
    if row["state"] == AgendaItem.State.PASSED:
        return _("passed without objection")
    if vote is None:
        return str(AgendaItem.State(row["state"]).label)
    if vote["state"] == "void":
        return _("the vote was declared void")
    if vote["state"] != "closed":
        return _("the vote is open until %(moment)s") % {"moment": when(vote["closes_at"])}
    if vote["outcome"] not in OUTCOMES:
        return _("elected: %(names)s") % {"names": ", ".join(vote["elected"]) or _("nobody")}
    counts = {"yes": 0, "no": 0, "abstain": 0, **vote["counts"]}
    said = str(OUTCOMES[vote["outcome"]])
    if not vote["counts"]:
        return f"{said}. {_chosen(vote)}" if "names" in vote.get("count", {}) else _named(said, vote)
    if "objections" in vote.get("count", {}).get("result", {}):
        return why(vote["count"]["result"]).removesuffix(".")
    tally = _("%(yes)s yes, %(no)s no, %(abstain)s abstentions") % counts
    reasons = reasons_of(vote.get("count", {}).get("result"))
    return f"{said} ({tally}): {reasons}" if reasons else f"{said} ({tally})"


def _named(said: str, vote: Content) -> str:
    """Say a result of minutes that were made before they kept the count."""
    return f"{said}: {', '.join(vote['elected'])}" if vote["elected"] else said


def _chosen(vote: Content) -> str:
    return chosen(Counted(**vote["count"])).removesuffix(".")


def item(row: Content) -> dict[str, Any]:
    """Return an item of the agenda: title, lines in order, objections and comments."""
    lines = [row["text"]] if row["text"] else []
    about = _("%(outcome)s. Expected %(expected)s, taken %(taken)s.") % {
        "outcome": outcome(row)[:1].upper() + outcome(row)[1:],
        "expected": minutes(row["seconds_expected"]),
        "taken": minutes(row["seconds_taken"]),
    }
    said = [
        (_("Objection"), one["name"], one["as"], one["reason"] or _("without a reason"))
        for one in row["objections"]
    ] + [(_("Comment"), one["name"], one["as"], one["text"]) for one in row["comments"]]
    said += [
        (_("Minority report"), ", ".join(one["signed"]), "", one["text"]) for one in row.get("minority", [])
    ]
    return {
        "heading": f"{row['number']}. {row['title']}",
        "kind": str(AgendaItem.Kind(row["kind"]).label),
        "text": lines,
        "options": options(row["vote"]),
        "outcome": about,
        "note": row["note"],
        "voices": [f"{kind}: {name}{f' ({hat})' if hat else ''}: {words}" for kind, name, hat, words in said],
        "motion": row["motion"],
        "election": row["election"],
    }


def options(vote: Content | None) -> list[str]:
    """Return a line for every option of a question that was counted: what came of it, with its figures."""
    if not vote or "options" not in vote:
        return []
    params = vote["count"]["params"]
    return [_option(one, params) for one in vote["options"]]


def _option(one: Content, params: Content) -> str:
    told = []
    if "share" in one:
        told.append(f"{one['share']} {questions.WHOLES[params['whole']]}")
    if "cost" in one:
        told.append(money(one["cost"], params))
    if "points" in one:
        told.append(_("points or approvals: %(points)s") % {"points": figure(one["points"])})
    if "votes" in one:
        told.append(_("first choices: %(votes)s") % {"votes": figure(one["votes"])})
    if "seats" in one:
        told.append(ngettext("%(seats)s seat", "%(seats)s seats", one["seats"]) % {"seats": one["seats"]})
    elif "chosen" in one:
        told.append(_("chosen") if one["chosen"] else _("not chosen"))
    said = ", ".join(told) or _("no share")
    return f"{one['label']}: {said}"


def closing(content: Content) -> str:
    """Say what the meeting cost in people's time, and who spoke."""
    people = content["people"]
    whole = ngettext(
        "%(people)s person was present; the items took %(each)s, people's time %(whole)s.",
        "%(people)s people were present; the items took %(each)s, people's time %(whole)s.",
        people,
    ) % {
        "people": people,
        "each": minutes(content["seconds_taken"]),
        "whole": minutes(content["seconds_taken"] * people),
    }
    if not content["contributions"]:
        return whole
    spoke = ngettext("%(times)s contribution", "%(times)s contributions", content["contributions"]) % {
        "times": content["contributions"]
    }
    speakers = ngettext("by %(number)s speaker", "by %(number)s speakers", content["speakers"]) % {
        "number": content["speakers"]
    }
    return f"{whole} {spoke} {speakers}."


def minutes(seconds: int) -> str:
    """Return a time as people write it."""
    return figures.minutes(seconds / 60, get_language())


def when(moment: str | datetime) -> str:
    """Return a moment of the content as people write it."""
    found = parse_datetime(moment) if isinstance(moment, str) else moment
    return formats.date_format(timezone.localtime(found), "j M Y, H:i") if found else ""
