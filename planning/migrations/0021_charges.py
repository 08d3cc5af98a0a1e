import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import workplaces.models.fields

KEPT = "".join(
    f"CREATE TRIGGER resourcecharge_no_{operation.lower()} BEFORE {operation} ON planning_resourcecharge "
    "FOR EACH STATEMENT EXECUTE FUNCTION planning_refuse_rewriting();\n"
    for operation in ("DELETE", "TRUNCATE", "UPDATE")
)
POSTED = """
CREATE FUNCTION charge_of_uses() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE entry bigint; owed numeric; posted numeric;
BEGIN
  entry := CASE TG_TABLE_NAME WHEN 'planning_resourcecharge' THEN to_jsonb(NEW) ->> 'entry_id' ELSE to_jsonb(NEW) ->> 'id' END;
  SELECT sum(amount) INTO owed FROM planning_resourcecharge WHERE entry_id = entry;
  SELECT sum(p.amount) INTO posted FROM planning_posting p JOIN planning_account a ON a.id = p.account_id
    JOIN planning_journalentry j ON j.id = p.entry_id AND j.cause = 'charge'
   WHERE p.entry_id = entry AND a.kind = 'charges';
  IF owed IS DISTINCT FROM posted THEN
    RAISE EXCEPTION 'Resource charges of % are posted as %: what is posted is what the uses add up to.', owed, posted
      USING ERRCODE = 'check_violation', CONSTRAINT = 'charge_of_uses';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER charge_of_uses AFTER INSERT ON planning_journalentry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.cause = 'charge') EXECUTE FUNCTION charge_of_uses();
CREATE CONSTRAINT TRIGGER charge_of_uses AFTER INSERT ON planning_resourcecharge
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION charge_of_uses();
"""
DROP = "".join(
    f"DROP TRIGGER resourcecharge_no_{name} ON planning_resourcecharge;\n" for name in ("delete", "truncate", "update")
) + """
DROP TRIGGER charge_of_uses ON planning_journalentry;
DROP TRIGGER charge_of_uses ON planning_resourcecharge;
DROP FUNCTION charge_of_uses();
"""


class Migration(migrations.Migration):
    """What workplaces are charged for the resources they use, by resource; posted once a year and workplace."""

    dependencies = [("planning", "0020_reversal"), ("workplaces", "0009_granted_uses")]

    operations = [
        migrations.CreateModel(
            name="ResourceCharge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("use", workplaces.models.fields.quantity()),
                ("unreported", workplaces.models.fields.quantity()),
                ("rate", workplaces.models.fields.quantity()),
                ("amount", models.BigIntegerField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="charges", to="planning.journalentry"
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="workplaces.resource"
                    ),
                ),
                (
                    "workplace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="workplaces.workplace"
                    ),
                ),
            ],
            options={
                "verbose_name": "resource charge",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=["entry", "resource"], name="resourcecharge_once"),
                    models.CheckConstraint(condition=Q(amount__gt=0), name="resourcecharge_of_something"),
                    models.CheckConstraint(condition=Q(unreported__lte=F("use")), name="resourcecharge_reported_part"),
                    workplaces.models.fields.finite("resourcecharge_figures_finite", "use", "unreported", "rate"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=models.UniqueConstraint(
                fields=["cycle", "subject"], condition=Q(cause="charge"), name="journalentry_charged_once"
            ),
        ),
        migrations.RunSQL(KEPT + POSTED, DROP),
    ]
