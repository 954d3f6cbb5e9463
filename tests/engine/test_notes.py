"""The notes for the handover, on disk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from secondline_tui.domain.jotting import Jotting
from secondline_tui.engine.notes import NoteBook

AT = datetime(2026, 11, 18, 9, 31, tzinfo=UTC)


def test_what_was_written_is_read_by_another_instance_exactly_and_in_order(tmp_path: Path) -> None:
    first, second = NoteBook(tmp_path / "state"), NoteBook(tmp_path / "state")
    late, early = Jotting(AT, "Zoë", "two\nlines\t[b]🐢"), Jotting(AT - timedelta(hours=1), "", "before")
    first.add(late)
    second.add(early)
    assert first.since(AT - timedelta(days=1)) == (early, late)
    assert second.since(AT) == (late,)


def test_nothing_written_is_nothing(tmp_path: Path) -> None:
    assert NoteBook(tmp_path / "state").since(AT) == ()


def test_only_the_person_may_read_it(tmp_path: Path) -> None:
    NoteBook(tmp_path).add(Jotting(AT, "", "x"))
    assert (tmp_path / "notes.jsonl").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "damage",
    [
        b'{"at": "2026-11-18T09:',
        b"\xff\x00",
        b"[]",
        pytest.param(b"[" * 100_000, id="deep"),
        b'{"at": "2026-11-18", "by": "", "text": ""}',
    ],
)
def test_a_damaged_line_loses_no_other(tmp_path: Path, damage: bytes) -> None:
    book = NoteBook(tmp_path)
    before, after = Jotting(AT, "", "before"), Jotting(AT, "", "after")
    book.add(before)
    with (tmp_path / "notes.jsonl").open("ab") as file:
        file.write(damage)
    book.add(after)
    assert book.since(AT) == (before, after)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(OSError, match="exists"):
        NoteBook(tmp_path / "state").add(Jotting(AT, "", "x"))
