"""What the database holds to in each cause of the ledger: out of which account, into which, how much, and what stands behind it.

Which kinds of accounts a cause joins is asked of all postings of a statement at once; what stands behind a movement is asked
at the end of its transaction, of the causes that move one thing at a time.
"""

from django.db import migrations, models

ENVELOPES = ("sector", "region")
# cause → kinds of accounts that money leaves, and enters.
WAYS = {
    "fund": (("output",), ("board",)),
    "envelope": (("board",), ENVELOPES),
    "grant": (ENVELOPES, ("investment",)),
    "purchase": (("investment",), ("world",)),
    "return": (("investment",), ENVELOPES),
    "reversal": (("investment",), ENVELOPES),
    "unspent": (("board", *ENVELOPES), ("output",)),
    "abandoned": (("board", *ENVELOPES, "investment"), ("output",)),
    "charge": (("output",), ("charges",)),
    "surplus": (("output",), ("levy", "surplus")),
}
ROWS = ", ".join(
    f"('{cause}', {sign}, '{kind}')"
    for cause, sides in WAYS.items()
    for sign, kinds in zip((-1, 1), sides, strict=True)
    for kind in kinds
)
KINDS = f"""
CREATE FUNCTION posting_ways() RETURNS TABLE (cause text, sign int, kind text) LANGUAGE sql IMMUTABLE AS $$ VALUES {ROWS} $$;

CREATE FUNCTION postings_fit_their_cause() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
  SELECT j.cause, a.kind, f.amount INTO wrong
    FROM fresh f JOIN planning_journalentry j ON j.id = f.entry_id JOIN planning_account a ON a.id = f.account_id
   WHERE a.cycle_id <> j.cycle_id OR NOT EXISTS (
      SELECT 1 FROM posting_ways() w WHERE (w.cause, w.sign, w.kind) = (j.cause, sign(f.amount)::int, a.kind)) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'An entry with the cause % does not move % in an account of the kind %, or it is of another year.',
      wrong.cause, wrong.amount, wrong.kind USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_fits_its_cause';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER postings_of_their_cause AFTER INSERT ON planning_posting
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION postings_fit_their_cause();
"""

# Of a grant: its own account, the envelope's account, and how much. ``sum`` is over postings of the entry in that account.
BEHIND = """
CREATE FUNCTION posted_in(entry bigint, of_kind text, of_cycle bigint, of_sector bigint, of_region bigint, of_workplace bigint)
RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(p.amount), 0)::bigint FROM planning_posting p JOIN planning_account a ON a.id = p.account_id
   WHERE p.entry_id = $1 AND a.kind = $2 AND a.cycle_id IS NOT DISTINCT FROM $3 AND a.sector_id IS NOT DISTINCT FROM $4
     AND a.region_id IS NOT DISTINCT FROM $5 AND a.workplace_id IS NOT DISTINCT FROM $6
$$;

CREATE FUNCTION entry_has_what_stands_behind_it() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE CONSTRAINT TRIGGER entry_has_what_stands_behind_it AFTER INSERT ON planning_journalentry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.cause NOT IN ('charge', 'surplus'))
  EXECUTE FUNCTION entry_has_what_stands_behind_it();
"""
# What asked whether a grant stands behind an entry, and whether it is the only one, is part of the above.
BEFORE = """
DROP TRIGGER posting_of_a_grant ON planning_journalentry;
DROP FUNCTION posting_of_a_grant();
"""
AGAIN = """
CREATE FUNCTION posting_of_a_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.cause = 'grant' AND NOT EXISTS (SELECT 1 FROM planning_grant g WHERE g.public_id = NEW.subject AND (
      SELECT count(*) FROM planning_journalentry j WHERE j.cause = 'grant' AND j.subject = NEW.subject) = 1) THEN
    RAISE EXCEPTION 'No grant of a council stands behind this entry, or it was posted before.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_of_a_grant';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER posting_of_a_grant AFTER INSERT ON planning_journalentry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION posting_of_a_grant();
"""
DROP = """
DROP TRIGGER entry_has_what_stands_behind_it ON planning_journalentry;
DROP FUNCTION entry_has_what_stands_behind_it(), posted_in(bigint, text, bigint, bigint, bigint, bigint);
DROP TRIGGER postings_of_their_cause ON planning_posting;
DROP FUNCTION postings_fit_their_cause(), posting_ways();
"""
CAUSES = [
    ("fund", "share of the year's output set aside for investment"),
    ("envelope", "envelope settled by the board"),
    ("grant", "grant"),
    ("purchase", "equipment paid for"),
    ("return", "diverted, given back to its envelope"),
    ("reversal", "grant taken back after an appeal"),
    ("unspent", "not granted by the end of the year, given back to its output"),
    ("abandoned", "given back: the year was abandoned"),
    ("charge", "charges for the use of resources"),
    ("surplus", "surplus of a year, and the levy on it"),
]


class Migration(migrations.Migration):
    dependencies = [("planning", "0033_set_aside")]

    operations = [
        migrations.AlterField(
            model_name="journalentry", name="cause", field=models.CharField(choices=CAUSES, max_length=10)
        ),
        migrations.RunSQL(BEFORE + KINDS + BEHIND, DROP + AGAIN),
    ]
