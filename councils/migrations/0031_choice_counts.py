"""Who won is what the votes make, as far as one statement can count it: points, money, the number, parts of a whole.

Rankings, and which projects Equal Shares buys, are counted again by ``councils.selectors.audit`` and the verifier.
"""

from django.db import migrations

COUNTS = """
CREATE FUNCTION councils_points(ballot bigint) RETURNS TABLE (code text, points numeric)
LANGUAGE sql STABLE AS $$
  SELECT o.code, coalesce(sum(s.points), 0) FROM councils_option o LEFT JOIN (
    SELECT coalesce(l.code, a.code) AS code, c.weight * coalesce(a.points, 1) AS points
      FROM councils_choices_counted($1) c
      LEFT JOIN LATERAL jsonb_array_elements_text(CASE jsonb_typeof(c.choice) WHEN 'array' THEN c.choice END) l(code)
        ON true
      LEFT JOIN LATERAL (SELECT key AS code, value::numeric AS points
        FROM jsonb_each_text(CASE jsonb_typeof(c.choice) WHEN 'object' THEN c.choice END)) a ON true) s ON s.code = o.code
   WHERE o.ballot_id = $1 GROUP BY o.code
$$;

CREATE FUNCTION councils_middle(ballot bigint, status_quo numeric) RETURNS numeric LANGUAGE sql STABLE AS $$
  WITH said AS (
    SELECT (choice ->> 'number')::numeric AS value, sum(weight) AS weight FROM councils_choices_counted($1)
     WHERE choice <> '{}' GROUP BY 1),
  rising AS (SELECT value, sum(weight) OVER (ORDER BY value) * 2 AS twice, sum(weight) OVER () AS total FROM said)
  SELECT least(greatest(status_quo, min(value) FILTER (WHERE twice >= total)), min(value) FILTER (WHERE twice > total))
    FROM rising
$$;

CREATE FUNCTION councils_winners_fault(ballot councils_ballot) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE winners jsonb := ballot.result -> 'winners'; wanted bigint; spent numeric; whole numeric;
BEGIN
  IF (SELECT count(DISTINCT code) FROM jsonb_array_elements_text(winners) w(code)) <> jsonb_array_length(winners) THEN
    RETURN 'An option won twice.';
  END IF;
  IF ballot.rule IN ('approval', 'score') THEN
    SELECT count(*) INTO wanted FROM councils_points(ballot.id) WHERE points > 0;
    IF jsonb_array_length(winners) <> least(wanted, (ballot.params ->> 'places')::bigint) OR EXISTS (
        SELECT 1 FROM councils_points(ballot.id) a, councils_points(ballot.id) b
         WHERE winners ? a.code AND NOT winners ? b.code AND a.points < b.points) THEN
      RETURN 'Other options have more points.';
    END IF;
  ELSIF ballot.rule IN ('equal_shares', 'greedy') THEN
    SELECT coalesce(sum((ballot.params -> 'costs' ->> code)::numeric), 0) INTO spent
      FROM jsonb_array_elements_text(winners) w(code);
    IF spent <> (ballot.result ->> 'cost')::numeric OR spent > (ballot.params ->> 'budget')::numeric OR EXISTS (
        SELECT 1 FROM councils_points(ballot.id) WHERE winners ? code AND points = 0) THEN
      RETURN 'These projects cost something else, more than the budget, or were wanted by nobody.';
    END IF;
  ELSIF ballot.rule = 'median' THEN
    IF (ballot.result ->> 'number')::numeric
       IS DISTINCT FROM councils_middle(ballot.id, (ballot.params ->> 'status_quo')::numeric) THEN
      RETURN 'Another number is in the middle.';
    END IF;
  ELSIF ballot.rule = 'independent_markets' THEN
    SELECT sum(value::numeric) INTO whole FROM jsonb_each_text(ballot.result -> 'parts');
    IF whole IS DISTINCT FROM (ballot.params ->> 'whole')::numeric OR EXISTS (
        SELECT 1 FROM jsonb_each_text(coalesce(ballot.params -> 'least', '{}')) l
         WHERE coalesce((ballot.result -> 'parts' ->> l.key)::numeric, 0) < l.value::numeric) THEN
      RETURN 'The parts miss the whole, or one its least share.';
    END IF;
  ELSIF jsonb_array_length(winners) <> 1 THEN
    RETURN 'A ranking has one winner.';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION ballot_tells_who_won() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF councils_winners_fault(NEW) IS NOT NULL THEN
    RAISE EXCEPTION 'The votes of ballot % make another result. %', NEW.public_id, councils_winners_fault(NEW)
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_tells_its_count';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ballot_tells_who_won BEFORE UPDATE ON councils_ballot FOR EACH ROW
  WHEN (NEW.state = 'closed' AND OLD.state <> 'closed' AND NEW.motion_id IS NOT NULL AND NEW.rule NOT LIKE 'majority%'
    AND NEW.result ->> 'outcome' = 'carried')
  EXECUTE FUNCTION ballot_tells_who_won();
"""
DROP = """
DROP TRIGGER ballot_tells_who_won ON councils_ballot;
DROP FUNCTION ballot_tells_who_won(), councils_winners_fault(councils_ballot), councils_middle(bigint, numeric),
  councils_points(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("councils", "0030_vote_indexes")]

    operations = [migrations.RunSQL(COUNTS, DROP)]
