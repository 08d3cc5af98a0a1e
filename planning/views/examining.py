"""Looking into a plan: what its products hold from first to last, and what breaks first where something drops out."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from planning import permissions
from planning.forms import FigureField, RefusableForm
from planning.models import Cycle, Plan
from planning.runner.contents import Contents, contents_of
from planning.selectors import cycles as cycle_selectors
from planning.services.stress import stress_ask, stress_find
from planning.views.common import crumbs, cycle_or_404, moment, page, person
from planning.wording import stress as wording
from workplaces.errors import Refused
from workplaces.models import Occupation, Product, Resource
from workplaces.presentation import figures
from workplaces.tables_out import csv_response

PAGE, TOLD, PLACES = 40, 12, 3
MISSING = {"required": gettext_lazy("This is missing.")}


class DropForm(RefusableForm):
    """What drops out, up to three things at once."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer a row for each."""
        super().__init__(*args, **options)
        kinds = [("", "–"), *((kind, wording.kind_label(kind)) for kind in wording.KINDS)]
        for i in range(1, PLACES + 1):
            self.fields[f"kind_{i}"] = forms.ChoiceField(
                choices=kinds, required=i == 1, error_messages=MISSING, label=_("What drops out")
            )
            self.fields[f"code_{i}"] = forms.CharField(
                required=i == 1, max_length=200, error_messages=MISSING, label=_("Its code or whole name")
            )
            self.fields[f"share_{i}"] = FigureField(
                required=i == 1, error_messages=MISSING, label=_("By how much")
            )

    def clean(self) -> dict[str, Any]:
        """A row is whole or empty, and the first is not empty."""
        cleaned = super().clean() or self.cleaned_data
        for i in range(1, PLACES + 1):
            given = {name: cleaned.get(f"{name}_{i}") for name in ("kind", "code", "share")}
            if not any(given.values()) and i > 1:
                continue
            for name, value in given.items():
                if not value and f"{name}_{i}" not in self.errors:
                    self.add_error(f"{name}_{i}", _("This is missing."))
            share = given["share"]
            if share and not 0 < share <= 100:
                self.add_error(f"share_{i}", _("This must be above 0 % and at most 100 %."))
        return cleaned

    @property
    def drops(self) -> list[str]:
        """As ``manage.py shock`` takes them."""
        rows = [
            {n: self.cleaned_data.get(f"{n}_{i}") for n in ("kind", "code", "share")}
            for i in range(1, PLACES + 1)
        ]
        return [f"{row['kind']}:{row['code']}={row['share']:.12g}%" for row in rows if row["kind"]]

    def rows(self) -> list[dict[str, forms.BoundField]]:
        """The rows' fields, for the page."""
        return [{n: self[f"{n}_{i}"] for n in ("kind", "code", "share")} for i in range(1, PLACES + 1)]


def plan_or_404(cycle: Cycle) -> Plan:
    """Return the plan of the cycle; there is nothing to look into without one."""
    plan = cycle_selectors.plan_of(cycle)
    if plan is None:
        raise Http404
    return plan


@login_required
@require_http_methods(["GET", "POST"])
def stress_view(request: HttpRequest, year: int) -> HttpResponseBase:
    """Ask what breaks first where something drops out of the plan, and see what was found."""
    cycle, now = cycle_or_404(year), moment()
    plan, here = plan_or_404(cycle), reverse("planning:stress", args=[year])
    if request.method == "POST":
        form = DropForm(request.POST)
        if not form.is_valid():
            return _stress_page(request, plan, form, [], status=422)
        try:
            stress_ask(plan=plan, drops=form.drops, by=person(request), today=now.date())
        except Refused as problem:
            return _stress_page(request, plan, form, [], problem)
        return redirect(f"{here}?{urlencode([('drop', drop) for drop in form.drops])}")
    drops = request.GET.getlist("drop")
    if request.GET.get("format") == "json":
        known = stress_find(plan, drops)
        if known is None or known["state"] != "found":
            raise Http404
        return JsonResponse(known["report"])
    return _stress_page(request, plan, DropForm(), drops)


