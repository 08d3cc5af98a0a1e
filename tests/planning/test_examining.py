"""Looking into a plan: what its products hold, what breaks first; computed by a real worker, nothing written."""

import csv
import io
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client

from config import environment
from planning.models import Cycle, Plan
from planning.runner.contents import contents_of
from planning.services.stress import stress_answer, stress_find
from planning.wording import stress as wording
from tests.planning.federation import Federation
from tests.planning.test_ratification import begun, limited, proposed
from tests.planning.worker import eventually, worker
from workplaces.errors import Refused
from workplaces.models import Entry, Technology

pytestmark = pytest.mark.django_db(transaction=True)
PLAN = "/cycles/2027/plan/"
ALL_OF_THE_MILL = "workplace:flour-works=100%"
TYPED = {"kind_1": "workplace", "code_1": "flour-works", "share_1": "100"}


@pytest.fixture(autouse=True)
def _shared_with_workers(settings: Any, broker_url: str) -> None:
    """Answers are kept where a worker of this test keeps them."""
    settings.CACHES = {"default": environment.counters(broker_url)}
    cache.clear()


@pytest.fixture
def plan(federation: Federation, cycle: Cycle) -> Plan:
    """Last year's figures, which add up, before the councils."""
    return proposed(cycle, federation)


@pytest.fixture
def client(federation: Federation) -> Client:
    """Somebody with a mandate, signed in."""
    found = Client()
    found.force_login(federation.people["bread_delegate"])
    return found


class TestContents:
    def test_are_labour_values_as_by_hand(self, federation: Federation, plan: Plan) -> None:
        found = contents_of(plan)
        value = dict(zip(found.table.products.tolist(), found.hours.tolist(), strict=True))
        energy = 1 / 0.9
        flour = 1 + 0.1 * energy
        by_hand = {"energy": energy, "flour": flour, "bread": 1 + 0.5 * flour + 0.2 * energy}
        assert {code: value[federation.products[code].entity_id] for code in by_hand} == pytest.approx(
            by_hand
        )
        assert found.direct_hours == pytest.approx(1.0)
        # prices are 1 and every unit takes an hour: money's worth of output behind a unit is the same figure
        assert found.output == pytest.approx(found.hours)
        # nothing is imported: all work stands in what is finally used
        assert (found.hours * found.table.final).sum() == pytest.approx(found.table.labour.sum())

    def test_stand_on_a_page_and_in_a_file(self, client: Client, plan: Plan) -> None:
        page = client.get(f"{PLAN}contents/")
        assert page.status_code == 200
        assert b"Bread" in page.content
        assert b"1.7778" in page.content
        text = b"".join(client.get(f"{PLAN}contents/?format=csv")).decode()
        rows = {row["code"]: row for row in csv.DictReader(io.StringIO(text))}
        assert float(rows["bread"]["hours_per_unit"]) == pytest.approx(16 / 9)
        assert rows["bread"]["unit"] == "t"

    def test_have_no_answer_where_a_product_uses_up_more_than_is_made(
        self, federation: Federation, client: Client
    ) -> None:
        """1.2 energy goes into 1 energy: no figure is shown, none below zero above all, and the product is named."""
        Technology.objects.filter(code="energy").update(input_coefficient=[1.2])
        plan = proposed(limited(begun(federation), 1), federation)
        with pytest.raises(Refused, match="making Energy uses up more"):
            contents_of(plan)
        page = client.get(f"{PLAN}contents/")
        assert page.status_code == 409
        assert b"making Energy uses up more" in page.content
        assert client.get(f"{PLAN}contents/?format=csv").status_code == 409

    def test_there_are_none_without_a_plan(self, client: Client, cycle: Cycle) -> None:
        assert client.get(f"{PLAN}contents/").status_code == 404
        assert client.get(f"{PLAN}stress/").status_code == 404


class TestStress:
    def test_is_computed_by_a_worker_and_nothing_is_written(
        self, client: Client, plan: Plan, broker_url: str
    ) -> None:
        entries = Entry.objects.count()
        asked = client.post(f"{PLAN}stress/", TYPED)
        address = f"{PLAN}stress/?{urlencode({'drop': ALL_OF_THE_MILL})}"
        assert (asked.status_code, asked["Location"]) == (302, address)
        assert b"Look again" in client.get(address).content
        poll = client.get(address, headers={"HX-Request": "true"})
        assert "HX-Refresh" not in poll
        with worker(broker_url):
            eventually(
                lambda: stress_find(plan, [ALL_OF_THE_MILL])["state"] == "found",
                seconds=180,
                what="an answer",
            )
        page = client.get(address).content.decode()
        assert "What breaks first" in page
        report = client.get(f"{address}&format=json").json()
        assert report["acts"]["workplaces_hit"] == 1
        assert report["breaks"]
        assert wording.broken(report["breaks"][0]) in page
        assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
        assert Entry.objects.count() == entries

    def test_asked_twice_is_one(self, client: Client, plan: Plan) -> None:
        assert client.post(f"{PLAN}stress/", TYPED).status_code == 302
        assert client.post(f"{PLAN}stress/", TYPED).status_code == 302
        other = client.post(f"{PLAN}stress/", {**TYPED, "share_1": "20"})
        assert other.status_code == 409
        assert b"You wait for another answer still" in other.content
        assert b'value="20"' in other.content

    def test_of_what_is_not_there_is_refused_by_name(self, client: Client, plan: Plan) -> None:
        wrong = ["workplace:nowhere=50%"]
        stress_answer(plan=plan, drops=wrong, asker="nobody")
        page = client.get(f"{PLAN}stress/?{urlencode({'drop': wrong[0]})}").content.decode()
        assert "there is no workplace “nowhere” here" in page

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"share_1": "0"}, "This is missing."),
            ({"share_1": "101"}, "This must be above 0 % and at most 100 %."),
            ({"code_1": ""}, "This is missing."),
            ({"kind_2": "region"}, "This is missing."),
        ],
    )
    def test_that_cannot_be_read_keeps_what_was_typed(
        self, client: Client, plan: Plan, typed: dict[str, str], sentence: str
    ) -> None:
        page = client.post(f"{PLAN}stress/", {**TYPED, **typed})
        assert page.status_code == 422
        assert sentence in page.content.decode()
        assert stress_find(plan, [ALL_OF_THE_MILL]) is None

    def test_is_not_for_those_without_a_mandate(self, federation: Federation, plan: Plan) -> None:
        stranger = Client()
        stranger.force_login(federation.people["stranger"])
        assert stranger.get(f"{PLAN}stress/").status_code == 200
        assert stranger.post(f"{PLAN}stress/", TYPED).status_code == 403
