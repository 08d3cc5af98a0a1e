"""What workplaces type in: lines in absolute quantities, and agreements."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from workplaces import permissions, policies, selectors
from workplaces.errors import Refused
from workplaces.forms import BLANK_ROWS, AgreementForm, LineForm, NeedRows, WorkRows, plan_year
from workplaces.models import Agreement, Counterparty, LabourPool, Line, Occupation, Product, Workplace
from workplaces.presentation.figures import locale_for
from workplaces.presentation.readings import unmistakable
from workplaces.services.agreements import agreement_accept, agreement_end, agreement_offer
from workplaces.services.lines import line_state
from workplaces.statement import Need, Statement, Work
from workplaces.views.common import Here, act, here_or_404, page, row_or_404
from workplaces.views.lines import agreement_page

LISTED = 3000


@login_required
@require_http_methods(["GET", "POST"])
def line_new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """State a line of a workplace."""
    place, workplace = _workplace(request, public_id)
    return _line(request, place, workplace, None)


@login_required
@require_http_methods(["GET", "POST"])
def line_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """State a line anew, beginning with what it was."""
    place = here_or_404(request)
    line = row_or_404(Line, place, public_id)
    workplace = selectors.by_entity(Workplace, place.scenario, [line.workplace_id])[line.workplace_id]
    _check(place, workplace)
    return _line(request, place, workplace, line)


def _line(request: HttpRequest, place: Here, workplace: Workplace, line: Line | None) -> HttpResponse:
    options: dict[str, Any] = {"form_kwargs": {"scenario": place.scenario}}
    if request.method == "POST":
        form = LineForm(request.POST, scenario=place.scenario)
        needs = NeedRows(request.POST, prefix="needs", **options)
        work = WorkRows(request.POST, prefix="work", **options)
        if "more" in request.POST:
            return _line_page(request, place, workplace, line, *_longer(request, place))
        if all([form.is_valid(), needs.is_valid(), work.is_valid()]):
            done = _stated(request, place, workplace, form, needs, work)
            if done is not None:
                return done
        return _line_page(request, place, workplace, line, form, needs, work, status=422)
    first, rows, hours = _initial(line, workplace, place)
    form = LineForm(initial=first, scenario=place.scenario)
    needs = _formset(NeedRows, "needs", rows, place)
    work = _formset(WorkRows, "work", hours, place)
    return _line_page(request, place, workplace, line, form, needs, work)


def _stated(
    request: HttpRequest, place: Here, workplace: Workplace, form: LineForm, needs: Any, work: Any
) -> HttpResponse | None:
    filled = [row for row in needs if row.cleaned_data.get("product") is not None]
    working = [row for row in work if row.cleaned_data.get("occupation") is not None]
    data = form.cleaned_data
    statement = Statement(
        workplace=workplace.entity_id,
        product=data["product"].entity_id,
        output=data["output"],
        capacity=data["output"] if data["capacity"] is None else data["capacity"],
        needs=tuple(_need(row.cleaned_data) for row in filled),
        work=tuple(
            Work(row.cleaned_data["occupation"].entity_id, row.cleaned_data["hours"]) for row in working
        ),
    )
    try:
        line = line_state(
            scenario=place.scenario, statement=statement, by=place.person, now=place.now, period=form.period()
        )
    except Refused as refused:
        form.refuse(refused)
        for name, message in refused.fields.items():
            kind, _dash, number = name.partition("-")
            rows = {"need": filled, "work": working}.get(kind)
            if rows and number.isdigit():
                rows[int(number)].refuse_row(message)
        return None
    messages.success(request, _("Stated. Those you named as sources see your offer."))
    return redirect(place.url("line", line.public_id))


def _need(data: dict[str, Any]) -> Need:
    source = data.get("source")
    return Need(
        product=data["product"].entity_id,
        quantity=data["quantity"],
        supplier=source.entity_id if isinstance(source, Workplace) else None,
        counterparty=source.entity_id if isinstance(source, Counterparty) else None,
    )


def _longer(request: HttpRequest, place: Here) -> tuple[Any, Any, Any]:
    """Return the same forms with more empty rows, and everything that was typed."""
    data = request.POST.copy()
    for prefix in ("needs", "work"):
        key = f"{prefix}-TOTAL_FORMS"
        count = int(data.get(key, "0")) if data.get(key, "0").isdigit() else 0
        data[key] = str(min(count + BLANK_ROWS, 200))
    rows = {name: str(value) for name, value in data.items() if name not in ("csrfmiddlewaretoken", "more")}
    form = LineForm(initial=rows, scenario=place.scenario)
    return form, _typed(NeedRows, "needs", rows, place), _typed(WorkRows, "work", rows, place)


def _typed(factory: Any, prefix: str, rows: dict[str, str], place: Here) -> Any:
    count = int(rows[f"{prefix}-TOTAL_FORMS"])
    names = list(factory.form.base_fields)
    typed = [{name: rows.get(f"{prefix}-{n}-{name}", "") for name in names} for n in range(count)]
    return _formset(factory, prefix, typed, place, blank=0)


def _formset(
    factory: Any, prefix: str, rows: list[dict[str, Any]], place: Here, blank: int = BLANK_ROWS
) -> Any:
    made = factory(initial=rows, prefix=prefix, form_kwargs={"scenario": place.scenario})
    made.extra = blank
    return made


def _initial(
    line: Line | None, workplace: Workplace, place: Here
) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    first: dict[str, Any] = dict(plan_year(place.now.date()))
    if line is None:
        return first, [], []
    first |= {
        "product": line.product.code,
        "output": typed(line.last_output),
        "capacity": typed(line.capacity),
    }
    hours = [
        {"occupation": use.what.code, "hours": typed(use.quantity)}
        for use in selectors.labour_of(line, place.scenario)
        if use.what
    ]
    return first, _need_rows(line, workplace, place), hours


def _need_rows(line: Line, workplace: Workplace, place: Here) -> list[dict[str, Any]]:
    """Return the inputs as rows: what is agreed or offered with its source, the rest without one."""
    named: dict[int, list[tuple[str, float]]] = defaultdict(list)
    live = selectors.agreements_of(workplace, place.scenario).exclude(state=Agreement.State.ENDED)
    for agreement in live.filter(client_id=workplace.entity_id):
        source = agreement.supplier or agreement.counterparty
        if source is not None:
            named[agreement.product_id].append((source.code, agreement.quantity))
    rows = []
    for use in selectors.inputs_of(line, place.scenario):
        if use.what is None:
            continue
        left = use.quantity
        for source_code, quantity in named[use.what.entity_id]:
            if quantity <= left * (1 + 1e-9):
                rows.append({"product": use.what.code, "quantity": typed(quantity), "source": source_code})
                left -= quantity
        if left > 1e-9 * use.quantity:
            rows.append({"product": use.what.code, "quantity": typed(left), "source": ""})
    return rows


def typed(value: float) -> str:
    """Return a figure as it stands in a field: up to nine significant digits, in the reader's language."""
    text = f"{value:.9g}"
    if "e" in text:
        text = f"{value:.9f}".rstrip("0").rstrip(".")
    lang = get_language()
    return unmistakable(text.replace(".", locale_for(lang).decimal), lang)


