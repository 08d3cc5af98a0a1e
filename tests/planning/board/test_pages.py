"""The board's sheet as a page, as CSV and by the API: who may read it, what it asks the database."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from planning.models import Plan
from tests.planning.board.world import figures
from tests.planning.federation import Federation
from tests.planning.views.conftest import SignIn

pytestmark = pytest.mark.django_db


def test_the_page_opens_every_figure_without_script(
    federation: Federation, full: Plan, sign_in: SignIn
) -> None:
    page = sign_in("stranger").get("/cycles/2027/board/").content.decode()
    found = figures(full.cycle)
    recorded = [one for one in found.values() if one.is_recorded]
    assert page.count('<details class="more">') == len(recorded)
    assert page.count("Who decided:") == len(recorded)
    for one in recorded:
        assert one.decided, one.key
        assert one.inputs, one.key
        assert f'id="{one.key}"' in page
    assert page.count("<strong>Not recorded.</strong>") == len(found) - len(recorded)
    for where in ("/cycles/2027/", "/cycles/2027/plan/"):
        assert 'href="/cycles/2027/board/"' in sign_in("stranger").get(where).content.decode()
    board = federation.councils["board"]
    assert 'href="/board/"' in sign_in("stranger").get(f"/councils/{board.public_id}/").content.decode()
    assert sign_in("stranger").get("/board/").headers["Location"] == "/cycles/2027/board/"


def test_further_parts_are_folded_not_cut_and_who_decided_stands_in_the_row(
    federation: Federation, full: Plan, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planning.views.board.PARTS", 1)
    page = sign_in("stranger").get("/cycles/2027/board/").content.decode()
    floors = page[page.index("Parts: ") :]
    assert "Further parts: " in floors
    assert "more in the CSV" not in page
    row = page[page.index('<tr id="caps_held"') :].split("</tr>")[0]
    assert "Decided:" in row
    assert "<a href=" in row


def test_where_no_resource_is_recorded_no_guideline_is_promised(
    federation: Federation, plan: Plan, sign_in: SignIn
) -> None:
    page = sign_in("stranger").get("/cycles/2027/board/").content.decode()
    assert "An import of resources with their caps would supply it; a guideline can then move them." in page


def test_the_same_as_csv_and_by_api(federation: Federation, full: Plan, sign_in: SignIn) -> None:
    client, found = sign_in("stranger"), figures(full.cycle)
    text = b"".join(client.get("/cycles/2027/board/?format=csv").streaming_content).decode()  # type: ignore[attr-defined]
    told = [line.split(",") for line in text.splitlines()]
    assert sum(line[2] == "" for line in told[1:]) == len(found)
    answer: dict[str, Any] = client.get("/api/v1/cycles/2027/board-sheet/").json()
    shown = {one["figure"]: one for one in answer["figures"]}
    assert {key: one["plan"] for key, one in shown.items()} == {
        key: one.values.plan for key, one in found.items()
    }
    assert {key for key, one in shown.items() if one["not_recorded"]} == {
        key for key, one in found.items() if one.missing
    }
    assert shown["caps_held"]["parts"][0]["owner"] == "Town"


def test_questions_to_the_database_are_few_and_do_not_grow(
    federation: Federation, full: Plan, sign_in: SignIn
) -> None:
    client = sign_in("stranger")
    client.get("/cycles/2027/board/")
    with CaptureQueriesContext(
        connection,
    ) as first:
        client.get("/cycles/2027/board/")
    assert len(first) <= 36
    asked = [q["sql"] for q in first if "scenario_chain" not in q["sql"]]
    assert not [sql for sql in asked if "workplaces_line" in sql or "planning_runline" in sql]
