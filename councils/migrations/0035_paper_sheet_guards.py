"""What the database holds to in papers with options: each is whole or invalid for a reason, and counted as read."""

from importlib import import_module

from django.db import migrations

COUNTED = import_module("councils.migrations.0029_paper_count_guards").COUNTED
BEFORE = COUNTED[: COUNTED.index("CREATE TRIGGER papercount_is_counted")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
REPLACED = (
    (
        "FILTER (WHERE o.code = p.value ->> 1 AND NEW.papers ? v.receipt)",
        "FILTER (WHERE NEW.papers ? v.receipt AND (o.code = p.value ->> 1\n"
        "        OR v.option_id IS NULL AND v.choice = councils_paper_said(ballot.rule, p.value -> 1)))",
    ),
    (
        "    SELECT sum((p.value ->> 1)::bigint) INTO read FROM jsonb_array_elements(a.content -> 'papers') p;\n",
        "    SELECT coalesce(jsonb_array_length(a.content -> 'sheets'), sum((p.value ->> 1)::bigint)) INTO read\n"
        "      FROM jsonb_array_elements(a.content -> 'papers') p;\n",
    ),
    (
        "    EXECUTE format(\n      'WITH held",
        "    IF a.content ? 'sheets' THEN\n"
        "      EXECUTE format(\n"
        "        'SELECT count(*) FROM jsonb_array_elements($2) WITH ORDINALITY s(value, n)'\n"
        "        ' LEFT JOIN jsonb_array_elements_text($1) WITH ORDINALITY t(tracker, n) ON t.n = s.n'\n"
        "        ' LEFT JOIN %s u ON u.tracker = t.tracker'\n"
        "        ' WHERE u.choice IS DISTINCT FROM councils_paper_said($3, s.value -> 1)',\n"
        "        councils_urn(ballot.public_id)) INTO off USING NEW.papers, a.content -> 'sheets', ballot.rule;\n"
        "    ELSE\n    EXECUTE format(\n      'WITH held",
    ),
    (
        "INTO off USING NEW.papers, a.content -> 'papers';\n",
        "INTO off USING NEW.papers, a.content -> 'papers';\n    END IF;\n",
    ),
    (
        "OR jsonb_array_length(NEW.papers) IS DISTINCT FROM read THEN",
        "OR jsonb_array_length(NEW.papers) IS DISTINCT FROM read\n"
        "     OR (SELECT count(DISTINCT value) FROM jsonb_array_elements(NEW.papers)) <> read THEN",
    ),
)


def counted() -> str:
    """Return the guard of a count, for papers with options too; each replacement is found once."""
    found = BEFORE
    for old, new in REPLACED:
        if found.count(old) != 1:
            raise ValueError(f"The guard of 0029 no longer has once: {old}")
        found = found.replace(old, new)
    return found


SHEETS = """
CREATE FUNCTION councils_paper_said(rule text, said jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN said <> '"invalid"' THEN said
    WHEN rule IN ('score', 'independent_markets', 'median') THEN '{}' ELSE '[]' END
$$;

CREATE FUNCTION paperreading_sheets_are_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ballot record; sheets jsonb; fault text; invalid text[]; told text[];
BEGIN
  SELECT b.id, b.rule, b.motion_id, b.secrecy INTO ballot
    FROM councils_papercount c JOIN councils_ballot b ON b.id = c.ballot_id WHERE c.id = NEW.count_id;
  SELECT coalesce(array_agg(key ORDER BY key), '{}') INTO told FROM jsonb_each_text(NEW.reasons) WHERE trim(value) <> '';
  IF ballot.motion_id IS NULL OR ballot.rule LIKE 'majority%' THEN
    IF NEW.reasons <> '{}' OR NEW.content ? 'sheets' THEN
      fault := 'This vote does not weigh options paper by paper.';
    END IF;
  ELSE
    sheets := NEW.content -> CASE ballot.secrecy WHEN 'secret' THEN 'sheets' ELSE 'votes' END;
    IF jsonb_typeof(sheets) IS DISTINCT FROM 'array' OR NEW.content ? 'papers' THEN
      fault := 'Each paper stands there by its number.';
    ELSIF (SELECT count(DISTINCT value -> 0) <> count(*) FROM jsonb_array_elements(sheets)) THEN
      fault := 'A paper stands there twice.';
    ELSE
      SELECT councils_choice_fault(ballot.id, value -> 1) INTO fault FROM jsonb_array_elements(sheets)
       WHERE value -> 1 IS DISTINCT FROM '"invalid"' AND councils_choice_fault(ballot.id, value -> 1) IS NOT NULL LIMIT 1;
      SELECT coalesce(array_agg(value ->> 0 ORDER BY value ->> 0), '{}') INTO invalid FROM jsonb_array_elements(sheets)
       WHERE value -> 1 = '"invalid"';
      IF fault IS NULL AND invalid <> told THEN fault := 'An invalid paper, and no other, has a reason.'; END IF;
    END IF;
  END IF;
  IF fault IS NOT NULL THEN
    RAISE EXCEPTION 'These papers cannot be read like this. %', fault
      USING ERRCODE = 'check_violation', CONSTRAINT = 'paperreading_sheets_are_whole';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER paperreading_sheets_are_whole BEFORE INSERT ON councils_paperreading
  FOR EACH ROW EXECUTE FUNCTION paperreading_sheets_are_whole();
"""
DROP = """
DROP TRIGGER paperreading_sheets_are_whole ON councils_paperreading;
DROP FUNCTION paperreading_sheets_are_whole();
DROP FUNCTION councils_paper_said(text, jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("councils", "0034_paper_sheets")]

    operations = [migrations.RunSQL(SHEETS + counted(), BEFORE + DROP)]
