"""Every template of the project compiles, and holds nothing that the content security policy would refuse."""

import re
from pathlib import Path

import pytest
from django.template import engines

from tests.architecture.files import ROOT

TEMPLATES = sorted(
    path.relative_to(folder).as_posix()
    for folder in [ROOT / "templates", *ROOT.glob("*/templates")]
    for path in folder.rglob("*")
    if path.is_file()
)
REFUSED = re.compile(
    r"<style\b|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE
)


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 60


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_compiles_and_keeps_to_the_policy(name: str) -> None:
    template = engines["django"].get_template(name)
    source = Path(str(template.origin)).read_text(encoding="utf-8")
    assert not REFUSED.findall(source)
    assert "http://" not in source.replace("http://www.w3.org/", "")


def test_what_the_policy_refuses_would_be_found() -> None:
    for text in ("<p style='x'>", "<style>", "<a onclick=x>", "<script>x</script>"):
        assert REFUSED.search(text)
    assert not REFUSED.search('<script src="/static/x.js" defer></script>')
