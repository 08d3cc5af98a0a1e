"""What a programme would bring is not computed while somebody waits, where that takes long: a worker does it, once."""

import json
from typing import Any

import pytest
from django.core.cache import cache

from planning.models import Cycle, Programme
from planning.runner import consequences
from planning.runner.consequences import consequences_known, consequences_of, read, written
from planning.runner.keeping import baseline_keep
from planning.selectors.guidelines import keyed
from planning.services import keeping
from planning.services.programmes import programme_write
from tests.planning.federation import NOW, Federation
from tests.planning.priorities.test_pages import as_, text
from tests.planning.priorities.world import LEISURE, found, published
from workplaces import kept

pytestmark = pytest.mark.django_db
WAITS = "A worker computes from last year"


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what was handed to workers."""
    found: list[str] = []
    monkeypatch.setattr(keeping.current_app, "send_task", lambda task, args: found.append(task))
    return found


@pytest.fixture
def programme(federation: Federation, cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> Programme:
    """A programme on a baseline that is too large to be read while somebody waits, and of which nothing is kept."""
    made = published(federation, cycle)
    cache.clear()
    kept._here.clear()
    monkeypatch.setattr(consequences, "LINES_AT_ONCE", 2)
    return made


def test_a_sheet_is_the_same_after_it_was_kept(programme: Programme) -> None:
    sheet = consequences_of(programme.cycle, keyed(programme.shown.figures.all()))
    assert read(json.loads(json.dumps(written(sheet)))) == [sheet]
    assert sheet.resources
    assert sheet.sectors
    assert sheet.free


def test_the_page_waits_for_a_worker(federation: Federation, programme: Programme, handed: list[str]) -> None:
    client, here = as_(federation, "stranger"), f"/programmes/{programme.public_id}/"
    api = f"/api/v1/programmes/{programme.public_id}/consequences/"
    for address in (here, "/cycles/2027/programmes/", here):
        page = text(client.get(address))
        assert WAITS in page
        assert f'<a href="{address}">Look again</a>' in page
        assert "Individual consumption" not in page
    refused: Any = client.get(api)
    assert (refused.status_code, "ask again" in refused.json()["detail"]) == (404, True)
    assert handed == ["planning.baseline_keep"], "asked for once, not by every request"
    baseline_keep(programme.cycle)
    for address in (here, "/cycles/2027/programmes/"):
        page = text(client.get(address))
        assert WAITS not in page
        assert "Individual consumption" in page
    assert client.get(api).status_code == 200


def test_on_a_baseline_that_is_kept_few_products_are_quick(programme: Programme) -> None:
    other = {("hours", None): 39.0}
    assert consequences_known(programme.cycle, other) is None
    baseline_keep(programme.cycle)
    assert consequences_known(programme.cycle, other) is not None


def test_where_no_worker_can_be_asked_the_request_computes(
    federation: Federation, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: Any, **_more: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(keeping.current_app, "send_task", away)
    page = text(as_(federation, "stranger").get(f"/programmes/{programme.public_id}/"))
    assert "Individual consumption" in page
    assert WAITS not in page


def test_a_new_version_is_computed_ahead(
    federation: Federation, cycle: Cycle, handed: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    association, by = found(federation, "Full Steam", "citizen5"), federation.people["citizen5"]
    with django_capture_on_commit_callbacks(execute=True):
        programme_write(
            cycle=cycle,
            association=association,
            title="More",
            text="Why not.",
            figures=LEISURE,
            by=by,
            now=NOW,
        )
    assert handed == ["planning.baseline_keep"]
