"""What the database holds to in planning's history: states follow the tables of transitions, and what was stays."""

import importlib

from django.db import migrations, models

# As in planning/transitions.py when this was written; a test compares the two. A change there takes a migration.
TRANSITIONS = {
    "cycle": {
        "preparation": ["priorities", "abandoned"],
        "priorities": ["envelopes", "abandoned"],
        "envelopes": ["proposals", "abandoned"],
        "proposals": ["rounds", "abandoned"],
        "rounds": ["ratification", "abandoned"],
        "ratification": ["in_force", "rounds", "abandoned"],
        "in_force": ["settlement"],
        "settlement": ["closed"],
    },
    "round": {"open": ["answering", "closed"], "answering": ["closed"]},
    "run": {"queued": ["running", "cancelled"], "running": ["running", "finished", "failed", "cancelled"]},
    "plan": {
        "proposed": ["ratified", "referred_back", "abandoned"],
        "ratified": ["in_force", "abandoned"],
        "in_force": ["expired"],
    },
}
VALUES = ", ".join(
    f"('{life}', '{state}', '{following}')"
    for life, table in TRANSITIONS.items()
    for state, states in table.items()
    for following in states
)

LIVES = f"""
CREATE FUNCTION planning_transitions() RETURNS TABLE (life text, state text, following text)
LANGUAGE sql IMMUTABLE AS $$ VALUES {VALUES} $$;

CREATE FUNCTION planning_follows(text, text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT EXISTS (SELECT 1 FROM planning_transitions() t WHERE (t.life, t.state, t.following) = ($1, $2, $3))
$$;

CREATE FUNCTION planning_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: the history of planning stays as it was.', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'planning_history_stays';
END $$;
"""

# Columns that say what a row is; the others may change with its state.
CYCLES = """
CREATE FUNCTION cycle_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.phase = 'preparation' AND NEW.next_baseline_id IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'A cycle begins with its preparation.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'cycle_moves_on';
  END IF;
  IF (NEW.public_id, NEW.year, NEW.baseline_id, NEW.charter_version, NEW.rules, NEW.created_by_id, NEW.created_at)
     IS DISTINCT FROM
     (OLD.public_id, OLD.year, OLD.baseline_id, OLD.charter_version, OLD.rules, OLD.created_by_id, OLD.created_at)
     OR NOT (planning_follows('cycle', OLD.phase, NEW.phase) AND NEW.next_baseline_id IS NOT DISTINCT FROM OLD.next_baseline_id
             OR NEW.phase = 'in_force' AND OLD.phase = 'in_force' AND OLD.next_baseline_id IS NULL) THEN
    RAISE EXCEPTION 'The cycle of % keeps its year, baseline and rules, and its phase % only moves on.', OLD.year, OLD.phase
      USING ERRCODE = 'check_violation', CONSTRAINT = 'cycle_moves_on';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cycle_moves_on BEFORE INSERT OR UPDATE ON planning_cycle
  FOR EACH ROW EXECUTE FUNCTION cycle_moves_on();
"""

ROUNDS = """
CREATE FUNCTION round_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state = 'open' AND NEW.published_run_id IS NULL AND NEW.closed_at IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'A round begins open, with nothing published.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'round_moves_on';
  END IF;
  IF (NEW.public_id, NEW.cycle_id, NEW.number, NEW.scenario_id, NEW.opened_by_id, NEW.opened_at)
     IS DISTINCT FROM (OLD.public_id, OLD.cycle_id, OLD.number, OLD.scenario_id, OLD.opened_by_id, OLD.opened_at)
     OR NOT planning_follows('round', OLD.state, NEW.state)
     OR NEW.state = 'closed' AND (NEW.published_run_id, NEW.answers_close_at)
       IS DISTINCT FROM (OLD.published_run_id, OLD.answers_close_at) THEN
    RAISE EXCEPTION 'Round % is %; it keeps its proposals and its deadline, and its state only moves on.', OLD.number, OLD.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'round_moves_on';
  END IF;
  IF NEW.state = 'answering' AND NOT EXISTS (
      SELECT 1 FROM planning_run WHERE id = NEW.published_run_id AND round_id = NEW.id AND state = 'finished') THEN
    RAISE EXCEPTION 'Round % publishes a finished run of its own.', OLD.number
      USING ERRCODE = 'check_violation', CONSTRAINT = 'round_publishes_its_own_run';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER round_moves_on BEFORE INSERT OR UPDATE ON planning_round
  FOR EACH ROW EXECUTE FUNCTION round_moves_on();
"""

