"""Trying to join papers to people in a database whose secret vote has closed, by everything that it holds.

The thief gets the whole database after the close: every table with ``ctid``, ``xmin``, ``xmax``, every sequence,
every time, the server's catalogue. They know the order in which people voted (the marks' physical order and
transaction ids tell that) and try to put the papers into the same order, or to find a value that both sides share.
"""

import itertools
import random
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from councils.models import Ballot, Mark
from councils.services import ballot_close
from tests.councils.secret import entries, put, secret_ballot
from tests.councils.world import DAY, LATER, NOW, World, build
from workplaces.models import Message
from workplaces.services.notices import settings_set

VOTERS = 40
Row = dict[str, Any]


@pytest.fixture
def world(transactional_db: None) -> World:
    return build()


@pytest.fixture
def voted(world: World) -> tuple[Ballot, list[int], list[str]]:
    """A closed vote in which each voted in a transaction of their own, in an order that is not the roll's."""
    from tests.councils.secret import assembly

    ballot = secret_ballot(world, council=assembly(world, VOTERS))
    order = entries(ballot)
    random.Random(7).shuffle(order)
    for entry in order[::2]:
        settings_set(by=entry.person, values={"receipts": True}, now=NOW)
    trackers = []
    for number, entry in enumerate(order):
        at = NOW + DAY + timedelta(seconds=number)
        trackers.append(put(entry, ("yes", "no")[number % 2], now=at).tracker)
    copy_urn(ballot)
    ballot_close(ballot=ballot, by=None, now=LATER)
    return ballot, [entry.pk for entry in order], trackers


def copy_urn(ballot: Ballot) -> None:
    """Keep for the controls what closing takes away: the urn in the order of casting, with its transaction ids."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS kept_urn")
        cursor.execute(
            "CREATE TEMP TABLE kept_urn AS SELECT tracker, choice, ctid::text AS place, xmin::text AS written_by,"
            f" row_number() OVER (ORDER BY ctid) AS number FROM urns.b{ballot.public_id.hex}"
        )


def query(statement: str) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def tables() -> list[str]:
    return [
        f'"{row["schemaname"]}"."{row["tablename"]}"'
        for row in query(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            " AND schemaname NOT LIKE 'pg_temp%%'".replace("%%", "%")
        )
    ]


def dump() -> dict[str, list[Row]]:
    """Return every row of every table, with what the server itself knows of it."""
    hidden = "ctid::text AS _place, xmin::text AS _written, xmax::text AS _locked"
    return {table: query(f"SELECT {hidden}, t.* FROM {table} t ORDER BY ctid") for table in tables()}


def orders(rows: list[Row], key: str) -> Iterator[tuple[str, list[Any]]]:
    """Yield every way in which the rows of a table can be put into an order, as the list of their keys."""
    yield "rows", [row[key] for row in rows]
    for column in rows[0]:
        if column == key:
            continue
        values = [row[column] for row in rows]
        if len({str(value) for value in values}) == len(rows):
            yield column, [row[key] for row in sorted(rows, key=lambda row: _sortable(row[column]))]


def _sortable(value: Any) -> Any:
    numbers = re.fullmatch(r"\((\d+),(\d+)\)|(\d+)", str(value))
    return (0, [int(part) for part in numbers.groups() if part]) if numbers else (1, str(value))


def agreement(one: list[Any], other: list[Any], pairs: dict[Any, Any]) -> float:
    """Return the share of voters whose paper stands at their own place in the other order."""
    return sum(pairs[voter] == paper for voter, paper in zip(one, other, strict=True)) / len(one)


def found_out(
    papers: list[Row], voters: list[int], trackers: list[str], marks: list[Row]
) -> dict[str, float]:
    """Return the orders of papers that tell who voted what better than guessing, with the share they tell."""
    pairs = dict(zip(voters, trackers, strict=True))
    told: dict[str, float] = {}
    by_marks = list(orders(marks, "roll_entry_id"))
    for (mark_name, mark_order), (name, paper_order) in itertools.product(
        by_marks, orders(papers, "tracker")
    ):
        for direction in (1, -1):
            share = agreement(mark_order, paper_order[::direction], pairs)
            if share > 0.2:
                told[f"{mark_name}/{name}"] = share
    return told


@pytest.mark.django_db(transaction=True)
def test_nothing_that_is_left_joins_papers_to_people(voted: tuple[Ballot, list[int], list[str]]) -> None:
    _ballot, voters, trackers = voted
    assert Message.objects.filter(kind="right_used").count() == VOTERS // 2, (
        "the outbox is part of what is tried"
    )
    whole = dump()
    papers = whole['"public"."councils_paper"']
    marks = [row for row in whole['"public"."councils_mark"'] if row["roll_entry_id"] in voters]
    assert (len(papers), len(marks)) == (VOTERS, VOTERS)
    assert [row["roll_entry_id"] for row in marks] == voters, "the thief knows in which order people voted"
    assert len({row["_written"] for row in marks}) == VOTERS
    assert found_out(papers, voters, trackers, marks) == {}
    assert {row["_written"] for row in papers} == {papers[0]["_written"]}
    assert [row["tracker"] for row in papers] == sorted(trackers)
    assert set(papers[0]) - {"_place", "_written", "_locked"} == {"ballot_id", "tracker", "choice"}
    assert set(marks[0]) - {"_place", "_written", "_locked"} == {"roll_entry_id"}


@pytest.mark.django_db(transaction=True)
def test_no_tracker_and_no_transaction_of_a_cast_stands_anywhere_else(
    voted: tuple[Ballot, list[int], list[str]],
) -> None:
    """Trackers stand in the papers and in the record's closing entry; casts touched marks and roll, nothing else."""
    _ballot, _voters, trackers = voted
    whole = dump()
    marks = whole['"public"."councils_mark"']
    casts = {row["_written"] for row in marks}
    holders, touched = set(), set()
    for table, rows in whole.items():
        text = "\n".join(str(row) for row in rows)
        if any(tracker in text for tracker in trackers):
            holders.add(table)
        if any(row["_written"] in casts or row["_locked"] in casts for row in rows):
            touched.add(table)
    assert holders == {'"public"."councils_paper"', '"public"."workplaces_entry"'}
    assert touched <= {
        '"public"."councils_mark"',
        '"public"."councils_rollentry"',
        '"public"."councils_ballot"',
    }
    assert query("SELECT 1 FROM pg_tables WHERE schemaname = 'urns'") == []


