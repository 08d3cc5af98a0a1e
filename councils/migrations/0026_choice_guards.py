"""What the database holds to in questions with options: words, papers and votes are whole, and all are counted."""

from importlib import import_module

from django.db import migrations

CHOICE_RULES = (
    "'approval', 'score', 'instant_runoff', 'schulze', 'ranked_pairs', 'equal_shares', 'greedy', 'median', "
    "'independent_markets'"
)

# What councils/choices.py checks, said again: a sentence for what is wrong with a choice, NULL for one that is whole.
WHOLE = """
CREATE FUNCTION councils_amounts_fault(ballot bigint, rule text, params jsonb, choice jsonb) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE wrong text; given numeric;
BEGIN
  IF jsonb_typeof(choice) <> 'object' THEN RETURN 'It gives every option a whole number.'; END IF;
  SELECT key INTO wrong FROM jsonb_each(choice) c
   WHERE NOT EXISTS (SELECT 1 FROM councils_option o WHERE o.ballot_id = ballot AND o.code = c.key) LIMIT 1;
  IF wrong IS NOT NULL THEN RETURN format('Option %s is not on this ballot.', wrong); END IF;
  SELECT key INTO wrong FROM jsonb_each(choice)
   WHERE jsonb_typeof(value) <> 'number' OR value::text !~ '^[1-9][0-9]{0,5}$' LIMIT 1;
  IF wrong IS NOT NULL THEN RETURN format('Option %s has no whole number above 0.', wrong); END IF;
  SELECT coalesce(sum(value::numeric), 0) INTO given FROM jsonb_each_text(choice);
  IF rule = 'score' THEN
    SELECT key INTO wrong FROM jsonb_each_text(choice) WHERE value::numeric > (params ->> 'most')::numeric LIMIT 1;
    IF wrong IS NOT NULL THEN RETURN format('Option %s has more than %s points.', wrong, params ->> 'most'); END IF;
    IF given > (params ->> 'total')::numeric THEN
      RETURN format('%s points were given; there are %s in all.', given, params ->> 'total');
    END IF;
  ELSIF given > 0 THEN
    SELECT l.key INTO wrong FROM jsonb_each_text(coalesce(params -> 'least', '{}')) l
     WHERE coalesce((choice ->> l.key)::numeric, 0) < l.value::numeric LIMIT 1;
    IF wrong IS NOT NULL THEN RETURN format('Option %s has less than its least share.', wrong); END IF;
    IF given <> (params ->> 'whole')::numeric THEN
      RETURN format('The shares come to %s of %s.', given, params ->> 'whole');
    END IF;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION councils_choice_fault(ballot bigint, choice jsonb) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE asked record; named bigint; known bigint; text_of text;
BEGIN
  SELECT b.rule, b.params INTO asked FROM councils_ballot b WHERE b.id = ballot;
  IF choice IS NULL THEN RETURN 'It says nothing, not even that it is blank.'; END IF;
  IF asked.rule IN ('score', 'independent_markets') THEN
    RETURN councils_amounts_fault(ballot, asked.rule, asked.params, choice);
  END IF;
  IF asked.rule = 'median' THEN
    IF choice = '{}' THEN RETURN NULL; END IF;
    text_of := choice ->> 'number';
    IF jsonb_typeof(choice) <> 'object' OR choice - 'number' <> '{}' OR jsonb_typeof(choice -> 'number') <> 'string'
       OR text_of !~ '^(0|-?[1-9][0-9]{0,12}(\\.[0-9]{0,5}[1-9])?|-?0\\.[0-9]{0,5}[1-9])$' THEN
      RETURN 'It names one number with at most six decimals.';
    END IF;
    IF text_of::numeric NOT BETWEEN (asked.params ->> 'least')::numeric AND (asked.params ->> 'most')::numeric THEN
      RETURN format('%s is not between %s and %s.', text_of, asked.params ->> 'least', asked.params ->> 'most');
    END IF;
    RETURN NULL;
  END IF;
  IF jsonb_typeof(choice) <> 'array' THEN RETURN 'It is a list of options.'; END IF;
  SELECT count(DISTINCT o.code), count(*) INTO known, named FROM jsonb_array_elements(choice) c
    LEFT JOIN councils_option o ON o.ballot_id = ballot AND to_jsonb(o.code) = c.value;
  IF named <> known THEN RETURN 'It names an option twice, or one that is not on the ballot.'; END IF;
  IF asked.rule LIKE 'majority%' AND named <> 1 THEN RETURN 'It names one answer.'; END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION councils_choice_is_whole(ballot bigint, rule text, choice jsonb) RETURNS boolean
LANGUAGE sql STABLE AS $$ SELECT councils_choice_fault(ballot, choice) IS NULL $$;
"""

