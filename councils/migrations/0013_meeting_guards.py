"""What the database holds to in meetings: who is there belongs there, an objection is not passed over, minutes stay."""

from django.db import migrations

MEETINGS = """
CREATE FUNCTION meeting_stays_as_called() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'called' THEN
      RAISE EXCEPTION 'A meeting begins with its call.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_begins_called';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.public_id, NEW.council_id, NEW.number, NEW.place, NEW.starts_at, NEW.called_by_id, NEW.hat, NEW.called_at)
     IS DISTINCT FROM (OLD.public_id, OLD.council_id, OLD.number, OLD.place, OLD.starts_at, OLD.called_by_id, OLD.hat,
      OLD.called_at)
     OR NOT ((OLD.state, NEW.state) IN (('called', 'open'), ('open', 'closed'), ('called', 'cancelled')))
     OR (OLD.opened_at IS NOT NULL AND NEW.opened_at IS DISTINCT FROM OLD.opened_at) THEN
    RAISE EXCEPTION 'Meeting % stays as it was called, and its state only moves on.', OLD.number
      USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_stays_as_called';
  END IF;
  IF NEW.state = 'closed' THEN
    IF EXISTS (SELECT 1 FROM councils_agendaitem WHERE meeting_id = NEW.id
                AND state IN ('waiting', 'under_way', 'objected')) THEN
      RAISE EXCEPTION 'Meeting % closes when every item is settled and every objection put to the vote.', OLD.number
        USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_settles_its_items';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM councils_minutes WHERE meeting_id = NEW.id) THEN
      RAISE EXCEPTION 'Meeting % closes with its minutes.', OLD.number
        USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_closes_with_minutes';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER meeting_stays_as_called BEFORE INSERT OR UPDATE ON councils_meeting
  FOR EACH ROW EXECUTE FUNCTION meeting_stays_as_called();

CREATE FUNCTION meeting_is_not_over() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE now_in text;
BEGIN
  SELECT state INTO now_in FROM councils_meeting WHERE id = NEW.meeting_id FOR SHARE;
  IF now_in NOT IN ('called', 'open') THEN
    RAISE EXCEPTION 'This meeting is %; nothing is added to it.', now_in
      USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_is_not_over';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER item_meeting_is_not_over BEFORE INSERT OR UPDATE ON councils_agendaitem
  FOR EACH ROW EXECUTE FUNCTION meeting_is_not_over();
CREATE TRIGGER attendance_meeting_is_not_over BEFORE INSERT OR UPDATE ON councils_attendance
  FOR EACH ROW EXECUTE FUNCTION meeting_is_not_over();
CREATE TRIGGER floor_meeting_is_not_over BEFORE INSERT OR UPDATE ON councils_floorrequest
  FOR EACH ROW EXECUTE FUNCTION meeting_is_not_over();
CREATE TRIGGER minutes_meeting_is_not_over BEFORE INSERT ON councils_minutes
  FOR EACH ROW EXECUTE FUNCTION meeting_is_not_over();
"""

ITEMS = """
CREATE FUNCTION agenda_item_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'waiting' OR NEW.seconds_taken <> 0 THEN
      RAISE EXCEPTION 'An item begins as waiting.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'item_begins_waiting';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.public_id, NEW.meeting_id, NEW.kind, NEW.title, NEW.text, NEW.link, NEW.minutes_expected, NEW.added_by_id,
      NEW.hat, NEW.added_at)
     IS DISTINCT FROM (OLD.public_id, OLD.meeting_id, OLD.kind, OLD.title, OLD.text, OLD.link, OLD.minutes_expected,
      OLD.added_by_id, OLD.hat, OLD.added_at)
     OR (NEW.state <> OLD.state AND NOT ((OLD.state, NEW.state) IN (
       ('waiting', 'under_way'), ('waiting', 'passed'), ('waiting', 'objected'), ('waiting', 'postponed'),
       ('under_way', 'done'), ('under_way', 'waiting'), ('objected', 'voted'))))
     OR NEW.seconds_taken < OLD.seconds_taken
     OR (NEW.motion_id, NEW.ballot_id, NEW.election_id) IS DISTINCT FROM (OLD.motion_id, OLD.ballot_id, OLD.election_id)
        AND (OLD.state, NEW.state) <> ('objected', 'voted') THEN
    RAISE EXCEPTION 'Item "%" stays as it was put on the agenda, and its state only moves on.', OLD.title
      USING ERRCODE = 'check_violation', CONSTRAINT = 'item_stays_as_put';
  END IF;
  IF NEW.state = 'passed' AND EXISTS (SELECT 1 FROM councils_objection WHERE item_id = NEW.id) THEN
    RAISE EXCEPTION 'A member objects to "%"; it is put to the vote.', OLD.title
      USING ERRCODE = 'check_violation', CONSTRAINT = 'item_objection_counts';
  END IF;
  IF NEW.state = 'voted' AND NOT EXISTS (
      SELECT 1 FROM councils_ballot b JOIN councils_motion m ON m.id = b.motion_id
        JOIN councils_meeting g ON g.id = NEW.meeting_id AND g.council_id = b.council_id
       WHERE b.id = NEW.ballot_id AND m.id = NEW.motion_id AND m.text = NEW.text AND b.state <> 'draft') THEN
    RAISE EXCEPTION 'The vote on "%" is a vote of the same council on the same text.', OLD.title
      USING ERRCODE = 'check_violation', CONSTRAINT = 'item_vote_is_on_its_text';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER agenda_item_is_proper BEFORE INSERT OR UPDATE ON councils_agendaitem
  FOR EACH ROW EXECUTE FUNCTION agenda_item_is_proper();

CREATE FUNCTION objection_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found record;
BEGIN
  SELECT i.kind, i.state INTO found FROM councils_agendaitem i WHERE i.id = NEW.item_id FOR SHARE;
  IF found.kind <> 'consent' OR found.state NOT IN ('waiting', 'objected') OR NOT EXISTS (
      SELECT 1 FROM councils_agendaitem i JOIN councils_meeting m ON m.id = i.meeting_id
       WHERE i.id = NEW.item_id AND m.state IN ('called', 'open')) THEN
    RAISE EXCEPTION 'One objects to what would pass without a vote, until the meeting closes.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'objection_in_time';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER objection_is_proper BEFORE INSERT ON councils_objection
  FOR EACH ROW EXECUTE FUNCTION objection_is_proper();
"""

