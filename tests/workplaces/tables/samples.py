"""Where the published tables stand, and a small table by hand."""

from pathlib import Path

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
