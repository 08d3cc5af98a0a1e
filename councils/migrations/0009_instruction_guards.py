"""What the database holds to in instructions: only what a body carried binds, while it can still be followed."""

from django.db import migrations

INSTRUCTIONS = """
CREATE FUNCTION instruction_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE decided record; target record;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'proposed' THEN
      RAISE EXCEPTION 'An instruction begins as proposed.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'instruction_begins_as_proposed';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.public_id, NEW.sender_id, NEW.council_id, NEW.motion_id, NEW.subject_kind, NEW.answer, NEW.reason,
      NEW.created_by_id, NEW.hat, NEW.created_at)
     IS DISTINCT FROM (OLD.public_id, OLD.sender_id, OLD.council_id, OLD.motion_id, OLD.subject_kind, OLD.answer,
      OLD.reason, OLD.created_by_id, OLD.hat, OLD.created_at)
     OR NOT ((OLD.state, NEW.state) IN (('proposed', 'in_force'), ('proposed', 'dropped'), ('in_force', 'replaced')))
     OR OLD.state = 'in_force' AND (NEW.decided_by_id, NEW.in_force_at)
        IS DISTINCT FROM (OLD.decided_by_id, OLD.in_force_at) THEN
    RAISE EXCEPTION 'An instruction stays as it was put, and its state only moves on.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'instruction_stays';
  END IF;
  IF NEW.state = 'in_force' THEN
    SELECT * INTO decided FROM councils_motion WHERE id = NEW.decided_by_id;
    IF decided.state IS DISTINCT FROM 'carried' OR decided.council_id <> NEW.sender_id
       OR decided.subject_kind = 'instruction' AND decided.subject_id <> NEW.public_id THEN
      RAISE EXCEPTION 'An instruction is decided by a motion that its sender carried.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'instruction_is_decided';
    END IF;
    IF NEW.motion_id IS NOT NULL THEN
      SELECT * INTO target FROM councils_motion WHERE id = NEW.motion_id FOR SHARE;
      IF target.council_id <> NEW.council_id OR target.state NOT IN ('moved', 'voting') THEN
        RAISE EXCEPTION 'Motion "%" is decided, or is another council''s.', target.title
          USING ERRCODE = 'check_violation', CONSTRAINT = 'instruction_in_time';
      END IF;
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER instruction_is_proper BEFORE INSERT OR UPDATE ON councils_instruction
  FOR EACH ROW EXECUTE FUNCTION instruction_is_proper();

CREATE FUNCTION vote_follows_instruction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bound record; answer text;
BEGIN
  SELECT r.sender_id, b.council_id, b.motion_id INTO bound
    FROM councils_rollentry r JOIN councils_ballot b ON b.id = r.ballot_id
   WHERE r.id = NEW.roll_entry_id AND r.sender_id IS NOT NULL AND b.params ->> 'instructions' = 'refused';
  IF NOT FOUND THEN RETURN NEW; END IF;
  SELECT i.answer INTO answer FROM councils_instruction i JOIN councils_motion m ON m.id = bound.motion_id
   WHERE i.sender_id = bound.sender_id AND i.state = 'in_force' AND (i.motion_id = m.id OR
     i.motion_id IS NULL AND i.council_id = bound.council_id AND i.subject_kind = m.subject_kind)
   ORDER BY i.motion_id IS NULL LIMIT 1;
  IF answer <> 'free' AND answer <> (SELECT effect FROM councils_option WHERE id = NEW.option_id) THEN
    RAISE EXCEPTION 'Those who sent this delegate instructed them otherwise, and the charter binds.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_follows_instruction';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vote_follows_instruction BEFORE INSERT OR UPDATE ON councils_namedvote
  FOR EACH ROW EXECUTE FUNCTION vote_follows_instruction();
"""
KEPT = "".join(
    f"CREATE TRIGGER instruction_no_{op.lower()} BEFORE {op} ON councils_instruction "
    "FOR EACH STATEMENT EXECUTE FUNCTION councils_refuse_rewriting();\n"
    for op in ("DELETE", "TRUNCATE")
)
DROP = """
DROP TRIGGER vote_follows_instruction ON councils_namedvote;
DROP FUNCTION vote_follows_instruction();
DROP TRIGGER instruction_no_delete ON councils_instruction;
DROP TRIGGER instruction_no_truncate ON councils_instruction;
DROP TRIGGER instruction_is_proper ON councils_instruction;
DROP FUNCTION instruction_is_proper();
"""


class Migration(migrations.Migration):
    dependencies = [("councils", "0008_instructions")]

    operations = [migrations.RunSQL(INSTRUCTIONS + KEPT, DROP)]
