"""What the database holds to in petitions: signed once, by those on the roll, in time; enough of them open one vote."""

from django.db import migrations

ROLL = """
CREATE FUNCTION councils_on_roll(council bigint, person bigint, day date) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM workplaces_person WHERE id = $2 AND is_active AND NOT is_superuser)
    AND EXISTS (SELECT 1 FROM councils_council c WHERE c.id = $1 AND CASE c.kind
      WHEN 'workplace' THEN EXISTS (
        SELECT 1 FROM workplaces_membership m JOIN workplaces_workplace w ON w.id = m.workplace_id
         WHERE m.person_id = $2 AND m.validity @> $3 AND w.entity_id = c.workplace_id)
      WHEN 'general' THEN EXISTS (
        SELECT 1 FROM workplaces_membership m
         WHERE m.person_id = $2 AND m.validity @> $3 AND m.community_id IS NOT NULL)
      ELSE EXISTS (
        SELECT 1 FROM councils_mandate m WHERE m.council_id = c.id AND m.person_id = $2
           AND m.role IN ('delegate', 'member') AND m.held @> $3) END)
$$;
"""
PETITIONS = """
CREATE FUNCTION petition_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'collecting' THEN
      RAISE EXCEPTION 'A petition begins with collecting signatures.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'petition_begins_collecting';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.public_id, NEW.council_id, NEW.kind, NEW.mandate_id, NEW.title, NEW.text, NEW.secrecy, NEW.roll_size,
      NEW.needed, NEW.closes_at, NEW.created_by_id, NEW.created_at)
     IS DISTINCT FROM (OLD.public_id, OLD.council_id, OLD.kind, OLD.mandate_id, OLD.title, OLD.text, OLD.secrecy,
      OLD.roll_size, OLD.needed, OLD.closes_at, OLD.created_by_id, OLD.created_at)
     OR OLD.state <> 'collecting' OR NEW.state = 'collecting' THEN
    RAISE EXCEPTION 'A petition stays as it was begun, and ends once.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'petition_stays';
  END IF;
  IF NEW.state = 'reached' AND (
      (SELECT count(*) FROM councils_signature WHERE petition_id = NEW.id AND withdrawn_at IS NULL) < NEW.needed
      OR NEW.ended_at >= NEW.closes_at OR NOT EXISTS (
        SELECT 1 FROM councils_motion m JOIN councils_ballot b ON b.motion_id = m.id AND b.state = 'open'
          LEFT JOIN councils_mandate held ON held.id = NEW.mandate_id
         WHERE m.id = NEW.motion_id AND m.council_id = NEW.council_id
           AND m.subject_kind = CASE NEW.kind WHEN 'recall' THEN 'mandate' ELSE 'petition' END
           AND m.subject_id = coalesce(held.public_id, NEW.public_id))) THEN
    RAISE EXCEPTION 'Petition "%" needs % signatures in time and the open vote that they bring about.', OLD.title,
      OLD.needed USING ERRCODE = 'check_violation', CONSTRAINT = 'petition_is_reached';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER petition_is_proper BEFORE INSERT OR UPDATE ON councils_petition
  FOR EACH ROW EXECUTE FUNCTION petition_is_proper();

CREATE FUNCTION signature_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE petition record;
BEGIN
  SELECT * INTO petition FROM councils_petition WHERE id = NEW.petition_id FOR SHARE;
  IF petition.state <> 'collecting'
     OR coalesce(NEW.withdrawn_at, NEW.signed_at) NOT BETWEEN petition.created_at AND petition.closes_at
     OR coalesce(NEW.withdrawn_at, NEW.signed_at) = petition.closes_at THEN
    RAISE EXCEPTION 'Petition "%" takes no signatures at this time.', petition.title
      USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_in_time';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.petition_id, NEW.person_id, NEW.signed_at) IS DISTINCT FROM
       (OLD.petition_id, OLD.person_id, OLD.signed_at) OR OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL THEN
      RAISE EXCEPTION 'A signature can only be taken back, once.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_stays';
    END IF;
  ELSIF NEW.withdrawn_at IS NOT NULL OR NOT councils_on_roll(
      petition.council_id, NEW.person_id, (NEW.signed_at AT TIME ZONE 'UTC')::date) THEN
    RAISE EXCEPTION 'Only those on the roll of this body sign its petitions.'
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'signature_of_the_roll';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER signature_is_proper BEFORE INSERT OR UPDATE ON councils_signature
  FOR EACH ROW EXECUTE FUNCTION signature_is_proper();
"""
TABLES = ("petition", "signature")
KEPT = "".join(
    f"CREATE TRIGGER {table}_no_{op.lower()} BEFORE {op} ON councils_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION councils_refuse_rewriting();\n"
    for table in TABLES
    for op in ("DELETE", "TRUNCATE")
)
DROP = "".join(
    f"DROP TRIGGER {table}_no_{op} ON councils_{table};\nDROP TRIGGER IF EXISTS {table}_is_proper ON councils_{table};\n"
    for table in TABLES
    for op in ("delete", "truncate")
) + """
DROP FUNCTION signature_is_proper(), petition_is_proper();
DROP FUNCTION councils_on_roll(bigint, bigint, date);
"""


class Migration(migrations.Migration):
    dependencies = [("councils", "0010_petitions")]

    operations = [migrations.RunSQL(ROLL + PETITIONS + KEPT, DROP)]
