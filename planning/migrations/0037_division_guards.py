"""What the database holds to in dividing a surplus: frozen once moved, settled by the assembly's own carried motion, posted
once, into collective goods and bonuses and nowhere else, as much as its parts add up to.
"""

from importlib import import_module

from django.db import migrations

CAUSES = import_module("planning.migrations.0034_ledger_causes")
WAYS = "CREATE OR REPLACE FUNCTION posting_ways() RETURNS TABLE (cause text, sign int, kind text) LANGUAGE sql IMMUTABLE AS $$ VALUES {rows} $$;\n"
DIVIDED = "('division', -1, 'surplus'), ('division', 1, 'collective'), ('division', 1, 'bonuses')"

FROZEN = """
CREATE FUNCTION surplusdivision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.settled_at IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'A division of a surplus begins unsettled.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'surplusdivision_stays';
  END IF;
  IF OLD.settled_at IS NOT NULL OR NEW.settled_at IS NULL OR to_jsonb(NEW) - 'settled_at' <> to_jsonb(OLD) - 'settled_at' THEN
    RAISE EXCEPTION 'A division of a surplus is frozen: a change is another one.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'surplusdivision_stays';
  END IF;
  IF NOT EXISTS (
      SELECT 1 FROM councils_motion m JOIN councils_council c ON c.id = m.council_id
       WHERE m.subject_kind = 'division' AND m.subject_id = NEW.public_id AND m.state = 'carried'
         AND c.workplace_id = NEW.workplace_id) THEN
    RAISE EXCEPTION 'A surplus is divided by a carried motion of its workplace''s own assembly.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'division_settled_by_its_assembly';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER surplusdivision_stays BEFORE INSERT OR UPDATE ON planning_surplusdivision
  FOR EACH ROW EXECUTE FUNCTION surplusdivision_stays();

CREATE FUNCTION divided_before_the_motion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM councils_motion m JOIN planning_surplusdivision d ON d.public_id = m.subject_id
              WHERE d.id = NEW.division_id AND m.subject_kind = 'division') THEN
    RAISE EXCEPTION 'A division that was moved gets no more parts.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'divided_before_the_motion';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER divided_before_the_motion BEFORE INSERT ON planning_collectivegood
  FOR EACH ROW EXECUTE FUNCTION divided_before_the_motion();
CREATE TRIGGER divided_before_the_motion BEFORE INSERT ON planning_bonus
  FOR EACH ROW EXECUTE FUNCTION divided_before_the_motion();

CREATE FUNCTION division_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE divided planning_surplusdivision; goods bigint; bonuses bigint; paid bigint;
BEGIN
  SELECT * INTO divided FROM planning_surplusdivision WHERE id = CASE TG_TABLE_NAME
    WHEN 'planning_surplusdivision' THEN (to_jsonb(NEW) ->> 'id')::bigint ELSE (to_jsonb(NEW) ->> 'division_id')::bigint END;
  SELECT coalesce(sum(amount), 0) INTO goods FROM planning_collectivegood WHERE division_id = divided.id;
  SELECT coalesce(sum(amount), 0), count(*) INTO bonuses, paid FROM planning_bonus WHERE division_id = divided.id;
  IF goods <> divided.for_goods OR bonuses <> divided.for_bonuses
     OR paid <> (CASE WHEN divided.key = '' THEN 0 ELSE divided.members END) THEN
    RAISE EXCEPTION 'Collective goods add up to % of %, bonuses of % members to % of %: a division is divided to the last unit.',
      goods, divided.for_goods, paid, bonuses, divided.for_bonuses
      USING ERRCODE = 'check_violation', CONSTRAINT = 'division_adds_up';
  END IF;
  RETURN NULL;
END $$;
"""
ADDS_UP = "".join(
    f"CREATE CONSTRAINT TRIGGER division_adds_up AFTER INSERT ON planning_{table} "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION division_adds_up();\n"
    for table in ("surplusdivision", "collectivegood", "bonus")
)

