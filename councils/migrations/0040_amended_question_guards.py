"""What the database holds to in amendments of questions with options: they are words like the others, by the same rule."""

from importlib import import_module

from django.db import migrations

AMENDED = import_module("councils.migrations.0015_amendment_guards")
CHOICES = import_module("councils.migrations.0026_choice_guards")


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """Return a definition with each text replaced, which it holds once."""
    for old, new in pairs:
        if text.count(old) != 1:
            raise ValueError(f"This is not there once: {old}")
        text = text.replace(old, new)
    return text


def part(text: str, begin: str, end: str) -> str:
    """Return what stands from one text to another."""
    return text[text.index(begin) : text.index(end)]


PROPER_BEFORE = part(AMENDED.AMENDMENTS, "CREATE FUNCTION amendment_is_proper", "CREATE TRIGGER")
PROPER = changed(
    PROPER_BEFORE,
    (
        "(NEW.title, NEW.text, NEW.base) IS DISTINCT FROM (OLD.title, OLD.text, OLD.base)",
        "(NEW.title, NEW.text, NEW.asks, NEW.base) IS DISTINCT FROM (OLD.title, OLD.text, OLD.asks, OLD.base)",
    ),
)
WORDS_BEFORE = CHOICES.WORDS
WORDS = changed(
    WORDS_BEFORE,
    ("NEW.number, NEW.asks, NEW.layer", "NEW.number, NEW.layer"),
    ("OLD.number, OLD.asks, OLD.layer", "OLD.number, OLD.layer"),
    (
        "(NEW.title, NEW.text, NEW.version) IS NOT DISTINCT FROM (OLD.title, OLD.text, OLD.version)",
        "(NEW.title, NEW.text, NEW.asks, NEW.version)\n"
        "       IS NOT DISTINCT FROM (OLD.title, OLD.text, OLD.asks, OLD.version)",
    ),
    ("(a.title, a.text) = (NEW.title, NEW.text)", "(a.title, a.text, a.asks) = (NEW.title, NEW.text, NEW.asks)"),
)
KEPT_BEFORE = part(AMENDED.MOTIONS, "CREATE FUNCTION motion_version_kept", "CREATE TRIGGER motion_version_first")
KEPT = KEPT_BEFORE.replace("title, text, amendment_id", "title, text, asks, amendment_id").replace(
    "NEW.title, NEW.text,", "NEW.title, NEW.text, NEW.asks,"
)
WORDING_BEFORE = CHOICES.WORDING
WORDING = changed(
    WORDING_BEFORE,
    (
        "SELECT a.title || E'\\n\\n' || a.text INTO words FROM",
        "SELECT a.title || E'\\n\\n' || a.text, a.asks INTO words, asked FROM",
    ),
)
ALIKE = """
CREATE FUNCTION amendment_asks_alike() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked text;
BEGIN
  SELECT asks INTO asked FROM councils_motion WHERE id = NEW.motion_id;
  IF (NEW.asks = '') <> (asked = '')
     OR NEW.asks <> '' AND (NEW.asks::jsonb ->> 'rule') IS DISTINCT FROM (asked::jsonb ->> 'rule') THEN
    RAISE EXCEPTION 'An amendment does not change how a question is counted.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'amendment_asks_alike';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER amendment_asks_alike BEFORE INSERT OR UPDATE ON councils_amendment
  FOR EACH ROW EXECUTE FUNCTION amendment_asks_alike();
"""
DROP = """
DROP TRIGGER amendment_asks_alike ON councils_amendment;
DROP FUNCTION amendment_asks_alike();
"""


class Migration(migrations.Migration):
    dependencies = [("councils", "0039_amended_questions")]

    operations = [
        migrations.RunSQL(
            CHOICES.replaced(PROPER, WORDS, KEPT, WORDING) + ALIKE,
            CHOICES.replaced(PROPER_BEFORE, WORDS_BEFORE, KEPT_BEFORE, WORDING_BEFORE) + DROP,
        )
    ]
