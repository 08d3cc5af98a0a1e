"""What a body instructs those whom it sent."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from councils import permissions, why_not
from councils.forms import InstructionForm
from councils.instruction_wording import KINDS, about
from councils.models import Amendment, Council, Instruction, Motion
from councils.selectors import instructions as selectors
from councils.services import instruction_enter, instruction_propose
from councils.views.common import moment, page, paged, person
from workplaces.errors import Invalid, Refused
from workplaces.models import Person
from workplaces.tables_out import csv_response

OPEN = (Motion.State.MOVED, Motion.State.VOTING)
OFFERED = 50  # motions offered in a form
COLUMNS = (
    "council",
    "about",
    "standing",
    "answer",
    "reason",
    "state",
    "in_force",
    "ended",
    "decided_by",
    "id",
)


def doors(motion: Motion, who: Person, now: Any) -> list[tuple[str, str]]:
    """Return (label, address) for each body that sends delegates to the motion's council and that the person can ask."""
    if motion.state not in OPEN or not permissions.can_take_part(who):
        return []
    bodies = permissions.bodies_of(who, now.date())
    return [
        (
            _("Instruct the delegates of %(body)s") % {"body": body.label},
            f"{reverse('councils:instruction_new', args=[body.public_id])}?motion={motion.public_id}",
        )
        for body in selectors.senders_to(motion.council, bodies)
    ]


@login_required
@require_GET
def instruction_list(request: HttpRequest, council: UUID) -> HttpResponseBase:
    """Show what a body has instructed its delegates, and what became of it."""
    found = get_object_or_404(Council, public_id=council)
    rows = selectors.instructions_of(found)
    if request.GET.get("format") == "csv":
        return csv_response(filename="instructions", header=COLUMNS, rows=_rows(rows))
    now = moment()
    sends = selectors.councils_with_delegates_of(found, now).exists()
    listed, unable = (
        paged(request, rows),
        why_not.to_instruct(found, person(request), now.date(), sends=sends),
    )
    context = {
        "council": found,
        "page": listed,
        "rows": [(row, about(row)) for row in listed],
        "can_instruct": not unable,
        "why_not": unable,
        "crumbs": _crumbs(found, _("Instructions")),
    }
    return page(request, "councils/instruction_list.html", context)


def _rows(rows: Any) -> Iterator[tuple[Any, ...]]:
    for row in rows.iterator(chunk_size=1000):
        yield (
            row.council.label,
            about(row),
            row.is_standing,
            row.answer,
            row.reason,
            row.state,
            row.in_force_at,
            row.ended_at,
            row.decided_by.public_id if row.decided_by else "",
            row.public_id,
        )


@login_required
@require_http_methods(["GET", "POST"])
def instruction_new(request: HttpRequest, council: UUID) -> HttpResponse:
    """Put an instruction to the vote of a body, or enter one that it has decided."""
    found, who, now, problem = get_object_or_404(Council, public_id=council), person(request), moment(), None
    there = list(selectors.councils_with_delegates_of(found, now))
    form = InstructionForm(
        request.POST or None,
        questions=_questions(there),
        decisions=_decisions(found, who, now),
        initial={"question": f"motion:{request.GET.get('motion', '')}", "answer": "yes"},
    )
    if request.method == "POST":
        try:
            instruction = _given(request, found, there, who, now)
        except Refused as refused:
            form.show(refused)
            problem = refused
        else:
            return _after(instruction, found)
    context = {
        "council": found,
        "form": form,
        "can_instruct": permissions.can_move(who, found, now.date())
        or permissions.can_conduct(who, found, now.date()),
        "sends": bool(there),
        "crumbs": _crumbs(found, _("New instruction")),
    }
    return page(request, "councils/instruction_new.html", context, problem)


def _given(request: HttpRequest, sender: Council, there: list[Council], who: Person, now: Any) -> Instruction:
    """Do what the form asks for; raises Refused."""
    target = _target(request.POST.get("question", ""), there)
    given: dict[str, Any] = {
        **target,
        "sender": sender,
        "answer": request.POST.get("answer", ""),
        "reason": request.POST.get("reason", ""),
        "by": who,
        "now": now,
    }
    decided = _uuid(request.POST.get("decided_by", ""))
    motion = Motion.objects.filter(council=sender, public_id=decided).first() if decided else None
    return instruction_enter(**given, decided_by=motion) if motion else instruction_propose(**given)


def _target(question: str, there: list[Council]) -> dict[str, Any]:
    kind, _colon, rest = question.partition(":")
    if kind == "motion" and (public_id := _uuid(rest)):
        motion = Motion.objects.select_related("council").filter(public_id=public_id).first()
        if motion:
            return {"council": motion.council, "motion": motion}
    if kind == "amendment" and (public_id := _uuid(rest)):
        related = Amendment.objects.select_related("motion__council")
        amendment = related.filter(public_id=public_id).first()
        if amendment:
            return {"council": amendment.motion.council, "amendment": amendment}
    if kind == "standing":
        number, _colon, subject_kind = rest.partition(":")
        council = next((row for row in there if str(row.public_id) == number), None)
        if council and subject_kind in KINDS:
            return {"council": council, "subject_kind": subject_kind}
    sentence = _("Choose on what they are to vote.")
    raise Invalid(sentence, fields={"question": sentence})


def _questions(there: list[Council]) -> list[tuple[str, Any]]:
    """Return what can be instructed, by council: its open motions and amendments, then kinds of motions."""
    found: list[tuple[str, Any]] = []
    for council in there:
        motions = council.motions.filter(state__in=OPEN).order_by("-number")[:OFFERED]
        single = [(f"motion:{motion.public_id}", motion.title) for motion in motions]
        standing = [
            (f"standing:{council.public_id}:{kind}", _("always, on %(kind)s") % {"kind": label})
            for kind, label in KINDS.items()
        ]
        undecided = Amendment.objects.filter(motion__council=council, state__in=Amendment.UNDECIDED)
        changes = [
            (
                f"amendment:{one.public_id}",
                _("amendment %(number)s to %(title)s") % {"number": one.number, "title": one.motion.title},
            )
            for one in undecided.select_related("motion").order_by("-pk")[:OFFERED]
        ]
        found.append((council.label, [*single, *changes, *standing]))
    return found


def _decisions(council: Council, who: Person, now: Any) -> list[tuple[str, str]]:
    vote = [("", _("By a vote on this, now"))]
    if not permissions.can_conduct(who, council, now.date()):
        return vote
    carried = council.motions.filter(state=Motion.State.CARRIED).exclude(subject_kind="instruction")
    return vote + [
        (str(motion.public_id), _("It was decided with “%(title)s”") % {"title": motion.title})
        for motion in carried.order_by("-number")[:OFFERED]
    ]


def _after(instruction: Instruction, council: Council) -> HttpResponse:
    if instruction.state == Instruction.State.PROPOSED:
        motion = council.motions.get(subject_kind="instruction", subject_id=instruction.public_id)
        return redirect("councils:motion", motion=motion.public_id)
    return redirect("councils:instructions", council=council.public_id)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _crumbs(council: Council, here: str) -> list[tuple[str, str]]:
    return [
        (_("Councils"), reverse("councils:list")),
        (council.label, reverse("councils:council", args=[council.public_id])),
        (here, ""),
    ]
