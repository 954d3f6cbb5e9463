"""What was declared, on disk; and reports, which people write into while they are kept up to date."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from secondline_tui.domain.declared import Change, Declared, Event, Noted, Pace, Part
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.engine.incidents import IncidentBook, UnkeptError

AT = datetime(2026, 11, 18, 9, 31, tzinfo=UTC)
ONE = Declared(
    id="a", at=AT, by="Zoë", title="[b]two\tparts🐢", priority="P1", meaning="outage", pace=Pace(timedelta(hours=1)),
    lead="Ana", comms="Bo", service="whitehall", about=ItemRef("icinga", Kind.ALERT, "web 1!5xx"), about_name="5xx",
    report="x.md",
)  # fmt: skip


def test_what_was_declared_and_noted_is_read_by_another_instance_exactly(tmp_path: Path) -> None:
    first, second = IncidentBook(tmp_path / "state"), IncidentBook(tmp_path / "state")
    two = replace(ONE, id="b", pace=Pace(working_days=2), about=None)
    first.declare(ONE)
    second.declare(two)
    update = Noted(at=AT + timedelta(hours=1), by="Bo", text="two\nlines")
    end = Noted(at=AT + timedelta(hours=2), by="", text="")
    second.note(Event(id="a", noted=update))
    first.note(Event(id="b", noted=end, over=True))
    assert first.all() == second.all() == (replace(ONE, updates=(update,)), replace(two, over=end))
    assert (tmp_path / "state" / "incidents" / "incidents.jsonl").stat().st_mode & 0o777 == 0o600


def test_what_was_changed_counts_from_then_on_and_is_told_in_words(tmp_path: Path) -> None:
    book, at = IncidentBook(tmp_path), AT + timedelta(hours=1)
    two = replace(ONE, id="b", priority="", comms="")
    book.declare(ONE)
    book.declare(two)
    days = Pace(working_days=5)
    book.change(Change(id="a", at=at, by="Bo", part=Part.PRIORITY, to="P4", meaning="minor", pace=days))
    book.change(Change(id="a", at=at, by="Bo", part=Part.LEAD, to="Zoë\t[b]"))
    book.change(Change(id="b", at=at, by="", part=Part.COMMS, to="Cy"))
    book.change(Change(id="b", at=at, by="", part=Part.PRIORITY, to="P1"))
    book.change(Change(id="gone", at=at, by="", part=Part.COMMS, to="Cy"))
    one, other = book.all()
    told = (Noted(at=at, by="Bo", text="priority P1 → P4"), Noted(at=at, by="Bo", text="incident lead Ana → Zoë\t[b]"))
    assert one == replace(ONE, priority="P4", meaning="minor", pace=days, lead="Zoë\t[b]", changes=told)
    assert (other.comms, other.priority, other.lead) == ("Cy", "P1", "Ana")
    assert [change.text for change in other.changes] == ["communications lead nobody → Cy", "priority none → P1"]


@pytest.mark.parametrize(
    "damage",
    [
        b'{"declared": "c", "at": "2026-',
        b"\xff",
        b"[]",
        b'{"of": "a", "at": "2026-11-18"}',
        pytest.param(b"[" * 100_000, id="deep"),
        json.dumps({"of": "a", "at": "9999-12-31T23:59:59+00:00", "by": "", "text": "", "over": False}).encode(),
    ],
)
def test_a_damaged_line_loses_no_other(tmp_path: Path, damage: bytes) -> None:
    book = IncidentBook(tmp_path)
    book.declare(ONE)
    with (tmp_path / "incidents" / "incidents.jsonl").open("ab") as file:
        file.write(damage)
    book.note(Event(id="a", noted=Noted(at=AT, by="Bo")))
    assert book.all() == (replace(ONE, updates=(Noted(at=AT, by="Bo"),)),)


@pytest.mark.parametrize(
    ("damage", "left"),
    [
        ({"every": 1e13}, {"pace": Pace()}),
        ({"every": -60.0}, {"pace": Pace()}),
        ({"every": 0, "working_days": 10**7}, {"pace": Pace()}),
        ({"report": "../../x.md"}, {"report": ""}),
        ({"report": "/etc/x.md"}, {"report": ""}),
        ({"report": "x\0.md"}, {"report": ""}),
        ({"report": "incidents.jsonl"}, {"report": ""}),
        ({"at": "0001-01-01T00:00:00+14:00"}, None),
        ({"about": 5}, None),
    ],
)
def test_nonsense_in_a_record_neither_hides_the_incident_nor_leads_anywhere(
    tmp_path: Path, damage: dict[str, object], left: dict[str, Any] | None
) -> None:
    book, path = IncidentBook(tmp_path), tmp_path / "incidents" / "incidents.jsonl"
    book.declare(ONE)
    path.write_text(json.dumps({**json.loads(path.read_text()), **damage}))
    assert book.all() == (() if left is None else (replace(ONE, **left),))


def test_nothing_declared_is_nothing_and_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    assert IncidentBook(tmp_path).all() == ()
    (tmp_path / "state").write_text("a file")
    with pytest.raises(NotADirectoryError):
        IncidentBook(tmp_path / "state").declare(ONE)


# -- reports ---------------------------------------------------------------------------------------------------------


def test_a_report_takes_no_other_ones_name(tmp_path: Path) -> None:
    book = IncidentBook(tmp_path)
    assert [book.begin("P1", "one"), book.begin("P1", "two")] == ["P1.md", "P1-2.md"]
    assert (book.report("P1.md"), book.report("P1-2.md")) == ("one", "two")
    assert (book.folder / "P1.md").stat().st_mode & 0o777 == 0o600


def test_it_is_exchanged_whole_and_only_where_something_changes(tmp_path: Path) -> None:
    book = IncidentBook(tmp_path)
    name = book.begin("P1", "one")
    (book.folder / name).chmod(0o640)
    before = (book.folder / name).stat()
    assert not book.keep_up(name, lambda text: text)
    assert not book.keep_up(name, lambda _: None)
    assert (book.folder / name).stat() == before
    assert book.keep_up(name, lambda text: f"{text} two")
    assert book.report(name) == "one two"
    assert (book.folder / name).stat().st_mode & 0o777 == 0o640
    assert [path.name for path in book.folder.iterdir()] == ["P1.md"]


def meanwhile(path: Path, times: int) -> Callable[[str], str]:
    """A change during which somebody else writes too."""
    left = [times]

    def change(text: str) -> str:
        if left[0]:
            left[0] -= 1
            path.write_text(f"{text} theirs")
        return f"{text} ours"

    return change


def test_what_somebody_writes_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    book = IncidentBook(tmp_path)
    name = book.begin("P1", "one")
    assert book.keep_up(name, meanwhile(book.folder / name, 1))
    assert book.report(name) == "one theirs ours"
    with pytest.raises(UnkeptError, match="keeps changing"):
        book.keep_up(name, meanwhile(book.folder / name, 99))
    assert book.report(name) == "one theirs ours theirs theirs theirs"
    assert [path.name for path in book.folder.iterdir()] == ["P1.md"]


def test_one_that_was_taken_away_or_is_no_text_is_left_alone(tmp_path: Path) -> None:
    book = IncidentBook(tmp_path)
    name = book.begin("P1", "one")
    (book.folder / name).write_bytes(b"\xff\xfe")
    with pytest.raises(UnkeptError, match="UTF-8"):
        book.keep_up(name, lambda text: f"{text} two")
    (book.folder / name).unlink()
    with pytest.raises(FileNotFoundError):
        book.keep_up(name, lambda text: f"{text} two")
    assert list(book.folder.iterdir()) == []


def test_a_report_that_is_a_link_stays_one(tmp_path: Path) -> None:
    book = IncidentBook(tmp_path)
    name = book.begin("P1", "one")
    shared = tmp_path / "shared.md"
    (book.folder / name).rename(shared)
    (book.folder / name).symlink_to(shared)
    assert book.keep_up(name, lambda text: f"{text} two")
    assert shared.read_text() == "one two"
    assert (book.folder / name).is_symlink()
