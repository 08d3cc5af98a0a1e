"""Amendments on pages and by program, as people meet them."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from councils.models import Amendment, Motion, NamedVote
from councils.services.amendments import amendment_accept, amendment_open, amendment_propose
from tests.councils.secret import assembly
from tests.councils.test_pages import signed_in, text, url, vote
from tests.councils.world import World

pytestmark = pytest.mark.django_db
TEXT = "We buy a lathe for 12 crowns."


@pytest.fixture
def motion(world: World) -> Motion:
    return world.motion(now=timezone.now(), text=TEXT)


@pytest.fixture
def amendment(world: World, motion: Motion) -> Amendment:
    return propose(world, motion, 2, text=TEXT.replace("12", "20"))


def propose(world: World, motion: Motion, number: int, **changes: Any) -> Amendment:
    by = world.person(f"delegate{number}")
    given = {"version": 1, "title": motion.title, "text": TEXT, "by": by, "now": timezone.now(), **changes}
    return amendment_propose(motion=motion, **given)


def test_it_is_proposed_and_shows_what_changes(world: World, motion: Motion) -> None:
    client = signed_in(world, "delegate2")
    assert url("amendment_new", motion) in text(client.get(url("motion", motion)))
    form = client.get(url("amendment_new", motion))
    assert TEXT in text(form)
    typed = {"version": "1", "title": motion.title, "text": TEXT.replace("12", "20"), "reason": "Dearer."}
    shown = client.post(url("amendment_new", motion), typed, follow=True)
    assert '<del><span class="hidden-text">[gone: </span>12<' in text(shown)
    assert '<ins><span class="hidden-text">[new: </span>20<' in text(shown)
    assert "lathe for … crowns" in text(shown)
    assert ">8<" in text(shown)
    again = client.post(url("amendment_new", motion), typed, follow=True)
    assert again.redirect_chain == shown.redirect_chain
    assert "Amendment 1" in text(client.get(url("motion", motion)))


def test_who_read_older_words_keeps_the_form_and_sees_what_changed(
    world: World, motion: Motion, amendment: Amendment
) -> None:
    amendment_accept(amendment=amendment, version=1, by=world.person("delegate1"), now=timezone.now())
    client = signed_in(world, "delegate3")
    typed = {"version": "1", "title": "Mine", "text": "We buy two.", "reason": "More."}
    refused = client.post(url("amendment_new", motion), typed)
    assert refused.status_code == 409
    assert "have changed since you read them (version 1, now 2)" in text(refused)
    assert "What has changed since you read it" in text(refused)
    assert "We buy two." in text(refused)
    assert 'name="version" value="2"' in text(refused)
    assert client.post(url("amendment_new", motion), {**typed, "version": "2"}).status_code == 302


@pytest.mark.parametrize(
    ("field", "length", "says"), [("text", 20_001, "at most 20000"), ("reason", 2001, "at most 2000")]
)
def test_too_long_is_refused_and_kept(
    world: World, motion: Motion, field: str, length: int, says: str
) -> None:
    typed = {"version": "1", "title": "Mine", "text": "Two.", "reason": "", field: "x" * length}
    refused = signed_in(world, "delegate3").post(url("amendment_new", motion), typed)
    assert refused.status_code == 422
    assert says in text(refused)
    assert "x" * length in text(refused)


def test_the_mover_accepts_and_the_page_shows_both_versions(
    world: World, motion: Motion, amendment: Amendment
) -> None:
    other, mover = signed_in(world, "delegate2"), signed_in(world, "delegate1")
    assert "Accept the amendment" not in text(other.get(url("amendment", amendment)))
    assert "Accept the amendment" in text(mover.get(url("amendment", amendment)))
    stale = mover.post(url("amendment_accept", amendment), {"version": "0"})
    assert stale.status_code == 409
    shown = mover.post(url("amendment_accept", amendment), {"version": "1"}, follow=True)
    assert "We buy a lathe for 20 crowns." in text(shown)
    assert "Version 2, by amendment 1" in text(shown)
    assert "Version 1, as moved" in text(shown)


def test_the_council_votes_on_it(world: World, motion: Motion, amendment: Amendment) -> None:
    carla, client = signed_in(world, "carla"), signed_in(world, "delegate4")
    assert "amendment 1 is not decided yet" in text(carla.get(url("motion", motion)))
    assert "Open the vote?" not in text(carla.get(url("motion", motion)))
    assert carla.post(url("ballot_open", motion)).status_code == 409
    assert carla.post(url("amendment_open", amendment)).status_code == 302
    ballot = amendment.ballots.get()
    page = client.get(url("amendment", amendment))
    receipt = vote(client, page, ballot, "yes")
    assert url("amendment", amendment) in text(receipt)
    assert NamedVote.objects.get().option.code == "yes"
    assert url("amendment", amendment) in text(client.get(reverse("councils:list")))
    duties = signed_in(world, "delegate5").get(reverse("planning:duties"))
    assert url("amendment", amendment) in text(duties)
    person = client.get(reverse("councils:person", args=[world.person("delegate4").public_id]))
    assert url("amendment", amendment) in text(person)
    early = carla.post(url("ballot_close", ballot))
    assert early.status_code == 409
    assert "What it changes" in text(early)
    void = carla.post(url("ballot_void", ballot), {"reason": "A wrong word."}, follow=True)
    assert "A wrong word." in text(void)
    assert "Open the vote on the amendment" in text(void)


def test_withdrawing(world: World, amendment: Amendment) -> None:
    client = signed_in(world, "delegate2")
    assert "Amendment 1, withdrawn" in text(client.post(url("amendment_withdraw", amendment), follow=True))
    again = client.post(url("amendment_withdraw", amendment))
    assert (again.status_code, "already withdrawn" in text(again)) == (409, True)


def api(world: World, name: str) -> APIClient:
    client = APIClient()
    client.force_login(world.person(name))
    return client


def test_by_program(world: World, motion: Motion) -> None:
    client, at = api(world, "delegate2"), f"/api/v1/motions/{motion.public_id}/"
    told: Any = client.get(at).json()
    assert (told["layer"], told["mechanism"], told["version"]) == ("sector", "delegated", 1)
    body = {"version": 1, "title": motion.title, "text": TEXT.replace("12", "20")}
    made: Any = client.post(f"{at}amendments/", body, format="json")
    assert made.status_code == 201, made.content
    changes = [part for part in made.json()["changes"] if part["kind"] != "same"]
    assert changes == [{"kind": "del", "text": "12"}, {"kind": "ins", "text": "20"}]
    accept = f"/api/v1/amendments/{made.json()['id']}/accept/"
    assert client.post(accept, {"version": 1}, format="json").status_code == 403
    assert api(world, "delegate1").post(accept, {"version": 1}, format="json").json()["state"] == "accepted"
    told = client.get(at).json()
    assert [version["amendment"] for version in told["versions"]] == [None, made.json()["id"]]
    stale = client.post(f"{at}amendments/", body, format="json")
    assert (stale.status_code, stale.json()["code"]) == (409, "not-now")
    listed: Any = client.get(f"{at}amendments/").json()["results"]
    assert [row["state"] for row in listed] == ["accepted"]


def test_a_secret_vote_on_an_amendment(world: World) -> None:
    """An assembly that may vote in secret on motions may do so on amendments."""
    council = assembly(world)
    motion = world.motion(council=council, by=world.person("mia"), now=timezone.now(), text=TEXT)
    amendment = amendment_propose(
        motion=motion, version=1, title="Buy", text="None.", by=world.person("noah"), now=timezone.now()
    )
    amendment_open(amendment=amendment, by=world.person("bruno"), now=timezone.now(), secrecy="secret")
    assert "Go to the booth" in text(signed_in(world, "mia").get(url("amendment", amendment)))
