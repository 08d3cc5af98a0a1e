"""A count as a sheet that people read: who won, what holds for the whole count, every step, every tie."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from councils.rules.results import Count, Step

PHRASES = {
    "bought": "buy {}",
    "elected": "elect {}",
    "excluded": "exclude {}",
    "stopped_at": "stop: {} does not fit in what is left",
    "project": "project {}",
    "option": "{}",
    "what": "{}",
    "of": "of {}",
    "majority": "{}",
    "options": "{}",
}
LONGEST_LINE = 400


def sheet(count: Count, names: Mapping[str, str]) -> str:
    """Return the count sheet; options appear with their names."""
    lines = [f"Counted by {count.rule}."]
    lines += [f"  {_words(key)}: {_value(value)}" for key, value in count.facts.items()]
    lines += ["", f"Winners ({len(count.winners)}):"]
    lines += [f"  {_option(winner, names)}" for winner in count.winners] or ["  none"]
    lines += ["", "Step by step:", *(f"  {_step(step, names)}" for step in count.steps)]
    if not count.ties:
        return "\n".join([*lines, "", "No tie had to be broken."])
    lines += ["", "Ties, and how they were broken:"]
    for tie in count.ties:
        options = ", ".join(_option(option, names) for option in tie.options)
        chosen = ", ".join(_option(option, names) for option in tie.chosen) or "none"
        lines.append(f"  {tie.at}: between {options}: {chosen}, by {tie.by}")
    return "\n".join(lines)


def _step(step: Step, names: Mapping[str, str]) -> str:
    parts = []
    for key, value in step.items():
        if key == "step":
            continue
        if key in PHRASES:
            parts.append(PHRASES[key].format(_value(value, names)))
        else:
            parts.append(f"{_words(key)} {_value(value)}")
    line = f"{step.get('step', '')}. {'; '.join(parts)}"
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"


def _option(option: str, names: Mapping[str, str]) -> str:
    name = names.get(option, "")
    return f"{option} ({name})" if name else option


def _words(key: str) -> str:
    return key.replace("_", " ")


def _value(value: Any, names: Mapping[str, str] | None = None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_value(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_value(item, names) for item in value)
    if isinstance(value, str) and names is not None:
        return _option(value, names)
    return "none" if value is None else str(value)
