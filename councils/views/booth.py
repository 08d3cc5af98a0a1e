"""The voting booth: one page per voting right, and the papers once they are published.

The answer to a cast is a page, not a redirect: an address that held the tracker would stand in the server's log
beside who asked for it. Sending the form again is harmless, the tracker is its key.
"""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from councils import booth_wording, permissions, wording
from councils.choice_forms import sheet_of
from councils.choice_rules import rule_told
from councils.choice_wording import labels_of, paper_coded, paper_told
from councils.models import Ballot, Option, RollEntry
from councils.padding import padded
from councils.selectors import ballots as selectors
from councils.services import Counted, paper_cast
from councils.views.common import moment, page, paged, person
from councils.votes_written import tracker_new
from workplaces.errors import Refused
from workplaces.tables_out import csv_response

PAPERS_PAGE = 200


@dataclass(frozen=True)
class Draft:
    """A paper as it is being filled in: it lives in the form only."""

    tracker: str
    choice: tuple[str, ...]
    is_checked: bool = False

    def after(self, deed: str, ballot: Ballot) -> "Draft":
        """Return the paper after a button was pressed (``add:code``, ``remove:code``, ``up:code``, ``check`` …)."""
        verb, _colon, code = deed.partition(":")
        if verb == "add" and code:
            kept = () if ballot.asks_for_one else tuple(c for c in self.choice if c != code)
            return replace(self, choice=(*kept, code), is_checked=ballot.asks_for_one)
        if verb == "remove":
            return replace(self, choice=tuple(c for c in self.choice if c != code))
        if verb == "up" and code in self.choice:
            return replace(self, choice=_raised(self.choice, code))
        return replace(self, is_checked=verb in {"check", "cast"})


def _raised(choice: tuple[str, ...], code: str) -> tuple[str, ...]:
    place = choice.index(code)
    rest = [c for c in choice if c != code]
    rest.insert(max(0, place - 1), code)
    return tuple(rest)


@sensitive_post_parameters()
@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@padded
def booth(request: HttpRequest, ballot: UUID, number: int) -> HttpResponse:
    """Show the paper of one voting right; fill it in, look at it again, put it into the urn."""
    found = secret_or_404(ballot)
    entry = get_object_or_404(found.roll.select_related("person", "mark"), number=number)
    permissions.check_can_vote(person(request), entry)
    if found.weighs_options:
        return _sheet_booth(request, found, entry)
    if request.method == "GET":
        return _booth(request, found, entry, Draft(tracker_new(), ()))
    given = request.POST.get("tracker", "")[:40]
    draft = Draft(given or tracker_new(), tuple(code[:30] for code in request.POST.getlist("choice")))
    deed = request.POST.get("do", "")
    if deed != "cast":
        return _booth(request, found, entry, draft.after(deed, found))
    try:
        counted = paper_cast(
            ballot=found,
            right=entry.right,
            choice=draft.choice,
            tracker=draft.tracker,
            by=person(request),
            now=moment(),
        )
    except Refused as problem:
        return _booth(request, found, entry, draft, problem)
    return _receipt(request, found, entry, counted)


def _sheet_booth(request: HttpRequest, ballot: Ballot, entry: RollEntry) -> HttpResponse:
    """The booth of a question with options: fill the paper in, look at it again, put it into the urn."""
    sheet, problem = sheet_of(ballot, request.POST), None
    tracker = request.POST.get("tracker", "")[:40] or tracker_new()
    deed = request.POST.get("do", "")
    try:
        choice = sheet.choice if deed in {"check", "cast"} else None
        if deed == "cast":
            counted = paper_cast(
                ballot=ballot,
                right=entry.right,
                choice=choice,
                tracker=tracker,
                by=person(request),
                now=moment(),
            )
            return _receipt(request, ballot, entry, counted)
    except Refused as refused:
        problem = refused
    is_over = not problem and booth_wording.why_not(ballot, person(request), [entry], moment())
    context = {
        **_frame(ballot, entry),
        "why_not": is_over,
        "sheet": sheet,
        "prefix": "paper-",
        "tracker_sent": tracker,
        "tracker": wording.grouped(tracker),
        "how_to": rule_told(ballot.rule, ballot.params),
        "is_checked": deed == "check" and problem is None,
        "remaining": sheet.remaining() if deed else "",
        "blank_warning": booth_wording.blank_among_warning(),
    }
    return page(request, "councils/booth_sheet.html", context, problem)


def secret_or_404(ballot: UUID) -> Ballot:
    """Return the secret ballot with that public id."""
    related = Ballot.objects.select_related("motion__council", "council", "election")
    return get_object_or_404(related, public_id=ballot, secrecy=Ballot.Secrecy.SECRET)


