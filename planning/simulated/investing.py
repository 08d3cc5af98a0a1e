"""The demo's other people between priorities and rounds: the board's members draft, workplaces ask, councils share out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from councils.models import Council, Mandate
from planning import permissions
from planning import policies_investment as policies
from planning.models import Cycle, Envelope, InvestmentRequest
from planning.models.ledger import MINOR
from planning.rules import rule
from planning.selectors.envelopes import REGION, SECTOR, fund, lineage, made_in
from planning.selectors.requests import cost
from planning.selectors.sharing import Criteria, money_in, requests_to
from planning.services.envelopes import envelopes_draft
from planning.services.granting import council_of
from planning.services.requests import investment_ask
from planning.services.sharing import sharing_propose
from planning.simulated.others import generator
from workplaces.errors import Refused, TooLate
from workplaces.models import DemandLine, Line, Person, Product, Region, Workplace
from workplaces.record.models import Entry
from workplaces.record.services import entry_append

ASKING, SHARING = "requests.simulated", "sharings.simulated"
PLACES = {ASKING: 3001, SHARING: 3002}  # of the generator
ASK = 1 / 3  # share of workplaces that ask
OF_REGION = 0.2  # and of these, how many ask their region instead of their sector
SUMS = (0.05, 0.3)  # what they ask for, in years of their value added
GOODS = 2  # products a request names: those of which the table's investment buys most
DIALS = (1.0, 2.0, 4.0)


def others_did(cycle: Cycle, kind: str) -> bool:
    """Say whether the others have asked (``ASKING``) or shared out (``SHARING``) in this year."""
    return Entry.objects.filter(kind=kind, subject=_subject(cycle)).exists()


def others_draft(*, cycle: Cycle, by: Person, now: datetime) -> str:
    """Let a made-up member of the board move the envelopes as they are filled in: minima first, the rest by size."""
    permissions.check_coordinate(by, now.date())
    policies.check_draft(cycle)
    board = Council.objects.sitting().filter(kind=Council.Kind.BOARD).first()
    member = _speakers([board.pk], now).get(board.pk) if board else None
    if member is None:
        raise TooLate(_("No made-up person sits on the board; somebody who does drafts the envelopes."))
    amounts = {part.key: part.suggested for part in fund(cycle).parts}
    draft = envelopes_draft(
        cycle=cycle, amounts=amounts, reason=_("By size, after the legal minima."), by=member, now=now
    )
    return _("%(name)s put draft %(number)s to the board.") % {"name": member, "number": draft.number}


def _speakers(councils: list[int], now: datetime) -> dict[int, Person]:
    """Return for each council the made-up person who speaks first in it."""
    held = (
        Mandate.objects.held_on(now.date())
        .filter(council__in=councils, role__in=[Mandate.Role.DELEGATE, Mandate.Role.MEMBER], person__synthetic=True)
        .select_related("person").order_by("-pk")
    )  # fmt: skip
    return {mandate.council_id: mandate.person for mandate in held}


@dataclass(frozen=True)
class _Asker:
    """A made-up delegate who could ask, for which line, and whom."""

    line: Line
    person: Person
    value_added: float
    of: dict[str, str]  # the envelopes' keys by stream


def others_ask(*, cycle: Cycle, by: Person, now: datetime) -> int:
    """Let a third of the other workplaces ask for equipment, through their delegates; return how many did.

    Who asked already, and who makes nothing, does not ask. The same baseline and year give the same requests.
    """
    permissions.check_coordinate(by, now.date())
    policies.check_request(cycle)
    rng, count = generator(cycle, PLACES[ASKING]), 0
    goods = _goods(cycle)
    for asker in _askers(cycle, now):
        draw, stream, share = rng.random(3)
        if draw >= ASK or not goods:
            continue
        of = asker.of.get(REGION if stream < OF_REGION else SECTOR) or next(iter(asker.of.values()))
        amount = int((SUMS[0] + (SUMS[1] - SUMS[0]) * share) * asker.value_added * MINOR)
        if amount <= 0:
            continue
        try:
            _ask(cycle, asker, of, amount, goods, now)
        except TooLate:  # it asked meanwhile, or the phase ended
            policies.check_request(cycle)
            continue
        count += 1
    done(ASKING, cycle, {"requests": count}, by, now)
    return count


def _goods(cycle: Cycle) -> dict[Product, float]:
    """Return the products of which last year's investment bought most, and what share of the money each takes."""
    lines = DemandLine.objects.in_scenario(cycle.baseline).filter(category=DemandLine.Category.INVESTMENT)
    bought = dict(lines.order_by().values_list("product").annotate(total=Sum("last")))
    known = Product.objects.in_scenario(cycle.baseline).filter(entity_id__in=bought, price__gt=0)
    worth = {one: cost(one, bought[one.entity_id]) for one in known}
    most = sorted(worth, key=lambda one: (-worth[one], one.code))[:GOODS]
    total = sum(worth[one] for one in most)
    return {one: worth[one] / total for one in most} if total > 0 else {}


