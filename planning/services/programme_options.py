"""What voters choose among: the parts of a whole, or the programmes' packages and what holds today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from councils.questions import MOST_OPTIONS
from planning.models import Programme, Topic
from planning.selectors.guidelines import DIVIDED, NUMBERS, Bounded, Figures, Key, keyed
from planning.services.saying import said

LABEL = 200


@dataclass(frozen=True)
class Option:
    """An option of a question: what its choice sets. ``code`` is the one that ``councils.questions`` gives by order."""

    code: str
    label: str
    entity: int | None = None
    figures: Figures | None = None
    least: int = 0
    programmes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return it as the question keeps it."""
        if self.figures is None:
            return {"code": self.code, "entity": self.entity}
        rows = [[entity, value] for (_topic, entity), value in sorted(self.figures.items(), key=str)]
        return {"code": self.code, "figures": rows, "programmes": self.programmes}


def divisions(there: Bounded, topic: str) -> list[Option]:
    """Return the parts among which a whole is divided; of consumption the collective part comes first."""
    if topic == Topic.COLLECTIVE:
        bounds = there.numbers[(topic, None)]
        return [
            Option("o1", _("collective consumption"), least=int(-(-bounds.least // 1))),
            Option("o2", _("individual consumption"), entity=-1, least=int(-(-(100 - bounds.most) // 1))),
        ]
    return [
        Option(f"o{number}", part.label[:LABEL], entity=part.entity, least=there.least[topic])
        for number, part in enumerate(there.parts(topic), 1)
    ]


def too_many_parts(there: Bounded, topic: str) -> bool:
    """Say whether a whole has more parts than one paper can divide."""
    return topic in DIVIDED and len(there.parts(topic)) > MOST_OPTIONS


def rankings(
    there: Bounded, programmes: Sequence[Programme], topic: str, resource: int | None, status_quo: Figures
) -> list[Option]:
    """Return what holds today and every different package that a programme proposes for the topic."""
    packages: dict[tuple[tuple[Key, float], ...], list[Programme]] = {_order(status_quo): []}
    for programme in programmes:
        figures = of_topic(programme, topic, resource)
        if figures:
            packages.setdefault(_order(figures), []).append(programme)
    return [
        Option(
            f"o{number}", _label(there, dict(figures), behind), figures=dict(figures),
            programmes=[str(programme.public_id) for programme in behind],
        )
        for number, (figures, behind) in enumerate(packages.items(), 1)
    ]  # fmt: skip


def of_topic(programme: Programme, topic: str, resource: int | None) -> Figures:
    """Return a published programme's figures on a topic; of a cap those of the resource."""
    found = keyed(programme.published.figures.all()) if programme.published else {}
    return {
        key: value
        for key, value in found.items()
        if key[0] == topic and (topic != Topic.CAP or key[1] == resource)
    }


def _order(figures: Mapping[Key, float]) -> tuple[tuple[Key, float], ...]:
    return tuple(sorted(figures.items(), key=str))


def _label(there: Bounded, figures: Figures, behind: Sequence[Programme]) -> str:
    """Say a package in one line: whose it is, and its figures, as many as there is room for."""
    whose = ", ".join(programme.association.label for programme in behind) or _("as it is today")
    told = told_of(there, figures) or _("nothing")
    text = f"{whose}: {told}"
    return text if len(text) <= LABEL else f"{text[: LABEL - 1]}…"


def told_of(there: Bounded, figures: Figures) -> str:
    """Say figures in words, in the reader's language."""
    names = {part.entity: part.label for part in there.sectors}
    regions = {part.entity: part.label for part in there.regions}
    rows = []
    for (topic, entity), value in figures.items():
        if topic in NUMBERS or topic == Topic.COLLECTIVE:
            rows.append(
                said(value, there.numbers[(topic, entity)].unit if (topic, entity) in there.numbers else "")
            )
        elif topic == Topic.FREE:
            rows.append(there.products[entity].label if entity in there.products else "–")
        elif value:
            label = (names if topic == Topic.SECTOR else regions).get(entity or 0, "–")
            rows.append(f"{label} {said(value, '‰')}")
    return ", ".join(rows)


def said_of(
    there: Bounded, programmes: Sequence[Programme], topic: str, resource: int | None, status_quo: Figures
) -> str:
    """Return the motion's text: what each programme proposes on the topic, and what holds today (``status_quo``)."""
    lines = [_("What is decided holds for this plan year. The programmes propose:"), ""]
    for programme in programmes:
        figures = of_topic(programme, topic, resource)
        proposed = told_of(there, figures) if figures else _("nothing on this")
        lines.append(f"{programme.association.label}: {proposed}")
    if too_many_parts(there, topic):
        words = {"parts": len(there.parts(topic)), "most": MOST_OPTIONS}
        told = _(
            "There are %(parts)s parts, more than the %(most)s that one paper can divide: the divisions are ranked."
        )
        lines += ["", told % words]
    today = told_of(there, status_quo)
    if today:
        lines += ["", _("What holds today: %(figure)s") % {"figure": today}]
    elif topic == Topic.FREE:
        lines += ["", _("Today no good is free by a guideline.")]
    else:
        lines += ["", _("Today no guideline holds: the envelopes are suggested by size.")]
    return "\n".join(lines)
