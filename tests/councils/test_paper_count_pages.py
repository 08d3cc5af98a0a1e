"""The page and the interface for votes on paper, walked as people would, without JavaScript."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from councils.models import Ballot, Election, NamedVote, Paper, PaperCount, PaperReading
from councils.services import ballot_close, ballots_close_due, election_call, election_open, nomination_stand
from tests.api.test_elections import ask, session
from tests.councils.paper import MEMBERS, VOTED, gathered, numbers, read, voted
from tests.councils.test_pages import signed_in, text, url
from tests.councils.world import DAY, UNTIL, World
from tests.nojs.rules import faults

pytestmark = pytest.mark.django_db
CLOSES = VOTED + 8 * DAY


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``at(moment)`` sets the clock."""

    def moved(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    moved(VOTED)
    return moved


def test_a_named_vote_from_two_readings_to_the_count(world: World) -> None:
    meeting = gathered(world)
    ballot = voted(world, meeting, "named")
    rita, carl, pia = (signed_in(world, name) for name in ("rita", "carl", "pia"))
    assert url("paper_counts", ballot) in text(rita.get(url("meeting", meeting)))
    assert url("paper_counts", ballot) not in text(pia.get(url("meeting", meeting)))
    assert pia.get(url("paper_counts", ballot)).status_code == 403
    page = rita.get(url("paper_counts", ballot))
    assert not faults(page.content.decode())
    assert text(page).count("<select") == len(MEMBERS)
    mia, noah = numbers(ballot, "mia", "noah")
    page = rita.post(url("paper_counts", ballot), {f"vote-{mia}": "yes", f"vote-{noah}": "no"}, follow=True)
    assert "Entered. The papers count once another person has read the same." in text(page)
    blind = text(carl.get(url("paper_counts", ballot)))
    assert "Read so far by Rita. What another person reads, without looking at theirs, decides." in blind
    assert "selected" not in blind
    page = text(
        carl.post(url("paper_counts", ballot), {f"vote-{mia}": "yes", f"vote-{noah}": "yes"}, follow=True)
    )
    assert "Where the readings differ" in page
    assert '<th scope="row">Noah</th><td data-label="Carl">Yes</td><td data-label="Rita">No</td>' in page
    assert not NamedVote.objects.exists()
    page = text(
        carl.post(url("paper_counts", ballot), {f"vote-{mia}": "yes", f"vote-{noah}": "no"}, follow=True)
    )
    assert "Two persons read the same. The papers are counted." in page
    assert NamedVote.objects.count() == 2


def test_a_refusal_keeps_what_was_typed(world: World) -> None:
    ballot = voted(world, gathered(world), "secret")
    rita, marks = signed_in(world, "rita"), numbers(ballot, *MEMBERS[:5])
    assert text(rita.get(url("paper_counts", ballot))).count(" checked") == len(MEMBERS)
    sent = {"mark": marks, "papers-yes": "5", "papers-no": "1", "papers-abstain": ""}
    page = rita.post(url("paper_counts", ballot), sent)
    assert page.status_code == 422
    assert "6 papers were read, 5 people are marked." in text(page)
    assert text(page).count(" checked") == 5
    assert 'name="papers-yes" inputmode="numeric" value="5"' in text(page)
    page = rita.post(url("paper_counts", ballot), {**sent, "papers-no": "one"})
    assert (page.status_code, "“one” is not a number of papers" in text(page)) == (422, True)
    assert 'value="one"' in text(page)
    assert not PaperReading.objects.exists()


def test_secret_papers_are_told_at_the_close(world: World, at: Any) -> None:
    ballot = voted(world, gathered(world), "secret")
    marks, mia = numbers(ballot, *MEMBERS[:5]), numbers(ballot, "mia")[0]
    assert "hides only among" not in text(signed_in(world, "mia").get(url("booth", ballot, mia)))
    for name in ("rita", "carl"):
        signed_in(world, name).post(
            url("paper_counts", ballot), {"mark": marks, "papers-yes": "4", "papers-no": "1"}
        )
    count = PaperCount.objects.get()
    last = numbers(ballot, MEMBERS[-1])[0]
    assert "hides only among those of the booth" in text(
        signed_in(world, MEMBERS[-1]).get(url("booth", ballot, last))
    )
    carl, pia = signed_in(world, "carl"), signed_in(world, "pia")
    before = text(carl.get(url("paper_counts", ballot)))
    assert "What it holds is told at the close." in before
    assert count.papers[0] not in before
    at(CLOSES)
    ballots_close_due(now=CLOSES)
    after = pia.get(url("paper_counts", ballot))
    assert all(tracker in text(after) for tracker in count.papers)
    assert "One box of papers was counted" in text(after)
    assert not faults(after.content.decode())


def election(world: World) -> Ballot:
    """Open an election by ranking with three candidates in a meeting."""
    meeting = gathered(world)
    call: Election = election_call(
        council=meeting.council, title="A coordinator", role="coordinator", rule="stv", places=1,
        nominations_until=VOTED - DAY, term_from=UNTIL, by=world.person("carl"), now=VOTED - 10 * DAY,
    )  # fmt: skip
    for name in ("mia", "noah", "olga"):
        nomination_stand(election=call, statement="Here.", by=world.person(name), now=VOTED - 9 * DAY)
    return election_open(election=call, by=None, now=VOTED)


def test_rankings_are_entered_by_the_line(world: World, at: Any) -> None:
    ballot = election(world)
    rita = signed_in(world, "rita")
    marks = numbers(ballot, *MEMBERS[:6])
    page = rita.post(url("paper_counts", ballot), {"mark": marks, "lines": "3: 2 1\ntwo: 1"})
    assert (page.status_code, "Line 2: “two: 1”." in text(page)) == (422, True)
    assert "3: 2 1\ntwo: 1</textarea>" in page.content.decode()
    for name, lines in (("rita", "3: 2 1\n2: 1\n1:"), ("carl", "1:\n1: 1\n3: 2, 1\n1: 1")):
        signed_in(world, name).post(url("paper_counts", ballot), {"mark": marks, "lines": lines})
    assert PaperCount.objects.get().state == "counted"
    at(CLOSES)
    ballot_close(ballot=ballot, by=None, now=CLOSES)
    codes = dict(ballot.options.values_list("number", "code"))
    said = sorted(Paper.objects.values_list("choice", flat=True))
    assert said == sorted([[codes[2], codes[1]]] * 3 + [[codes[1]]] * 2 + [[]])
    ballot.refresh_from_db()
    assert ballot.result is not None
    assert ballot.result["winners"] == [codes[2]]


def test_by_program(world: World, at: Any) -> None:
    ballot = voted(world, gathered(world), "named")
    path = f"ballots/{ballot.public_id}/paper-counts/"
    mia, noah = numbers(ballot, "mia", "noah")
    rita, carl, pia = (session(world, name) for name in ("rita", "carl", "pia"))
    body = {"votes": [{"number": mia, "option": "yes"}, {"number": noah, "option": "no"}]}
    told = ask(rita, path, body, 201, key="first")
    assert (told["state"], told["readers"]) == ("counting", [{"name": "Rita", "hat": "registrar, Works 1"}])
    assert ask(rita, path, body, 201, key="first") == told
    assert ask(rita, path, body, 409)["detail"].startswith("You have entered this already.")
    assert ask(rita, path, {"votes": []}, 422, key="first")["code"] == "idempotency-key-reused"
    ask(pia, path, body, 403)
    assert pia.get(f"/api/v1/{path}").status_code == 403
    wrong = ask(carl, path, {"votes": [{"number": 99, "option": "yes"}]}, 422)
    assert wrong["errors"][0]["pointer"] == "/votes"
    other = {"votes": [{"number": mia, "option": "yes"}, {"number": noah, "option": "yes"}]}
    told = ask(carl, path, other, 201)
    assert told["differences"] == [
        {"number": noah, "paper": None, "choice": [], "mine": "yes", "other": "no"}
    ]
    told = ask(carl, path, body, 201)
    assert (told["state"], told["papers"]) == ("counted", PaperCount.objects.get().papers)
    at(CLOSES)
    ballots_close_due(now=CLOSES)
    assert [row["number"] for row in pia.get(f"/api/v1/{path}").json()["results"]] == [1]


def test_trackers_wait_for_the_close(world: World, at: Any) -> None:
    ballot = voted(world, gathered(world), "secret")
    for name in ("rita", "carl"):
        count = read(world, ballot, name, marks=numbers(ballot, *MEMBERS[:5]), papers=[(["yes"], 5)])
    path = f"/api/v1/ballots/{ballot.public_id}/paper-counts/"
    assert session(world, "rita").get(path).json()["results"][0]["papers"] == []
    at(CLOSES)
    ballots_close_due(now=CLOSES)
    assert session(world, "pia").get(path).json()["results"][0]["papers"] == count.papers