SECRET = import_module("councils.migrations.0004_secret_guards")
WHOLE_BEFORE = SECRET.CASTING[SECRET.CASTING.index("CREATE FUNCTION councils_choice_is_whole") :]
PAPER_BEFORE = SECRET.CASTING[
    SECRET.CASTING.index("CREATE FUNCTION paper_is_proper") : SECRET.CASTING.index("CREATE TRIGGER paper_is_proper")
]
PAPER = PAPER_BEFORE.replace(
    """    RAISE EXCEPTION 'A paper names options of its own ballot, each once.'
""",
    """    RAISE EXCEPTION 'This paper is not whole. %', councils_choice_fault(ballot.id, NEW.choice)
""",
)

# A vote says one answer where one is asked for, else a whole choice; the journal keeps both.
NAMED = import_module("councils.migrations.0002_guards")
VOTE_BEFORE = NAMED.VOTES[: NAMED.VOTES.index("CREATE TRIGGER vote_is_proper")]
ONE_ANSWER = """  IF NOT EXISTS (SELECT 1 FROM councils_option WHERE id = NEW.option_id AND ballot_id = entry.ballot_id) THEN
"""
VOTE = VOTE_BEFORE.replace(
    ONE_ANSWER,
    f"""  IF ballot.rule IN ({CHOICE_RULES}) THEN
    IF NEW.option_id IS NOT NULL OR councils_choice_fault(ballot.id, NEW.choice) IS NOT NULL THEN
      RAISE EXCEPTION 'This vote is not whole. %', coalesce(councils_choice_fault(ballot.id, NEW.choice),
        'It names one answer where several are weighed.')
        USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_for_an_option_of_the_ballot';
    END IF;
  ELSIF NEW.choice IS NOT NULL OR NOT EXISTS (
      SELECT 1 FROM councils_option WHERE id = NEW.option_id AND ballot_id = entry.ballot_id) THEN
""",
)
JOURNAL_BEFORE = NAMED.VOTES[
    NAMED.VOTES.index("CREATE FUNCTION vote_into_journal") : NAMED.VOTES.index("CREATE TRIGGER vote_into_journal")
].replace(
    "RETURNS trigger LANGUAGE plpgsql AS",
    "RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS",
)
JOURNAL = JOURNAL_BEFORE.replace(
    "(roll_entry_id, option_id, cast_by_id", "(roll_entry_id, option_id, choice, cast_by_id"
).replace("NEW.option_id, NEW.cast_by_id", "NEW.option_id, NEW.choice, NEW.cast_by_id")

