"""Forty co-operatives, entered from CSV, plan their first year: what they stated goes through an iteration."""

import pytest
from django.utils import timezone

from planning.federation.founding import Wishes, federation_setup, registrar_install
from planning.models import Run
from planning.runner.execute import run_execute
from planning.services.cycles import cycle_begin_proposals, cycle_open
from planning.services.rounds import round_open
from planning.services.runs import run_start
from workplaces.models import Person, Scenario
from workplaces.services.imports import import_apply

# Runs need transactions of their own: the heartbeat of a run has its own connection.
pytestmark = pytest.mark.django_db(transaction=True)
STEEL_WORKS = 39
FILES = {
    "products": "code;name;unit;price\nsteel;Steel;t;800\npower;Power;MWh;70,5\n",
    "workplaces": "code;name;region;sector\n"
    + "".join(f"w{n};Works {n};riverside;production\n" for n in range(STEEL_WORKS + 1)),
    "counterparties": "code,name\ngrid,Grid company\n",
    "occupations": "code,name\nwelder,Welders\n",
    "labour_pools": "region,occupation,hours,wage\nriverside,welder,60000,24\n",
    "techniques": "workplace,product,output,capacity,input,quantity,source,occupation,hours\n"
    + "".join(
        f"w{n},steel,400,450,power,30,w{STEEL_WORKS},,\nw{n},steel,,,power,60,grid,,\nw{n},steel,,,,,,welder,900\n"
        for n in range(STEEL_WORKS)
    )
    + f"w{STEEL_WORKS},power,1170,2000,,,,,\n",
    "demand": f"community,product,quantity,floor\nriverside,steel,{400 * STEEL_WORKS},9000\n",
}


@pytest.fixture
def registrar() -> Person:
    """The first registrar of a new federation whose tables have been taken in."""
    now = timezone.now()
    person = registrar_install(email="rosa@example.org", name="Rosa", now=now)
    wishes = Wishes("Forty", "cooperatives", communities=["Riverside"])
    federation_setup(wishes=wishes, registrar=person, by=None, now=now)
    for kind, text in FILES.items():
        import_apply(
            kind=kind,
            scenario=Scenario.objects.get(),
            file_name=f"{kind}.csv",
            content=text.encode(),
            by=person,
            now=now,
        )
    return person


def test_absolute_quantities_balance_in_the_first_iteration(registrar: Person) -> None:
    """39 × 400 t of steel meet demand; 39 × 90 MWh are 1,170 from the co-operative and 2,340 from outside."""
    now = timezone.now()
    cycle = cycle_open(year=now.year + 1, baseline=Scenario.objects.get(), by=registrar, now=now)
    cycle = cycle_begin_proposals(cycle=cycle, by=registrar, now=now)
    first = round_open(cycle=cycle, by=registrar, now=now)
    run = run_start(round=first, by=registrar, now=now, hand_over=lambda _run: None)
    assert run_execute(run.public_id, clock=timezone.now) == Run.State.FINISHED
    run.refresh_from_db()
    assert run.summary["worst_before"] < 1e-9
    assert run.certificate["worst_residual"] <= 1e-9
