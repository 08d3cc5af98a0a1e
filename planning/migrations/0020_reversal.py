import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

AGAIN = """
CREATE OR REPLACE FUNCTION grant_as_carried() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM planning_share p JOIN planning_sharingout s ON s.id = p.sharing_id
       WHERE p.id = NEW.share_id AND p.request_id = NEW.request_id AND p.amount = NEW.amount
         AND s.envelope_id = NEW.envelope_id AND s.settled_at IS NOT NULL) THEN
    RAISE EXCEPTION 'A grant is the part that a carried sharing-out gives to its request.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_as_carried';
  END IF;
  PERFORM 1 FROM planning_investmentrequest WHERE id = NEW.request_id FOR NO KEY UPDATE;
  IF EXISTS (
      SELECT 1 FROM planning_grant g WHERE g.request_id = NEW.request_id AND NOT EXISTS (
        SELECT 1 FROM planning_journalentry j WHERE j.cause = 'reversal' AND j.subject = g.public_id)) THEN
    RAISE EXCEPTION 'A request is granted once, and again only after its grant was taken back.'
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'grant_once_that_stands';
  END IF;
  RETURN NEW;
END $$;
"""
ONCE = """
CREATE OR REPLACE FUNCTION grant_as_carried() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM planning_share p JOIN planning_sharingout s ON s.id = p.sharing_id
       WHERE p.id = NEW.share_id AND p.request_id = NEW.request_id AND p.amount = NEW.amount
         AND s.envelope_id = NEW.envelope_id AND s.settled_at IS NOT NULL) THEN
    RAISE EXCEPTION 'A grant is the part that a carried sharing-out gives to its request.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_as_carried';
  END IF;
  RETURN NEW;
END $$;
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
    ("settlement", "settlement of a year"),
]


class Migration(migrations.Migration):
    """A request is granted again after its grant was taken back; a grant's money leaves its workplace once."""

    dependencies = [("planning", "0019_own_record"), ("councils", "0049_appeals_on_sharing")]

    operations = [
        migrations.AlterField(
            model_name="journalentry", name="cause", field=models.CharField(choices=CAUSES, max_length=10)
        ),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=models.UniqueConstraint(
                fields=["subject"],
                condition=Q(cause__in=["purchase", "reversal", "return", "abandoned"]),
                name="journalentry_grant_leaves_once",
            ),
        ),
        migrations.AlterField(
            model_name="grant",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="planning.investmentrequest"
            ),
        ),
        migrations.RunSQL(AGAIN, ONCE),
    ]