POSTED = """
CREATE FUNCTION division_is_posted(divided planning_surplusdivision, entry bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT posted_in(entry, 'surplus', NULL, NULL, NULL, divided.workplace_id) = -divided.amount
     AND posted_in(entry, 'collective', NULL, NULL, NULL, divided.workplace_id) = divided.for_goods
     AND posted_in(entry, 'bonuses', NULL, NULL, NULL, divided.workplace_id) = divided.for_bonuses
     AND (SELECT count(*) FROM planning_posting p WHERE p.entry_id = entry)
         = 1 + (divided.for_goods > 0)::int + (divided.for_bonuses > 0)::int
$$;

CREATE FUNCTION entry_divides_a_surplus() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM planning_surplusdivision d WHERE d.public_id = NEW.subject AND d.settled_at IS NOT NULL
         AND d.cycle_id = NEW.cycle_id AND division_is_posted(d, NEW.id)) THEN
    RAISE EXCEPTION 'No division that the members carried stands behind this entry, or it moves something else.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_divides_a_surplus';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_divides_a_surplus AFTER INSERT ON planning_journalentry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.cause = 'division') EXECUTE FUNCTION entry_divides_a_surplus();

CREATE FUNCTION division_is_carried_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM planning_journalentry j WHERE j.cause = 'division' AND j.subject = NEW.public_id) THEN
    RAISE EXCEPTION 'A division that is settled is posted.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'division_is_carried_out';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER division_is_carried_out AFTER UPDATE ON planning_surplusdivision
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION division_is_carried_out();
"""
# What stands behind an entry is asked by one trigger for each way of asking.
ASKED = """
DROP TRIGGER entry_has_what_stands_behind_it ON planning_journalentry;
CREATE CONSTRAINT TRIGGER entry_has_what_stands_behind_it AFTER INSERT ON planning_journalentry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.cause NOT IN ({causes}))
  EXECUTE FUNCTION entry_has_what_stands_behind_it();
"""

KEPT_TABLES = ("surplusdivision", "collectivegood", "bonus")
OPERATIONS = {"delete": "DELETE", "truncate": "TRUNCATE", "update": "UPDATE"}
GUARDS = [
    (table, name)
    for table in KEPT_TABLES
    for name in OPERATIONS
    if (table, name) != ("surplusdivision", "update")
]
KEPT = "".join(
    f"CREATE TRIGGER {table}_no_{name} BEFORE {OPERATIONS[name]} ON planning_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION planning_refuse_rewriting();\n"
    for table, name in GUARDS
)
DROP = (
    "".join(f"DROP TRIGGER {table}_no_{name} ON planning_{table};\n" for table, name in GUARDS)
    + """
DROP TRIGGER division_is_carried_out ON planning_surplusdivision;
DROP TRIGGER entry_divides_a_surplus ON planning_journalentry;
DROP TRIGGER division_adds_up ON planning_surplusdivision;
DROP TRIGGER division_adds_up ON planning_collectivegood;
DROP TRIGGER division_adds_up ON planning_bonus;
DROP TRIGGER divided_before_the_motion ON planning_collectivegood;
DROP TRIGGER divided_before_the_motion ON planning_bonus;
DROP TRIGGER surplusdivision_stays ON planning_surplusdivision;
DROP FUNCTION division_is_carried_out(), entry_divides_a_surplus(), division_is_posted(planning_surplusdivision, bigint),
  division_adds_up(), divided_before_the_motion(), surplusdivision_stays();
"""
)


class Migration(migrations.Migration):
    dependencies = [("planning", "0036_divisions"), ("councils", "0050_searched_councils")]

    operations = [
        migrations.RunSQL(
            WAYS.format(rows=f"{CAUSES.ROWS}, {DIVIDED}")
            + ASKED.format(causes="'charge', 'surplus', 'division'")
            + FROZEN + ADDS_UP + POSTED + KEPT,
            DROP + ASKED.format(causes="'charge', 'surplus'") + WAYS.format(rows=CAUSES.ROWS),
        ),
    ]  # fmt: skip
