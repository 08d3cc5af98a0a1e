"""A line: proposing its output, reviewing a suggested change, answering it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from planning import permissions, policies
from planning.forms import AskingForm, CounterForm, FirmForm, ProposalForm, RefusableForm
from planning.models import Cycle, Response, Round, RunLine
from planning.models.answers import Source
from planning.policies_investment import invests
from planning.selectors import duties as duty_selectors
from planning.selectors import lines as selectors
from planning.services.answers import Answer, line_answer, proposal_set
from planning.services.cycles import standing
from planning.services.saying import at_most
from planning.views.common import crumbs, cycle_or_404, moment, page, person, round_or_404
from planning.views.explaining import reasons_context
from planning.wording import lines as wording
from planning.wording.duties import minute_words
from planning.wording.minutes import DUTY, LINE_REVIEW, minutes
from planning.wording.reading import typed
from workplaces.errors import Refused
from workplaces.models import Product, Scenario
from workplaces.presentation import figures

INPUTS_SHOWN = 12


def subject_or_404(scenario: Scenario, public_id: UUID) -> selectors.Subject:
    """Return the line as the scenario sees it."""
    found = selectors.line_subject(scenario, public_id)
    if found is None:
        raise Http404
    return found


@login_required
@require_http_methods(["GET", "POST"])
def line_review(request: HttpRequest, year: int, number: int, public_id: UUID) -> HttpResponseBase:
    """Show a suggested change with its reason, and take the answer."""
    round = round_or_404(year, number)
    subject = subject_or_404(round.scenario, public_id)
    if request.method == "GET":
        return review_page(request, round, subject)
    return _answer(request, round, subject)


def _answer(request: HttpRequest, round: Round, subject: selectors.Subject) -> HttpResponseBase:
    """Take one of the three answers; what was typed stays if it is refused."""
    kind = request.POST.get("kind", "")
    counter = CounterForm(request.POST if kind == Response.Kind.COUNTER else None)
    firm = FirmForm(request.POST if kind == Response.Kind.FIRM else None)
    form: RefusableForm | None = {"counter": counter, "firm": firm}.get(kind)
    if form is not None and (not form.is_valid() or _asks(request, form, "figure", subject)):
        return review_page(request, round, subject, counter=counter, firm=firm, status=422)
    data = form.cleaned_data if form is not None else {}
    answer = Answer(kind=kind, figure=data.get("figure"), reason=data.get("reason", ""))
    try:
        response = line_answer(
            round=round, line=subject.line, answer=answer, by=person(request), now=moment()
        )
    except Refused as problem:
        if form is not None and problem.fields:
            form.refuse(problem)
        return review_page(request, round, subject, counter=counter, firm=firm, refused=problem)
    figure = figures.quantity(response.figure, subject.product.unit, get_language())
    messages.success(
        request, _("Your answer stands: %(figure)s. You can change it until the round closes.") % {"figure": figure}
    )  # fmt: skip
    return redirect("planning:line_review", round.cycle.year, round.number, subject.line.public_id)


def _asks(request: HttpRequest, form: RefusableForm, name: str, subject: selectors.Subject) -> bool:
    """Say whether a figure is so far from last year's that its delegate is asked back first."""
    line = subject.line
    if not isinstance(form, AskingForm) or not permissions.can_speak_for_line(
        person(request), line, moment().date()
    ):
        return False
    return form.asks(name, last=line.last_output, unit=subject.product.unit, least=0.0, most=line.capacity)


