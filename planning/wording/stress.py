"""What the page of a stress test says."""

from typing import Any

from django.utils.translation import gettext as _

KINDS = ("region", "workplace", "product", "product-import", "resource")


def kind_label(kind: str) -> str:
    """Return what drops out, for a choice."""
    return {
        "region": _("all workplaces of a region"),
        "workplace": _("one workplace"),
        "product": _("all makers of a product"),
        "product-import": _("imports of a product"),
        "resource": _("the cap of a resource"),
    }[kind]


def broken(each: dict[str, Any]) -> str:
    """Return what breaks, in words."""
    values = {"name": each["name"]}
    consumers = each["sentence"].startswith("no community")
    if each["what"] == "short":
        return _("there is too little %(name)s") % values
    if each["what"] == "glut":
        return _("%(name)s is left over") % values
    if each["what"] == "full":
        if consumers:
            return _("no community takes more %(name)s") % values
        return _("no workplace can make more %(name)s") % values
    if consumers:
        return _("no community can do with less %(name)s") % values
    return _("nobody makes %(name)s any more") % values


def lead(report: dict[str, Any]) -> str:
    """Return the answer in a sentence or two."""
    acts = report["acts"]
    values = {
        "hit": acts["workplaces_hit"],
        "beyond": acts["workplaces_beyond_band"],
        "inside": acts["workplaces_inside_band"],
        "gaps": len(report["gaps"]),
    }
    if report["gaps"]:
        text = _(
            "%(hit)s workplaces are hit. With the least change %(beyond)s others must decide and %(inside)s move inside "
            "their mandates; %(gaps)s balances stay open all the same."
        )
    else:
        text = _(
            "%(hit)s workplaces are hit. With the least change %(beyond)s others must decide and %(inside)s move inside "
            "their mandates; then everything adds up again."
        )
    return text % values
