"""Long lists: twenty rows on a page, all of them behind one link, reasons whole."""

from html import unescape

import pytest

from planning.models import Plan, Response, Round
from planning.services.answers import REASON_LIMIT
from tests.planning.federation import Federation
from tests.planning.views.conftest import SignIn
from tests.planning.views.test_community_table import at
from workplaces.models import DemandLine, Product
from workplaces.presentation import figures

pytestmark = pytest.mark.django_db
THINGS = 30


@pytest.fixture
def many(federation: Federation) -> int:
    """Thirty more products that the village used something of."""
    for number in range(THINGS):
        product = Product.objects.create(
            scenario=federation.baseline, code=f"p{number:02}", name=f"Thing {number:02}", unit="t", price=1.0
        )
        DemandLine.objects.create(
            scenario=federation.baseline,
            region=federation.community,
            product=product,
            category="household",
            last=1.0,
        )
    return THINGS + 3


def table(page: str) -> str:
    """Return the page from its long table on."""
    return unescape(page[page.index('<table class="fold sticky">') :])


def test_a_rounds_products_and_a_plans_quantities_are_short_until_all_are_asked_for(
    federation: Federation, many: int, plan: Plan, sign_in: SignIn
) -> None:
    client = sign_in("stranger")
    for url in (at("products", 2027, 1), at("plan", 2027)):
        page = table(client.get(url + "?sort=name").content.decode())
        assert page.count('<th scope="row"><a href="/cycles/2027/rounds/1/products/') == 20
        assert f"Show {many} at once" in page
        assert 'href="?sort=name&every=1"' in page
        page = table(client.get(url + "?sort=name&every=1&page=1").content.decode())
        assert page.count('<th scope="row"><a href="/cycles/2027/rounds/1/products/') == many
        assert "at once" not in page


def test_a_long_reason_can_be_read_whole(federation: Federation, answering: Round, sign_in: SignIn) -> None:
    reason = "word " * (REASON_LIMIT // 5 - 1) + "end"
    url = at("line_review", 2027, 1, federation.lines["bread"].public_id)
    given = {"kind": "firm", "firm-reason": reason}
    assert sign_in("bread_delegate").post(url, given).status_code == 302
    assert Response.objects.get().reason == reason
    page = sign_in("stranger").get(at("line", 2027, federation.lines["bread"].public_id)).content.decode()
    assert "word end</p></details>" in page


def test_a_line_under_review_has_its_products_whole_name(
    federation: Federation, answering: Round, sign_in: SignIn
) -> None:
    url = at("line_review", 2027, 1, federation.lines["bread"].public_id)
    page = sign_in("stranger").get(url).content.decode()
    crumbs = page[page.index('class="crumbs"') : page.index("<h1>")]
    assert "Bread" in crumbs.replace("Bread works", "")


@pytest.mark.parametrize(
    ("unit", "worth"), [("R$ million", 3e6), ("R$", 3.0), ("t", 3.0), ("EUR m", 3e6), ("hours", 3.0)]
)
def test_what_is_measured_in_money_is_worth_its_unit(unit: str, worth: float) -> None:
    assert figures.worth(2.0, 1.5, unit) == worth
