"""The board's sheet in words: roles, figures, formulas, inputs, what is not recorded, who decided."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from planning.models import Cycle
from planning.selectors.board import Decision, Figure, Part, Point
from planning.selectors.board.figure import COUNT, HOURS, INDEX, MONEY, PER_HOUR, SHARE, WEEKLY
from workplaces.presentation import figures

ROLES: Final = {
    "employment": gettext_lazy("Full employment and universal access"),
    "invested": gettext_lazy("Invested share of output"),
    "envelopes": gettext_lazy("Envelopes to sectors and regions"),
    "revenue": gettext_lazy("Revenue and expenditure"),
    "equality": gettext_lazy("Solidarity and equality"),
    "skills": gettext_lazy("Skills"),
    "decommodification": gettext_lazy("Free and priced consumption"),
    "hours": gettext_lazy("Hours and output"),
    "limits": gettext_lazy("Environmental limits and resource pricing"),
    "foreign": gettext_lazy("Foreign balance"),
}
LABELS: Final = {
    "posts_found": gettext_lazy("Offered hours that find a post"),
    "floors_held": gettext_lazy("Guaranteed uses that hold"),
    "invested_share": gettext_lazy("Set aside for investment, of last year's value added"),
    "investment_use": gettext_lazy("Investment goods, of value added"),
    "envelopes_sectors": gettext_lazy("Envelopes of sectors"),
    "envelopes_regions": gettext_lazy("Envelopes of regions"),
    "levy": gettext_lazy("Revenue: levy on surplus"),
    "charges": gettext_lazy("Revenue: resource charges"),
    "fund": gettext_lazy("Expenditure: investment fund"),
    "public_services": gettext_lazy("Expenditure: public services"),
    "social_wage": gettext_lazy("Expenditure: social wage"),
    "stipends": gettext_lazy("Expenditure: stipends"),
    "revenue_less_expenditure": gettext_lazy("Revenue less expenditure"),
    "gini_people": gettext_lazy("Inequality between people: pay of posts (Gini)"),
    "gini_workplaces": gettext_lazy("Inequality between workplaces (Gini)"),
    "theil_sectors": gettext_lazy("Inequality between sectors (Theil)"),
    "theil_regions": gettext_lazy("Inequality between regions (Theil)"),
    "gini_wages": gettext_lazy("Inequality between skills: wages (Gini)"),
    "hours_short": gettext_lazy("Needed hours that nobody with the skill offers"),
    "posts": gettext_lazy("Posts"),
    "training_places": gettext_lazy("Training places"),
    "free_share": gettext_lazy("Free share of what households use"),
    "collective_share": gettext_lazy("Collective share of consumption"),
    "weekly_hours": gettext_lazy("Working hours a week that are needed"),
    "output_per_hour": gettext_lazy("Value added per hour"),
    "caps_held": gettext_lazy("Caps that hold"),
    "balance": gettext_lazy("Exports less imports"),
}
FORMULAS: Final = {
    "posts_found": gettext_lazy(
        "Σ min(hours needed, hours offered) ÷ Σ hours offered, over all labour pools. A pool is an "
        "occupation in a region."
    ),
    "floors_held": gettext_lazy(
        "floors that hold ÷ floors, of households and public services. One holds if its use is not "
        "below it and, in a plan, what is supplied of the product less what workplaces use of it "
        "covers all its floors."
    ),
    "invested_share": gettext_lazy(
        "what is set aside ÷ value added of the year before, at accounting prices; actual: equipment "
        "that was paid for."
    ),
    "investment_use": gettext_lazy(
        "investment goods and granted equipment ÷ value added, both at constant accounting prices."
    ),
    "envelopes_sectors": gettext_lazy(
        "Σ of the envelopes that the board settled; actual: grants out of them that stand. The target"
        " of each is by the guideline."
    ),
    "envelopes_regions": gettext_lazy(
        "Σ of the envelopes that the board settled; actual: grants out of them that stand. The target"
        " of each is by the guideline."
    ),
    "levy": gettext_lazy(
        "rate × Σ of the workplaces' surpluses. A surplus is output − inputs − pay − resource charges, computed and never "
        "declared; a deficit lowers nobody's levy. Plan: planned outputs at constant prices and wages; actual: what was "
        "posted when the year was settled, at the plan's prices and wages, of what was reported made, or planned where no "
        "report covers the year."
    ),
    "charges": gettext_lazy(
        "plan: Σ charge for one unit × use, over the resources with a cap; actual: Σ of what was posted to the account of "
        "resource charges when the year was settled: the plan's charge × what was used, as reported, or as planned where "
        "no report covers the year."
    ),
    "fund": gettext_lazy(
        "plan: what was posted to the board's fund out of the year's output; actual: equipment that "
        "was paid for."
    ),
    "public_services": gettext_lazy(
        "Σ quantity × constant accounting price, over the final uses of public services."
    ),
    "social_wage": gettext_lazy(
        "public services + free goods that households use, at constant accounting prices: what everybody receives by "
        "need, without paying (Gindin 2018). Of subsidised goods only the use is known, not the subsidy: it is not added."
    ),
    "stipends": gettext_lazy(
        "the charter's stipend × average pay a year × people who are not in paid work. Average pay: accounting wages of "
        "the hours that find a post ÷ people working; not in paid work: everybody who lives here less the people working."
    ),
    "revenue_less_expenditure": gettext_lazy(
        "levy + charges − (investment fund + social wage + stipends); public services are in the social wage. What is not "
        "recorded here has no part in it."
    ),
    "gini_people": gettext_lazy(
        "Gini index of the weekly pay of posts, hours a week × accounting wage of the labour pool, in a plan with its wage "
        "premium (Gini 1914). Surplus that workplaces share out and stipends are not in it."
    ),
    "gini_workplaces": gettext_lazy(
        "Gini index of value added per hour of workplaces, each weighing as many people as work "
        "there: Σ n n′ |y − y′| ÷ (2 N² ȳ) (Gini 1914). 0: all alike."
    ),
    "theil_sectors": gettext_lazy(
        "the part between sectors of Σ (n/N) (y/ȳ) log(y/ȳ) over workplaces, y value added per hour, "
        "n people working there (Theil 1967). 0: all alike."
    ),
    "theil_regions": gettext_lazy(
        "the part between regions of Σ (n/N) (y/ȳ) log(y/ȳ) over workplaces, y value added per hour, "
        "n people working there (Theil 1967). 0: all alike."
    ),
    "gini_wages": gettext_lazy(
        "Gini index of the labour pools' accounting wages, each weighing as many hours as find a "
        "post; in a plan with its wage premiums."
    ),
    "hours_short": gettext_lazy(
        "Σ max(hours needed − hours offered, 0) ÷ Σ hours needed, over all labour pools."
    ),
    "posts": gettext_lazy("number of posts in the economy's tables, without training places."),
    "training_places": gettext_lazy("number of training places; by occupation: training places ÷ posts."),
    "free_share": gettext_lazy(
        "households' use of free goods ÷ all they use, at constant accounting prices. Target: what "
        "last year's use would be free with the goods voted free."
    ),
    "collective_share": gettext_lazy(
        "public services ÷ (public services + households' use), at constant accounting prices."
    ),
    "weekly_hours": gettext_lazy(
        "hours needed ÷ hours offered × the hours a week for which the offered hours stand."
    ),
    "output_per_hour": gettext_lazy(
        "value added ÷ hours worked, by the techniques' coefficients and at constant accounting prices."
    ),
    "caps_held": gettext_lazy("caps that are not exceeded ÷ caps."),
    "balance": gettext_lazy(
        "exports − imports, at world prices; exports among final uses at accounting prices. Target: "
        "not below last year's."
    ),
}
INPUTS: Final = {
    "hours_found": gettext_lazy("hours that find a post"),
    "hours_offered": gettext_lazy("hours offered"),
    "hours_needed": gettext_lazy("hours needed"),
    "hours_missing": gettext_lazy("hours missing"),
    "hours_worked": gettext_lazy("hours worked"),
    "hours_a_week": gettext_lazy("hours a week for which the offered hours stand"),
    "floors_held": gettext_lazy("floors that hold"),
    "floors": gettext_lazy("floors"),
    "fund": gettext_lazy("set aside; actual: paid for"),
    "value_added": gettext_lazy("value added"),
    "value_added_before": gettext_lazy("value added of the year before"),
    "investment_goods": gettext_lazy("investment goods and granted equipment"),
    "envelopes": gettext_lazy("posted to the envelopes"),
    "granted": gettext_lazy("granted and not taken back"),
    "taken_back": gettext_lazy("grants taken back after an appeal, or diverted: back in the envelopes"),
    "unspent": gettext_lazy("granted to nobody: back to the year's output when the year was settled"),
    "levy_rate": gettext_lazy("rate of the levy, by the charter"),
    "surpluses": gettext_lazy("surpluses of workplaces that have one"),
    "deficits": gettext_lazy("deficits of the others"),
    "surplus_goods": gettext_lazy("of what is left to members: made collective goods"),
    "surplus_bonuses": gettext_lazy("of what is left to members: made bonuses"),
    "levy_unreported": gettext_lazy(
        "of the levy, from workplaces counted in part as planned: no report covers the year"
    ),
    "charges": gettext_lazy("charge × use; actual: posted"),
    "charges_unreported": gettext_lazy(
        "of that, from workplaces charged in part as planned: no report covers the year"
    ),
    "revenue": gettext_lazy("revenue: levy and charges"),
    "expenditure": gettext_lazy("expenditure: fund, social wage, stipends"),
    "public_use": gettext_lazy("public services"),
    "household_use": gettext_lazy("what households use"),
    "free_use": gettext_lazy("free goods that households use"),
    "people": gettext_lazy("people working"),
    "theil": gettext_lazy("Theil index over all workplaces"),
    "wages": gettext_lazy("wages of the hours that find a post"),
    "posts": gettext_lazy("posts"),
    "posts_and_training": gettext_lazy("posts, training places included"),
    "training_places": gettext_lazy("training places"),
    "training_share": gettext_lazy("training places ÷ posts"),
    "weekly_pay": gettext_lazy("pay of all posts in a week"),
    "subsidised_use": gettext_lazy("subsidised goods that households use (not added)"),
    "stipend": gettext_lazy("stipend, of the average pay"),
    "pay_a_person": gettext_lazy("average pay of a person working, a year"),
    "people_unpaid": gettext_lazy("people who are not in paid work"),
    "caps_held": gettext_lazy("caps that hold"),
    "caps": gettext_lazy("caps"),
    "exports": gettext_lazy("exports"),
    "imports": gettext_lazy("imports"),
}
MISSING: Final = {
    "no_pools": gettext_lazy(
        "No labour pool is recorded. An import of labour pools (region, occupation, hours) would supply it."
    ),
    "no_floors": gettext_lazy("No use is guaranteed. A floor in the import of final uses would supply it."),
    "nothing_invested": gettext_lazy(
        "Nothing is set aside for investment. A vote on the charter's share, or a guideline on it, "
        "would set something aside."
    ),
    "no_envelopes": gettext_lazy("No envelope is settled. The board's vote on a draft supplies it."),
    "no_levy": gettext_lazy(
        "By the charter nothing of workplaces' surplus is taken. A vote on the rate of the levy would change that."
    ),
    "levy_not_posted": gettext_lazy(
        "The levy is posted when the year is settled; nothing was posted yet. Settling the year supplies it."
    ),
    "no_caps": gettext_lazy(
        "No resource has a cap. An import of resources with their caps would supply it; a guideline can then move them."
    ),
    "charges_not_posted": gettext_lazy(
        "Charges are posted when the year is settled; nothing was posted yet. Settling the year supplies it."
    ),
    "no_public_use": gettext_lazy(
        "No use by public services is recorded. An import of final uses with the category “public” "
        "would supply it."
    ),
    "no_social_wage": gettext_lazy(
        "No good is free and no use by public services is recorded. A vote on goods that become free, or an import of "
        "final uses with the category “public”, would supply it."
    ),
    "one_side_only": gettext_lazy(
        "Only one side is recorded. A levy or charges on one, and a fund, a social wage or stipends on the other, would "
        "supply it."
    ),
    "no_stipends": gettext_lazy(
        "The charter grants no stipend. A vote on its share of the average pay would."
    ),
    "no_population": gettext_lazy(
        "How many people live here is not recorded. The column “population” of an import of regions would supply it."
    ),
    "nothing_made": gettext_lazy(
        "No workplace worked last year, or none added value. An import of lines with last year's "
        "output would supply it."
    ),
    "no_wages": gettext_lazy(
        "No labour pool has an accounting wage. An import of labour pools with wages would supply it."
    ),
    "no_posts": gettext_lazy(
        "No posts are recorded. An import of posts and training places would supply it."
    ),
    "no_household_use": gettext_lazy(
        "No use by households is recorded. An import of final uses with the category “household” "
        "would supply it."
    ),
    "no_trade": gettext_lazy(
        "No trade with the outside is recorded. An import of trade lines would supply it."
    ),
    "uses_not_reported": gettext_lazy(
        "What was used and traded is not reported: settling a year takes over what was planned. "
        "Reports of use would supply it."
    ),
}
NOTES: Final = {
    "out_of_output": gettext_lazy(
        "What revenue does not cover comes out of the year's output directly: the plan makes these goods and services "
        "before anything is left as surplus."
    ),
    "no_cap_binds": gettext_lazy(
        "The charges are 0 because every cap leaves room in the plan: one unit more of a resource would save nothing."
    ),
    "some_caps_leave_room": gettext_lazy(
        "A resource whose cap leaves room in the plan is charged 0: one unit more of it would save nothing."
    ),
}
UNSAID = "–"


def title(cycle: Cycle) -> str:
    """Return the page's heading."""
    return _("The board's sheet for %(year)s") % {"year": cycle.year}