# What a motion asks is part of its words: it stays as moved, is in the digest, and the vote asks just that.
AMENDED = import_module("councils.migrations.0015_amendment_guards")
WORDS_BEFORE = import_module("councils.migrations.0021_appeal_guards").MOTIONS
WORDS = WORDS_BEFORE.replace("NEW.number, NEW.layer", "NEW.number, NEW.asks, NEW.layer").replace(
    "OLD.number, OLD.layer", "OLD.number, OLD.asks, OLD.layer"
)
WORDING_BEFORE = AMENDED.WORDINGS[: AMENDED.WORDINGS.index("CREATE TRIGGER ballot_keeps_its_wording")]
WORDING = (
    WORDING_BEFORE.replace("DECLARE words text;", "DECLARE words text; asked text := '';")
    .replace(
        "SELECT m.title || E'\\n\\n' || m.text INTO words FROM",
        "SELECT m.title || E'\\n\\n' || m.text, m.asks INTO words, asked FROM",
    )
    .replace(
        "coalesce(encode(sha256(convert_to(words, 'UTF8')), 'hex'), '')",
        "coalesce(encode(sha256(convert_to(words, 'UTF8')\n"
        "        || CASE coalesce(asked, '') WHEN '' THEN '' ELSE '\\x00'::bytea || convert_to(asked, 'UTF8') END), 'hex'), '')",
    )
)
ASKED = f"""
CREATE FUNCTION ballot_asks_as_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked jsonb; labels jsonb;
BEGIN
  SELECT nullif(asks, '')::jsonb INTO asked FROM councils_motion WHERE id = NEW.motion_id;
  SELECT coalesce(jsonb_agg(label ORDER BY number), '[]') INTO labels FROM councils_option
   WHERE ballot_id = NEW.id AND effect = 'option';
  IF asked IS NULL AND (NEW.rule IN ({CHOICE_RULES}) OR labels <> '[]')
     OR asked IS NOT NULL AND (NEW.rule <> asked ->> 'rule' OR NOT NEW.params @> (asked -> 'params')
       OR labels <> jsonb_path_query_array(asked, '$.options[*].label')) THEN
    RAISE EXCEPTION 'Ballot % does not ask what its motion asks.', NEW.public_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_asks_as_moved';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ballot_asks_as_moved BEFORE UPDATE ON councils_ballot FOR EACH ROW
  WHEN (NEW.state = 'open' AND OLD.state = 'draft' AND NEW.motion_id IS NOT NULL)
  EXECUTE FUNCTION ballot_asks_as_moved();
"""

OPENED = SECRET.AS_OPENED.replace(
    "IF NEW.state = 'open' AND NEW.rule NOT LIKE 'majority%' AND NOT EXISTS (\n"
    "        SELECT 1 FROM councils_option WHERE ballot_id = NEW.id AND effect = 'candidate') THEN",
    "IF NEW.state = 'open' AND NEW.rule NOT LIKE 'majority%' AND NEW.rule <> 'median' AND NOT EXISTS (\n"
    "        SELECT 1 FROM councils_option WHERE ballot_id = NEW.id AND effect IN ('candidate', 'option')) THEN",
)

