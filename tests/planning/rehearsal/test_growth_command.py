"""``rehearse --cycles N --alpha …``: the table, one object for programs, a picture; no database."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command

from planning.rehearsal.growth.plot import DARK, DASHES, LIGHT

CHECKOUT = Path(__file__).resolve().parents[3]
SVG = "{http://www.w3.org/2000/svg}"


def rehearse(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would on a machine without any database."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "manage.py", "rehearse", *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False,
        env=environment, timeout=900,
    )  # fmt: skip


def test_settings_of_the_dial_in_one_object_and_a_picture(tmp_path: Path) -> None:
    drawn = tmp_path / "dial.svg"
    done = rehearse(
        "--workplaces", "200", "--cycles", "2", "--alpha", "0, inf,none", "--plot", str(drawn), "--wear", "0.1", "--json"
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [each["alpha"] for each in found["courses"]] == [0.0, "inf", "none"]
    assert found["assumptions"]["wear"] == 0.1
    for each in found["courses"]:
        assert [row["cycle"] for row in each["cycles"]] == [0, 1, 2]
        assert all(row["fund"] == row["granted"] + row["unspent"] for row in each["cycles"])
    assert all(row["against"] == 0 for row in found["courses"][0]["cycles"])
    assert "α = ∞: 2 cycles" in done.stderr
    picture = ElementTree.parse(drawn).getroot()
    assert len(picture.findall(f".//{SVG}g")) == 4
    assert len(picture.findall(f".//{SVG}g/{SVG}polyline")) == 4 * 3
    assert "α = ∞: gap" in (picture.findtext(f"{SVG}desc") or "")
    assert "prefers-color-scheme:dark" in (picture.findtext(f"{SVG}style") or "")
    assert "--wear 0.1" in drawn.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--alpha", "0,-1"), "'-1' is no setting of the dial"),
        (("--alpha", "0,much"), "'much' is no setting of the dial"),
        (("--alpha", "0", "--fund", "2"), "--fund is 2; it must be from 0 to 0.6"),
        (("--plot", "dial.png"), "ends in .svg"),
        (("--plot", "/nowhere/at/all/dial.svg", "--cycles", "1", "--workplaces", "100"), "/nowhere/at/all"),
        (("--alpha", "0", "--source", "mars"), "mars"),
        (("--sensitivity", "--plot", "dial.svg"), "Give one of them"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=re.escape(sentence)):
        call_command("rehearse", *arguments)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_names_at_the_lines_can_be_read(theme: dict[str, str]) -> None:
    for name in ("ink", "soft", *DASHES):
        light, dark = sorted((luminance(theme[name]), luminance(theme["ground"])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, name


@pytest.mark.long
def test_two_thousand_workplaces_for_ten_cycles(tmp_path: Path) -> None:
    drawn = tmp_path / "ten.svg"
    done = rehearse("--cycles", "10", "--plot", str(drawn))
    assert done.returncode == 0, done.stderr
    rows = re.findall(
        r"^ *(α = \S+|no fund|by value added) +(\d+) +([\d.]+) % .*$", done.stdout, re.MULTILINE
    )
    assert len(rows) == 6 * 11
    last = {name: float(gap) for name, cycle, gap in rows if cycle == "10"}
    assert last["α = ∞"] < last["α = 1"] < last["α = 0"] < min(last["no fund"], last["by value added"])
    assert "A simulation" in done.stdout
    assert len(ElementTree.parse(drawn).getroot().findall(f".//{SVG}g/{SVG}polyline")) == 4 * 6
    assert drawn.with_suffix(".txt").read_text(encoding="utf-8").strip() == done.stdout.strip()


@pytest.mark.long
def test_the_conclusions_under_every_variation() -> None:
    done = rehearse(
        "--workplaces", "150", "--cycles", "2", "--alpha", "0,inf", "--sensitivity", "--seeds", "2", "--json"
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["seeds"] == [1, 2]
    assert len(found["variations"]) > 25
    for each in found["variations"]:
        assert 0 <= each["most"] <= 2
        assert all(len(figures) == 2 for figures in each["closed"].values())
