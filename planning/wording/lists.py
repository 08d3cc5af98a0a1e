"""Lists and names inside a sentence."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LONGEST = 60  # characters of a name in a title
LISTED = 40  # and of one of several


def join(items: Sequence[str]) -> str:
    """Return “a”, “a and b”, “a, b and c”."""
    if len(items) < 2:
        return "".join(items)
    return _("%(first)s and %(last)s") % {"first": ", ".join(items[:-1]), "last": items[-1]}


def join_some(items: Sequence[str], total: int) -> str:
    """Return the items, and how many more there are: “a, b and 41 more”."""
    rest = total - len(items)
    if rest <= 0:
        return join(items)
    more = ngettext("%(count)s more", "%(count)s more", rest) % {"count": f"{rest}"}
    return _("%(first)s and %(last)s") % {"first": ", ".join(items), "last": more}


def in_sentence(name: str, longest: int = LONGEST) -> str:
    """Return a name as it stands inside a sentence: no capital, and cut at a natural place if it is long.

    An abbreviation (“IT services”) or a word with an inner capital keeps its letters.
    """
    short = name.strip()
    if len(short) > longest:
        short = _cut(short, longest)
    first = short.split(" ", 1)[0]
    if first[1:] != first[1:].lower() or len(first) == 1:
        return short
    return short[:1].lower() + short[1:]


def in_list(name: str) -> str:
    """Return a name as it stands in a list, where a comma of its own would part it from itself.

    “Articles of cement, plaster and the like” is articles of cement; “Rice, wheat and other cereals”, whose
    first part is a word that may be an adjective, keeps its parts behind strokes.
    """
    head, comma, _rest = name.partition(",")
    if not comma:
        return in_sentence(name, LISTED)
    if " " in head.strip():
        return in_sentence(head, LISTED)
    return in_sentence(re.sub(r"\s*,\s*(and |e )?| and | e ", "/", name), 44)


def name_some(names: Sequence[str], total: int, room: int = 64) -> str:
    """Return as many of the names as fit into a title, at least one, and how many more there are."""
    shown, used = [in_list(names[0])] if names else [], len(in_list(names[0])) if names else 0
    for name in map(in_list, names[1:]):
        used += len(name)
        if used > room:
            break
        shown.append(name)
    return join_some(shown, total)


def _cut(name: str, longest: int) -> str:
    """Cut at a bracket, else at the last comma or conjunction that fits, else at the last word that fits."""
    name = re.split(r"\s*[(;:]", name, maxsplit=1)[0]
    if len(name) <= longest:
        return name
    head = name[: longest + 1]
    natural = max((m.start() for m in re.finditer(r",| and | e | of | de | for | para ", head)), default=0)
    if natural >= longest // 3:
        return head[:natural].rstrip(" ,")
    return head.rsplit(" ", 1)[0].rstrip(" ,")


def capital(sentence: str) -> str:
    """Return the sentence with a capital first letter, the rest as it is."""
    return sentence[:1].upper() + sentence[1:]
