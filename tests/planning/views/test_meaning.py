"""What a plan means for a council: figures that can be worked out by hand, on the plan's page and behind the motion."""

from html import unescape

import pytest

from councils.models import Motion
from planning.models import Plan
from planning.selectors.meaning import Pair, meaning
from tests.planning.federation import TERM, Federation, council
from tests.planning.views.conftest import SignIn
from tests.planning.views.test_community_table import at
from workplaces.models import Line, Region, SectorMembership

pytestmark = pytest.mark.django_db


def test_a_sector_sees_its_output_hours_and_shortage(federation: Federation, plan: Plan) -> None:
    found = meaning(plan, federation.councils["bread sector"])
    assert found.output == Pair(100.0, 90.0)  # at a price of 1
    assert found.hours == Pair(100.0, 90.0)  # one hour a unit
    assert found.use == Pair(100.0, 110.0)
    assert found.output.change == pytest.approx(-0.1)
    assert [(one.code, round(one.share, 6)) for one in found.unbalanced] == [("bread", round(-20 / 110, 6))]
    assert found.products == 1
    assert found.premium is not None
    assert found.premium > 0


def test_a_sector_serves_its_share_of_what_others_make_too(
    federation: Federation, request: pytest.FixtureRequest
) -> None:
    bread, works = federation.lines["bread"], federation.workplaces["flour"]
    Line.objects.create(
        scenario=federation.baseline, workplace=works, product=bread.product, technology=bread.technology,
        factors=[1.0, 1.0], last_output=10.0, capacity=10.0,
    )  # fmt: skip
    plan = request.getfixturevalue("plan")  # the bakery makes 90 and the mill 10 of the bread
    assert meaning(plan, federation.councils["bread sector"]).use == Pair(90.0, pytest.approx(99.0))
    flour = meaning(plan, federation.councils["flour sector"])
    assert flour.use.plan == pytest.approx(11.0 + 10.0)
    assert flour.output == Pair(70.0, 70.0)


def test_a_region_sees_what_its_places_make_and_use(federation: Federation, plan: Plan) -> None:
    outputs = 100.0 + 60.0 + 76.0 / 0.9
    for council_name in ("valley", "village", "board"):
        found = meaning(plan, federation.councils[council_name])
        assert found.output.last == pytest.approx(outputs)
        assert found.output.plan == pytest.approx(outputs - 10.0)
        assert found.hours.plan == pytest.approx(outputs - 10.0)
        assert found.use == Pair(160.0, 170.0)
        assert found.products == 3


def test_a_region_where_nothing_is_has_nothing(federation: Federation, plan: Plan) -> None:
    land = Region.objects.get(kind="country")
    hills = Region.objects.create(code="hills", kind="region", name="Hills", parent=land)
    found = meaning(plan, council(federation, "hills", kind="regional", region=hills))
    assert (found.output, found.use, found.premium) == (Pair(0, 0), Pair(0, 0), None)


def test_a_workplace_in_two_sectors_counts_in_each_by_its_share(
    federation: Federation, request: pytest.FixtureRequest
) -> None:
    bakery, mill = federation.workplaces["bread"], federation.workplaces["flour"]
    SectorMembership.objects.filter(workplace=bakery).update(share=0.25)
    SectorMembership.objects.create(
        scenario=federation.baseline, workplace=bakery, sector=mill.main_sector, share=0.75, validity=TERM
    )
    found = meaning(request.getfixturevalue("plan"), federation.councils["bread sector"])
    assert found.output == Pair(25.0, 22.5)
    assert found.hours == Pair(25.0, 22.5)


def test_a_delegate_sees_the_table_of_the_own_council_first(
    federation: Federation, plan: Plan, sign_in: SignIn
) -> None:
    page = unescape(sign_in("bread_delegate").get(at("plan", 2027)).content.decode())
    assert "What this plan means for Bread Sector" in page
    assert page.index("What this plan means") < page.index("<h2>Ratification")
    assert "1 of 1" in page
    assert "\u221210\u202f%" in page
    assert "What this plan means" not in sign_in("stranger").get(at("plan", 2027)).content.decode()


def test_the_motion_leads_to_what_the_plan_means_for_its_council(
    federation: Federation, plan: Plan, sign_in: SignIn
) -> None:
    client = sign_in("stranger")
    motion = Motion.objects.get(council=federation.councils["bread sector"])
    page = unescape(client.get(f"/councils/motions/{motion.public_id}/").content.decode())
    link = f"{at('plan', 2027)}?council={motion.council.public_id}#meaning"
    assert f'<a href="{link}">What the plan for 2027, version 1, means for Bread Sector</a>' in page
    assert "What this plan means for Bread Sector" in client.get(link).content.decode()


@pytest.mark.parametrize("council_id", ["nonsense", "00000000-0000-7000-8000-000000000000"])
def test_an_unknown_council_is_not_found(plan: Plan, sign_in: SignIn, council_id: str) -> None:
    assert sign_in("stranger").get(at("plan", 2027) + f"?council={council_id}").status_code == 404
