"""A division of a surplus: a member tries one out and moves it; its page, with everybody's part for the members."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from councils.models import Council
from councils.selectors.rolls import roll_of
from planning import permissions
from planning import policies_division as policies
from planning.models import Account, CollectiveGood, SurplusDivision
from planning.models.ledger import MINOR
from planning.selectors import divisions as selectors
from planning.selectors.divisions import Asked, Divided, Good
from planning.services.divisions import division_computed, division_propose
from planning.views.common import moment, page, person
from planning.views.envelopes import read_money
from planning.views.ledger import currency_now
from planning.views.surplus import assembly_of, workplace_or_404
from planning.wording import divisions as wording
from planning.wording.reading import Unreadable
from workplaces.errors import Invalid, Refused
from workplaces.models import Post
from workplaces.tables_out import csv_response

ROWS = 5  # collective goods offered on the form
Key = SurplusDivision.Key


def dividing(request: HttpRequest, public_id: UUID) -> tuple[Council, Account]:
    """Return the assembly that divides and its account; raises Forbidden for no member, TooLate for nothing to divide."""
    assembly = assembly_of(workplace_or_404(public_id))
    if assembly is None:
        raise Http404
    permissions.check_divide_surplus(person(request), assembly, moment().date())
    return assembly, policies.check_divide(assembly)


@login_required
@require_GET
def division_new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the form on which a member tries a division out."""
    assembly, held = dividing(request, public_id)
    return _form(request, assembly, held, {"key": Key.EQUAL})


@login_required
@require_POST
def division_preview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what a division would bring everybody; nothing is moved."""
    assembly, held = dividing(request, public_id)
    posted = request.POST.dict()
    try:
        asked = read_division(posted)
        found = division_computed(assembly=assembly, asked=asked, held=held.balance, now=moment())
    except Refused as problem:
        return _form(request, assembly, held, posted, problem)
    return _form(request, assembly, held, posted, found=found)


@login_required
@require_POST
def division_propose_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put a division to the assembly."""
    assembly, held = dividing(request, public_id)
    posted = request.POST.dict()
    try:
        made = division_propose(
            assembly=assembly, asked=read_division(posted), reason=posted.get("reason", ""), by=person(request),
            now=moment(),
        )  # fmt: skip
    except Refused as problem:
        return _form(request, assembly, held, posted, problem)
    motion = policies.motion_of(made)
    assert motion is not None  # noqa: S101  (it was just moved)
    return redirect("councils:motion", motion=motion.public_id)


def read_division(posted: Mapping[str, str]) -> Asked:
    """Return what was typed; raises Invalid, field by field, for what is no sum of money or no post."""
    faults: dict[str, str] = {}
    goods: list[Good] = []
    for number in range(1, ROWS + 1):
        name, sum_ = posted.get(f"title-{number}", "").strip(), posted.get(f"amount-{number}", "").strip()
        if name or sum_:
            amount = _money(sum_ or "0", "goods", faults)
            goods.append(Good(name, posted.get(f"category-{number}", ""), amount))
    bonuses = _money(posted.get("bonuses", "").strip() or "0", "bonuses", faults)
    posts: dict[UUID, UUID] = {}
    for name, value in posted.items():
        if name.startswith("post-") and value:
            try:
                posts[UUID(name.removeprefix("post-"))] = UUID(value)
            except ValueError:
                faults["posts"] = _("“%(post)s” is no post of this workplace.") % {"post": value[:40]}
    if faults:
        raise Invalid(" ".join(faults.values()), fields=faults)
    return Asked(goods, bonuses, posted.get("key", "") if bonuses else Key.NONE, posts)


def _money(text: str, field: str, faults: dict[str, str]) -> int:
    try:
        return read_money(text)
    except Unreadable as problem:
        faults[field] = str(problem)
        return 0


