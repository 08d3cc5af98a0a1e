"""Nothing half-imported, the same content once, and an undo that takes back exactly what was made."""

from collections.abc import Iterator

import pytest

from councils.models import Council
from tests.planning.federation import NOW, Federation
from tests.workplaces.importing.conftest import Preview, Take
from workplaces import arrivals
from workplaces.errors import Forbidden, Refused, TooLate
from workplaces.importing.errors import ImportRefused
from workplaces.models import (
    DemandLine,
    Entry,
    ImportBatch,
    ImportedRow,
    Line,
    Membership,
    Person,
    Product,
    Scenario,
    Workplace,
)
from workplaces.services.imports import import_apply, import_undo
from workplaces.services.scenarios import scenario_close, scenario_open

GOOD = "code,name,unit,price\nsteel,Steel,t,800\nsand,Sand,t,2\n"


@pytest.fixture(autouse=True)
def nobody_listens() -> Iterator[None]:
    """Rows of workplaces stay without councils here; what councils do is tested with them."""
    hosts = arrivals._hosts[:]
    arrivals._hosts.clear()
    yield
    arrivals._hosts[:] = hosts


def undo(batch: ImportBatch, federation: Federation) -> ImportBatch:
    return import_undo(batch=batch, by=federation.people["registrar"], now=NOW)


def test_a_preview_writes_nothing(preview: Preview) -> None:
    before = Product.objects.count(), Entry.objects.count()
    plan = preview("products", GOOD)
    assert plan.counts() == [("products", 2, 0, 0)]
    assert (Product.objects.count(), Entry.objects.count()) == before
    assert ImportBatch.objects.count() == 0


def test_one_bad_row_keeps_all_out(take: Take) -> None:
    before = Product.objects.count()
    with pytest.raises(ImportRefused) as refused:
        take("products", GOOD + "salt,Salt,t,-1\nrice,,t,1\n")
    assert [(e.row, e.column) for e in refused.value.errors] == [(4, "price"), (5, "name")]
    assert str(refused.value) == "The file has 2 faults; nothing was taken in."
    assert (Product.objects.count(), ImportBatch.objects.count()) == (before, 0)


def test_the_same_content_is_taken_in_once(take: Take) -> None:
    first = take("products", GOOD)
    assert take("products", GOOD) == first
    assert (ImportBatch.objects.count(), Product.objects.filter(code="steel").count()) == (1, 1)
    assert Entry.objects.filter(kind="import.applied").count() == 1


def test_what_is_there_already_is_left_alone(take: Take) -> None:
    take("products", GOOD)
    batch = take("products", GOOD + "salt,Salt,t,1\n")
    assert batch.made.count() == 1
    with pytest.raises(Refused, match="there already"):
        take("products", "code,name,unit,price\nsalt,Salt,t,1.0\n")


def test_an_undo_takes_back_what_was_made_and_can_be_followed_by_the_same_file(
    take: Take, federation: Federation
) -> None:
    before = set(Product.objects.values_list("pk", flat=True))
    batch = undo(take("products", GOOD), federation)
    assert set(Product.objects.values_list("pk", flat=True)) == before
    assert (batch.state, batch.undone_by) == ("undone", federation.people["registrar"])
    assert ImportedRow.objects.count() == 0
    assert Entry.objects.get(kind="import.undone").body["removed"] == {"product": 2}
    assert take("products", GOOD) != batch


def test_people_and_memberships_go_together(take: Take, federation: Federation) -> None:
    people = Person.objects.count()
    batch = take("members", "name,email,workplace,community\nAna,ana@example.org,bread-works,village\n")
    undo(batch, federation)
    assert (Person.objects.count(), Membership.objects.count()) == (people, 0)


def test_whoever_signed_in_stays(take: Take, federation: Federation) -> None:
    batch = take("members", "name,email,workplace\nAna,ana@example.org,bread-works\n")
    Person.objects.filter(email="ana@example.org").update(last_login=NOW)
    with pytest.raises(Refused, match="signed in since"):
        undo(batch, federation)


def test_no_undo_once_rows_refer_to_it(take: Take, federation: Federation) -> None:
    batch = take("products", GOOD)
    take("demand", "community,product,quantity\nvillage,steel,3\n")
    with pytest.raises(Refused, match=r"1 .* refer to products of this file"):
        undo(batch, federation)
    assert Product.objects.filter(code="steel").exists()


def test_no_undo_once_a_technique_uses_it(take: Take, federation: Federation) -> None:
    batch = take("products", GOOD)
    take("techniques", "workplace,product,output,input,quantity\nflour-works,energy,10,sand,1\n")
    with pytest.raises(Refused, match="lines refer to products"):
        undo(batch, federation)


def test_no_undo_once_a_row_was_changed(take: Take, federation: Federation) -> None:
    batch = take("products", GOOD)
    Product.objects.filter(code="steel").update(price=801)
    with pytest.raises(Refused, match="1 products were changed"):
        undo(batch, federation)


