"""What the database holds to in amendments: words change by a decided amendment only, and every version stays."""

from django.db import migrations

FIRST = """
INSERT INTO councils_motionversion (motion_id, number, title, text, amendment_id, at)
  SELECT id, 1, title, text, NULL, moved_at FROM councils_motion;
"""

KEPT = "".join(
    f"CREATE TRIGGER {table}_no_{op.lower()} BEFORE {op} ON councils_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION councils_refuse_rewriting();\n"
    for table, ops in (("amendment", ("TRUNCATE", "DELETE")), ("motionversion", ("TRUNCATE", "DELETE", "UPDATE")))
    for op in ops
)
DROP_KEPT = "".join(
    f"DROP TRIGGER {table}_no_{op} ON councils_{table};\n"
    for table, ops in (("amendment", ("truncate", "delete")), ("motionversion", ("truncate", "delete", "update")))
    for op in ops
)

# FOR SHARE waits for whoever opens the motion's vote, and has them wait: no amendment slips in behind the check.
AMENDMENTS = """
CREATE FUNCTION amendment_is_proper() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE motion record;
BEGIN
  SELECT * INTO motion FROM councils_motion WHERE id = NEW.motion_id FOR SHARE;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'proposed' OR motion.state <> 'moved' OR NEW.base <> motion.version
       OR motion.subject_kind <> '' OR motion.prescribed <> '' THEN
      RAISE EXCEPTION 'An amendment is proposed to the words as they are, before the vote opens.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'amendment_begins_as_proposed';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.public_id, NEW.motion_id, NEW.number, NEW.reason, NEW.proposed_by_id, NEW.hat, NEW.proposed_at)
     IS DISTINCT FROM
     (OLD.id, OLD.public_id, OLD.motion_id, OLD.number, OLD.reason, OLD.proposed_by_id, OLD.hat, OLD.proposed_at)
     OR NOT ((OLD.state, NEW.state) IN (('proposed', 'voting'), ('proposed', 'accepted'), ('proposed', 'withdrawn'),
       ('proposed', 'lapsed'), ('voting', 'adopted'), ('voting', 'rejected'), ('voting', 'proposed'))
       OR (OLD.state, NEW.state) = ('proposed', 'proposed') AND NEW.base > OLD.base AND NEW.base = motion.version)
     OR (NEW.title, NEW.text, NEW.base) IS DISTINCT FROM (OLD.title, OLD.text, OLD.base)
        AND (OLD.state, NEW.state) <> ('proposed', 'proposed') THEN
    RAISE EXCEPTION 'Amendment % keeps its words, and its state only moves on.', OLD.public_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'amendment_keeps_its_words';
  END IF;
  IF NEW.state = 'voting' AND NOT EXISTS (
      SELECT 1 FROM councils_ballot WHERE amendment_id = NEW.id AND state = 'open')
     OR NEW.state IN ('adopted', 'rejected') AND NOT EXISTS (
      SELECT 1 FROM councils_ballot b WHERE b.amendment_id = NEW.id AND b.state = 'closed'
         AND b.result ->> 'outcome' = CASE NEW.state WHEN 'adopted' THEN 'carried' ELSE 'lost' END) THEN
    RAISE EXCEPTION 'Amendment % is decided by its own ballot.', OLD.public_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'amendment_decided_by_ballot';
  END IF;
  IF NEW.state IN ('accepted', 'adopted') AND (motion.state <> 'moved' OR NEW.base <> motion.version)
     OR NEW.state = 'accepted' AND EXISTS (
      SELECT 1 FROM councils_amendment WHERE motion_id = NEW.motion_id AND state = 'voting') THEN
    RAISE EXCEPTION 'Amendment % does not fit the words of its motion as they are.', OLD.public_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'amendment_fits_the_motion';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER amendment_is_proper BEFORE INSERT OR UPDATE ON councils_amendment
  FOR EACH ROW EXECUTE FUNCTION amendment_is_proper();
"""

