"""What is asked of postings is asked of all that a statement writes: once, not once a row.

An entry's postings are written in one statement, after the entry; so they are checked there, and settling a year of
100,000 workplaces does not wait for 300,000 questions.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("planning.migrations.0010_ledger_guards")
AT_ONCE = """
DROP TRIGGER posting_balances ON planning_posting;
DROP TRIGGER posting_invests_by_grant ON planning_posting;
DROP TRIGGER posting_comes_from_envelope ON planning_posting;
DROP FUNCTION posting_invests_by_grant(), posting_comes_from_envelope();

CREATE FUNCTION postings_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
  SELECT count(*) AS counted, sum(p.amount) AS total, j.postings_count AS wanted INTO wrong
    FROM planning_posting p LEFT JOIN planning_journalentry j ON j.id = p.entry_id
   WHERE p.entry_id IN (SELECT entry_id FROM fresh) GROUP BY p.entry_id, j.postings_count
  HAVING count(*) IS DISTINCT FROM j.postings_count OR sum(p.amount) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'The postings of a journal entry add up to %, and there are % of %: they add up to zero, all at once.',
      wrong.total, wrong.counted, coalesce(wrong.wanted, 0)
      USING ERRCODE = 'check_violation', CONSTRAINT = 'journalentry_balances';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER postings_add_up AFTER INSERT ON planning_posting
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION postings_add_up();

CREATE FUNCTION postings_go_where_they_may() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong text;
BEGIN
  SELECT CASE WHEN o.kind = 'investment' AND j.cause <> 'grant' THEN 'posting_invests_by_grant'
      WHEN o.kind IN ('levy', 'surplus') AND j.cause <> 'surplus' THEN 'posting_of_surplus' END INTO wrong
    FROM fresh f JOIN planning_account o ON o.id = f.account_id JOIN planning_journalentry j ON j.id = f.entry_id
   WHERE f.amount > 0 AND (o.kind = 'investment' AND j.cause <> 'grant'
      OR o.kind IN ('levy', 'surplus') AND j.cause <> 'surplus') LIMIT 1;
  IF wrong = 'posting_invests_by_grant' THEN
    RAISE EXCEPTION 'Money comes into an investment account by a grant out of an envelope only.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_invests_by_grant';
  ELSIF wrong = 'posting_of_surplus' THEN
    RAISE EXCEPTION 'Money comes into the levy and into the surplus of a workplace by the settlement of a year only.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_of_surplus';
  END IF;
  SELECT CASE WHEN o.kind = 'surplus' THEN 'surplus_is_not_invested' ELSE 'posting_comes_from_envelope' END INTO wrong
    FROM fresh f JOIN planning_account i ON i.id = f.account_id
    JOIN fresh g ON g.entry_id = f.entry_id JOIN planning_account o ON o.id = g.account_id
   WHERE f.amount > 0 AND g.amount < 0 AND (
      i.kind IN ('board', 'sector', 'region', 'investment') AND o.kind = 'surplus'
      OR i.kind = 'investment' AND o.kind NOT IN ('sector', 'region')) LIMIT 1;
  IF wrong = 'surplus_is_not_invested' THEN
    RAISE EXCEPTION 'The surplus of a workplace is never invested.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'surplus_is_not_invested';
  ELSIF wrong = 'posting_comes_from_envelope' THEN
    RAISE EXCEPTION 'A grant comes out of an envelope.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_comes_from_envelope';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER postings_go_where_they_may AFTER INSERT ON planning_posting
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION postings_go_where_they_may();
"""
EACH = (
    """
DROP TRIGGER postings_add_up ON planning_posting;
DROP TRIGGER postings_go_where_they_may ON planning_posting;
DROP FUNCTION postings_add_up(), postings_go_where_they_may();
CREATE CONSTRAINT TRIGGER posting_balances AFTER INSERT ON planning_posting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION journalentry_balances();
"""
    + BEFORE.GRANTS
)


class Migration(migrations.Migration):
    """Postings are checked by the statement that writes them."""

    dependencies = [("planning", "0031_surplus")]

    operations = [migrations.RunSQL(AT_ONCE, EACH)]
