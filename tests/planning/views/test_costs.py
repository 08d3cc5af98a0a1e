"""What pages cost: queries that do not grow with the economy, words that people were told they would read."""

import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from planning.models import Round, RunLine
from planning.wording import minutes
from tests.planning.federation import Federation
from tests.planning.views.conftest import SignIn
from tests.planning.views.test_pages import pages
from workplaces.models import Line, Workplace

pytestmark = pytest.mark.django_db
MOST = 60  # queries of any page, of which about ten are session, person, hats and the frame of the page


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


def grow(federation: Federation, round: Round, copies: int) -> None:
    """Give the bakery's line and workplace many siblings, each with its row in the published run."""
    works, line = federation.workplaces["bread"], federation.lines["bread"]
    suggestion = RunLine.objects.get(run=round.published_run, kind=0, entity=line.entity_id)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = DEFAULT")
    for number in range(copies):
        sibling = Workplace(scenario=federation.baseline, code=f"bakery-{number}", name=f"Bakery {number}",
                            region=works.region, owner=works.owner, main_sector=works.main_sector)  # fmt: skip
        sibling.save()
        made = Line(scenario=federation.baseline, workplace=sibling, product=line.product,
                    technology=line.technology, factors=[1.0, 1.0], last_output=1.0, capacity=2.0)  # fmt: skip
        made.save()
        suggestion.pk, suggestion.entity = None, made.pk
        suggestion.save(force_insert=True)


@pytest.mark.parametrize("who", ["coordinator", "bread_delegate", "villager"])
def test_no_page_takes_many_queries(
    federation: Federation, answering: Round, sign_in: SignIn, who: str
) -> None:
    spent = counted(sign_in, who, pages(federation, answering))
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