def lead(cycle: Cycle, *, computed: bool) -> str:
    """Say what the columns hold at this phase."""
    if cycle.phase == Cycle.Phase.ABANDONED:
        return _("This plan year was abandoned: its figures stand as they were.")
    if not computed:
        return _("Nothing is planned yet: the plan's column fills with the first finished iteration.")
    if cycle.phase in {Cycle.Phase.SETTLEMENT, Cycle.Phase.CLOSED}:
        return _("The plan beside what came of it: what was reported as made, else what was planned.")
    return _("The plan as it stands. What comes of it stands beside it once the year is settled.")


def said(value: float | None, unit: str, currency: str) -> str:
    """Say a figure in its unit."""
    lang = get_language()
    if value is None:
        return UNSAID
    if unit == SHARE:
        return figures.percent(value, lang)
    if unit in {MONEY, PER_HOUR}:
        text = figures.money(value, currency, lang, significant=4)
        return _("%(money)s an hour") % {"money": text} if unit == PER_HOUR else text
    if unit == HOURS:
        return figures.hours(value, lang)
    if unit == WEEKLY:
        return figures.quantity(round(value, 2), "h", lang)
    if unit == INDEX:
        return figures.number(value, lang, digits=4)
    return figures.number(value, lang) if unit == COUNT else figures.quantity(value, unit, lang)


