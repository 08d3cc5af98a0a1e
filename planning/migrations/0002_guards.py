"""What the database holds to: proposals of closed scenarios, answers after the close, finished runs."""

from django.db import migrations

TABLES = ["proposal", "consumptionproposal"]

ARRAYS = """
ALTER TABLE planning_proposal ADD CONSTRAINT proposal_input_arrays CHECK (
  cardinality(input_product) = cardinality(input_quantity) AND finite_array(input_quantity, 0));
"""

ANSWERS = """
CREATE FUNCTION response_while_round_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE shut text;
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'Answers are changed, never deleted.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'response_is_never_deleted';
  END IF;
  PERFORM 1 FROM planning_round r WHERE r.id IN (SELECT round_id FROM fresh) FOR SHARE;
  SELECT r.number INTO shut FROM planning_round r
   WHERE r.id IN (SELECT round_id FROM fresh) AND r.state = 'closed' LIMIT 1;
  IF shut IS NOT NULL THEN
    RAISE EXCEPTION 'Round % is closed; answers can no longer be given or changed.', shut
      USING ERRCODE = 'check_violation', CONSTRAINT = 'response_while_round_is_open';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER response_insert AFTER INSERT ON planning_response REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION response_while_round_is_open();
CREATE TRIGGER response_update AFTER UPDATE ON planning_response REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION response_while_round_is_open();
CREATE TRIGGER response_delete AFTER DELETE ON planning_response
  FOR EACH STATEMENT EXECUTE FUNCTION response_while_round_is_open();
"""

RUNS = """
CREATE FUNCTION run_finished_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE done bigint;
BEGIN
  IF TG_OP = 'DELETE' THEN
    SELECT r.id INTO done FROM planning_run r WHERE r.state = 'finished' AND r.id IN (SELECT run_id FROM stale) LIMIT 1;
  ELSE
    SELECT r.id INTO done FROM planning_run r WHERE r.state = 'finished' AND r.id IN (SELECT run_id FROM fresh) LIMIT 1;
  END IF;
  IF done IS NOT NULL THEN
    RAISE EXCEPTION 'Run % has finished; its figures cannot change.', done
      USING ERRCODE = 'check_violation', CONSTRAINT = 'run_finished_is_immutable';
  END IF;
  RETURN NULL;
END $$;
"""


def guard(table: str, function: str) -> str:
    """Return the three statement triggers that call ``function`` for one table."""
    return "".join(
        f"CREATE TRIGGER {table}_guard_{op.lower()} AFTER {op} ON planning_{table} REFERENCING {tables} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}();\n"
        for op, tables in (
            ("INSERT", "NEW TABLE AS fresh"),
            ("UPDATE", "OLD TABLE AS stale NEW TABLE AS fresh"),
            ("DELETE", "OLD TABLE AS stale"),
        )
    )


def unguard(table: str) -> str:
    return "".join(f"DROP TRIGGER {table}_guard_{op} ON planning_{table};\n" for op in ("insert", "update", "delete"))


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial"), ("workplaces", "0002_guards")]

    operations = [
        migrations.RunSQL(ARRAYS, "ALTER TABLE planning_proposal DROP CONSTRAINT proposal_input_arrays"),
        migrations.RunSQL(
            "".join(guard(table, "scenario_refuse_if_closed") for table in TABLES),
            "".join(unguard(table) for table in TABLES),
        ),
        migrations.RunSQL(
            ANSWERS,
            "DROP TRIGGER response_insert ON planning_response; DROP TRIGGER response_update ON planning_response;"
            "DROP TRIGGER response_delete ON planning_response; DROP FUNCTION response_while_round_is_open()",
        ),
        migrations.RunSQL(
            RUNS + "".join(guard(table, "run_finished_is_immutable") for table in ("runrow", "runline")),
            unguard("runrow") + unguard("runline") + "DROP FUNCTION run_finished_is_immutable()",
        ),
    ]
