"""Reading what programs send."""

import json
from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class DocumentParser(JSONParser):
    """JSON that says each thing once, in UTF-8, in whole letters, with numbers that are numbers.

    Half of a pair (``"\\ud800"``) can be neither kept nor sent back in a refusal; of two members with one name JSON does
    not say which counts, and a vote must not hang on it.
    """

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:  # noqa: ARG002
        """Return the document; raises ParseError."""
        try:
            found = json.loads(stream.read().decode(), object_pairs_hook=_once, parse_constant=_no_number)
            json.dumps(found, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            sentence = _("This document holds half a letter (%(letter)s); send the text in UTF-8.")
            raise ParseError(sentence % {"letter": ascii(error.object[error.start])}) from error
        except UnicodeDecodeError as error:
            raise ParseError(_("This document is not in UTF-8.")) from error
        except (ValueError, RecursionError) as error:
            raise ParseError(_("This document is not JSON: %(why)s") % {"why": error}) from error
        return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        name = next(name for name, times in Counter(name for name, _value in pairs).items() if times > 1)
        raise ParseError(_("This document names “%(name)s” twice; say it once.") % {"name": name})
    return found


def _no_number(text: str) -> Any:
    raise ParseError(_("%(text)s is no number in JSON.") % {"text": text})
