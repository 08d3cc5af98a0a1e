"""A scenario's chain, and which of its scenarios have rows in a table.

Most tables have rows in the baseline only; who knows that can ask it directly, without looking for nearer versions of each
row. Where the whole chain is closed nothing in it can change any more, so that is remembered; of an open one the ids are,
for a scenario never gets another parent.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from threading import Lock

from django.apps import apps
from django.db import connection

MOST = 512  # chains remembered in a process, those asked for last


@dataclass(frozen=True)
class Chain:
    """Scenario ids, nearest first. ``inhabited``, of a closed chain only: by table, those of them that have rows in it."""

    ids: tuple[int, ...]
    inhabited: Mapping[str, tuple[int, ...]] | None

    def only(self, table: str) -> int | None:
        """Return the one scenario that holds the table's rows, for good; None where several do or may come to."""
        if self.inhabited is None or table not in self.inhabited:
            return None
        found = self.inhabited[table]
        return None if len(found) > 1 else found[0] if found else self.ids[0]


_known: OrderedDict[tuple[str, int], Chain] = OrderedDict()
_lock = Lock()


def chain_of(scenario: int, *, is_open: bool = False) -> Chain:
    """Return the scenario's chain; ``is_open`` says that the ids will do, since the scenario is known to be open.

    Within a transaction, which may yet be taken back, nothing new is remembered.
    """
    key = (str(connection.settings_dict["NAME"]), scenario)
    with _lock:
        found = _known.get(key)
        if found is not None and (is_open or found.inhabited is not None):
            _known.move_to_end(key)
            return found
    found = _read(scenario)
    if found.ids and not connection.in_atomic_block:
        with _lock:
            _known[key] = found
            while len(_known) > MOST:
                _known.popitem(last=False)
    return found


def _read(scenario: int) -> Chain:
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [scenario])
        rows = cursor.fetchall()
    ids = tuple(int(row[0]) for row in rows)
    if not rows or not rows[0][1]:
        return Chain(ids, None)
    places = enumerate(tables(), 2)
    return Chain(ids, {table: tuple(int(row[0]) for row in rows if row[at]) for at, table in places})


@cache
def tables() -> tuple[str, ...]:
    """Return the tables whose rows belong to a scenario."""
    from workplaces.models.scenario import ScenarioRow

    return tuple(sorted(m._meta.db_table for m in apps.get_models() if issubclass(m, ScenarioRow)))


@cache
def _statement() -> str:
    inhabited = "".join(
        f", CASE WHEN settled THEN EXISTS (SELECT 1 FROM {table} t WHERE t.scenario_id = chain.id) END"  # noqa: S608
        for table in tables()
    )
    return (
        f"SELECT id, settled{inhabited} FROM (SELECT c.id, c.depth, every(s.state = 'closed') OVER () AS settled "  # noqa: S608
        "FROM scenario_chain(%s) c JOIN workplaces_scenario s ON s.id = c.id) chain ORDER BY depth"
    )
