"""The ledger's pages and operations: open to everybody who is signed in, exact to the cent, as CSV too."""

import uuid
from typing import Any

import pytest
from django.test import Client

from planning.models import Account, Cycle, JournalEntry
from planning.services.ledger import account, journal_post
from tests.planning.federation import NOW, Federation
from tests.unguarded import unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(cycle: Cycle) -> Account:
    """The board's fund with 1,234,567.89 in it, which no draft stands behind."""
    output, board = account("output", cycle=cycle), account("board", cycle=cycle)
    with unguarded(JournalEntry):
        journal_post(
            cause=JournalEntry.Cause.FUND, subject=uuid.uuid4(), cycle=cycle,
            amounts={output: -123456789, board: 123456789}, by=None, now=NOW,
        )  # fmt: skip
    return board


@pytest.fixture
def reader(client: Client, federation: Federation) -> Client:
    """Somebody who belongs nowhere."""
    client.force_login(federation.people["stranger"])
    return client


def csv(answer: Any) -> list[list[str]]:
    return [line.split(",") for line in b"".join(answer.streaming_content).decode().splitlines()]


def test_accounts_are_listed_to_the_cent(reader: Client, board: Account) -> None:
    page = reader.get("/ledger/").content.decode()
    assert "The ledger balances" in page
    assert "1,234,567.89" in page
    assert f"/ledger/{board.public_id}/" in page


def test_an_account_shows_its_postings_and_their_cause(reader: Client, board: Account) -> None:
    page = reader.get(f"/ledger/{board.public_id}/").content.decode()
    assert "share of the year&#x27;s output set aside for investment" in page
    assert page.count("1,234,567.89") == 2


def test_an_empty_ledger_says_what_will_be_there(reader: Client, cycle: Cycle) -> None:
    assert "No account yet" in reader.get("/ledger/").content.decode()


def test_the_tables_come_as_csv(reader: Client, board: Account) -> None:
    accounts = csv(reader.get("/ledger/?format=csv"))
    assert accounts[0] == ["id", "kind", "account", "year", "balance", "currency"]
    assert {row[1]: row[-2] for row in accounts[1:]} == {"output": "-1234567.89", "board": "1234567.89"}
    every = csv(reader.get("/ledger/?format=csv&table=postings"))
    own = csv(reader.get(f"/ledger/{board.public_id}/?format=csv"))
    assert (len(every), len(own)) == (3, 2)
    assert sum(float(row[-2]) for row in every[1:]) == 0.0


def test_programs_read_accounts_and_postings(reader: Client, board: Account) -> None:
    listed = reader.get("/api/v1/accounts/").json()["results"]
    assert {one["kind"]: one["balance"] for one in listed} == {"output": -123456789, "board": 123456789}
    one = reader.get(f"/api/v1/accounts/{board.public_id}/").json()
    assert (one["year"], one["sector"]) == (2027, None)
    (posting,) = reader.get(f"/api/v1/accounts/{board.public_id}/postings/").json()["results"]
    assert (posting["cause"], posting["amount"]) == ("fund", 123456789)
