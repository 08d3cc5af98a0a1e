from django.db import migrations, models

# What is asked was no part of an amendment: it stays as the motion asks. The guards are silent while that is written.
FILLED = "".join(
    f"""
ALTER TABLE councils_{table} DISABLE TRIGGER USER;
UPDATE councils_{table} t SET asks = m.asks FROM councils_motion m WHERE m.id = t.motion_id AND m.asks <> '';
ALTER TABLE councils_{table} ENABLE TRIGGER USER;
"""
    for table in ("amendment", "motionversion")
)


class Migration(migrations.Migration):
    dependencies = [("councils", "0038_receipt_messages")]

    operations = [
        migrations.AddField("amendment", "asks", models.TextField(blank=True, db_default="", default="")),
        migrations.AddField("amendment", "clashes", models.JSONField(db_default=[], default=list)),
        migrations.AddField("motionversion", "asks", models.TextField(blank=True, db_default="", default="")),
        migrations.AddConstraint(
            "amendment",
            models.CheckConstraint(
                condition=models.Q(clashes=[]) | models.Q(state="lapsed"), name="amendment_clashes_when_overtaken"
            ),
        ),
        migrations.RunSQL(FILLED, migrations.RunSQL.noop),
    ]
