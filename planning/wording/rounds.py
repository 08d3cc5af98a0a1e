"""What a round's pages say: the state as a title, then what it means."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from planning.wording.lists import capital, name_some
from workplaces.presentation import figures

NAMED = 3  # products named in a title


@dataclass(frozen=True)
class Standing:
    """What a title is made of. ``state`` is the round's; ``run`` the state of the run shown, or empty."""

    number: int
    state: str
    run: str = ""
    short: int = 0
    glut: int = 0
    products: int = 0
    short_names: Sequence[str] = ()
    glut_names: Sequence[str] = ()
    tolerance: float = 0.01
    answers: int = 0
    waiting: int = 0


def title(s: Standing) -> str:
    """Return the sentence that is the answer to “how does the round stand?”."""
    return _("Round %(number)s: %(state)s") % {"number": s.number, "state": _state(s)}


def _state(s: Standing) -> str:
    if s.run in {"queued", "running"}:
        return _("waiting for a worker to start computing") if s.run == "queued" else _("being computed")
    if s.run == "failed":
        return _("the iteration failed")
    if s.run == "cancelled":
        return _("the iteration was cancelled")
    if not s.run:
        return _("the proposals are in, nothing has been computed yet")
    return _out_of_balance(s)


def _out_of_balance(s: Standing) -> str:
    if not s.short and not s.glut:
        return _("everything adds up")
    if s.short:
        names = name_some(s.short_names[:NAMED], s.short)
        if s.number > 1:
            return ngettext("%(names)s is still short", "%(names)s are still short", s.short) % {
                "names": names
            }
        return ngettext("%(names)s is short", "%(names)s are short", s.short) % {"names": names}
    names = name_some(s.glut_names[:NAMED], s.glut)
    return _("there is too much of %(names)s") % {"names": names}


@dataclass(frozen=True)
class Computed:
    """What a finished run found: counts of products and workplaces, worst imbalances as fractions."""

    out: int
    products: int
    tolerance: float
    worst_after: float
    asked: int
    workplaces: int
    gaps: int
    caps_exceeded: int = 0


def lead(number: int, c: Computed) -> str:
    """Return what is out of balance and what the computed plan would do about it."""
    return " ".join(part for part in (_found(number, c), _does(c), _remains(c)) if part)


def _found(number: int, c: Computed) -> str:
    lang = get_language()
    values = {
        "out": figures.number(c.out, lang),
        "products": figures.number(c.products, lang),
        "tolerance": figures.percent(c.tolerance, lang),
        "before": number - 1,
    }
    if not c.out:
        if number == 1:
            return (
                _("All %(products)s products are within %(tolerance)s of balance as they were proposed.")
                % values
            )
        return (
            _(
                "After round %(before)s's answers all %(products)s products are within %(tolerance)s of balance."
            )
            % values
        )
    if number == 1:
        return (
            ngettext(
                "As proposed, %(out)s of %(products)s products is more than %(tolerance)s out of balance.",
                "As proposed, %(out)s of %(products)s products are more than %(tolerance)s out of balance.",
                c.out,
            )
            % values
        )
    return (
        ngettext(
            "After round %(before)s's answers %(out)s of %(products)s products is more than %(tolerance)s out of balance.",
            "After round %(before)s's answers %(out)s of %(products)s products are more than %(tolerance)s out of balance.",
            c.out,
        )
        % values
    )


def _does(c: Computed) -> str:
    lang = get_language()
    values = {"asked": figures.number(c.asked, lang), "workplaces": figures.number(c.workplaces, lang)}
    if not c.asked:
        return (
            _("The computed plan stays inside what every assembly pre-approved; nobody is asked.")
            if c.out
            else ""
        )
    if c.gaps:
        return (
            ngettext(
                "The computed plan asks %(asked)s of %(workplaces)s workplaces "
                "to move beyond what its assembly pre-approved.",
                "The computed plan asks %(asked)s of %(workplaces)s workplaces "
                "to move beyond what their assemblies pre-approved.",
                c.asked,
            )
            % values
        )
    return (
        ngettext(
            "The computed plan closes all gaps by asking %(asked)s of %(workplaces)s workplaces "
            "to move beyond what its assembly pre-approved.",
            "The computed plan closes all gaps by asking %(asked)s of %(workplaces)s workplaces "
            "to move beyond what their assemblies pre-approved.",
            c.asked,
        )
        % values
    )


