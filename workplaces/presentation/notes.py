"""What tables and demonstrations say of themselves, in the reader's language."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# Those whose makers know no translations: the readers of tables. A test holds them equal to what these write.
KNOWN: Final = (
    gettext_noop(
        "Synthetic, made by a seeded generator: the workplaces with their number, sizes, regions, names and forms; how "
        "techniques scatter around the table's (their output-weighted mean is the table's); capacities and import "
        "limits; the split of hours over occupations; floors and ceilings of demand; labour pools and resource caps."
    ),
    gettext_noop(
        "Also synthetic: all people and their names, who holds which mandate, the communities and how households' "
        "consumption is divided over them, which public body owns which workplace, the posts with their "
        "grades, training places, "
        "and how much room the cap on fossil fuels leaves; how much was burned is the table's own."
    ),
    gettext_noop("IBGE's jobs by activity, at 1840 hours a job and year (an assumption)"),
    gettext_noop("IBGE, estimates of the resident population on 1 July 2021"),
    gettext_noop("The table has no regions."),
)


def in_words(note: str) -> str:
    """Return the note with every known sentence translated, and a full stop at its end."""
    for sentence in KNOWN:
        note = note.replace(sentence, _(sentence))
    return note if not note or note.rstrip().endswith((".", "!", "?")) else f"{note.rstrip()}."
