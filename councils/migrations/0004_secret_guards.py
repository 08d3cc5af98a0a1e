"""What the database holds to in secret votes: one paper for one mark, no paper changed, nothing that ties the two.

A paper is cast by inserting into the view ``councils_casting``; only its trigger can write marks and papers. While
a vote is open its papers lie in a table of their own, ``urns.<public id of the ballot>``, made at opening and
dropped at the close, so that no dead row, physical order, transaction id or index outlives the vote. What closing
writes into ``councils_paper`` is sorted by tracker, in one statement of one transaction.
"""

from importlib import import_module

from django.db import migrations

REFUSALS = "".join(
    f"CREATE TRIGGER {table}_no_{op.lower()} BEFORE {op} ON councils_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION councils_refuse_rewriting();\n"
    for table in ("mark", "paper")
    for op in ("UPDATE", "DELETE", "TRUNCATE")
)

URNS = """
CREATE SCHEMA urns;

CREATE FUNCTION councils_written_by_casting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'Marks and papers are written by casting and closing only.'
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'papers_are_cast';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mark_is_cast BEFORE INSERT ON councils_mark
  FOR EACH ROW EXECUTE FUNCTION councils_written_by_casting();
CREATE TRIGGER paper_is_cast BEFORE INSERT ON councils_paper
  FOR EACH ROW EXECUTE FUNCTION councils_written_by_casting();

CREATE FUNCTION councils_urn(ballot uuid) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT format('urns.%I', 'b' || replace(ballot::text, '-', ''))
$$;

CREATE FUNCTION councils_urn_set_up(ballot uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE urn text := councils_urn(ballot);
BEGIN
  EXECUTE format('CREATE TABLE %s (tracker varchar(20) PRIMARY KEY, choice jsonb NOT NULL)', urn);
  EXECUTE format('CREATE TRIGGER paper_is_cast BEFORE INSERT ON %s '
                 'FOR EACH ROW EXECUTE FUNCTION councils_written_by_casting()', urn);
  EXECUTE format('CREATE TRIGGER paper_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
                 'FOR EACH STATEMENT EXECUTE FUNCTION councils_refuse_rewriting()', urn);
END $$;
"""

CASTING = """
CREATE VIEW councils_casting AS
  SELECT NULL::bigint AS roll_entry_id, NULL::text AS tracker, NULL::jsonb AS choice, NULL::bigint AS cast_by_id,
         NULL::timestamptz AS cast_at WHERE false;

CREATE FUNCTION paper_is_proper() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE entry record; ballot record;
BEGIN
  SELECT * INTO entry FROM councils_rollentry WHERE id = NEW.roll_entry_id;
  SELECT * INTO ballot FROM councils_ballot WHERE id = entry.ballot_id FOR SHARE;
  IF ballot.state IS DISTINCT FROM 'open' OR ballot.secrecy <> 'secret' OR NEW.cast_at IS NULL
     OR NEW.cast_at < ballot.opened_at OR NEW.cast_at >= ballot.closes_at THEN
    RAISE EXCEPTION 'Ballot % takes no papers at this time.', ballot.public_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'paper_while_open_only';
  END IF;
  IF NEW.cast_by_id IS DISTINCT FROM entry.person_id
     OR EXISTS (SELECT 1 FROM workplaces_person WHERE id = NEW.cast_by_id AND is_superuser) THEN
    RAISE EXCEPTION 'This voting right is somebody else''s.'
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'paper_by_its_holder_only';
  END IF;
  IF NEW.tracker IS NULL OR NEW.tracker !~ '^[A-Z2-7]{20}$' THEN
    RAISE EXCEPTION 'A paper needs a tracker of twenty letters and digits.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'paper_has_a_tracker';
  END IF;
  IF NOT councils_choice_is_whole(ballot.id, ballot.rule, NEW.choice) THEN
    RAISE EXCEPTION 'A paper names options of its own ballot, each once.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'paper_names_its_options';
  END IF;
  INSERT INTO councils_mark (roll_entry_id) VALUES (NEW.roll_entry_id);
  EXECUTE format('INSERT INTO %s (tracker, choice) VALUES ($1, $2)', councils_urn(ballot.public_id))
    USING NEW.tracker, NEW.choice;
  RETURN NEW;
END $$;
CREATE TRIGGER paper_is_proper INSTEAD OF INSERT ON councils_casting
  FOR EACH ROW EXECUTE FUNCTION paper_is_proper();

CREATE FUNCTION councils_choice_is_whole(ballot bigint, rule text, choice jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE named bigint; known bigint;
BEGIN
  IF choice IS NULL OR jsonb_typeof(choice) <> 'array' THEN RETURN false; END IF;
  SELECT count(DISTINCT o.code), count(*) INTO known, named FROM jsonb_array_elements(choice) c
    LEFT JOIN councils_option o ON o.ballot_id = ballot AND to_jsonb(o.code) = c.value;
  RETURN named = known AND (named = 1 OR rule NOT IN ('majority_of_cast', 'majority_of_eligible'));
END $$;
"""

