"""Colours: every text on every ground it stands on passes WCAG 2.2 AA in both themes, and the themes are complete."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[3] / "static" / "commonplan.css").read_text(encoding="utf-8")
BLOCK = re.compile(r"(:root[^\s{]*)\s*\{([^}]*)\}")
TOKEN = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})")
TWO = re.compile(r"--([a-z0-9-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
LEAST = {"light": 4.5, "dark": 4.5, "high contrast": 7.0, "high contrast, dark": 7.0}

TEXT = [
    *[(text, ground) for text in ("ink", "ink-2", "muted", "accent") for ground in ("ground", "card")],
    *[(text, ground) for text in ("rust", "blue", "green", "ochre") for ground in ("ground", "card")],
    *[(tone, f"{tone}-soft") for tone in ("rust", "blue", "green", "ochre")],
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("ink-2", "grey-soft"),
    ("muted", "grey-soft"),
]
# What is not text but carries meaning: borders of inputs, bars, marks (WCAG 1.4.11).
SHAPES = [
    *[(shape, "card") for shape in ("edge", "accent", "rust", "blue", "green", "ochre", "remaining")],
    ("accent", "ground"),
    ("remaining", "rust"),
]


def blocks() -> dict[str, dict[str, str]]:
    return {selector: dict(TOKEN.findall(body)) for selector, body in BLOCK.findall(CSS)}


def themes() -> dict[str, dict[str, str]]:
    found = blocks()
    high = two(':root[data-contrast="more"]')
    return {
        "light": found[":root"],
        "dark": found[":root"] | found[':root[data-theme="dark"]'],
        "high contrast": {name: light for name, (light, _dark) in high.items()},
        "high contrast, dark": {name: dark for name, (_light, dark) in high.items()},
    }


def two(selector: str) -> dict[str, tuple[str, str]]:
    """The light and the dark value of every token of a block that holds both."""
    body = dict(BLOCK.findall(CSS))[selector]
    return {name: (light, dark) for name, light, dark in TWO.findall(body)}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, of a colour ``#rrggbb``."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_wcags() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", LEAST)
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read(theme: str, text: str, ground: str) -> None:
    colours = themes()[theme]
    assert contrast(colours[text], colours[ground]) >= LEAST[theme]


@pytest.mark.parametrize("theme", LEAST)
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_can_be_told_apart(theme: str, shape: str, ground: str) -> None:
    colours = themes()[theme]
    least = 3.0 if ground in {"card", "ground"} else 1.8
    assert contrast(colours[shape], colours[ground]) >= least


def test_both_ways_into_the_dark_are_the_same_and_complete() -> None:
    found = blocks()
    by_system = found[':root:not([data-theme="light"])']
    by_choice = found[':root[data-theme="dark"]']
    assert by_system == by_choice
    assert by_choice.keys() == found[":root"].keys()


def test_both_ways_into_high_contrast_are_the_same_and_complete() -> None:
    by_choice = two(':root[data-contrast="more"]')
    assert by_choice == two(':root:not([data-contrast="less"])')
    assert by_choice.keys() == blocks()[":root"].keys()


@pytest.mark.parametrize("theme", ["high contrast", "high contrast, dark"])
def test_lines_can_be_seen_in_high_contrast(theme: str) -> None:
    colours = themes()[theme]
    for line in ("line", "line-strong", "edge"):
        assert contrast(colours[line], colours["card"]) >= 4.5, line


def test_colours_stand_in_tokens_only() -> None:
    rest = CSS[CSS.index("/* Page */") : CSS.index("@media (forced-colors")]
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", rest)


def test_every_token_that_is_used_exists() -> None:
    used = set(re.findall(r"var\(--([a-z0-9-]+)", CSS))
    assert used <= themes()["light"].keys()
    assert themes()["light"].keys() - used == set()


def test_the_sheet_asks_nothing_of_other_hosts() -> None:
    assert "http" not in CSS
    assert re.findall(r"url\(([^)]*)\)", CSS) == ['"fonts/inter-latin.woff2"']
