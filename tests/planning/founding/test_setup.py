"""From an empty instance to a federation that plans: by command, on screen, with CSV."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from councils.charter import charter_value
from councils.models import Charter, Council, Mandate, Seat
from planning.federation.founding import Wishes, federation_setup, registrar_install, sector_list
from planning.federation.templates import TEMPLATES
from workplaces.errors import Forbidden, Invalid, Refused
from workplaces.importing.kinds import KINDS
from workplaces.models import (
    Agreement,
    Entry,
    ImportBatch,
    Line,
    Person,
    PublicBody,
    Region,
    Scenario,
    Sector,
    Workplace,
)
from workplaces.services.imports import import_apply, import_undo

pytestmark = pytest.mark.django_db
REGISTRAR = "registrar@example.org"


def command(**options: object) -> str:
    out = StringIO()
    call_command("setup_federation", registrar=REGISTRAR, registrar_name="Rosa", stdout=out, **options)
    return out.getvalue()


def found(template: str = "cooperatives", **wishes: object) -> Person:
    now = timezone.now()
    person = registrar_install(email=REGISTRAR, name="Rosa", now=now)
    federation_setup(wishes=Wishes("Forty", template, **wishes), registrar=person, by=None, now=now)  # type: ignore[arg-type]
    return person


@pytest.mark.parametrize("template", list(TEMPLATES))
def test_a_template_makes_everything(template: str) -> None:
    command(name="Forty", template=template, communities=4)
    kinds = list(Region.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["country", "region", *["community"] * 4]
    assert PublicBody.objects.get().level == TEMPLATES[template].owner_level
    baseline = Scenario.objects.get()
    assert (baseline.kind, baseline.number, baseline.state) == ("baseline", 1, "open")
    assert Sector.objects.count() == len(TEMPLATES[template].sectors)
    counted = {kind: Council.objects.filter(kind=kind).count() for kind in Council.Kind.values}
    assert counted == {
        "workplace": 0, "sector": len(TEMPLATES[template].sectors), "community": 4, "sub_regional": 0, "regional": 1,
        "board": 1, "general": 1,
    }  # fmt: skip
    charter = Charter.objects.get()
    assert charter.version == 1
    for key, value in TEMPLATES[template].charter.items():
        assert charter_value(key, on=timezone.now().date()) == value
    assert Entry.objects.get(kind="federation.set_up").body["name"] == "Forty"


def test_the_registrar_is_invited_and_has_no_default_password(client: Client) -> None:
    out = command(name="Forty", address="https://plan.example.org/")
    person = Person.objects.get(email=REGISTRAR)
    assert not person.has_usable_password()
    roles = set(Mandate.objects.filter(person=person).values_list("role", flat=True))
    assert roles == {"registrar", "coordinator"}
    path = re.search(r"https://plan\.example\.org(/\S+)", out).group(1)  # type: ignore[union-attr]
    form = client.get(path, follow=True)
    assert form.status_code == 200
    secret = "a-long-and-unusual-phrase-7"
    client.post(form.request["PATH_INFO"], {"password1": secret, "password2": secret})
    person.refresh_from_db()
    assert person.check_password(secret)
    assert client.login(username=person.username, password=secret)
    again = Client().get(path, follow=True)
    assert b"password1" not in again.content


def test_the_same_command_again_changes_nothing_and_another_name_is_refused() -> None:
    command(name="Forty")
    before = Council.objects.count(), Entry.objects.count(), Mandate.objects.count()
    again = command(name="Forty")
    assert "set up already" in again
    assert "/accounts/password/reset/key/" in again
    with pytest.raises(CommandError, match="“Forty”; an instance holds one"):
        command(name="Fifty")
    assert (Council.objects.count(), Entry.objects.count(), Mandate.objects.count()) == before


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"name": "X", "communities": 0}, "not between 1"),
        ({"name": "X", "communities": 2, "community": ["A"]}, "not both"),
        ({"name": "X" * 201}, "at most 200"),
        ({"name": "X", "community": ["A", "a"]}, "name of its own"),
        ({"name": "X", "sector": ["a: A", "a: B"]}, "code and a name"),
        ({"name": "X", "currency": "a very long currency"}, "at most 12"),
    ],
)
def test_bad_options_make_nothing(options: dict[str, object], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        command(**options)
    assert not Person.objects.exists()
    assert not Council.objects.exists()


def test_a_bad_address_is_refused() -> None:
    with pytest.raises(CommandError, match="not an e-mail address"):
        call_command("setup_federation", registrar="nobody", name="X")


def test_whoever_runs_the_site_cannot_be_registrar() -> None:
    Person.objects.create(username="root", email=REGISTRAR, is_superuser=True)
    with pytest.raises(CommandError, match="runs the site"):
        command(name="Forty")


def test_on_screen_by_the_registrar() -> None:
    out = command()
    assert "under /setup/" in out
    client, url = Client(), reverse("federation:setup")
    client.force_login(Person.objects.get())
    assert b"Set up a federation" in client.get(url).content
    bad = client.post(url, {"name": "", "template": "kingdom", "communities": "900", "currency": "€"})
    assert bad.status_code == 422
    assert not Charter.objects.exists()
    assert "Between 1 and 500" in bad.content.decode()
    wishes = {"name": "Forty", "template": "municipality", "communities": "North\nSouth", "currency": "R$"}
    done = client.post(url, {**wishes, "sectors": "metal: Metal\nWood work"})
    assert done["Location"] == url
    assert list(Region.objects.filter(kind="community").values_list("name", flat=True)) == ["North", "South"]
    assert set(Sector.objects.values_list("code", flat=True)) == {"metal", "wood-work"}
    assert Scenario.objects.get().currency == "R$"
    next_page = client.get(url).content.decode()
    assert "is set up; this comes next" in next_page
    again = client.post(url, {"name": "Other", "template": "municipality", "currency": "R$"})
    assert (again.status_code, "There is a federation already" in again.content.decode()) == (422, True)


def test_on_screen_by_anybody_else() -> None:
    client, url = Client(), reverse("federation:setup")
    assert client.get(url).status_code == 302
    client.force_login(Person.objects.create(username="eve"))
    assert b"waits for its registrar" in client.get(url).content
    assert client.post(url, {"name": "Eve's", "template": "cooperatives", "currency": "€"}).status_code == 404
    assert client.get(reverse("federation:delegates")).status_code == 404
    with pytest.raises(Forbidden):
        federation_setup(
            wishes=Wishes("X", "cooperatives"), registrar=None, by=Person.objects.get(), now=timezone.now()
        )
    assert not Region.objects.exists()


def test_a_second_founding_and_an_unknown_template_are_refused() -> None:
    found()
    with pytest.raises(Refused, match="already"):
        registrar_install(email="b@example.org", name="B", now=timezone.now())


def test_an_unknown_template_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        federation_setup(wishes=Wishes("X", "kingdom"), registrar=None, by=None, now=timezone.now())
    assert "cooperatives" in refused.value.fields["template"]


def test_sectors_as_people_type_them() -> None:
    assert sector_list("metal: Metal working\n\nWood work\n") == [
        ("metal", "Metal working"),
        ("wood-work", "Wood work"),
    ]


def take(kind: str, text: str, person: Person) -> ImportBatch:
    return import_apply(
        kind=kind,
        scenario=Scenario.objects.get(),
        file_name=f"{kind}.csv",
        content=text.encode(),
        by=person,
        now=timezone.now(),
    )


def workplaces(count: int) -> str:
    rows = "".join(f"w{n};Works {n};community-1;production\n" for n in range(count))
    return f"code;name;region;sector\n{rows}"


def test_workplaces_get_assemblies_and_seats_and_give_them_back() -> None:
    registrar = found()
    before = Council.objects.count(), Seat.objects.count()
    batch = take("workplaces", workplaces(40), registrar)
    assert Council.objects.filter(kind="workplace").count() == 40
    production = Council.objects.get(sector__code="production")
    assert production.seats.filter(represents_council__kind="workplace").count() == 40
    import_undo(batch=batch, by=registrar, now=timezone.now())
    assert (Council.objects.count(), Seat.objects.count()) == before
    assert Entry.objects.get(kind="councils.taken_back").body["count"] == 40


def test_a_workplace_whose_delegate_sits_somewhere_stays() -> None:
    registrar = found()
    batch = take("workplaces", workplaces(2), registrar)
    take("members", "name,email,workplace\nAna,ana@example.org,w0\n", registrar)
    enter("ana@example.org; w0", registrar)
    with pytest.raises(Refused, match=r"(hold mandates or motions|seats are held)"):
        import_undo(batch=batch, by=registrar, now=timezone.now())
    assert Workplace.objects.count() == 2
    assert Council.objects.filter(kind="workplace").count() == 2


def enter(text: str, registrar: Person, **fields: str) -> object:
    client = Client()
    client.force_login(registrar)
    data = {"text": text, "role": "delegate", "obtained": "elected", "since": timezone.now().date().isoformat(),
            "until": "2099-01-01", **fields}  # fmt: skip
    return client.post(reverse("federation:delegates"), data)


def test_delegates_take_the_seats_of_those_they_speak_for() -> None:
    registrar = found("municipality", sectors=[("production", "Production")])
    take("workplaces", workplaces(2), registrar)
    take(
        "members",
        "name,email,workplace,community\nAna,ana@example.org,w0,community-1\nRui,rui@example.org,,community-2\n",
        registrar,
    )
    assert (
        enter(
            "ana@example.org; w0\nrui@example.org;community-2\nana@example.org, board", registrar
        ).status_code
        == 302
    )  # type: ignore[attr-defined]
    ana, rui = (Person.objects.get(email=f"{name}@example.org") for name in ("ana", "rui"))
    sits = {m.council.kind: m.represents and m.represents.kind for m in ana.mandates.all() if m.seat}
    assert sits == {"sector": "workplace", "board": None}
    assert {(m.council.kind, bool(m.seat)) for m in rui.mandates.all()} == {
        ("community", False),
        ("regional", True),
    }


def test_lines_at_fault_enter_nobody() -> None:
    registrar = found()
    take("workplaces", workplaces(1), registrar)
    before = Mandate.objects.count()
    page = enter(f"nobody@example.org; w0\n{REGISTRAR}; w9\njust this\n", registrar)
    text = page.content.decode()  # type: ignore[attr-defined]
    assert page.status_code == 422  # type: ignore[attr-defined]
    assert "Line 1: nobody here" in text
    assert "Line 2: no council goes by the code" in text
    assert "Line 3: write an e-mail address" in text
    assert "just this" in text
    assert Mandate.objects.count() == before


def test_forty_cooperatives_state_what_they_make_and_need() -> None:
    """400 t, and 90 MWh for it, of which 30 from the co-operative, the rest from outside."""
    registrar = found()
    take("products", "code;name;unit;price\nsteel;Steel;t;800\npower;Power;MWh;70,5\n", registrar)
    take("workplaces", workplaces(40), registrar)
    take("counterparties", "code,name\ngrid,Grid company\n", registrar)
    take("occupations", "code,name\nwelder,Welders\n", registrar)
    take("labour_pools", "region,occupation,hours,wage\ncommunity-1,welder,60000,24\n", registrar)
    rows = "".join(
        f"w{n},steel,400,450,power,30,w39,,\nw{n},steel,,,power,60,grid,,\nw{n},steel,,,,,,welder,900\n"
        for n in range(39)
    )
    take(
        "techniques",
        "workplace,product,output,capacity,input,quantity,source,occupation,hours\n" + rows,
        registrar,
    )
    take("techniques", "workplace,product,output\nw39,power,2000\n", registrar)
    take("demand", "community,product,quantity,floor\ncommunity-1,steel,15000,9000\n", registrar)
    assert Line.objects.count() == 40
    assert Agreement.objects.count() == 78
    assert Line.objects.filter(product__code="steel").first().own_input_coefficient == [90 / 400]  # type: ignore[union-attr]
    assert set(KINDS) >= set(ImportBatch.objects.values_list("kind", flat=True))


def test_empty_lines_are_skipped_and_a_line_that_is_there_twice_enters_nobody() -> None:
    registrar = found()
    take("workplaces", workplaces(1), registrar)
    take("members", "name,email,workplace\nAna,ana@example.org,w0\n", registrar)
    before, entries = Mandate.objects.count(), Entry.objects.count()
    twice = "ana@example.org; w0\n\nana@example.org; w0"
    page = enter(twice, registrar)
    shown = page.content.decode()  # type: ignore[attr-defined]
    assert page.status_code == 422  # type: ignore[attr-defined]
    assert "Line 3 is the same as line 1; delete one of the two." in shown
    assert "ana@example.org; w0" in shown, "what was typed stays"
    assert (Mandate.objects.count(), Entry.objects.count()) == (before, entries)
    assert enter("\n\nana@example.org; w0\n  \n", registrar).status_code == 302  # type: ignore[attr-defined]
    empty = enter("\n  \n", registrar)
    assert empty.status_code == 422  # type: ignore[attr-defined]