def secret_part(ballot: Ballot, request: HttpRequest) -> dict[str, Any]:
    """Return what the page of a question shows of its secret vote: the booths, or why there is none."""
    who, now = person(request), moment()
    rights = selectors.rights_of(ballot, who)
    why = booth_wording.why_not(ballot, who, rights, now)
    return {
        "ballot": ballot,
        "why_not": why,
        "booths": [] if why else [_door(ballot, entry) for entry in rights],
        "papers_url": reverse("councils:papers", args=[ballot.public_id]) if ballot.closed_at else "",
    }


def _door(ballot: Ballot, entry: RollEntry) -> dict[str, Any]:
    return {
        "question": booth_wording.question(entry),
        "is_used": hasattr(entry, "mark"),
        "url": reverse("councils:booth", args=[ballot.public_id, entry.number]),
    }


def question_url(ballot: Ballot) -> str:
    """Return the page of what a ballot is about."""
    if ballot.amendment:
        return reverse("councils:amendment", args=[ballot.amendment.public_id])
    if ballot.motion:
        return reverse("councils:motion", args=[ballot.motion.public_id])
    if hasattr(ballot, "election"):
        return reverse("councils:election", args=[ballot.election.public_id])
    return reverse("councils:council", args=[ballot.council.public_id])


def _booth(
    request: HttpRequest, ballot: Ballot, entry: RollEntry, draft: Draft, refused: Refused | None = None
) -> HttpResponse:
    options = list(ballot.options.order_by("number"))
    known = {option.code: option for option in options}
    chosen = [known[code] for code in dict.fromkeys(draft.choice) if code in known]
    is_over = not refused and booth_wording.why_not(ballot, person(request), [entry], moment())
    context = {
        **_frame(ballot, entry),
        "why_not": is_over,
        "draft": draft,
        "tracker": wording.grouped(draft.tracker),
        "how_to": booth_wording.how_to(ballot),
        "chosen_title": booth_wording.chosen_title(ballot, len(chosen)),
        "chosen": [_shown(option) for option in chosen],
        "remaining": [_shown(option) for option in options if option not in chosen],
        "is_checked": draft.is_checked and (chosen or not ballot.asks_for_one),
        "blank_warning": booth_wording.blank_warning(),
    }
    return page(request, "councils/booth.html", context, refused)


def _receipt(request: HttpRequest, ballot: Ballot, entry: RollEntry, counted: Counted) -> HttpResponse:
    labels = labels_of(ballot)
    context = {
        **_frame(ballot, entry),
        "tracker": wording.grouped(counted.tracker),
        "choice": paper_told(ballot, labels, counted.choice),
        "is_repeated": counted.is_repeated,
    }
    return page(request, "councils/booth_receipt.html", context)


def _frame(ballot: Ballot, entry: RollEntry) -> dict[str, Any]:
    return {
        "ballot": ballot,
        "entry": entry,
        "question": booth_wording.question(entry),
        "question_url": question_url(ballot),
        "box_note": booth_wording.box_note(ballot),
        "crumbs": [
            (ballot.council.label, reverse("councils:council", args=[ballot.council.public_id])),
            (ballot.question, question_url(ballot)),
            (_("Voting booth"), ""),
        ],
    }


def _shown(option: Option) -> dict[str, str]:
    text = "" if option.effect == Option.Effect.CANDIDATE else wording.choice_text(option.effect)
    return {"code": option.code, "label": _(option.label), "text": text}


@login_required
@require_GET
def papers(request: HttpRequest, ballot: UUID) -> HttpResponseBase:
    """Show the papers of a closed secret vote by tracker, so that everybody can find the own one and count again."""
    found = secret_or_404(ballot)
    if found.closed_at is None:
        raise Http404
    listed = selectors.papers_of(found)
    if request.GET.get("format") == "csv":
        rows = ((paper.tracker, paper_coded(paper.choice)) for paper in listed.iterator(chunk_size=1000))
        return csv_response(filename="papers", header=("tracker", "choice"), rows=rows)
    labels = labels_of(found)
    shown = paged(request, listed, PAPERS_PAGE)
    context = {
        "ballot": found,
        "page": shown,
        "rows": [(wording.grouped(p.tracker), paper_told(found, labels, p.choice)) for p in shown],
        "closing": selectors.closing_of(found),
        "crumbs": [(found.question, question_url(found)), (_("Papers"), "")],
    }
    return page(request, "councils/papers.html", context)
