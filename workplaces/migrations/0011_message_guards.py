"""A message stays what it was made for, and what was sent is not sent again."""

from django.db import migrations

GUARD = """
CREATE FUNCTION message_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state IN ('sent', 'moot') OR (OLD.state = 'given_up' AND NEW.state <> 'waiting')
     OR (NEW.public_id, NEW.person_id, NEW.kind, NEW.key, NEW.matter, NEW.created_at)
        IS DISTINCT FROM (OLD.public_id, OLD.person_id, OLD.kind, OLD.key, OLD.matter, OLD.created_at) THEN
    RAISE EXCEPTION 'Message % stays as it is.', OLD.public_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'message_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER message_stays BEFORE UPDATE ON workplaces_message FOR EACH ROW EXECUTE FUNCTION message_stays();
"""
BACK = """
DROP TRIGGER message_stays ON workplaces_message;
DROP FUNCTION message_stays();
"""


class Migration(migrations.Migration):

    dependencies = [("workplaces", "0010_notices")]
    operations = [migrations.RunSQL(GUARD, BACK)]
