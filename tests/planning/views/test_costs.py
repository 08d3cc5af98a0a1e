"""What pages cost: queries that do not grow with the economy, words that people were told they would read."""

import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from planning.models import Round
from planning.wording import minutes
from tests.planning.federation import TERM, Federation
from tests.planning.views.conftest import SignIn
from tests.planning.views.test_pages import pages
from workplaces.models import Line, SectorMembership, Workplace

pytestmark = pytest.mark.django_db
MOST = 45  # queries of any page, of which about ten are session, person, hats and the frame of the page


def counted(sign_in: SignIn, who: str, urls: list[str]) -> dict[str, int]:
    client, found = sign_in(who), {}
    for url in urls:
        client.get(url)  # warms what is read once a process
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        found[url] = len(queries)
    return found


@pytest.fixture
def crowded(federation: Federation) -> int:
    """Forty more bakeries: a page that asks the database once a line would show it."""
    works, line = federation.workplaces["bread"], federation.lines["bread"]
    for number in range(40):
        sibling = Workplace.objects.create(
            scenario=federation.baseline, code=f"bakery-{number}", name=f"Bakery {number}", region=works.region,
            owner=works.owner, main_sector=works.main_sector,
        )  # fmt: skip
        SectorMembership.objects.create(
            scenario=federation.baseline,
            workplace=sibling,
            sector=works.main_sector,
            share=1.0,
            validity=TERM,
        )
        Line.objects.create(
            scenario=federation.baseline, workplace=sibling, product=line.product, technology=line.technology,
            factors=[1.0, 1.0], last_output=0.1, capacity=0.2,
        )  # fmt: skip
    return 40


@pytest.mark.parametrize("who", ["coordinator", "bread_delegate", "villager"])
def test_no_page_takes_many_queries(
    federation: Federation, answering: Round, sign_in: SignIn, who: str
) -> None:
    spent = counted(sign_in, who, pages(federation, answering))
    assert max(spent.values()) <= MOST, spent


def test_queries_do_not_grow_with_the_economy(
    federation: Federation, crowded: int, answering: Round, sign_in: SignIn
) -> None:
    client = sign_in("coordinator")
    rows = client.get(reverse("planning:round_changes", args=[2027, 1]) + "?all=1&every=1").content.decode()
    assert rows.count("Bakery ") >= crowded  # they are there and move
    spent = counted(sign_in, "bread_delegate", pages(federation, answering))
    assert max(spent.values()) <= MOST, spent


def test_words_are_about_those_that_efforts_state(
    federation: Federation, answering: Round, sign_in: SignIn
) -> None:
    url = reverse("planning:line_review", args=[2027, 1, federation.lines["bread"].public_id])
    words = len(visible_words(sign_in("bread_delegate").get(url).content.decode()))
    assert words == pytest.approx(minutes.LINE_REVIEW.words, rel=0.35)


class Visible(HTMLParser):
    """Collects the text of <main> that stands on the page before anything is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.hidden, self.text = 0, 0, []  # type: ignore[var-annotated]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.inside += tag == "main"
        if (
            self.hidden
            or tag in {"svg", "form"}
            or "hidden-text" in (names.get("class") or "")
            or tag == "details"
        ):
            self.hidden += tag not in {"input", "br", "img", "path", "line", "rect"}

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            self.hidden -= 1
        self.inside -= tag == "main"

    def handle_data(self, data: str) -> None:
        if self.inside and not self.hidden:
            self.text.append(data)


def visible_words(page: str) -> list[str]:
    reader = Visible()
    reader.feed(page)
    return [word for word in re.split(r"\s+", " ".join(reader.text)) if re.search(r"\w", word)]
