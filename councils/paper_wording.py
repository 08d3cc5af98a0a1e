"""Titles and sentences about votes on paper."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils import questions
from councils.choices import BY_CODE, told
from councils.models import Ballot, PaperCount
from councils.paper_readings import Difference
from councils.selectors.paper_counts import differing, latest_readings
from workplaces.models import Person


def title(ballot: Ballot, counts: Sequence[PaperCount], *, is_open: bool) -> str:
    """Say what there is to do, or what was done."""
    words = {"question": ballot.question}
    if is_open:
        return _("What do the papers say? %(question)s") % words
    counted = sum(1 for one in counts if one.state == PaperCount.State.COUNTED)
    if not counted:
        return _("No votes on paper: %(question)s") % words
    return ngettext(
        "One box of papers was counted: %(question)s",
        "%(number)s boxes of papers were counted: %(question)s",
        counted,
    ) % {**words, "number": counted}


def entered(count: PaperCount) -> str:
    """Say what an entry has done."""
    if count.state == PaperCount.State.COUNTED:
        return _("Two persons read the same. The papers are counted.")
    people = {row.read_by_id for row in latest_readings(count)}
    if len(people) > 1:
        return _("Entered. The readings are not the same, or no registrar or coordinator is among them.")
    return _("Entered. The papers count once another person has read the same.")


def waits(count: PaperCount, reader: Person) -> str:
    """Say who has read the papers so far and what is needed."""
    names = ", ".join(str(row.read_by) for row in latest_readings(count))
    if differing(count, reader):
        return _("Read so far by %(names)s. Look at the papers again together, then enter them anew.") % {
            "names": names
        }
    return _("Read so far by %(names)s. What another person reads, without looking at theirs, decides.") % {
        "names": names
    }


def difference(
    row: Difference, ballot: Ballot, labels: Mapping[str, str], names: Mapping[int, str]
) -> tuple[str, str, str]:
    """Return what two readings disagree about, what the one says and what the other."""
    if row.paper is not None:
        number = _("Paper %(number)s") % {"number": row.paper}
        return number, said(row.first, ballot, labels), said(row.second, ballot, labels)
    if row.number is not None:
        name = names.get(row.number, str(row.number))
        return name, said(row.first, ballot, labels), said(row.second, ballot, labels)
    choice = " › ".join(labels[code] for code in row.choice) or _("blank")
    return choice, _papers(row.first), _papers(row.second)


def said(value: Any, ballot: Ballot, labels: Mapping[str, str]) -> str:
    """Say what a reading says of one paper."""
    if value is None:
        return _("no paper")
    if isinstance(value, bool):
        return _("put a paper in") if value else _("put no paper in")
    if isinstance(value, str):
        return _("invalid") if ballot.weighs_options else labels.get(value, value)
    return told(ballot.rule, ballot.params, labels, value)


def example(ballot: Ballot) -> str:
    """Say how one paper is entered in a line, by what the vote asks."""
    if ballot.rule == questions.MEDIAN:
        return _("“17; 35.5” is paper 17, which names 35.5; “18;” is blank.")
    if ballot.rule in questions.LISTS:
        return _("“17; 3” is paper 17, which names list 3; “18;” is blank.")
    if ballot.rule in BY_CODE:
        return _("“17; 1=5 3=2” is paper 17, which gives option 1 five and option 3 two; “18;” is blank.")
    if ballot.is_ranked:
        return _(
            "“17; 3 1” is paper 17 with option 3 first and 1 second, and so is “17; 3=1 1=2”; “18;” is blank."
        )
    return _("“17; 1 3” is paper 17, which names the options 1 and 3; “18;” is blank.")


def _papers(value: Any) -> str:
    return ngettext("%(number)s paper", "%(number)s papers", int(value)) % {"number": int(value)}