# Who runs the site attends nothing; a mandate is one's own and of this council; without one, one is a member.
ATTENDANCE = """
CREATE FUNCTION attendance_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM workplaces_person WHERE id = NEW.person_id AND is_superuser) THEN
    RAISE EXCEPTION 'Who runs the site attends no meeting.'
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'attendance_not_for_site_operators';
  END IF;
  IF TG_OP = 'UPDATE' AND (NEW.meeting_id, NEW.person_id) IS DISTINCT FROM (OLD.meeting_id, OLD.person_id) THEN
    RAISE EXCEPTION 'An attendance stays whose and where it was.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'attendance_stays';
  END IF;
  IF NOT EXISTS (
      SELECT 1 FROM councils_meeting g JOIN councils_council c ON c.id = g.council_id
        LEFT JOIN councils_mandate m ON m.id = NEW.mandate_id
       WHERE g.id = NEW.meeting_id AND (
         m.person_id = NEW.person_id AND m.council_id = c.id AND m.held @> (NEW.noted_at AT TIME ZONE 'UTC')::date
         OR NEW.mandate_id IS NULL AND EXISTS (
           SELECT 1 FROM workplaces_membership b LEFT JOIN workplaces_workplace w ON w.id = b.workplace_id
            WHERE b.person_id = NEW.person_id AND b.validity @> (NEW.noted_at AT TIME ZONE 'UTC')::date
              AND (c.kind = 'workplace' AND c.workplace_id IN (w.id, w.origin_id)
                   OR c.kind = 'general' AND b.community_id IS NOT NULL)))) THEN
    RAISE EXCEPTION 'One attends a meeting by a mandate in its council or as a member of it.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'attendance_by_right';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER attendance_is_proper BEFORE INSERT OR UPDATE ON councils_attendance
  FOR EACH ROW EXECUTE FUNCTION attendance_is_proper();

CREATE FUNCTION floor_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND ((NEW.public_id, NEW.meeting_id, NEW.attendance_id, NEW.asked_at)
     IS DISTINCT FROM (OLD.public_id, OLD.meeting_id, OLD.attendance_id, OLD.asked_at)
     OR OLD.spoke_at IS NOT NULL OR OLD.left_at IS NOT NULL) THEN
    RAISE EXCEPTION 'Who asked for the floor, and when, stays as it was.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'floor_stays';
  END IF;
  IF TG_OP = 'INSERT' AND NOT EXISTS (
      SELECT 1 FROM councils_attendance a JOIN councils_meeting g ON g.id = a.meeting_id
       WHERE a.id = NEW.attendance_id AND a.meeting_id = NEW.meeting_id AND a.status = 'present'
         AND g.state = 'open') THEN
    RAISE EXCEPTION 'Those who are present at an open meeting ask for the floor.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'floor_for_those_present';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER floor_is_proper BEFORE INSERT OR UPDATE ON councils_floorrequest
  FOR EACH ROW EXECUTE FUNCTION floor_is_proper();
"""
TABLES = ("meeting", "agendaitem", "attendance", "floorrequest", "objection", "minutes")
OPS = [(table, op) for table in TABLES for op in ("DELETE", "TRUNCATE")]
OPS += [("objection", "UPDATE"), ("minutes", "UPDATE")]
KEPT = "".join(
    f"CREATE TRIGGER {table}_no_{op.lower()} BEFORE {op} ON councils_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION councils_refuse_rewriting();\n"
    for table, op in OPS
)
TRIGGERS = {
    "meeting_stays_as_called": "meeting", "item_meeting_is_not_over": "agendaitem",
    "attendance_meeting_is_not_over": "attendance", "floor_meeting_is_not_over": "floorrequest",
    "minutes_meeting_is_not_over": "minutes", "agenda_item_is_proper": "agendaitem",
    "objection_is_proper": "objection", "attendance_is_proper": "attendance", "floor_is_proper": "floorrequest",
}
FUNCTIONS = (
    "meeting_stays_as_called", "meeting_is_not_over", "agenda_item_is_proper", "objection_is_proper",
    "attendance_is_proper", "floor_is_proper",
)
DROP = "".join(f"DROP TRIGGER {table}_no_{op.lower()} ON councils_{table};\n" for table, op in OPS)
DROP += "".join(f"DROP TRIGGER {name} ON councils_{table};\n" for name, table in TRIGGERS.items())
DROP += "".join(f"DROP FUNCTION {name}();\n" for name in FUNCTIONS)


class Migration(migrations.Migration):
    dependencies = [("councils", "0012_meetings")]

    operations = [migrations.RunSQL(MEETINGS + ITEMS + ATTENDANCE + KEPT, DROP)]