# Everything that a ballot's opening, closing and voiding does to its urn; runs before ballot_stays_as_opened
# (triggers fire in the order of their names), which keeps state and frozen columns.
BALLOTS = """
CREATE FUNCTION ballot_keeps_its_secrets() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE papers bigint; marks bigint; urn text := councils_urn(NEW.public_id);
BEGIN
  IF NEW.secrecy <> 'secret' OR NEW.state = OLD.state THEN RETURN NEW; END IF;
  IF NEW.state = 'open' THEN
    IF NEW.weighted OR EXISTS (SELECT 1 FROM councils_rollentry WHERE ballot_id = NEW.id AND weight <> 1) THEN
      RAISE EXCEPTION 'Every paper of a secret vote weighs the same.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_secret_papers_weigh_one';
    END IF;
    PERFORM councils_urn_set_up(NEW.public_id);
  ELSIF NEW.state = 'closed' THEN
    IF NEW.closed_at < NEW.closes_at THEN
      RAISE EXCEPTION 'Secret ballot % is open until %.', NEW.public_id, NEW.closes_at
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_not_closed_early';
    END IF;
    SELECT count(*) INTO marks FROM councils_mark m JOIN councils_rollentry r ON r.id = m.roll_entry_id
     WHERE r.ballot_id = NEW.id;
    EXECUTE format('INSERT INTO councils_paper (ballot_id, tracker, choice) '
                   'SELECT $1, tracker, choice FROM %s ORDER BY tracker COLLATE "C"', urn) USING NEW.id;
    GET DIAGNOSTICS papers = ROW_COUNT;
    IF papers <> marks OR papers IS DISTINCT FROM (NEW.result ->> 'votes')::bigint THEN
      RAISE EXCEPTION 'Ballot % has % papers and % marks; the tally has %.', NEW.public_id, papers, marks,
        NEW.result ->> 'votes'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_counts_every_paper';
    END IF;
    EXECUTE format('DROP TABLE %s', urn);
  ELSIF NEW.state = 'void' AND OLD.state = 'open' THEN
    EXECUTE format('DROP TABLE %s', urn);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ballot_keeps_its_secrets BEFORE UPDATE ON councils_ballot
  FOR EACH ROW EXECUTE FUNCTION ballot_keeps_its_secrets();
"""