# A right counts as its holder chose; else as the first on the way of its delegations who did.
COUNTED = """
CREATE FUNCTION councils_choices_counted(ballot bigint) RETURNS TABLE (weight integer, choice jsonb)
LANGUAGE sql STABLE AS $$
  WITH RECURSIVE own AS MATERIALIZED (
    SELECT r.id, r.weight, v.choice FROM councils_rollentry r
      LEFT JOIN councils_namedvote v ON v.roll_entry_id = r.id WHERE r.ballot_id = $1),
  way(entry, at) AS (
    SELECT o.id, p.receiver_id FROM own o JOIN councils_proxy p ON p.giver_id = o.id WHERE o.choice IS NULL
    UNION
    SELECT w.entry, p.receiver_id FROM way w JOIN own o ON o.id = w.at AND o.choice IS NULL
      JOIN councils_proxy p ON p.giver_id = w.at)
  SELECT o.weight, o.choice FROM own o WHERE o.choice IS NOT NULL
  UNION ALL
  SELECT o.weight, a.choice FROM way w JOIN own o ON o.id = w.entry JOIN own a ON a.id = w.at
   WHERE a.choice IS NOT NULL
  UNION ALL
  SELECT 1, p.choice FROM councils_paper p WHERE p.ballot_id = $1
$$;

CREATE FUNCTION ballot_tells_its_choices() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE cast_ numeric; blank numeric; eligible numeric; truth jsonb; chose boolean;
BEGIN
  SELECT coalesce(sum(c.weight), 0), coalesce(sum(c.weight) FILTER (WHERE c.choice IN ('[]', '{}')), 0)
    INTO cast_, blank FROM councils_choices_counted(NEW.id) c;
  SELECT sum(weight) INTO eligible FROM councils_rollentry WHERE ballot_id = NEW.id;
  chose := cast_ > blank AND councils_reaches(cast_, NEW.quorum, eligible, false)
    AND (NEW.rule IN ('median', 'independent_markets') OR coalesce(jsonb_array_length(NEW.result -> 'winners'), 0) > 0
      OR NEW.rule NOT IN ('equal_shares', 'greedy'));
  truth := jsonb_build_object('eligible', eligible, 'cast', cast_, 'blank', blank, 'outcome',
    CASE WHEN chose THEN 'carried' ELSE 'lost' END);
  IF (NEW.result @> truth) IS NOT TRUE OR (NOT chose AND coalesce(NEW.result -> 'winners', '[]') <> '[]')
     OR EXISTS (SELECT 1 FROM jsonb_array_elements_text(coalesce(NEW.result -> 'winners', '[]')) w(code)
        WHERE NOT EXISTS (SELECT 1 FROM councils_option o WHERE o.ballot_id = NEW.id AND o.code = w.code)) THEN
    RAISE EXCEPTION 'The votes of ballot % make %; its result says otherwise.', NEW.public_id, truth
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_tells_its_count';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ballot_tells_its_choices BEFORE UPDATE ON councils_ballot FOR EACH ROW
  WHEN (NEW.state = 'closed' AND OLD.state <> 'closed' AND NEW.motion_id IS NOT NULL AND NEW.rule NOT LIKE 'majority%')
  EXECUTE FUNCTION ballot_tells_its_choices();
"""

# Nobody lost a vote among options as such: anybody on its roll may report beside the result.
MINORITY_BEFORE = import_module("councils.migrations.0019_minority_guards").SIGNATURES
MINORITY_BEFORE = MINORITY_BEFORE[: MINORITY_BEFORE.index("CREATE TRIGGER minority_is_the_minority")]
MINORITY = MINORITY_BEFORE.replace(
    "ballot.secrecy = 'secret' OR EXISTS",
    "ballot.secrecy = 'secret' OR ballot.rule NOT LIKE 'majority%' OR EXISTS",
)

DROP = """
DROP TRIGGER ballot_tells_its_choices ON councils_ballot;
DROP FUNCTION ballot_tells_its_choices(), councils_choices_counted(bigint);
DROP TRIGGER ballot_asks_as_moved ON councils_ballot;
DROP FUNCTION ballot_asks_as_moved();
"""
DROP_LAST = """
DROP FUNCTION councils_choice_fault(bigint, jsonb), councils_amounts_fault(bigint, text, jsonb, jsonb);
"""


def replaced(*parts: str) -> str:
    """Return definitions of functions that exist already as ones that replace them."""
    joined = "".join(parts)
    return joined.replace("CREATE OR REPLACE FUNCTION", "CREATE FUNCTION").replace(
        "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
    )


AFTER = WHOLE + replaced(PAPER, VOTE, JOURNAL, WORDS, WORDING, OPENED, MINORITY) + ASKED + COUNTED
BEFORE = (
    DROP
    + replaced(
        WHOLE_BEFORE, PAPER_BEFORE, VOTE_BEFORE, JOURNAL_BEFORE, WORDS_BEFORE, WORDING_BEFORE, SECRET.AS_OPENED,
        MINORITY_BEFORE,
    )
    + DROP_LAST
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("councils", "0025_choices")]

    operations = [migrations.RunSQL(AFTER, BEFORE)]
