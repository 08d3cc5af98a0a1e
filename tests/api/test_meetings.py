"""A meeting by program: called, opened, closed, its minutes."""

from typing import Any

import pytest

from councils.models import Meeting, Minutes
from tests.api.test_elections import API, ask, at, session, world  # noqa: F401  (fixtures)
from tests.councils.meeting import BEGINS, represented, there
from tests.councils.world import NOW, World

pytestmark = pytest.mark.django_db


def test_a_meeting_from_its_call_to_its_minutes(world: World, at: Any) -> None:  # noqa: F811
    represented(world)
    world.motion(title="Buy a lathe")
    carla, delegate = session(world, "carla"), session(world, "delegate1")
    body = {"council": str(world.metal.public_id), "place": "The hall", "starts_at": BEGINS.isoformat()}
    told = ask(carla, "meetings/", body, 201, key="call")
    assert ask(carla, "meetings/", body, 201, key="call") == told
    assert ask(carla, "meetings/", body, 409)["code"] == "not-now"
    one = f"meetings/{told['id']}/"
    told = ask(delegate, f"{one}items/", {"title": "The roof"}, 201)
    ask(carla, f"{one}items/", {"title": "The door", "text": "In green.", "consent": True}, 201)
    assert [item["title"] for item in told["agenda"]] == ["Buy a lathe", "The roof"]
    assert delegate.get(f"{API}{one}minutes/").status_code == 404
    assert ask(carla, f"{one}open/", expected=409)["code"] == "not-now"
    at(BEGINS)
    ask(carla, f"{one}open/")
    there(world, Meeting.objects.get(), "delegate1")
    shown = delegate.get(f"{API}{one}").json()
    assert shown["attendance"] == [
        {"name": "Delegate1", "hat": "delegate, Works 1", "votes": True, "status": "present"}
    ]
    closed = ask(carla, f"{one}close/")
    assert [item["state"] for item in closed["agenda"]] == ["postponed", "postponed", "passed"]
    minutes = delegate.get(f"{API}{one}minutes/").json()
    assert minutes["content"] == Minutes.objects.get().content
    assert minutes["pdf"].endswith(f"/councils/meetings/{shown['id']}/minutes.pdf")
    listed = delegate.get(f"{API}meetings/?council={world.metal.public_id}&state=closed").json()["results"]
    assert [row["number"] for row in listed] == [1]


def test_refusals(world: World, at: Any) -> None:  # noqa: F811
    body = {"council": str(world.metal.public_id), "place": "x" * 201, "starts_at": BEGINS.isoformat()}
    assert ask(session(world, "carla"), "meetings/", body, 422)["errors"][0]["pointer"] == "/place"
    body |= {"place": "Hall", "starts_at": NOW.isoformat()}
    assert ask(session(world, "carla"), "meetings/", body, 422)["errors"][0]["pointer"] == "/starts_at"
    ask(session(world, "delegate1"), "meetings/", {**body, "starts_at": BEGINS.isoformat()}, 403)
    assert not Meeting.objects.exists()
