"""From the bytes of a CSV to a header and rows, whoever wrote it: a generator, a spreadsheet, a person. Pure.

A CSV has no end mark. What can tell a whole one from one cut off is looked at: a quote that never closes, a last line
without an end where the others end with LF alone, and a last line that has neither an end nor all of its cells. (A
generator ends every line; Google Sheets separates lines by CRLF and ends the last by nothing.)
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from secondline_tui.sources.errors import bad_reply

LIMIT = 5 * 2**20
"""The most bytes a rota may have."""
ROWS = 20_000
"""The most rows: fifty years of days."""

_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
_SEPARATORS = (",", ";", "\t")
_END = "end of the rota"


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank."""

    number: int
    """As a spreadsheet counts: the header is row 1 where nothing stands before it."""
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """The text of one cell; a row may be short, and its missing cells are blank."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and the rows below it."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_sheet(data: bytes) -> Sheet:
    """The sheet in `data`; PollFailed(bad_reply) when it is none, or not all of one."""
    text = _text(data)
    separator, text = _separator(text)
    rows = _rows(text, separator)
    if not rows:
        raise bad_reply("an empty sheet instead of a rota")
    header, *below = rows
    cells = _trimmed(header.cells)
    last = rows[-1].cells
    if not text.endswith(("\n", "\r")) and ("\r\n" not in text or len(last) < len(cells)):
        raise bad_reply("cut off: the last line has no end (a newline)")
    if len(below) > ROWS:
        raise bad_reply(f"more than {ROWS} rows")
    if not below:
        raise bad_reply("a header, but not one row below it")
    return Sheet(cells, tuple(below))


def _text(data: bytes) -> str:
    if not data.strip():
        raise bad_reply("an empty answer instead of a rota")
    if data.startswith(b"PK\x03\x04"):
        raise bad_reply("a spreadsheet file instead of CSV: save it as CSV")
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise bad_reply("not UTF-8 text: save the rota as CSV in UTF-8") from None
    if text.lstrip().startswith("<"):
        raise bad_reply("a web page instead of CSV: is the sheet published as CSV?")
    if "\0" in text:
        raise bad_reply("not a text file")
    return text


def _separator(text: str) -> tuple[str, str]:
    """What separates the cells, and the text without a first line that says so, which some spreadsheets write."""
    first, _, rest = text.partition("\n")
    if first[:4].lower() == "sep=" and len(first.strip()) == 5:
        return first[4], rest
    header = next((line for line in text.splitlines() if line.strip(" \t,;")), "")
    return max(_SEPARATORS, key=lambda separator: len(next(csv.reader([header], delimiter=separator), []))), text


def _rows(text: str, separator: str) -> list[Row]:
    """Every row with something in it."""
    rows = []
    cells: list[str] = []
    ended = text if text.endswith(("\n", "\r")) else f"{text}\r\n"
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(f"{ended}{_END}", newline=""), delimiter=separator), 1):
            stripped = tuple(cell.strip() for cell in cells)
            if any(stripped):
                rows.append(Row(number, stripped))
    except csv.Error:
        raise bad_reply("not CSV, or cut off in the middle") from None
    if cells != [_END]:
        raise bad_reply("cut off: a quotation mark is never closed")
    return rows[:-1]


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Without blank columns at the end."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells
