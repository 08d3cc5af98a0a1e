"""The charter's keys: each app registers its own, with a default, a check and a sentence that says it.

Every rule of procedure is data of a charter version; what a version does not name has its default.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from councils.models import Charter
from workplaces.errors import Invalid

Validator = Callable[[Any], Any]


@dataclass(frozen=True)
class Key:
    """``validator`` returns the value to store or raises ValueError with a sentence; ``sentence`` has {value}."""

    key: str
    default: Any
    validator: Validator
    sentence: str | Promise


_keys: dict[str, Key] = {}


def register(key: str, default: Any, validator: Validator, sentence: str | Promise) -> None:
    """Make ``key`` (``namespace.name``) part of every charter; raises ValueError if its default fails its check."""
    if "." not in key:
        raise ValueError(f"The charter key {key!r} needs a namespace: app.name.")
    _keys[key] = Key(key, validator(default), validator, sentence)


def keys() -> dict[str, Key]:
    """Return every registered key."""
    return dict(sorted(_keys.items()))


def charter_on(on: date) -> tuple[int | None, dict[str, Any]]:
    """Return the version in force on that day (None: defaults only) and the value of every key."""
    found = Charter.objects.filter(validity__contains=on).first()
    values = {key: rule.default for key, rule in _keys.items()}
    return (found.version, {**values, **found.values}) if found else (None, values)


def charter_value(key: str, *, on: date) -> Any:
    """Return the value of one key on that day; raises KeyError for a key nobody registered."""
    default = _keys[key].default
    found = Charter.objects.filter(validity__contains=on).values_list("values", flat=True).first()
    return (found or {}).get(key, default)


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``values`` as they can be stored; raises Invalid that names every key at fault."""
    good, faults = {}, {}
    for key, value in values.items():
        if key not in _keys:
            faults[key] = _("The charter has no rule of this name.")
            continue
        try:
            good[key] = _keys[key].validator(value)
        except (ValueError, TypeError, ArithmeticError) as error:
            faults[key] = str(error)
    if faults:
        raise Invalid(_("The charter cannot hold these values."), fields=faults)
    return good
