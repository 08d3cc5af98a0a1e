"""Dividing a roll into the parts whose majority a vote needs besides, as it opens."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from councils.double_majorities import FROZEN, asked_on, frozen_rule, rule_for
from councils.models import Motion
from councils.selectors.parts import divided, parts_for
from councils.selectors.rolls import Right
from workplaces.errors import Refused

Divided = tuple[list[Right], dict[str, Any]]


def divided_rolls(
    motions: Sequence[Motion], rights: Mapping[int, list[Right]], now: datetime
) -> list[Divided]:
    """Return for each motion its council's rights with their parts, and what the ballot's params keep of it.

    ``rights`` are by council. Raises Refused where the charter asks for a majority of parts and nobody belongs to one.
    """
    asked = asked_on(now.date())
    rows = [
        None if motion.asks else rule_for(asked, motion.council.kind, motion.subject_kind)
        for motion in motions
    ]
    ways = {
        division: parts_for(
            (
                right
                for motion, row in zip(motions, rows, strict=True)
                if row and row["parts"] == division
                for right in rights[motion.council_id]
            ),
            division,
            now.date(),
        )
        for division in {row["parts"] for row in rows if row}
    }
    found: list[Divided] = []
    for motion, row in zip(motions, rows, strict=True):
        listed = rights[motion.council_id]
        if row is None:
            found.append((listed, {}))
            continue
        told, roll = divided(motion.council, listed, ways[row["parts"]])
        if not roll:
            raise _nobody(motion)
        found.append((told, {FROZEN: frozen_rule(row, roll)}))
    return found


def _nobody(motion: Motion) -> Refused:
    sentence = _(
        "The charter asks for a majority of parts in this vote, and nobody on the roll of %(council)s belongs to one. "
        "Fill its seats, or change the charter."
    )
    return Refused(sentence % {"council": motion.council.label})
