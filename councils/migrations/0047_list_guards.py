"""What the database holds to in votes on lists: a paper names one list, and every seat stands where the votes put it."""

from django.db import migrations

LISTS = "'dhondt', 'sainte_lague'"
# Functions that name every rule of a question with options take the new ones in, whatever else they say by now.
NAMING = ("vote_is_proper()", "ballot_asks_as_moved()")
ONE_LIST = f"""  IF asked.rule IN ({LISTS}) AND named > 1 THEN RETURN 'It names one list at most.'; END IF;
"""
ONE_LIST_AFTER = """or one that is not on the ballot.'; END IF;
"""

# Highest averages (Balinski and Young 1982): no list's next average is above any that was given a seat,
# v_b / d(s_b) <= v_a / d(s_a - 1), multiplied crosswise so that whole numbers decide.
SEATS = """
CREATE FUNCTION councils_seats_fault(ballot councils_ballot) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE seats jsonb := ballot.result -> 'seats'; wide integer := CASE ballot.rule WHEN 'dhondt' THEN 1 ELSE 2 END;
BEGIN
  IF coalesce(jsonb_typeof(seats), '') <> 'object' OR EXISTS (SELECT 1 FROM jsonb_each(seats) s
       WHERE jsonb_typeof(s.value) <> 'number' OR s.value::text !~ '^[1-9][0-9]{0,3}$' OR NOT EXISTS (
         SELECT 1 FROM councils_points(ballot.id) p WHERE p.code = s.key AND p.points > 0)) THEN
    RETURN 'Seats are whole numbers of lists with votes.';
  END IF;
  IF (SELECT sum(value::numeric) FROM jsonb_each_text(seats)) IS DISTINCT FROM (ballot.params ->> 'seats')::numeric THEN
    RETURN format('There are %s seats to divide.', ballot.params ->> 'seats');
  END IF;
  IF (SELECT jsonb_agg(key ORDER BY key) FROM jsonb_each(seats) s)
     IS DISTINCT FROM (SELECT jsonb_agg(code ORDER BY code) FROM jsonb_array_elements_text(ballot.result -> 'winners') w(code))
  THEN
    RETURN 'Who won are the lists with seats.';
  END IF;
  IF EXISTS (
      SELECT 1 FROM (SELECT code, points, (seats ->> code)::numeric AS held FROM councils_points(ballot.id)) a,
        (SELECT code, points, coalesce((seats ->> code)::numeric, 0) AS held FROM councils_points(ballot.id)) b
       WHERE a.held > 0 AND a.code <> b.code AND b.points * (wide * (a.held - 1) + 1) > a.points * (wide * b.held + 1)) THEN
    RETURN 'A list has more votes for its next seat than another for one that it got.';
  END IF;
  RETURN NULL;
END $$;
"""
WINNERS = f"""  IF ballot.rule IN ({LISTS}) THEN RETURN councils_seats_fault(ballot); END IF;
"""
WINNERS_AFTER = """    RETURN 'An option won twice.';
  END IF;
"""


def rewritten(function: str, old: str, new: str) -> str:
    """Return the statement that puts ``new`` in the place of ``old`` in a function, as it is defined by then."""
    quoted = (text.replace("'", "''") for text in (old, new))
    before, after = (f"'{text}'" for text in quoted)
    return f"""
DO $rewrite$
DECLARE was text := pg_get_functiondef('{function}'::regprocedure); found integer;
BEGIN
  found := (length(was) - length(replace(was, {before}, ''))) / length({before});
  IF found <> 1 THEN
    RAISE EXCEPTION '% says what is to be replaced % times, not once.', '{function}', found;
  END IF;
  EXECUTE replace(was, {before}, {after});
END $rewrite$;
"""


def naming(function: str, *, back: bool = False) -> str:
    """Return the statement that lets a function name the rules of lists beside Independent Markets, or no longer."""
    old, new = "'independent_markets')", f"'independent_markets', {LISTS})"
    return rewritten(function, *((new, old) if back else (old, new)))


CHOICE, WINS = "councils_choice_fault(bigint, jsonb)", "councils_winners_fault(councils_ballot)"
AFTER = (
    SEATS
    + "".join(naming(function) for function in NAMING)
    + rewritten(CHOICE, ONE_LIST_AFTER, ONE_LIST_AFTER + ONE_LIST)
    + rewritten(WINS, WINNERS_AFTER, WINNERS_AFTER + WINNERS)
)
BEFORE = (
    rewritten(WINS, WINNERS_AFTER + WINNERS, WINNERS_AFTER)
    + rewritten(CHOICE, ONE_LIST_AFTER + ONE_LIST, ONE_LIST_AFTER)
    + "".join(naming(function, back=True) for function in NAMING)
    + "DROP FUNCTION councils_seats_fault(councils_ballot);"
)


class Migration(migrations.Migration):
    dependencies = [("councils", "0046_list_rules")]

    operations = [migrations.RunSQL(AFTER, BEFORE)]
