"""What the database holds to in double majorities: parts frozen with the roll, by name, counted as the votes make them."""

from importlib import import_module

from django.db import migrations

DELEGATED = import_module("councils.migrations.0023_delegation_guards")

FROZEN = """
CREATE FUNCTION ballot_keeps_its_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found jsonb; kept jsonb;
BEGIN
  SELECT coalesce(jsonb_object_agg(part, weight), '{}') INTO found
    FROM (SELECT part, sum(weight) AS weight FROM councils_rollentry WHERE ballot_id = NEW.id AND part <> ''
           GROUP BY part) p;
  SELECT coalesce(jsonb_object_agg(key, value -> 1), '{}') INTO kept
    FROM jsonb_each(coalesce(NEW.params #> '{parts,roll}', '{}'));
  IF found <> kept OR (NEW.params ? 'parts') <> (found <> '{}')
     OR NEW.params ? 'parts' AND (NEW.secrecy <> 'named' OR NEW.rule NOT LIKE 'majority%') THEN
    RAISE EXCEPTION 'The roll of ballot % is divided into %; its rule says otherwise.', NEW.public_id, found
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_keeps_its_parts';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ballot_keeps_its_parts BEFORE UPDATE ON councils_ballot FOR EACH ROW
  WHEN (NEW.state = 'open' AND OLD.state = 'draft') EXECUTE FUNCTION ballot_keeps_its_parts();
"""

# A right counts in its part as it counts in all: as its holder voted, else as the first on the way of its delegations.
COUNTED = """
CREATE FUNCTION councils_parts_voted(ballot bigint) RETURNS TABLE (part text, yes numeric, no numeric, abstain numeric)
LANGUAGE sql STABLE AS $$
  WITH RECURSIVE own AS MATERIALIZED (
    SELECT r.id, r.weight, r.part, v.option_id FROM councils_rollentry r
      LEFT JOIN councils_namedvote v ON v.roll_entry_id = r.id WHERE r.ballot_id = $1),
  way(entry, at) AS (
    SELECT o.id, p.receiver_id FROM own o JOIN councils_proxy p ON p.giver_id = o.id WHERE o.option_id IS NULL
    UNION
    SELECT w.entry, p.receiver_id FROM way w JOIN own o ON o.id = w.at AND o.option_id IS NULL
      JOIN councils_proxy p ON p.giver_id = w.at),
  counts AS (
    SELECT o.part, o.weight, o.option_id FROM own o WHERE o.option_id IS NOT NULL
    UNION ALL
    SELECT o.part, o.weight, a.option_id FROM way w JOIN own o ON o.id = w.entry JOIN own a ON a.id = w.at
     WHERE a.option_id IS NOT NULL)
  SELECT c.part, coalesce(sum(c.weight) FILTER (WHERE o.effect = 'yes'), 0),
         coalesce(sum(c.weight) FILTER (WHERE o.effect = 'no'), 0),
         coalesce(sum(c.weight) FILTER (WHERE o.effect = 'abstain'), 0)
    FROM counts c JOIN councils_option o ON o.id = c.option_id GROUP BY c.part
$$;

CREATE FUNCTION councils_share_of(rule jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(rule ->> 'more_than', rule ->> 'at_least')
$$;

CREATE FUNCTION councils_parts_counted(ballot bigint, rule jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_object_agg(r.key, jsonb_build_object('yes', coalesce(v.yes, 0), 'no', coalesce(v.no, 0),
      'abstain', coalesce(v.abstain, 0), 'eligible', r.value -> 1, 'outcome', councils_outcome(
        'majority_of_' || (rule #>> '{each,of}'),
        jsonb_build_object('threshold', councils_share_of(rule -> 'each'), 'strict', rule -> 'each' ? 'more_than'),
        rule ->> 'quorum', coalesce(v.yes, 0), coalesce(v.no, 0), coalesce(v.abstain, 0), (r.value ->> 1)::numeric))),
    '{}')
    FROM jsonb_each(rule -> 'roll') r LEFT JOIN councils_parts_voted(ballot) v ON v.part = r.key
$$;
"""

COUNTS_BEFORE = """  truth := jsonb_build_object(
    'counts', jsonb_build_object('yes', found.yes, 'no', found.no, 'abstain', found.abstain), 'eligible', eligible,
    'cast', found.yes + found.no + found.abstain, 'outcome', councils_outcome(
      NEW.rule, NEW.params, NEW.quorum, found.yes, found.no, found.abstain, eligible));
"""
COUNTS = (
    COUNTS_BEFORE
    + """  IF NEW.params ? 'parts' THEN
    parts := councils_parts_counted(NEW.id, NEW.params -> 'parts');
    SELECT count(*) FILTER (WHERE value ->> 'outcome' = 'carried'), count(*) INTO carried, whole FROM jsonb_each(parts);
    truth := truth || jsonb_build_object('parts', parts, 'outcome', CASE
      WHEN truth ->> 'outcome' = 'carried' AND carried > 0 AND councils_reaches(
        carried, councils_share_of(NEW.params -> 'parts'), whole, NEW.params -> 'parts' ? 'more_than')
      THEN 'carried' ELSE 'lost' END);
  END IF;
"""
)
TELLS = DELEGATED.WITH_PROXIES.replace(COUNTS_BEFORE, COUNTS).replace(
    "truth jsonb;", "truth jsonb; parts jsonb; carried bigint; whole bigint;"
)
DROP = """
DROP FUNCTION councils_parts_counted(bigint, jsonb), councils_share_of(jsonb), councils_parts_voted(bigint);
DROP TRIGGER ballot_keeps_its_parts ON councils_ballot;
DROP FUNCTION ballot_keeps_its_parts();
"""


class Migration(migrations.Migration):
    dependencies = [("councils", "0036_parts")]

    operations = [migrations.RunSQL(FROZEN + COUNTED + TELLS, DELEGATED.WITH_PROXIES + DROP)]