def _line_page(
    request: HttpRequest,
    place: Here,
    workplace: Workplace,
    line: Line | None,
    form: LineForm,
    needs: Any,
    work: Any,
    status: int = 200,
) -> HttpResponse:
    context = {
        "here": place,
        "workplace": workplace,
        "line": line,
        "form": form,
        "needs": needs,
        "work": work,
        "lists": _lists(place, workplace),
        "title": _("Next year at %(name)s: what do you make, and what do you need for it?")
        % {"name": workplace.label},
        "crumbs": [
            (_("Workplaces"), place.url("workplaces")),
            (workplace.label, place.url("workplace", workplace.public_id)),
            (_("What we make"), ""),
        ],
    }
    return page(request, "workplaces/line_form.html", context, status=status)


def _lists(place: Here, workplace: Workplace) -> dict[str, list[tuple[str, str]]]:
    """Return what the browser offers while somebody types: codes and names."""

    def offered(rows: Any) -> list[tuple[str, str]]:
        return [(row.code, row.label) for row in rows.order_by("name")[:LISTED]]

    pools = LabourPool.objects.in_scenario(place.scenario).filter(region_id=workplace.region_id)
    occupations = Occupation.objects.in_scenario(place.scenario)
    workplaces = Workplace.objects.in_scenario(place.scenario).exclude(entity_id=workplace.entity_id)
    return {
        "products": offered(Product.objects.in_scenario(place.scenario)),
        "sources": [*offered(Counterparty.objects.in_scenario(place.scenario)), *offered(workplaces)],
        "occupations": [
            (row.code, row.label if row.unit == "hours" else f"{row.label} ({row.unit})")
            for row in occupations.filter(entity_id__in=pools.values("occupation_id")).order_by("name")[
                :LISTED
            ]
        ],
    }


@login_required
@require_http_methods(["GET", "POST"])
def agreement_new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Offer an agreement for a workplace."""
    place, workplace = _workplace(request, public_id)
    form = AgreementForm(request.POST or None, initial=plan_year(place.now.date()), scenario=place.scenario)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = agreement_offer(
                scenario=place.scenario, workplace=workplace, role=data["role"], other=data["other"],
                product=data["product"], quantity=data["quantity"], period=form.period(), by=place.person, now=place.now,
            )  # fmt: skip
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Offered. It stands once the other side accepts."))
            return redirect(place.url("agreement", made.public_id))
    context = {
        "here": place,
        "form": form,
        "lists": _lists(place, workplace),
        "title": _("What does %(name)s offer to supply or receive?") % {"name": workplace.label},
        "crumbs": [
            (_("Workplaces"), place.url("workplaces")),
            (workplace.label, place.url("workplace", workplace.public_id)),
            (_("Offer an agreement"), ""),
        ],
    }
    return page(request, "workplaces/agreement_new.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def agreement_accept_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Accept an offer."""
    place = here_or_404(request)
    row = row_or_404(Agreement, place, public_id)
    return act(
        request,
        lambda: agreement_accept(agreement=row, scenario=place.scenario, by=place.person, now=place.now),
        done=_("Agreed."),
        to=place.url("agreement", row.public_id),
        refused=lambda refused: agreement_page(request, place, row, refused),
    )


@login_required
@require_POST
def agreement_end_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End an agreement, or withdraw an offer."""
    place = here_or_404(request)
    row = row_or_404(Agreement, place, public_id)
    return act(
        request,
        lambda: agreement_end(agreement=row, scenario=place.scenario, by=place.person, now=place.now),
        done=_("Ended."),
        to=place.url("agreement", row.public_id),
        refused=lambda refused: agreement_page(request, place, row, refused),
    )


def _workplace(request: HttpRequest, public_id: UUID) -> tuple[Here, Workplace]:
    place = here_or_404(request)
    workplace = row_or_404(Workplace, place, public_id)
    _check(place, workplace)
    return place, workplace


def _check(place: Here, workplace: Workplace) -> None:
    """To whoever may not state the workplace's lines, or where figures are final, the form does not exist."""
    if not permissions.can_state(place.person, workplace, place.now.date()) or not policies.is_open(
        place.scenario
    ):
        raise Http404
