"""Closing plans its queries for the tables as they are.

A connection keeps the plans of a trigger's queries. Made while the tables were small, and not yet known to have grown, they
read every vote for every right: a vote of three took 50 seconds beside 3,000 people of the same transaction.
"""

from django.db import migrations

CLOSING = (
    "ballot_keeps_its_secrets",
    "ballot_stays_as_opened",
    "ballot_tells_its_choices",
    "ballot_tells_its_count",
    "ballot_tells_who_won",
)


class Migration(migrations.Migration):
    """Only the settings of functions change."""

    dependencies = [("councils", "0047_list_guards")]
    operations = [
        migrations.RunSQL(
            [f"ALTER FUNCTION {name}() SET plan_cache_mode = force_custom_plan" for name in CLOSING],
            [f"ALTER FUNCTION {name}() RESET plan_cache_mode" for name in CLOSING],
        )
    ]