def _stress_page(
    request: HttpRequest, plan: Plan, form: DropForm, drops: list[str], refused: Refused | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    known = stress_find(plan, drops) if drops else None
    context: dict[str, Any] = {
        "plan": plan,
        "cycle": plan.cycle,
        "form": form,
        "drops": drops,
        "known": known,
        "may_ask": permissions.can_examine(person(request), moment().date()),
        "again": request.get_full_path(),
        "crumb_items": crumbs(
            plan.cycle, (_("Plan"), reverse("planning:plan", args=[plan.cycle.year])), (_("Stress test"), "")
        ),
    }
    if known and known["state"] == "found":
        context |= _told(known["report"])
    if request.htmx:  # type: ignore[attr-defined]
        response = page(request, "planning/_stress_waiting.html", context)
        if not known or known["state"] != "waiting":
            response["HX-Refresh"] = "true"
    else:
        response = page(request, "planning/stress.html", context, refused)
        if status != 200:
            response.status_code = status
    patch_vary_headers(response, ["HX-Request"])
    return response


def _told(report: dict[str, Any]) -> dict[str, Any]:
    lang, unit, acts = get_language(), report["unit"], report["acts"]
    output, hours = report["output"], report["hours"]
    return {
        "report": report,
        "lead": wording.lead(report),
        "breaks": [(each["share_of_shock"], wording.broken(each)) for each in report["breaks"][:TOLD]],
        "breaks_more": max(0, len(report["breaks"]) - TOLD),
        "acts": [
            {"label": _("Workplaces hit"), "value": figures.number(acts["workplaces_hit"], lang)},
            {
                "label": _("Others that must decide"),
                "value": figures.number(acts["workplaces_beyond_band"], lang),
            },
            {"label": _("As a share of all"), "value": figures.percent(acts["share_beyond_band"], lang)},
            {
                "label": _("Move inside their mandates"),
                "value": figures.number(acts["workplaces_inside_band"], lang),
            },
            {
                "label": _("Lines of demand asked"),
                "value": figures.number(acts["demand_lines_beyond_band"], lang),
            },
        ],
        "goods": [
            {
                "label": _("Output that drops out"),
                "value": figures.quantity(output["dropped_out"], unit, lang),
            },
            {
                "label": _("Made by others instead"),
                "value": figures.quantity(output["others_more"], unit, lang),
            },
            {"label": _("Output lost in the end"), "value": figures.quantity(output["lost"], unit, lang)},
            {
                "label": _("Imports before"),
                "value": figures.quantity(report["imports"]["before"], unit, lang),
            },
            {"label": _("Imports after"), "value": figures.quantity(report["imports"]["after"], unit, lang)},
            {"label": _("Hours freed"), "value": figures.quantity(hours["freed"], hours["unit"], lang)},
        ],
        "plans": report["plans_solved"],
    }


@dataclass(frozen=True)
class Row:
    """A product and what a unit of it holds."""

    code: str
    name: str
    unit: str
    output: float
    final: float
    direct: float
    hours: float
    multiplier: float
    resources: list[float]

    @property
    def in_final(self) -> float:
        """Hours that stand behind what is finally used of it."""
        return self.hours * self.final


SORTS = {
    "name": lambda row: row.name.casefold(),
    "direct": lambda row: row.direct,
    "hours": lambda row: row.hours,
    "multiplier": lambda row: row.multiplier,
    "in_final": lambda row: row.in_final,
}
HEADER = ("code", "product", "unit", "gross_output", "final_demand", "direct_hours_per_unit", "hours_per_unit",
          "output_multiplier", "hours_in_final_demand")  # fmt: skip


@login_required
@require_GET
def contents_view(request: HttpRequest, year: int) -> HttpResponseBase:
    """Show what a unit of each product holds from first to last: hours, output, resources."""
    cycle = cycle_or_404(year)
    plan = plan_or_404(cycle)
    crumb_items = crumbs(
        cycle, (_("Plan"), reverse("planning:plan", args=[year])), (_("What products hold"), "")
    )
    try:
        found = contents_of(plan)
    except Refused as refused:
        context = {"cycle": cycle, "crumb_items": crumb_items}
        return page(request, "planning/contents_none.html", context, refused)
    rows, resources = _rows(plan, found), _resources(plan, found)
    if request.GET.get("format") == "csv":
        return _contents_csv(plan, rows, resources)
    text, sort = request.GET.get("q", "").strip().casefold(), request.GET.get("sort", "-in_final")
    listed = [row for row in rows if not text or text in row.name.casefold() or text in row.code.casefold()]
    listed.sort(key=SORTS.get(sort.removeprefix("-"), SORTS["in_final"]), reverse=sort.startswith("-"))
    final, worked = sum(row.in_final for row in rows), float(found.table.labour.sum())
    context = {
        "plan": plan,
        "cycle": cycle,
        "page_obj": Paginator(listed, PAGE).get_page(request.GET.get("page")),
        "total": len(rows),
        "q": request.GET.get("q", ""),
        "resources": resources,
        "hour": _hour(plan),
        "final": final,
        "worked": worked,
        "elsewhere": final - worked,
        "crumb_items": crumb_items,
    }
    return page(request, "planning/contents.html", context)


def _rows(plan: Plan, found: Contents) -> list[Row]:
    known = {row.entity_id: row for row in Product.objects.in_scenario(plan.scenario)}
    return [
        Row(product.code, product.label, product.unit, *(float(part[i]) for part in parts), found.resources[:, i].tolist())
        for i, entity in enumerate(found.table.products.tolist())
        for product in [known[entity]]
        for parts in [(found.table.output, found.table.final, found.direct_hours, found.hours, found.output)]
    ]  # fmt: skip


def _resources(plan: Plan, found: Contents) -> list[Resource]:
    known = {row.entity_id: row for row in Resource.objects.in_scenario(plan.scenario)}
    return [known[entity] for entity in found.table.resource_ids.tolist()]


def _hour(plan: Plan) -> str:
    return ", ".join(sorted({row.unit for row in Occupation.objects.in_scenario(plan.scenario)})) or "h"


def _contents_csv(plan: Plan, rows: list[Row], resources: list[Resource]) -> HttpResponseBase:
    header = [*HEADER, *(f"{resource.code}_per_unit" for resource in resources)]
    return csv_response(
        filename=f"plan-{plan.cycle.year}-contents",
        header=header,
        rows=(
            (
                r.code,
                r.name,
                r.unit,
                r.output,
                r.final,
                r.direct,
                r.hours,
                r.multiplier,
                r.in_final,
                *r.resources,
            )
            for r in rows
        ),
    )
