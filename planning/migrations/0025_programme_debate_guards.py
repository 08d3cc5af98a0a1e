"""What the database holds to in debates on programmes: answers stay in their thread, after the vote nothing is added."""

from django.db import migrations

COMMENTS = """
CREATE FUNCTION programmecomment_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE of_cycle bigint; published bigint; asked timestamptz;
BEGIN
  SELECT cycle_id, published_id INTO of_cycle, published FROM planning_programme WHERE id = NEW.programme_id FOR SHARE;
  IF published IS NULL THEN
    RAISE EXCEPTION 'A programme is debated once it is published.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'programmecomment_on_a_published_one';
  END IF;
  PERFORM 1 FROM planning_cycle WHERE id = of_cycle AND phase = 'priorities' FOR SHARE;
  IF FOUND THEN
    SELECT asked_at INTO asked FROM planning_programmecall WHERE cycle_id = of_cycle FOR SHARE;
    IF asked IS NOT NULL THEN
      PERFORM 1 FROM councils_motion m JOIN planning_guidelinequestion q
          ON m.subject_kind = 'guideline' AND m.subject_id = q.public_id
       WHERE q.cycle_id = of_cycle AND m.state IN ('moved', 'voting') LIMIT 1 FOR SHARE OF m;
    END IF;
  END IF;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'The debate on programme % closed with the vote on the guidelines.', NEW.programme_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'programmecomment_while_debated';
  END IF;
  IF length(NEW.text) > 10000 THEN
    RAISE EXCEPTION 'A comment has at most 10000 characters.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'programmecomment_has_an_end';
  END IF;
  IF NEW.reply_to_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM planning_programmecomment c WHERE c.id = NEW.reply_to_id AND c.programme_id = NEW.programme_id
         AND c.reply_to_id IS NULL) THEN
    RAISE EXCEPTION 'An answer goes to the first comment of a thread of its programme.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'programmecomment_answers_its_thread';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER programmecomment_is_proper BEFORE INSERT ON planning_programmecomment
  FOR EACH ROW EXECUTE FUNCTION programmecomment_is_proper();
"""
GUARDS = [
    (table, name)
    for table in ("programmecomment", "programmecommenthiding")
    for name in ("truncate", "delete", "update")
]
KEPT = "".join(
    f"CREATE TRIGGER {table}_no_{name} BEFORE {name.upper()} ON planning_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION planning_refuse_rewriting();\n"
    for table, name in GUARDS
)
DROP = """
DROP TRIGGER programmecomment_is_proper ON planning_programmecomment;
DROP FUNCTION programmecomment_is_proper();
""" + "".join(f"DROP TRIGGER {table}_no_{name} ON planning_{table};\n" for table, name in GUARDS)


class Migration(migrations.Migration):
    dependencies = [("planning", "0024_programme_debates"), ("councils", "0050_searched_councils")]

    operations = [migrations.RunSQL(KEPT + COMMENTS, DROP)]
