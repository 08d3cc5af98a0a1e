"""What the database holds to in elections by lists: lists stay as voted on, seats go in their order and as counted."""

from django.db import migrations

ELECTIONS = """
CREATE FUNCTION listelection_stays_as_called() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(NEW) - 'motion_id' - 'cancelled_at' <> to_jsonb(OLD) - 'motion_id' - 'cancelled_at'
     OR (OLD.motion_id IS NOT NULL AND NEW.motion_id IS DISTINCT FROM OLD.motion_id)
     OR (OLD.cancelled_at IS NOT NULL AND NEW.cancelled_at IS DISTINCT FROM OLD.cancelled_at)
     OR (OLD.cancelled_at IS NOT NULL AND NEW.motion_id IS NOT NULL) THEN
    RAISE EXCEPTION 'The election "%" stays as it was called.', OLD.title
      USING ERRCODE = 'check_violation', CONSTRAINT = 'listelection_stays_as_called';
  END IF;
  IF NEW.motion_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM councils_motion m
      WHERE m.id = NEW.motion_id AND m.subject_kind = 'list-election' AND m.subject_id = NEW.public_id
        AND m.council_id = NEW.council_id) THEN
    RAISE EXCEPTION 'The election "%" is decided by a motion on its lists.', OLD.title
      USING ERRCODE = 'check_violation', CONSTRAINT = 'listelection_decided_by_its_motion';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER listelection_stays_as_called BEFORE UPDATE ON planning_listelection
  FOR EACH ROW EXECUTE FUNCTION listelection_stays_as_called();

CREATE FUNCTION listelection_seats_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' OR EXISTS (SELECT 1 FROM planning_candidatelist WHERE election_id = NEW.listelection_id)
     OR NOT EXISTS (SELECT 1 FROM planning_listelection e JOIN councils_seat s ON s.id = NEW.seat_id
         WHERE e.id = NEW.listelection_id AND e.motion_id IS NULL AND s.council_id = e.target_id
           AND s.represents_council_id IS NULL) THEN
    RAISE EXCEPTION 'What an election fills was said when it was called: seats that speak for no council.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'listelection_seats_stay';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER listelection_seats_stay BEFORE INSERT OR UPDATE OR DELETE ON planning_listelection_seats
  FOR EACH ROW EXECUTE FUNCTION listelection_seats_stay();
"""
LISTS = """
CREATE FUNCTION lists_put_up(election bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM planning_listelection WHERE id = election AND motion_id IS NULL AND cancelled_at IS NULL FOR SHARE;
  RETURN FOUND;
END $$;

CREATE FUNCTION candidatelist_stays_as_voted_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'programme_id' - 'withdrawn_at' - 'code'
     <> to_jsonb(OLD) - 'programme_id' - 'withdrawn_at' - 'code' THEN
    RAISE EXCEPTION 'A list stays whose and for what it is.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'candidatelist_stays';
  END IF;
  IF NOT lists_put_up(NEW.election_id) THEN
    RAISE EXCEPTION 'Lists are put up and changed until the vote opens.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'candidatelist_before_the_vote';
  END IF;
  IF (TG_OP = 'INSERT' OR NEW.programme_id <> OLD.programme_id)
     AND NOT EXISTS (SELECT 1 FROM planning_programme WHERE id = NEW.programme_id AND published_id IS NOT NULL) THEN
    RAISE EXCEPTION 'A list stands for a published programme.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'candidatelist_has_a_programme';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER candidatelist_stays_as_voted_on BEFORE INSERT OR UPDATE ON planning_candidatelist
  FOR EACH ROW EXECUTE FUNCTION candidatelist_stays_as_voted_on();

CREATE FUNCTION listcandidate_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE was planning_listcandidate := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE OLD END;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF NOT lists_put_up(OLD.election_id) THEN
      RAISE EXCEPTION 'Who stood when the vote opened stays on the list.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'listcandidate_before_the_vote';
    END IF;
    RETURN OLD;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM planning_candidatelist WHERE id = NEW.list_id AND election_id = NEW.election_id)
     OR (TG_OP = 'UPDATE' AND (NEW.list_id, NEW.election_id, NEW.person_id)
         IS DISTINCT FROM (OLD.list_id, OLD.election_id, OLD.person_id)) THEN
    RAISE EXCEPTION 'A place on a list stays whose and for what it is.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'listcandidate_stays';
  END IF;
  IF EXISTS (SELECT 1 FROM workplaces_person WHERE id = NEW.person_id AND is_superuser) THEN
    RAISE EXCEPTION 'Who runs the site stands on no list.'
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'listcandidate_not_for_site_operators';
  END IF;
  IF (was.place, was.asked_at, was.agreed_at, was.declined_at)
     IS DISTINCT FROM (NEW.place, NEW.asked_at, NEW.agreed_at, NEW.declined_at)
     AND NOT lists_put_up(NEW.election_id) THEN
    RAISE EXCEPTION 'The candidates stay as they stood when the vote opened.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'listcandidate_before_the_vote';
  END IF;
  IF NEW.gave_up_at IS DISTINCT FROM was.gave_up_at AND (was.gave_up_at IS NOT NULL OR NOT EXISTS (
      SELECT 1 FROM planning_listelection WHERE id = NEW.election_id AND motion_id IS NOT NULL)) THEN
    RAISE EXCEPTION 'A place is given up once, after the vote has opened.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'listcandidate_gives_up_once';
  END IF;
  IF NEW.agreed_at IS NOT NULL AND was.agreed_at IS NULL AND NOT EXISTS (
      SELECT 1 FROM planning_associationmember m JOIN planning_candidatelist l ON l.association_id = m.association_id
       WHERE l.id = NEW.list_id AND m.person_id = NEW.person_id AND m.until IS NULL) THEN
    RAISE EXCEPTION 'Only members of an association stand on its list.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'listcandidate_is_a_member';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER listcandidate_is_proper BEFORE INSERT OR UPDATE OR DELETE ON planning_listcandidate
  FOR EACH ROW EXECUTE FUNCTION listcandidate_is_proper();
"""
SEATINGS = """
CREATE FUNCTION listseating_fault(step planning_listseating) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE election planning_listelection; whose planning_candidatelist; counted jsonb; given integer;
BEGIN
  SELECT * INTO whose FROM planning_candidatelist WHERE id = step.list_id;
  SELECT * INTO election FROM planning_listelection WHERE id = whose.election_id;
  SELECT b.result INTO counted FROM councils_ballot b JOIN councils_motion m ON m.id = b.motion_id
   WHERE m.id = election.motion_id AND m.state = 'carried' AND b.state = 'closed' AND b.secrecy = 'secret'
   ORDER BY b.id DESC LIMIT 1;
  IF counted IS NULL THEN RETURN 'Seats are given by a closed secret vote.'; END IF;
  IF NOT EXISTS (SELECT 1 FROM planning_listelection_seats WHERE listelection_id = election.id AND seat_id = step.seat_id)
  THEN RETURN 'The seat is not one that the election fills.'; END IF;
  IF step.after_id IS NULL AND step.outcome <> 'passed_over' THEN
    SELECT count(*) INTO given FROM planning_listseating
     WHERE list_id = step.list_id AND after_id IS NULL AND outcome <> 'passed_over';
    IF given >= coalesce((counted -> 'seats' ->> whose.code)::integer, 0) THEN
      RETURN 'The vote gave the list no further seat.';
    END IF;
    IF EXISTS (SELECT 1 FROM planning_listseating s JOIN planning_candidatelist l ON l.id = s.list_id
        WHERE l.election_id = election.id AND s.seat_id = step.seat_id AND s.after_id IS NULL
          AND s.outcome <> 'passed_over') THEN
      RETURN 'The seat was given already.';
    END IF;
  END IF;
  IF step.after_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM planning_listseating s
      JOIN councils_mandate m ON m.id = s.mandate_id
      WHERE m.id = step.after_id AND s.list_id = step.list_id AND s.seat_id = step.seat_id
        AND (m.resigned_at IS NOT NULL OR m.recalled_at IS NOT NULL)) THEN
    RETURN 'The next on a list follows somebody of the same list and seat whose mandate ended early.';
  END IF;
  IF step.candidate_id IS NULL THEN RETURN NULL; END IF;
  IF NOT EXISTS (SELECT 1 FROM planning_listcandidate
      WHERE id = step.candidate_id AND list_id = step.list_id AND agreed_at IS NOT NULL) THEN
    RETURN 'Who gets a seat stands on the list.';
  END IF;
  IF step.outcome <> 'seated' THEN RETURN NULL; END IF;
  IF NOT EXISTS (SELECT 1 FROM councils_mandate m JOIN planning_listcandidate c ON c.id = step.candidate_id
      WHERE m.id = step.mandate_id AND m.person_id = c.person_id AND m.seat_id = step.seat_id
        AND m.motion_id = election.motion_id AND m.obtained = 'elected') THEN
    RETURN 'The mandate is the candidate''s, in this seat, by this vote.';
  END IF;
  IF EXISTS (SELECT 1 FROM planning_listcandidate c, planning_listcandidate mine
      WHERE mine.id = step.candidate_id AND c.list_id = step.list_id AND c.place < mine.place AND c.agreed_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM planning_listseating s WHERE s.candidate_id = c.id)) THEN
    RETURN 'Somebody stands before them on the list, and nothing says why they were passed over.';
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION listseating_as_counted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE fault text := listseating_fault(NEW);
BEGIN
  IF fault IS NOT NULL THEN
    RAISE EXCEPTION '%', fault USING ERRCODE = 'check_violation', CONSTRAINT = 'listseating_as_counted';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER listseating_as_counted BEFORE INSERT ON planning_listseating
  FOR EACH ROW EXECUTE FUNCTION listseating_as_counted();
"""
GUARDS = [
    ("listelection", "delete"), ("listelection", "truncate"), ("candidatelist", "delete"),
    ("candidatelist", "truncate"), ("listcandidate", "truncate"), ("listseating", "delete"),
    ("listseating", "truncate"), ("listseating", "update"),
]  # fmt: skip
KEPT = "".join(
    f"CREATE TRIGGER {table}_no_{name} BEFORE {name.upper()} ON planning_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION planning_refuse_rewriting();\n"
    for table, name in GUARDS
)
DROP = "".join(f"DROP TRIGGER {table}_no_{name} ON planning_{table};\n" for table, name in GUARDS) + """
DROP TRIGGER listseating_as_counted ON planning_listseating;
DROP TRIGGER listcandidate_is_proper ON planning_listcandidate;
DROP TRIGGER candidatelist_stays_as_voted_on ON planning_candidatelist;
DROP TRIGGER listelection_seats_stay ON planning_listelection_seats;
DROP TRIGGER listelection_stays_as_called ON planning_listelection;
DROP FUNCTION listseating_as_counted(), listcandidate_is_proper(), candidatelist_stays_as_voted_on(),
  listelection_seats_stay(), listelection_stays_as_called();
DROP FUNCTION listseating_fault(planning_listseating), lists_put_up(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("planning", "0022_lists"), ("councils", "0047_list_guards")]

    operations = [migrations.RunSQL(ELECTIONS + LISTS + SEATINGS + KEPT, DROP)]
