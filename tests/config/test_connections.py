"""What the operating guide says of connections and poolers: prepared statements belong to one connection."""

import psycopg
import pytest
from django.db import connection

from workplaces.statements import asked

pytestmark = pytest.mark.django_db


def test_a_prepared_statement_is_known_on_its_own_connection_only() -> None:
    assert asked("SELECT %s::int AS on_this_connection", [1]) == [(1,)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_prepared_statements WHERE statement LIKE '%%on_this_connection%%'"
        )
        ((name,),) = [row for row in cursor.fetchall() if row[0].startswith("_pg3_")]
        parameters = connection.get_connection_params()
    known = {
        key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if parameters.get(key)
    }
    with (
        psycopg.connect(**known) as other,
        pytest.raises(psycopg.errors.InvalidSqlStatementName, match="does not exist"),
    ):
        other.execute(f"EXECUTE {name}(1)")


def test_the_guide_names_the_pool_as_it_is_set() -> None:
    options = connection.settings_dict["OPTIONS"]
    assert (options["pool"]["min_size"], options["pool"]["max_size"]) == (1, 8)
    assert options["prepare_threshold"] is not None
    assert not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")


def test_a_process_that_stops_in_a_transaction_loses_its_locks_after_a_while() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("15min",)