def _form(
    request: HttpRequest, assembly: Council, held: Account, typed: Mapping[str, str], refused: Refused | None = None,
    found: Divided | None = None,
) -> HttpResponse:  # fmt: skip
    workplace, currency = held.workplace, currency_now()
    assert workplace is not None  # noqa: S101  (a constraint holds it)
    posts = selectors.posts_of(assembly)
    context = {
        "workplace": workplace,
        "assembly": assembly,
        "currency": currency,
        "held": held.balance,
        "title": _("Divide the surplus of %(name)s") % {"name": workplace.label},
        "rows": [_row(typed, number) for number in range(1, ROWS + 1)],
        "categories": CollectiveGood.Category.choices,
        "keys": Key.choices,
        "members": _members(assembly, typed, posts) if posts else [],
        "posts": [(str(post.public_id), wording.post_label(post)) for post in posts],
        "typed": typed,
        "found": found,
        "preview": wording.preview_sentence(found, held.balance, currency) if found else "",
        "parts": _parts(found) if found else [],
        "crumb_items": [
            (workplace.label, reverse("planning:surplus", args=[workplace.public_id])),
            (_("Divide the surplus"), ""),
        ],
    }
    return page(request, "planning/division_new.html", context, refused)


def _row(typed: Mapping[str, str], number: int) -> dict[str, Any]:
    names = {name: f"{name}-{number}" for name in ("title", "category", "amount")}
    values = {f"{name}_value": typed.get(field, "") for name, field in names.items()}
    return {"number": number, **names, **values}


def _members(assembly: Council, typed: Mapping[str, str], posts: list[Post]) -> list[dict[str, str]]:
    """Return the members with the field that names their post: as typed, else as in the last division by hours."""
    before = selectors.posts_before(assembly.workplace_id or 0)
    known = {post.entity_id: str(post.public_id) for post in posts}
    only = str(posts[0].public_id) if len(posts) == 1 else ""
    members = [right.person for right in roll_of(assembly, moment().date())]
    return [
        {
            "name": str(one),
            "field": f"post-{one.public_id}",
            "post": typed.get(f"post-{one.public_id}", known.get(before.get(one.public_id, 0), only)),
        }
        for one in members
    ]


def _parts(found: Divided) -> list[dict[str, Any]]:
    if not found.asked.bonuses:
        return []
    return [
        {"name": str(who), "post": wording.post_label(post) if post else "", "amount": int(part)}
        for who, post, part in zip(found.members, found.posts, found.parts, strict=True)
    ]


@login_required
@require_GET
def division(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Show a division: goods, sum, key, number of members; to members everybody's part, as CSV too."""
    related = SurplusDivision.objects.select_related("workplace", "cycle__baseline", "proposed_by")
    found = get_object_or_404(related, public_id=public_id)
    assembly, who, now = assembly_of(found.workplace), person(request), moment()
    if request.GET.get("format") == "csv":
        if assembly is None:
            raise Http404
        permissions.check_see_bonuses(who, assembly, now.date())
        return _csv(found)
    sees_all = bool(assembly) and permissions.can_see_bonuses(who, assembly, now.date())  # type: ignore[arg-type]
    parts = list(selectors.bonuses_of(found)) if sees_all else []
    motion, currency = policies.motion_of(found), found.cycle.baseline.currency
    context = {
        "division": found,
        "currency": currency,
        "title": _("Division %(number)s of the surplus of %(workplace)s")
        % {"number": found.number, "workplace": found.workplace.label},
        "goods": list(found.goods.all()),
        "bonuses": wording.bonuses_sentence(found, currency),
        "motion": motion,
        "state": wording.state(found, motion),
        "left": found.held - found.amount,
        "sees_all": sees_all,
        "parts": [(one, wording.post_label(one.post) if one.post else "") for one in parts],
        "own": found.bonuses.filter(person=who).first(),
        "crumb_items": [
            (found.workplace.label, reverse("planning:surplus", args=[found.workplace.public_id])),
            (_("Division %(number)s") % {"number": found.number}, ""),
        ],
    }
    return page(request, "planning/division.html", context)


def _csv(found: SurplusDivision) -> HttpResponseBase:
    """Return collective goods and everybody's bonus, one a row."""
    goods = (
        ["collective good", one.title, one.category, "", "", "", one.amount / MINOR]
        for one in found.goods.all()
    )
    paid = (
        [
            "bonus",
            str(one.person),
            "",
            one.weekly_hours,
            one.intensity,
            one.unpleasantness,
            one.amount / MINOR,
        ]
        for one in selectors.bonuses_of(found)
    )
    return csv_response(
        filename=f"division-{found.workplace.code}-{found.number}",
        header=[
            "kind",
            "name",
            "category",
            "weekly_hours",
            "intensity",
            "unpleasantness",
            "amount",
            "currency",
        ],
        rows=([*row, found.cycle.baseline.currency] for rows in (goods, paid) for row in rows),
    )
