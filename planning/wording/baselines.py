"""What a baseline lacks, in words, while it can still be corrected."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from planning.wording.lists import join_some


def warnings(
    *, no_demand: bool, unused: int, unused_names: Sequence[str], idle: int, idle_names: Sequence[str]
) -> list[str]:
    """Return a sentence for each gap: what is missing, what would follow, what to do."""
    found = []
    if no_demand:
        found.append(
            _(
                "No community, region or customer outside wants to use anything: the iteration could only shrink "
                "what is made to nothing. Enter final uses first."
            )
        )
    elif unused:
        found.append(
            ngettext(
                "Nobody uses %(names)s: it has neither a final use nor anyone who needs it, so whatever is made of it "
                "is a glut.",
                "Nobody uses %(names)s: they have neither a final use nor anyone who needs them, so whatever is made "
                "of them is a glut.",
                unused,
            )
            % {"names": join_some(unused_names, unused)}
        )
    if idle:
        found.append(
            ngettext(
                "%(names)s has not stated what it makes; without a line it can propose nothing this year.",
                "%(names)s have not stated what they make; without a line they can propose nothing this year.",
                idle,
            )
            % {"names": join_some(idle_names, idle)}
        )
    return found
