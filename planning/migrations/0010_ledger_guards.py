"""What the database holds to in the ledger, whoever writes: double entry, no rewriting, no investment but by grants."""

from django.db import migrations

BALANCES = """
CREATE FUNCTION account_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.balance = 0 THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'An account begins empty; money comes into it by postings.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'account_begins_empty';
  END IF;
  IF pg_trigger_depth() < 2 OR (NEW.public_id, NEW.kind, NEW.cycle_id, NEW.sector_id, NEW.region_id, NEW.workplace_id)
      IS DISTINCT FROM (OLD.public_id, OLD.kind, OLD.cycle_id, OLD.sector_id, OLD.region_id, OLD.workplace_id) THEN
    RAISE EXCEPTION 'An account keeps its owner, and its balance changes by postings only.'
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'account_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER account_stays BEFORE INSERT OR UPDATE ON planning_account
  FOR EACH ROW EXECUTE FUNCTION account_stays();

CREATE FUNCTION posting_moves_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM planning_account WHERE id IN (SELECT account_id FROM fresh) ORDER BY id FOR NO KEY UPDATE;
  UPDATE planning_account a SET balance = a.balance + f.moved
    FROM (SELECT account_id, sum(amount)::bigint AS moved FROM fresh GROUP BY account_id) f WHERE a.id = f.account_id;
  RETURN NULL;
END $$;
CREATE TRIGGER posting_moves_balances AFTER INSERT ON planning_posting
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION posting_moves_balances();
"""

ENTRIES = """
CREATE FUNCTION journalentry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE entry bigint; counted bigint; total numeric; wanted bigint;
BEGIN
  entry := CASE TG_TABLE_NAME WHEN 'planning_posting' THEN to_jsonb(NEW) ->> 'entry_id' ELSE to_jsonb(NEW) ->> 'id' END;
  SELECT count(*), sum(amount) INTO counted, total FROM planning_posting WHERE entry_id = entry;
  SELECT postings_count INTO wanted FROM planning_journalentry WHERE id = entry;
  IF counted <> wanted OR total IS DISTINCT FROM 0 THEN
    RAISE EXCEPTION 'The postings of a journal entry add up to %, and there are % of %: they add up to zero, all at once.',
      coalesce(total, 0), counted, wanted USING ERRCODE = 'check_violation', CONSTRAINT = 'journalentry_balances';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER journalentry_balances AFTER INSERT ON planning_journalentry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION journalentry_balances();
CREATE CONSTRAINT TRIGGER posting_balances AFTER INSERT ON planning_posting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION journalentry_balances();
"""

GRANTS = """
CREATE FUNCTION posting_invests_by_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.amount > 0 AND (SELECT kind FROM planning_account WHERE id = NEW.account_id) = 'investment'
     AND (SELECT cause FROM planning_journalentry WHERE id = NEW.entry_id) <> 'grant' THEN
    RAISE EXCEPTION 'Money comes into an investment account by a grant out of an envelope only.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_invests_by_grant';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER posting_invests_by_grant BEFORE INSERT ON planning_posting
  FOR EACH ROW EXECUTE FUNCTION posting_invests_by_grant();

CREATE FUNCTION posting_comes_from_envelope() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE into_kind text; cause_is text;
BEGIN
  SELECT kind INTO into_kind FROM planning_account WHERE id = NEW.account_id;
  SELECT cause INTO cause_is FROM planning_journalentry WHERE id = NEW.entry_id;
  IF NEW.amount < 0 THEN RETURN NULL; END IF;
  IF into_kind IN ('board', 'sector', 'region', 'investment') AND EXISTS (
      SELECT 1 FROM planning_posting p JOIN planning_account a ON a.id = p.account_id
       WHERE p.entry_id = NEW.entry_id AND p.amount < 0 AND a.kind = 'surplus') THEN
    RAISE EXCEPTION 'The surplus of a workplace is never invested.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'surplus_is_not_invested';
  END IF;
  IF into_kind = 'investment' AND EXISTS (
      SELECT 1 FROM planning_posting p JOIN planning_account a ON a.id = p.account_id
       WHERE p.entry_id = NEW.entry_id AND p.amount < 0 AND a.kind NOT IN ('sector', 'region')) THEN
    RAISE EXCEPTION 'A grant comes out of an envelope.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_comes_from_envelope';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER posting_comes_from_envelope AFTER INSERT ON planning_posting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION posting_comes_from_envelope();
"""

TABLES = ["account", "journalentry", "posting"]
KEPT = "".join(
    f"CREATE TRIGGER {table}_no_{name} BEFORE {operation} ON planning_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION planning_refuse_rewriting();\n"
    for table in TABLES
    for name, operation in (("delete", "DELETE"), ("truncate", "TRUNCATE"), ("update", "UPDATE"))
    if (table, name) != ("account", "update")
)
TRIGGERS = {
    "account": ["account_stays", "account_no_delete", "account_no_truncate"],
    "journalentry": [
        "journalentry_balances", "journalentry_no_delete", "journalentry_no_truncate", "journalentry_no_update",
    ],
    "posting": [
        "posting_moves_balances", "posting_balances", "posting_invests_by_grant", "posting_comes_from_envelope",
        "posting_no_delete", "posting_no_truncate", "posting_no_update",
    ],
}  # fmt: skip
DROP = (
    "".join(f"DROP TRIGGER {name} ON planning_{table};\n" for table, names in TRIGGERS.items() for name in names)
    + "DROP FUNCTION account_stays(), posting_moves_balances(), journalentry_balances(), posting_invests_by_grant(), "
    "posting_comes_from_envelope();"
)


class Migration(migrations.Migration):
    dependencies = [("planning", "0009_ledger")]

    operations = [migrations.RunSQL("".join([BALANCES, ENTRIES, GRANTS, KEPT]), DROP)]
