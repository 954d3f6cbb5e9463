from __future__ import annotations

import codecs

import pytest

from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources.rota import sheet as sheet_module
from secondline_tui.sources.rota.sheet import read_sheet


def refused(data: bytes) -> str:
    with pytest.raises(PollFailed) as caught:
        read_sheet(data)
    assert caught.value.fault.kind is FaultKind.BAD_REPLY
    return str(caught.value.fault.message)


TABLE = "week,primary,shadow\n1,Zoë Ångström,\n2,Łukasz Øster,Ana\n"
HEADER = ("week", "primary", "shadow")
CELLS = [("1", "Zoë Ångström", ""), ("2", "Łukasz Øster", "Ana")]


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(),
        codecs.BOM_UTF8 + TABLE.encode(),
        TABLE.encode("utf-16"),
        TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace("\n", "\r\n").strip().encode(),  # as Google Sheets ends it
        TABLE.replace("\n", "\r").encode(),
        TABLE.replace(",", ";").encode(),
        TABLE.replace(",", "\t").encode("utf-16"),
        ("sep=;\r\n" + TABLE.replace(",", ";")).encode(),
        TABLE.replace(",", " , ").encode(),
        TABLE.replace("week", '"week"').replace("Ana", '"Ana"').encode(),
        ("\n,,\n" + TABLE + ",,\n\n").encode(),
    ],
    ids=["lf", "bom", "utf-16", "crlf", "google", "cr", "semicolons", "tabs", "sep", "spaces", "quotes", "blank lines"],
)
def test_whoever_wrote_it(data: bytes) -> None:
    sheet = read_sheet(data)
    assert sheet.header == HEADER
    assert [tuple(row.cell(n) for n in range(3)) for row in sheet.rows] == CELLS


def test_blank_columns_at_the_end() -> None:
    sheet = read_sheet(b"week,primary,,\r\n1,Ana,,\r\n2,Bo,,\r\n")
    assert sheet.header == ("week", "primary")
    assert [row.cell(1) for row in sheet.rows] == ["Ana", "Bo"]


def test_rows_may_be_short_and_are_numbered_as_a_spreadsheet_does() -> None:
    sheet = read_sheet(b"week,a,b\n\n1,Ana\n2,Bo,Cy,and,more\n")
    assert [(row.number, row.cell(2)) for row in sheet.rows] == [(3, ""), (4, "Cy")]


def test_commas_and_newlines_in_quotes() -> None:
    sheet = read_sheet(b'week,a\n"1","Sowande, Ana\n(she/her)"\n2,"Bo ""B"" Ek"\n')
    assert [row.cell(1) for row in sheet.rows] == ["Sowande, Ana\n(she/her)", 'Bo "B" Ek']


def test_every_way_to_cut_it_off_is_seen() -> None:
    """But in a row's last cell where lines end with CRLF: Google Sheets, too, leaves the last end away."""
    whole = b'week,primary,shadow\n1,"Ana (Bo on 01/01/2026, Cy on 02/01/2026)",Di\n2,Bo,Ek\n'
    for end in range(len(whole)):
        if whole[:end].endswith(b"\n") and end > 21:
            continue  # a line's end is the one place where nothing shows
        refused(whole[:end])
    for rest in ("2", "2,", "2,B", "2,Bo"):
        refused(b"week,primary,shadow\r\n1,Ana,\r\n" + rest.encode())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "an empty answer"),
        (b" \r\n\t\n", "an empty answer"),
        (codecs.BOM_UTF8, "an empty sheet"),
        (b",,,\n,,\n", "an empty sheet"),
        (b"week,primary\n", "not one row"),
        (b"<!DOCTYPE html><html>Sign in</html>", "a web page"),
        (b"  \n<html>", "a web page"),
        (b"PK\x03\x04\x14\x00\x06\x00", "save it as CSV"),
        ("week,primary\n1,Zoë\n".encode("cp1252"), "UTF-8"),
        (b"week,a\n1,\x00\n", "not a text file"),
        (b'week,a\n1,"Ana\n2,Bo\n', "never closed"),
        (b'week,a\n1,"' + b"x" * 200_000 + b'"\n', "not CSV"),
    ],
)
def test_what_is_no_rota(data: bytes, said: str) -> None:
    assert said in refused(data)


def test_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_module, "ROWS", 2)
    assert "more than 2 rows" in refused(b"week,a\n1,A\n2,B\n3,C\n")
