"""What the database holds to in decisions: an outcome follows from the votes, and nothing begins as decided."""

from django.db import migrations

BEGINNINGS = """
CREATE FUNCTION motion_begins_as_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'moved' OR NEW.decided_at IS NOT NULL THEN
    RAISE EXCEPTION 'A motion begins as moved; a ballot decides it.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'motion_begins_as_moved';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER motion_begins_as_moved BEFORE INSERT ON councils_motion
  FOR EACH ROW EXECUTE FUNCTION motion_begins_as_moved();

CREATE FUNCTION election_begins_with_nominations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'nominating' OR NEW.ballot_id IS NOT NULL THEN
    RAISE EXCEPTION 'An election begins with its nominations.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'election_begins_with_nominations';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER election_begins_with_nominations BEFORE INSERT ON councils_election
  FOR EACH ROW EXECUTE FUNCTION election_begins_with_nominations();
"""

# The rule of councils/tally.py, exact as there: shares are fractions ("3/5") or decimals, compared crosswise. A tie
# under a strict majority is lost by the one tie-break there is, the status quo.
OUTCOMES = """
CREATE FUNCTION councils_reaches(part numeric, share text, whole numeric, is_strict boolean) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN is_strict THEN part * f.bottom > f.top * whole ELSE part * f.bottom >= f.top * whole END
    FROM (SELECT split_part(share, '/', 1)::numeric AS top,
                 coalesce(nullif(split_part(share, '/', 2), ''), '1')::numeric AS bottom) f
$$;

CREATE FUNCTION councils_outcome(
  rule text, params jsonb, quorum text, yes numeric, no numeric, abstain numeric, eligible numeric) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN yes > 0 AND councils_reaches(yes + no + abstain, quorum, eligible, false)
    AND councils_reaches(yes, params ->> 'threshold',
      CASE rule WHEN 'majority_of_eligible' THEN eligible ELSE yes + no END, (params ->> 'strict')::boolean)
    THEN 'carried' ELSE 'lost' END
$$;

CREATE FUNCTION ballot_tells_its_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found record; eligible numeric; truth jsonb;
BEGIN
  IF NEW.secrecy = 'secret' THEN  -- ballot_keeps_its_secrets has put the papers there
    SELECT count(*) FILTER (WHERE o.effect = 'yes') AS yes, count(*) FILTER (WHERE o.effect = 'no') AS no,
           count(*) FILTER (WHERE o.effect = 'abstain') AS abstain INTO found
      FROM councils_paper p CROSS JOIN jsonb_array_elements_text(p.choice) c(code)
      JOIN councils_option o ON o.ballot_id = p.ballot_id AND o.code = c.code WHERE p.ballot_id = NEW.id;
  ELSE
    SELECT coalesce(sum(r.weight) FILTER (WHERE o.effect = 'yes'), 0) AS yes,
           coalesce(sum(r.weight) FILTER (WHERE o.effect = 'no'), 0) AS no,
           coalesce(sum(r.weight) FILTER (WHERE o.effect = 'abstain'), 0) AS abstain INTO found
      FROM councils_namedvote v JOIN councils_rollentry r ON r.id = v.roll_entry_id
      JOIN councils_option o ON o.id = v.option_id WHERE r.ballot_id = NEW.id;
  END IF;
  SELECT sum(weight) INTO eligible FROM councils_rollentry WHERE ballot_id = NEW.id;
  truth := jsonb_build_object(
    'counts', jsonb_build_object('yes', found.yes, 'no', found.no, 'abstain', found.abstain), 'eligible', eligible,
    'cast', found.yes + found.no + found.abstain, 'outcome', councils_outcome(
      NEW.rule, NEW.params, NEW.quorum, found.yes, found.no, found.abstain, eligible));
  IF (NEW.result @> truth) IS NOT TRUE THEN
    RAISE EXCEPTION 'The votes of ballot % make %; its result says otherwise.', NEW.public_id, truth
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_tells_its_count';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ballot_tells_its_count BEFORE UPDATE ON councils_ballot FOR EACH ROW
  WHEN (NEW.state = 'closed' AND OLD.state <> 'closed' AND NEW.rule LIKE 'majority%')
  EXECUTE FUNCTION ballot_tells_its_count();
"""

# With the rights of the tables' owner, so that whoever writes a vote needs none on the journal itself.
JOURNAL = "ALTER FUNCTION vote_into_journal() SECURITY DEFINER SET search_path = public, pg_temp;"
URN = "REVOKE EXECUTE ON FUNCTION councils_urn_set_up(uuid) FROM PUBLIC;"

DROP = """
GRANT EXECUTE ON FUNCTION councils_urn_set_up(uuid) TO PUBLIC;
ALTER FUNCTION vote_into_journal() SECURITY INVOKER RESET search_path;
DROP TRIGGER ballot_tells_its_count ON councils_ballot;
DROP FUNCTION ballot_tells_its_count();
DROP FUNCTION councils_outcome(text, jsonb, text, numeric, numeric, numeric, numeric);
DROP FUNCTION councils_reaches(numeric, text, numeric, boolean);
DROP TRIGGER election_begins_with_nominations ON councils_election;
DROP FUNCTION election_begins_with_nominations();
DROP TRIGGER motion_begins_as_moved ON councils_motion;
DROP FUNCTION motion_begins_as_moved();
"""


class Migration(migrations.Migration):
    dependencies = [("councils", "0006_election_guards")]

    operations = [migrations.RunSQL("".join([BEGINNINGS, OUTCOMES, JOURNAL, URN]), DROP)]
