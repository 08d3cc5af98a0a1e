"""Delegation: frozen when the vote opens, overruled by voting oneself, counted as the delegate voted."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from councils.delegated import followed, proxies_are_unchanged
from councils.models import Ballot, Charter, Council, Delegation, Proxy, RollEntry
from councils.selectors.audit import audit
from councils.selectors.delegations import edges, proxies_behind, rights_through
from councils.services import ballot_close, ballot_open, delegation_end, delegation_give, vote_cast
from tests.councils.secret import assembly
from tests.councils.test_guards import refused
from tests.councils.world import DAY, LATER, NOW, World
from tests.unguarded import unguarded
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Entry

pytestmark = pytest.mark.django_db
UNTIL = NOW + 90 * DAY


@pytest.fixture
def works(world: World) -> Council:
    """An assembly of twelve that lets its members delegate."""
    with unguarded(Charter):
        Charter.objects.update(values={"councils.delegation.kinds": ["workplace"]})
    return assembly(world)


def give(world: World, works: Council, giver: str, receiver: str, **options: Any) -> Delegation:
    terms = {"until": UNTIL, "now": NOW, **options}
    return delegation_give(council=works, to=world.person(receiver), by=world.person(giver), **terms)


def opened(world: World, works: Council, **options: Any) -> Ballot:
    motion = world.motion(council=works, by=world.person("mia"), **options)
    return ballot_open(motion=motion, by=world.person("bruno"), now=NOW)


def cast(world: World, ballot: Ballot, name: str, option: str) -> None:
    person = world.person(name)
    vote_cast(
        ballot=ballot, right=f"person:{person.public_id}", option=option, by=person, idempotency_key=option, now=NOW
    )  # fmt: skip


def counts(ballot: Ballot, now: datetime = LATER) -> dict[str, int]:
    result = ballot_close(ballot=ballot, by=None, now=now).result
    assert result is not None
    return result["counts"]


def test_a_delegated_right_counts_as_the_delegate_voted(world: World, works: Council) -> None:
    give(world, works, "noah", "olga")
    give(world, works, "member4", "noah")
    ballot = opened(world, works)
    assert ballot.params["proxies"]["number"] == Proxy.objects.count() == 2
    assert proxies_behind(ballot, ballot.roll.get(person=world.person("olga")).pk) == 2
    cast(world, ballot, "olga", "yes")
    cast(world, ballot, "mia", "no")
    assert counts(ballot) == {"yes": 3, "no": 1, "abstain": 0}
    ballot.refresh_from_db()
    assert (ballot.result["votes"], ballot.result["delegated"], ballot.result["cast"]) == (2, 2, 4)
    body = Entry.objects.get(kind="ballot.closed", subject=ballot.subject).body
    assert {(row["name"], row["option"], row["cast_by_name"]) for row in body["delegated"]} == {
        ("Noah", "yes", "Olga"), ("Member4", "yes", "Olga"),
    }  # fmt: skip
    assert [finding for finding in audit() if "charter" not in finding] == []


def test_who_votes_overrules_and_carries_those_behind(world: World, works: Council) -> None:
    give(world, works, "noah", "olga")
    give(world, works, "member4", "noah")
    ballot = opened(world, works)
    cast(world, ballot, "olga", "yes")
    cast(world, ballot, "noah", "no")
    assert counts(ballot) == {"yes": 1, "no": 2, "abstain": 0}


def test_a_delegate_who_does_not_vote_casts_nothing(world: World, works: Council) -> None:
    give(world, works, "noah", "olga")
    ballot = opened(world, works)
    cast(world, ballot, "mia", "yes")
    assert counts(ballot) == {"yes": 1, "no": 0, "abstain": 0}


def test_what_was_opened_is_what_is_counted(world: World, works: Council) -> None:
    delegation = give(world, works, "noah", "olga")
    ballot = opened(world, works)
    delegation_end(delegation=delegation, by=world.person("noah"), now=NOW + DAY)
    give(world, works, "member4", "olga", now=NOW + DAY)
    cast(world, ballot, "olga", "yes")
    assert proxies_are_unchanged(ballot)
    assert counts(ballot) == {"yes": 2, "no": 0, "abstain": 0}


def test_an_expired_one_does_not_count(world: World, works: Council) -> None:
    give(world, works, "noah", "olga", until=NOW + DAY)
    give(world, works, "member4", "olga", until=NOW + 3 * DAY)
    motion, after = world.motion(council=works, by=world.person("mia")), NOW + 3 * DAY
    ballot = ballot_open(motion=motion, by=world.person("bruno"), now=after)
    assert "proxies" not in ballot.params
    right, olga = f"person:{world.person('olga').public_id}", world.person("olga")
    vote_cast(ballot=ballot, right=right, option="yes", by=olga, idempotency_key="k", now=after)
    assert counts(ballot, NOW + 11 * DAY) == {"yes": 1, "no": 0, "abstain": 0}


def test_one_for_a_kind_goes_before_the_one_for_everything(world: World, works: Council) -> None:
    give(world, works, "noah", "olga")
    give(world, works, "noah", "mia", subject_kind="plan")
    pk = {name: world.person(name).pk for name in ("noah", "olga", "mia")}
    assert edges(works, "", NOW) == {pk["noah"]: pk["olga"]}
    assert edges(works, "plan", NOW) == {pk["noah"]: pk["mia"]}
    assert rights_through(world.person("olga"), works, NOW) == 1
    plan = opened(world, works, title="Plan", subject_kind="plan", subject=works.public_id)
    proxy = Proxy.objects.get(ballot=plan)
    assert (proxy.giver.person_id, proxy.receiver.person_id) == (pk["noah"], pk["mia"])


def test_a_secret_vote_knows_none(world: World, works: Council) -> None:
    give(world, works, "noah", "olga")
    motion = world.motion(council=works, by=world.person("mia"))
    ballot = ballot_open(motion=motion, by=world.person("bruno"), now=NOW, secrecy="secret")
    assert not Proxy.objects.exists()
    assert "proxies" not in ballot.params


class TestRefusals:
    def test_where_the_charter_does_not_allow_it(self, world: World) -> None:
        """The default: nowhere."""
        works = assembly(world)
        with pytest.raises(Refused, match="By the charter nobody delegates their vote in Works 1"):
            give(world, works, "noah", "olga")

    def test_circles(self, world: World, works: Council) -> None:
        give(world, works, "noah", "olga")
        give(world, works, "olga", "mia")
        with pytest.raises(Refused, match=r"Noah's vote already comes to you.*that would be a circle"):
            give(world, works, "mia", "noah")
        with pytest.raises(Refused, match="circle"):
            give(world, works, "mia", "olga", subject_kind="plan")
        assert Delegation.objects.count() == 2

    def test_circles_by_way_of_kinds_that_never_meet_are_none(self, world: World, works: Council) -> None:
        give(world, works, "noah", "olga", subject_kind="plan")
        give(world, works, "olga", "noah", subject_kind="petition")
        assert Delegation.objects.count() == 2

    def test_one_that_has_ended_closes_no_circle(self, world: World, works: Council) -> None:
        first = give(world, works, "noah", "olga")
        delegation_end(delegation=first, by=world.person("noah"), now=NOW)
        give(world, works, "olga", "noah", now=NOW + DAY)

    def test_to_oneself_too_long_or_twice(self, world: World, works: Council) -> None:
        with pytest.raises(Invalid, match="You vote for yourself anyway"):
            give(world, works, "noah", "noah")
        for until in (NOW, NOW + 366 * DAY):
            with pytest.raises(Invalid, match="lasts 365 days at most"):
                give(world, works, "noah", "olga", until=until)
        give(world, works, "noah", "olga")
        with pytest.raises(Refused, match="given this vote away already"):
            give(world, works, "noah", "mia")

    def test_people_off_the_roll(self, world: World, works: Council) -> None:
        with pytest.raises(Forbidden, match="you are not on its roll"):
            give(world, works, "pia", "noah")
        with pytest.raises(Forbidden, match="Pia is not on the roll of Works 1 and cannot vote for you"):
            give(world, works, "noah", "pia")

    def test_taking_back_somebody_elses_or_what_has_ended(self, world: World, works: Council) -> None:
        delegation = give(world, works, "noah", "olga")
        with pytest.raises(Forbidden, match="Only who gave a vote away"):
            delegation_end(delegation=delegation, by=world.person("olga"), now=NOW)
        delegation_end(delegation=delegation, by=world.person("noah"), now=NOW + DAY)
        with pytest.raises(TooLate, match="already ended"):
            delegation_end(delegation=delegation, by=world.person("noah"), now=NOW + DAY)


class TestTheDatabase:
    GIVE = (
        "INSERT INTO councils_delegation (public_id, council_id, giver_id, receiver_id, subject_kind, term, held,"
        " created_at) VALUES (gen_random_uuid(), %s, %s, %s, '', tstzrange(%s, %s), tstzrange(%s, %s), %s)"
    )

    def row(self, world: World, works: Council, giver: str, receiver: str) -> list[Any]:
        return [works.pk, world.person(giver).pk, world.person(receiver).pk, NOW, UNTIL, NOW, UNTIL, NOW]

    def test_refuses_a_circle_another_roll_and_changes(self, world: World, works: Council) -> None:
        give(world, works, "noah", "olga")
        refused("delegation_no_circle", self.GIVE, *self.row(world, works, "olga", "noah"))
        refused("delegation_on_one_roll", self.GIVE, *self.row(world, works, "mia", "pia"))
        refused("delegation_one_at_a_time", self.GIVE, *self.row(world, works, "noah", "mia"))
        refused(
            "delegation_can_only_end",
            "UPDATE councils_delegation SET receiver_id = %s",
            world.person("mia").pk,
        )
        refused(
            "delegation_can_only_end",
            "UPDATE councils_delegation SET held = tstzrange(%s, %s)",
            NOW - DAY,
            UNTIL,
        )
        refused("councils_history_stays", "DELETE FROM councils_delegation")

    def test_keeps_what_froze(self, world: World, works: Council) -> None:
        give(world, works, "noah", "olga")
        ballot = opened(world, works)
        entry = RollEntry.objects.get(ballot=ballot, person=world.person("mia")).pk
        refused("ballot_roll_is_frozen", "UPDATE councils_proxy SET receiver_id = %s", entry)
        refused("ballot_roll_is_frozen", "DELETE FROM councils_proxy")
        add = (
            "INSERT INTO councils_proxy (ballot_id, giver_id, receiver_id)"
            " SELECT ballot_id, %s, receiver_id FROM councils_proxy"
        )
        refused("ballot_roll_is_frozen", add, entry)

    def test_opens_nothing_with_delegations_that_it_does_not_name(self, world: World, works: Council) -> None:
        ballot = Ballot.objects.create(
            council=works, question="Behind", rule="majority_of_cast", params={"threshold": "1/2", "strict": True},
            tie_break="status_quo", closes_at=LATER, created_at=NOW,
        )  # fmt: skip
        people = [world.person(name) for name in ("noah", "olga")]
        for number, person in enumerate(people, 1):
            RollEntry.objects.create(
                ballot=ballot, number=number, right=f"r{number}", person=person, name="x"
            )
        for number, effect in enumerate(("yes", "no"), 1):
            ballot.options.create(number=number, code=effect, label=effect, effect=effect)
        one, two = ballot.roll.order_by("number")
        Proxy.objects.create(ballot=ballot, giver=one, receiver=two)
        start = "UPDATE councils_ballot SET state = 'open', opened_at = %s, roll_size = 2, roll_digest = 'x' WHERE id = %s"
        refused("ballot_keeps_its_proxies", start, NOW, ballot.pk)

    def test_counts_as_the_count_does(self, world: World, works: Council) -> None:
        """A result that leaves delegated rights out, or counts one twice, is refused."""
        give(world, works, "noah", "olga")
        ballot = opened(world, works)
        cast(world, ballot, "olga", "yes")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT o.code, sum(weight) FROM councils_options_counted(%s) c JOIN councils_option o"
                " ON o.id = c.option_id GROUP BY 1",
                [ballot.pk],
            )
            assert cursor.fetchall() == [("yes", 2)]
        wrong = '{"votes": 1, "counts": {"yes": 1, "no": 0, "abstain": 0}, "eligible": 12, "cast": 1, "outcome": "carried"}'
        close = "UPDATE councils_ballot SET state = 'closed', closed_at = %s, result = %s WHERE id = %s"
        refused("ballot_tells_its_count", close, LATER, wrong, ballot.pk)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.integers(0, 8), st.integers(0, 8)), st.sets(st.integers(0, 8)))
def test_a_way_ends_with_the_first_who_voted(proxies: dict[int, int], voted: set[int]) -> None:
    """Whatever the graph, circles included: the end has voted, and nobody before it on the way has."""
    for start in range(9):
        end, at, before = followed(start, proxies, voted), start, set()
        if end is None:
            reach = set()
            while (at := proxies.get(at, -1)) not in reach | {-1}:
                reach.add(at)
            assert not (reach - {start}) & voted
            continue
        assert end in voted
        while (at := proxies[at]) != end:
            before.add(at)
        assert not (before - {start}) & voted
