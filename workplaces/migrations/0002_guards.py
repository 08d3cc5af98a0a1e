"""What the database holds to, whoever writes: immutable scenarios, finite arrays, shares that add up, the record."""

from django.db import migrations

TABLES = [
    "sector", "product", "resource", "occupation", "labourpool", "workplace", "sectormembership", "post",
    "technology", "line", "demandline", "counterparty", "tradeline", "agreement", "actual",
]

CHAIN = """
CREATE FUNCTION scenario_chain(scenario bigint) RETURNS TABLE (id bigint, depth integer)
LANGUAGE sql STABLE AS $$
  WITH RECURSIVE up(id, parent_id, depth) AS (
    SELECT s.id, s.parent_id, 0 FROM workplaces_scenario s WHERE s.id = scenario
    UNION ALL
    SELECT s.id, s.parent_id, up.depth + 1 FROM workplaces_scenario s JOIN up ON s.id = up.parent_id
  )
  SELECT up.id, up.depth FROM up
$$
"""

# Statement triggers with transition tables: COPY of a hundred thousand rows pays for one check, not for each row.
# FOR SHARE makes a writer wait for somebody who is closing the scenario, and the other way round.
SCENARIO = """
CREATE FUNCTION scenario_refuse_if_closed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE closed text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM 1 FROM workplaces_scenario s WHERE s.id IN (SELECT scenario_id FROM fresh) FOR SHARE;
    SELECT s.name INTO closed FROM workplaces_scenario s
     WHERE s.id IN (SELECT scenario_id FROM fresh) AND s.state = 'closed' LIMIT 1;
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM 1 FROM workplaces_scenario s WHERE s.id IN (SELECT scenario_id FROM stale) FOR SHARE;
    SELECT s.name INTO closed FROM workplaces_scenario s
     WHERE s.id IN (SELECT scenario_id FROM stale) AND s.state = 'closed' LIMIT 1;
  ELSE
    PERFORM 1 FROM workplaces_scenario s
     WHERE s.id IN (SELECT scenario_id FROM stale UNION SELECT scenario_id FROM fresh) FOR SHARE;
    SELECT s.name INTO closed FROM workplaces_scenario s
     WHERE s.id IN (SELECT scenario_id FROM stale UNION SELECT scenario_id FROM fresh) AND s.state = 'closed' LIMIT 1;
  END IF;
  IF closed IS NOT NULL THEN
    RAISE EXCEPTION 'Scenario "%" is closed; its figures cannot change.', closed
      USING ERRCODE = 'check_violation', CONSTRAINT = 'scenario_closed_is_immutable';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION scenario_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM workplaces_scenario WHERE state = 'closed') THEN
    RAISE EXCEPTION 'There are closed scenarios; % on % is refused.', TG_OP, TG_TABLE_NAME
      USING ERRCODE = 'check_violation', CONSTRAINT = 'scenario_closed_is_immutable';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION scenario_refuse_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state = 'open' THEN RETURN OLD; END IF;
  ELSIF OLD.state = 'open' THEN
    IF NEW.parent_id IS NOT DISTINCT FROM OLD.parent_id AND NEW.kind = OLD.kind THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'Scenario "%" is closed or would change its place; that is refused.', OLD.name
    USING ERRCODE = 'check_violation', CONSTRAINT = 'scenario_closed_is_immutable';
END $$;
CREATE TRIGGER scenario_closed_is_immutable BEFORE UPDATE OR DELETE ON workplaces_scenario
  FOR EACH ROW EXECUTE FUNCTION scenario_refuse_reopening();

CREATE FUNCTION scenario_branch_from_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.parent_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM workplaces_scenario WHERE id = NEW.parent_id AND state = 'closed') THEN
    RAISE EXCEPTION 'A scenario branches from a closed one; close its parent first.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'scenario_parent_is_closed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER scenario_parent_is_closed BEFORE INSERT ON workplaces_scenario
  FOR EACH ROW EXECUTE FUNCTION scenario_branch_from_closed();
"""

