"""One motion: its text, the vote on it, who voted how, what is said about it."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from councils import (
    permissions,
    policies,
    policies_appeals,
    policies_motions,
    policies_parts,
    subjects,
    wording,
)
from councils.costs import rates_on
from councils.explanations import explain, rule_sentence
from councils.forms import MotionForm, VoidForm
from councils.models import Ballot, Council, Motion
from councils.question_forms import QuestionForm
from councils.selectors import ballots as selectors
from councils.selectors import costs
from councils.selectors.delegations import through_delegates
from councils.selectors.instructions import instructions_on
from councils.selectors.rolls import roll_of
from councils.services import motion_move, motion_withdraw
from councils.views.above import appeals_part
from councils.views.amending import amendments_part
from councils.views.booth import secret_part
from councils.views.choosing import Typed, asked_part, result_part, sheets
from councils.views.common import act, moment, page, person
from councils.views.dissent import minority_part
from councils.views.instructions import doors
from councils.views.showing import ROLL_COLUMNS, Objecting, answers, parts_shown, roll_call_rows
from councils.views.threads import comments_csv, comments_part, debate_on
from councils.why import why
from workplaces.errors import Refused
from workplaces.presentation import figures
from workplaces.tables_out import csv_response

ROLL_SHOWN = 100
RELATED = ("council", "moved_by")


@login_required
@require_GET
def motion_detail(request: HttpRequest, motion: UUID) -> HttpResponseBase:
    """Show a motion."""
    found = motion_or_404(motion)
    ballot = selectors.ballots_on(found).first()
    if request.GET.get("format") == "csv":
        return _csv(found, ballot, request.GET.get("table", ""))
    return motion_page(request, found)


def motion_or_404(motion: UUID) -> Motion:
    """Return the motion with that public id."""
    return get_object_or_404(Motion.objects.select_related(*RELATED), public_id=motion)


def motion_page(
    request: HttpRequest, motion: Motion, refused: Refused | None = None, **forms: Any
) -> HttpResponse:
    """Render a motion, with a refusal on top if there was one; ``typed`` is a paper that its form brought."""
    now, who = moment(), person(request)
    ballots = list(selectors.ballots_on(motion))
    ballot = ballots[0] if ballots else None
    conducts = permissions.can_conduct(who, motion.council, now.date())
    context = {
        "motion": motion,
        "asked": asked_part(motion),
        "title": wording.motion_title(motion, ballot, now),
        "about": subjects.link(motion.subject_kind, motion.subject_id, motion.council),
        "told": subjects.told(motion),
        "ballot": ballot,
        "earlier": ballots[1:],
        "facts": _facts(motion, ballot),
        "void_form": forms.get("void") or VoidForm(),
        "instruct": doors(motion, who, now),
        "can_open": conducts and policies.can_open(motion) and policies_motions.amendments_decided(motion),
        "can_withdraw": motion.moved_by_id == who.pk and policies.can_withdraw(motion),
        "crumbs": [
            (_("Councils"), reverse("councils:list")),
            (motion.council.label, reverse("councils:council", args=[motion.council.public_id])),
            (_("Motion %(number)s") % {"number": motion.number}, ""),
        ],
    }
    context |= amendments_part(motion, who, now)
    context |= minority_part(motion, who, now, forms)
    context |= appeals_part(motion, who, now, forms)
    context |= comments_part(debate_on(motion, who, now, conducts=conducts), forms)
    if ballot:
        asked = {name: forms.get(name) for name in ("typed", "objecting")}
        context |= voting(ballot, who, now, conducts=conducts, **asked)
        if ballot.secrecy == Ballot.Secrecy.SECRET and ballot.opened_at:
            context["secret"] = secret_part(ballot, request)
    if context["can_open"]:
        context |= secrecy(motion, now)
        if subjects.always_secret(motion.subject_kind):
            context |= {"may_be_secret": False, "always_secret": True}
        elif motion.by_consent:
            context |= {"may_be_secret": False}
        elif not policies_parts.can_be_secret(motion, now.date()):
            context |= {"may_be_secret": False, "asks_for_parts": True}
    return page(request, "councils/motion_detail.html", context, refused)


def secrecy(motion: Motion, now: Any) -> dict[str, Any]:
    """Say whether the vote may be secret, and whether enough people would share the secret."""
    today = now.date()
    may_be = policies.can_be_secret(motion.council, today)
    people = len({right.person.pk for right in roll_of(motion.council, today)}) if may_be else 0
    return {"may_be_secret": may_be, "can_hide": may_be and policies.can_hide(people, today)}


def voting(
    ballot: Ballot,
    who: Any,
    now: Any,
    *,
    conducts: bool,
    typed: Typed | None = None,
    objecting: Objecting | None = None,
) -> dict[str, Any]:
    """Return what a page shows of the vote on its question."""
    votes, roll = selectors.votes_cast(ballot), selectors.roll_call(ballot)
    held = instructions_on(ballot)
    is_secret = ballot.secrecy == Ballot.Secrecy.SECRET
    is_open = policies.can_put_paper(ballot, now) if is_secret else policies.can_cast(ballot, now)
    rights = selectors.rights_of(ballot, who) if is_open and not is_secret else []
    among = result_part(ballot) if ballot.weighs_options else {}
    return {
        **among,
        "sheets": sheets(ballot, rights, typed) if rights and ballot.weighs_options else [],
        "is_secret": is_secret,
        "rule": rule_sentence(ballot.rule, ballot.params, ballot.quorum),
        "is_open": is_open,
        "papers": answers(ballot, rights, objecting) if rights and ballot.asks_for_one else [],
        "turnout": wording.turnout_hidden(ballot.roll_size)
        if is_secret and not ballot.result
        else wording.turnout(votes, ballot.roll_size),
        "why": why(ballot.result),
        "steps": explain(ballot.result["steps"]) if ballot.result else [],
        "objections": (ballot.result or {}).get("objections", []),
        "segments": _segments(ballot),
        "parts": parts_shown(ballot),
        "roll": []
        if is_secret
        else roll_call_rows(
            roll[:ROLL_SHOWN], is_open=is_open, instructions=held, through=through_delegates(ballot)
        ),
        "roll_shown": min(ROLL_SHOWN, ballot.roll_size),
        "can_close": conducts and policies.can_close(ballot, votes, now),
        "can_void": conducts and policies.can_void(ballot),
        "waits_for": ballot.roll_size - votes,
        "conducts": conducts,
    }


def _segments(ballot: Ballot) -> list[dict[str, Any]]:
    result = ballot.result
    if not result or not ballot.asks_for_one:
        return []
    labels = (("yes", _("yes")), ("no", _("no")), ("abstain", _("abstentions")))
    if ballot.is_by_consent:
        labels = (("yes", _("no objection")), ("no", _("objections")), ("abstain", _("stood aside")))
    shown = [{"kind": kind, "label": label, "count": result["counts"][kind]} for kind, label in labels]
    rest = result["eligible"] - result["cast"]
    return [*shown, {"kind": "waiting", "label": _("did not vote"), "count": rest}]


def _facts(motion: Motion, ballot: Ballot | None) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [
        {"label": _("Moved by"), "value": motion.moved_by, "url": _person_url(motion)},
        {"label": _("As"), "value": motion.hat or "–"},
        {"label": _("On"), "value": wording.when(motion.moved_at)},
        {"label": _("Layer"), "value": motion.get_layer_display()},
        {"label": _("Mechanism"), "value": motion.get_mechanism_display()},
    ]
    if above := policies_appeals.above(motion):
        facts.append({"label": _("Can be appealed to"), "value": above.label, "url": _council_url(above)})
    return facts + (_voting_facts(ballot) if ballot and ballot.opened_at else [])


def _voting_facts(ballot: Ballot) -> list[dict[str, Any]]:
    closing = _("Vote closed") if ballot.closed_at else _("Vote closes")
    rates = rates_on((ballot.opened_at or ballot.created_at).date())
    each, cost = costs.to_vote(ballot, rates), costs.people_minutes(ballot, rates)
    taken = _("People's time taken, reckoned") if ballot.result else _("People's time, if all vote")
    return [
        {"label": _("Vote opened"), "value": wording.when(ballot.opened_at or ballot.created_at)},
        {"label": closing, "value": wording.when(ballot.closed_at or ballot.closes_at)},
        {"label": _("Expected for each voter"), "value": figures.minutes(each, get_language())},
        {"label": taken, "value": figures.minutes(cost, get_language())},
    ]


def _council_url(council: Council) -> str:
    return reverse("councils:council", args=[council.public_id])


def _person_url(motion: Motion) -> str:
    """People have a public page when they hold or held a mandate."""
    mover = motion.moved_by
    return reverse("councils:person", args=[mover.public_id]) if mover.mandates.exists() else ""


def _csv(motion: Motion, ballot: Ballot | None, table: str) -> HttpResponseBase:
    if table == "comments":
        return comments_csv(motion.comments)
    is_secret = bool(ballot and ballot.secrecy == Ballot.Secrecy.SECRET)
    roll = roll_call_rows(
        selectors.roll_call(ballot) if ballot else [],
        is_open=False,
        is_secret=is_secret,
        instructions=instructions_on(ballot) if ballot else {},
        through=through_delegates(ballot) if ballot else {},
    )
    rows = ([row[column] for column in ROLL_COLUMNS] for row in roll)
    return csv_response(filename="roll-call", header=ROLL_COLUMNS, rows=rows)


@login_required
@require_http_methods(["GET", "POST"])
def motion_new(request: HttpRequest, council: UUID) -> HttpResponse:
    """Put a motion to a council."""
    found = get_object_or_404(Council, public_id=council)
    form, question = MotionForm(request.POST or None), QuestionForm(request.POST or None)
    problem = None
    if request.method == "POST":
        try:
            motion = motion_move(
                council=found,
                title=request.POST.get("title", ""),
                text=request.POST.get("text", ""),
                by=person(request),
                now=moment(),
                asks=question.asks(),
                by_consent="by_consent" in request.POST,
            )
        except Refused as refused:
            problem = refused
            (form if set(refused.fields) <= set(form.fields) else question).show(refused)
        else:
            return redirect("councils:motion", motion=motion.public_id)
    context = {
        "council": found,
        "form": form,
        "question": question,
        "can_move": permissions.can_move(person(request), found, moment().date()),
        "crumbs": [
            (_("Councils"), reverse("councils:list")),
            (found.label, reverse("councils:council", args=[found.public_id])),
            (_("New motion"), ""),
        ],
    }
    return page(request, "councils/motion_new.html", context, problem)


@login_required
@require_POST
def motion_withdrawn(request: HttpRequest, motion: UUID) -> HttpResponse:
    """Take one's motion back."""
    found = motion_or_404(motion)
    return act(
        request,
        lambda: motion_withdraw(motion=found, by=person(request), now=moment()),
        done=_("The motion is withdrawn."),
        to=reverse("councils:motion", args=[motion]),
        refused=lambda problem: motion_page(request, motion_or_404(motion), problem),
    )
