"""What the database holds to in programmes and guidelines: published with enough support, decided by a closed vote."""

from django.db import migrations

PROGRAMMES = """
CREATE FUNCTION programme_is_published_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE needed int; behind int;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.published_id IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'A programme begins as a draft.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'programme_begins_as_a_draft';
  END IF;
  IF OLD.published_id IS NOT NULL OR NEW.published_id IS NULL
     OR to_jsonb(NEW) - 'published_id' - 'published_at' <> to_jsonb(OLD) - 'published_id' - 'published_at' THEN
    RAISE EXCEPTION 'A programme changes by a new version; once published it stays as it is.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'programme_stays';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM planning_programmeversion v WHERE v.id = NEW.published_id AND v.programme_id = NEW.id
      AND v.number = (SELECT max(number) FROM planning_programmeversion WHERE programme_id = NEW.id)) THEN
    RAISE EXCEPTION 'What is published is the latest version of the programme itself.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'programme_publishes_its_latest';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM planning_cycle c JOIN planning_programmecall p ON p.cycle_id = c.id
      WHERE c.id = NEW.cycle_id AND c.phase = 'priorities' AND p.asked_at IS NULL
        AND (p.publish_until IS NULL OR NEW.published_at < p.publish_until)) THEN
    RAISE EXCEPTION 'Programmes are published in the phase of priorities, until its deadline.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'programme_published_in_time';
  END IF;
  SELECT greatest(coalesce((rules ->> 'programme_supporters')::float8, 1), 1)::int INTO needed
    FROM planning_cycle WHERE id = NEW.cycle_id;
  SELECT count(*) INTO behind FROM planning_supporter WHERE version_id = NEW.published_id AND withdrawn_at IS NULL;
  IF behind < needed THEN
    RAISE EXCEPTION 'A programme needs % supporters; this version has %.', needed, behind
      USING ERRCODE = 'check_violation', CONSTRAINT = 'programme_has_supporters';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER programme_is_published_once BEFORE INSERT OR UPDATE ON planning_programme
  FOR EACH ROW EXECUTE FUNCTION programme_is_published_once();

CREATE FUNCTION programme_version_of_a_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM planning_programme WHERE id = NEW.programme_id AND published_id IS NULL FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'A published programme gets no further version.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'programme_version_of_a_draft';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER programme_version_of_a_draft BEFORE INSERT ON planning_programmeversion
  FOR EACH ROW EXECUTE FUNCTION programme_version_of_a_draft();

CREATE FUNCTION programme_figure_of_a_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM planning_programmeversion v JOIN planning_programme p ON p.id = v.programme_id
              WHERE v.id = NEW.version_id AND p.published_id IS NOT NULL)
     OR EXISTS (SELECT 1 FROM planning_supporter WHERE version_id = NEW.version_id) THEN
    RAISE EXCEPTION 'A version that somebody supports, or that is published, gets no further figure.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'programme_figure_of_a_draft';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER programme_figure_of_a_draft BEFORE INSERT ON planning_programmefigure
  FOR EACH ROW EXECUTE FUNCTION programme_figure_of_a_draft();

CREATE FUNCTION programme_shares_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE off record;
BEGIN
  SELECT topic, sum(value) AS total INTO off FROM planning_programmefigure
   WHERE version_id = NEW.version_id AND topic IN ('sector', 'region')
   GROUP BY topic HAVING abs(sum(value) - 1000) > 1e-9 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'The shares of the topic % add up to % of 1000.', off.topic, off.total
      USING ERRCODE = 'check_violation', CONSTRAINT = 'programme_shares_add_up';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER programme_shares_add_up AFTER INSERT ON planning_programmefigure
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION programme_shares_add_up();

CREATE FUNCTION supporter_only_withdraws() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
     OR to_jsonb(NEW) - 'withdrawn_at' <> to_jsonb(OLD) - 'withdrawn_at') THEN
    RAISE EXCEPTION 'Support is withdrawn, never changed.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'supporter_only_withdraws';
  END IF;
  PERFORM 1 FROM planning_programme p JOIN planning_programmeversion v ON v.programme_id = p.id
   WHERE v.id = NEW.version_id AND p.published_id IS NULL FOR SHARE OF p;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Support is given and withdrawn until a programme is published.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'supporter_of_a_draft';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER supporter_only_withdraws BEFORE INSERT OR UPDATE ON planning_supporter
  FOR EACH ROW EXECUTE FUNCTION supporter_only_withdraws();
"""

