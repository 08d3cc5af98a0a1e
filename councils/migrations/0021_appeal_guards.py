"""What the database holds to in appeals: support counts once, and only the next layer's vote sends back or overrules."""

from importlib import import_module

from django.db import migrations

before = import_module("councils.migrations.0015_amendment_guards").MOTIONS
FUNCTION = before[: before.index("CREATE FUNCTION motion_version_kept")]

TABLES = ("appeal", "appealsupport")
OPS = {"appeal": ("TRUNCATE", "DELETE"), "appealsupport": ("TRUNCATE", "DELETE", "UPDATE")}
KEPT = "".join(
    f"CREATE TRIGGER {table}_no_{op.lower()} BEFORE {op} ON councils_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION councils_refuse_rewriting();\n"
    for table in TABLES
    for op in OPS[table]
)
APPEALS = """
CREATE FUNCTION appeal_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'gathering' OR NOT EXISTS (
        SELECT 1 FROM councils_motion WHERE id = NEW.motion_id AND state = 'carried' AND council_id <> NEW.to_id
           AND subject_kind = '' AND prescribed = '') THEN
      RAISE EXCEPTION 'An appeal is against what another council has carried.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'appeal_against_what_was_carried';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.public_id, NEW.motion_id, NEW.to_id, NEW.reason, NEW.filed_by_id, NEW.filed_at, NEW.until)
     IS DISTINCT FROM
     (OLD.id, OLD.public_id, OLD.motion_id, OLD.to_id, OLD.reason, OLD.filed_by_id, OLD.filed_at, OLD.until)
     OR NOT ((OLD.state, NEW.state) IN (('gathering', 'lodged'), ('lodged', 'referred_back'), ('lodged', 'overruled'),
                                        ('lodged', 'dismissed'))) THEN
    RAISE EXCEPTION 'Appeal % stays as it was filed, and its state only moves on.', OLD.public_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'appeal_stays_as_filed';
  END IF;
  IF NEW.state <> 'lodged' AND NOT EXISTS (
      SELECT 1 FROM councils_motion m JOIN councils_ballot b ON b.motion_id = m.id
       WHERE m.council_id = NEW.to_id AND m.subject_id = NEW.public_id AND b.state = 'closed' AND b.secrecy = 'named'
         AND (NEW.state = 'dismissed' AND m.state = 'lost' AND m.subject_kind LIKE 'appeal-%'
          OR m.state = 'carried' AND m.subject_kind = CASE NEW.state WHEN 'overruled' THEN 'appeal-overrule'
              WHEN 'referred_back' THEN 'appeal-refer-back' END)) THEN
    RAISE EXCEPTION 'Appeal % is decided by a named vote of the council appealed to.', OLD.public_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'appeal_decided_by_the_next_layer';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER appeal_is_proper BEFORE INSERT OR UPDATE ON councils_appeal
  FOR EACH ROW EXECUTE FUNCTION appeal_is_proper();
"""
STATES = "('voting', 'carried'), ('voting', 'lost'))"
DECIDED = """SELECT 1 FROM councils_ballot b WHERE b.motion_id = NEW.id AND b.state = 'closed'
         AND b.result ->> 'outcome' = NEW.state)"""
assert STATES in FUNCTION
assert DECIDED in FUNCTION
# A motion that was referred back is voted on anew: only its last vote decides it.
MOTIONS = (
    FUNCTION.replace(
        STATES, "('voting', 'carried'), ('voting', 'lost'), ('carried', 'moved'), ('carried', 'overruled'))"
    )
    .replace(
        DECIDED,
        """SELECT 1 FROM councils_ballot b WHERE b.motion_id = NEW.id AND b.state = 'closed'
         AND b.result ->> 'outcome' = NEW.state
         AND b.id = (SELECT max(id) FROM councils_ballot WHERE motion_id = NEW.id))""",
    )
    .replace(
        "  RETURN NEW;\nEND $$;",
        """  IF OLD.state = 'carried' AND NOT EXISTS (
      SELECT 1 FROM councils_appeal a WHERE a.motion_id = NEW.id
         AND a.state = CASE NEW.state WHEN 'moved' THEN 'referred_back' ELSE 'overruled' END) THEN
    RAISE EXCEPTION 'Motion "%" stands until the next layer rules on an appeal.', OLD.title
      USING ERRCODE = 'check_violation', CONSTRAINT = 'motion_overruled_on_appeal';
  END IF;
  RETURN NEW;
END $$;""",
    )
)
DROP = (
    FUNCTION
    + """
DROP TRIGGER appeal_is_proper ON councils_appeal;
DROP FUNCTION appeal_is_proper();
"""
    + "".join(
        f"DROP TRIGGER {table}_no_{op.lower()} ON councils_{table};\n"
        for table in TABLES
        for op in OPS[table]
    )
)


class Migration(migrations.Migration):
    dependencies = [("councils", "0020_appeals")]

    operations = [migrations.RunSQL(KEPT + APPEALS + MOTIONS, DROP)]
