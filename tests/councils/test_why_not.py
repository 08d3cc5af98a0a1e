"""Why somebody cannot sign, support, rule, appeal or instruct here: a sentence with its figures, on the page itself."""

from typing import Any

import pytest
from django.utils import timezone

from councils.models import Council
from councils.services import mandates_give, petition_sign
from councils.services.appeals import appeal_file
from tests.councils.motions.test_appeals import appeal_of, rule
from tests.councils.motions.test_minority import decided
from tests.councils.secret import assembly
from tests.councils.test_pages import signed_in, text, url
from tests.councils.test_petitions import initiative
from tests.councils.world import DAY, NOW, World, draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def works(world: World) -> Council:
    """An assembly of twelve."""
    return assembly(world)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``at(moment)`` sets the clock."""

    def moved(moment: Any) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    moved(NOW)
    return moved


class TestPetitions:
    def test_in_the_list_and_on_the_petition(self, world: World, works: Council, at: Any) -> None:
        petition = initiative(world, works)
        told = "Petitions to Works 1 are begun and signed by the 12 people on its roll; you are not on it."
        for page in (url("petitions", works), url("petition", petition)):
            assert told in text(signed_in(world, "pia").get(page))
            assert "are begun and signed by" not in text(signed_in(world, "noah").get(page))

    def test_once_it_is_over(self, world: World, works: Council, at: Any) -> None:
        lapsed, reached = initiative(world, works), initiative(world, works, title="Other")
        petition_sign(petition=reached, by=world.person("noah"), now=NOW)
        page = text(signed_in(world, "olga").get(url("petition", reached)))
        assert "2 signatures were needed, and 2 came together: the vote has been opened." in page
        at(lapsed.closes_at)
        page = text(signed_in(world, "olga").get(url("petition", lapsed)))
        assert ": 1 of the 2 that were needed." in page
        assert "Signatures were collected until" in page

    def test_who_runs_the_site(self, world: World, works: Council, at: Any) -> None:
        world.person("root", is_superuser=True)
        assert "This account runs the site" in text(signed_in(world, "root").get(url("petitions", works)))


class TestAppeals:
    def test_support_and_ruling(self, world: World, at: Any) -> None:
        board = world.council("board")
        drafts = [draft(world, f"board{n}", board, "member", obtained="given") for n in (1, 2, 3)]
        mandates_give(drafts=drafts, by=world.person("bruno"), now=NOW)
        motion = decided(world)
        appeal = appeal_file(motion=motion, reason="Harm.", by=world.person("delegate2"), now=NOW + DAY)
        at(NOW + DAY)
        mine = text(signed_in(world, "delegate2").get(url("appeal", appeal)))
        assert "You support this appeal, with 0 other people." in mine
        assert f"{board.label} can rule once 2 more of the roll, or" in mine
        assert "Support this appeal</button>" in text(
            signed_in(world, "delegate3").get(url("appeal", appeal))
        )
        page = text(signed_in(world, "delegate3").get(url("motion", motion)))
        assert "An appeal against this motion is open already; support that one." in page

    def test_once_it_is_before_the_council(self, world: World, at: Any) -> None:
        board = world.council("board")
        drafts = [draft(world, f"board{n}", board, "member", obtained="given") for n in (1, 2, 3)]
        mandates_give(drafts=drafts, by=world.person("bruno"), now=NOW)
        appeal = appeal_of(world, decided(world), NOW + DAY)
        at(NOW + DAY)
        page = text(signed_in(world, "pia").get(url("appeal", appeal)))
        assert "Support is no longer gathered: 3 of the roll (3 needed), 3 in all (" in page
        assert f"A ruling is moved in {board.label}, by the 3 people on its roll or its staff" in page
        assert "A ruling is moved in" not in text(signed_in(world, "board1").get(url("appeal", appeal)))
        rule(world, appeal, "appeal-refer-back", "no no no", NOW + DAY)
        assert "can rule once" not in text(signed_in(world, "pia").get(url("appeal", appeal)))

    def test_when_the_days_are_over(self, world: World, at: Any) -> None:
        motion = decided(world)
        at(NOW + 300 * DAY)
        page = text(signed_in(world, "pia").get(url("motion", motion)))
        assert "By the charter, this decision could be appealed until 2026-" in page


class TestInstructions:
    def test_only_its_own(self, world: World, works: Council, at: Any) -> None:
        told = "Instructions are put to Works 1 by the 12 people on its roll or its staff; you are neither."
        page = url("instructions", works)
        assert told in text(signed_in(world, "pia").get(page))
        assert "you are neither" not in text(signed_in(world, "mia").get(page))
        assert "Instruct our delegates" in text(signed_in(world, "mia").get(page))

    def test_who_sends_nobody(self, world: World, at: Any) -> None:
        page = text(signed_in(world, "pia").get(url("instructions", world.council("general"))))
        assert "has 0 seats in other councils and sent nobody there" in page
