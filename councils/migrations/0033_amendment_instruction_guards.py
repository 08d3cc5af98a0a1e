"""What the database holds to in instructions on amendments: in time, to the motion they change, and followed."""

from importlib import import_module

from django.db import migrations

INSTRUCTIONS = import_module("councils.migrations.0009_instruction_guards").INSTRUCTIONS
PROPER_BEFORE = INSTRUCTIONS[: INSTRUCTIONS.index("CREATE TRIGGER instruction_is_proper")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
PROPER = (
    PROPER_BEFORE.replace(
        "NEW.motion_id, NEW.subject_kind", "NEW.motion_id, NEW.amendment_id, NEW.subject_kind"
    )
    .replace("OLD.motion_id, OLD.subject_kind", "OLD.motion_id, OLD.amendment_id, OLD.subject_kind")
    .replace(
        "target.state NOT IN ('moved', 'voting') THEN",
        "target.state NOT IN ('moved', 'voting')\n"
        "         OR NEW.amendment_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM councils_amendment\n"
        "            WHERE id = NEW.amendment_id AND motion_id = NEW.motion_id"
        " AND state IN ('proposed', 'voting')) THEN",
    )
)
GUARD = import_module("councils.migrations.0027_vote_guard").GUARD
VOTE_BEFORE = GUARD[GUARD.index("CREATE OR REPLACE FUNCTION vote_is_proper") :]
VOTE = (
    VOTE_BEFORE.replace("b.council_id, b.motion_id,", "b.council_id, b.motion_id, b.amendment_id,")
    .replace(
        "FROM councils_instruction i JOIN councils_motion m ON",
        "FROM councils_instruction i LEFT JOIN councils_motion m ON",
    )
    .replace(
        "i.state = 'in_force' AND (i.motion_id = m.id OR",
        "i.state = 'in_force' AND (i.amendment_id = seen.amendment_id\n"
        "     OR i.amendment_id IS NULL AND i.motion_id = m.id OR",
    )
)


class Migration(migrations.Migration):
    dependencies = [("councils", "0032_amendment_instructions")]

    operations = [migrations.RunSQL(PROPER + VOTE, PROPER_BEFORE + VOTE_BEFORE)]