# As in 0002, but for named votes and majorities only where those are meant.
AS_OPENED = """
CREATE OR REPLACE FUNCTION ballot_stays_as_opened() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE votes bigint;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state = 'draft' THEN RETURN OLD; END IF;
  ELSIF (OLD.state, NEW.state) IN (('draft', 'draft'), ('draft', 'open'), ('draft', 'void'), ('open', 'closed'),
                                   ('open', 'void'))
     AND (OLD.state = 'draft' OR
      (NEW.public_id, NEW.council_id, NEW.motion_id, NEW.question, NEW.rule, NEW.params, NEW.secrecy, NEW.quorum,
       NEW.tie_break, NEW.weighted, NEW.opened_at, NEW.closes_at, NEW.roll_size, NEW.roll_digest)
      IS NOT DISTINCT FROM
      (OLD.public_id, OLD.council_id, OLD.motion_id, OLD.question, OLD.rule, OLD.params, OLD.secrecy, OLD.quorum,
       OLD.tie_break, OLD.weighted, OLD.opened_at, OLD.closes_at, OLD.roll_size, OLD.roll_digest)) THEN
    IF NEW.state = 'open' AND NEW.roll_size <> (SELECT count(*) FROM councils_rollentry WHERE ballot_id = NEW.id) THEN
      RAISE EXCEPTION 'The roll of ballot % does not have % entries.', NEW.public_id, NEW.roll_size
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_roll_is_whole';
    END IF;
    IF NEW.state = 'open' AND NEW.rule LIKE 'majority%' AND (SELECT count(DISTINCT effect) FROM councils_option
                                WHERE ballot_id = NEW.id AND effect IN ('yes', 'no')) < 2 THEN
      RAISE EXCEPTION 'Ballot % does not offer both answers.', NEW.public_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_offers_both_answers';
    END IF;
    IF NEW.state = 'open' AND NEW.rule NOT LIKE 'majority%' AND NOT EXISTS (
        SELECT 1 FROM councils_option WHERE ballot_id = NEW.id AND effect = 'candidate') THEN
      RAISE EXCEPTION 'Ballot % has no candidates.', NEW.public_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_has_candidates';
    END IF;
    IF NEW.state = 'closed' THEN
      IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'A ballot is closed in a READ COMMITTED transaction, or the count could be stale.'
          USING ERRCODE = 'invalid_transaction_state', CONSTRAINT = 'ballot_count_is_fresh';
      END IF;
      IF NEW.secrecy = 'secret' THEN RETURN NEW; END IF;  -- ballot_keeps_its_secrets has counted its papers
      SELECT count(*) INTO votes FROM councils_namedvote v JOIN councils_rollentry r ON r.id = v.roll_entry_id
       WHERE r.ballot_id = NEW.id;
      IF votes IS DISTINCT FROM (NEW.result ->> 'votes')::bigint THEN
        RAISE EXCEPTION 'Ballot % has % votes; the tally has %.', NEW.public_id, votes, NEW.result ->> 'votes'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_counts_every_vote';
      END IF;
      IF NEW.closed_at < NEW.closes_at AND votes < NEW.roll_size THEN
        RAISE EXCEPTION 'Ballot % is open until %, as some have not voted.', NEW.public_id, NEW.closes_at
          USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_not_closed_early';
      END IF;
    END IF;
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'Ballot % is %; it stays as it was opened. Void it and open another.', OLD.public_id, OLD.state
    USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_stays_as_opened';
END $$;
"""
AS_BEFORE = (
    import_module("councils.migrations.0002_guards")
    .BALLOTS.split("CREATE TRIGGER")[0]
    .replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
)

DROP = """
DROP TRIGGER ballot_keeps_its_secrets ON councils_ballot;
DROP FUNCTION ballot_keeps_its_secrets();
DROP VIEW councils_casting;
DROP FUNCTION paper_is_proper(), councils_choice_is_whole(bigint, text, jsonb);
DROP FUNCTION councils_urn_set_up(uuid), councils_urn(uuid);
""" + "".join(
    f"DROP TRIGGER {table}_no_{op} ON councils_{table};\n"
    for table in ("mark", "paper")
    for op in ("update", "delete", "truncate")
) + """
DROP TRIGGER mark_is_cast ON councils_mark;
DROP TRIGGER paper_is_cast ON councils_paper;
DROP FUNCTION councils_written_by_casting();
DROP SCHEMA urns CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("councils", "0003_secret_votes")]

    operations = [migrations.RunSQL("".join([REFUSALS, URNS, CASTING, BALLOTS, AS_OPENED]), AS_BEFORE + DROP)]
