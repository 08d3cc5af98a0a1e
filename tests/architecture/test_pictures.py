"""Pictures in the docs: those that the docs show are those that the command takes, and they stay small."""

import re

from docs.take_pictures import FOLDER, PICTURES
from tests.architecture.files import ROOT

SHOWN = re.compile(r"!\[[^\]]+\]\(([^)]*pictures/[^)]+\.(?:png|svg))\)")
DRAWN = {"ten-cycles.svg"}  # by `manage.py rehearse --cycles 10 --plot`
MOST = 1_500_000  # bytes


def shown() -> set[str]:
    """The pictures that the README and the docs show; each must exist where the link leads."""
    found = set()
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for link in SHOWN.findall(page.read_text(encoding="utf-8")):
            there = (page.parent / link).resolve()
            assert there.is_file(), f"{page.relative_to(ROOT)} shows {link}, which does not exist"
            found.add(there.name)
    return found


def test_the_docs_show_what_the_command_takes() -> None:
    assert shown() == {picture.name for picture in PICTURES} | DRAWN
    assert {path.name for path in FOLDER.glob("*.png")} == {picture.name for picture in PICTURES}


def test_pictures_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < MOST


def test_every_decisive_screen_is_seen_on_a_phone_and_on_a_desk() -> None:
    widths: dict[str, set[int]] = {}
    for picture in PICTURES:
        widths.setdefault(picture.screen, set()).add(picture.size[0])
    assert widths == {screen: {360, 1280} for screen in ("duties", "line", "round", "vote", "plan")}