GUIDELINES = """
CREATE FUNCTION programmecall_closes_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.asked_at IS NOT NULL OR NEW.asked_at IS NULL
     OR to_jsonb(NEW) - 'asked_at' <> to_jsonb(OLD) - 'asked_at' THEN
    RAISE EXCEPTION 'The time for programmes stays as it was announced.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'programmecall_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER programmecall_closes_once BEFORE UPDATE ON planning_programmecall
  FOR EACH ROW EXECUTE FUNCTION programmecall_closes_once();

CREATE FUNCTION guideline_as_decided() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked planning_guidelinequestion; counted councils_ballot; said jsonb; code text;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM planning_cycle WHERE id = NEW.cycle_id AND phase = 'priorities') THEN
    RAISE EXCEPTION 'Guidelines are set at the end of the phase of priorities.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'guideline_set_in_its_phase';
  END IF;
  IF NEW.source = 'last' THEN
    IF NEW.decided_in_id = NEW.cycle_id OR NOT EXISTS (
        SELECT 1 FROM planning_guideline g JOIN planning_cycle c ON c.id = g.cycle_id
          JOIN planning_cycle mine ON mine.id = NEW.cycle_id AND c.year < mine.year
         WHERE (g.topic, g.value, g.decided_in_id) = (NEW.topic, NEW.value, NEW.decided_in_id)
           AND (g.resource_id, g.sector_id, g.region_id, g.product_id)
             IS NOT DISTINCT FROM (NEW.resource_id, NEW.sector_id, NEW.region_id, NEW.product_id)) THEN
      RAISE EXCEPTION 'No earlier year has this guideline; it cannot be kept.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'guideline_kept_as_it_was';
    END IF;
    RETURN NEW;
  END IF;
  SELECT * INTO asked FROM planning_guidelinequestion
   WHERE id = NEW.question_id AND cycle_id = NEW.cycle_id AND topic = NEW.topic
     AND resource_id IS NOT DISTINCT FROM NEW.resource_id;
  SELECT b.* INTO counted FROM councils_ballot b JOIN councils_motion m ON m.id = b.motion_id
    JOIN councils_council c ON c.id = m.council_id AND c.kind = 'general'
   WHERE m.subject_kind = 'guideline' AND m.subject_id = asked.public_id AND m.state = 'carried'
     AND b.state = 'closed' AND b.rule = asked.rule ORDER BY b.id DESC LIMIT 1;
  IF counted.id IS NULL OR NEW.decided_in_id <> NEW.cycle_id THEN
    RAISE EXCEPTION 'A guideline is what a closed general vote of its own year carried.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'guideline_of_a_closed_vote';
  END IF;
  IF asked.rule = 'median' THEN
    said := counted.result -> 'number';
  ELSIF asked.rule = 'independent_markets' THEN
    SELECT option ->> 'code' INTO code FROM jsonb_array_elements(asked.options) option
     WHERE (option ->> 'entity')::bigint IS NOT DISTINCT FROM coalesce(NEW.sector_id, NEW.region_id)
     LIMIT 1;
    said := counted.result -> 'parts' -> code;
  ELSE
    SELECT figure -> 1 INTO said FROM jsonb_array_elements(asked.options) option,
        jsonb_array_elements(option -> 'figures') figure
     WHERE option ->> 'code' = counted.result -> 'winners' ->> 0
       AND (figure ->> 0)::bigint IS NOT DISTINCT FROM
           coalesce(NEW.resource_id, NEW.sector_id, NEW.region_id, NEW.product_id);
  END IF;
  IF said IS NULL OR (said #>> '{}')::float8 <> NEW.value THEN
    RAISE EXCEPTION 'The vote said %, not %.', coalesce(said #>> '{}', 'nothing'), NEW.value
      USING ERRCODE = 'check_violation', CONSTRAINT = 'guideline_as_counted';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guideline_as_decided BEFORE INSERT ON planning_guideline
  FOR EACH ROW EXECUTE FUNCTION guideline_as_decided();
"""

FROZEN = ["programmeversion", "programmefigure", "guidelinequestion", "guideline"]
LASTING = ["programme", "supporter", "programmecall"]
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
DROP TRIGGER guideline_as_decided ON planning_guideline;
DROP TRIGGER programmecall_closes_once ON planning_programmecall;
DROP TRIGGER supporter_only_withdraws ON planning_supporter;
DROP TRIGGER programme_shares_add_up ON planning_programmefigure;
DROP TRIGGER programme_figure_of_a_draft ON planning_programmefigure;
DROP TRIGGER programme_version_of_a_draft ON planning_programmeversion;
DROP TRIGGER programme_is_published_once ON planning_programme;
DROP FUNCTION guideline_as_decided(), programmecall_closes_once(), supporter_only_withdraws(), programme_shares_add_up(),
  programme_figure_of_a_draft(), programme_version_of_a_draft(), programme_is_published_once();
"""


class Migration(migrations.Migration):
    dependencies = [("planning", "0017_programmes"), ("councils", "0033_amendment_instruction_guards")]

    operations = [migrations.RunSQL(PROGRAMMES + GUIDELINES + KEPT, DROP)]
