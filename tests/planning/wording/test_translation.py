"""The Portuguese catalogue: whole, without guesses, compiled from what is written, with every placeholder kept."""

import datetime as dt
import gettext
import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import formats, timezone, translation

from councils import charter
from councils.charter_rules import DECISIONS
from planning.demo.load import SYNTHETIC
from planning.rules import DEFAULTS
from workplaces.presentation import notes
from workplaces.record.wording import SENTENCES
from workplaces.tables.economy import SYNTHETIC_NOTE
from workplaces.tables.regions import BRAZIL_NOTE

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


def portuguese(text: object) -> str:
    with translation.override("pt-br"):
        return translation.gettext(str(text))


def test_every_rule_of_the_charter_is_said_in_portuguese() -> None:
    sentences = [str(key.sentence) for key in charter.keys().values()]
    sentences += [str(rule[3]) for rule in DEFAULTS.values()]
    assert len(sentences) > 20
    assert [text for text in sentences if portuguese(text) == text] == []


def test_who_decides_what_is_said_in_portuguese() -> None:
    texts = {row[place] for row in DECISIONS for place in (0, 1, 3, 4)} - {"3/5"}
    assert [text for text in sorted(texts) if portuguese(text) == text] == []


def test_every_kind_of_entry_that_the_code_writes_has_a_sentence_in_portuguese() -> None:
    """Kinds are found where they are written: as a literal in a call that appends to the record."""
    root = Path(settings.BASE_DIR)
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for room in ("workplaces", "councils", "planning")
        for path in sorted((root / room).rglob("*.py"))
        if "migrations" not in path.parts
    )
    written_kinds = set(re.findall(r'entry_append\(\s*kind="([a-z_.]+)"', code))
    written_kinds |= set(re.findall(r'\brecord\(\s*\w+,\s*"([a-z_.]+)"', code, re.IGNORECASE))
    assert len(written_kinds) > 25
    assert written_kinds - set(SENTENCES) == set()
    assert [kind for kind, text in SENTENCES.items() if portuguese(text) == text] == []


def test_answers_of_a_vote_are_said_in_portuguese() -> None:
    assert [portuguese(word) for word in ("Yes", "No", "Abstain")] == ["Sim", "Não", "Abstenção"]


def test_what_is_made_up_is_said_in_portuguese() -> None:
    assert {SYNTHETIC_NOTE, SYNTHETIC, BRAZIL_NOTE} <= set(notes.KNOWN)
    with translation.override("pt-br"):
        said = notes.in_words(f"{SYNTHETIC_NOTE} {SYNTHETIC}")
    assert said.startswith("Dados sintéticos")
    assert "Synthetic" not in said
    assert notes.in_words("A table of 2014") == "A table of 2014."


def test_days_and_moments_have_one_style_in_each_language() -> None:
    moment = timezone.make_aware(dt.datetime(2026, 2, 22, 5, 32))  # noqa: DTZ001
    for language, month in (("en", "Feb"), ("pt-br", "Fev")):
        with translation.override(language):
            day = f"22 {month} 2026"
            assert {formats.date_format(moment, name) for name in ("DATE_FORMAT", "SHORT_DATE_FORMAT")} == {
                day
            }
            shown = {
                formats.date_format(moment, name) for name in ("DATETIME_FORMAT", "SHORT_DATETIME_FORMAT")
            }
            assert shown == {f"{day}, 05:32"}