@pytest.mark.django_db(transaction=True)
def test_no_sequence_moves_while_people_vote(world: World) -> None:
    ballot = secret_ballot(world)
    sequences = "SELECT schemaname, sequencename, last_value FROM pg_sequences ORDER BY 1, 2"
    before = query(sequences)
    for entry in entries(ballot):
        put(entry, "yes")
    assert Mark.objects.count() == 12
    assert query(sequences) == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("column", "way"),
    [
        ("place", "the urn, had it been kept"),
        ("written_by", "its transaction ids"),
        ("number", "a serial number"),
    ],
)
def test_control_what_closing_takes_away_would_tell(
    voted: tuple[Ballot, list[int], list[str]], column: str, way: str
) -> None:
    _ballot, voters, trackers = voted
    marks = query(
        "SELECT ctid::text AS _place, xmin::text AS _written, t.* FROM councils_mark t ORDER BY ctid"
    )
    papers = query(
        f"SELECT p.tracker, p.choice, k.{column} FROM councils_paper p JOIN kept_urn k USING (tracker)"
    )
    random.Random(3).shuffle(papers)
    told = found_out(papers, voters, trackers, marks)
    assert any(name.endswith(f"/{column}") and share == 1.0 for name, share in told.items()), way


@pytest.mark.django_db(transaction=True)
def test_control_a_time_on_the_paper_would_tell(voted: tuple[Ballot, list[int], list[str]]) -> None:
    _ballot, voters, trackers = voted
    marks = query(
        "SELECT ctid::text AS _place, xmin::text AS _written, t.* FROM councils_mark t ORDER BY ctid"
    )
    papers = [
        {"tracker": tracker, "cast_at": (NOW + timedelta(seconds=n)).isoformat()}
        for n, tracker in enumerate(trackers)
    ]
    random.Random(3).shuffle(papers)
    assert max(found_out(papers, voters, trackers, marks).values()) == 1.0


@pytest.mark.django_db(transaction=True)
def test_control_papers_that_were_not_sorted_at_the_close_would_tell(world: World) -> None:
    """The same protocol, but closing copies the urn as it lies."""
    ballot = secret_ballot(world)
    order = entries(ballot)
    random.Random(5).shuffle(order)
    trackers = [put(entry, "yes").tracker for entry in order]
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'ballot_keeps_its_secrets'")
        source = cursor.fetchone()[0]
    assert ' ORDER BY tracker COLLATE "C"' in source
    careless = source.replace(' ORDER BY tracker COLLATE "C"', "")
    try:
        redefine(careless)
        ballot_close(ballot=ballot, by=None, now=LATER)
        whole = dump()
        told = found_out(
            whole['"public"."councils_paper"'],
            [entry.pk for entry in order],
            trackers,
            whole['"public"."councils_mark"'],
        )
    finally:
        redefine(source)
    assert max(told.values()) == 1.0


def redefine(source: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION ballot_keeps_its_secrets() RETURNS trigger LANGUAGE plpgsql"
            f" SECURITY DEFINER SET search_path = public, pg_temp AS $body${source}$body$"
        )