# Replaces the function of 0002: the words may change too, by an amendment that has been accepted or adopted.
MOTIONS = """
CREATE OR REPLACE FUNCTION motion_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.public_id, NEW.council_id, NEW.number, NEW.layer, NEW.mechanism, NEW.subject_kind,
      NEW.subject_id, NEW.moved_by_id, NEW.hat, NEW.prescribed, NEW.moved_at)
     IS DISTINCT FROM
     (OLD.public_id, OLD.council_id, OLD.number, OLD.layer, OLD.mechanism, OLD.subject_kind,
      OLD.subject_id, OLD.moved_by_id, OLD.hat, OLD.prescribed, OLD.moved_at)
     OR NOT ((OLD.state, NEW.state) IN (('moved', 'voting'), ('moved', 'withdrawn'), ('voting', 'moved'),
                                        ('voting', 'carried'), ('voting', 'lost'))
       AND (NEW.title, NEW.text, NEW.version) IS NOT DISTINCT FROM (OLD.title, OLD.text, OLD.version)
      OR (OLD.state, NEW.state) = ('moved', 'moved') AND NEW.version = OLD.version + 1 AND EXISTS (
       SELECT 1 FROM councils_amendment a WHERE a.motion_id = NEW.id AND a.state IN ('accepted', 'adopted')
          AND a.base = OLD.version AND (a.title, a.text) = (NEW.title, NEW.text))) THEN
    RAISE EXCEPTION 'Motion "%" keeps its words, and its state only moves on.', OLD.title
      USING ERRCODE = 'check_violation', CONSTRAINT = 'motion_keeps_its_words';
  END IF;
  IF NEW.state IN ('carried', 'lost') AND NOT EXISTS (
      SELECT 1 FROM councils_ballot b WHERE b.motion_id = NEW.id AND b.state = 'closed'
         AND b.result ->> 'outcome' = NEW.state) THEN
    RAISE EXCEPTION 'Motion "%" is decided by a ballot only.', OLD.title
      USING ERRCODE = 'check_violation', CONSTRAINT = 'motion_decided_by_ballot';
  END IF;
  IF NEW.state IN ('voting', 'withdrawn') AND EXISTS (
      SELECT 1 FROM councils_amendment a WHERE a.motion_id = NEW.id AND (a.state IN ('proposed', 'voting')
         OR a.state IN ('accepted', 'adopted') AND a.base >= NEW.version)) THEN
    RAISE EXCEPTION 'An amendment to motion "%" is not decided.', OLD.title
      USING ERRCODE = 'check_violation', CONSTRAINT = 'motion_amendments_decided';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION motion_version_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO councils_motionversion (motion_id, number, title, text, amendment_id, at)
      VALUES (NEW.id, NEW.version, NEW.title, NEW.text, NULL, NEW.moved_at);
  ELSE
    INSERT INTO councils_motionversion (motion_id, number, title, text, amendment_id, at)
      SELECT NEW.id, NEW.version, NEW.title, NEW.text, a.id, a.decided_at FROM councils_amendment a
       WHERE a.motion_id = NEW.id AND a.state IN ('accepted', 'adopted') AND a.base = OLD.version;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER motion_version_first AFTER INSERT ON councils_motion
  FOR EACH ROW EXECUTE FUNCTION motion_version_kept();
CREATE TRIGGER motion_version_next AFTER UPDATE ON councils_motion
  FOR EACH ROW WHEN (NEW.version <> OLD.version) EXECUTE FUNCTION motion_version_kept();

CREATE FUNCTION motion_versions_by_motions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'Versions of a motion are written by the motion only.'
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'motion_versions_by_motions';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER motion_versions_by_motions BEFORE INSERT ON councils_motionversion
  FOR EACH ROW EXECUTE FUNCTION motion_versions_by_motions();
"""

# The digest in councils/models/motions.py, computed again.
WORDINGS = """
CREATE FUNCTION ballot_keeps_its_wording() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE words text;
BEGIN
  IF OLD.state <> 'draft' AND (NEW.amendment_id, NEW.wording) IS DISTINCT FROM (OLD.amendment_id, OLD.wording) THEN
    RAISE EXCEPTION 'Ballot % stays on the words for which it was opened.', OLD.public_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_keeps_its_wording';
  END IF;
  IF OLD.state = 'draft' AND NEW.state = 'open' THEN
    SELECT m.title || E'\\n\\n' || m.text INTO words FROM councils_motion m WHERE m.id = NEW.motion_id;
    IF NEW.amendment_id IS NOT NULL THEN
      SELECT a.title || E'\\n\\n' || a.text INTO words FROM councils_amendment a WHERE a.id = NEW.amendment_id;
    END IF;
    IF NEW.wording <> coalesce(encode(sha256(convert_to(words, 'UTF8')), 'hex'), '') THEN
      RAISE EXCEPTION 'Ballot % opens on other words than stand in its question.', OLD.public_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_opens_on_the_final_wording';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ballot_keeps_its_wording BEFORE UPDATE ON councils_ballot
  FOR EACH ROW EXECUTE FUNCTION ballot_keeps_its_wording();
"""

BEFORE = """
CREATE OR REPLACE FUNCTION motion_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.public_id, NEW.council_id, NEW.number, NEW.title, NEW.text, NEW.layer, NEW.mechanism, NEW.subject_kind,
      NEW.subject_id, NEW.moved_by_id, NEW.hat, NEW.prescribed, NEW.moved_at)
     IS DISTINCT FROM
     (OLD.public_id, OLD.council_id, OLD.number, OLD.title, OLD.text, OLD.layer, OLD.mechanism, OLD.subject_kind,
      OLD.subject_id, OLD.moved_by_id, OLD.hat, OLD.prescribed, OLD.moved_at)
     OR NOT ((OLD.state, NEW.state) IN (('moved', 'voting'), ('moved', 'withdrawn'), ('voting', 'moved'),
                                        ('voting', 'carried'), ('voting', 'lost'))) THEN
    RAISE EXCEPTION 'Motion "%" keeps its words, and its state only moves on.', OLD.title
      USING ERRCODE = 'check_violation', CONSTRAINT = 'motion_keeps_its_words';
  END IF;
  IF NEW.state IN ('carried', 'lost') AND NOT EXISTS (
      SELECT 1 FROM councils_ballot b WHERE b.motion_id = NEW.id AND b.state = 'closed'
         AND b.result ->> 'outcome' = NEW.state) THEN
    RAISE EXCEPTION 'Motion "%" is decided by a ballot only.', OLD.title
      USING ERRCODE = 'check_violation', CONSTRAINT = 'motion_decided_by_ballot';
  END IF;
  RETURN NEW;
END $$;
"""
DROP = f"""
DROP TRIGGER ballot_keeps_its_wording ON councils_ballot;
DROP FUNCTION ballot_keeps_its_wording();
DROP TRIGGER motion_versions_by_motions ON councils_motionversion;
DROP FUNCTION motion_versions_by_motions();
DROP TRIGGER motion_version_next ON councils_motion;
DROP TRIGGER motion_version_first ON councils_motion;
DROP FUNCTION motion_version_kept();
{BEFORE}
DROP TRIGGER amendment_is_proper ON councils_amendment;
DROP FUNCTION amendment_is_proper();
{DROP_KEPT}
"""


class Migration(migrations.Migration):
    dependencies = [("councils", "0014_amendments")]

    operations = [migrations.RunSQL("".join([FIRST, KEPT, AMENDMENTS, MOTIONS, WORDINGS]), DROP)]
