"""Revenue against expenditure; free against priced consumption; the balance with the world."""

from planning.models import Topic
from planning.models.ledger import MINOR
from planning.selectors.board.figure import COUNT, MONEY, SHARE, Figure, Input, Part, Triple, each, share
from planning.selectors.board.limits import charged
from planning.selectors.board.shown import Shown, parts
from planning.selectors.board.totals import REVENUE, balance
from planning.selectors.board.year import Year
from workplaces.models import DemandLine, Product

FREE, WORLD = "decommodification", "foreign"
HOUSEHOLD, PUBLIC = DemandLine.Category.HOUSEHOLD, DemandLine.Category.PUBLIC


def revenue(year: Year, shown: Shown | None) -> list[Figure]:
    """What comes in, and what it is spent on, as far as the federation records it."""
    charges = year.into("charges")
    due = Triple(None, sum(charged(year.plan).values()) if year.plan else None, charges)
    fund = Triple(None, year.posted("fund", "board"), year.posted("purchase", "world"))
    public = year.over(lambda one: one.uses.get(PUBLIC, 0.0))._replace(actual=None)
    of_resource = charged(year.plan) if year.plan else {}
    paid = {entity: amount / MINOR for entity, (amount, _planned) in year.charged.items()}
    binding = _binding(of_resource)
    as_planned = sum(planned for _amount, planned in year.charged.values()) / MINOR if paid else None
    found = [
        _levy(year, shown),
        Figure(
            REVENUE, "charges", MONEY, due, inputs=(
                Input("charges", MONEY, due), Input("charges_unreported", MONEY, Triple(None, None, as_planned)),
            ),
            parts=parts(
                shown.resources, lambda entity: Triple(None, of_resource.get(entity), paid.get(entity)), MONEY
            ) if shown else (),
            decided=year.by("plan", "ledger"),
            missing="" if of_resource or charges is not None or not _computed_without_caps(year) else "no_caps",
            unrecorded="" if charges is not None or binding == "no_cap_binds" else "charges_not_posted",
            note=binding,
        ),
        Figure(
            REVENUE, "fund", MONEY, fund, inputs=(Input("fund", MONEY, fund),), decided=year.by("envelopes", "ledger"),
            missing="" if fund.plan is not None or year.rule("investment_share") > 0
            or year.guideline(Topic.INVESTMENT) else "nothing_invested",
        ),
        Figure(
            REVENUE, "public_services", MONEY, public, inputs=(Input("public_use", MONEY, public),),
            decided=year.by("plan"), missing="" if any(public) else "no_public_use", unrecorded="uses_not_reported",
        ),
        _social_wage(year, public),
        _stipends(year),
    ]  # fmt: skip
    return [*found, balance(year, {one.key: one for one in found})]


def _binding(of_resource: dict[int, float]) -> str:
    """Name what explains charges of 0: no cap binds in the plan, or some leave room."""
    free_of_charge = sum(not charge for charge in of_resource.values())
    if not free_of_charge:
        return ""
    return "no_cap_binds" if free_of_charge == len(of_resource) else "some_caps_leave_room"


def _social_wage(year: Year, public: Triple) -> Figure:
    """What everybody receives without paying: collective services and free goods; subsidised goods stand beside them."""
    own = year.over(lambda one: one.statuses.get(Product.PriceStatus.FREE, 0.0))._replace(actual=None)
    part = year.over(lambda one: one.statuses.get(Product.PriceStatus.SUBSIDISED, 0.0))._replace(actual=None)
    all_ = each(public, own, by=lambda one, other: one + other)
    return Figure(
        REVENUE, "social_wage", MONEY, all_,
        inputs=(
            Input("public_use", MONEY, public), Input("free_use", MONEY, own),
            Input("subsidised_use", MONEY, part),
        ),
        decided=(*year.by(Topic.FREE), *year.by(Topic.COLLECTIVE), *year.by("plan")),
        missing="" if any(all_) else "no_social_wage", unrecorded="uses_not_reported",
    )  # fmt: skip


def _stipends(year: Year) -> Figure:
    """What the charter promises to those who are not in paid work."""
    rate = year.rule("stipend")
    pay = year.over(
        lambda one: sum(pool.wage * pool.found for pool in one.pools) / one.people if one.people else None
    )
    others = year.over(
        lambda one: None if year.population is None else float(max(year.population - one.people, 0))
    )
    due = each(pay, others, by=lambda one, n: rate * one * n)
    reasons = {
        "no_stipends": not rate, "no_population": year.population is None, "no_wages": not any(pay),
    }  # fmt: skip
    return Figure(
        REVENUE, "stipends", MONEY, due,
        inputs=(
            Input("stipend", SHARE, Triple(rate, rate, rate)), Input("pay_a_person", MONEY, pay),
            Input("people_unpaid", COUNT, others),
        ),
        decided=year.by("charter", "plan", "settled"),
        missing=next((reason for reason, holds in reasons.items() if holds), ""),
    )  # fmt: skip


