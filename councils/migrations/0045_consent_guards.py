"""What the database holds to in consent: by name, an objection with its reason and no other, none of them overruled."""

from importlib import import_module

from django.db import migrations

amended = import_module("councils.migrations.0040_amended_question_guards")
choices = import_module("councils.migrations.0026_choice_guards")
outcomes = import_module("councils.migrations.0007_true_outcomes")
changed, part, replaced = amended.changed, amended.part, choices.replaced

ONE_ANSWER = """
CREATE FUNCTION councils_asks_for_one(rule text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT rule LIKE 'majority%' OR rule = 'consent'
$$;
"""
WORDS = changed(
    amended.WORDS,
    ("NEW.number, NEW.layer", "NEW.number, NEW.by_consent, NEW.layer"),
    ("OLD.number, OLD.layer", "OLD.number, OLD.by_consent, OLD.layer"),
)
OPENED = changed(
    choices.OPENED,
    ("NEW.state = 'open' AND NEW.rule LIKE 'majority%'", "NEW.state = 'open' AND councils_asks_for_one(NEW.rule)"),
    (
        "NEW.state = 'open' AND NEW.rule NOT LIKE 'majority%'",
        "NEW.state = 'open' AND NOT councils_asks_for_one(NEW.rule)",
    ),
)
VOTE_BEFORE = import_module("councils.migrations.0033_amendment_instruction_guards").VOTE
VOTE = changed(
    VOTE_BEFORE,
    (
        "  IF TG_OP = 'INSERT' AND NEW.revision <> 1 OR",
        """  IF (NEW.reason <> '') IS DISTINCT FROM (seen.rule = 'consent' AND seen.effect = 'no') THEN
    RAISE EXCEPTION 'Where consent decides, an objection has a reason; no other vote has one.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_objects_with_a_reason';
  END IF;
  IF TG_OP = 'INSERT' AND NEW.revision <> 1 OR""",
    ),
)
JOURNAL = changed(
    choices.JOURNAL,
    ("(roll_entry_id, option_id, choice, cast_by_id", "(roll_entry_id, option_id, choice, reason, cast_by_id"),
    ("NEW.option_id, NEW.choice, NEW.cast_by_id", "NEW.option_id, NEW.choice, NEW.reason, NEW.cast_by_id"),
)
OUTCOME_BEFORE = part(outcomes.OUTCOMES, "CREATE FUNCTION councils_outcome", "CREATE FUNCTION ballot_tells_its_count")
OUTCOME = changed(
    OUTCOME_BEFORE,
    (
        "    AND councils_reaches(yes, params ->> 'threshold',",
        "    AND CASE rule WHEN 'consent' THEN no = 0 ELSE councils_reaches(yes, params ->> 'threshold',",
    ),
    ("(params ->> 'strict')::boolean)\n", "(params ->> 'strict')::boolean) END\n"),
)
TELLS_BEFORE = import_module("councils.migrations.0037_parts_guards").TELLS
TELLS = changed(
    TELLS_BEFORE,
    (
        "  IF (NEW.result @> truth) IS NOT TRUE THEN",
        """  IF NEW.rule = 'consent' THEN
    SELECT coalesce(jsonb_agg(jsonb_build_object('number', r.number, 'name', r.name, 'reason', v.reason)
             ORDER BY r.number), '[]') INTO objections
      FROM councils_namedvote v JOIN councils_rollentry r ON r.id = v.roll_entry_id
      JOIN councils_option o ON o.id = v.option_id WHERE r.ballot_id = NEW.id AND o.effect = 'no';
    truth := truth || jsonb_build_object('objections', objections);
  END IF;
  IF (NEW.result @> truth) IS NOT TRUE OR (NEW.result -> 'objections') IS DISTINCT FROM objections THEN""",
    ),
    ("truth jsonb; parts jsonb;", "truth jsonb; objections jsonb; parts jsonb;"),
)
MINORITY = changed(
    choices.MINORITY,
    ("ballot.rule NOT LIKE 'majority%'", "NOT councils_asks_for_one(ballot.rule)"),
    (
        "WHEN 'carried' THEN 'no' ELSE",
        "WHEN 'carried' THEN CASE ballot.rule WHEN 'consent' THEN 'abstain' ELSE 'no' END ELSE",
    ),
)


def counting(one: str, several: str) -> str:
    """Return the triggers that compare a result with the votes, by the condition for one answer and for several."""
    closed = "NEW.state = 'closed' AND OLD.state <> 'closed'"
    return f"""
DROP TRIGGER ballot_tells_its_count ON councils_ballot;
DROP TRIGGER ballot_tells_its_choices ON councils_ballot;
DROP TRIGGER ballot_tells_who_won ON councils_ballot;
CREATE TRIGGER ballot_tells_its_count BEFORE UPDATE ON councils_ballot FOR EACH ROW
  WHEN ({closed} AND {one}) EXECUTE FUNCTION ballot_tells_its_count();
CREATE TRIGGER ballot_tells_its_choices BEFORE UPDATE ON councils_ballot FOR EACH ROW
  WHEN ({closed} AND NEW.motion_id IS NOT NULL AND {several}) EXECUTE FUNCTION ballot_tells_its_choices();
CREATE TRIGGER ballot_tells_who_won BEFORE UPDATE ON councils_ballot FOR EACH ROW
  WHEN ({closed} AND NEW.motion_id IS NOT NULL AND {several} AND NEW.result ->> 'outcome' = 'carried')
  EXECUTE FUNCTION ballot_tells_who_won();
"""


BY_NAME = """
CREATE FUNCTION ballot_by_consent_as_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.rule = 'consent') IS DISTINCT FROM
     coalesce((SELECT by_consent FROM councils_motion WHERE id = NEW.motion_id), false) THEN
    RAISE EXCEPTION 'Ballot % is by consent, or its motion is, but not both.', NEW.public_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_by_consent_as_moved';
  END IF;
  IF NEW.rule = 'consent' AND (NEW.secrecy <> 'named' OR EXISTS (SELECT 1 FROM councils_option
      WHERE ballot_id = NEW.id GROUP BY effect HAVING effect NOT IN ('yes', 'no', 'abstain') OR count(*) > 1)) THEN
    RAISE EXCEPTION 'Ballot % is by consent, so it is by name, with one answer of a kind.', NEW.public_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_by_consent_is_named';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ballot_by_consent_as_moved BEFORE UPDATE ON councils_ballot FOR EACH ROW
  WHEN (NEW.state = 'open' AND OLD.state = 'draft') EXECUTE FUNCTION ballot_by_consent_as_moved();
"""
DROP = """
DROP TRIGGER ballot_by_consent_as_moved ON councils_ballot;
DROP FUNCTION ballot_by_consent_as_moved();
DROP FUNCTION councils_asks_for_one(text);
"""
AFTER = ONE_ANSWER + replaced(WORDS, OPENED, VOTE, JOURNAL, OUTCOME, TELLS, MINORITY) + BY_NAME
BEFORE = replaced(
    amended.WORDS, choices.OPENED, VOTE_BEFORE, choices.JOURNAL, OUTCOME_BEFORE, TELLS_BEFORE, choices.MINORITY
)


class Migration(migrations.Migration):
    dependencies = [("councils", "0044_consent")]

    operations = [
        migrations.RunSQL(
            AFTER + counting("councils_asks_for_one(NEW.rule)", "NOT councils_asks_for_one(NEW.rule)"),
            BEFORE + counting("NEW.rule LIKE 'majority%'", "NEW.rule NOT LIKE 'majority%'") + DROP,
        )
    ]
