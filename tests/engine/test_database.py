"""A file of SQLite in the state folder: whole changes or none, damage put aside, for its owner's eyes only."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from secondline_tui.engine.database import Database

SCHEMA = """
CREATE TABLE authors (id INTEGER PRIMARY KEY);
CREATE TABLE books (author INTEGER REFERENCES authors DEFERRABLE INITIALLY DEFERRED);
"""


def database(folder: Path) -> Database:
    return Database(folder / "state" / "library.db", SCHEMA, ("authors", "books"), "FULL")


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    opened = database(tmp_path)
    opened.open()
    yield opened
    opened.close()


def test_a_change_that_breaks_off_leaves_nothing(file: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError), file.change() as db:
        db.executemany("INSERT INTO authors VALUES (?)", [(1,), (1,)])
    assert file.execute("SELECT * FROM authors") == []


def test_a_change_that_cannot_be_kept_stands_in_the_way_of_no_other(file: Database) -> None:
    file.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(sqlite3.IntegrityError), file.change() as db:
        db.execute("INSERT INTO books VALUES (7)")  # of nobody: that is noticed when it is to be kept
    with file.change() as db:
        db.execute("INSERT INTO authors VALUES (7)")
    assert [row["id"] for row in file.execute("SELECT id FROM authors")] == [7]
    assert file.execute("SELECT * FROM books") == []


def test_only_its_owner_reads_it_and_its_folder(file: Database) -> None:
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700


def test_what_is_damaged_is_put_aside_and_counted(tmp_path: Path) -> None:
    for number in (1, 2):
        file = database(tmp_path)
        file.path.parent.mkdir(exist_ok=True)
        file.path.write_bytes(b"this is no database" * 100)
        file.open()
        try:
            assert file.set_aside is not None
            assert file.set_aside.name == f"library.damaged-{number}.db"
            assert file.set_aside.read_bytes().startswith(b"this is no")
            assert file.execute("SELECT * FROM books") == []
        finally:
            file.close()


def test_a_file_that_is_only_busy_or_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    file = database(tmp_path)
    file.path.parent.mkdir()
    other = sqlite3.connect(file.path)
    other.execute("CREATE TABLE notes (text TEXT)")
    other.execute("PRAGMA user_version = 9")
    other.commit()
    other.close()
    with pytest.raises(sqlite3.OperationalError):
        file.open()
    assert (file.set_aside, [path.name for path in file.path.parent.glob("*.damaged*")]) == (None, [])
