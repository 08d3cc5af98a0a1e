"""Whether the database holds moments to its own clock, as it does unless its owner says that it simulates time."""

from django.db import connection


def time_simulate(*, simulated: bool = True) -> None:
    """Say in the database that it simulates time, or no longer; only the role that owns its tables may.

    Raises ProgrammingError (insufficient privilege) for any other role.
    """
    with connection.cursor() as cursor:
        cursor.execute("UPDATE councils_clock SET simulated = %s", [simulated])


def time_is_simulated() -> bool:
    """Say whether this database simulates time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT simulated FROM councils_clock")
        return bool(cursor.fetchone()[0])
