"""The list of councils, one council, the charter, a person's mandates."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from councils import charter, charter_wording, permissions, wording
from councils.choice_wording import code_of, told_each
from councils.models import Charter, Council, Mandate, Motion, NamedVote
from councils.result_wording import came_of, came_of_motions
from councils.selectors import ballots as ballot_selectors
from councils.selectors import costs
from councils.selectors import councils as selectors
from councils.selectors.elections import elections_of
from councils.selectors.meetings import meetings_of
from councils.views.common import PAGE, moment, page, paged, person, searched
from workplaces.models import Person
from workplaces.presentation import figures
from workplaces.tables_out import csv_response

RECENT, MONTHS = 20, 12


@login_required
@require_GET
def council_list(request: HttpRequest) -> HttpResponseBase:
    """List the councils by kind, searchable by name."""
    kind, text = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    kind = kind if kind in Council.Kind.values else ""
    found = selectors.councils_listed(moment().date(), kind=kind, text=text)
    if request.GET.get("format") == "csv":
        return csv_response(filename="councils", header=COUNCIL_COLUMNS, rows=_council_rows(found))
    numbers = selectors.kinds_with_numbers()
    listed = _listed(request, found, numbers, kind) if not text else searched(request, found)
    context = {
        "title": wording.councils_title(numbers, listed.paginator.count, searched=bool(text or kind)),
        "kinds": numbers,
        "kind": kind,
        "q": text,
        "page": listed,
        "charter_url": reverse("councils:charter"),
        "csv_url": _with_csv(request),
        "waiting": list(selectors.open_for(person(request), moment())[:RECENT]),
        "own": [] if text or kind else selectors.own_councils(person(request), moment().date())[:RECENT],
    }
    return page(request, "councils/council_list.html", context)


def _listed(request: HttpRequest, found: Any, numbers: list[tuple[str, str, int]], kind: str) -> Any:
    counts = {one: count for one, _label, count in numbers if kind in {"", one}}
    assemblies = counts.pop(Council.Kind.WORKPLACE.value, 0)
    pages = selectors.CouncilPages(found, PAGE, above=sum(counts.values()), assemblies=assemblies)
    return pages.get_page(request.GET.get("page"))


def _with_csv(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query["format"] = "csv"
    return f"?{query.urlencode()}"


COUNCIL_COLUMNS = ("kind", "name", "seats", "seats_held", "open_motions", "id")


def _council_rows(found: Any) -> Iterator[tuple[Any, ...]]:
    for row in found.iterator(chunk_size=1000):
        yield (
            row.get_kind_display(),
            row.label,
            row.seats_there,
            row.seats_held,
            row.motions_open,
            row.public_id,
        )


@login_required
@require_GET
def council_detail(request: HttpRequest, council: UUID) -> HttpResponseBase:
    """Show one council: motions, seats, who serves it, what it has cost."""
    found = get_object_or_404(Council, public_id=council)
    now = moment()
    today = now.date()
    if request.GET.get("format") == "csv":
        return _council_csv(found, request.GET.get("table", ""))
    seats = list(selectors.seats_of(found, today)[:PAGE])
    number, held = (
        found.seats.count(),
        Mandate.objects.held_on(today).filter(council=found, seat__isnull=False).count(),
    )
    waiting = found.motions.filter(state__in=[Motion.State.MOVED, Motion.State.VOTING]).count()
    months = costs.months_of(found, now)
    motions = paged(request, selectors.motions_of(found), RECENT)
    came = came_of_motions(motions)
    for motion in motions:
        setattr(motion, "came_of", came.get(motion.pk, ""))  # noqa: B010
    context = {
        "council": found,
        "title": wording.council_title(found, waiting, number - held),
        "figures": [
            {"value": f"{held} / {number}", "label": _("seats are held")},
            {"value": str(found.motions.count()), "label": _("motions so far")},
            {
                "value": figures.minutes(sum(month.total for month in months), get_language()),
                "label": _("of people's time spent on its votes and meetings"),
            },
        ],
        "seats": seats,
        "seats_total": number,
        "staff": selectors.staff_of(found, today),
        "members": _without_seat(found, today),
        "motions": motions,
        "elections": elections_of(found)[:RECENT],
        "meetings": meetings_of(found)[:RECENT],
        "months": months[:MONTHS],
        "conducts": permissions.can_conduct(person(request), found, today),
        "can_move": permissions.can_move(person(request), found, today),
    }
    return page(request, "councils/council_detail.html", context)


def _without_seat(council: Council, today: Any) -> Any:
    voting = [Mandate.Role.DELEGATE, Mandate.Role.MEMBER]
    held = Mandate.objects.held_on(today).filter(council=council, seat__isnull=True, role__in=voting)
    return held.select_related("person", "council", "represents").order_by("person__name", "pk")[:PAGE]


def _council_csv(council: Council, table: str) -> HttpResponseBase:
    if table == "mandates":
        return csv_response(
            filename="mandates", header=MANDATE_COLUMNS, rows=mandate_rows(selectors.mandates_of(council))
        )
    if table == "motions":
        header = (
            "number",
            "title",
            "state",
            "layer",
            "mechanism",
            "moved_by",
            "moved_at",
            "decided_at",
            "id",
        )
        rows = (
            (
                m.number,
                m.title,
                m.state,
                m.layer,
                m.mechanism,
                m.moved_by,
                m.moved_at,
                m.decided_at,
                m.public_id,
            )
            for m in selectors.motions_of(council)
        )
        return csv_response(filename="motions", header=header, rows=rows)
    seats: Any = selectors.seats_of(council, moment().date())
    held = ((s.number, s.represents, ", ".join(str(m.person) for m in s.holders), s.public_id) for s in seats)
    return csv_response(filename="seats", header=("number", "represents", "held_by", "id"), rows=held)


MANDATE_COLUMNS = (
    "person",
    "role",
    "council",
    "seat",
    "represents",
    "from",
    "until",
    "ended",
    "state",
    "obtained",
    "id",
)


def mandate_rows(mandates: Any) -> Iterator[tuple[Any, ...]]:
    """Yield mandates as rows of ``MANDATE_COLUMNS``."""
    today = moment().date()
    for mandate in mandates:
        yield (
            mandate.person,
            mandate.role,
            mandate.council.label,
            mandate.seat.number if mandate.seat else None,
            mandate.represents.label if mandate.represents else "",
            mandate.term.lower,
            mandate.term.upper,
            mandate.recalled_at or mandate.resigned_at,
            mandate.state_on(today),
            mandate.obtained,
            mandate.public_id,
        )


@login_required
@require_GET
def charter_detail(request: HttpRequest) -> HttpResponseBase:
    """Show the charter in force: every rule as a sentence, and who decides what."""
    version, values = charter.charter_on(moment().date())
    rules = charter_wording.rules(values)
    if request.GET.get("format") == "csv":
        rows = ((rule.key, rule.sentence, rule.is_default) for rule in rules)
        return csv_response(filename="charter", header=("key", "rule", "default"), rows=rows)
    context = {
        "version": version,
        "rules": rules,
        "decisions": charter_wording.decisions(values),
        "versions": Charter.objects.select_related("motion").order_by("-version"),
    }
    return page(request, "councils/charter_detail.html", context)


@login_required
@require_GET
def person_detail(request: HttpRequest, person_id: UUID) -> HttpResponseBase:
    """Show what somebody was mandated to do, and how they voted by name; for people who hold or held a mandate."""
    found = get_object_or_404(Person, public_id=person_id)
    mandates = found.mandates.select_related("council", "seat", "represents", "person", "motion").order_by(
        "-created_at", "-pk"
    )
    votes = ballot_selectors.votes_by(found)
    if not mandates.exists() and found != request.user:
        raise Http404
    if request.GET.get("format") == "csv":
        if request.GET.get("table") == "votes":
            return _votes_csv(votes)
        return csv_response(filename="mandates", header=MANDATE_COLUMNS, rows=mandate_rows(mandates))
    today = moment().date()
    context = {
        "who": found,
        "mandates": [(mandate, mandate.state_on(today)) for mandate in mandates[:PAGE]],
        "mandates_total": mandates.count(),
        "votes": _told(paged(request, votes, RECENT)),
        "is_self": found == request.user,
        "crumbs": [(_("Councils"), reverse("councils:list")), (str(found), "")],
    }
    return page(request, "councils/person_detail.html", context)


def _told[Votes: Iterable[NamedVote]](votes: Votes) -> Votes:
    """Write on each vote what it says and what came of its question."""
    for vote in told_each(votes):
        setattr(vote, "came_of", came_of(vote.roll_entry.ballot))  # noqa: B010
    return votes


def _votes_csv(votes: Any) -> HttpResponse | HttpResponseBase:
    rows = (
        (
            vote.roll_entry.ballot.council.label,
            vote.roll_entry.ballot.question,
            vote.roll_entry.represents,
            code_of(vote),
            vote.cast_at,
            vote.receipt,
        )
        for vote in votes
    )
    header = ("council", "question", "represents", "vote", "cast_at", "receipt")
    return csv_response(filename="votes", header=header, rows=rows)
