"""Rounds held in arrays are the rounds that the database holds."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from django.utils import timezone

from planning.rehearsal.arrays import rounds
from planning.rehearsal.cycle import Calendar, coordinator_made, negotiate, year_begin
from planning.rules import DEFAULTS
from planning.runner.build import Rules
from planning.runner.stress.economy import state_of
from planning.simulated.people import Temper
from workplaces.loading.economy import load_economy
from workplaces.models import Scenario
from workplaces.services.scenarios import scenario_open
from workplaces.tables import build_economy

RULES = Rules.of({key: default for key, (default, *_others) in DEFAULTS.items()})


@pytest.mark.django_db(transaction=True)
def test_the_same_people_come_to_the_same_figures() -> None:
    economy, temper, calendar = (
        build_economy("brazil-2021", workplaces=300, seed=5),
        Temper(),
        Calendar(timezone.now()),
    )
    by = coordinator_made(calendar)
    scenario = scenario_open(kind=Scenario.Kind.BASELINE, by=by, now=calendar.next())
    load_economy(economy=economy, scenario=scenario, by=by, now=calendar.next())
    rng = np.random.default_rng(5)
    cycle = year_begin(by, calendar, temper, rng, None)
    reports, _last = negotiate(cycle, by, calendar, temper, rng, lambda _text: None)
    assert len(reports) >= 3
    found = rounds(
        state_of(economy, band=RULES.band), rules=RULES, temper=temper, rng=np.random.default_rng(5)
    )
    for ours, (theirs, _workplaces) in zip(islice(found, len(reports)), reports, strict=True):
        assert ours.worst == pytest.approx(theirs.worst_imbalance, rel=1e-6, abs=1e-9)
        assert ours.mean == pytest.approx(theirs.mean_imbalance, rel=1e-6, abs=1e-9)
        assert ours.asked == pytest.approx(theirs.asked_to_act, abs=1e-12)


def test_people_who_all_follow_leave_nothing_to_ask_twice() -> None:
    state = state_of(build_economy("brazil-2021", workplaces=300, seed=5), band=RULES.band)
    temper = replace(Temper(), follow=1.0, part=0.0)
    first, second = islice(rounds(state, rules=RULES, temper=temper, rng=np.random.default_rng(1)), 2)
    assert first.asked > 0 == second.asked
    assert second.worst < first.worst
