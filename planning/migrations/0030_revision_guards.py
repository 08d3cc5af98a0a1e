"""What the database holds to in revisions: a plan stays in force until another one is, and a revision ends once."""

import importlib

from django.db import migrations

guards = importlib.import_module("planning.migrations.0008_history_guards")

# As in planning/transitions.py when this was written; a test compares the two. A change there takes a migration.
TRANSITIONS = {
    **guards.TRANSITIONS,
    "cycle": {
        **guards.TRANSITIONS["cycle"],
        "rounds": ["ratification", "in_force", "abandoned"],
        "in_force": ["rounds", "settlement"],
    },
}
FUNCTION = "CREATE OR REPLACE FUNCTION planning_transitions() RETURNS TABLE (life text, state text, following text)\nLANGUAGE sql IMMUTABLE AS $$ VALUES {} $$;\n"


def transitions(table: dict[str, dict[str, list[str]]]) -> str:
    """Return the function that knows these transitions."""
    rows = [
        f"('{life}', '{state}', '{following}')"
        for life, states in table.items()
        for state, all_ in states.items()
        for following in all_
    ]
    return FUNCTION.format(", ".join(rows))


CYCLES = """
CREATE FUNCTION cycle_with_its_plan() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  has_plan boolean := EXISTS (SELECT 1 FROM planning_plan WHERE cycle_id = NEW.id AND state = 'in_force');
  is_revised boolean := EXISTS (SELECT 1 FROM planning_revision WHERE cycle_id = NEW.id AND ended_at IS NULL);
BEGIN
  IF NEW.phase = 'in_force' AND (NOT has_plan OR is_revised) THEN
    RAISE EXCEPTION 'The cycle of % is in force with a plan that is, and that nobody is revising.', NEW.year
      USING ERRCODE = 'check_violation', CONSTRAINT = 'cycle_in_force_has_a_plan';
  END IF;
  IF OLD.phase = 'in_force' AND NEW.phase = 'rounds' AND NOT is_revised THEN
    RAISE EXCEPTION 'The cycle of % goes back to its rounds by a revision of its plan.', NEW.year
      USING ERRCODE = 'check_violation', CONSTRAINT = 'cycle_revised_on_record';
  END IF;
  IF NEW.phase = 'abandoned' AND has_plan THEN
    RAISE EXCEPTION 'The cycle of % has a plan in force; it is not abandoned.', NEW.year
      USING ERRCODE = 'check_violation', CONSTRAINT = 'cycle_in_force_is_not_abandoned';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cycle_with_its_plan BEFORE UPDATE OF phase ON planning_cycle
  FOR EACH ROW WHEN (OLD.phase IS DISTINCT FROM NEW.phase) EXECUTE FUNCTION cycle_with_its_plan();
"""

REVISIONS = """
CREATE FUNCTION revision_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.ended_at IS NULL AND EXISTS (
        SELECT 1 FROM planning_plan p JOIN planning_cycle c ON c.id = p.cycle_id
         WHERE p.id = NEW.plan_id AND c.id = NEW.cycle_id AND p.state = 'in_force' AND c.phase = 'in_force') THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A revision begins with the plan in force of its own year.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'revision_of_a_plan_in_force';
  END IF;
  IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
     OR (NEW.public_id, NEW.cycle_id, NEW.number, NEW.plan_id, NEW.reason, NEW.first_round, NEW.opened_by_id, NEW.opened_at)
     IS DISTINCT FROM
     (OLD.public_id, OLD.cycle_id, OLD.number, OLD.plan_id, OLD.reason, OLD.first_round, OLD.opened_by_id, OLD.opened_at) THEN
    RAISE EXCEPTION 'A revision keeps its plan and its reason, and ends once.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'revision_ends_once';
  END IF;
  IF NEW.replaced_by_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM planning_plan p WHERE p.id = NEW.replaced_by_id AND p.cycle_id = NEW.cycle_id
         AND p.state = 'in_force' AND p.id <> NEW.plan_id) THEN
    RAISE EXCEPTION 'A plan is replaced by another one of its year that is in force.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'revision_replaced_by_a_plan_in_force';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER revision_moves_on BEFORE INSERT OR UPDATE ON planning_revision
  FOR EACH ROW EXECUTE FUNCTION revision_moves_on();
CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON planning_revision
  FOR EACH STATEMENT EXECUTE FUNCTION planning_refuse_rewriting();
CREATE TRIGGER revision_no_delete BEFORE DELETE ON planning_revision
  FOR EACH ROW EXECUTE FUNCTION planning_refuse_rewriting();
"""
UNDO = """
DROP TRIGGER revision_no_delete ON planning_revision;
DROP TRIGGER revision_no_truncate ON planning_revision;
DROP TRIGGER revision_moves_on ON planning_revision;
DROP TRIGGER cycle_with_its_plan ON planning_cycle;
DROP FUNCTION revision_moves_on(), cycle_with_its_plan();
"""


class Migration(migrations.Migration):
    dependencies = [("planning", "0029_revisions")]

    operations = [
        migrations.RunSQL(
            transitions(TRANSITIONS) + CYCLES + REVISIONS, UNDO + transitions(guards.TRANSITIONS)
        ),
    ]
