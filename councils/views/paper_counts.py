"""Votes on paper: the form in which one person enters what they read, both readings side by side, what was counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from councils import paper_wording, permissions, policies_papers, urns
from councils.models import Ballot, Option, PaperCount, RollEntry
from councils.paper_sheets import papers_typed
from councils.selectors import paper_counts as selectors
from councils.selectors.paper_counts import invalid_written
from councils.services import papers_read
from councils.views.booth import question_url
from councils.views.common import moment, page, person
from workplaces.errors import Invalid, Refused

FAULTS = 100  # shown at once
MOST = 6  # digits of a number of papers


@dataclass
class Typed:
    """What somebody typed about the papers: for the service, and to be shown again when it is refused."""

    votes: dict[int, str] = field(default_factory=dict)
    marks: set[int] | None = None  # none yet: everybody present
    numbers: dict[str, str] = field(default_factory=dict)
    lines: str = ""


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def paper_counts(request: HttpRequest, ballot: UUID) -> HttpResponse:
    """Enter what one read in the box; after the close everybody sees what was counted from paper."""
    related = Ballot.objects.select_related("motion__council", "amendment", "council", "election")
    found = get_object_or_404(related.exclude(state=Ballot.State.DRAFT), public_id=ballot)
    if request.method == "GET":
        return _page(request, found, Typed())
    options = list(found.options.order_by("number"))
    typed = _typed(request, options)
    try:
        given = _given(found, options, typed)
        count = papers_read(ballot=found, by=person(request), now=moment(), **given)
    except Refused as problem:
        return _page(request, found, typed, problem)
    messages.success(request, paper_wording.entered(count))
    return redirect("councils:paper_counts", ballot=ballot)


def _typed(request: HttpRequest, options: Sequence[Option]) -> Typed:
    sent = request.POST
    votes = {int(name[5:]): sent[name] for name in sent if _is_vote(name) and sent[name]}
    marks = {int(text) for text in sent.getlist("mark") if _is_number(text)}
    numbers = {option.code: sent.get(f"papers-{option.code}", "")[:40] for option in options}
    return Typed(votes, marks, numbers, sent.get("lines", ""))


def _is_vote(name: str) -> bool:
    return name.startswith("vote-") and _is_number(name[5:])


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MOST


def _given(ballot: Ballot, options: Sequence[Option], typed: Typed) -> dict[str, Any]:
    """Return what was typed as the service takes it; raises Invalid for what is no number."""
    is_secret = ballot.secrecy == Ballot.Secrecy.SECRET
    marks = sorted(typed.marks or ())
    if ballot.weighs_options:
        labels = {option.code: option.label for option in options}
        sheets = papers_typed(typed.lines, ballot.rule, ballot.params, labels)
        return {"sheets": sheets, "marks": marks if is_secret else ()}
    if not is_secret:
        return {"votes": sorted(typed.votes.items())}
    if not ballot.asks_for_one:
        return {"marks": marks, "papers": _lines(typed.lines, options)}
    papers = []
    for option in options:
        text = typed.numbers[option.code].strip() or "0"
        if not _is_number(text):
            sentence = _("“%(text)s” is not a number of papers.") % {"text": text}
            raise Invalid(sentence, fields={option.code: sentence})
        papers.append(([option.code], int(text)))
    return {"marks": marks, "papers": papers}


def _lines(text: str, options: Sequence[Option]) -> list[tuple[list[str], int]]:
    """Read lines such as “12: 3 1 2”: twelve papers that name the options 3, 1 and 2, in this order."""
    codes = {str(option.number): option.code for option in options}
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        times, colon, named = line.partition(":")
        choice = named.replace(",", " ").split()
        if not colon or not _is_number(times.strip()) or any(one not in codes for one in choice):
            sentence = _(
                "Line %(number)s: “%(line)s”. Write how many papers, a colon, and the numbers of the options on them."
            ) % {"number": number, "line": line.strip()[:60]}
            raise Invalid(sentence, fields={"lines": sentence})
        found.append(([codes[one] for one in choice], int(times)))
    return found


def _page(request: HttpRequest, ballot: Ballot, typed: Typed, refused: Refused | None = None) -> HttpResponse:
    who, now = person(request), moment()
    is_closed = ballot.closed_at is not None
    if not is_closed:
        permissions.check_can_read_papers(who, ballot, now.date())
    meeting = selectors.meeting_open_in(ballot.council)
    may = policies_papers.can_read_papers(ballot, meeting, now)
    counts = list(selectors.counts_of(ballot))
    under_way = next((one for one in counts if one.state == PaperCount.State.COUNTING), None)
    options = list(ballot.options.order_by("number"))
    context = {
        "ballot": ballot,
        "is_secret": ballot.secrecy == Ballot.Secrecy.SECRET,
        "title": paper_wording.title(ballot, counts, is_open=may),
        "why_not": "" if may or is_closed else _why_not(ballot, meeting, now),
        "meeting": meeting if may else None,
        "waits": paper_wording.waits(under_way, who) if under_way else "",
        "differing": _differing(under_way, who, options) if under_way else None,
        "counted": [_counted(one, options, is_closed=is_closed) for one in counts if one.counted_at],
        "crumbs": [
            (ballot.council.label, reverse("councils:council", args=[ballot.council.public_id])),
            (ballot.question, question_url(ballot)),
            (_("Votes on paper"), ""),
        ],
    }
    if may and meeting:
        present = list(selectors.present_on_roll(ballot, meeting))
        context |= _form(ballot, present, options, typed)
        context |= _faults(refused)
    return page(request, "councils/paper_counts.html", context, refused)


def _why_not(ballot: Ballot, meeting: Any, now: Any) -> str:
    try:
        policies_papers.check_can_read_papers(ballot, meeting, now)
    except Refused as problem:
        return str(problem)
    return ""


def _form(ballot: Ballot, present: list[RollEntry], options: list[Option], typed: Typed) -> dict[str, Any]:
    labels = [(option.code, option.number, _(option.label)) for option in options]
    return {
        "labels": labels,
        "people": [
            {
                "entry": entry,
                "choices": [
                    (code, label, typed.votes.get(entry.number) == code) for code, _n, label in labels
                ],
                "is_marked": typed.marks is None or entry.number in typed.marks,
            }
            for entry in present
        ],
        "numbers": [(code, label, typed.numbers.get(code, "")) for code, _n, label in labels],
        "lines": typed.lines,
        "asks_for_one": ballot.asks_for_one,
        "is_ranked": ballot.is_ranked,
        "weighs_options": ballot.weighs_options,
        "example": paper_wording.example(ballot) if ballot.weighs_options else "",
    }


def _faults(refused: Refused | None) -> dict[str, Any]:
    """Return what is wrong, line by line, as far as a page can show it."""
    named = [(name.partition("/")[2], told) for name, told in (refused.fields if refused else {}).items()]
    found = [(line, told) for line, told in named if line]
    return {"faults": found[:FAULTS], "more_faults": max(0, len(found) - FAULTS)}


def _differing(count: PaperCount, who: Any, options: list[Option]) -> dict[str, Any] | None:
    found = selectors.differing(count, who)
    if found is None:
        return None
    mine, other, rows = found
    labels = {option.code: _(option.label) for option in options}
    names = dict(count.ballot.roll.values_list("number", "name"))
    return {
        "mine": mine,
        "other": other,
        "rows": [paper_wording.difference(row, count.ballot, labels, names) for row in rows],
    }


def _counted(count: PaperCount, options: list[Option], *, is_closed: bool) -> dict[str, Any]:
    """Return a finished count; what secret papers say stands there after the close only."""
    ballot = count.ballot
    is_secret = ballot.secrecy == Ballot.Secrecy.SECRET
    labels = {option.code: _(option.label) for option in options}
    readers = [reading for reading in (count.first, count.second) if reading]
    shown: list[tuple[Any, str]] = []
    if is_closed and is_secret:
        papers = ((tracker, urns.paper(ballot, tracker) or []) for tracker in count.papers)
        shown = [(tracker, _paper_told(ballot, labels, choice)) for tracker, choice in papers]
    elif not is_secret and count.first:
        names = dict(ballot.roll.values_list("number", "name"))
        votes = count.first.content["votes"]
        shown = [(names[number], paper_wording.said(said, ballot, labels)) for number, said in votes]
    is_hidden = is_secret and not is_closed
    invalid = [] if is_hidden else invalid_written(count).get("invalid", [])
    numbers = [number for number, _said in readers[0].content.get("sheets", [])] if is_secret else []
    return {
        "count": count,
        "readers": readers,
        "papers": list(zip(numbers, shown, strict=True))
        if numbers and shown
        else [("", row) for row in shown],
        "numbered": bool(numbers and shown),
        "invalid": invalid,
        "is_hidden": is_hidden,
    }


def _paper_told(ballot: Ballot, labels: Mapping[str, str], choice: Any) -> str:
    if ballot.weighs_options:
        return paper_wording.said(choice, ballot, labels) if choice else ""
    return " › ".join(labels[code] for code in choice)
