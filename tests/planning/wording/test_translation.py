"""The Portuguese catalogue: whole, without guesses, compiled from what is written, with every placeholder kept."""

import gettext
import re
from functools import cache
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.LOCALE_PATHS[0]) / "pt_BR" / "LC_MESSAGES"
KEY = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) "(.*)"$')
PLACEHOLDER = re.compile(r"%\(\w+\)[.\d]*\w|\{\w+\}")


@cache
def written() -> tuple[dict[str, str], ...]:
    """Return the entries of the .po file, the header left out."""
    blocks = (FOLDER / "django.po").read_text(encoding="utf-8").split("\n\n")
    return tuple(entry for entry in map(_entry, blocks) if entry.get("msgid"))


def _entry(block: str) -> dict[str, str]:
    found: dict[str, str] = {}
    key = ""
    for line in block.splitlines():
        if match := KEY.match(line):
            key = match[1]
            found[key] = match[2]
        elif line.startswith('"') and key:
            found[key] += line[1:-1]
    return {name: _plain(text) for name, text in found.items()}


def _plain(text: str) -> str:
    return text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")


def said(entry: dict[str, str]) -> list[str]:
    return [text for name, text in entry.items() if name.startswith("msgstr")]


def test_nothing_is_left_out_or_guessed() -> None:
    assert len(written()) > 1500
    assert "fuzzy" not in (FOLDER / "django.po").read_text(encoding="utf-8")
    assert [entry["msgid"] for entry in written() if not all(said(entry))] == []


def test_every_placeholder_is_kept() -> None:
    lost = [
        (entry["msgid"], text)
        for entry in written()
        for text in said(entry)
        if set(PLACEHOLDER.findall(text))
        - set(PLACEHOLDER.findall(entry.get("msgid_plural", entry["msgid"])))
        or set(PLACEHOLDER.findall(entry["msgid"])) - set(PLACEHOLDER.findall(text))
    ]
    assert lost == []


def test_what_is_compiled_is_what_is_written() -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert [
        entry["msgid"]
        for entry in written()
        if "msgid_plural" not in entry and compiled.gettext(entry["msgid"]) != entry["msgstr"]
    ] == []
    assert [
        entry["msgid"]
        for entry in written()
        if "msgid_plural" in entry
        and [compiled.ngettext(entry["msgid"], entry["msgid_plural"], n) for n in (1, 2)] != said(entry)
    ] == []
