"""What the database holds to: what is tried in a sandbox never counts, and what was shared stays as it was."""

from django.db import migrations

OUTSIDE = [
    "planning_cycle", "planning_round", "planning_plan", "planning_run", "planning_response", "workplaces_scenario",
]

GUARDS = """
CREATE FUNCTION planning_is_sandbox(scenario bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM workplaces_scenario s WHERE s.id = scenario AND s.kind = 'sandbox')
$$;

CREATE FUNCTION sandbox_stays_outside() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE inside boolean;
BEGIN
  IF TG_TABLE_NAME = 'planning_cycle' THEN
    inside := planning_is_sandbox(NEW.baseline_id) OR planning_is_sandbox(NEW.next_baseline_id);
  ELSIF TG_TABLE_NAME = 'planning_round' THEN
    inside := planning_is_sandbox(NEW.scenario_id);
  ELSIF TG_TABLE_NAME = 'planning_plan' THEN
    inside := planning_is_sandbox(NEW.scenario_id)
      OR EXISTS (SELECT 1 FROM planning_run r WHERE r.id = NEW.run_id AND r.round_id IS NULL);
  ELSIF TG_TABLE_NAME = 'planning_run' THEN
    inside := NEW.round_id IS NOT NULL AND planning_is_sandbox(NEW.scenario_id);
  ELSIF TG_TABLE_NAME = 'planning_response' THEN
    inside := EXISTS (SELECT 1 FROM workplaces_line l WHERE l.id = NEW.line_id AND planning_is_sandbox(l.scenario_id))
      OR EXISTS (SELECT 1 FROM workplaces_demandline d
                  WHERE d.id = NEW.demand_line_id AND planning_is_sandbox(d.scenario_id));
  ELSE
    inside := NEW.kind <> 'sandbox' AND planning_is_sandbox(NEW.parent_id);
  END IF;
  IF inside THEN
    RAISE EXCEPTION 'What is tried in a sandbox cannot be published, answered, ratified or built on: % on % is refused.',
      TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = 'sandbox_stays_outside';
  END IF;
  RETURN NEW;
END $$;
""" + "".join(
    f"CREATE TRIGGER {table.split('_')[1]}_outside_sandboxes BEFORE INSERT OR UPDATE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION sandbox_stays_outside();\n"
    for table in OUTSIDE
) + """
CREATE FUNCTION sandbox_keeps_its_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM workplaces_scenario s
       WHERE s.id = NEW.scenario_id AND s.kind = 'sandbox' AND s.parent_id IS NOT NULL
         AND NOT planning_is_sandbox(s.parent_id) AND (NEW.link IS NULL OR s.state = 'closed'))
     OR TG_OP = 'UPDATE' AND (NEW.public_id, NEW.scenario_id, NEW.owner_id) IS DISTINCT FROM
        (OLD.public_id, OLD.scenario_id, OLD.owner_id) THEN
    RAISE EXCEPTION 'A sandbox is a scenario of its own over frozen figures, stays its owner''s, and is frozen when shared.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'sandbox_keeps_its_place';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sandbox_keeps_its_place BEFORE INSERT OR UPDATE ON planning_sandbox
  FOR EACH ROW EXECUTE FUNCTION sandbox_keeps_its_place();

CREATE FUNCTION sandbox_frozen_when_shared() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE frozen text;
BEGIN
  SELECT b.name INTO frozen FROM planning_sandbox b JOIN workplaces_scenario s ON s.id = b.scenario_id
   WHERE b.id IN (CASE WHEN TG_OP <> 'DELETE' THEN NEW.sandbox_id END, CASE WHEN TG_OP <> 'INSERT' THEN OLD.sandbox_id END)
     AND s.state = 'closed' LIMIT 1;
  IF frozen IS NOT NULL THEN
    RAISE EXCEPTION 'Sandbox "%" was shared; its changes stay as they are.', frozen
      USING ERRCODE = 'check_violation', CONSTRAINT = 'sandbox_frozen_when_shared';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER sandbox_frozen_when_shared BEFORE INSERT OR UPDATE OR DELETE ON planning_sandboxchange
  FOR EACH ROW EXECUTE FUNCTION sandbox_frozen_when_shared();
"""
DROP = (
    "DROP TRIGGER sandbox_frozen_when_shared ON planning_sandboxchange;"
    "DROP TRIGGER sandbox_keeps_its_place ON planning_sandbox;"
    + "".join(f"DROP TRIGGER {table.split('_')[1]}_outside_sandboxes ON {table};" for table in OUTSIDE)
    + "DROP FUNCTION sandbox_frozen_when_shared(), sandbox_keeps_its_place(), sandbox_stays_outside(),"
    " planning_is_sandbox(bigint)"
)


class Migration(migrations.Migration):
    dependencies = [("planning", "0015_sandboxes")]

    operations = [migrations.RunSQL(GUARDS, DROP)]