def test_no_undo_in_a_closed_scenario_and_none_twice(take: Take, federation: Federation) -> None:
    first, second = take("products", GOOD), take("sectors", "code,name\nx,X\n")
    undo(first, federation)
    with pytest.raises(TooLate, match="already"):
        undo(first, federation)
    scenario_close(scenario=federation.baseline, by=federation.people["registrar"], now=NOW)
    with pytest.raises(TooLate, match="closed"):
        undo(second, federation)
    with pytest.raises(TooLate, match="closed"):
        take("products", GOOD)


@pytest.mark.parametrize("who", ["stranger", "coordinator", "bread_delegate", "root"])
def test_only_a_registrar(who: str, federation: Federation, take: Take) -> None:
    batch = take("sectors", "code,name\nx,X\n")
    person = federation.people[who]
    with pytest.raises(Forbidden):
        import_apply(
            kind="products",
            scenario=federation.baseline,
            file_name="x.csv",
            content=GOOD.encode(),
            by=person,
            now=NOW,
        )
    with pytest.raises(Forbidden):
        import_undo(batch=batch, by=person, now=NOW)


def test_changes_are_asked_for_and_undone(take: Take, federation: Federation) -> None:
    text = "code,name,unit,price\nbread,Bread,t,3.5\nsteel,Steel,t,800\n"
    with pytest.raises(ImportRefused, match="1 fault"):
        take("products", text)
    batch = take("products", text, may_change=True)
    bread = Product.objects.get(code="bread")
    assert bread.price == 3.5
    undo(batch, federation)
    bread.refresh_from_db()
    assert (bread.price, Product.objects.filter(code="steel").exists()) == (1.0, False)


def test_a_changed_capacity_comes_back(take: Take, federation: Federation) -> None:
    line = federation.lines["bread"]
    undo(take("capacities", "workplace,product,capacity\nbread-works,bread,500\n"), federation)
    line.refresh_from_db()
    assert line.capacity == pytest.approx(120.0)


def test_two_changes_of_one_row_are_undone_last_first(take: Take, federation: Federation) -> None:
    first = take("capacities", "workplace,product,capacity\nbread-works,bread,500\n")
    second = take("capacities", "workplace,product,capacity\nbread-works,bread,600\n")
    with pytest.raises(Refused, match="changed"):
        undo(first, federation)
    undo(second, federation)
    undo(first, federation)
    assert Line.objects.get(pk=federation.lines["bread"].pk).capacity == pytest.approx(120.0)


def test_the_next_baseline_gets_its_own_versions(take: Take, federation: Federation) -> None:
    registrar = federation.people["registrar"]
    closed = scenario_close(scenario=federation.baseline, by=registrar, now=NOW)
    second = scenario_open(kind="baseline", parent=closed, by=registrar, now=NOW)
    batch = import_apply(
        kind="products", scenario=second, file_name="x.csv",
        content=b"code,name,unit,price\nbread,Bread,t,4\nflour,Flour,t,1\n", by=registrar, now=NOW,
    )  # fmt: skip
    ours = Product.objects.in_scenario(second).get(code="bread")
    assert (ours.price, ours.origin, ours.scenario) == (4.0, federation.products["bread"], second)
    assert Product.objects.in_scenario(federation.baseline).get(code="bread").price == 1.0
    import_undo(batch=batch, by=registrar, now=NOW)
    assert Product.objects.in_scenario(second).get(code="bread") == federation.products["bread"]


def test_a_race_for_the_same_code_is_a_sentence(
    take: Take, preview: Preview, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the dry run could not see, the database refuses; the whole file stays out."""
    monkeypatch.setattr("workplaces.importing.planning.existing", lambda *_: {})
    before = Product.objects.count()
    with pytest.raises(Refused, match="Nothing was taken in"):
        take("products", GOOD + "bread,Other,t,1\n")
    assert (Product.objects.count(), ImportBatch.objects.count()) == (before, 0)


def test_workplaces_go_with_their_shares(take: Take, federation: Federation) -> None:
    batch = take("workplaces", "code,name,region,sector\nforge,Forge,village,flour=0.5|bread=0.5\n")
    undo(batch, federation)
    assert not Workplace.objects.filter(code="forge").exists()


def test_councils_hear_of_places_in_the_same_transaction(take: Take, federation: Federation) -> None:
    heard: list[arrivals.Places] = []

    class Host:
        def arrived(self, *, places: arrivals.Places, **_: object) -> None:
            heard.append(places)

        def leaving(self, *, places: arrivals.Places, **_: object) -> list[str]:
            return ["The assembly of the forge has met."]

    arrivals.register(Host())
    batch = take("workplaces", "code,name,region,sector\nforge,Forge,village,flour\n")
    assert heard[0].workplaces == [Workplace.objects.get(code="forge").pk]
    with pytest.raises(Refused, match="has met"):
        undo(batch, federation)
    take("products", GOOD)
    assert len(heard) == 1
    assert Council.objects.filter(kind="workplace").count() == 3


def test_many_rows_at_once(take: Take, federation: Federation, django_assert_max_num_queries: object) -> None:
    rows = "".join(f"p{n},P {n},t,{n + 1}\n" for n in range(5000))
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        batch = take("products", "code,name,unit,price\n" + rows)
    assert batch.made.count() == 5000
    with django_assert_max_num_queries(80):  # type: ignore[operator]
        undo(batch, federation)
    assert Scenario.objects.count() == 1
    assert DemandLine.objects.count() == 3
