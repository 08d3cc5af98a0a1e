import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Floor, Greatest

import workplaces.models.fields

KEPT = "".join(
    f"CREATE TRIGGER surpluslevy_no_{operation.lower()} BEFORE {operation} ON planning_surpluslevy "
    "FOR EACH STATEMENT EXECUTE FUNCTION planning_refuse_rewriting();\n"
    for operation in ("DELETE", "TRUNCATE", "UPDATE")
)
# Written in this order: the entry, its row, its postings; each is held to what was there before it.
POSTED = """
CREATE FUNCTION surplus_is_posted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
  SELECT s.surplus, s.levy, sum(f.amount) FILTER (WHERE f.amount > 0) AS posted INTO wrong
    FROM fresh f JOIN planning_journalentry j ON j.id = f.entry_id AND j.cause = 'surplus'
    JOIN planning_account a ON a.id = f.account_id LEFT JOIN planning_surpluslevy s ON s.entry_id = j.id
   GROUP BY j.id, s.id
  HAVING s.surplus IS NULL OR sum(abs(f.amount)) <> 2 * s.surplus
      OR coalesce(sum(f.amount) FILTER (WHERE a.kind = 'output' AND a.cycle_id = j.cycle_id), 0) <> -s.surplus
      OR coalesce(sum(f.amount) FILTER (WHERE a.kind = 'levy' AND a.cycle_id = j.cycle_id), 0) <> s.levy
      OR coalesce(sum(f.amount) FILTER (WHERE a.kind = 'surplus' AND a.workplace_id = s.workplace_id), 0)
         <> s.surplus - s.levy
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'A surplus of % with a levy of % is posted otherwise (%): what is posted is what was computed.',
      wrong.surplus, wrong.levy, wrong.posted USING ERRCODE = 'check_violation', CONSTRAINT = 'surplus_is_posted';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER surplus_is_posted AFTER INSERT ON planning_posting
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION surplus_is_posted();

CREATE FUNCTION surplus_of_year() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM fresh f JOIN workplaces_workplace w ON w.id = f.workplace_id
      LEFT JOIN planning_journalentry j ON j.id = f.entry_id
      WHERE f.entry_id IS NOT NULL
        AND (j.cause, j.cycle_id, j.subject) IS DISTINCT FROM ('surplus', f.cycle_id, w.public_id)) THEN
    RAISE EXCEPTION 'A surplus is posted by an entry of its own.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'surplus_is_posted';
  END IF;
  IF EXISTS (SELECT 1 FROM fresh f JOIN planning_cycle c ON c.id = f.cycle_id
      WHERE f.rate <> (c.rules ->> 'surplus_levy')::float8) THEN
    RAISE EXCEPTION 'The rate of the levy is the one of the year''s charter.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'surplus_at_the_rate';
  END IF;
  IF EXISTS (SELECT 1 FROM (
      SELECT workplace_id, cycle_id, charges AS amount, true AS own FROM fresh
      UNION ALL
      SELECT c.workplace_id, j.cycle_id, -c.amount, false FROM planning_resourcecharge c
        JOIN planning_journalentry j ON j.id = c.entry_id) v
      GROUP BY workplace_id, cycle_id HAVING bool_or(own) AND sum(amount) <> 0) THEN
    RAISE EXCEPTION 'Charges deducted from a surplus are those that were posted.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'surplus_less_charges';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER surplus_of_year AFTER INSERT ON planning_surpluslevy
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION surplus_of_year();
"""
DROP = "".join(
    f"DROP TRIGGER surpluslevy_no_{name} ON planning_surpluslevy;\n" for name in ("delete", "truncate", "update")
) + """
DROP TRIGGER surplus_is_posted ON planning_posting;
DROP TRIGGER surplus_of_year ON planning_surpluslevy;
DROP FUNCTION surplus_is_posted(), surplus_of_year();
"""
CAUSES = [
    ("fund", "share of the year's output set aside for investment"),
    ("envelope", "envelope settled by the board"),
    ("grant", "grant"),
    ("purchase", "equipment paid for"),
    ("return", "diverted, given back to its envelope"),
    ("reversal", "grant taken back after an appeal"),
    ("unspent", "not granted by the end of the year, given back to its output"),
    ("abandoned", "given back: the year was abandoned"),
    ("charge", "charges for the use of resources"),
    ("surplus", "surplus of a year, and the levy on it"),
    ("settlement", "settlement of a year"),
]


class Migration(migrations.Migration):
    """Each workplace's surplus of a settled year, computed, and the levy on it; posted once a year and workplace."""

    dependencies = [("planning", "0030_revision_guards"), ("workplaces", "0009_granted_uses")]

    operations = [
        migrations.AlterField(
            model_name="journalentry", name="cause", field=models.CharField(choices=CAUSES, max_length=10)
        ),
        migrations.CreateModel(
            name="SurplusLevy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("output", models.BigIntegerField()),
                ("inputs", models.BigIntegerField()),
                ("pay", models.BigIntegerField()),
                ("charges", models.BigIntegerField()),
                ("unreported", models.BigIntegerField()),
                ("rate", workplaces.models.fields.quantity()),
                ("surplus", models.BigIntegerField()),
                ("levy", models.BigIntegerField()),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="surpluses", to="planning.cycle"
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="surplus",
                        to="planning.journalentry",
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
                "verbose_name": "levy on surplus",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=["cycle", "workplace"], name="surpluslevy_once"),
                    models.CheckConstraint(
                        condition=Q(surplus=F("output") - F("inputs") - F("pay") - F("charges")),
                        name="surpluslevy_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=Q(surplus__gt=0, entry__isnull=False) | Q(surplus__lte=0, entry__isnull=True),
                        name="surpluslevy_posted_if_any",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            levy=Floor(
                                F("rate") * Cast(Greatest(F("surplus"), Value(0)), models.FloatField()) + Value(0.5)
                            )
                        ),
                        name="surpluslevy_at_its_rate",
                    ),
                    models.CheckConstraint(condition=Q(rate__gte=0, rate__lte=1), name="surpluslevy_rate_share"),
                    models.CheckConstraint(
                        condition=Q(
                            unreported__gte=0, unreported__lte=F("output"), inputs__gte=0, pay__gte=0, charges__gte=0
                        ),
                        name="surpluslevy_reported_part",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=models.UniqueConstraint(
                fields=["cycle", "subject"], condition=Q(cause="surplus"), name="journalentry_surplus_once"
            ),
        ),
        migrations.RunSQL(KEPT + POSTED, DROP),
    ]  # fmt: skip
