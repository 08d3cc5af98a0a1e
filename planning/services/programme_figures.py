"""A programme's figures, checked: legal minima first, then the charter's bounds, then whether shares make a whole."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from planning.models import Topic
from planning.models.programmes import WEEK
from planning.selectors.guidelines import DECIMALS, DIVIDED, WHOLE, Bounded, Bounds, Figures, Key
from planning.services.saying import said
from workplaces.errors import Invalid

type Given = Sequence[tuple[str, str, float]]


def figures_checked(there: Bounded, given: Given) -> Figures:
    """Return the figures by topic and entity, out of (topic, code, value) with an empty code where there is none.

    Raises Invalid that names every figure at fault (``hours``, ``sector-bread``): unknown, twice, not finite, below a legal
    minimum, outside the charter's bounds, impossible, or shares that do not add up to the whole.
    """
    entities = _entities(there)
    found: Figures = {}
    faults: dict[str, str] = {}
    for topic, code, value in given:
        name = f"{topic}-{code}" if code else topic
        key = entities.get((topic, code))
        if key is None:
            faults[name] = _unknown(topic, code)
        elif key in found:
            faults[name] = _("This is said twice; say it once.")
        elif not math.isfinite(value):
            faults[name] = _("This is no finite number.")
        else:
            found[key] = float(value)
            if fault := _fault(there, key, float(value)):
                faults[name] = fault
    if not faults:
        faults = _not_whole(there, found)
    if faults:
        raise Invalid(_("The programme's figures cannot stand like this: %(first)s")
                      % {"first": next(iter(faults.values()))}, fields=faults)  # fmt: skip
    if not found:
        raise Invalid(_("A programme names at least one figure that it would set."))
    return found


def _entities(there: Bounded) -> dict[tuple[str, str], Key]:
    found: dict[tuple[str, str], Key] = {
        (topic, ""): (topic, None)
        for topic in (Topic.INVESTMENT.value, Topic.COLLECTIVE.value, Topic.HOURS.value)
    }
    found |= {
        (Topic.CAP.value, one.code): (Topic.CAP.value, entity) for entity, one in there.resources.items()
    }
    found |= {
        (Topic.FREE.value, one.code): (Topic.FREE.value, entity) for entity, one in there.products.items()
    }
    for topic in DIVIDED:
        found |= {(topic.value, part.code): (topic.value, part.entity) for part in there.parts(topic)}
    return found


def _unknown(topic: str, code: str) -> str:
    sentences = {
        Topic.CAP: _("The baseline has no resource “%(code)s” with a cap."),
        Topic.SECTOR: _("There is no sector “%(code)s” whose council has a part in the envelopes."),
        Topic.REGION: _("There is no region “%(code)s” whose council has a part in the envelopes."),
        Topic.FREE: _("The baseline has no product “%(code)s”."),
    }
    for known, sentence in sentences.items():
        if known == topic:
            return sentence % {"code": code[:60]}
    return _("“%(topic)s” is nothing that a programme sets.") % {"topic": topic[:60]}


def _fault(there: Bounded, key: Key, value: float) -> str:
    topic = key[0]
    if topic in DIVIDED:
        return _share_fault(there, topic, value)
    if topic == Topic.FREE:
        return "" if value == 1 else _("A good becomes free or stays as it is; say 1 or leave it out.")
    if topic == Topic.HOURS and value > WEEK:
        return _("A week has 168 hours.")
    if topic in {Topic.INVESTMENT, Topic.COLLECTIVE} and not 0 <= value <= 100:
        return _("A share lies between 0 and 100 %.")
    if topic == Topic.COLLECTIVE and value != int(value):
        return _("Shares of consumption are voted on in whole percent.")
    return _out_of_bounds(there.numbers[key], value)


def _out_of_bounds(bounds: Bounds, value: float) -> str:
    if value != round(value, DECIMALS):
        return _("Give at most six decimals.")
    if bounds.least <= value <= bounds.most:
        return ""
    return _("By the charter this lies between %(least)s and %(most)s.") % {
        "least": said(bounds.least, bounds.unit), "most": said(bounds.most, bounds.unit),
    }  # fmt: skip


def _share_fault(there: Bounded, topic: str, value: float) -> str:
    least = there.least[topic]
    if value < least:
        return _("By the charter each part gets at least %(least)s of 1000.") % {"least": least}
    if value != int(value) or value > WHOLE:
        return _("Shares are whole parts of 1000.")
    return ""


def _not_whole(there: Bounded, found: Mapping[Key, float]) -> dict[str, str]:
    faults = {}
    for topic in DIVIDED:
        shares = {entity: value for (name, entity), value in found.items() if name == topic}
        if not shares:
            continue
        parts = there.parts(topic)
        total = sum(shares.values())
        missing = [part.label for part in parts if part.entity not in shares and there.least[topic]]
        if len(parts) < 2 or there.least[topic] * len(parts) >= WHOLE:
            faults[topic.value] = _(
                "Here there is nothing to divide by vote: it takes two parts or more, and a rest after the legal minima."
            )
        elif missing:
            faults[topic.value] = _("%(name)s has a legal minimum; give it its share.") % {"name": missing[0]}
        elif total != WHOLE:
            words = {"given": said(total), "off": said(abs(total - WHOLE))}
            more = _("The shares add up to %(given)s of 1000: take %(off)s away.")
            less = _("The shares add up to %(given)s of 1000: %(off)s are still to be given.")
            faults[topic.value] = (more if total > WHOLE else less) % words
    return faults


def digest_of(title: str, text: str, figures: Figures) -> str:
    """Return the SHA-256 over title, text and figures, as JSON in the figures' alphabetical order."""
    rows = sorted([topic, entity or 0, value] for (topic, entity), value in figures.items())
    return hashlib.sha256(json.dumps([title, text, rows], separators=(",", ":")).encode()).hexdigest()
