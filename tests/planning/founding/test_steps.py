"""What stands on the first page of a registrar whose federation has no plan year yet, and where it leads."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planning.federation.founding import codes_of, registrar_install
from planning.services.cycles import cycle_open
from tests.planning.founding.test_first_cycle import FILES
from tests.planning.founding.test_setup import REGISTRAR, found, take
from workplaces.models import Person, Region, Scenario

pytestmark = pytest.mark.django_db


def duties(who: Person) -> str:
    client = Client()
    client.force_login(who)
    return re.sub(r"\s+", " ", client.get(reverse("planning:duties")).content.decode())


def steps(page: str) -> list[tuple[str, str]]:
    """Return (state, label) of each step on the page."""
    return re.findall(r'<span class="over"><span class="pill \w+">(\w+)</span></span><h2>([^<]+)</h2>', page)


def test_before_the_founding_the_one_step_is_to_found() -> None:
    page = duties(registrar_install(email=REGISTRAR, name="Rosa", now=timezone.now()))
    assert [state for state, _label in steps(page)] == ["open"]
    assert "The federation waits to be founded" in page
    assert f'href="{reverse("federation:setup")}"' in page
    assert "Shall the next plan year begin?" not in page


def test_each_step_is_open_until_its_table_is_there() -> None:
    rosa = found()
    page = duties(rosa)
    assert [state for state, _label in steps(page)] == ["done"] + ["open"] * 8
    for kind in ("products", "workplaces", "members", "techniques", "demand"):
        assert f'href="{reverse("workplaces:import_new", args=[kind])}"' in page
    assert f'href="{reverse("federation:delegates")}"' in page
    assert page.count("button primary") == 1, "one of them is next"
    assert "7 steps are open" in page
    assert "Shall the next plan year begin?" not in page
    take("products", "code,name,unit\nsteel,Steel,t\n", rosa)
    page = duties(rosa)
    assert [state for state, _label in steps(page)] == ["done", "done"] + ["open"] * 7
    assert "6 steps are open" in page


def test_only_who_can_do_them_sees_them_and_only_until_the_first_year() -> None:
    rosa = found(communities=["Riverside"])
    assert not steps(duties(Person.objects.create(username="eve")))
    for kind, text in FILES.items():
        take(kind, text, rosa)
    assert "Shall the next plan year begin?" in duties(rosa)
    cycle_open(year=timezone.now().year + 1, baseline=Scenario.objects.get(), by=rosa, now=timezone.now())
    assert not steps(duties(rosa))


def test_the_page_of_the_federation_names_what_tables_call_its_places() -> None:
    rosa = found(communities=["Água Boa", "Hillside"])
    codes = Region.objects.filter(kind="community").values_list("code", flat=True)
    assert set(codes) == {"agua-boa", "hillside"}
    client = Client()
    client.force_login(rosa)
    page = client.get(reverse("federation:setup")).content.decode()
    assert "<dt>Água Boa</dt><dd><code>agua-boa</code></dd>" in page
    assert len(steps(re.sub(r"\s+", " ", page))) == 9


def test_codes_are_names_and_never_taken_twice() -> None:
    assert codes_of(["North", "north!", "東"], {"region-1"}) == ["north", "north-2", "community-3"]
    assert codes_of(["Region 1"], {"region-1"}) == ["region-1-2"]
