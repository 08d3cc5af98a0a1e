"""Reading files: encodings, delimiters, headers, ragged rows; every fault at once with its place."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workplaces.importing import reading
from workplaces.importing.figures import Mark
from workplaces.importing.kinds import KINDS
from workplaces.importing.reading import Options, Sheet, read_sheet

COLUMNS = KINDS["products"].columns


def read(content: str | bytes, **options: str) -> Sheet:
    data = content if isinstance(content, bytes) else content.encode()
    return read_sheet("products.csv", data, COLUMNS, Options(**options))


def only_fault(sheet: Sheet) -> str:
    assert len(sheet.errors) == 1, sheet.errors
    return str(sheet.errors[0])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("bom", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiter_bom_and_line_ends_are_found(delimiter: str, bom: bytes, end: str) -> None:
    text = delimiter.join(["code", "name", "unit"]) + end + delimiter.join(["pão", "Pão", "t"]) + end
    sheet = read(bom + text.encode())
    assert sheet.errors == []
    assert sheet.delimiter == delimiter
    assert sheet.records[0]["code"] == "pão"
    assert sheet.records[0].number == 2


def test_latin_1_is_found_and_said() -> None:
    sheet = read("code;name;unit\npao;Pão de açúcar;t\n".encode("latin-1"))
    assert (sheet.encoding, sheet.records[0]["name"]) == ("latin-1", "Pão de açúcar")


def test_utf_16_with_bom() -> None:
    assert read("code\tname\tunit\na\tÄ\tt\n".encode("utf-16")).records[0]["name"] == "Ä"


def test_a_stated_encoding_is_held_to() -> None:
    fault = only_fault(read("code,name,unit\na,b,t\nc,é,t\n".encode("latin-1"), encoding="utf-8"))
    assert "Line 3 is not UTF-8" in fault


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\n\n  \n", "The file is empty"),
        (b"\xef\xbb\xbf", "The file is empty"),
        (b"code,name,unit\n", "no rows below"),
        (b"PK\x03\x04rest", "Save the sheet as CSV"),
        (b"code,name,unit\n\x00,b,c\n", "not a text file"),
        (b'code,name,unit\n"a,b,t\n', "quote that is not closed"),
        (b'code,name,unit\na,"b"c,t\n', "quote that is not closed"),
    ],
)
def test_files_that_are_no_table(content: bytes, sentence: str) -> None:
    assert sentence in only_fault(read(content))


def test_unknown_missing_and_double_columns_all_at_once() -> None:
    sheet = read("code,nmae,price,price,\nx,y,1,2,\n")
    found = {(error.row, error.column): error.message for error in sheet.errors}
    assert "Did you mean “name”?" in found[1, "nmae"]
    assert "twice" in found[1, "price"]
    assert "missing" in found[1, "name"]
    assert "missing" in found[1, "unit"]


def test_header_words_may_differ_in_case_and_blanks() -> None:
    assert read("Code, Name ,UNIT,Price Status\na,b,t,free\n").records[0]["price_status"] == "free"


def test_an_empty_column_name_has_its_number() -> None:
    assert "Column number 2 has no name" in only_fault(read("code,,name,unit\na,x,b,t\n"))


def test_every_ragged_row_is_named() -> None:
    sheet = read("code,name,unit\na,b\nc,d,t\ne,f,t,g\n")
    assert [(e.row, e.message[:19]) for e in sheet.errors] == [
        (2, "This row has 2 cell"),
        (4, "This row has 4 cell"),
    ]
    assert [record.number for record in sheet.records] == [3]


def test_empty_lines_are_skipped_but_counted() -> None:
    sheet = read("code,name,unit\n\na,b,t\n,,\n\nc,d,\n")
    assert [record.number for record in sheet.records] == [3]
    assert [(error.row, error.column) for error in sheet.errors] == [(6, "unit")]


def test_trailing_empty_cells_do_no_harm() -> None:
    assert read("code,name,unit,,\na,b,t,,\n").errors == []


@pytest.mark.parametrize(
    ("price", "sentence"),
    [
        ("-3", "not above 0"), ("0", "not above 0"), ("nan", "not a finite"), ("inf", "not a finite"),
        ("1e400", "too large"), ("three", "not a number"),
    ],
)  # fmt: skip
def test_figures_that_cannot_be(price: str, sentence: str) -> None:
    fault = only_fault(read(f"code,name,unit,price\na,b,t,{price}\n"))
    assert sentence in fault
    assert fault.startswith("products.csv, row 2, column “price”:")


def test_text_that_is_too_long_or_broken() -> None:
    sheet = read(f'code,name,unit\n{"a" * 61},b,t\nc,"two\nlines",t\n')
    assert "61 characters; at most 60" in sheet.errors[0].message
    assert "line break" in sheet.errors[1].message


def test_decimal_commas_decide_the_file() -> None:
    sheet = read("code;name;unit;price\na;b;t;1,5\nc;d;t;1.234\n")
    assert sheet.marks.decimal is Mark.COMMA
    assert [record["price"] for record in sheet.records] == [1.5, 1234.0]


def test_an_ambiguous_figure_is_refused_until_the_mark_is_stated() -> None:
    text = "code;name;unit;price\na;b;t;1.234\n"
    assert "can mean 1.2340 or 1234" in only_fault(read(text))
    assert read(text, decimal="comma").records[0]["price"] == 1234.0
    assert read(text, decimal="point").records[0]["price"] == 1.234


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 3)
    assert "more than 3 rows" in only_fault(read("code,name,unit\n" + "a,b,t\n" * 4))


def test_too_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    assert "larger than" in only_fault(read("code,name,unit\na,b,t\n"))


def test_a_disarmed_formula_comes_back_as_text() -> None:
    assert read("code,name,unit\n'=a,'-b,t\n").records[0]["code"] == "=a"


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_sentences(content: bytes) -> None:
    sheet = read(content)
    assert sheet.errors or sheet.records
    assert all(str(error) for error in sheet.errors)


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20)


@settings(max_examples=200)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8), st.sampled_from(",;\t"))
def test_any_cells_are_read_back_or_faulted_in_their_row(
    rows: list[tuple[str, str, str]], delimiter: str
) -> None:
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["code", "name", "unit"])
    writer.writerows(rows)
    sheet = read(out.getvalue())
    bad = {error.row for error in sheet.errors}
    good = {record.number for record in sheet.records}
    filled = {number for number, row in enumerate(rows, 2) if any(cell.strip() for cell in row)}
    assert not bad & good
    assert bad | good == filled or (not filled and bad == {0})
