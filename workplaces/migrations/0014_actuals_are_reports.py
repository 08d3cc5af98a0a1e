"""What was made is reported in planning, by year: the economy's own table of it, which nothing ever wrote, goes."""

import importlib

from django.db import migrations

guards = importlib.import_module("workplaces.migrations.0002_guards")


class Migration(migrations.Migration):
    dependencies = [("workplaces", "0013_training_places")]

    operations = [
        migrations.RunSQL(migrations.RunSQL.noop, guards.guard("actual")),
        migrations.DeleteModel(name="Actual"),
    ]
