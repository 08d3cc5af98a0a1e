"""Papers with options on the page of a box and by program, walked as people would, without JavaScript."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from councils.models import NamedVote, PaperReading
from councils.services import ballot_close
from tests.api.test_elections import ask, session
from tests.councils.paper import MEMBERS, VOTED, numbers
from tests.councils.test_pages import signed_in, text, url
from tests.councils.test_paper_sheets import CLOSES, asking
from tests.councils.world import World
from tests.nojs.rules import faults

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``at(moment)`` sets the clock, which stands at the meeting."""

    def moved(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    moved(VOTED)
    return moved


def test_lines_are_pasted_and_every_fault_is_named(world: World) -> None:
    ballot = asking(world, "instant_runoff", "secret")
    rita, marks = signed_in(world, "rita"), numbers(ballot, *MEMBERS[:5])
    page = rita.get(url("paper_counts", ballot))
    assert not faults(page.content.decode())
    assert "“17; 3 1” is paper 17 with option 3 first and 1 second" in text(page)
    lines = "1; 2 1\n2; 1=1 2=3\n3;\n4; 9\n5; ! torn"
    page = rita.post(url("paper_counts", ballot), {"mark": marks, "lines": lines})
    assert page.status_code == 422
    assert "Line 2: Paper 2: There is a rank 3 but no rank 2." in text(page)
    assert "Line 4: Paper 4: There is no option 9" in text(page)
    assert f"{lines}</textarea>" in page.content.decode()
    assert text(page).count(" checked") == 5
    assert not PaperReading.objects.exists()


def test_from_two_readings_to_the_published_papers(world: World, at: Any) -> None:
    ballot = asking(world, "equal_shares", "secret")
    rita, carl, pia = (signed_in(world, name) for name in ("rita", "carl", "pia"))
    marks, here = numbers(ballot, *MEMBERS[:5]), url("paper_counts", ballot)
    rita.post(here, {"mark": marks, "lines": "1; 1 2\n2; 2\n3; 2 3\n4;\n5; ! torn"})
    page = carl.post(here, {"mark": marks, "lines": "1; 1 2\n2; 3\n3; 2 3\n4;\n5;"}, follow=True)
    told = text(page)
    assert (
        '<th scope="row">Paper 2</th><td data-label="Carl">Kitchen</td><td data-label="Rita">Roof</td>'
        in told
    )
    assert (
        '<th scope="row">Paper 5</th><td data-label="Carl">blank</td><td data-label="Rita">invalid</td>'
        in told
    )
    page = carl.post(here, {"mark": marks, "lines": "1; 1 2\n2; 2\n3; 2 3\n4;\n5; ! unreadable"}, follow=True)
    assert "Two persons read the same. The papers are counted." in text(page)
    assert "unreadable" not in text(page)
    at(CLOSES)
    ballot_close(ballot=ballot, by=None, now=CLOSES)
    after = pia.get(here)
    assert not faults(after.content.decode())
    assert "Paper 5: “torn”; the other reader: “unreadable”" in text(after)
    assert "Lathe, Roof" in text(after)


def test_by_name(world: World) -> None:
    ballot = asking(world, "median", "named")
    mia, noah = numbers(ballot, "mia", "noah")
    here = url("paper_counts", ballot)
    assert f'<li value="{mia}">Mia</li>' in text(signed_in(world, "rita").get(here))
    for name in ("rita", "carl"):
        lines = f"{noah}; 38\n{mia}; 35,5"
        page = signed_in(world, name).post(here, {"lines": lines}, follow=True)
    assert "35.5 hours" in text(page)
    assert NamedVote.objects.get(roll_entry__number=mia).choice == {"number": "35.5"}


def test_by_program(world: World, at: Any) -> None:
    ballot = asking(world, "score", "secret")
    path = f"ballots/{ballot.public_id}/paper-counts/"
    rita, carl, pia = (session(world, name) for name in ("rita", "carl", "pia"))
    marks = numbers(ballot, *MEMBERS[:5])
    said: list[dict[str, Any]] = [{"number": n, "choice": {"o1": n}} for n in range(1, 5)]
    body = {"marks": marks, "sheets": [*said, {"number": 5, "invalid": "torn"}]}
    wrong = {**body, "sheets": [*said, {"number": 5, "choice": {"o1": 4, "o2": 5}}]}
    told = ask(rita, path, wrong, 422)
    assert told["errors"][0]["pointer"] == "/sheets/4"
    assert "take 1 away" in told["errors"][0]["detail"]
    assert ask(rita, path, body, 201, key="one")["state"] == "counting"
    assert ask(rita, path, wrong, 422, key="one")["code"] == "idempotency-key-reused"
    other = {**body, "sheets": [*said[:-1], {"number": 4, "choice": {}}, {"number": 5, "invalid": "?"}]}
    told = ask(carl, path, other, 201)
    assert told["differences"] == [
        {"number": None, "paper": 4, "choice": [], "mine": "{}", "other": '{"o1": 4}'}
    ]
    told = ask(carl, path, {**other, "sheets": [*said, {"number": 5, "invalid": "?"}]}, 201)
    assert (told["state"], told["papers"], told["numbers"], told["invalid"]) == ("counted", [], [], [])
    at(CLOSES)
    ballot_close(ballot=ballot, by=None, now=CLOSES)
    told = pia.get(f"/api/v1/{path}").json()["results"][0]
    assert (told["numbers"], told["invalid"]) == (
        [1, 2, 3, 4, 5],
        [{"number": 5, "reasons": ["torn", "?"]}],
    )
