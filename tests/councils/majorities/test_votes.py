"""Double majorities from the charter to the result: frozen, by name, counted in both, on the record and in the verifier."""

import io
import json
import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from councils.counting import counted
from councils.models import Ballot, Motion
from councils.selectors.audit import audit
from councils.services import (
    ballot_close,
    ballot_open,
    delegation_give,
    initiative_start,
    mandates_give,
    petition_sign,
)
from councils.services import ballots as services
from councils.services.asking import councils_ask
from tests.councils.choosing.asked import motion_on
from tests.councils.choosing.test_verifier import exported, rechained
from tests.councils.majorities.divided import ROW, cast, chartered, opened, settled
from tests.councils.world import DAY, LATER, NOW, World, draft
from tests.unguarded import unguarded
from workplaces.errors import Refused
from workplaces.models import Entry, Region, Workplace
from workplaces.record import verify

pytestmark = pytest.mark.django_db
NARROW = {"north": "yyyyy", "south": "yy-", "east": "nn", "west": "yn", "isle": "-"}
WIDE = {"north": "ynnnn", "south": "yy-", "east": "yy", "west": "yy", "isle": "-"}


@pytest.fixture
def ballot(world: World) -> Ballot:
    """An open vote of everybody, in five regions of which more than half must carry it."""
    settled(world)
    chartered(ROW)
    return opened(world)


def close(ballot: Ballot) -> dict[str, Any]:
    return dict(ballot_close(ballot=ballot, by=None, now=LATER).result or {})


def findings() -> list[str]:
    """What the audit finds besides the charter, which these tests write themselves."""
    return [finding for finding in audit() if "charter" not in finding]


def test_the_parts_freeze_with_the_roll(world: World, ballot: Ballot) -> None:
    assert ballot.params["parts"] == {
        "parts": "region", "each": {"of": "cast", "more_than": "1/2"}, "quorum": "0", "more_than": "1/2",
        "roll": {
            "north": ["North", 5], "south": ["South", 3], "east": ["East", 2], "west": ["West", 2], "isle": ["Isle", 1],
        },
    }  # fmt: skip
    assert Entry.objects.get(kind="ballot.opened").body["params"]["parts"]["roll"]["isle"] == ["Isle", 1]
    assert ballot.roll.get(person=world.person("pia")).part == "north"
    assert findings() == []
    with unguarded(type(ballot.roll.get(number=1))):
        ballot.roll.filter(part="isle").update(part="north")
    assert [finding for finding in findings() if "changed after it opened" in finding]


def test_most_votes_in_too_few_regions_are_lost(ballot: Ballot) -> None:
    cast(ballot, NARROW)
    result = close(ballot)
    assert (result["counts"], result["outcome"]) == ({"yes": 8, "no": 3, "abstain": 0}, "lost")
    assert {code: part["outcome"] for code, part in result["parts"].items()} == {
        "north": "carried", "south": "carried", "east": "lost", "west": "lost", "isle": "lost",
    }  # fmt: skip
    assert [step for step in result["steps"] if step["step"] == "parts"] == [
        {
            "step": "parts", "of": "region", "parts": 5, "carried": 2, "silent": 1, "threshold": "1/2", "strict": True,
            "least": 3, "met": False,
        }
    ]  # fmt: skip
    assert Motion.objects.get().state == "lost"
    assert findings() == []


def test_most_regions_with_too_few_votes_are_lost_and_both_together_carry(
    world: World, ballot: Ballot
) -> None:
    cast(ballot, {**WIDE, "north": "nnnnn", "south": "yyn"})
    result = close(ballot)
    assert (result["counts"], result["outcome"]) == ({"yes": 6, "no": 6, "abstain": 0}, "lost")
    assert [part["outcome"] for part in result["parts"].values()].count("carried") == 3
    again = opened(world, title="Again")
    cast(again, WIDE)
    found = close(again)
    assert (found["counts"], found["outcome"]) == ({"yes": 7, "no": 4, "abstain": 0}, "carried")
    body = Entry.objects.filter(kind="ballot.closed").latest("number").body
    assert {row["part"] for row in body["votes"]} == {"north", "south", "east", "west"}
    assert findings() == []


