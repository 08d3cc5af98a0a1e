"""What the database holds to in what is being voted on: a motion, an amendment, an election wait for their open vote."""

from django.db import migrations

# Who opens a vote holds its question's row, so that words that change at the same moment are seen by the one or the other.
WAITS = """
CREATE FUNCTION ballot_holds_its_question() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM councils_motion WHERE id = NEW.motion_id FOR SHARE;
  PERFORM 1 FROM councils_amendment WHERE id = NEW.amendment_id FOR SHARE;
  RETURN NEW;
END $$;
CREATE TRIGGER ballot_holds_its_question BEFORE UPDATE ON councils_ballot FOR EACH ROW
  WHEN (NEW.state = 'open' AND OLD.state = 'draft') EXECUTE FUNCTION ballot_holds_its_question();

CREATE FUNCTION question_waits_for_its_vote() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE is_open boolean; begins boolean;
BEGIN
  IF TG_TABLE_NAME = 'councils_motion' THEN
    is_open := EXISTS (SELECT 1 FROM councils_ballot WHERE motion_id = OLD.id AND state = 'open');
    begins := (OLD.state, NEW.state) = ('moved', 'voting');
  ELSE
    is_open := EXISTS (SELECT 1 FROM councils_ballot WHERE amendment_id = OLD.id AND state = 'open');
    begins := (OLD.state, NEW.state) = ('proposed', 'voting');
  END IF;
  IF is_open <> begins AND (is_open OR NEW.state = 'voting') THEN
    RAISE EXCEPTION '"%" is voted on while its vote is open, and waits for it. Void the vote to change it.', OLD.title
      USING ERRCODE = 'check_violation', CONSTRAINT = 'question_waits_for_its_vote';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER motion_waits_for_its_vote BEFORE UPDATE ON councils_motion
  FOR EACH ROW EXECUTE FUNCTION question_waits_for_its_vote();
CREATE TRIGGER amendment_waits_for_its_vote BEFORE UPDATE ON councils_amendment
  FOR EACH ROW EXECUTE FUNCTION question_waits_for_its_vote();

CREATE FUNCTION election_waits_for_its_vote() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held record;
BEGIN
  SELECT * INTO held FROM councils_ballot WHERE id = coalesce(OLD.ballot_id, NEW.ballot_id);
  IF NEW.state = 'voting' AND (OLD.ballot_id IS NOT NULL OR held.state IS DISTINCT FROM 'open'
       OR held.council_id <> NEW.council_id OR held.motion_id IS NOT NULL OR held.amendment_id IS NOT NULL)
     OR NEW.state = 'nominating' AND (NEW.ballot_id IS NOT NULL OR held.state IS DISTINCT FROM 'void')
     OR NEW.state = 'decided' AND NEW.ballot_id IS DISTINCT FROM OLD.ballot_id
     OR NEW.state = 'cancelled' AND NEW.ballot_id IS NOT NULL THEN
    RAISE EXCEPTION 'Election "%" is voted on once, in a vote of its own, and waits for it.', OLD.title
      USING ERRCODE = 'check_violation', CONSTRAINT = 'election_waits_for_its_vote';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER election_waits_for_its_vote BEFORE UPDATE ON councils_election
  FOR EACH ROW EXECUTE FUNCTION election_waits_for_its_vote();
"""
DROP = """
DROP TRIGGER election_waits_for_its_vote ON councils_election;
DROP TRIGGER amendment_waits_for_its_vote ON councils_amendment;
DROP TRIGGER motion_waits_for_its_vote ON councils_motion;
DROP TRIGGER ballot_holds_its_question ON councils_ballot;
DROP FUNCTION election_waits_for_its_vote(), question_waits_for_its_vote(), ballot_holds_its_question();
"""


class Migration(migrations.Migration):
    dependencies = [("councils", "0042_asked_by_petitions_and_meetings_guards")]

    operations = [migrations.RunSQL(WAITS, DROP)]
