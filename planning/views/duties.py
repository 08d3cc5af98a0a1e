"""My duties: what needs me, what was settled for me, what became of my votes."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from councils.choice_wording import vote_told
from councils.result_wording import came_of
from planning.models import Cycle, Round
from planning.selectors import cycles as cycle_selectors
from planning.selectors import duties as selectors
from planning.services.cycles import standing
from planning.services.practice import is_offered
from planning.views.common import moment, page, person
from planning.views.duties_councils import Notice, councils_duties, notices, programme_notices
from planning.views.duties_investment import early_duties, investment_notices
from planning.views.duties_lines import as_delegate, line_duties, report_duties
from planning.views.duties_lists import list_duties
from planning.views.duties_meetings import meetings
from planning.views.duties_surplus import surplus_notices
from planning.views.founding_steps import Shown, may_begin, setup_title, shown_to, still_open
from planning.views.steps import next_step
from planning.wording import duties as wording
from planning.wording.duties import Duty
from planning.wording.lists import capital
from planning.wording.minutes import (
    AGREEMENT,
    COORDINATION,
    DEMAND_PROPOSAL,
    DEMAND_REVIEW,
    DUTY,
    LINE_REVIEW,
    PROPOSAL,
    VOTE,
    Effort,
    minutes,
)
from workplaces import authority
from workplaces.authority import COORDINATOR, DELEGATE, REGISTRAR, Hat
from workplaces.models import Agreement, Person
from workplaces.models.fields import localised
from workplaces.policies import is_open
from workplaces.presentation import figures
from workplaces.selectors import offers_to, scenario_current


@login_required
@require_GET
def duties(request: HttpRequest) -> HttpResponse:
    """Show what needs the person, under all hats."""
    now, me = moment(), person(request)
    hats = authority.hats(me, now.date())
    cycle = cycle_selectors.latest_cycle()
    found, context = _found(me, hats, cycle, now)
    if cycle is not None:
        context["spent"] = _spent(cycle, me)
    steps = _setup(cycle, hats)
    context |= {
        "duties": found,
        "cycle": cycle,
        "setup": steps,
        "title": setup_title(steps) if steps and not found else wording.title(found),
        "lead": wording.lead(found, context.get("settled_count", 0), len(hats)),
        "votes": [_vote(vote) for vote in selectors.cast_votes(me)],
        "notices": notices(me, now) + (_early_notices(cycle, me, hats, now) if cycle else []),
        "tour_offered": is_offered(me, now),
    }
    return page(request, "planning/duties.html", context)


def _early_notices(cycle: Cycle, me: Person, hats: tuple[Hat, ...], now: datetime) -> list[Notice]:
    found = programme_notices(cycle, me, now) + investment_notices(cycle, hats)
    return found + surplus_notices(cycle, me, now)


def duties_of(me: Person, now: datetime) -> list[Duty]:
    """Return what needs the person now, what is due first in front."""
    return _found(me, authority.hats(me, now.date()), cycle_selectors.latest_cycle(), now)[0]


def _found(
    me: Person, hats: tuple[Hat, ...], cycle: Cycle | None, now: datetime
) -> tuple[list[Duty], dict[str, Any]]:
    """Return the duties under these hats in the order of their deadlines, and what was settled without asking."""
    found: list[Duty] = []
    context: dict[str, Any] = {}
    if cycle is not None:
        last = cycle.rounds.select_related("scenario", "published_run", "cycle").order_by("-number").first()
        found, context = _planning_duties(cycle, last, hats, now)
        found += early_duties(cycle, me, hats, now)
    if (cycle is None and may_begin()) or (cycle and cycle.phase == Cycle.Phase.CLOSED):
        found += _first_step(hats)
    found += _offers(hats)
    found += [_ballot(entry) for entry in selectors.open_ballots(me)]
    found += meetings(me, now)
    found += councils_duties(me, now) + list_duties(me, now)
    far = datetime.max.replace(tzinfo=now.tzinfo)
    found.sort(key=lambda duty: duty.due or far)
    return found, context


def _setup(cycle: Cycle | None, hats: tuple[Hat, ...]) -> list[Shown]:
    """Return the steps of setting up, for who does them, as long as more is open than opening the year."""
    roles = {hat.role for hat in hats} & {COORDINATOR, REGISTRAR}
    steps = shown_to(roles) if roles and cycle is None else []
    return steps if still_open(steps) else []


def _first_step(hats: tuple[Hat, ...]) -> list[Duty]:
    """While no year is being planned, the coordinator's only step is to open one, if there is a baseline."""
    hat = next((h for h in hats if h.role == COORDINATOR), None)
    baseline = next((found for found, _year in cycle_selectors.fresh_baselines()), None)
    if hat is None or baseline is None:
        return []
    return [
        Duty(
            question=_("Shall the next plan year begin?"),
            hat=as_delegate(hat),
            detail=_("It starts from “%(baseline)s” and freezes the charter's rules of that day.")
            % {"baseline": baseline.name},
            silence=_("If you do nothing, nobody can propose."),
            url=reverse("planning:cycle_new"),
            action=_("Open"),
            minutes=minutes(COORDINATION + DUTY),
        )
    ]