def review_page(
    request: HttpRequest,
    round: Round,
    subject: selectors.Subject,
    *,
    counter: CounterForm | None = None,
    firm: FirmForm | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the review of one line."""
    now = moment()
    suggestion = selectors.suggestion(round.published_run, subject.line.entity_id)
    response = selectors.response(round, subject.line)
    mine = permissions.can_speak_for_line(person(request), subject.line, now.date())
    context: dict[str, Any] = {
        "round": round,
        "cycle": round.cycle,
        "line": subject.line,
        "product": subject.product,
        "workplace": subject.workplace,
        "suggestion": suggestion,
        "response": response,
        "mine": mine,
        "can_answer": mine and suggestion is not None and policies.can_answer(round, now),
        "history": _history(round.cycle, round.scenario, subject),
        "about": minute_words(minutes(LINE_REVIEW + DUTY)),
        "crumb_items": crumbs(
            round.cycle,
            (str(round), reverse("planning:round", args=[round.cycle.year, round.number])),
            (subject.workplace.label, workplace_url(round.cycle, subject)),
            (subject.product.label, ""),
        ),
    }
    if suggestion is None:
        context["title"] = _("%(product)s: nothing is suggested yet") % {"product": subject.product.label}
    else:
        context |= _suggested(round, subject, suggestion, response)
        context |= reasons_context(round, subject, suggestion, mine=mine)
        context["counter"] = counter or CounterForm(initial=_initial(response, suggestion))
        context["firm"] = firm or FirmForm(initial={"reason": response.reason if response else ""})
    rendered = page(request, "planning/line_review.html", context, refused)
    if status != 200:
        rendered.status_code = status
    return rendered


def workplace_url(cycle: Cycle, subject: selectors.Subject) -> str:
    """Return the address of the workplace's page in the plan."""
    return reverse("planning:workplace", args=[cycle.year, subject.workplace.public_id])


def _initial(response: Response | None, suggestion: RunLine) -> dict[str, str]:
    lang = get_language()
    if response and response.kind == Response.Kind.COUNTER:
        return {"figure": typed(response.figure, lang), "reason": response.reason}
    return {"figure": typed(suggestion.suggested, lang)}


def _suggested(
    round: Round, subject: selectors.Subject, s: RunLine, response: Response | None
) -> dict[str, Any]:
    """Return the figures, the question and what silence means."""
    unit, lang, name = subject.product.unit, get_language(), subject.product.label
    proposed, suggested = figures.quantity_pair(s.proposed, s.suggested, unit, lang)
    answered = figures.quantity(response.figure, unit, lang) if response else ""
    ask = wording.question if s.asked else wording.settled_question
    title = ask(name, s.proposed, s.suggested)
    if response:
        title = wording.answered_title(name, response.kind, answered)
    if round.state == Round.State.CLOSED:
        title = _closed_title(round, subject, response, proposed)
    share = subject.workplace.band
    band = float(share if share is not None else round.cycle.rules["band"])
    return {
        "title": title,
        "proposed": proposed,
        "suggested": suggested,
        "same": s.proposed == s.suggested,
        "band_low": max(0.0, s.proposed - s.band),
        "band_high": s.proposed + s.band,
        "band_text": wording.band_text(band, used_up=band > 0 and s.band < 0.01 * band * abs(s.proposed)),
        "silence": wording.silence(proposed if s.asked else suggested),
        "answered_by": _("a simulated delegate")
        if response and response.source == Source.SIMULATED
        else response.by
        if response
        else "",
        "answered": answered,
    }


def _closed_title(round: Round, subject: selectors.Subject, response: Response | None, proposed: str) -> str:
    following = round.cycle.rounds.filter(number=round.number + 1).select_related("scenario").first()
    scenario = following.scenario if following else standing(round.cycle)
    proposal = selectors.standing_proposal(scenario, subject.line)
    unit, lang = subject.product.unit, get_language()
    return wording.outcome(
        answer=response.kind if response else "",
        source=proposal.source if proposal and proposal.source == Source.MANDATE else "",
        next_figure=figures.quantity(proposal.output, unit, lang) if proposal else None,
        proposed=proposed,
    )


def _history(cycle: Cycle, scenario: Scenario, subject: selectors.Subject) -> list[dict[str, Any]]:
    rows = selectors.line_history(cycle, scenario, subject.line)
    return [history_row(row) for row in rows]


def history_row(row: Any) -> dict[str, Any]:
    """Return a round of a line as a table shows it."""
    lang = get_language()
    proposed, suggested = figures.quantity_pair(row.proposed, row.suggested, row.unit, lang)
    answer = dict(Response.Kind.choices).get(row.answer, "")
    if not row.answer:
        answer = _("by mandate") if not row.asked else _("no answer")
        if row.asked and row.state != Round.State.CLOSED:
            answer = _("waiting")
    return {
        "number": row.number,
        "line": row.line,
        "proposed": proposed,
        "suggested": suggested,
        "asked": row.asked,
        "answer": answer,
        "figure": "" if row.figure is None else figures.quantity(row.figure, row.unit, lang),
        "reason": row.reason or "",
        "by": _("simulated") if row.source == Source.SIMULATED else row.by or "",
        "at": row.at,
    }


@login_required
@require_http_methods(["GET", "POST"])
def line_propose(request: HttpRequest, year: int, public_id: UUID) -> HttpResponseBase:
    """Show a line in its cycle; in the phase of proposals its delegate proposes here."""
    cycle = cycle_or_404(year)
    scenario = standing(cycle) or _last_scenario(cycle)
    subject = subject_or_404(scenario, public_id)
    usual = selectors.usual_inputs(scenario, subject.line)[:INPUTS_SHOWN]
    proposal = selectors.standing_proposal(scenario, subject.line)
    stated = selectors.stated_inputs(scenario, proposal)
    shown = list({p.entity_id: p for p in [*(p for p, _a in usual), *stated]}.values())
    form = ProposalForm(request.POST or None, initial=_initially(subject, proposal), inputs=shown)
    if request.method == "POST":
        return _propose(request, cycle, subject, usual, proposal, form, stated)
    return propose_page(request, cycle, subject, form, usual, proposal)


def _last_scenario(cycle: Cycle) -> Scenario:
    last = cycle.rounds.select_related("scenario").order_by("-number").first()
    return last.scenario if last else cycle.baseline


def _standing_output(subject: selectors.Subject, proposal: Any) -> float:
    return float(proposal.output if proposal else min(subject.line.last_output, subject.line.capacity))


def _initially(subject: selectors.Subject, proposal: Any) -> dict[str, str]:
    """Return the form's first values: the proposal as it stands, else last year's output."""
    lang = get_language()
    output = _standing_output(subject, proposal)
    stated = {"output": typed(output, lang), "note": proposal.note if proposal else ""}
    if proposal:
        for entity, quantity in zip(proposal.input_product, proposal.input_quantity, strict=True):
            stated[f"input_{entity}"] = typed(quantity, lang)
    return stated


def _propose(
    request: HttpRequest,
    cycle: Cycle,
    subject: selectors.Subject,
    usual: Any,
    proposal: Any,
    form: ProposalForm,
    stated: Mapping[Product, float],
) -> HttpResponseBase:
    refused: Refused | None = None
    if form.is_valid() and not _asks(request, form, "output", subject):
        before = {product.entity_id: quantity for product, quantity in stated.items()}
        try:
            proposal_set(
                cycle=cycle, line=subject.line, output=form.figure(_standing_output(subject, proposal)),
                by=person(request), now=moment(), inputs=form.stated(before, stated), note=form.cleaned_data["note"],
            )  # fmt: skip
        except Refused as problem:
            refused = problem
            form.refuse(problem)
        else:
            messages.success(request, _("Your proposal stands. You can change it until proposals close."))
            return redirect("planning:line", cycle.year, subject.line.public_id)
    response = propose_page(request, cycle, subject, form, usual, proposal, refused)
    response.status_code = refused.status if refused else 422
    return response


def _following(cycle: Cycle, subject: selectors.Subject) -> UUID | None:
    """Return the first line of the same workplace for which nobody has proposed yet."""
    place, scenario = subject.workplace.entity_id, standing(cycle)
    state = duty_selectors.proposals_of(scenario, [place]).get(place) if scenario else None
    return state.following if state else None


def propose_page(
    request: HttpRequest,
    cycle: Cycle,
    subject: selectors.Subject,
    form: ProposalForm,
    usual: Any,
    proposal: Any,
    refused: Refused | None = None,
) -> HttpResponse:
    """Render a line in its cycle, with the form where its delegate can propose."""
    now, lang, unit = moment(), get_language(), subject.product.unit
    mine = permissions.can_speak_for_line(person(request), subject.line, now.date())
    can_propose = mine and policies.can_propose(cycle)
    last = cycle.rounds.order_by("-number").first()
    context = {
        "cycle": cycle,
        "line": subject.line,
        "product": subject.product,
        "workplace": subject.workplace,
        "form": form,
        "can_propose": can_propose,
        "can_ask": invests(cycle),
        "mine": mine,
        "usual": [(p, figures.quantity(a * subject.line.last_output, p.unit, lang)) for p, a in usual],
        "proposal": proposal,
        "latest_round": last,
        "following": _following(cycle, subject) if can_propose and proposal else None,
        "title": wording.own_title(subject.product.label, cycle.year)
        if policies.can_propose(cycle)
        else f"{subject.workplace.label}: {subject.product.label}",
        "full": figures.quantity(subject.line.capacity, unit, lang),
        "most": at_most(subject.line.capacity, unit),
        "last": figures.quantity(subject.line.last_output, unit, lang),
        "stands": figures.quantity(proposal.output if proposal else subject.line.last_output, unit, lang),
        "history": _history(cycle, _last_scenario(cycle), subject),
        "crumb_items": crumbs(
            cycle, (subject.workplace.label, workplace_url(cycle, subject)), (subject.product.label, "")
        ),
    }
    top = refused if refused and not refused.fields else None
    return page(request, "planning/line_propose.html", context, top)


@login_required
@require_GET
def line_firm(request: HttpRequest, year: int, number: int, public_id: UUID) -> HttpResponse:
    """Say what holding firm would mean for others: computed on demand."""
    from planning.views.explaining import firmness_context

    round = round_or_404(year, number)
    subject = subject_or_404(round.scenario, public_id)
    suggestion = selectors.suggestion(round.published_run, subject.line.entity_id)
    if suggestion is None:
        raise Http404
    context = {
        "round": round,
        "line": subject.line,
        "product": subject.product,
        "title": _("If %(workplace)s holds firm") % {"workplace": subject.workplace.label},
        "crumb_items": crumbs(
            round.cycle,
            (str(round), reverse("planning:round", args=[round.cycle.year, round.number])),
            (
                subject.product.label,
                reverse("planning:line_review", args=[year, number, subject.line.public_id]),
            ),
        ),
        **firmness_context(round, subject, suggestion),
    }
    htmx = bool(request.htmx)  # type: ignore[attr-defined]
    template = "planning/_firmness.html" if htmx else "planning/line_firm.html"
    response = page(request, template, context)
    response["Vary"] = "HX-Request, Cookie"
    return response