def test_weighted_and_delegated_rights_count_in_both(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """South's third voter weighs five; the isle's one voter delegates to a northerner: it counts in the isle."""
    general, original = settled(world), services.roll_of
    chartered(ROW, **{"councils.delegation.kinds": ["general"]})
    heavy = world.person("south2").pk
    monkeypatch.setattr(
        services,
        "roll_of",
        lambda *a: [replace(r, weight=5) if r.person.pk == heavy else r for r in original(*a)],
    )
    delegation_give(
        council=general, to=world.person("pia"), by=world.person("isle0"), until=NOW + 30 * DAY, now=NOW
    )
    ballot = opened(world)
    assert ballot.params["parts"]["roll"]["south"] == ["South", 7]
    cast(ballot, {"north": "ynnnn", "south": "nny", "east": "yy", "west": "--", "isle": "-"})
    result = close(ballot)
    assert result["counts"] == {"yes": 9, "no": 6, "abstain": 0}
    assert result["parts"]["south"] == {"yes": 5, "no": 2, "abstain": 0, "eligible": 7, "outcome": "carried"}
    assert result["parts"]["isle"] == {"yes": 1, "no": 0, "abstain": 0, "eligible": 1, "outcome": "carried"}
    assert (result["outcome"], result["delegated"]) == ("carried", 1)
    assert Entry.objects.get(kind="ballot.closed").body["delegated"][0]["part"] == "isle"
    assert findings() == []
    assert verify.verify(io.StringIO(exported()))[0] > 0


@pytest.mark.parametrize(
    ("forged", "found"),
    [
        ({"outcome": "carried"}, "outcome"),
        ({"counts": {"yes": 9, "no": 2, "abstain": 0}}, "counts"),
        ({"parts": {}}, "parts"),
    ],
)
def test_a_forged_result_is_found_though_the_chain_fits(
    ballot: Ballot, forged: dict[str, Any], found: str
) -> None:
    cast(ballot, NARROW)
    close(ballot)
    text = exported()
    assert verify.verify(io.StringIO(rechained(text, lambda _body: None)))[0] > 0
    with pytest.raises(verify.Broken, match=f"counted again has {found}"):
        verify.verify(io.StringIO(rechained(text, lambda body: body["result"].update(forged))))


def test_a_vote_moved_to_another_part_is_found(ballot: Ballot) -> None:
    cast(ballot, NARROW)
    close(ballot)
    with pytest.raises(verify.Broken, match=r"counted again has (parts|outcome)"):
        verify.verify(io.StringIO(rechained(exported(), lambda body: body["votes"][0].update(part="isle"))))


class TestGuards:
    """What PostgreSQL refuses, whoever writes."""

    @pytest.mark.parametrize(
        "forged",
        [
            {"outcome": "carried"},
            {"parts": {}},
            {"parts": {"north": {"yes": 4, "no": 0, "abstain": 0, "eligible": 5, "outcome": "carried"}}},
        ],
    )
    def test_a_result_that_the_parts_do_not_make(self, ballot: Ballot, forged: dict[str, Any]) -> None:
        cast(ballot, NARROW)
        honest = counted(ballot).result
        told = {**honest, **forged}
        if forged.get("parts"):
            told["parts"] = {**honest["parts"], **forged["parts"]}
        with pytest.raises(IntegrityError, match="its result says otherwise"):
            self.write(ballot, told)
        self.write(ballot, honest)

    def write(self, ballot: Ballot, result: dict[str, Any]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE councils_ballot SET state = 'closed', closed_at = %s, result = %s WHERE id = %s",
                [LATER, json.dumps(result), ballot.pk],
            )

    def test_a_right_does_not_change_its_part_in_an_open_vote(self, ballot: Ballot) -> None:
        with pytest.raises(DatabaseError, match="roll and options are frozen"), transaction.atomic():
            ballot.roll.filter(number=1).update(part="isle")

    @pytest.mark.parametrize(
        "change",
        [
            "params = params - 'parts'",
            "params = jsonb_set(params, '{parts,roll,isle,1}', '2')",
            "params = params #- '{parts,roll,isle}'",
            "secrecy = 'secret'",
        ],
    )
    def test_it_opens_with_the_parts_of_its_roll_and_by_name(self, ballot: Ballot, change: str) -> None:
        statement = "UPDATE councils_ballot SET state = 'open' WHERE id = %s"
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE councils_ballot DISABLE TRIGGER ballot_stays_as_opened")
            cursor.execute("UPDATE councils_ballot SET state = 'draft' WHERE id = %s", [ballot.pk])
            cursor.execute(f"UPDATE councils_ballot SET {change} WHERE id = %s", [ballot.pk])
            with pytest.raises(IntegrityError, match="its rule says otherwise"), transaction.atomic():
                cursor.execute(statement, [ballot.pk])


class TestSecrecy:
    def test_a_secret_vote_is_refused_with_a_sentence(self, world: World) -> None:
        settled(world)
        chartered(ROW)
        motion = world.motion(council=world.council("general"), by=world.person("pia"))
        with pytest.raises(Refused, match=r"majority of parts in this vote, so it is by name"):
            ballot_open(motion=motion, by=world.person("bruno"), now=NOW, secrecy="secret")
        chartered({**ROW, "about": "charter"})
        assert ballot_open(motion=motion, by=world.person("bruno"), now=NOW, secrecy="secret").params == {
            "threshold": "1/2", "strict": True,
        }  # fmt: skip

    def test_a_petition_opens_the_vote_by_name_instead(self, world: World) -> None:
        general = settled(world)
        chartered({**ROW, "about": "initiative"})
        petition = initiative_start(
            council=general, title="Hours", text="Fewer.", by=world.person("pia"), now=NOW, secrecy="secret"
        )
        petition_sign(petition=petition, by=world.person("east0"), now=NOW)
        ballot = Ballot.objects.get()
        assert (ballot.secrecy, len(ballot.params["parts"]["roll"])) == ("named", 5)


class TestDivisions:
    """Of a council of delegates: what they speak for."""

    def seated(self, world: World, division: str) -> Ballot:
        chartered({**ROW, "council": "sector", "parts": division})
        return ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)

    def test_by_the_region_of_what_they_speak_for(self, world: World) -> None:
        with unguarded(Workplace):
            Workplace.objects.filter(code__in=["w4", "w5"]).update(region=world.regions["bay"])
        roll = self.seated(world, "region").params["parts"]["roll"]
        assert roll == {"north": ["North", 3], "south": ["South", 2]}

    def test_by_body_and_by_sector(self, world: World) -> None:
        roll = self.seated(world, "body").params["parts"]["roll"]
        assert sorted(roll.values()) == [[f"Works {n}", 1] for n in range(1, 6)]
        chartered({**ROW, "council": "sector", "parts": "sector"})
        again = ballot_open(motion=world.motion(title="Again"), by=world.person("carla"), now=NOW)
        assert again.params["parts"]["roll"] == {"metal": ["Metal", 5]}

    def test_where_nobody_belongs_to_a_part_the_vote_does_not_open(self, world: World) -> None:
        chartered({**ROW, "council": "workplace"})
        works = world.council("workplace", "Works 1")
        motion = world.motion(council=works, by=world.person("mia"))
        with pytest.raises(Refused, match="nobody on the roll of Works 1 belongs to one"):
            ballot_open(motion=motion, by=world.person("bruno"), now=NOW)

    def test_many_councils_asked_at_once_have_their_own_parts(self, world: World) -> None:
        chartered({**ROW, "council": "sector", "about": "plan", "parts": "body"})
        works = world.council("workplace", "Works 1")
        councils_ask(
            councils=[works, world.metal], title="Plan", text="As it stands.", by=world.person("bruno"), now=NOW,
            subject_kind="plan", subject=uuid.uuid4(), prescribed="The charter puts it.",
        )  # fmt: skip
        params = {ballot.council.pk: ballot.params for ballot in Ballot.objects.select_related("council")}
        assert "parts" not in params[works.pk]
        assert len(params[world.metal.pk]["parts"]["roll"]) == 5
        assert findings() == []

    def test_a_question_with_options_keeps_its_own_rule(self, world: World) -> None:
        chartered({**ROW, "council": "sector"})
        ballot = ballot_open(motion=motion_on(world, "approval"), by=world.person("carla"), now=NOW)
        assert "parts" not in ballot.params


