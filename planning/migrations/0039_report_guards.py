"""What the database holds to in reports of what was made: their time, their lines, their order; what was said stays."""

from django.db import migrations

# FOR SHARE makes a report wait for whoever settles the year, and the other way round.
REPORTS = """
CREATE FUNCTION report_of_a_year_in_force() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE by_run bigint; before integer;
BEGIN
  SELECT p.run_id INTO by_run FROM planning_plan p
   WHERE p.cycle_id = NEW.cycle_id AND p.in_force_at IS NOT NULL ORDER BY p.number DESC LIMIT 1;
  PERFORM 1 FROM planning_cycle c
   WHERE c.id = NEW.cycle_id AND c.phase IN ('in_force', 'rounds', 'ratification') FOR SHARE;
  IF NOT FOUND OR by_run IS NULL THEN
    RAISE EXCEPTION 'What was made is reported while a plan is in force and its year is not settled.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'report_while_in_force';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM planning_runline r WHERE r.run_id = by_run AND r.kind = 0 AND r.entity = NEW.line_id) THEN
    RAISE EXCEPTION 'Line % is not in the plan of its year; nothing of it is reported.', NEW.line_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'report_of_a_line_of_the_plan';
  END IF;
  SELECT max(version) INTO before FROM planning_outputreport WHERE cycle_id = NEW.cycle_id AND line_id = NEW.line_id;
  IF NEW.version <> coalesce(before, 0) + 1 THEN
    RAISE EXCEPTION 'Version % of a report does not follow version %.', NEW.version, coalesce(before, 0)
      USING ERRCODE = 'check_violation', CONSTRAINT = 'report_versions_follow';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER report_of_a_year_in_force BEFORE INSERT ON planning_outputreport
  FOR EACH ROW EXECUTE FUNCTION report_of_a_year_in_force();
""" + "".join(
    f"CREATE TRIGGER outputreport_no_{operation.lower()} BEFORE {operation} ON planning_outputreport "
    "FOR EACH STATEMENT EXECUTE FUNCTION planning_refuse_rewriting();\n"
    for operation in ("DELETE", "TRUNCATE", "UPDATE")
)
UNDO = (
    "".join(
        f"DROP TRIGGER outputreport_no_{name} ON planning_outputreport;\n"
        for name in ("delete", "truncate", "update")
    )
    + """
DROP TRIGGER report_of_a_year_in_force ON planning_outputreport;
DROP FUNCTION report_of_a_year_in_force();
"""
)


class Migration(migrations.Migration):
    dependencies = [("planning", "0038_reports")]

    operations = [migrations.RunSQL(REPORTS, UNDO)]
