from importlib import import_module

from django.db import migrations

APPEALS = import_module("councils.migrations.0021_appeal_guards").APPEALS
BEFORE = APPEALS[APPEALS.index("CREATE FUNCTION appeal_is_proper") : APPEALS.index("CREATE TRIGGER appeal_is_proper")]
BEFORE = BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
PLAIN = "AND subject_kind = '' AND"
assert PLAIN in BEFORE


class Migration(migrations.Migration):
    """A council's sharing-out of its envelope is appealed against as any other motion."""

    dependencies = [("councils", "0048_closings_planned_anew")]
    operations = [migrations.RunSQL(BEFORE.replace(PLAIN, "AND subject_kind IN ('', 'sharing') AND"), BEFORE)]
