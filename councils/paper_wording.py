"""Titles and sentences about votes on paper."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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


def difference(row: Difference, labels: Mapping[str, str], names: Mapping[int, str]) -> tuple[str, str, str]:
    """Return what two readings disagree about, what the one says and what the other."""
    if row.number is not None:
        return names.get(row.number, str(row.number)), _said(row.first, labels), _said(row.second, labels)
    choice = " › ".join(labels[code] for code in row.choice) or _("blank")
    return choice, _papers(row.first), _papers(row.second)


def _said(value: Any, labels: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return _("put a paper in") if value else _("put no paper in")
    return labels.get(str(value), str(value)) if value else _("no paper")


def _papers(value: Any) -> str:
    return ngettext("%(number)s paper", "%(number)s papers", int(value)) % {"number": int(value)}
