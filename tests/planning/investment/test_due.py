"""When granted equipment is to work: by the charter's lag, as its workplace expects now, and when that day is past."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from planning.models import Cycle, GrantReport
from planning.selectors.grants import due_on, is_overdue
from tests.planning.conftest import NOW, Federation
from tests.planning.investment.sharing_world import asking, granted
from tests.planning.investment.test_grants import grant_of, in_force, report
from workplaces.errors import Invalid

pytestmark = pytest.mark.django_db
YEAR_END = date(2027, 12, 31)
SOON = NOW.date() + timedelta(days=90)


@pytest.fixture
def cycle(federation: Federation) -> Cycle:
    cycle, envelope = asking(federation)
    granted(federation, envelope)
    return cycle


@pytest.mark.parametrize(("lag", "end"), [(1, YEAR_END), (2, date(2028, 12, 31))])
def test_it_is_due_on_the_last_day_before_it_counts(federation: Federation, lag: int, end: date) -> None:
    _cycle, envelope = asking(federation, investment_lag=lag)
    granted(federation, envelope)
    grant = grant_of("bread")
    assert due_on(grant) == end
    assert not is_overdue(grant, end)
    assert is_overdue(grant, end + timedelta(days=1))


def test_a_late_report_sets_the_day_and_the_next_one_takes_it_back(
    federation: Federation, cycle: Cycle
) -> None:
    report(federation, "late", expected_on=SOON)
    grant = grant_of("bread")
    assert due_on(grant) == SOON
    assert is_overdue(grant, SOON + timedelta(days=1))
    report(federation, "late", text="The mason cannot say when.")
    assert due_on(grant_of("bread")) == YEAR_END


def test_what_works_or_went_elsewhere_is_not_overdue(federation: Federation, cycle: Cycle) -> None:
    in_force(federation, cycle)
    report(federation, "done")
    report(federation, "diverted", "flour")
    after = YEAR_END + timedelta(days=1)
    assert [is_overdue(grant_of(name), after) for name in ("bread", "flour")] == [False, False]


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
    assert "Its equipment is to work by 31 Dec 2027." in client.get(address).content.decode()
    wrong = client.post(f"{address}report/", {"state": "late", "text": "Rain.", "expected_on": "2027-02-31"})
    assert wrong.status_code == 422
    assert "“2027-02-31” is no day" in wrong.content.decode()
    client.post(f"{address}report/", {"state": "late", "text": "Rain.", "expected_on": SOON.isoformat()})
    assert GrantReport.objects.get().expected_on == SOON
    assert "It is to work by" in client.get(address).content.decode()
    rows = b"".join(client.get("/cycles/2027/grants/?format=csv").streaming_content)  # type: ignore[attr-defined]
    assert SOON.isoformat().encode() in rows
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=91))
    client.force_login(federation.people["bread_delegate"])
    assert "overdue: it should work by now" in client.get("/cycles/2027/grants/").content.decode()
