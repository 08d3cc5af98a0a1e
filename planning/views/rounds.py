"""The round: its state, what does not add up, who is asked, who is missing."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from planning import policies
from planning.forms import GiveBackForm
from planning.models import Cycle, Plan, Revision, Round, Run
from planning.policies_revision import revision_of
from planning.selectors import rounds as selectors
from planning.services.rounds import round_close, round_give_back, round_open, round_publish
from planning.services.runs import run_start
from planning.views import cycles, matrix
from planning.views.common import (
    act,
    crumbs,
    cycle_or_404,
    cycle_steps,
    is_coordinator,
    moment,
    page,
    person,
    round_or_404,
)
from planning.wording import rounds as wording
from planning.wording.minutes import DUTY, LINE_REVIEW, minutes, round_effort
from workplaces.errors import Refused
from workplaces.presentation import figures
from workplaces.tables_out import csv_response


@login_required
@require_GET
def round_detail(request: HttpRequest, year: int, number: int) -> HttpResponseBase:
    """Show the round."""
    round = round_or_404(year, number)
    if request.GET.get("format") == "csv":
        return imbalances_csv(round)
    return round_page(request, round)


def round_page(
    request: HttpRequest, round: Round, refused: Refused | None = None, *, form: GiveBackForm | None = None
) -> HttpResponse:
    """Render the round, with a refusal on top if something was asked that cannot be done."""
    now = moment()
    run = selectors.shown_run(round)
    done = run if run and run.state == Run.State.FINISHED else selectors.finished_run(round)
    coordinator = is_coordinator(request, now)
    rounds = list(round.cycle.rounds.order_by("number"))
    context: dict[str, Any] = {
        "round": round,
        "cycle": round.cycle,
        "run": run,
        "coordinator": coordinator,
        "crumb_items": crumbs(round.cycle, (_("Rounds"), cycle_url(round)), (str(round), "")),
        "steps": cycle_steps(round.cycle, rounds=max(round.number, 1)),
        "rounds": rounds,
        "next_number": rounds[-1].number + 1,
        "can": _can(round, run, now) if coordinator else {},
        "give_back": form or GiveBackForm(),
        "revision": revision_of(round.cycle),
        "became_plan": Plan.objects.filter(run__round=round).exists(),
    }
    standing = {"number": round.number, "state": round.state, "run": run.state if run else ""}
    if done is None:
        context |= {"title": wording.title(wording.Standing(**standing))}
    else:
        context |= _found(round, done, standing)
    if done is not None:
        context |= _answers(round, done)
        context |= matrix.part(round, done, request.GET.get("show", ""), limit=matrix.CORNER)
        context["figures"] = _figures(round, done, now)
    return page(request, "planning/round_detail.html", context, refused)


def cycle_url(round: Round) -> str:
    """Return the address of the round's cycle."""
    return reverse("planning:cycle", args=[round.cycle.year])


def round_url(round: Round) -> str:
    """Return the round's address."""
    return reverse("planning:round", args=[round.cycle.year, round.number])


def _can(round: Round, run: Run | None, now: Any) -> dict[str, bool]:
    under_way = bool(run and run.state in {Run.State.QUEUED, Run.State.RUNNING})
    return {
        "start": policies.can_start_run(round) and not under_way,
        "cancel": under_way,
        "publish": bool(run) and policies.can_publish(round, run),
        "close": policies.can_close_round(round, now),
        "wait": round.state == Round.State.ANSWERING and not policies.can_close_round(round, now),
        "give_back": policies.can_give_back(round),
        "open_next": policies.can_open_round(round.cycle),
        "plan": round.cycle.phase == Cycle.Phase.ROUNDS and policies.can_propose_plan(round, run),
        "adds_up": policies.adds_up(round, run),
    }