RUNS = """
CREATE FUNCTION run_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state = 'queued' THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'A run begins in the queue.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'run_moves_on';
  END IF;
  IF (NEW.public_id, NEW.round_id, NEW.scenario_id, NEW.procedure, NEW.parameters, NEW.requested_by_id, NEW.requested_at)
     IS DISTINCT FROM
     (OLD.public_id, OLD.round_id, OLD.scenario_id, OLD.procedure, OLD.parameters, OLD.requested_by_id, OLD.requested_at)
     OR NOT planning_follows('run', OLD.state, NEW.state) THEN
    RAISE EXCEPTION 'Run % is %; what it was asked for and what it found stay, and its state only moves on.', OLD.id, OLD.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'run_moves_on';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER run_moves_on BEFORE INSERT OR UPDATE ON planning_run
  FOR EACH ROW EXECUTE FUNCTION run_moves_on();
"""

PLANS = """
CREATE FUNCTION plan_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state = 'proposed' AND NEW.in_force_at IS NULL AND EXISTS (
        SELECT 1 FROM planning_run WHERE id = NEW.run_id AND scenario_id = NEW.scenario_id AND state = 'finished') THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A plan begins as proposed, with the finished run of its own figures.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_moves_on';
  END IF;
  IF (NEW.public_id, NEW.cycle_id, NEW.number, NEW.scenario_id, NEW.run_id, NEW.conflicts, NEW.proposed_by_id, NEW.proposed_at)
     IS DISTINCT FROM
     (OLD.public_id, OLD.cycle_id, OLD.number, OLD.scenario_id, OLD.run_id, OLD.conflicts, OLD.proposed_by_id, OLD.proposed_at)
     OR NOT planning_follows('plan', OLD.state, NEW.state)
     OR NEW.in_force_at IS DISTINCT FROM OLD.in_force_at AND NEW.state <> 'in_force' THEN
    RAISE EXCEPTION 'Plan % keeps its figures, and its state % only moves on.', OLD.number, OLD.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_moves_on';
  END IF;
  IF NEW.state = 'ratified' AND NOT EXISTS (
      SELECT 1 FROM councils_motion WHERE subject_kind = 'plan' AND subject_id = NEW.public_id AND state = 'carried') THEN
    RAISE EXCEPTION 'Plan % is ratified by councils only.', OLD.number
      USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_ratified_by_councils';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER plan_moves_on BEFORE INSERT OR UPDATE ON planning_plan
  FOR EACH ROW EXECUTE FUNCTION plan_moves_on();
"""

KEPT = ["cycle", "round", "run", "runrow", "runline", "plan", "response", "proposal", "consumptionproposal", "accountingprice"]
NO_TRUNCATE = "".join(
    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON planning_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION planning_refuse_rewriting();\n"
    for table in KEPT
)
LASTING = ["cycle", "round", "run", "plan"]
NO_DELETE = "".join(
    f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON planning_{table} "
    "FOR EACH ROW EXECUTE FUNCTION planning_refuse_rewriting();\n"
    for table in LASTING
)

