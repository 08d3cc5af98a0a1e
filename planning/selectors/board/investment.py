"""The invested share of output; the envelopes of sectors and regions."""

from planning.models import Topic
from planning.selectors.board.figure import MONEY, SHARE, Figure, Input, Triple, share
from planning.selectors.board.shown import Shown, parts
from planning.selectors.board.year import LEFT_OVER, TAKEN_BACK, Year
from planning.selectors.envelopes import REGION, SECTOR
from workplaces.models import DemandLine

INVESTED, ENVELOPES = "invested", "envelopes"
INVESTMENT, GRANTED = DemandLine.Category.INVESTMENT, DemandLine.Category.GRANTED


def invested(year: Year, _shown: Shown | None) -> list[Figure]:
    """What is set aside of last year's value added; what final use is investment."""
    before = year.last.value_added if year.last else None
    base = Triple(None, before, before)
    voted = year.guideline(Topic.INVESTMENT)
    target = year.rule("investment_share") if voted is None else voted / 100
    money = Triple(None, year.posted("fund", "board"), year.posted("purchase", "world"))
    uses = year.over(lambda one: one.uses.get(INVESTMENT, 0.0) + one.uses.get(GRANTED, 0.0))._replace(
        actual=None
    )
    made = year.over(lambda one: one.value_added)
    return [
        Figure(
            INVESTED, "invested_share", SHARE, share(money, base), target=target,
            inputs=(Input("fund", MONEY, money), Input("value_added_before", MONEY, base)),
            decided=(*year.guided(Topic.INVESTMENT), *year.by("envelopes", "ledger")),
            missing="" if target > 0 or money.plan is not None else "nothing_invested",
        ),
        Figure(
            INVESTED, "investment_use", SHARE, share(uses, made),
            inputs=(Input("investment_goods", MONEY, uses), Input("value_added", MONEY, made)),
            decided=year.by("plan"), unrecorded="uses_not_reported",
        ),
    ]  # fmt: skip


def envelopes(year: Year, shown: Shown | None) -> list[Figure]:
    """What each stream and each envelope was meant to hold, holds, and has granted."""
    return [
        _stream(year, shown, SECTOR, "envelopes_sectors"),
        _stream(year, shown, REGION, "envelopes_regions"),
    ]


def _stream(year: Year, shown: Shown | None, stream: str, key: str) -> Figure:
    settled, granted = year.posted("envelope", stream), _granted(year, stream)
    values = Triple(None, settled, granted if settled is not None else None)
    target = shown.totals.get(stream) if shown else None
    own = (
        {entity: money for (one, entity), money in shown.envelopes.items() if one == stream} if shown else {}
    )
    names = (shown.sectors if stream == SECTOR else shown.regions) if shown else {}
    return Figure(
        ENVELOPES, key, MONEY, values, target=target,
        inputs=(
            Input("fund", MONEY, Triple(None, year.posted("fund", "board"), None)),
            Input("envelopes", MONEY, Triple(None, settled, None)),
            Input("granted", MONEY, Triple(None, None, values.actual)),
            Input("taken_back", MONEY, Triple(None, None, year.sum_posted(TAKEN_BACK, stream))),
            Input("unspent", MONEY, Triple(None, None, _negative(year.sum_posted(LEFT_OVER, stream)))),
        ),
        parts=parts(
            {entity: name for entity, name in names.items() if entity in own},
            lambda entity: Triple(None, own[entity].settled, own[entity].granted),
            MONEY,
            lambda entity: own[entity].target,
        ),
        decided=(*year.guided(stream), *year.by("envelopes", "grants", "ledger")),
        missing="" if target or settled is not None else "no_envelopes",
    )  # fmt: skip


def _granted(year: Year, stream: str) -> float:
    """Return what grants that stand took out of a stream's envelopes."""
    return -(year.sum_posted(("grant", *TAKEN_BACK), stream) or 0.0)


def _negative(amount: float | None) -> float | None:
    return None if amount is None else -amount