def _found(round: Round, run: Run, standing: dict[str, Any]) -> dict[str, Any]:
    """Return what the run found: title, lead, the largest imbalances, what binds."""
    tolerance = float(round.cycle.rules["tolerance"])
    extent = selectors.extent(run, tolerance)
    rows = selectors.balances(run, round.scenario, limit=selectors.LARGEST, least=selectors.NOTICEABLE)
    short = [r.name for r in rows if r.is_short and -r.before > tolerance]
    glut = [r.name for r in rows if not r.is_short and r.before > tolerance]
    s = run.summary
    computed = wording.Computed(
        out=extent.total,
        products=s["products"],
        tolerance=tolerance,
        worst_after=s["worst_after"],
        asked=s["workplaces_asked"],
        workplaces=s["workplaces"],
        gaps=s["short_rows"] + s["glut_rows"],
        caps_exceeded=s["caps_exceeded"],
    )
    title = wording.Standing(
        **standing,
        short=extent.short,
        glut=extent.glut,
        short_names=short,
        glut_names=glut,
        tolerance=tolerance,
    )
    help_ = selectors.helpers(run, round.scenario, [row.entity for row in rows])
    return {
        "title": wording.title(title),
        "lead": wording.lead(round.number, computed),
        "done": run,
        "rows": [(row, _help(row, help_.get(row.entity), tolerance)) for row in rows],
        "largest": max((abs(row.before) for row in rows), default=0.0),
        "products": s["products"],
        "bounds": selectors.bounds(run, round.scenario),
        "full": selectors.full_lines(run, round.scenario),
        "precision": wording.precision(run.certificate.get("worst_residual", 0.0)),
        "verdict": wording.verdict(
            gaps=s["short_rows"] + s["glut_rows"], gaps_at_bounds=run.certificate.get("gaps_at_bounds", True)
        ),
        "took": sum(run.seconds.values()),
        "previous": round.number - 1,
    }


def _help(row: selectors.Balance, found: selectors.Helpers | None, tolerance: float) -> str:
    if abs(row.before) < tolerance / 10:
        return _("inside bands")
    return wording.help_text(
        is_short=row.is_short,
        workplaces=found.workplaces if found else 0,
        region=found.region if found else "",
        regions=found.regions if found else 0,
        premium=row.premium,
    )


def _answers(round: Round, run: Run) -> dict[str, Any]:
    """Return the answers as shares of the lines with a suggested change."""
    if round.published_run_id is None:
        return {}
    counts = selectors.answer_counts(round, run)
    waiting = reverse("planning:round_changes", args=[round.cycle.year, round.number]) + "?waiting=1"
    open_ = round.state == Round.State.ANSWERING
    segments = [
        {"kind": "mandate", "label": _("Inside band, accepted by mandate"), "count": counts.get("mandate", 0)},
        {"kind": "accepted", "label": _("Accepted"), "count": counts.get("accept", 0)},
        {"kind": "countered", "label": _("Countered"), "count": counts.get("counter", 0)},
        {"kind": "firm", "label": _("Hold firm"), "count": counts.get("firm", 0)},
        {
            "kind": "waiting", "label": _("Waiting") if open_ else _("Silent: own figure stood"),
            "count": counts.get("waiting", 0), "strong": open_, "action": _("who"),
            "url": waiting if counts.get("waiting") else "",
        },
    ]  # fmt: skip
    return {"segments": segments, "same": counts.get("same", 0), "waiting": counts.get("waiting", 0)}


def _figures(round: Round, run: Run, now: Any) -> list[dict[str, str]]:
    """Return the five figures that matter."""
    lang, s = get_language(), run.summary
    before = (
        Round.objects.filter(
            cycle=round.cycle, number=round.number - 1, published_run__isnull=False
        ).values_list("published_run__summary", flat=True)
    ).first()
    worst = figures.percent(s["worst_before"], lang)
    label = _("worst imbalance, as proposed")
    if before:
        worst = f"{figures.percent(before['worst_before'], lang).removesuffix('%').strip()} → {worst}"
        label = _("worst imbalance, round %(number)s → now") % {"number": round.number - 1}
    effort = round_effort(s["lines_asked"], s["demand_lines_asked"])
    each = minutes(LINE_REVIEW + DUTY)
    share = s["workplaces_asked"] / s["workplaces"] if s["workplaces"] else 0.0
    return [
        {"value": worst, "label": label},
        {"value": figures.percent(s["mean_before"], lang), "label": _("mean imbalance")},
        {
            "value": figures.number(s["workplaces_asked"], lang),
            "label": _("workplaces asked (%(share)s), %(inside)s inside their band")
            % {
                "share": figures.percent(share, lang),
                "inside": figures.number(s["workplaces_inside_band"], lang),
            },
        },
        {
            "value": figures.minutes(minutes(effort), lang),
            "label": _("of people's time this round, %(each)s for each line asked")
            % {"each": figures.minutes(each, lang)},
        },
        _clock(round, now),
    ]


