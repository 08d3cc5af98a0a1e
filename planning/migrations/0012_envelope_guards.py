"""What the database holds to in envelopes and requests: frozen once made, settled by the board's carried motion only."""

from django.db import migrations

ENVELOPES = """
CREATE FUNCTION envelopedraft_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.settled_at IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'A draft of envelopes begins unsettled.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'envelopedraft_stays';
  END IF;
  IF OLD.settled_at IS NOT NULL OR NEW.settled_at IS NULL OR to_jsonb(NEW) - 'settled_at' <> to_jsonb(OLD) - 'settled_at' THEN
    RAISE EXCEPTION 'A draft of envelopes is frozen: a change is another draft.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'envelopedraft_stays';
  END IF;
  IF EXISTS (SELECT 1 FROM planning_envelopereferral WHERE draft_id = NEW.id) OR NOT EXISTS (
      SELECT 1 FROM councils_motion m JOIN councils_council c ON c.id = m.council_id
       WHERE m.subject_kind IN ('envelopes', 'envelopes-again') AND m.subject_id = NEW.public_id AND m.state = 'carried'
         AND c.kind = 'board') THEN
    RAISE EXCEPTION 'Envelopes are settled by a carried motion of the board, on a draft that nobody referred back.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'envelopes_settled_by_the_board';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER envelopedraft_stays BEFORE INSERT OR UPDATE ON planning_envelopedraft
  FOR EACH ROW EXECUTE FUNCTION envelopedraft_stays();

CREATE FUNCTION envelopes_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE draft planning_envelopedraft; sectors numeric; regions numeric;
BEGIN
  SELECT * INTO draft FROM planning_envelopedraft
   WHERE id = CASE TG_TABLE_NAME WHEN 'planning_envelope' THEN (to_jsonb(NEW) ->> 'draft_id')::bigint ELSE NEW.id END;
  SELECT coalesce(sum(amount) FILTER (WHERE sector_id IS NOT NULL), 0), coalesce(sum(amount) FILTER (WHERE region_id IS NOT NULL), 0)
    INTO sectors, regions FROM planning_envelope WHERE draft_id = draft.id;
  IF (sectors, regions) <> (draft.sector_total, draft.region_total) THEN
    RAISE EXCEPTION 'The envelopes of a draft add up to % and %; its streams hold % and %.',
      sectors, regions, draft.sector_total, draft.region_total
      USING ERRCODE = 'check_violation', CONSTRAINT = 'envelopes_add_up';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER envelopes_add_up AFTER INSERT ON planning_envelopedraft
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION envelopes_add_up();
CREATE CONSTRAINT TRIGGER envelope_adds_up AFTER INSERT ON planning_envelope
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION envelopes_add_up();

CREATE FUNCTION envelopereferral_carried() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM councils_motion m JOIN planning_envelopedraft d ON d.public_id = m.subject_id AND d.id = NEW.draft_id
       WHERE m.public_id = NEW.motion AND m.council_id = NEW.council_id AND m.subject_kind = 'envelopes-refer-back'
         AND m.state = 'carried') THEN
    RAISE EXCEPTION 'A council refers envelopes back by a motion that it carried.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'envelopereferral_carried';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER envelopereferral_carried BEFORE INSERT ON planning_envelopereferral
  FOR EACH ROW EXECUTE FUNCTION envelopereferral_carried();
"""

REQUESTS = """
CREATE FUNCTION investmentrequest_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
     OR to_jsonb(NEW) - 'withdrawn_at' <> to_jsonb(OLD) - 'withdrawn_at' THEN
    RAISE EXCEPTION 'A request for investment is not changed: it is withdrawn, and another one made.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'investmentrequest_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER investmentrequest_stays BEFORE UPDATE ON planning_investmentrequest
  FOR EACH ROW EXECUTE FUNCTION investmentrequest_stays();
"""

FROZEN = ["envelope", "envelopereferral", "requestedgood"]
LASTING = ["envelopedraft", "investmentrequest"]
OPERATIONS = {"delete": "DELETE", "truncate": "TRUNCATE", "update": "UPDATE"}
GUARDS = [
    (table, name)
    for table in FROZEN + LASTING
    for name in OPERATIONS
    if table in FROZEN or name != "update"
]
KEPT = "".join(
    f"CREATE TRIGGER {table}_no_{name} BEFORE {OPERATIONS[name]} ON planning_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION planning_refuse_rewriting();\n"
    for table, name in GUARDS
)
DROP = "".join(f"DROP TRIGGER {table}_no_{name} ON planning_{table};\n" for table, name in GUARDS) + """
DROP TRIGGER investmentrequest_stays ON planning_investmentrequest;
DROP TRIGGER envelopereferral_carried ON planning_envelopereferral;
DROP TRIGGER envelope_adds_up ON planning_envelope;
DROP TRIGGER envelopes_add_up ON planning_envelopedraft;
DROP TRIGGER envelopedraft_stays ON planning_envelopedraft;
DROP FUNCTION investmentrequest_stays(), envelopereferral_carried(), envelopes_add_up(), envelopedraft_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("planning", "0011_envelopes"), ("councils", "0023_delegation_guards")]

    operations = [migrations.RunSQL(ENVELOPES + REQUESTS + KEPT, DROP)]
