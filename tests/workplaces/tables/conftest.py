"""Where the published tables stand, and a small folder that a test may spoil."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
FOLDERS = ("de_1995_6", "de_wiod_2014_56", "uk_2010_127", "us_useeio_2012_411")

# Three sectors by hand: x = 100, 200, 50; every row and every column adds up.
SMALL = {
    "sectors.csv": "code,name\nA,Farms\nB,Factories\nC,Services\n",
    "Z.csv": "sector,A,B,C\nA,10,40,0\nB,20,50,10\nC,5,20,5\n",
    "Y.csv": "sector,household,export\nA,30,20\nB,100,20\nC,20,0\n",
    "VA.csv": "row,A,B,C\nwages,50,70,30\nsurplus,15,20,5\n",
    "x.csv": "sector,output\nA,100\nB,200\nC,50\n",
    "satellite.csv": "row,A,B,C\nEMP,4,5,3\nCO2,7,9,1\n",
    "meta.json": '{"title": "Three sectors", "unit": "million", "year": 2020, '
    '"labour_unit": "thousand persons"}',
}


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
