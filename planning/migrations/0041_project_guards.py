"""What the database holds to where requests compete: frozen whole, granted if the vote chose them, never more than the budget."""

from django.db import migrations

PARTS = """
CREATE FUNCTION share_by_its_method() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM planning_sharingout s JOIN planning_envelope e ON e.id = s.envelope_id
        JOIN planning_envelopedraft d ON d.id = e.draft_id JOIN planning_investmentrequest r ON r.id = NEW.request_id
       WHERE s.id = NEW.sharing_id AND CASE s.method
         WHEN 'dial' THEN NEW.code = ''
         ELSE NEW.code ~ '^o[1-9][0-9]?$' AND NEW.amount = r.amount AND NEW.amount <= s.amount AND r.withdrawn_at IS NULL
           AND r.cycle_id = d.cycle_id AND r.sector_id IS NOT DISTINCT FROM e.sector_id
           AND r.region_id IS NOT DISTINCT FROM e.region_id END) THEN
    RAISE EXCEPTION 'Where requests compete, a part is a whole request to that envelope, with its code, inside the budget; '
      'at the dial it has no code.' USING ERRCODE = 'check_violation', CONSTRAINT = 'share_by_its_method';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER share_by_its_method BEFORE INSERT ON planning_share
  FOR EACH ROW EXECUTE FUNCTION share_by_its_method();

-- True or false by the latest closed vote, where it carried the motion; NULL where none did.
CREATE FUNCTION project_is_chosen(of_sharing uuid, of_code text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT b.result -> 'winners' ? $2
    FROM councils_motion m JOIN councils_ballot b ON b.motion_id = m.id AND b.state = 'closed'
   WHERE m.subject_kind = 'sharing' AND m.subject_id = $1 AND m.state = 'carried' ORDER BY m.id DESC, b.id DESC LIMIT 1
$$;

CREATE FUNCTION project_as_chosen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE part record; granted numeric;
BEGIN
  SELECT p.code, p.amount, s.id AS sharing, s.public_id, s.amount AS budget INTO part
    FROM planning_share p JOIN planning_sharingout s ON s.id = p.sharing_id WHERE p.id = NEW.share_id AND s.method = 'projects';
  IF NOT FOUND THEN RETURN NEW; END IF;
  IF project_is_chosen(part.public_id, part.code) IS NOT true OR NOT EXISTS (
      SELECT 1 FROM councils_ballot b JOIN councils_motion m ON m.id = b.motion_id
       WHERE m.subject_kind = 'sharing' AND m.subject_id = part.public_id AND b.state = 'closed'
         AND (b.params ->> 'budget')::numeric = part.budget
         AND (b.params -> 'costs' ->> part.code)::numeric = NEW.amount) THEN
    RAISE EXCEPTION 'Where requests compete, a grant is one that the vote chose, for the cost that was voted on.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'project_as_chosen';
  END IF;
  PERFORM 1 FROM planning_sharingout WHERE id = part.sharing FOR NO KEY UPDATE;
  SELECT coalesce(sum(g.amount), 0) INTO granted FROM planning_grant g JOIN planning_share p ON p.id = g.share_id
   WHERE p.sharing_id = part.sharing AND NOT EXISTS (
     SELECT 1 FROM planning_journalentry j WHERE j.cause = 'reversal' AND j.subject = g.public_id);
  IF granted + NEW.amount > part.budget THEN
    RAISE EXCEPTION 'Where requests compete, all grants together are at most the budget.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'projects_inside_the_budget';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grant_of_a_project BEFORE INSERT ON planning_grant
  FOR EACH ROW EXECUTE FUNCTION project_as_chosen();
"""
# A grant also goes back where the vote, held again after an appeal, no longer chose it.
BEHIND = """
CREATE OR REPLACE FUNCTION entry_has_what_stands_behind_it() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  granted record; draft record; year text; held boolean := false;
BEGIN
  SELECT phase INTO year FROM planning_cycle WHERE id = NEW.cycle_id;
  IF NEW.cause IN ('fund', 'envelope') THEN
    SELECT id, sector_total + region_total AS total INTO draft FROM planning_envelopedraft
     WHERE public_id = NEW.subject AND cycle_id = NEW.cycle_id AND settled_at IS NOT NULL;
    held := draft.id IS NOT NULL AND posted_in(NEW.id, 'board', NEW.cycle_id, NULL, NULL, NULL)
        = CASE NEW.cause WHEN 'fund' THEN draft.total ELSE -draft.total END
      AND (SELECT count(*) FROM planning_journalentry j WHERE j.cause = NEW.cause AND j.subject = NEW.subject) = 1
      AND (NEW.cause = 'fund' OR NOT EXISTS (
        SELECT 1 FROM planning_envelope e WHERE e.draft_id = draft.id AND e.amount <> posted_in(
          NEW.id, CASE WHEN e.sector_id IS NULL THEN 'region' ELSE 'sector' END, NEW.cycle_id, e.sector_id, e.region_id, NULL)));
  ELSIF NEW.cause = 'unspent' THEN
    held := NEW.subject = (SELECT public_id FROM planning_cycle WHERE id = NEW.cycle_id)
      AND year IN ('settlement', 'closed', 'abandoned');
  ELSIF NEW.cause = 'abandoned' AND NEW.subject = (SELECT public_id FROM planning_cycle WHERE id = NEW.cycle_id) THEN
    held := year = 'abandoned' AND NOT EXISTS (
      SELECT 1 FROM planning_posting p JOIN planning_account a ON a.id = p.account_id
       WHERE p.entry_id = NEW.id AND a.kind = 'investment');
  ELSIF NEW.cause IN ('grant', 'purchase', 'return', 'reversal', 'abandoned') THEN
    SELECT g.id, g.amount, r.workplace_id, e.sector_id, e.region_id, d.cycle_id, s.public_id AS sharing,
      h.code INTO granted
      FROM planning_grant g JOIN planning_investmentrequest r ON r.id = g.request_id
      JOIN planning_envelope e ON e.id = g.envelope_id JOIN planning_envelopedraft d ON d.id = e.draft_id
      JOIN planning_share h ON h.id = g.share_id JOIN planning_sharingout s ON s.id = h.sharing_id
     WHERE g.public_id = NEW.subject;
    held := granted.id IS NOT NULL AND granted.cycle_id = NEW.cycle_id AND NEW.postings_count = 2
      AND posted_in(NEW.id, 'investment', NULL, NULL, NULL, granted.workplace_id)
        = CASE NEW.cause WHEN 'grant' THEN granted.amount ELSE -granted.amount END
      AND (NEW.cause IN ('purchase', 'abandoned') OR posted_in(
          NEW.id, CASE WHEN granted.sector_id IS NULL THEN 'region' ELSE 'sector' END, NEW.cycle_id, granted.sector_id,
          granted.region_id, NULL) = CASE NEW.cause WHEN 'grant' THEN -granted.amount ELSE granted.amount END)
      AND CASE NEW.cause
        WHEN 'grant' THEN
          (SELECT count(*) FROM planning_journalentry j WHERE j.cause = 'grant' AND j.subject = NEW.subject) = 1
        WHEN 'purchase' THEN EXISTS (SELECT 1 FROM planning_grantreport t WHERE t.grant_id = granted.id AND t.state = 'done')
        WHEN 'return' THEN EXISTS (SELECT 1 FROM planning_grantreport t WHERE t.grant_id = granted.id AND t.state = 'diverted')
        WHEN 'reversal' THEN EXISTS (SELECT 1 FROM councils_motion m WHERE m.subject_kind = 'sharing'
          AND m.subject_id = granted.sharing AND m.state IN ('overruled', 'lost', 'withdrawn'))
          OR (granted.code <> '' AND project_is_chosen(granted.sharing, granted.code) IS false)
        WHEN 'abandoned' THEN year = 'abandoned'
        ELSE true END;
  END IF;
  IF held IS DISTINCT FROM true THEN
    RAISE EXCEPTION 'Nothing that stands behind this entry with the cause % asks for what it moves.', NEW.cause
      USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_has_what_stands_behind_it';
  END IF;
  RETURN NULL;
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION entry_has_what_stands_behind_it() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  granted record; draft record; year text; held boolean := false;
BEGIN
  SELECT phase INTO year FROM planning_cycle WHERE id = NEW.cycle_id;
  IF NEW.cause IN ('fund', 'envelope') THEN
    SELECT id, sector_total + region_total AS total INTO draft FROM planning_envelopedraft
     WHERE public_id = NEW.subject AND cycle_id = NEW.cycle_id AND settled_at IS NOT NULL;
    held := draft.id IS NOT NULL AND posted_in(NEW.id, 'board', NEW.cycle_id, NULL, NULL, NULL)
        = CASE NEW.cause WHEN 'fund' THEN draft.total ELSE -draft.total END
      AND (SELECT count(*) FROM planning_journalentry j WHERE j.cause = NEW.cause AND j.subject = NEW.subject) = 1
      AND (NEW.cause = 'fund' OR NOT EXISTS (
        SELECT 1 FROM planning_envelope e WHERE e.draft_id = draft.id AND e.amount <> posted_in(
          NEW.id, CASE WHEN e.sector_id IS NULL THEN 'region' ELSE 'sector' END, NEW.cycle_id, e.sector_id, e.region_id, NULL)));
  ELSIF NEW.cause = 'unspent' THEN
    held := NEW.subject = (SELECT public_id FROM planning_cycle WHERE id = NEW.cycle_id)
      AND year IN ('settlement', 'closed', 'abandoned');
  ELSIF NEW.cause = 'abandoned' AND NEW.subject = (SELECT public_id FROM planning_cycle WHERE id = NEW.cycle_id) THEN
    held := year = 'abandoned' AND NOT EXISTS (
      SELECT 1 FROM planning_posting p JOIN planning_account a ON a.id = p.account_id
       WHERE p.entry_id = NEW.id AND a.kind = 'investment');
  ELSIF NEW.cause IN ('grant', 'purchase', 'return', 'reversal', 'abandoned') THEN
    SELECT g.id, g.amount, r.workplace_id, e.sector_id, e.region_id, d.cycle_id, s.public_id AS sharing INTO granted
      FROM planning_grant g JOIN planning_investmentrequest r ON r.id = g.request_id
      JOIN planning_envelope e ON e.id = g.envelope_id JOIN planning_envelopedraft d ON d.id = e.draft_id
      JOIN planning_share h ON h.id = g.share_id JOIN planning_sharingout s ON s.id = h.sharing_id
     WHERE g.public_id = NEW.subject;
    held := granted.id IS NOT NULL AND granted.cycle_id = NEW.cycle_id AND NEW.postings_count = 2
      AND posted_in(NEW.id, 'investment', NULL, NULL, NULL, granted.workplace_id)
        = CASE NEW.cause WHEN 'grant' THEN granted.amount ELSE -granted.amount END
      AND (NEW.cause IN ('purchase', 'abandoned') OR posted_in(
          NEW.id, CASE WHEN granted.sector_id IS NULL THEN 'region' ELSE 'sector' END, NEW.cycle_id, granted.sector_id,
          granted.region_id, NULL) = CASE NEW.cause WHEN 'grant' THEN -granted.amount ELSE granted.amount END)
      AND CASE NEW.cause
        WHEN 'grant' THEN
          (SELECT count(*) FROM planning_journalentry j WHERE j.cause = 'grant' AND j.subject = NEW.subject) = 1
        WHEN 'purchase' THEN EXISTS (SELECT 1 FROM planning_grantreport t WHERE t.grant_id = granted.id AND t.state = 'done')
        WHEN 'return' THEN EXISTS (SELECT 1 FROM planning_grantreport t WHERE t.grant_id = granted.id AND t.state = 'diverted')
        WHEN 'reversal' THEN EXISTS (SELECT 1 FROM councils_motion m WHERE m.subject_kind = 'sharing'
          AND m.subject_id = granted.sharing AND m.state IN ('overruled', 'lost', 'withdrawn'))
        WHEN 'abandoned' THEN year = 'abandoned'
        ELSE true END;
  END IF;
  IF held IS DISTINCT FROM true THEN
    RAISE EXCEPTION 'Nothing that stands behind this entry with the cause % asks for what it moves.', NEW.cause
      USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_has_what_stands_behind_it';
  END IF;
  RETURN NULL;
END $$;
"""
DROP = """
DROP TRIGGER grant_of_a_project ON planning_grant;
DROP TRIGGER share_by_its_method ON planning_share;
DROP FUNCTION project_as_chosen(), project_is_chosen(uuid, text), share_by_its_method();
"""


class Migration(migrations.Migration):
    dependencies = [("planning", "0040_projects"), ("councils", "0050_searched_councils")]

    operations = [migrations.RunSQL(PARTS + BEHIND, BEFORE + DROP)]