def _spent(cycle: Cycle, me: Any) -> str:
    done = selectors.done_in(cycle, me)
    effort = LINE_REVIEW * done.line_answers + DEMAND_REVIEW * done.demand_answers + VOTE * done.votes
    return figures.minutes(minutes(effort), get_language()) if effort != Effort() else ""


def _planning_duties(
    cycle: Cycle, last: Round | None, hats: tuple[Hat, ...], now: datetime
) -> tuple[list[Duty], dict[str, Any]]:
    workplaces = {h.workplace: h for h in hats if h.role == DELEGATE and h.workplace is not None}
    regions = {h.region: h for h in hats if h.role == DELEGATE and h.region is not None}
    coordinator = next((h for h in hats if h.role == COORDINATOR), None)
    found: list[Duty] = []
    context: dict[str, Any] = {}
    if coordinator is not None:
        found += _coordination(cycle, last, coordinator, now)
    if cycle.phase == Cycle.Phase.PROPOSALS:
        found += _proposals(cycle, workplaces, regions)
    found += report_duties(cycle, workplaces, now)
    if last is not None:
        lines = selectors.lines_of(last, workplaces)
        if last.state == Round.State.ANSWERING:
            found += line_duties(last, lines, workplaces)
            found += _demand_duties(last, regions)
        context = _settled(last, lines)
    return found, context


def _demand_duties(round: Round, hats: dict[int, Hat]) -> list[Duty]:
    asked = selectors.demand_of(round, hats)
    places = selectors.regions_by_id(asked)
    return [
        Duty(
            question=ngettext(
                "Can %(place)s change %(count)s thing it wants to use?",
                "Can %(place)s change %(count)s things it wants to use?",
                waiting,
            ) % {"place": places[region].label, "count": figures.number(waiting, get_language())},
            hat=as_delegate(hats[region], places[region].label),
            detail=_("One table, an answer a row."),
            silence=_("If you do nothing, what %(place)s asked for stands for this round.") % {"place": places[region].label},
            url=reverse("planning:consumption_review", args=[round.cycle.year, round.number, places[region].code]),
            action=_("Answer"),
            minutes=minutes(DEMAND_REVIEW * waiting + DUTY),
            due=round.answers_close_at,
        )
        for region, (_all, waiting) in asked.items()
        if waiting
    ]  # fmt: skip


def _proposals(cycle: Cycle, workplaces: dict[int, Hat], regions: dict[int, Hat]) -> list[Duty]:
    scenario = standing(cycle)
    if scenario is None:
        return []
    dates = cycle_selectors.phase_dates(cycle).get("proposals")
    due = _end_of(dates.ends) if dates and dates.ends else None
    return [
        *_workplace_proposals(cycle, scenario, workplaces, due),
        *_region_proposals(cycle, scenario, regions, due),
    ]


def _workplace_proposals(
    cycle: Cycle, scenario: Any, hats: dict[int, Hat], due: datetime | None
) -> list[Duty]:
    made = selectors.proposals_of(scenario, hats)
    works = selectors.workplaces_by_entity(scenario, made)
    return [
        Duty(
            question=_("What will %(name)s make in %(year)s?") % {"name": works[place].label, "year": cycle.year},
            hat=as_delegate(hats[place], works[place].label),
            detail=ngettext("%(count)s line to propose.", "%(count)s lines to propose.", left) % {"count": left},
            silence=_("If you do nothing, last year's figure is your proposal."),
            url=reverse("planning:line", args=[cycle.year, state.following])
            if left == 1
            else reverse("planning:workplace", args=[cycle.year, works[place].public_id]),
            action=_("Propose"),
            minutes=minutes(PROPOSAL * left + DUTY),
            due=due,
        )
        for place, state in made.items()
        if place in works and (left := state.lines - state.written) > 0
    ]  # fmt: skip


def _region_proposals(cycle: Cycle, scenario: Any, hats: dict[int, Hat], due: datetime | None) -> list[Duty]:
    wanted = selectors.consumption_of(scenario, hats)
    places = selectors.regions_by_id(wanted)
    return [
        Duty(
            question=_("What does %(name)s want to use in %(year)s?") % {"name": places[place].label, "year": cycle.year},
            hat=as_delegate(hats[place], places[place].label),
            detail=ngettext("%(count)s figure stands as last year.", "%(count)s figures stand as last year.", left)
            % {"count": figures.number(left, get_language())},
            silence=_("If you do nothing, last year's figures are your proposal."),
            url=reverse("planning:consumption", args=[cycle.year, places[place].code]),
            action=_("Propose"),
            minutes=minutes(DEMAND_PROPOSAL * left + DUTY),
            due=due,
        )
        for place, state in wanted.items()
        if (left := state.lines - state.written) > 0
    ]  # fmt: skip