def _levy(year: Year, shown: Shown | None) -> Figure:
    """What is taken of workplaces' surplus: in the plan by its outputs at constant prices, then as it was posted."""
    rate, planned = year.rule("surplus_levy"), year.plan.surpluses if year.plan else None

    def sums(place: int, name: str) -> Triple:
        plan = None if planned is None else sum(one[place] for one in planned.values())
        return Triple(None, plan, _taken(year, name))

    def of_sector(entity: int) -> Triple:
        plan = None if planned is None or entity not in planned else rate * planned[entity][0]
        return Triple(None, plan, year.levied[entity].levy / MINOR if entity in year.levied else None)

    surplus, deficits = sums(0, "surplus"), sums(1, "deficit")
    levy = Triple(None, None if surplus.plan is None else rate * surplus.plan, _taken(year, "levy"))
    return Figure(
        REVENUE, "levy", MONEY, levy, inputs=(
            Input("levy_rate", SHARE, Triple(None, rate, rate if year.levied else None)),
            Input("surpluses", MONEY, surplus), Input("deficits", MONEY, deficits),
            Input("levy_unreported", MONEY, Triple(None, None, _taken(year, "unreported"))),
            Input("surplus_goods", MONEY, Triple(None, None, year.posted("division", "collective"))),
            Input("surplus_bonuses", MONEY, Triple(None, None, year.posted("division", "bonuses"))),
        ),
        parts=parts(shown.sectors, of_sector, MONEY) if shown else (),
        decided=year.by("charter", "plan", "ledger"), missing="" if rate > 0 or levy.actual else "no_levy",
        unrecorded="" if year.levied else "levy_not_posted",
    )  # fmt: skip


def _taken(year: Year, name: str) -> float | None:
    """Return a sum over what settling found of surpluses, in currency; None before."""
    found: list[int] = [getattr(one, name) for one in year.levied.values()]
    return sum(found) / MINOR if found else None


def _computed_without_caps(year: Year) -> bool:
    known = year.plan or year.last
    return known is None or not any(draw.cap is not None for draw in known.resources.values())


def free(year: Year, _shown: Shown | None) -> list[Figure]:
    """Which share of what households use is free; which share of consumption is collective."""
    own = year.over(lambda one: one.statuses.get(Product.PriceStatus.FREE, 0.0))._replace(actual=None)
    all_ = year.over(lambda one: sum(one.statuses.values()))._replace(actual=None)
    public = year.over(lambda one: one.uses.get(PUBLIC, 0.0))._replace(actual=None)
    both = each(all_, public, by=lambda one, other: one + other)
    goods = {g.product_id for g in year.guidelines if g.topic == Topic.FREE}
    target = _freed(year, goods) if goods else None
    voted = year.guideline(Topic.COLLECTIVE)

    def of_status(status: str) -> Triple:
        return share(year.over(lambda one: one.statuses.get(status, 0.0))._replace(actual=None), all_)

    return [
        Figure(
            FREE, "free_share", SHARE, share(own, all_), target=target,
            inputs=(Input("free_use", MONEY, own), Input("household_use", MONEY, all_)),
            parts=tuple(
                Part(status.value, str(status.label), SHARE, of_status(status)) for status in Product.PriceStatus
            ),
            decided=(*year.by(Topic.FREE), *year.by("plan")),
            missing="" if any(all_) else "no_household_use", unrecorded="uses_not_reported",
        ),
        Figure(
            FREE, "collective_share", SHARE, share(public, both), target=None if voted is None else voted / 100,
            inputs=(Input("public_use", MONEY, public), Input("household_use", MONEY, all_)),
            decided=(*year.by(Topic.COLLECTIVE), *year.by("plan")),
            missing="" if any(both) else "no_household_use", unrecorded="uses_not_reported",
        ),
    ]  # fmt: skip


def _freed(year: Year, goods: set[int | None]) -> float | None:
    """Return the share of last year's household use that would be free with what was free and what was voted free."""
    if year.last is None or not sum(year.last.statuses.values()):
        return None
    already = year.last.statuses.get(Product.PriceStatus.FREE, 0.0)
    voted = sum(amount for entity, amount in year.last.priced.items() if entity in goods)
    return (already + voted) / sum(year.last.statuses.values())


def foreign(year: Year, _shown: Shown | None) -> list[Figure]:
    """Exports less imports, at world prices."""
    out = year.over(lambda one: one.exports)._replace(actual=None)
    into = year.over(lambda one: one.imports)._replace(actual=None)
    balance = each(out, into, by=lambda one, other: one - other)
    return [
        Figure(
            WORLD, "balance", MONEY, balance, target=balance.last,
            inputs=(Input("exports", MONEY, out), Input("imports", MONEY, into)), decided=year.by("baseline", "plan"),
            missing="" if any(out) or any(into) else "no_trade", unrecorded="uses_not_reported",
        )
    ]  # fmt: skip
