"""What the database holds to in questions with options from petitions and agendas: the vote asks what was asked there."""

from importlib import import_module

from django.db import migrations

amended = import_module("councils.migrations.0040_amended_question_guards")
replaced = import_module("councils.migrations.0026_choice_guards").replaced

PETITION_BEFORE = amended.part(
    import_module("councils.migrations.0011_petition_guards").PETITIONS,
    "CREATE FUNCTION petition_is_proper",
    "CREATE TRIGGER petition_is_proper",
)
PETITION = amended.changed(
    PETITION_BEFORE,
    ("NEW.title, NEW.text, NEW.secrecy", "NEW.title, NEW.text, NEW.asks, NEW.secrecy"),
    ("OLD.title, OLD.text, OLD.secrecy", "OLD.title, OLD.text, OLD.asks, OLD.secrecy"),
    ("m.council_id = NEW.council_id\n", "m.council_id = NEW.council_id AND m.asks = NEW.asks\n"),
)
ITEM_BEFORE = amended.part(
    import_module("councils.migrations.0013_meeting_guards").ITEMS,
    "CREATE FUNCTION agenda_item_is_proper",
    "CREATE TRIGGER agenda_item_is_proper",
)
ITEM = amended.changed(
    ITEM_BEFORE,
    ("NEW.title, NEW.text, NEW.link", "NEW.title, NEW.text, NEW.asks, NEW.link"),
    ("OLD.title, OLD.text, OLD.link", "OLD.title, OLD.text, OLD.asks, OLD.link"),
    (
        "('under_way', 'waiting'), ('objected', 'voted'))))",
        "('under_way', 'waiting'), ('objected', 'voted'))\n"
        "       OR NEW.kind = 'question' AND (OLD.state, NEW.state) IN (('waiting', 'voted'), ('under_way', 'voted'))))",
    ),
    (
        "AND (OLD.state, NEW.state) <> ('objected', 'voted') THEN",
        "AND (NEW.state <> 'voted' OR OLD.state = 'voted') THEN",
    ),
    ("m.text = NEW.text AND", "m.text = NEW.text AND m.asks = NEW.asks AND"),
)


class Migration(migrations.Migration):
    dependencies = [("councils", "0041_asked_by_petitions_and_meetings")]

    operations = [migrations.RunSQL(replaced(PETITION, ITEM), replaced(PETITION_BEFORE, ITEM_BEFORE))]
