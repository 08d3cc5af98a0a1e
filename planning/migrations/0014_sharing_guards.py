"""What the database holds to in sharing out: frozen once made, granted by the council's carried motion, paid by a posting."""

from django.db import migrations

SHARING = """
CREATE FUNCTION sharingout_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.settled_at IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'A sharing-out begins unsettled.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'sharingout_stays';
  END IF;
  IF OLD.settled_at IS NOT NULL OR NEW.settled_at IS NULL OR to_jsonb(NEW) - 'settled_at' <> to_jsonb(OLD) - 'settled_at' THEN
    RAISE EXCEPTION 'A sharing-out is frozen: a change is another one.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'sharingout_stays';
  END IF;
  IF NOT EXISTS (
      SELECT 1 FROM councils_motion m JOIN councils_council c ON c.id = m.council_id
        JOIN planning_envelope e ON e.id = NEW.envelope_id
       WHERE m.subject_kind = 'sharing' AND m.subject_id = NEW.public_id AND m.state = 'carried'
         AND (c.sector_id = e.sector_id OR c.region_id = e.region_id)) THEN
    RAISE EXCEPTION 'An envelope is shared out by a carried motion of its own council.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'sharing_settled_by_its_council';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sharingout_stays BEFORE INSERT OR UPDATE ON planning_sharingout
  FOR EACH ROW EXECUTE FUNCTION sharingout_stays();

CREATE FUNCTION share_before_the_motion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM councils_motion m JOIN planning_sharingout s ON s.public_id = m.subject_id
              WHERE s.id = NEW.sharing_id AND m.subject_kind = 'sharing') THEN
    RAISE EXCEPTION 'A sharing-out that was moved gets no more parts.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'share_before_the_motion';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER share_before_the_motion BEFORE INSERT ON planning_share
  FOR EACH ROW EXECUTE FUNCTION share_before_the_motion();
"""

GRANTS = """
CREATE FUNCTION grant_as_carried() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER grant_as_carried BEFORE INSERT ON planning_grant
  FOR EACH ROW EXECUTE FUNCTION grant_as_carried();

CREATE FUNCTION grant_is_posted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM planning_journalentry j JOIN planning_posting p ON p.entry_id = j.id
        JOIN planning_account a ON a.id = p.account_id JOIN planning_investmentrequest r ON r.id = NEW.request_id
       WHERE j.cause = 'grant' AND j.subject = NEW.public_id AND p.amount = NEW.amount AND a.kind = 'investment'
         AND a.workplace_id = r.workplace_id) <> 1 THEN
    RAISE EXCEPTION 'A grant is posted once to the investment account of its workplace.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_is_posted';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER grant_is_posted AFTER INSERT ON planning_grant
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION grant_is_posted();

CREATE FUNCTION posting_of_a_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.cause = 'grant' AND NOT EXISTS (SELECT 1 FROM planning_grant g WHERE g.public_id = NEW.subject AND (
      SELECT count(*) FROM planning_journalentry j WHERE j.cause = 'grant' AND j.subject = NEW.subject) = 1) THEN
    RAISE EXCEPTION 'No grant of a council stands behind this entry, or it was posted before.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_of_a_grant';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER posting_of_a_grant AFTER INSERT ON planning_journalentry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION posting_of_a_grant();
"""

FROZEN = ["share", "grant", "grantreport", "capacitygain"]
OPERATIONS = {"delete": "DELETE", "truncate": "TRUNCATE", "update": "UPDATE"}
GUARDS = [
    (table, name)
    for table in [*FROZEN, "sharingout"]
    for name in OPERATIONS
    if table in FROZEN or name != "update"
]
KEPT = "".join(
    f"CREATE TRIGGER {table}_no_{name} BEFORE {OPERATIONS[name]} ON planning_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION planning_refuse_rewriting();\n"
    for table, name in GUARDS
)
DROP = "".join(f"DROP TRIGGER {table}_no_{name} ON planning_{table};\n" for table, name in GUARDS) + """
DROP TRIGGER posting_of_a_grant ON planning_journalentry;
DROP TRIGGER grant_is_posted ON planning_grant;
DROP TRIGGER grant_as_carried ON planning_grant;
DROP TRIGGER share_before_the_motion ON planning_share;
DROP TRIGGER sharingout_stays ON planning_sharingout;
DROP FUNCTION posting_of_a_grant(), grant_is_posted(), grant_as_carried(), share_before_the_motion(), sharingout_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("planning", "0013_sharing"), ("councils", "0023_delegation_guards")]

    operations = [migrations.RunSQL(SHARING + GRANTS + KEPT, DROP)]
