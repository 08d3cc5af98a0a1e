"""A meeting's room by program: being there, the speaking list, items, objections; and delegation."""

from datetime import timedelta
from typing import Any

import pytest

from councils.models import AgendaItem, Attendance, Ballot, Charter, Delegation, Meeting
from tests.api.test_elections import API, ask, at, session, world  # noqa: F401  (fixtures)
from tests.councils.meeting import BEGINS, called, consent, opened
from tests.councils.secret import assembly
from tests.councils.world import DAY, NOW, World
from tests.unguarded import unguarded

pytestmark = pytest.mark.django_db


def test_a_sitting(world: World, at: Any) -> None:  # noqa: F811
    called(world)
    at(BEGINS)
    meeting = opened(world, Meeting.objects.get())
    one = f"meetings/{meeting.public_id}/"
    first, second, carla = (session(world, name) for name in ("delegate1", "delegate2", "carla"))
    hats = first.get(f"{API}{one}").json()["hats"]
    assert [(hat["label"], hat["votes"]) for hat in hats] == [("delegate, Works 1", True)]
    ask(first, f"{one}floor/", expected=403)  # not there yet
    told = ask(first, f"{one}attend/", {"hat": hats[0]["hat"], "status": "present"}, key="here")
    assert ask(first, f"{one}attend/", {"hat": hats[0]["hat"], "status": "present"}, key="here") == told
    ask(first, f"{one}attend/", {"hat": "member", "status": "present"}, 422)
    ask(first, f"{one}attend/", {"hat": hats[0]["hat"], "status": "asleep"}, 422)
    other = {"status": "present", "person": str(world.person("delegate2").public_id)}
    ask(first, f"{one}attend/", other, 403)
    assert {row["name"] for row in ask(carla, f"{one}attend/", other)["attendance"]} == {
        "Delegate1",
        "Delegate2",
    }
    noted = Attendance.objects.get(person=world.person("delegate2"))
    assert (noted.noted_by, noted.votes) == (world.person("carla"), True)
    for client in (first, second):
        told = ask(client, f"{one}floor/")
    assert [(row["name"], row["spoke"]) for row in told["floor"]] == [("Delegate1", 0), ("Delegate2", 0)]
    ask(second, f"{one}floor/", expected=409)
    spoken = f"floor/{told['floor'][0]['id']}/spoken/"
    ask(first, spoken, expected=403)
    assert [row["name"] for row in ask(carla, spoken)["floor"]] == ["Delegate2"]
    ask(carla, spoken, expected=409)
    assert ask(second, f"{one}floor/leave/")["floor"] == []
    ask(second, f"{one}floor/leave/", expected=409)


def test_items_and_objections(world: World, at: Any) -> None:  # noqa: F811
    meeting = called(world)
    first, carla = session(world, "delegate1"), session(world, "carla")
    one = f"meetings/{meeting.public_id}/"
    for title in ("The roof", "The wall"):
        told = ask(first, f"{one}items/", {"title": title}, 201)
    consent(world, meeting)
    roof, wall, door = (f"items/{item.public_id}/" for item in AgendaItem.objects.order_by("position"))
    ask(first, f"{wall}move/", {"up": True}, 403)
    told = ask(carla, f"{wall}move/", {"up": True})
    assert [item["title"] for item in told["agenda"]] == ["The wall", "The roof", "Paint the door"]
    ask(carla, f"{roof}begin/", expected=409)
    at(BEGINS)
    opened(world, meeting)
    ask(first, f"{roof}begin/", expected=403)
    ask(carla, f"{roof}begin/")
    told = ask(carla, f"{roof}end/", {"note": "Patch it."})
    assert [(item["state"], item["note"]) for item in told["agenda"]][1] == ("done", "Patch it.")
    ask(carla, f"{roof}end/", {"note": "x" * 4001}, 422)
    ask(session(world, "pia"), f"{door}object/", {}, 403)
    ask(first, f"{door}object/", {"reason": "x" * 2001}, 422)
    ask(first, f"{roof}object/", {}, 409)
    ask(carla, f"{door}vote/", expected=409)
    told = ask(first, f"{door}object/", {"reason": "Blue!"})
    assert told["agenda"][2]["objections"] == [
        {"name": "Delegate1", "hat": "delegate, Works 1", "reason": "Blue!"}
    ]
    ask(first, f"{door}object/", {"reason": "Blue!"}, 409)
    ask(first, f"{door}vote/", expected=403)
    told = ask(carla, f"{door}vote/")
    assert (told["agenda"][2]["state"], told["agenda"][2]["ballot"]) == (
        "voted",
        str(Ballot.objects.get().public_id),
    )


def test_delegation(world: World, at: Any) -> None:  # noqa: F811
    works = assembly(world)
    noah, olga = session(world, "noah"), session(world, "olga")
    path = f"councils/{works.public_id}/delegations/"
    until = NOW + 30 * DAY

    def body(name: str, **change: Any) -> dict[str, Any]:
        return {"to": str(world.person(name).public_id), "until": until.isoformat(), **change}

    assert "By the charter nobody delegates" in ask(noah, path, body("olga"), 409)["detail"]
    with unguarded(Charter):
        Charter.objects.update(values={"councils.delegation.kinds": ["workplace"]})
    told = ask(noah, path, body("olga"), 201, key="give")
    assert ask(noah, path, body("olga"), 201, key="give") == told
    assert told["receiver"] == str(world.person("olga").public_id)
    assert ask(noah, path, body("mia"), 409)["detail"].startswith("You have given this vote away already")
    assert "circle" in ask(olga, path, body("noah"), 409)["detail"]
    assert ask(olga, path, body("olga"), 422)["errors"][0]["pointer"] == "/to"
    late = (NOW + timedelta(days=400)).isoformat()
    assert ask(olga, path, body("mia", until=late), 422)["errors"][0]["pointer"] == "/until"
    assert ask(olga, path, body("mia", subject_kind="moods"), 422)["errors"][0]["pointer"] == "/subject_kind"
    ask(olga, path, body("pia"), 403)
    ask(session(world, "pia"), path, body("olga"), 403)
    for client, rows in ((noah, 1), (olga, 1), (session(world, "mia"), 0)):
        assert len(client.get(f"{API}{path}").json()["results"]) == rows
    back = f"delegations/{told['id']}/end/"
    ask(olga, back, expected=403)
    at(NOW + DAY)
    assert ask(noah, back)["until"] == (NOW + DAY).isoformat().replace("+00:00", "Z")
    assert ask(noah, back, expected=409)["detail"] == "This delegation has already ended."
    assert Delegation.objects.count() == 1
