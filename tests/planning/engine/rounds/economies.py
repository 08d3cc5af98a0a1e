"""The economies the tests of the rounds share."""

from functools import cache

from planning.engine.rounds.archive import load_published
from planning.engine.rounds.economy import CouncilEconomy
from tests.planning.engine.examples import table_folder

START = 700.0  # every price in the first round (Hahnel 2021)
PUBLISHED = ("dep1ex01", "dep1ex02", "ex079")


@cache
def published(name: str) -> CouncilEconomy:
    return load_published(table_folder("hahnel") / f"{name}.clj.gz")