ARRAYS = """
CREATE FUNCTION finite_array(figures double precision[], minimum double precision) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT minimum <= ALL (figures) AND 'Infinity' > ALL (figures) AND array_position(figures, NULL) IS NULL
$$;
ALTER TABLE workplaces_technology
  ADD CONSTRAINT technology_output_arrays CHECK (cardinality(output_product) = cardinality(output_coefficient)
    AND cardinality(output_product) > 0 AND finite_array(output_coefficient, 0)),
  ADD CONSTRAINT technology_input_arrays CHECK (cardinality(input_product) = cardinality(input_coefficient)
    AND cardinality(input_product) = cardinality(input_group) AND finite_array(input_coefficient, 0)),
  ADD CONSTRAINT technology_labour_arrays CHECK (cardinality(labour_occupation) = cardinality(labour_hours)
    AND finite_array(labour_hours, 0)),
  ADD CONSTRAINT technology_resource_arrays CHECK (cardinality(resource) = cardinality(resource_use)
    AND finite_array(resource_use, 0)),
  ADD CONSTRAINT technology_groups_in_range CHECK (labour_group >= 0 AND labour_group < groups
    AND 0 <= ALL (input_group) AND groups > ALL (input_group));
ALTER TABLE workplaces_line
  ADD CONSTRAINT line_factors_finite CHECK (finite_array(factors, 0)),
  ADD CONSTRAINT line_input_arrays CHECK (cardinality(own_input_product) = cardinality(own_input_coefficient)
    AND finite_array(own_input_coefficient, 0)),
  ADD CONSTRAINT line_labour_arrays CHECK (cardinality(own_labour_occupation) = cardinality(own_labour_hours)
    AND finite_array(own_labour_hours, 0));
"""

# Which workplaces a statement touched is noted once, in one row that lives until the transaction ends; the
# deferred check of that row looks at all of them together. A row-by-row check took minutes for a whole country.
# A date counts where a share begins or ends; before the first and after the last there may be none at all.
SHARES = """
CREATE TABLE workplaces_sharesdue (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, worlds bigint[] NOT NULL, places bigint[] NOT NULL);

CREATE FUNCTION sector_shares_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO workplaces_sharesdue (worlds, places)
    SELECT array_agg(scenario_id), array_agg(workplace_id) FROM (
      SELECT DISTINCT scenario_id, workplace_id FROM fresh) touched HAVING count(*) > 0;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO workplaces_sharesdue (worlds, places)
    SELECT array_agg(scenario_id), array_agg(workplace_id) FROM (
      SELECT DISTINCT scenario_id, workplace_id FROM stale) touched HAVING count(*) > 0;
  ELSE
    INSERT INTO workplaces_sharesdue (worlds, places)
    SELECT array_agg(scenario_id), array_agg(workplace_id) FROM (
      SELECT scenario_id, workplace_id FROM stale UNION SELECT scenario_id, workplace_id FROM fresh) touched
    HAVING count(*) > 0;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER sector_shares_insert AFTER INSERT ON workplaces_sectormembership REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION sector_shares_note();
CREATE TRIGGER sector_shares_update AFTER UPDATE ON workplaces_sectormembership
  REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION sector_shares_note();
CREATE TRIGGER sector_shares_delete AFTER DELETE ON workplaces_sectormembership REFERENCING OLD TABLE AS stale
  FOR EACH STATEMENT EXECUTE FUNCTION sector_shares_note();

CREATE FUNCTION sector_shares_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
  WITH touched AS (SELECT * FROM unnest(NEW.worlds, NEW.places) t(world, place)),
  chains AS (
    SELECT w.world, c.id, c.depth FROM (SELECT DISTINCT world FROM touched) w
     CROSS JOIN LATERAL scenario_chain(w.world) c),
  versions AS (
    SELECT DISTINCT ON (t.world, m.entity_id) t.world, t.place, m.share, m.validity, m.removed
      FROM touched t JOIN chains c ON c.world = t.world
      JOIN workplaces_sectormembership m ON m.workplace_id = t.place AND m.scenario_id = c.id
     ORDER BY t.world, m.entity_id, c.depth),
  seen AS MATERIALIZED (SELECT world, place, share, validity FROM versions WHERE NOT removed),
  days AS (
    SELECT world, place, coalesce(lower(validity), '-infinity'::date) AS day FROM seen
    UNION SELECT world, place, upper(validity) FROM seen WHERE NOT upper_inf(validity))
  SELECT d.place, d.day, sum(s.share) AS total INTO wrong FROM days d
    JOIN seen s ON s.world = d.world AND s.place = d.place AND s.validity @> d.day
   GROUP BY d.world, d.place, d.day HAVING abs(sum(s.share) - 1) > 1e-9 LIMIT 1;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'The sector shares of workplace % add up to % on %, not to 1.', wrong.place, wrong.total, wrong.day
      USING ERRCODE = 'check_violation', CONSTRAINT = 'sector_shares_add_up';
  END IF;
  DELETE FROM workplaces_sharesdue WHERE id = NEW.id;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER sector_shares_add_up AFTER INSERT ON workplaces_sharesdue
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sector_shares_add_up();
"""

