"""Pages of delegation, walked as people would."""

from datetime import timedelta

import pytest
from django.utils import timezone

from councils.models import Charter, Council, Delegation
from councils.services import ballot_open, vote_cast
from tests.councils.secret import assembly
from tests.councils.test_pages import signed_in, table, text, url
from tests.councils.world import World
from tests.unguarded import unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture
def works(world: World) -> Council:
    with unguarded(Charter):
        Charter.objects.update(values={"councils.delegation.kinds": ["workplace"]})
    return assembly(world)


def asked(world: World, name: str) -> dict[str, str]:
    until = (timezone.now() + timedelta(days=30)).date()
    return {"to": str(world.person(name).public_id), "subject_kind": "", "until": until.isoformat()}


def test_a_member_delegates_and_everybody_sees_who_cast(world: World, works: Council) -> None:
    noah, olga = signed_in(world, "noah"), signed_in(world, "olga")
    given = noah.post(url("delegations", works), asked(world, "olga"), follow=True)
    assert "Take your vote back from Olga" in text(given)
    assert "1 person lets you vote for them in Works 1" in text(olga.get(url("delegations", works)))
    now = timezone.now()
    motion = world.motion(council=works, by=world.person("mia"), now=now)
    ballot = ballot_open(motion=motion, by=world.person("bruno"), now=now)
    assert "You also cast 1 delegated right" in text(olga.get(url("motion", motion)))
    assert "You let Olga vote for you. If you vote here, that counts instead." in text(
        noah.get(url("motion", motion))
    )
    vote_cast(
        ballot=ballot, right=f"person:{world.person('olga').public_id}", option="yes", by=world.person("olga"),
        idempotency_key="k", now=now,
    )  # fmt: skip
    assert text(noah.get(url("motion", motion))).count("cast by Olga") == 1
    rows = {row[1]: (row[4], row[-3]) for row in table(noah.get(url("roll", ballot), {"format": "csv"}))}
    assert (rows["Noah"], rows["Olga"], rows["Mia"]) == (("yes", "Olga"), ("yes", ""), ("", ""))
    back = noah.post(url("delegation_end", Delegation.objects.get()), follow=True)
    assert "Nobody but yourself." in text(back)


def test_refusals_are_said_on_the_page(world: World, works: Council) -> None:
    noah, olga = signed_in(world, "noah"), signed_in(world, "olga")
    noah.post(url("delegations", works), asked(world, "olga"))
    circle = olga.post(url("delegations", works), asked(world, "noah"))
    assert (circle.status_code, "that would be a circle" in text(circle)) == (409, True)
    for until in ("", "2027-02-31", "tomorrow"):
        empty = olga.post(url("delegations", works), {"to": "x", "until": until})
        assert empty.status_code == 422, until
    other = olga.post(url("delegation_end", Delegation.objects.get()))
    assert (other.status_code, "Only who gave a vote away" in text(other)) == (403, True)


def test_where_the_charter_allows_none_the_page_says_so(world: World) -> None:
    works = assembly(world)
    page = text(signed_in(world, "noah").get(url("delegations", works)))
    assert "In Works 1 everybody votes for themselves" in page
    assert "Delegate my vote" not in page
    refused = signed_in(world, "noah").post(url("delegations", works), asked(world, "olga"))
    assert refused.status_code == 409
