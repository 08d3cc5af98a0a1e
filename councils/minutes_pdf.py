"""Minutes as PDF, tagged for screen readers (PDF/UA-1), with the fonts that Typst brings; nothing is fetched."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import typst
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from councils.minutes_wording import outline

TEMPLATE = Path(__file__).parent / "print" / "minutes.typ"
STANDARD: Final = "ua-1"
# What the serif that Typst brings can show: Latin, Greek and Cyrillic letters, punctuation, currencies, arrows, signs.
# A tagged PDF with a letter that its font lacks is refused, so others stand in it as their number: [U+1F600].
MISSING = re.compile(
    "[^\n\u0020-\u007e\u00a0-\u00ac\u00ae-\u036f\u0391-\u03a1\u03a3-\u0482\u048a-\u04ff\u1e00-\u1eff"
    "\u2010-\u2027\u2030-\u2040\u20a0-\u20c0\u2190-\u22ff]"
)


def pdf_of(content: Mapping[str, Any], digest: str, at: datetime) -> bytes:
    """Return the minutes as PDF in the language that is active; the same content gives the same bytes."""
    language, _dash, region = (get_language() or "en").partition("-")
    day = timezone.localtime(at)
    words = {
        **outline(content),
        "author": content["council"],
        "lang": language,
        "region": region.upper() or None,
        "day": [day.year, day.month, day.day],
        "digest": digest,
        "digest_label": _("SHA-256 of these minutes' content, as it stands on the public record:"),
    }
    found: bytes = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        pdf_standards=STANDARD,
        sys_inputs={"outline": json.dumps(_legible(words), default=str)},
        ignore_system_fonts=True,
    )
    return found


def _legible(words: Any) -> Any:
    """Return the words with a number in place of each letter that the font lacks."""
    if isinstance(words, str):
        plain = words.replace("\r\n", "\n").replace("\t", " ").replace("\u00ad", "")
        return MISSING.sub(lambda letter: f"[U+{ord(letter[0]):04X}]", plain)
    if isinstance(words, list):
        return [_legible(one) for one in words]
    if isinstance(words, dict):
        return {name: _legible(one) for name, one in words.items()}
    return words
