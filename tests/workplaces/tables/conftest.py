"""A small folder that a test may spoil, and the folder of the published tables."""

from pathlib import Path

import pytest

from tests.workplaces.tables.samples import SHARED, SMALL


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    for name, text in SMALL.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the published test tables (../shared/data) are not on this machine")
    return SHARED
