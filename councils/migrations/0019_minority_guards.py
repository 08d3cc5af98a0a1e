"""What the database holds to in minority reports: those who lost sign, once each, and reports stay."""

from django.db import migrations

TABLES = ("minorityreport", "minoritysignature")
KEPT = "".join(
    f"CREATE TRIGGER {table}_no_{op.lower()} BEFORE {op} ON councils_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION councils_refuse_rewriting();\n"
    for table in TABLES
    for op in ("TRUNCATE", "DELETE", "UPDATE")
)
SIGNATURES = """
CREATE FUNCTION minority_is_the_minority() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ballot record;
BEGIN
  SELECT * INTO ballot FROM councils_ballot WHERE id = NEW.ballot_id;
  IF ballot.state <> 'closed' OR ballot.motion_id IS NULL OR NOT EXISTS (
      SELECT 1 FROM councils_minorityreport WHERE id = NEW.report_id AND ballot_id = NEW.ballot_id) THEN
    RAISE EXCEPTION 'A minority reports on a vote on a motion that has closed.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'minority_after_the_close';
  END IF;
  IF NOT EXISTS (
      SELECT 1 FROM councils_rollentry r WHERE r.ballot_id = NEW.ballot_id AND r.person_id = NEW.person_id
         AND (ballot.secrecy = 'secret' OR EXISTS (
          SELECT 1 FROM councils_namedvote v JOIN councils_option o ON o.id = v.option_id
           WHERE v.roll_entry_id = r.id
             AND o.effect = CASE ballot.result ->> 'outcome' WHEN 'carried' THEN 'no' ELSE 'yes' END))) THEN
    RAISE EXCEPTION 'A minority report is signed by those on the roll who lost the vote.'
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'minority_is_the_minority';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER minority_is_the_minority BEFORE INSERT ON councils_minoritysignature
  FOR EACH ROW EXECUTE FUNCTION minority_is_the_minority();
"""
DROP = """
DROP TRIGGER minority_is_the_minority ON councils_minoritysignature;
DROP FUNCTION minority_is_the_minority();
""" + "".join(
    f"DROP TRIGGER {table}_no_{op} ON councils_{table};\n"
    for table in TABLES
    for op in ("truncate", "delete", "update")
)


class Migration(migrations.Migration):
    dependencies = [("councils", "0018_minority_reports")]

    operations = [migrations.RunSQL(KEPT + SIGNATURES, DROP)]