class TestPages:
    def client(self, world: World, name: str = "pia") -> Client:
        client = Client()
        client.force_login(world.person(name))
        return client

    def read(self, client: Client, address: str) -> str:
        return " ".join(strip_tags(client.get(address).content.decode().replace("<", " <")).split())

    def test_the_page_says_both_majorities_before_and_after(self, world: World, ballot: Ballot) -> None:
        assert ballot.motion is not None
        client, address = self.client(world), reverse("councils:motion", args=[ballot.motion.public_id])
        assert "Besides, more than 1/2 of the 5 regions must carry it" in self.read(client, address)
        cast(ballot, NARROW)
        close(ballot)
        told = self.read(client, address)
        assert "Carried in 2 of 5 regions; more than half of them are needed, that is 3." in told
        assert "Nobody voted in 1 of them; it counts as not carried." in told
        assert (
            "Lost: 8 of 11 yes and no votes were yes, 6 were needed; carried in 2 of 5 regions, 3 were needed."
            in told
        )
        assert "Part by part" in told
        assert "Isle 0 0 0 1 not carried" in told
        assert "North 5 0 0 5 carried" in told

    def test_the_coordinator_reads_why_it_is_by_name(self, world: World) -> None:
        general = settled(world)
        chartered(ROW)
        motion = world.motion(council=general, by=world.person("pia"))
        told = self.read(self.client(world, "bruno"), reverse("councils:motion", args=[motion.public_id]))
        assert "The charter asks for a majority of parts in this vote, so it is by name." in told
        assert "In secret: papers without names" not in told

    def test_the_roll_call_and_its_table_name_the_part(self, world: World, ballot: Ballot) -> None:
        address = reverse("councils:roll", args=[ballot.public_id])
        assert "North" in self.read(self.client(world), address)
        rows = (
            b"".join(self.client(world).get(f"{address}?format=csv").streaming_content).decode().splitlines()
        )
        assert rows[0].rsplit(",", 2)[1:] == ["part", "reason"]
        assert {row.rsplit(",", 2)[1] for row in rows[1:]} == set(Region.objects.filter(kind="region").values_list(
            "code", flat=True))  # fmt: skip

    def test_the_charter_page_and_the_api_say_it(self, world: World, ballot: Ballot) -> None:
        told = self.read(self.client(world), reverse("councils:charter"))
        assert "general vote, on every motion: in more than 1/2 of the regions" in told
        cast(ballot, WIDE)
        close(ballot)
        body = self.client(world).get(f"/api/v1/ballots/{ballot.public_id}/").json()
        assert body["result"]["parts"]["east"]["outcome"] == "carried"
        assert body["why"] == (
            "Carried: 7 of 11 yes and no votes were yes, 6 were needed; carried in 3 of 5 regions, 3 were needed."
        )

    @pytest.mark.parametrize("place", ["council", "person", "duties"])
    def test_wherever_it_says_lost_it_says_why(self, world: World, ballot: Ballot, place: str) -> None:
        cast(ballot, NARROW)
        close(ballot)
        mandate = draft(world, "north0", world.council("board"), "coordinator", obtained="given")
        mandates_give(drafts=[mandate], by=world.person("bruno"), now=NOW)
        addresses = {
            "council": reverse("councils:council", args=[ballot.council.public_id]),
            "person": reverse("councils:person", args=[world.person("north0").public_id]),
            "duties": reverse("planning:duties"),
        }
        told = self.read(self.client(world, "north0"), addresses[place])
        assert (
            "Lost: 8 of 11 yes and no votes were yes, 6 were needed; carried in 2 of 5 regions, 3 were needed."
            in told
        )
