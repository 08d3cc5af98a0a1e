"""When granted equipment is to work: by the charter's lag, as its workplace expects now, and when that is past."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from planning.models import Cycle, GrantReport
from planning.selectors.grants import AsOf, as_of, due_year, expected_on, is_overdue
from planning.services.settlement import cycle_settle
from tests.planning.conftest import NOW, Federation
from tests.planning.investment.sharing_world import asking, granted
from tests.planning.investment.test_grants import grant_of, in_force, report
from workplaces.errors import Invalid

pytestmark = pytest.mark.django_db
SETTLED = frozenset({2027})
SOON = NOW.date() + timedelta(days=90)


@pytest.fixture
def cycle(federation: Federation) -> Cycle:
    cycle, envelope = asking(federation)
    granted(federation, envelope)
    return cycle


@pytest.mark.parametrize(("lag", "year"), [(1, 2027), (2, 2028)])
def test_it_is_due_before_the_year_is_settled_from_which_on_it_is_to_count(
    federation: Federation, lag: int, year: int
) -> None:
    _cycle, envelope = asking(federation, investment_lag=lag)
    granted(federation, envelope)
    grant = grant_of("bread")
    assert due_year(grant) == year
    late_in_life = date(2999, 1, 1)  # a plan year need not be a calendar's
    assert not is_overdue(grant, AsOf(late_in_life, frozenset({year - 1})))
    assert is_overdue(grant, AsOf(NOW.date(), frozenset({year - 1, year})))


def test_a_late_report_sets_the_day_and_the_next_one_takes_it_back(
    federation: Federation, cycle: Cycle
) -> None:
    report(federation, "late", expected_on=SOON)
    grant = grant_of("bread")
    assert expected_on(grant) == SOON
    assert not is_overdue(grant, AsOf(SOON, SETTLED))
    assert is_overdue(grant, AsOf(SOON + timedelta(days=1), frozenset()))
    report(federation, "late", text="The mason cannot say when.")
    assert expected_on(grant_of("bread")) is None
    assert is_overdue(grant_of("bread"), AsOf(SOON, SETTLED))


def test_what_works_or_went_elsewhere_is_not_overdue(federation: Federation, cycle: Cycle) -> None:
    in_force(federation, cycle)
    report(federation, "done")
    report(federation, "diverted", "flour")
    assert [is_overdue(grant_of(name), AsOf(SOON, SETTLED)) for name in ("bread", "flour")] == [False, False]


def test_what_no_report_covers_is_overdue_once_its_year_is_settled(
    client: Client, federation: Federation, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    client.force_login(federation.people["stranger"])
    plan = in_force(federation, cycle)
    assert as_of(NOW.date()) == AsOf(NOW.date(), frozenset())
    assert "overdue" not in client.get("/cycles/2027/grants/").content.decode()
    cycle_settle(cycle=plan.cycle, by=federation.people["coordinator"], now=NOW)
    assert as_of(NOW.date()).settled == SETTLED
    assert "overdue: it should work by now" in client.get("/cycles/2027/grants/").content.decode()


@pytest.mark.parametrize(
    ("state", "day", "why"),
    [
        ("diverted", SOON, "Only equipment that is late"),
        ("late", NOW.date() - timedelta(days=1), "today or in the next ten years"),
        ("late", date(9999, 12, 31), "today or in the next ten years"),
    ],
)
def test_days_that_cannot_be_are_refused(
    federation: Federation, cycle: Cycle, state: str, day: date, why: str
) -> None:
    with pytest.raises(Invalid, match=why):
        report(federation, state, expected_on=day)
    assert not GrantReport.objects.exists()


def test_the_database_holds_a_day_for_late_equipment_only(federation: Federation, cycle: Cycle) -> None:
    by = federation.people["bread_delegate"]
    with pytest.raises(IntegrityError, match="grantreport_expects_if_late"), transaction.atomic():
        GrantReport.objects.create(
            grant=grant_of("bread"), state="diverted", text="A roof.", expected_on=SOON, by=by, at=NOW
        )


def test_pages_say_the_day_and_refuse_what_is_none(
    client: Client, federation: Federation, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    client.force_login(federation.people["bread_delegate"])
    address = f"/grants/{grant_of('bread').public_id}/"
    assert "Its equipment is to work before 2027 is settled." in client.get(address).content.decode()
    wrong = client.post(f"{address}report/", {"state": "late", "text": "Rain.", "expected_on": "2027-02-31"})
    assert wrong.status_code == 422
    told = wrong.content.decode()
    assert "“2027-02-31” is no day" in told
    assert '<option value="late" selected>' in told
    assert ">Rain.</textarea>" in told
    assert f'min="{NOW.date().isoformat()}"' in told
    client.post(f"{address}report/", {"state": "late", "text": "Rain.", "expected_on": SOON.isoformat()})
    assert GrantReport.objects.get().expected_on == SOON
    assert "It is to work by" in client.get(address).content.decode()
    rows = b"".join(client.get("/cycles/2027/grants/?format=csv").streaming_content)  # type: ignore[attr-defined]
    assert SOON.isoformat().encode() in rows
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=91))
    client.force_login(federation.people["bread_delegate"])
    assert "overdue: it should work by now" in client.get("/cycles/2027/grants/").content.decode()
