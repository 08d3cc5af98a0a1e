"""``region:NE=20%``: what drops out, by kind and code, and which columns and rows that means."""

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from planning.engine.problem import RowKind
from planning.engine.shocks import Shock
from planning.runner.stress.subjects import Label, Labels, Subject
from workplaces.errors import Invalid

Mask = NDArray[np.bool_]
FORM = re.compile(r"(?P<kind>[a-z-]+):(?P<code>.+)=(?P<share>[^=]*)")
LISTED = 12  # names shown where one is not known


@dataclass(frozen=True)
class Drop:
    """``share`` (0 to 1) of what ``kind`` ``code`` contributes to the plan drops out."""

    kind: str
    code: str
    share: float

    def __str__(self) -> str:
        """As on the command line."""
        return f"{self.kind}:{self.code}={100 * self.share:g}%"


def parse(text: str) -> Drop:
    """Read ``KIND:CODE=SHARE%``. Raises Invalid with a sentence that says what is wrong with it."""
    form = FORM.fullmatch(text.strip())
    if form is None:
        raise Invalid(
            _("“%(text)s” is no drop; write KIND:CODE=SHARE%%, as in region:NE=20%%.") % {"text": text}
        )
    if form["kind"] not in KINDS:
        raise Invalid(
            _("“%(text)s”: %(kind)s cannot drop; what can is %(kinds)s.")
            % {"text": text, "kind": form["kind"], "kinds": ", ".join(KINDS)}
        )
    number = form["share"].strip().removesuffix("%").strip()
    try:
        percent = float(number)
    except ValueError:
        raise Invalid(
            _("“%(text)s”: “%(share)s” is not a percentage, as 20%% is one.")
            % {"text": text, "share": form["share"]}
        ) from None
    if not 0 < percent <= 100:
        raise Invalid(
            _("“%(text)s”: %(share)s must be above 0%% and at most 100%%.")
            % {"text": text, "share": form["share"]}
        )
    return Drop(form["kind"], form["code"].strip(), percent / 100)


def shock_of(subject: Subject, drops: Iterable[Drop]) -> Shock:
    """Return the shares that drop out of columns and rows; what is hit twice keeps the product of what is left.

    Raises Invalid for a code that the economy does not have, or that stands for nothing in the plan.
    """
    columns, rows = np.ones(subject.problem.n), np.ones(subject.problem.m)
    for drop in drops:
        hit, capped = KINDS[drop.kind](subject, drop)
        columns[hit] *= 1.0 - drop.share
        rows[capped] *= 1.0 - drop.share
    return Shock(1.0 - columns, 1.0 - rows)


def _region(subject: Subject, drop: Drop) -> tuple[Mask, Mask]:
    region = _find(subject.regions, drop)
    inside = [place for place in subject.regions if region in _around(subject, place)]
    return _lines(subject, np.isin(subject.state.lines["region_id"], inside), drop)


def _around(subject: Subject, place: int) -> list[int]:
    chain = [place]
    while chain[-1] in subject.parent:
        chain.append(subject.parent[chain[-1]])
    return chain


def _workplace(subject: Subject, drop: Drop) -> tuple[Mask, Mask]:
    workplace = _find(subject.workplaces, drop)
    return _lines(subject, subject.state.lines["workplace_id"] == workplace, drop)


def _product(subject: Subject, drop: Drop) -> tuple[Mask, Mask]:
    product = _find(subject.products, drop)
    return _lines(subject, subject.state.lines["product_id"] == product, drop)


def _product_import(subject: Subject, drop: Drop) -> tuple[Mask, Mask]:
    product, trade = _find(subject.products, drop), subject.state.trade
    imported = (trade["product_id"] == product) & (trade["import"] > 0) & (trade["world_price"] > 0)
    if not imported.any():
        raise Invalid(
            _("“%(drop)s”: %(product)s is not imported in this plan.")
            % {"drop": drop, "product": subject.products[product].name}
        )
    return _columns(subject, 2, imported), _no_rows(subject)


def _resource(subject: Subject, drop: Drop) -> tuple[Mask, Mask]:
    resource = _find(subject.resources, drop)
    capped = (subject.layout.row_kind == RowKind.RESOURCE) & (subject.layout.row_entity == resource)
    if not capped.any():
        raise Invalid(
            _("“%(drop)s”: %(resource)s has no cap that could drop.")
            % {"drop": drop, "resource": subject.resources[resource].name}
        )
    return _columns(subject, 0, np.zeros(0, np.bool_)), capped


KINDS: dict[str, Callable[[Subject, Drop], tuple[Mask, Mask]]] = {
    "region": _region,
    "workplace": _workplace,
    "product": _product,
    "product-import": _product_import,
    "resource": _resource,
}


def _lines(subject: Subject, chosen: Mask, drop: Drop) -> tuple[Mask, Mask]:
    if not chosen.any():
        raise Invalid(_("“%(drop)s”: nothing is made there, so nothing can drop out.") % {"drop": drop})
    return _columns(subject, 0, chosen), _no_rows(subject)


def _columns(subject: Subject, kind: int, chosen: Mask) -> Mask:
    """Put a mask over the columns of one kind into one over all."""
    mask = np.zeros(subject.problem.n, np.bool_)
    places = np.flatnonzero(subject.layout.column_kind == kind)
    mask[places[: len(chosen)]] = chosen
    return mask


def _no_rows(subject: Subject) -> Mask:
    return np.zeros(subject.problem.m, np.bool_)


def _find(labels: Labels, drop: Drop) -> int:
    """Return the entity with that code, or, where no code fits, that name."""
    codes = [entity for entity, label in labels.items() if _called(label, drop.code)]
    names = [entity for entity, label in labels.items() if label.name.casefold() == drop.code.casefold()]
    found = codes or names
    if len(found) == 1:
        return found[0]
    what = drop.kind.removesuffix("-import")
    if found:
        several = ", ".join(labels[entity].code for entity in found[:LISTED])
        raise Invalid(
            _("“%(drop)s”: several are called so; say which by its code: %(several)s.")
            % {"drop": drop, "several": several}
        )
    if not labels:
        raise Invalid(_("“%(drop)s”: this economy has no %(what)s at all.") % {"drop": drop, "what": what})
    raise Invalid(
        _("“%(drop)s”: there is no %(what)s “%(code)s” here. %(instead)s")
        % {"drop": drop, "what": what, "code": drop.code, "instead": _instead(labels, drop.code)}
    )


def _called(label: Label, code: str) -> bool:
    """Codes of regions may stand without their country's: NE for BR-NE."""
    return label.code.casefold() == code.casefold() or label.code.casefold().endswith(f"-{code.casefold()}")


def _instead(labels: Labels, code: str) -> str:
    if len(labels) <= LISTED:
        return _("There are %(known)s.") % {
            "known": ", ".join(f"{label.code} ({label.name})" for label in labels.values())
        }
    by_word = {label.code.casefold(): label for label in labels.values()}
    by_word |= {label.name.casefold(): label for label in labels.values()}
    near = [by_word[word] for word in difflib.get_close_matches(code.casefold(), by_word, n=3, cutoff=0.6)]
    near = near or list(labels.values())[:3]
    likely = ", ".join(dict.fromkeys(f"{label.code} ({label.name})" for label in near))
    return _("There are %(count)s, among them %(likely)s.") % {"count": len(labels), "likely": likely}
