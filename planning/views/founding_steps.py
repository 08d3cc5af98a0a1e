"""What a new federation does until its first plan year is open: each step done or open, with the page for it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from councils.models import Charter, Mandate
from planning.models import Cycle
from workplaces.authority import COORDINATOR, REGISTRAR
from workplaces.models import (
    DemandLine,
    LabourPool,
    Line,
    Membership,
    Product,
    Region,
    Scenario,
    Sector,
    Workplace,
)
from workplaces.presentation import figures
from workplaces.selectors import scenario_current

MOST_CODES = 50


@dataclass(frozen=True)
class Step:
    """One thing to do: how far it is, who does it (roles), and where."""

    label: str
    how_far: str
    is_done: bool
    url: str
    action: str
    roles: tuple[str, ...] = (REGISTRAR,)


@dataclass(frozen=True)
class Shown:
    """A step as somebody sees it: whether it is theirs to do, and the first of those that are open."""

    step: Step
    is_mine: bool
    is_next: bool


def shown_to(roles: Collection[str]) -> list[Shown]:
    """Return the steps for somebody who serves in these roles; only the next one is pressed on them."""
    found: list[Shown] = []
    for step in setup_steps():
        is_mine = bool(set(step.roles) & set(roles))
        is_next = is_mine and not step.is_done and not any(earlier.is_next for earlier in found)
        found.append(Shown(step, is_mine, is_next))
    return found


def still_open(steps: Sequence[Shown]) -> int:
    """Count the open steps before the last one, which is to open the plan year."""
    return sum(not shown.step.is_done for shown in steps[:-1]) if len(steps) > 1 else len(steps)


def setup_steps() -> list[Step]:
    """Return the steps in order; none once a plan year has been opened."""
    if Cycle.objects.exists():
        return []
    founded = Charter.objects.exists()
    first = Step(
        _("Found the federation: places, councils, charter, first baseline"),
        "" if founded else _("not yet"), founded, reverse("federation:setup"), "" if founded else _("Found it"),
    )  # fmt: skip
    baseline = scenario_current()
    if not founded or baseline is None:
        return [first]
    last = Step(
        _("Open the first plan year"), _("not yet"), False,  # noqa: FBT003
        reverse("planning:cycle_new"), _("Open"), (COORDINATOR,),
    )  # fmt: skip
    return [first, *_content(baseline), last]


def may_begin() -> bool:
    """Say whether there is anything to plan with: somebody has stated a line."""
    baseline = scenario_current()
    return baseline is not None and Line.objects.in_scenario(baseline).exists()


def setup_title(steps: Sequence[Shown]) -> str:
    """Say how far the setting up is."""
    left = still_open(steps)
    if len(steps) == 1:
        return _("The federation waits to be founded")
    return ngettext(
        "%(n)s step is open before the first plan year can begin",
        "%(n)s steps are open before the first plan year can begin",
        left,
    ) % {"n": figures.number(left, get_language())}


def _content(baseline: Scenario) -> list[Step]:
    """Return what comes in from tables or is typed in, in the order in which one needs the other."""
    workplaces = Workplace.objects.in_scenario(baseline).count()
    products = Product.objects.in_scenario(baseline).count()
    members = Membership.objects.values("person").distinct().count()
    pools = LabourPool.objects.in_scenario(baseline).count()
    lines = Line.objects.in_scenario(baseline)
    stated = lines.values("workplace").distinct().count()
    demand = DemandLine.objects.in_scenario(baseline).count()
    return [
        _taken(_("Bring in the products, with their units"), products, "products"),
        _taken(_("Bring in the workplaces, with place and sector"), workplaces, "workplaces"),
        _taken(_("Bring in the members of workplaces and communities"), members, "members"),
        _taken(_("Bring in the occupations, then the labour pools: the hours that people offer"), pools, "occupations"),
        Step(
            _("Enter the delegates whom workplaces and communities chose"), _of(_spoken_for(), workplaces),
            0 < workplaces <= _spoken_for(), reverse("federation:delegates"), _("Enter"), (REGISTRAR, COORDINATOR),
        ),
        Step(
            _("State what each workplace makes and needs, in absolute quantities"), _of(stated, workplaces),
            0 < workplaces <= stated, reverse("workplaces:import_new", args=["techniques"]), _("Take in or type in"),
        ),
        _taken(_("Bring in what communities use"), demand, "demand"),
    ]  # fmt: skip


def _spoken_for() -> int:
    """Count the workplaces that have a delegate, in their assembly or in a sector's council."""
    delegates = Mandate.objects.filter(role=Mandate.Role.DELEGATE)
    own = set(delegates.values_list("council__workplace", flat=True))
    above = set(delegates.values_list("represents__workplace", flat=True))
    return len((own | above) - {None})


def _taken(label: str, count: int, kind: str) -> Step:
    how_far = _("%(n)s so far") % {"n": figures.number(count, get_language())} if count else _("none yet")
    return Step(
        label, how_far, count > 0, reverse("workplaces:import_new", args=[kind]), _("Take in or type in")
    )


def _of(count: int, workplaces: int) -> str:
    words = {"n": figures.number(count, get_language()), "all": figures.number(workplaces, get_language())}
    return ngettext("%(n)s of %(all)s workplace", "%(n)s of %(all)s workplaces", workplaces) % words


def codes(baseline: Scenario) -> list[tuple[str, str]]:
    """Return (name, code) of the communities, then of the sectors: tables refer to them by these codes."""
    places = Region.objects.filter(kind=Region.Kind.COMMUNITY).order_by("name")[:MOST_CODES]
    sectors = Sector.objects.in_scenario(baseline).order_by("name")[:MOST_CODES]
    return [(row.label, row.code) for row in (*places, *sectors)]
