"""What the database holds to in debates: answers stay in their thread, and after the vote nothing is added."""

from django.db import migrations

KEPT = "".join(
    f"CREATE TRIGGER commenthiding_no_{op.lower()} BEFORE {op} ON councils_commenthiding "
    "FOR EACH STATEMENT EXECUTE FUNCTION councils_refuse_rewriting();\n"
    for op in ("TRUNCATE", "DELETE", "UPDATE")
)
COMMENTS = """
CREATE FUNCTION comment_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE state text;
BEGIN
  SELECT m.state INTO state FROM councils_motion m WHERE m.id = NEW.motion_id FOR SHARE;
  IF state NOT IN ('moved', 'voting') THEN
    RAISE EXCEPTION 'The debate on motion % closed with its vote.', NEW.motion_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'comment_while_debated';
  END IF;
  IF length(NEW.text) > 10000 THEN
    RAISE EXCEPTION 'A comment has at most 10000 characters.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'comment_has_an_end';
  END IF;
  IF NEW.reply_to_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM councils_comment c WHERE c.id = NEW.reply_to_id AND c.motion_id = NEW.motion_id
         AND c.reply_to_id IS NULL) THEN
    RAISE EXCEPTION 'An answer goes to the first comment of a thread of its motion.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'comment_answers_its_thread';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER comment_is_proper BEFORE INSERT ON councils_comment
  FOR EACH ROW EXECUTE FUNCTION comment_is_proper();
"""
DROP = """
DROP TRIGGER comment_is_proper ON councils_comment;
DROP FUNCTION comment_is_proper();
""" + "".join(
    f"DROP TRIGGER commenthiding_no_{op} ON councils_commenthiding;\n" for op in ("truncate", "delete", "update")
)


class Migration(migrations.Migration):
    dependencies = [("councils", "0016_comment_threads")]

    operations = [migrations.RunSQL(KEPT + COMMENTS, DROP)]