RECORD = """
CREATE FUNCTION record_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The public record is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'record_is_append_only';
END $$;
CREATE TRIGGER entry_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON workplaces_entry
  FOR EACH STATEMENT EXECUTE FUNCTION record_refuse_rewriting();
CREATE TRIGGER root_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON workplaces_root
  FOR EACH STATEMENT EXECUTE FUNCTION record_refuse_rewriting();

CREATE FUNCTION record_follow_on() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE head record;
BEGIN
  SELECT number, digest INTO head FROM workplaces_entry ORDER BY number DESC LIMIT 1;
  IF NEW.number <> coalesce(head.number, 0) + 1 OR NEW.previous <> coalesce(head.digest, repeat('0', 64)) THEN
    RAISE EXCEPTION 'Entry % does not follow on entry %.', NEW.number, coalesce(head.number, 0)
      USING ERRCODE = 'check_violation', CONSTRAINT = 'record_is_a_chain';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER entry_follows_on BEFORE INSERT ON workplaces_entry
  FOR EACH ROW EXECUTE FUNCTION record_follow_on();
"""


def guard(table: str) -> str:
    """Return the four triggers that hold a closed scenario's rows of one table."""
    return (
        f"CREATE TRIGGER {table}_scenario_truncate BEFORE TRUNCATE ON workplaces_{table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION scenario_refuse_truncate();\n"
    ) + "".join(
        f"CREATE TRIGGER {table}_scenario_{op.lower()} AFTER {op} ON workplaces_{table} REFERENCING {tables} "
        "FOR EACH STATEMENT EXECUTE FUNCTION scenario_refuse_if_closed();\n"
        for op, tables in (
            ("INSERT", "NEW TABLE AS fresh"),
            ("UPDATE", "OLD TABLE AS stale NEW TABLE AS fresh"),
            ("DELETE", "OLD TABLE AS stale"),
        )
    )


def unguard(table: str) -> str:
    return "".join(
        f"DROP TRIGGER {table}_scenario_{op} ON workplaces_{table};\n" for op in ("insert", "update", "delete", "truncate")
    )


class Migration(migrations.Migration):
    dependencies = [("workplaces", "0001_initial")]

    operations = [
        migrations.RunSQL(CHAIN, "DROP FUNCTION scenario_chain(bigint)"),
        migrations.RunSQL(
            SCENARIO + "".join(guard(table) for table in TABLES),
            "".join(unguard(table) for table in TABLES)
            + "DROP TRIGGER scenario_closed_is_immutable ON workplaces_scenario;"
            "DROP TRIGGER scenario_parent_is_closed ON workplaces_scenario;"
            "DROP FUNCTION scenario_refuse_if_closed(), scenario_refuse_truncate(), scenario_refuse_reopening(),"
            " scenario_branch_from_closed()",
        ),
        migrations.RunSQL(
            ARRAYS,
            "ALTER TABLE workplaces_technology DROP CONSTRAINT technology_output_arrays,"
            " DROP CONSTRAINT technology_input_arrays, DROP CONSTRAINT technology_labour_arrays,"
            " DROP CONSTRAINT technology_resource_arrays, DROP CONSTRAINT technology_groups_in_range;"
            "ALTER TABLE workplaces_line DROP CONSTRAINT line_factors_finite,"
            " DROP CONSTRAINT line_input_arrays, DROP CONSTRAINT line_labour_arrays;"
            "DROP FUNCTION finite_array(double precision[], double precision)",
        ),
        migrations.RunSQL(
            SHARES,
            "DROP TRIGGER sector_shares_insert ON workplaces_sectormembership;"
            "DROP TRIGGER sector_shares_update ON workplaces_sectormembership;"
            "DROP TRIGGER sector_shares_delete ON workplaces_sectormembership;"
            "DROP TABLE workplaces_sharesdue;"
            "DROP FUNCTION sector_shares_note(), sector_shares_add_up()",
        ),
        migrations.RunSQL(
            RECORD,
            "DROP TRIGGER entry_is_append_only ON workplaces_entry; DROP TRIGGER root_is_append_only ON workplaces_root;"
            "DROP TRIGGER entry_follows_on ON workplaces_entry;"
            "DROP FUNCTION record_refuse_rewriting(), record_follow_on()",
        ),
    ]
