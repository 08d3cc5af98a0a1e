"""The small federation with twice as much in it: what a list shows is more, how it is asked for should not be."""

from councils.services import comment_add, motion_move
from planning.models import Cycle
from planning.services.associations import association_found
from planning.services.programmes import programme_write
from planning.services.sandboxes import sandbox_open
from tests.access import investing
from tests.access.world import World
from tests.planning.federation import (
    COEFFICIENTS,
    DEMAND,
    NOW,
    TERM,
    Federation,
    council,
    gross_outputs,
    make_federation,
    person,
)
from tests.planning.investment.world import ask
from workplaces.models import (
    DemandLine,
    LabourPool,
    Line,
    Occupation,
    PublicBody,
    Resource,
    Sector,
    SectorMembership,
    Technology,
    Workplace,
)

LISTS = (
    "councils:council",
    "councils:list",
    "councils:motion",
    "councils:petitions",
    "planning:associations",
    "planning:consumption",
    "planning:consumption_review",
    "planning:cycle",
    "planning:duties",
    "planning:guidelines",
    "planning:matrix",
    "planning:places",
    "planning:product",
    "planning:products",
    "planning:programmes",
    "planning:requests",
    "planning:round",
    "planning:round_changes",
    "planning:sandboxes",
    "record:record",
    "workplaces:labour_pools",
    "workplaces:product",
    "workplaces:products",
    "workplaces:region",
    "workplaces:resources",
    "workplaces:sector",
    "workplaces:sectors",
    "workplaces:workplaces",
)


def more_of_everything() -> Federation:
    """Make the federation with its work divided between twice as many workplaces, and what belongs to them."""
    federation = make_federation()
    baseline, owner = federation.baseline, PublicBody.objects.get()
    for code in COEFFICIENTS:
        _second(federation, code, owner)
        Resource.objects.create(
            scenario=baseline, code=f"{code}-water", name=f"Water {code}", unit="m3", cap=1e6
        )
        DemandLine.objects.create(
            scenario=baseline, region=federation.community, product=federation.products[code], category="public",
            last=DEMAND[code] / 20, floor=0.0,
        )  # fmt: skip
        DemandLine.objects.filter(pk=federation.demand[code].pk).update(last=DEMAND[code] * 19 / 20)
        Sector.objects.create(scenario=baseline, code=f"{code}-2", name=f"Second {code} sector")
        craft = Occupation.objects.create(scenario=baseline, code=f"{code}-craft", name=f"{code} craft")
        LabourPool.objects.create(
            scenario=baseline, region=federation.community, occupation=craft, hours=100.0, wage=1.0
        )
    return federation


def _second(federation: Federation, code: str, owner: PublicBody) -> None:
    baseline, sector = federation.baseline, Sector.objects.get(code=code)
    place = Workplace.objects.create(
        scenario=baseline, code=f"{code}-works-2", name=f"Second {code} works", region=federation.community, owner=owner,
        main_sector=sector, size=5,
    )  # fmt: skip
    SectorMembership.objects.create(
        scenario=baseline, workplace=place, sector=sector, share=1.0, validity=TERM
    )
    last = gross_outputs()[code] / 2
    Line.objects.filter(pk=federation.lines[code].pk).update(last_output=last, capacity=1.2 * last)
    Line.objects.create(
        scenario=baseline, workplace=place, product=federation.products[code],
        technology=Technology.objects.get(code=code), factors=[1.0, 1.0], last_output=last, capacity=1.2 * last,
    )  # fmt: skip
    council(federation, f"second {code} assembly", kind="workplace", workplace=place)


def begin_with_more(federation: Federation, cycle: Cycle) -> Cycle:
    """Go from preparation to proposals with another programme, and with more requests for investment."""
    by = person(federation, "baker2")
    other = association_found(name="Full Steam", kind="party", by=by, now=NOW)
    programme_write(
        cycle=cycle, association=other, title="Longer", text="Why not.", figures=[("hours", "", 40.0)], by=by, now=NOW
    )  # fmt: skip
    cycle = begin(federation, cycle)
    for code in ("flour", "energy"):
        ask(federation, cycle, code, purpose="Another one.")
    return cycle


begin = investing.begin  # as it is before a test puts `begin_with_more` in its place


def grow(world: World) -> None:
    """Add motions with comments, and sandboxes."""
    by, branch = world.federation.people["bread_delegate"], world.federation.councils["bread sector"]
    for number in range(4):
        motion = motion_move(council=branch, title=f"Motion {number}", text="Together.", by=by, now=NOW)
        comment_add(motion=motion, text="Yes.", by=by, now=NOW)
        sandbox_open(parent=world.federation.baseline, name=f"Try {number}", by=by, now=NOW)