def _clock(round: Round, now: Any) -> dict[str, str]:
    if round.state == Round.State.CLOSED and round.published_run_id is None:
        if Plan.objects.filter(run__round=round).exists():
            return {"value": _("closed"), "label": _("these proposals went to the councils as a plan")}
        if round.cycle.phase == Cycle.Phase.ABANDONED:
            return {"value": _("closed"), "label": _("the cycle was abandoned")}
        if round.cycle.revisions.filter(outcome=Revision.Outcome.KEPT, ended_at=round.closed_at).exists():
            return {"value": _("closed"), "label": _("the plan in force was kept")}
        return {"value": _("closed"), "label": _("the proposals were given back for correction")}
    if round.state == Round.State.CLOSED:
        return {"value": _("closed"), "label": _("answers are in, the round is over")}
    if round.answers_close_at is None:
        return {"value": figures.ABSENT, "label": _("answers open once suggestions are published")}
    if round.answers_close_at <= now:
        return {
            "value": _("over"),
            "label": _("the time for answers is over; the round can be closed"),
        }
    return {
        "value": figures.duration(round.answers_close_at - now),
        "label": _("until answers close"),
    }


def imbalances_csv(round: Round) -> HttpResponseBase:
    """Send every product's balance as CSV."""
    run = selectors.finished_run(round)
    rows = selectors.balances(run, round.scenario) if run else []
    return csv_response(
        filename=f"imbalances-{round.cycle.year}-{round.number}",
        header=[
            "code", "product", "unit", "needed", "offered", "imbalance", "imbalance_after", "premium", "indicative_price",
        ],
        rows=(
            [r.code, r.name, r.unit, r.needed, r.offered, r.before, r.after, r.premium, r.price] for r in rows
        ),
    )  # fmt: skip


@login_required
@require_POST
def round_open_view(request: HttpRequest, year: int) -> HttpResponse:
    """Open the next round."""
    cycle = cycle_or_404(year)

    def action() -> None:
        nonlocal opened
        opened = round_open(cycle=cycle, by=person(request), now=moment())

    opened: Round | None = None
    response = act(
        request,
        action,
        done=_("The round is open on the proposals as they stood."),
        to=reverse("planning:cycle", args=[year]),
        refused=lambda problem: cycles.cycle_page(request, cycle, problem),
    )
    if opened is not None:
        response["Location"] = round_url(opened)
    return response


@login_required
@require_POST
def round_run(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Start an iteration."""
    round = round_or_404(year, number)
    return act(
        request,
        lambda: run_start(round=round, by=person(request), now=moment()),
        done=_("The iteration is under way."),
        to=round_url(round),
        refused=lambda problem: round_page(request, round, problem),
    )


@login_required
@require_POST
def round_publish_view(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Publish the suggestions of the run that the page showed."""
    round = round_or_404(year, number)
    run = get_object_or_404(Run, public_id=_uuid(request.POST.get("run", "")), round=round)
    return act(
        request,
        lambda: round_publish(round=round, run=run, by=person(request), now=moment()),
        done=_("The suggestions are out; delegates can answer."),
        to=round_url(round),
        refused=lambda problem: round_page(request, round, problem),
    )


@login_required
@require_POST
def round_close_view(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Close the round; its answers become the next proposals."""
    round = round_or_404(year, number)
    return act(
        request,
        lambda: round_close(round=round, by=person(request), now=moment()),
        done=_("The round is closed; its answers are the next proposals."),
        to=reverse("planning:cycle", args=[year]),
        refused=lambda problem: round_page(request, round, problem),
    )


@login_required
@require_POST
def round_give_back_view(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Give the proposals back for correction."""
    round = round_or_404(year, number)
    form = GiveBackForm(request.POST)
    form.is_valid()
    return act(
        request,
        lambda: round_give_back(
            round=round, reason=form.cleaned_data.get("reason", ""), by=person(request), now=moment()
        ),
        done=_("The round is closed without a plan; its proposals can be corrected."),
        to=reverse("planning:cycle", args=[year]),
        refused=lambda problem: round_page(request, round, problem, form=form),
    )


def _uuid(text: str) -> Any:
    import uuid

    from django.http import Http404

    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None