# An answer moved to another round, or a figure to another run, left the place where it was refused before.
MOVES = """
CREATE FUNCTION response_stays_where_given() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
      SELECT 1 FROM fresh f LEFT JOIN stale s ON s.id = f.id
       WHERE (f.public_id, f.round_id, f.line_id, f.demand_line_id, f.revision)
             IS DISTINCT FROM (s.public_id, s.round_id, s.line_id, s.demand_line_id, s.revision + 1)) THEN
    RAISE EXCEPTION 'An answer stays with its round and line, and is changed by its next revision only.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'response_stays_where_given';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER response_stays_where_given AFTER UPDATE ON planning_response
  REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION response_stays_where_given();

CREATE OR REPLACE FUNCTION run_finished_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE done bigint;
BEGIN
  IF TG_OP = 'DELETE' THEN
    SELECT r.id INTO done FROM planning_run r WHERE r.state = 'finished' AND r.id IN (SELECT run_id FROM stale) LIMIT 1;
  ELSIF TG_OP = 'INSERT' THEN
    SELECT r.id INTO done FROM planning_run r WHERE r.state = 'finished' AND r.id IN (SELECT run_id FROM fresh) LIMIT 1;
  ELSE
    SELECT r.id INTO done FROM planning_run r WHERE r.state = 'finished'
       AND r.id IN (SELECT run_id FROM fresh UNION SELECT run_id FROM stale) LIMIT 1;
  END IF;
  IF done IS NOT NULL THEN
    RAISE EXCEPTION 'Run % has finished; its figures cannot change.', done
      USING ERRCODE = 'check_violation', CONSTRAINT = 'run_finished_is_immutable';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION accountingprice_all_at_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM planning_plan WHERE id IN (SELECT plan_id FROM fresh) AND state <> 'in_force')
     OR EXISTS (SELECT 1 FROM planning_accountingprice
                 WHERE plan_id IN (SELECT plan_id FROM fresh) AND id NOT IN (SELECT id FROM fresh)) THEN
    RAISE EXCEPTION 'Accounting prices are written all at once, when their plan is put in force.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'accountingprice_all_at_once';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER accountingprice_all_at_once AFTER INSERT ON planning_accountingprice
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION accountingprice_all_at_once();
"""
BEFORE = (
    importlib.import_module("planning.migrations.0002_guards").RUNS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
)

DROP = (
    """
DROP TRIGGER accountingprice_all_at_once ON planning_accountingprice;
DROP TRIGGER response_stays_where_given ON planning_response;
DROP FUNCTION accountingprice_all_at_once(), response_stays_where_given();
"""
    + "".join(f"DROP TRIGGER {table}_no_delete ON planning_{table};\n" for table in LASTING)
    + "".join(f"DROP TRIGGER {table}_no_truncate ON planning_{table};\n" for table in KEPT)
    + "".join(f"DROP TRIGGER {life}_moves_on ON planning_{life};\nDROP FUNCTION {life}_moves_on();\n" for life in LASTING)
    + "DROP FUNCTION planning_refuse_rewriting(), planning_follows(text, text, text), planning_transitions();"
)


def finite(fields: list[str]) -> models.Q:
    """PostgreSQL orders NaN above Infinity, so ``< Infinity`` refuses both."""
    condition = models.Q()
    for field in fields:
        condition &= models.Q(**{f"{field}__isnull": True}) | models.Q(
            **{f"{field}__gt": float("-inf"), f"{field}__lt": float("inf")}
        )
    return condition


ROW = [
    "use_before", "supply_before", "use_after", "supply_after", "imbalance_before", "imbalance_after", "shortfall", "glut",
    "dual", "price",
]
LINE = ["proposed", "suggested", "margin", "band", "lower", "upper", "flexibility"]


class Migration(migrations.Migration):
    dependencies = [("planning", "0007_abandoning"), ("councils", "0006_election_guards")]

    operations = [
        migrations.AddConstraint(
            model_name="runrow",
            constraint=models.CheckConstraint(condition=finite(ROW), name="runrow_figures_finite"),
        ),
        migrations.AddConstraint(
            model_name="runline",
            constraint=models.CheckConstraint(condition=finite(LINE), name="runline_figures_finite"),
        ),
        migrations.RunSQL(
            "".join([LIVES, CYCLES, ROUNDS, RUNS, PLANS, NO_TRUNCATE, NO_DELETE, MOVES]), BEFORE + DROP
        ),
    ]
