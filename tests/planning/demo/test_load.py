"""The demo holds together: everybody somewhere, every body complete, all of it labelled as made up."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, F, Q, Sum

from councils.models import Charter, Council, Mandate, Seat
from councils.selectors.rolls import roll_of
from planning.demo.fuels import FUELS, SLACK
from planning.demo.load import CHARTER, Order, demo_load, demo_loaded
from planning.demo.roles import demo_roles
from planning.permissions import can_coordinate, can_speak_for_demand, can_speak_for_line
from tests.planning.demo.conftest import NOW, ORDER
from workplaces import authority
from workplaces.errors import Refused
from workplaces.models import (
    DemandLine,
    Line,
    Membership,
    Person,
    Post,
    Product,
    PublicBody,
    Region,
    Resource,
    Scenario,
    Technology,
    Workplace,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
TODAY = NOW.date()


def role(key: str) -> Person:
    (found,) = [one for one in demo_roles() if one.key == key]
    return Person.objects.get(public_id=found.person_id)


def test_counts_are_those_of_the_tables(demo: dict[str, int]) -> None:
    assert demo["workplaces"] == Workplace.objects.count() == demo["assemblies"]
    assert demo["people"] == Person.objects.count()
    assert demo["mandates"] == Mandate.objects.count()
    assert demo["sector_councils"] == 68
    assert demo["spatial_councils"] == 13 + 5


def test_everybody_is_made_up_and_nobody_can_sign_in_with_a_password() -> None:
    assert not Person.objects.filter(Q(synthetic=False) | Q(is_superuser=True) | Q(is_staff=True)).exists()
    assert not any(
        person.has_usable_password()
        for person in Person.objects.all()[:: max(1, Person.objects.count() // 50)]
    )
    note = Scenario.objects.get().synthetic_note
    assert "Synthetic" in note
    assert "people and their names" in note


def test_every_assembly_has_members_and_a_delegate_who_is_one_of_them() -> None:
    for council in Council.objects.filter(kind="workplace").order_by("pk")[::25]:
        roll = roll_of(council, TODAY)
        (mandate,) = Mandate.objects.held_on(TODAY).filter(represents=council, council__kind="sector")
        assert 3 <= len(roll) <= 9
        assert mandate.person in [right.person for right in roll]


def test_every_seat_is_held() -> None:
    held = Mandate.objects.held_on(TODAY).exclude(seat=None)
    assert held.count() == Seat.objects.count()
    assert held.values("seat").distinct().count() == Seat.objects.count()


def test_the_board_is_a_third_each() -> None:
    seats = Seat.objects.filter(council__kind="board")
    kinds = seats.values_list("represents_council__kind").annotate(Count("pk"))
    assert dict(kinds) == {None: 5, "sector": 5, "regional": 5}
    assert not seats.filter(represents_council=None, represents_association=None).exists()
    assert set(Mandate.objects.filter(council__kind="board", seat=None).values_list("role", flat=True)) == {
        "coordinator",
        "registrar",
        "auditor",
    }


def test_everybody_belongs_to_one_community_and_can_vote_in_general() -> None:
    residents = Membership.objects.filter(community__isnull=False)
    staff = 3
    assert (
        residents.count() == residents.values("person").distinct().count() == Person.objects.count() - staff
    )
    general = Council.objects.get(kind="general")
    assert len(roll_of(general, TODAY)) == residents.count()


def test_members_live_in_the_region_where_they_work() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM workplaces_membership w JOIN workplaces_workplace p ON p.id = w.workplace_id"
            " JOIN workplaces_membership c ON c.person_id = w.person_id AND c.community_id IS NOT NULL"
            " JOIN workplaces_region r ON r.id = c.community_id WHERE r.parent_id <> p.region_id"
        )
        assert cursor.fetchone() == (0,)


def test_social_property_is_owned_on_all_three_levels() -> None:
    owners = Workplace.objects.values_list("owner__level").annotate(Count("pk"))
    assert {level for level, _count in owners} == {"national", "regional", "municipal"}
    assert PublicBody.objects.count() == Region.objects.count() == 1 + 5 + 13


def test_households_consume_in_communities_and_nothing_is_lost_in_dividing() -> None:
    lines = DemandLine.objects.filter(category="household")
    assert set(lines.values_list("region__kind", flat=True)) == {"community"}
    split = dict(lines.values_list("region__parent__code").annotate(Sum("last")))
    whole = sum(split.values())
    assert split["BR-SE"] / whole == pytest.approx(0.42018519, rel=1e-6)
    assert not DemandLine.objects.filter(category="public", region__kind="community").exists()


def test_the_charter_in_force_waits_for_no_day_that_nobody_needs() -> None:
    charter = Charter.objects.get()
    assert (charter.version, charter.values) == (1, CHARTER)
    assert charter.validity.lower == TODAY


def test_terms_are_the_charters() -> None:
    mandate = Mandate.objects.first()
    assert mandate.term.upper - mandate.term.lower == dt.timedelta(days=730)


def test_the_roles_on_offer_can_do_what_they_say() -> None:
    keys = ["coordinator", "steel", "workplace", "community", "sector", "regional", "board", "member"]
    assert [one.key for one in demo_roles()] == keys
    assert len({one.person_id for one in demo_roles()}) == len(keys)
    assert can_coordinate(role("coordinator"), TODAY)
    assert not can_coordinate(role("board"), TODAY)
    (hat,) = authority.hats(role("steel"), TODAY)
    own, foreign = Line.objects.filter(workplace=hat.workplace), Line.objects.exclude(workplace=hat.workplace)
    assert own.first().workplace.main_sector.name.lower().count("steel")
    assert can_speak_for_line(role("steel"), own.first(), TODAY)
    assert not can_speak_for_line(role("steel"), foreign.first(), TODAY)
    (community,) = authority.hats(role("community"), TODAY)
    assert can_speak_for_demand(
        role("community"), DemandLine.objects.filter(region=community.region).first(), TODAY
    )
    assert not can_speak_for_demand(
        role("community"),
        DemandLine.objects.get(
            region__code="BR-N",
            category="public",
            product=DemandLine.objects.filter(region__code="BR-N", category="public").values("product")[:1],
        ),
        TODAY,
    )
    assert authority.hats(role("member"), TODAY) == ()


def test_roles_say_what_waits_for_them() -> None:
    first, *others = demo_roles()
    assert first.key == "coordinator"
    assert "Shall the next plan year begin?" in first.description
    assert all(one.description.endswith("At present nothing waits.") for one in others)


def test_hats_are_those_that_the_page_names() -> None:
    for one in demo_roles():
        labels = [hat.label for hat in authority.hats(Person.objects.get(public_id=one.person_id), TODAY)]
        assert one.hat in [*labels, ""]


def test_the_same_order_again_changes_nothing() -> None:
    before = Person.objects.count()
    out = StringIO()
    call_command("load_demo", workplaces=ORDER.workplaces, seed=ORDER.seed, stdout=out, skip_checks=True)
    assert out.getvalue() == "The demo is loaded already.\n"
    assert Person.objects.count() == before
    assert demo_loaded() == ORDER


def test_another_order_is_refused() -> None:
    with pytest.raises(
        CommandError, match="demo of brazil-2021 with 350 workplaces, seed 3; `make demo-reset`"
    ):
        call_command("load_demo", workplaces=400, skip_checks=True)
    with pytest.raises(Refused, match="holds a federation already"):
        demo_load(order=Order(), now=NOW)


def test_fossil_fuels_are_what_the_table_says_and_their_cap_leaves_room() -> None:
    (fuel,) = Resource.objects.all()
    assert (fuel.owner.level, fuel.unit) == ("national", Product.objects.get(code="19915").unit)  # type: ignore[union-attr]
    burned = {p.entity_id for p in Product.objects.filter(code__in=FUELS)}
    used = 0.0
    for technique in Technology.objects.all():
        pairs = zip(technique.input_product, technique.input_coefficient, strict=True)
        coefficient = sum(value for product, value in pairs if product in burned)
        assert technique.resource_use == ([pytest.approx(coefficient)] if coefficient else [])
        made = Line.objects.filter(technology=technique).aggregate(total=Sum("last_output"))["total"] or 0.0
        used += coefficient * made
    assert fuel.cap == pytest.approx(used * (1 + SLACK))


def test_posts_are_as_many_as_people_work_there() -> None:
    working = Post.objects.filter(training=False).aggregate(total=Sum("number"))["total"]
    members = Workplace.objects.aggregate(total=Sum("size"))["total"]
    assert working == pytest.approx(members, rel=0.001), "each of six occupations is rounded"
    trained = Post.objects.filter(training=True).aggregate(total=Sum("number"))["total"]
    assert 0 < trained < 0.06 * working
    assert not Post.objects.exclude(pool__region=F("workplace__region")).exists()
