"""What the database holds to in moments: opening, casting, closing, voiding are of now, by its own clock.

Not in a database whose owner says that it simulates time: rehearsals and tests live through years in minutes.
"""

from django.db import migrations

# Only the owner may change its one row; the application's role reads it (config/operations/rights.py).
CLOCK = """
CREATE TABLE councils_clock (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  simulated boolean NOT NULL DEFAULT false
);
INSERT INTO councils_clock DEFAULT VALUES;

CREATE FUNCTION councils_refuse_moment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT simulated FROM councils_clock) IS TRUE THEN RETURN NEW; END IF;
  RAISE EXCEPTION '% on % is refused: by the database''s clock it is %, and what happens now is dated now.',
    TG_OP, TG_TABLE_NAME, clock_timestamp()
    USING ERRCODE = 'check_violation', CONSTRAINT = 'moment_is_now';
END $$;
"""

TOLERANCE = "interval '60 seconds'"
UNTIL = f"clock_timestamp() + {TOLERANCE}"
# A vote is cast at once, or its ballot may have closed meanwhile. Opening, closing and counting a large vote takes a
# transaction some minutes: there the moment may be that of its beginning.
AT_ONCE = f"clock_timestamp() - {TOLERANCE}"
SINCE_BEGUN = f"transaction_timestamp() - {TOLERANCE}"

MOMENTS = [
    ("vote_is_of_now", "namedvote", "INSERT OR UPDATE", f"NEW.cast_at NOT BETWEEN {AT_ONCE} AND {UNTIL}"),
    ("signature_is_of_now", "signature", "INSERT", f"NEW.signed_at NOT BETWEEN {AT_ONCE} AND {UNTIL}"),
    *(
        (
            f"{table}_{column}_is_now",
            table,
            "UPDATE",
            f"NEW.{column} IS DISTINCT FROM OLD.{column} AND NEW.{column} NOT BETWEEN {SINCE_BEGUN} AND {UNTIL}",
        )
        for table, column in (
            ("ballot", "opened_at"),
            ("ballot", "closed_at"),
            ("ballot", "voided_at"),
            ("motion", "decided_at"),
        )
    ),
]
HELD = "".join(
    f"CREATE TRIGGER {name} BEFORE {event} ON councils_{table} FOR EACH ROW WHEN ({wrong})"
    " EXECUTE FUNCTION councils_refuse_moment();\n"
    for name, table, event, wrong in MOMENTS
)

# A view's trigger takes no condition. It runs before paper_is_proper: triggers fire in the order of their names.
PAPERS = f"""
CREATE FUNCTION paper_is_of_now() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.cast_at NOT BETWEEN {AT_ONCE} AND {UNTIL} AND (SELECT simulated FROM councils_clock) IS NOT TRUE THEN
    RAISE EXCEPTION 'This paper is refused: by the database''s clock it is %, and a paper is cast now.',
      clock_timestamp()
      USING ERRCODE = 'check_violation', CONSTRAINT = 'moment_is_now';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER paper_is_of_now INSTEAD OF INSERT ON councils_casting
  FOR EACH ROW EXECUTE FUNCTION paper_is_of_now();
"""

DROP = (
    "DROP TRIGGER paper_is_of_now ON councils_casting; DROP FUNCTION paper_is_of_now();"
    + "".join(f"DROP TRIGGER {name} ON councils_{table};\n" for name, table, _event, _wrong in MOMENTS)
    + "DROP FUNCTION councils_refuse_moment(); DROP TABLE councils_clock;"
)


class Migration(migrations.Migration):
    dependencies = [("councils", "0023_delegation_guards")]

    operations = [migrations.RunSQL("".join([CLOCK, HELD, PAPERS]), DROP)]
