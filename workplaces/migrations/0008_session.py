"""Sessions name their person in a column; those that run go on, and name theirs when they are next written."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

COLUMNS = "session_key, session_data, expire_date"
MOVE = f"INSERT INTO workplaces_session ({COLUMNS}) SELECT {COLUMNS} FROM django_session; DELETE FROM django_session"
BACK = f"INSERT INTO django_session ({COLUMNS}) SELECT {COLUMNS} FROM workplaces_session"


class Migration(migrations.Migration):
    dependencies = [("workplaces", "0007_names_of_kinds"), ("sessions", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                ("session_key", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key")),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("person", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="sessions", to=settings.AUTH_USER_MODEL)),
            ],
            options={"verbose_name": "session", "verbose_name_plural": "sessions", "abstract": False},
        ),
        migrations.RunSQL(MOVE, BACK),
    ]
