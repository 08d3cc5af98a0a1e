"""The ledger of people's time: it adds up, and it falls when the band grows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from planning.rehearsal.cycle import Calendar, iterate
from planning.rehearsal.report import laid_out
from planning.rehearsal.time_ledger import (
    COORDINATORS,
    COUNCILS,
    PLACES,
    WORKPLACES,
    Asked,
    Ledger,
    asked_by,
    ledger,
    ledger_table,
)
from planning.services.abandoning import cycle_abandon
from planning.services.answers import consumption_set
from planning.services.cycles import cycle_begin_proposals, cycle_open
from planning.services.rounds import round_open, round_publish
from planning.wording.minutes import DEMAND_REVIEW, DUTY, LINE_REVIEW, minutes, round_effort
from tests.planning.federation import Federation, make_federation

PEOPLE = {WORKPLACES: 4, PLACES: 2, COORDINATORS: 1, COUNCILS: 5}


def entered(*rounds: Asked) -> Ledger:
    return ledger(lines=8, rows=6, rounds=rounds, iterations=len(rounds) + 1, votes=7, people=PEOPLE)


def test_the_sum_is_that_of_its_entries() -> None:
    found = entered(Asked(8, 3, 6, 2), Asked(5, 1, 4, 0))
    assert found.minutes == pytest.approx(sum(e.times * e.each for e in found.entries))
    assert found.minutes == pytest.approx(
        sum(found.each(role)[0] * heads for role, heads in PEOPLE.items())
    )  # by person and by entry the same
    assert found.minutes_one_by_one == pytest.approx(
        sum(found.each(role)[1] * heads for role, heads in PEOPLE.items())
    )
    assert found.as_json()["minutes"] == found.minutes
    printed = ledger_table(found, laid_out)
    assert f"{found.minutes / 60:.1f}" in printed
    assert "(4 of them)" in printed


def test_answers_cost_what_my_duties_says() -> None:
    found = {(e.role, e.activity): e for e in entered(Asked(8, 3, 6, 2)).entries}
    answer, row = found[WORKPLACES, "answer a change"], found[PLACES, "answer a change"]
    assert (answer.times, answer.times_one_by_one, row.times, row.times_one_by_one) == (3, 8, 2, 6)
    assert answer.minutes + row.minutes == pytest.approx(
        minutes(round_effort(3, 2)) - minutes(round_effort(0, 0))
    )
    assert row.each == pytest.approx(minutes(DEMAND_REVIEW))
    assert row.each_one_by_one == pytest.approx(minutes(LINE_REVIEW + DUTY))


def asked_with(band: float, year: int, federation: Federation, calendar: Calendar) -> Asked:
    """What the first round asks if the charter's band is this; the year is abandoned afterwards."""
    by = federation.people["coordinator"]
    cycle = cycle_open(year=year, by=by, now=calendar.next(), rules={"band": band})
    cycle = cycle_begin_proposals(cycle=cycle, by=by, now=calendar.next())
    consumption_set(
        cycle=cycle, demand_line=federation.demand["bread"], quantity=110.0, by=federation.people["villager"],
        now=calendar.next(),
    )  # fmt: skip
    round = round_open(cycle=cycle, by=by, now=calendar.next())
    run = iterate(round, by, calendar)
    round_publish(round=round, run=run, by=by, now=calendar.next())
    cycle_abandon(cycle=cycle, reason="only to see what is asked", by=by, now=calendar.next())
    return asked_by(run)


@pytest.mark.django_db
def test_it_falls_when_the_band_grows() -> None:
    federation, calendar = make_federation(), Calendar(timezone.now() - timedelta(hours=2))
    narrow = entered(asked_with(0.001, 2027, federation, calendar))
    wide = entered(asked_with(0.5, 2028, federation, calendar))
    assert narrow.minutes > wide.minutes
    assert all(e.minutes <= e.minutes_one_by_one for e in (*narrow.entries, *wide.entries))
