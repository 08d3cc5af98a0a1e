"""What a workplace made of a year, line by line: its delegates report it, everybody reads it beside what was planned."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from planning import permissions
from planning.forms import ReportFileForm, ReportRow
from planning.models import Cycle, OutputReport, Plan
from planning.policies_reports import can_report
from planning.selectors import reports as selectors
from planning.selectors.reports import Covered
from planning.services.report_files import HEADER, file_report, report_rows
from planning.services.reports import Made, outputs_report
from planning.views.common import crumbs, cycle_or_404, moment, page, person
from planning.views.demand import Tally
from planning.wording import reports as wording
from planning.wording.reading import in_unit, typed
from workplaces.errors import Refused
from workplaces.importing.errors import ImportRefused, RowError
from workplaces.importing.reading import Options
from workplaces.models import Workplace
from workplaces.models.fields import localised
from workplaces.tables_out import csv_response

SHOWN_FAULTS = 200
DIGITS = 6  # of a version, at most


@dataclass(frozen=True)
class Place:
    """A workplace in a year: its lines with what was planned and what stands as made."""

    cycle: Cycle
    plan: Plan
    workplace: Workplace

    @cached_property
    def rows(self) -> list[Any]:
        """The lines as they stand."""
        return selectors.lines_made(self.cycle, self.plan, [self.workplace.entity_id])

    @property
    def covered(self) -> Covered:
        """How many there are, and of how many it is said what they made."""
        return Covered(len(self.rows), sum(row.made is not None for row in self.rows))


@login_required
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, year: int, public_id: UUID) -> HttpResponseBase:
    """Show what a workplace made beside what was planned, and take what its delegates report."""
    place = _place(year, public_id)
    if request.GET.get("format") == "csv":
        return csv_response(
            filename=f"made-{year}-{place.workplace.code}", header=HEADER,
            rows=report_rows(place.rows, lambda row: localised(row.product, row.names)),
        )  # fmt: skip
    if request.method == "POST":
        return _take(request, place)
    return _page(request, place, _forms(place, None))


@login_required
@require_POST
def report_file(request: HttpRequest, year: int, public_id: UUID) -> HttpResponseBase:
    """Take the table as a file."""
    place, form = _place(year, public_id), ReportFileForm(request.POST, request.FILES)
    if not form.is_valid() and _reports(request, place):
        response = _page(request, place, _forms(place, None), file=form)
        response.status_code = 422
        return response
    try:
        permissions.check_report_for(person(request), place.workplace, moment().date())
        given, stated = form.cleaned_data["file"], form.cleaned_data
        count = file_report(
            cycle=place.cycle, plan=place.plan, workplace=place.workplace, file=(given.name, given.read()),
            options=Options(stated["encoding"], stated["decimal"]), by=person(request), now=moment(),
        )  # fmt: skip
    except ImportRefused as refused:
        return _page(request, place, _forms(place, None), refused, faults=refused.errors, file=form)
    except Refused as refused:
        return _page(request, place, _forms(place, None), refused, file=form)
    messages.success(request, wording.taken(count))
    return redirect("planning:report", year, public_id)


def _place(year: int, public_id: UUID) -> Place:
    cycle = cycle_or_404(year)
    plan = selectors.plan_reported(cycle)
    if plan is None:
        raise Http404
    workplace = Workplace.objects.in_scenario(plan.scenario).filter(public_id=public_id).first()
    if workplace is None:
        raise Http404
    return Place(cycle, plan, workplace)


def _reports(request: HttpRequest, place: Place) -> bool:
    """Say whether the reader reports for the workplace."""
    return permissions.can_report_for(person(request), place.workplace, moment().date())


def _forms(place: Place, data: Any) -> list[ReportRow]:
    """Return a form a row; one that the browser did not send is not bound.

    What was corrected since the page was opened is compared with what the page showed, so that a table sent late takes
    nothing back that somebody else has said meanwhile.
    """
    found = []
    for row in place.rows:
        prefix = f"o{row.entity_id}"
        sent = data if data is not None and f"{prefix}-made" in data else None
        before = _before(place, row, sent.get(f"{prefix}-seen", "") if sent is not None else "")
        found.append(ReportRow(sent, prefix=prefix, initial=before, stands=row.version))
    return found


def _before(place: Place, row: Any, seen: str) -> dict[str, Any]:
    """Return what the page showed of a row: what stands, or the version of which the browser says that it was shown."""
    shown = row
    if seen.isdecimal() and len(seen) < DIGITS and int(seen) < row.version:
        rows = OutputReport.objects.filter(cycle=place.cycle, line=row.entity_id, version=int(seen))
        shown = rows.values_list("output", "cause", "note", named=True).first()
    made = getattr(shown, "made", getattr(shown, "output", None))
    return {
        "made": "" if made is None else typed(made, get_language()),
        "cause": shown.cause if shown else "",
        "note": shown.note if shown else "",
        "seen": row.version,
    }


def _take(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Write the rows that were changed, and the rest as planned if that was asked for; a row refused says why."""
    forms, mine = _forms(place, request.POST), _reports(request, place)
    made = {}
    for form, row in zip(forms, place.rows, strict=True):
        said = _said(form, row, rest=request.POST.get("rest") == "planned", mine=mine)
        if said is not None:
            made[row.entity_id] = said
    problem, count = None, 0
    try:
        count = _written(request, place, made)
    except Refused as refused:
        kept = _refuse(forms, place.rows, made, refused)
        problem = None if refused.fields else refused
        count = _written(request, place, kept) if kept and problem is None else 0
    tally = Tally(
        count, sum(bool(f.is_bound and f.errors) for f in forms), sum(f.question is not None for f in forms)
    )
    if problem or tally.wrong or tally.asked:
        if tally.written:  # what was taken is shown as it stands now, the rest as it was typed
            place = Place(place.cycle, place.plan, place.workplace)
            fresh = _forms(place, None)
            forms = [
                old if old.errors or old.question else new for old, new in zip(forms, fresh, strict=True)
            ]
        response = _page(request, place, forms, problem, tally)
        response.status_code = problem.status if problem else 422
        return response
    messages.success(request, wording.taken(count))
    return redirect(request.path)


