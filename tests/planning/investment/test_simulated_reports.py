"""Made-up workplaces say what became of their grants, through the service and its checks, when the coordinator lets them."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from planning.models import Cycle, Envelope, Grant, GrantReport
from planning.simulated.reporting import others_report, reports_wait
from planning.views.steps import next_step
from tests.planning.federation import NOW, Federation
from tests.planning.investment.sharing_world import asking, granted
from tests.planning.investment.test_grants import in_force, report
from workplaces.errors import Forbidden, TooLate
from workplaces.models import Person
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    settings.DEMO = True


@pytest.fixture
def envelope(federation: Federation) -> Envelope:
    """The valley's envelope, granted, among made-up people."""
    found = asking(federation)[1]
    granted(federation, found)
    Person.objects.filter(username__endswith="_delegate").update(synthetic=True)
    return found


def fresh(envelope: Envelope) -> Cycle:
    return Cycle.objects.select_related("baseline").get(pk=envelope.draft.cycle_id)


def test_they_report_once_the_plan_is_in_force(federation: Federation, envelope: Envelope) -> None:
    by = federation.people["coordinator"]
    assert not reports_wait(fresh(envelope), NOW)
    with pytest.raises(TooLate, match="reported on once the plan is in force"):
        others_report(cycle=fresh(envelope), by=by, now=NOW)
    in_force(federation, fresh(envelope))
    cycle = fresh(envelope)
    step = next_step(cycle, cycle.rounds.order_by("-number").first(), NOW)
    assert step is not None
    assert step[0] == "Shall the others report on their grants of 2027?"
    assert step[2] == "/cycles/2027/grants/"
    count = others_report(cycle=cycle, by=by, now=NOW)
    assert count == Grant.objects.count() == GrantReport.objects.count() > 0
    assert set(GrantReport.objects.values_list("state", flat=True)) <= {"done", "late"}
    assert Entry.objects.filter(kind="grant.reported").count() == count
    assert Entry.objects.get(kind="reports.simulated").body == {"reports": count}
    assert not reports_wait(cycle, NOW)
    after = next_step(cycle, cycle.rounds.order_by("-number").first(), NOW)
    assert after is None or after[2] != step[2]


def test_what_was_late_is_done_the_next_time(federation: Federation, envelope: Envelope) -> None:
    in_force(federation, fresh(envelope))
    report(federation, "late")
    others_report(cycle=fresh(envelope), by=federation.people["coordinator"], now=NOW)
    late = Grant.objects.get(request__workplace__code="bread-works")
    assert [one.state for one in late.reports.all()] == ["late", "done"]


def test_real_workplaces_report_themselves(federation: Federation, envelope: Envelope) -> None:
    in_force(federation, fresh(envelope))
    Person.objects.filter(username="flour_delegate").update(synthetic=False)
    others_report(cycle=fresh(envelope), by=federation.people["coordinator"], now=NOW)
    assert not GrantReport.objects.filter(grant__request__workplace__code="flour-works").exists()
    assert GrantReport.objects.filter(grant__request__workplace__code="bread-works").exists()


def test_only_the_coordinator_lets_them(
    federation: Federation, envelope: Envelope, client: Client, settings: Any
) -> None:
    in_force(federation, fresh(envelope))
    with pytest.raises(Forbidden):
        others_report(cycle=fresh(envelope), by=federation.people["flour_delegate"], now=NOW)
    pages = {}
    for name in ("coordinator", "flour_delegate"):
        client.force_login(federation.people[name])
        pages[name] = [client.get("/cycles/2027/grants/").context["offer"]]
        settings.DEMO = False
        pages[name].append(client.get("/cycles/2027/grants/").context["offer"])
        settings.DEMO = True
    assert pages["coordinator"][0]["what"] == "report"
    assert pages["coordinator"][1] is None
    assert pages["flour_delegate"] == [None, None]
