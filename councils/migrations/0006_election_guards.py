"""What the database holds to in elections: candidates stay as they stood when the vote opened."""

from django.db import migrations

ELECTIONS = """
CREATE FUNCTION election_stays_as_called() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.public_id, NEW.council_id, NEW.target_id, NEW.title, NEW.role, NEW.places, NEW.rule,
      NEW.nominations_until, NEW.term_from, NEW.created_by_id, NEW.created_at)
     IS DISTINCT FROM (OLD.public_id, OLD.council_id, OLD.target_id, OLD.title, OLD.role, OLD.places, OLD.rule,
      OLD.nominations_until, OLD.term_from, OLD.created_by_id, OLD.created_at)
     OR NOT ((OLD.state, NEW.state) IN (('nominating', 'voting'), ('nominating', 'cancelled'),
                                        ('voting', 'decided'), ('voting', 'nominating'))) THEN
    RAISE EXCEPTION 'Election "%" stays as it was called, and its state only moves on.', OLD.title
      USING ERRCODE = 'check_violation', CONSTRAINT = 'election_stays_as_called';
  END IF;
  IF NEW.state = 'decided' AND NOT EXISTS (
      SELECT 1 FROM councils_ballot WHERE id = NEW.ballot_id AND state = 'closed' AND secrecy = 'secret') THEN
    RAISE EXCEPTION 'Election "%" is decided by a secret ballot only.', OLD.title
      USING ERRCODE = 'check_violation', CONSTRAINT = 'election_decided_by_ballot';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER election_stays_as_called BEFORE UPDATE ON councils_election
  FOR EACH ROW EXECUTE FUNCTION election_stays_as_called();

CREATE FUNCTION nomination_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE now_in text;
BEGIN
  SELECT state INTO now_in FROM councils_election WHERE id = NEW.election_id FOR SHARE;
  IF EXISTS (SELECT 1 FROM workplaces_person WHERE id = NEW.person_id AND is_superuser) THEN
    RAISE EXCEPTION 'Who runs the site stands in no election.'
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'nomination_not_for_site_operators';
  END IF;
  IF TG_OP = 'UPDATE' AND (NEW.election_id, NEW.person_id, NEW.created_at)
     IS DISTINCT FROM (OLD.election_id, OLD.person_id, OLD.created_at) THEN
    RAISE EXCEPTION 'A nomination stays whose and for what it was.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'nomination_stays';
  END IF;
  IF now_in <> 'nominating' AND (TG_OP = 'INSERT' OR (NEW.statement, NEW.withdrawn_at, NEW.option_id)
     IS DISTINCT FROM (OLD.statement, OLD.withdrawn_at, OLD.option_id)) THEN
    RAISE EXCEPTION 'Nominations have closed; the candidates stay as they are.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'nomination_before_the_vote';
  END IF;
  IF NEW.mandate_id IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.mandate_id IS DISTINCT FROM NEW.mandate_id) AND (
      now_in <> 'decided' OR TG_OP = 'INSERT' OR OLD.mandate_id IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM councils_election e JOIN councils_ballot b ON b.id = e.ballot_id
          JOIN councils_option o ON o.id = NEW.option_id AND o.ballot_id = b.id
         WHERE e.id = NEW.election_id AND b.result -> 'winners' ? o.code)) THEN
    RAISE EXCEPTION 'A mandate goes to who was elected, once.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'nomination_mandate_for_winners';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER nomination_is_proper BEFORE INSERT OR UPDATE ON councils_nomination
  FOR EACH ROW EXECUTE FUNCTION nomination_is_proper();

CREATE FUNCTION election_seats_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE election bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.election_id ELSE OLD.election_id END;
BEGIN
  IF TG_OP <> 'INSERT' OR EXISTS (SELECT 1 FROM councils_nomination WHERE election_id = election)
     OR EXISTS (SELECT 1 FROM councils_election WHERE id = election AND state <> 'nominating') THEN
    RAISE EXCEPTION 'What an election fills was said when it was called.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'election_seats_stay';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER election_seats_stay BEFORE INSERT OR UPDATE OR DELETE ON councils_election_seats
  FOR EACH ROW EXECUTE FUNCTION election_seats_stay();
"""
TABLES = ("election", "nomination")
KEPT = "".join(
    f"CREATE TRIGGER {table}_no_{op.lower()} BEFORE {op} ON councils_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION councils_refuse_rewriting();\n"
    for table in TABLES
    for op in ("DELETE", "TRUNCATE")
)
DROP = "".join(
    f"DROP TRIGGER {table}_no_{op} ON councils_{table};\n" for table in TABLES for op in ("delete", "truncate")
) + """
DROP TRIGGER election_seats_stay ON councils_election_seats;
DROP TRIGGER nomination_is_proper ON councils_nomination;
DROP TRIGGER election_stays_as_called ON councils_election;
DROP FUNCTION election_seats_stay(), nomination_is_proper(), election_stays_as_called();
"""


class Migration(migrations.Migration):
    dependencies = [("councils", "0005_elections")]

    operations = [migrations.RunSQL(ELECTIONS + KEPT, DROP)]
