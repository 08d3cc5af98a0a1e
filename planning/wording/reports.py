"""What is said about what was made beside what was planned."""

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from planning.models import OutputReport
from planning.selectors.reports import Covered
from planning.wording.reading import in_unit
from workplaces.presentation import figures


def workplace_title(place: str, year: int, found: Covered) -> str:
    """Return how far a workplace's year is reported."""
    values = {"place": place, "year": year, "left": shown(found.planned)}
    if not found.lines:
        return _("%(place)s has no lines in the plan for %(year)s") % values
    if not found.planned:
        return _("%(place)s has reported all that it made in %(year)s") % values
    text = ngettext(
        "What did %(place)s make in %(year)s? %(left)s line is not reported",
        "What did %(place)s make in %(year)s? %(left)s lines are not reported",
        found.planned,
    )
    return text % values


def year_title(year: int, found: Covered) -> str:
    """Return how far a whole year is reported."""
    text = ngettext(
        "Made against planned in %(year)s: %(reported)s of %(count)s line is reported",
        "Made against planned in %(year)s: %(reported)s of %(count)s lines are reported",
        found.lines,
    )
    return text % {"year": year, "reported": shown(found.reported), "count": shown(found.lines)}


def rests(found: Covered) -> str:
    """Return on what settling the year would rest; it is said before anybody settles it."""
    values = {"reported": shown(found.reported), "lines": shown(found.lines), "planned": shown(found.planned)}
    if not found.planned:
        return _("All %(lines)s lines of the plan are reported: settling rests on what was made.") % values
    text = ngettext(
        "%(reported)s of %(lines)s lines are reported; the other one is settled as if it had made what was planned.",
        "%(reported)s of %(lines)s lines are reported; %(planned)s others are settled as if they had made what was planned.",
        found.planned,
    )
    return text % values


def step_note(found: Covered) -> str:
    """Return how many lines are reported, as it stands in the stepper."""
    return _("%(written)s of %(lines)s reported") % {
        "written": shown(found.reported),
        "lines": shown(found.lines),
    }


def question(place: str, year: int) -> str:
    """Return what a delegate is asked."""
    return _("What did %(place)s make in %(year)s?") % {"place": place, "year": year}


def detail(left: int) -> str:
    """Return how many lines wait."""
    return ngettext(
        "%(count)s line is not reported.", "%(count)s lines are not reported.", left
    ) % {"count": shown(left)}  # fmt: skip


def silence() -> str:
    """Return what happens without a report."""
    return _("If you do nothing, the year is settled as if what was planned had been made.")


def taken(count: int) -> str:
    """Return what became of a table."""
    if not count:
        return _("Nothing was changed.")
    return ngettext("%(count)s line is reported.", "%(count)s lines are reported.", count) % {
        "count": shown(count)
    }


def version(report: OutputReport, unit: str) -> str:
    """Return one version of a report: what was said, by whom, when; the page adds the moment."""
    if report.output is None:
        return _("%(name)s took back what was said") % {"name": report.by.name}
    values = {"name": report.by.name, "output": in_unit(report.output, unit)}
    return _("%(name)s: %(output)s") % values


def shown(count: int) -> str:
    """Return a number as the reader writes it."""
    return figures.number(count, get_language())