def unit_name(unit: str, currency: str) -> str:
    """Name a unit for tables that hold bare numbers."""
    names = {SHARE: "1", MONEY: currency, HOURS: "h", WEEKLY: "h/week", INDEX: "1", COUNT: "1"}
    return f"{currency}/h" if unit == PER_HOUR else names.get(unit, unit)


def decision(one: Decision) -> str:
    """Say who decided."""
    words = {"about": one.about}
    told = {
        "guideline": _("decided by everybody: %(about)s"),
        "kept": _("kept: decided for %(about)s"),
        "charter": _("the charter in force, version %(about)s") if one.about else _("the charter's defaults"),
        "baseline": _("recorded in %(about)s"),
        "duty": _("a duty of the board; nobody voted another number"),
        "ledger": _("entries of the ledger"),
        "grants": _("the councils' grants"),
        "envelopes": _("decided by the board: %(about)s"),
        "plan": _("%(about)s, with every council's vote"),
        "round": _("%(about)s: what stands proposed, not decided yet"),
        "settled": _("the settlement of %(about)s"),
    }
    return told[one.kind] % words


def trend(points: Sequence[Point], unit: str, currency: str) -> str:
    """Say what the last years were: as they came out, else as planned."""
    told = [
        said(p.plan if p.actual is None else p.actual, unit, currency)
        for p in points
        if p.plan is not None or p.actual is not None
    ]
    return " → ".join(told[-3:])


def owner(part: Part) -> str:
    """Say who owns a resource."""
    return _("owner: %(name)s") % {"name": part.owner} if part.owner else _("owner not recorded")


def no_target(figure: Figure) -> str:
    """Say that nobody set a number, where one could be set."""
    return UNSAID if figure.missing else _("none voted")