def _remains(c: Computed) -> str:
    lang = get_language()
    parts = []
    if c.gaps and c.worst_after > c.tolerance:
        parts.append(
            _(
                "Even then %(worst)s would stay open at worst: no change that people's bounds permit closes it."
            )
            % {"worst": figures.percent(c.worst_after, lang)}
        )
    if c.caps_exceeded:
        parts.append(
            ngettext(
                "%(count)s resource cap is exceeded by the proposals; such a plan can never close.",
                "%(count)s resource caps are exceeded by the proposals; such a plan can never close.",
                c.caps_exceeded,
            )
            % {"count": figures.number(c.caps_exceeded, lang)}
        )
    return " ".join(parts)


def help_text(*, is_short: bool, workplaces: int, region: str, regions: int, premium: float = 0.0) -> str:
    """Return who could help a product: “41 workplaces, Sul”, “12 workplaces, mostly Sul”.

    A premium of the other sign says that the whole plan turns the imbalance round: what is short as proposed is
    needed less than it is made once its users move, and the other way about.
    """
    lang = get_language()
    if is_short and premium < 0:
        return _("in the computed plan its users need less: a glut")
    if not is_short and premium > 0:
        return _("in the computed plan its users need more")
    if not workplaces:
        return _("nobody has room") if is_short else _("nobody can make less")
    values = {"count": figures.number(workplaces, lang), "region": region}
    if is_short:
        what = ngettext("%(count)s workplace", "%(count)s workplaces", workplaces) % values
    else:
        what = ngettext("%(count)s can make less", "%(count)s can make less", workplaces) % values
    where = _("mostly %(region)s") % values if regions > 1 else region
    return f"{what}, {where}" if where else what


def precision(residual: float) -> str:
    """Return a relative residual as people write it: 4·10⁻¹⁵."""
    if residual <= 0:
        return "0"
    mantissa, exponent = f"{residual:.0e}".split("e")
    power = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa}·10{power}"


def verdict(*, gaps: int, gaps_at_bounds: bool) -> str:
    """Return the certificate in a sentence."""
    if not gaps:
        return _("Nothing remains short or in glut, and no smaller change would do.")
    if gaps_at_bounds:
        return ngettext(
            "%(count)s gap remains; no permitted change would close it further.",
            "%(count)s gaps remain; no permitted change would close them further.",
            gaps,
        ) % {"count": figures.number(gaps, get_language())}
    return ngettext(
        "%(count)s gap remains where closing it further would cost more than its agreed price.",
        "%(count)s gaps remain where closing them further would cost more than their agreed price.",
        gaps,
    ) % {"count": figures.number(gaps, get_language())}


def product_title(name: str, needed: float, offered: float, tolerance: float) -> str:
    """Return how a product stands: “Steel is 3.5 % short”."""
    gross = max(needed, offered)
    share = (offered - needed) / gross if gross else 0.0
    values = {"name": capital(name), "share": figures.percent(abs(share), get_language())}
    if abs(share) <= 1e-6:
        return _("%(name)s: need and offer are equal") % values
    if abs(share) <= tolerance:
        if share < 0:
            return _("%(name)s: %(share)s short, within the tolerance") % values
        return _("%(name)s: %(share)s too much, within the tolerance") % values
    if share < 0:
        return _("%(name)s: %(share)s short") % values
    return _("%(name)s: %(share)s too much") % values


def product_lead(*, is_short: bool, asked: int, moving: int, after: float, missing: str) -> str:
    """Return what the computed plan does about a product; ``missing`` is the gap as a quantity with unit."""
    lang = get_language()
    gap = (
        _("%(missing)s are missing.") % {"missing": missing}
        if is_short
        else _("%(missing)s would be left over.") % {"missing": missing}
    )
    if not moving:
        return gap
    values = {
        "moving": figures.number(moving, lang),
        "asked": figures.number(asked, lang),
        "after": figures.percent(abs(after), lang),
    }
    text = (
        ngettext(
            "The computed plan moves %(moving)s line of it, %(asked)s of them beyond its band;",
            "The computed plan moves %(moving)s lines of it, %(asked)s of them beyond their band;",
            moving,
        )
        % values
    )
    rest = _("then nothing is missing.") if abs(after) < 1e-6 else _("then %(after)s stay open.") % values
    return f"{gap} {text} {rest}"


def changes_title(total: int, *, waiting: bool, asked: bool) -> str:
    """Return how many lines a list of changes holds."""
    values = {"total": figures.number(total, get_language())}
    if waiting:
        if not total:
            return _("Everybody who was asked has answered")
        return (
            ngettext("%(total)s line waits for an answer", "%(total)s lines wait for an answer", total)
            % values
        )
    if asked:
        if not total:
            return _("Nobody is asked to go beyond their band")
        return (
            ngettext(
                "%(total)s line is asked to move beyond its band",
                "%(total)s lines are asked to move beyond their band",
                total,
            )
            % values
        )
    if not total:
        return _("No change is suggested")
    return ngettext("%(total)s change is suggested", "%(total)s changes are suggested", total) % values
