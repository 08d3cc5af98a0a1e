"""A vote's guard looks everything up in one statement: roll entry, ballot, person, answer, and whether the sender binds."""

from importlib import import_module

from django.db import migrations

CHOICES = import_module("councils.migrations.0026_choice_guards")
INSTRUCTIONS = import_module("councils.migrations.0009_instruction_guards").INSTRUCTIONS
FOLLOWS_BEFORE = INSTRUCTIONS[INSTRUCTIONS.index("CREATE FUNCTION vote_follows_instruction") :]

GUARD = f"""
DROP TRIGGER vote_follows_instruction ON councils_namedvote;
DROP FUNCTION vote_follows_instruction();

CREATE OR REPLACE FUNCTION vote_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE seen record; answer text;
BEGIN
  SELECT b.id, b.public_id, b.state, b.secrecy, b.rule, b.opened_at, b.closes_at, b.council_id, b.motion_id,
         b.params ->> 'instructions' = 'refused' AS binds, r.person_id, r.sender_id, p.is_superuser,
         o.ballot_id AS asked_on, o.effect INTO seen
    FROM councils_rollentry r JOIN councils_ballot b ON b.id = r.ballot_id
    LEFT JOIN workplaces_person p ON p.id = NEW.cast_by_id
    LEFT JOIN councils_option o ON o.id = NEW.option_id
   WHERE r.id = NEW.roll_entry_id FOR SHARE OF b;
  IF seen.state IS DISTINCT FROM 'open' OR seen.secrecy <> 'named'
     OR NEW.cast_at < seen.opened_at OR NEW.cast_at >= seen.closes_at THEN
    RAISE EXCEPTION 'Ballot % takes no votes at this time.', seen.public_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_while_open_only';
  END IF;
  IF NEW.cast_by_id <> seen.person_id OR seen.is_superuser THEN
    RAISE EXCEPTION 'This voting right is somebody else''s.'
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'vote_by_its_holder_only';
  END IF;
  IF seen.rule IN ({CHOICES.CHOICE_RULES}) THEN
    IF NEW.option_id IS NOT NULL OR councils_choice_fault(seen.id, NEW.choice) IS NOT NULL THEN
      RAISE EXCEPTION 'This vote is not whole. %', coalesce(councils_choice_fault(seen.id, NEW.choice),
        'It names one answer where several are weighed.')
        USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_for_an_option_of_the_ballot';
    END IF;
  ELSIF NEW.choice IS NOT NULL OR seen.asked_on IS DISTINCT FROM seen.id THEN
    RAISE EXCEPTION 'This option is not on ballot %.', seen.public_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_for_an_option_of_the_ballot';
  END IF;
  IF TG_OP = 'INSERT' AND NEW.revision <> 1 OR TG_OP = 'UPDATE' AND
     (NEW.revision <> OLD.revision + 1 OR NEW.roll_entry_id <> OLD.roll_entry_id OR NEW.id <> OLD.id) THEN
    RAISE EXCEPTION 'A vote is changed by its next revision only.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_revisions_follow_on';
  END IF;
  IF seen.sender_id IS NULL OR seen.binds IS NOT TRUE THEN RETURN NEW; END IF;
  SELECT i.answer INTO answer FROM councils_instruction i JOIN councils_motion m ON m.id = seen.motion_id
   WHERE i.sender_id = seen.sender_id AND i.state = 'in_force' AND (i.motion_id = m.id OR
     i.motion_id IS NULL AND i.council_id = seen.council_id AND i.subject_kind = m.subject_kind)
   ORDER BY i.motion_id IS NULL LIMIT 1;
  IF answer <> 'free' AND answer <> seen.effect THEN
    RAISE EXCEPTION 'Those who sent this delegate instructed them otherwise, and the charter binds.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_follows_instruction';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("councils", "0026_choice_guards")]

    operations = [migrations.RunSQL(GUARD, CHOICES.replaced(CHOICES.VOTE) + FOLLOWS_BEFORE)]
