"""Every sentence for people is where the tool that collects sentences for translation finds it: not inside an f-string."""

import ast
from collections.abc import Iterator

from tests.architecture.files import ROOT, sources

TRANSLATING = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "npgettext"}


def hidden(source: str) -> Iterator[int]:
    """Yield the lines of f-strings in which a sentence is translated."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr) and any(_translates(part) for part in ast.walk(node)):
            yield node.lineno


def _translates(node: ast.AST) -> bool:
    """Say whether it is a call that translates a sentence written there; one looked up is collected where it is written."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in TRANSLATING
        and isinstance(node.args[0], ast.Constant)
    )


def test_no_sentence_is_hidden_from_translators() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources()
        for line in hidden(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_hidden_sentence_would_be_found() -> None:
    assert list(hidden("x = f\"{_('Look')} {y}\"")) == [1]
    assert list(hidden("x = f\" {_('Look') if y else 1}\"")) == [1]
    assert list(hidden('x = f"{_(words[y])}"')) == []
    assert list(hidden('look = _("Look")\nx = f"{look} {y}"')) == []