def _ask(
    cycle: Cycle, asker: _Asker, of: str, amount: int, goods: dict[Product, float], now: datetime
) -> InvestmentRequest:
    money = amount / MINOR * (1 + 1e-9)
    quantities = {one: share * money / cost(one, 1.0) for one, share in goods.items()}
    words = {"product": asker.line.product.label}
    return investment_ask(
        cycle=cycle, line=asker.line, of=of, amount=amount, purpose=_("Equipment to make more of: %(product)s") % words,
        expected="", goods=quantities, by=asker.person, now=now,
    )  # fmt: skip


def _askers(cycle: Cycle, now: datetime) -> Iterator[_Asker]:
    """Yield who could ask, in the order of the workplaces: with a made-up delegate, output, and an envelope of theirs."""
    parts = {(part.stream, part.entity): part.key for part in fund(cycle).parts}
    parents: dict[int, int | None] = dict(Region.objects.values_list("pk", "parent_id"))
    delegates = {
        mandate.represents.workplace_id: mandate.person
        for mandate in Mandate.objects.held_on(now.date())
        .filter(role=Mandate.Role.DELEGATE, represents__workplace__isnull=False, person__synthetic=True)
        .select_related("person", "represents")
        .order_by("-pk")
        if mandate.represents
    }
    lines: dict[int, Line] = {}
    worth = F("last_output") * F("product__price")
    for line in (
        Line.objects.in_scenario(cycle.baseline).select_related("product").order_by(worth, "-entity_id")
    ):
        lines[line.workplace_id] = line
    made = made_in(cycle.baseline)
    asked = set(
        cycle.investment_requests.filter(withdrawn_at__isnull=True).values_list("workplace_id", flat=True)
    )
    for place in Workplace.objects.in_scenario(cycle.baseline).order_by("entity_id"):
        one = place.entity_id
        keys = [(SECTOR, place.main_sector_id), *((REGION, r) for r in lineage(place.region_id, parents))]
        of = {stream: parts[stream, entity] for stream, entity in keys if (stream, entity) in parts}
        if one in asked or not of or one not in delegates or one not in lines or place.size < 1:
            continue
        yield _Asker(lines[one], delegates[one], made[one].value_added if one in made else 0.0, of)


def others_share(*, cycle: Cycle, by: Person, now: datetime) -> int:
    """Let made-up delegates move a sharing-out of every envelope that somebody asks and nobody has moved one of.

    Each at a dial of 1, 2 or 4, inside the charter's range. Returns how many were moved; envelopes out of which nobody
    would get anything are passed over.
    """
    permissions.check_coordinate(by, now.date())
    rng, count = generator(cycle, PLACES[SHARING]), 0
    low, high = rule(cycle.rules, "dial_least"), rule(cycle.rules, "dial_most")
    for envelope in (
        Envelope.objects.filter(draft=policies.settled(cycle))
        .select_related("draft__cycle__baseline", "sector", "region")
        .order_by("pk")
    ):
        alpha = min(max(float(rng.choice(DIALS)), low), high)
        if not policies.can_share(envelope, cycle) or not money_in(envelope) or not requests_to(envelope):
            continue
        try:
            speaker = _speakers([council_of(envelope).pk], now).popitem()[1]
            sharing_propose(
                envelope=envelope, alpha=alpha, criteria=Criteria(), reason=_("Between the last and the best."),
                by=speaker, now=now,
            )  # fmt: skip
        except (Refused, KeyError):  # nobody would get anything, or nobody sits there
            continue
        count += 1
    done(SHARING, cycle, {"sharings": count}, by, now)
    return count


def done(kind: str, cycle: Cycle, body: dict[str, int], by: Person, now: datetime) -> None:
    """Note that the others are through: each of them has acted in a transaction of their own."""
    with transaction.atomic():
        entry_append(kind=kind, by=by, subject=_subject(cycle), body=body, now=now)


def _subject(cycle: Cycle) -> str:
    return f"cycle:{cycle.public_id}"
