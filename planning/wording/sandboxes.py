"""What the pages of sandboxes and comparisons say."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from planning.selectors.comparing import Totals
from planning.selectors.sandbox_figures import Figure
from planning.wording.lists import in_sentence
from workplaces.presentation import figures


@dataclass(frozen=True)
class Changed:
    """A change as people read it; ``share`` is the difference as a fraction of the old figure, if it had one."""

    number: int
    name: str
    old: str
    new: str
    share: float | None


def changed(number: int, figure: Figure, new: float) -> Changed:
    """Return a change with its figures at one scale."""
    lang = get_language()
    if figure.old is None:
        return Changed(number, figure.name, _("no limit"), figures.quantity(new, figure.unit, lang), None)
    if " " in figure.unit or max(abs(figure.old), abs(new)) < 1:
        old, tried = (
            f"{figures.number(value, lang, digits=figures.decimals(value))} {figure.unit}"
            for value in (figure.old, new)
        )
    else:
        old, tried = figures.quantity_pair(figure.old, new, figure.unit, lang)
    return Changed(number, figure.name, old, tried, new / figure.old - 1 if figure.old else None)


def title(name: str, changes: int, result: Totals | None, tolerance: float) -> str:
    """Return what a sandbox says so far, in a sentence."""
    values = {"name": name, "changes": changes}
    if not changes:
        return _("“%(name)s”: no figure is changed yet") % values
    if result is None:
        return ngettext(
            "“%(name)s” changes %(changes)s figure; what that does is not computed yet",
            "“%(name)s” changes %(changes)s figures; what that does is not computed yet",
            changes,
        ) % values  # fmt: skip
    lang = get_language()
    if result.worst_short > tolerance:
        values |= {
            "product": in_sentence(result.short_name),
            "share": figures.percent(result.worst_short, lang),
        }
        return ngettext(
            "“%(name)s”: with %(changes)s figure changed, %(product)s is %(share)s short",
            "“%(name)s”: with %(changes)s figures changed, %(product)s is %(share)s short",
            changes,
        ) % values  # fmt: skip
    return ngettext(
        "“%(name)s”: with %(changes)s figure changed, nothing is short",
        "“%(name)s”: with %(changes)s figures changed, nothing is short",
        changes,
    ) % values  # fmt: skip


def motion_text(
    name: str, parent: str, changes: Sequence[Changed], result: Totals | None, digest: str, address: str
) -> str:
    """Return a motion's text made from the list of changes."""
    lang = get_language()
    lines = [_("We propose to plan with these figures, compared with %(parent)s:") % {"parent": parent}, ""]
    for change in changes:
        share = f" ({figures.change(change.share, lang)})" if change.share is not None else ""
        lines.append(f"- {change.name}: {change.old} → {change.new}{share}")
    lines.append("")
    if result is not None:
        lines += [_outcome(result, lang), ""]
    lines.append(
        _("The figures are frozen in the sandbox “%(name)s”: %(address)s")
        % {"name": name, "address": address}
    )
    lines.append(_("Digest of its figures (SHA-256): %(digest)s") % {"digest": digest})
    return "\n".join(lines)


def _outcome(result: Totals, lang: str) -> str:
    values = {
        "short": figures.number(result.short, lang),
        "glut": figures.number(result.glut, lang),
        "asked": figures.number(result.asked, lang),
        "product": result.short_name,
        "share": figures.percent(result.worst_short, lang),
    }
    if result.short_name:
        return (
            _(
                "What comes out: products short: %(short)s, most of all %(product)s (%(share)s); products in glut: %(glut)s; "
                "workplaces that would be asked to change: %(asked)s."
            )
            % values
        )
    return (
        _(
            "What comes out: nothing short; products in glut: %(glut)s; workplaces that would be asked to change: %(asked)s."
        )
        % values
    )


def matrix_title(shown: str, regions: int, sectors: int) -> str:
    """Return what the matrix shows, and of how many pairs."""
    lang = get_language()
    return _("%(shown)s by region (%(regions)s) and sector (%(sectors)s)") % {
        "shown": shown,
        "regions": figures.number(regions, lang),
        "sectors": figures.number(sectors, lang),
    }