def _written(request: HttpRequest, place: Place, made: dict[int, Made]) -> int:
    return outputs_report(
        cycle=place.cycle, workplace=place.workplace, made=made, by=person(request), now=moment()
    )


def _said(form: ReportRow, row: Any, *, rest: bool, mine: bool) -> Made | None:
    """Return what a row says, None where nothing new: as typed, to its last digit what was left; else as planned."""
    if form.is_bound and form.has_changed():
        if not form.is_valid() or (
            mine and form.asks("made", last=row.planned, unit=row.unit, least=0.0, most=None)
        ):
            return None
        data = form.cleaned_data
        output = data["made"] if "made" in form.changed_data else row.made
        # the cause of what is taken back goes with it
        is_left = output is None and "cause" not in form.changed_data
        return Made(output, "" if is_left else data["cause"], data["note"])
    return Made(row.planned) if rest and row.made is None else None


def _refuse(
    forms: Sequence[ReportRow], rows: Sequence[Any], made: dict[int, Made], refused: Refused
) -> dict[int, Made]:
    """Put the sentences at their rows; return what was said of the others."""
    for form, row in zip(forms, rows, strict=True):
        if sentence := refused.fields.get(f"line:{row.entity_id}"):
            form.is_valid()
            form.add_error("made" if form.is_bound else None, sentence)
    return {line: said for line, said in made.items() if f"line:{line}" not in refused.fields}


def _page(
    request: HttpRequest, place: Place, forms: list[ReportRow], refused: Refused | None = None, tally: Tally | None = None,
    *, faults: Sequence[RowError] = (), file: ReportFileForm | None = None,
) -> HttpResponse:  # fmt: skip
    cycle, workplace, found = place.cycle, place.workplace, place.covered
    mine = _reports(request, place)
    said = selectors.versions_of(cycle, [row.entity_id for row in place.rows])
    context = {
        "cycle": cycle,
        "workplace": workplace,
        "mine": mine,
        "can_report": mine and can_report(cycle),
        "is_open": can_report(cycle),
        "rows": [
            _row(row, form, said.get(row.entity_id, []))
            for row, form in zip(place.rows, forms, strict=True)
        ],
        "found": found,
        "tally": tally or Tally(),
        "silence": wording.silence(),
        "faults": list(faults)[:SHOWN_FAULTS],
        "file": file or ReportFileForm(),
        "title": wording.workplace_title(workplace.label, cycle.year, found),
        "crumb_items": crumbs(
            cycle,
            (_("Made against planned"), reverse("planning:made", args=[cycle.year])),
            (workplace.label, reverse("planning:workplace", args=[cycle.year, workplace.public_id])),
            (_("Report"), ""),
        ),
    }  # fmt: skip
    return page(request, "planning/report.html", context, refused)


def _row(row: Any, form: ReportRow, said: Sequence[OutputReport]) -> dict[str, Any]:
    causes = dict(OutputReport.Cause.choices)
    return {
        "form": form,
        "product": localised(row.product, row.names),
        "unit": row.unit,
        "planned": in_unit(row.planned, row.unit),
        "made": "" if row.made is None else in_unit(row.made, row.unit),
        "deviation": deviation(row.planned, row.made),
        "cause": causes.get(row.cause, ""),
        "note": row.note,
        "by": row.by or "",
        "at": row.at,
        "versions": [
            (wording.version(one, row.unit), one.at, causes.get(one.cause, ""), one.note) for one in said
        ],
    }


def deviation(planned: float, made: float | None) -> float | None:
    """Return what was made more or less than planned, as a share of it; None where either is nothing."""
    return (made - planned) / planned if made is not None and planned else None