def _end_of(day: Any) -> datetime:
    from datetime import UTC, time, timedelta

    return datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)


def _coordination(cycle: Cycle, last: Round | None, hat: Hat, now: datetime) -> list[Duty]:
    """Return the one next step that waits for a coordinator."""
    step = next_step(cycle, last, now)
    if step is None:
        return []
    question, detail, url, action = step
    return [
        Duty(
            question=question, hat=_("as %(hat)s") % {"hat": hat.label}, detail=detail,
            silence=_("If you do nothing, everybody waits."), url=url, action=action,
            minutes=minutes(COORDINATION + DUTY), step=question,
        )
    ]  # fmt: skip


def _settled(round: Round, lines: list[Any]) -> dict[str, Any]:
    moved = [row for row in lines if not row.asked and row.answer is None]
    bands = {row.band if row.band is not None else float(round.cycle.rules["band"]) for row in moved}
    places = {row.workplace_public: localised(row.workplace, row.workplace_names) for row in moved}
    return {
        "settled_count": len(moved),
        "settled_text": wording.settled_text(len(moved), bands.pop() if len(bands) == 1 else None)
        if moved
        else "",
        "settled_links": [
            (name, reverse("planning:workplace", args=[round.cycle.year, public_id]))
            for public_id, name in list(places.items())[:5]
        ],
        "settled_until": round.answers_close_at if round.state == Round.State.ANSWERING else None,
        "round": round,
    }


def _offers(hats: tuple[Hat, ...]) -> list[Duty]:
    """Return the agreements that other workplaces offer, while the figures they are for are still open."""
    workplaces = {h.workplace: h for h in hats if h.role == DELEGATE and h.workplace is not None}
    scenario = scenario_current() if workplaces else None
    if scenario is None or not is_open(scenario):
        return []
    return [
        _offer(offer, workplaces[side], supplies=offer.supplier_id == side)
        for side, offer in offers_to(workplaces, scenario)[: selectors.LIMIT]
    ]


def _offer(offer: Agreement, hat: Hat, *, supplies: bool) -> Duty:
    mine, other = (offer.supplier, offer.client) if supplies else (offer.client, offer.supplier)
    other = other or offer.counterparty
    quantity = figures.quantity(offer.quantity, offer.product.unit, get_language())
    values = {"other": other.label if other else "", "quantity": quantity, "product": offer.product.label}
    question = (
        _("Shall you supply %(other)s with %(quantity)s of %(product)s?")
        if supplies
        else _("Shall %(other)s supply you with %(quantity)s of %(product)s?")
    )
    return Duty(
        question=question % values,
        hat=as_delegate(hat, mine.label if mine else ""),
        detail=_("An agreement between two workplaces holds once both sides said yes."),
        silence=_("If you do nothing, it stays an offer."),
        url=reverse("workplaces:agreement", args=[offer.public_id]),
        action=_("Answer"),
        minutes=minutes(AGREEMENT + DUTY),
    )


def _ballot(entry: Any) -> Duty:
    ballot = entry.ballot
    values = {"name": entry.represents or ballot.council.label}
    return Duty(
        question=ballot.question,
        hat=_("voting for %(name)s") % values if entry.represents else _("as member of %(name)s") % values,
        detail=_("%(council)s. %(secrecy)s vote.")
        % {"council": ballot.council.label, "secrecy": capital(str(ballot.get_secrecy_display()))},
        silence=_("If you do nothing, the others decide."),
        url=voting_url(entry),
        action=_("Vote"),
        minutes=minutes(VOTE + DUTY),
        due=ballot.closes_at,
    )


def voting_url(entry: Any) -> str:
    """Return where a voting right is used: the booth of a secret vote, else the ballot's page."""
    if entry.ballot.secrecy == "secret":
        return reverse("councils:booth", args=[entry.ballot.public_id, entry.number])
    return ballot_url(entry.ballot)


def ballot_url(ballot: Any) -> str:
    """Return the page on which the ballot is voted: its motion's or amendment's, else its council's."""
    if ballot.amendment_id is not None:
        return reverse("councils:amendment", args=[ballot.amendment.public_id])
    if ballot.motion_id is not None:
        return reverse("councils:motion", args=[ballot.motion.public_id])
    if hasattr(ballot, "election"):
        return reverse("councils:election", args=[ballot.election.public_id])
    return reverse("councils:council", args=[ballot.council.public_id])


def _vote(vote: Any) -> dict[str, Any]:
    ballot = vote.roll_entry.ballot
    motion = ballot.motion
    kind = {"carried": "done", "lost": "short"}.get(motion.state, "") if motion else ""
    return {
        "question": ballot.question,
        "vote": vote_told(vote),
        "result": motion.get_state_display() if motion else ballot.get_state_display(),
        "kind": kind,
        "why": came_of(ballot),
        "url": ballot_url(ballot),
    }
