"""What the database holds to in delegations: no circle, on one roll, frozen with the vote, counted as it froze."""

from importlib import import_module

from django.db import migrations

# The advisory lock lines up who writes delegations of one council: two halves of a circle cannot pass each other.
DELEGATIONS = """
CREATE FUNCTION delegation_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.public_id, NEW.council_id, NEW.giver_id, NEW.receiver_id, NEW.subject_kind, NEW.term, NEW.created_at)
       IS DISTINCT FROM (OLD.public_id, OLD.council_id, OLD.giver_id, OLD.receiver_id, OLD.subject_kind, OLD.term,
        OLD.created_at) OR NOT NEW.held <@ OLD.held THEN
      RAISE EXCEPTION 'A delegation can only be taken back; to change it, give another.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_can_only_end';
    END IF;
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('councils_delegation'), NEW.council_id::int);
  IF NOT councils_on_roll(NEW.council_id, NEW.giver_id, (lower(NEW.term) AT TIME ZONE 'UTC')::date)
     OR NOT councils_on_roll(NEW.council_id, NEW.receiver_id, (lower(NEW.term) AT TIME ZONE 'UTC')::date)
     OR (SELECT kind FROM councils_council WHERE id = NEW.council_id) NOT IN ('workplace', 'general') THEN
    RAISE EXCEPTION 'Votes are delegated to people on the same roll of members.'
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'delegation_on_one_roll';
  END IF;
  IF EXISTS (
    WITH RECURSIVE way(person, kind) AS (
      SELECT NEW.receiver_id, NEW.subject_kind::text
      UNION
      SELECT d.receiver_id, CASE w.kind WHEN '' THEN d.subject_kind::text ELSE w.kind END
        FROM way w JOIN councils_delegation d ON d.giver_id = w.person
       WHERE d.council_id = NEW.council_id AND d.held && NEW.held
         AND (w.kind = '' OR d.subject_kind = '' OR d.subject_kind = w.kind))
    SELECT 1 FROM way WHERE person = NEW.giver_id) THEN
    RAISE EXCEPTION 'This delegation would lead back to whom it comes from.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_no_circle';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER delegation_is_proper BEFORE INSERT OR UPDATE ON councils_delegation
  FOR EACH ROW EXECUTE FUNCTION delegation_is_proper();

CREATE FUNCTION proxy_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM councils_rollentry WHERE id IN (NEW.giver_id, NEW.receiver_id)
       AND ballot_id = NEW.ballot_id) <> 2 THEN
    RAISE EXCEPTION 'A proxy ties two rights of its own ballot.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'proxy_of_its_ballot';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER proxy_is_proper BEFORE INSERT OR UPDATE ON councils_proxy
  FOR EACH ROW EXECUTE FUNCTION proxy_is_proper();

CREATE FUNCTION ballot_keeps_its_proxies() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found bigint;
BEGIN
  SELECT count(*) INTO found FROM councils_proxy WHERE ballot_id = NEW.id;
  IF found <> coalesce((NEW.params -> 'proxies' ->> 'number')::bigint, 0) OR found > 0 AND NEW.secrecy <> 'named' THEN
    RAISE EXCEPTION 'Ballot % has % delegations and says otherwise.', NEW.public_id, found
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_keeps_its_proxies';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ballot_keeps_its_proxies BEFORE UPDATE ON councils_ballot FOR EACH ROW
  WHEN (NEW.state = 'open' AND OLD.state = 'draft') EXECUTE FUNCTION ballot_keeps_its_proxies();
"""
FROZEN = "".join(
    f"CREATE TRIGGER proxy_frozen_{op.lower()} AFTER {op} ON councils_proxy REFERENCING {tables} "
    "FOR EACH STATEMENT EXECUTE FUNCTION ballot_refuse_if_opened();\n"
    for op, tables in (
        ("INSERT", "NEW TABLE AS fresh"),
        ("UPDATE", "OLD TABLE AS stale NEW TABLE AS fresh"),
        ("DELETE", "OLD TABLE AS stale"),
    )
)
KEPT = """
CREATE TRIGGER delegation_no_delete BEFORE DELETE ON councils_delegation
  FOR EACH STATEMENT EXECUTE FUNCTION councils_refuse_rewriting();
CREATE TRIGGER delegation_no_truncate BEFORE TRUNCATE ON councils_delegation
  FOR EACH STATEMENT EXECUTE FUNCTION councils_refuse_rewriting();
CREATE TRIGGER proxy_no_truncate BEFORE TRUNCATE ON councils_proxy
  FOR EACH STATEMENT EXECUTE FUNCTION councils_refuse_rewriting();
"""
# A right counts as its holder voted; else as the first on the way of its delegations who did. The way stops at each
# right that was used, so no right counts twice.
COUNTED = """
CREATE FUNCTION councils_options_counted(ballot bigint) RETURNS TABLE (weight integer, option_id bigint)
LANGUAGE sql STABLE AS $$
  WITH RECURSIVE own AS MATERIALIZED (
    SELECT r.id, r.weight, v.option_id FROM councils_rollentry r
      LEFT JOIN councils_namedvote v ON v.roll_entry_id = r.id WHERE r.ballot_id = $1),
  way(entry, at) AS (
    SELECT o.id, p.receiver_id FROM own o JOIN councils_proxy p ON p.giver_id = o.id WHERE o.option_id IS NULL
    UNION
    SELECT w.entry, p.receiver_id FROM way w JOIN own o ON o.id = w.at AND o.option_id IS NULL
      JOIN councils_proxy p ON p.giver_id = w.at)
  SELECT o.weight, o.option_id FROM own o WHERE o.option_id IS NOT NULL
  UNION ALL
  SELECT o.weight, a.option_id FROM way w JOIN own o ON o.id = w.entry JOIN own a ON a.id = w.at
   WHERE a.option_id IS NOT NULL
$$;
"""
BEFORE = import_module("councils.migrations.0007_true_outcomes").OUTCOMES
TELLS = BEFORE[
    BEFORE.index("CREATE FUNCTION ballot_tells_its_count") : BEFORE.index("CREATE TRIGGER ballot_tells_its_count")
].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
WITH_PROXIES = TELLS.replace(
    "  ELSE\n",
    """  ELSIF NEW.params ? 'proxies' THEN
    SELECT coalesce(sum(c.weight) FILTER (WHERE o.effect = 'yes'), 0) AS yes,
           coalesce(sum(c.weight) FILTER (WHERE o.effect = 'no'), 0) AS no,
           coalesce(sum(c.weight) FILTER (WHERE o.effect = 'abstain'), 0) AS abstain INTO found
      FROM councils_options_counted(NEW.id) c JOIN councils_option o ON o.id = c.option_id;
  ELSE
""",
    1,
)
DROP = (
    TELLS
    + """
DROP FUNCTION councils_options_counted(bigint);
DROP TRIGGER delegation_no_delete ON councils_delegation;
DROP TRIGGER delegation_no_truncate ON councils_delegation;
DROP TRIGGER proxy_no_truncate ON councils_proxy;
DROP TRIGGER proxy_frozen_insert ON councils_proxy;
DROP TRIGGER proxy_frozen_update ON councils_proxy;
DROP TRIGGER proxy_frozen_delete ON councils_proxy;
DROP TRIGGER ballot_keeps_its_proxies ON councils_ballot;
DROP TRIGGER proxy_is_proper ON councils_proxy;
DROP TRIGGER delegation_is_proper ON councils_delegation;
DROP FUNCTION ballot_keeps_its_proxies(), proxy_is_proper(), delegation_is_proper();
"""
)


class Migration(migrations.Migration):
    dependencies = [("councils", "0022_delegations")]

    operations = [migrations.RunSQL(DELEGATIONS + FROZEN + KEPT + COUNTED + WITH_PROXIES, DROP)]
