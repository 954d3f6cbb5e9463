"""Small files of the walks: whole or not there, and nobody's trouble where they are damaged."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from secondline_tui.engine.footprints import MOST, Footprints
from secondline_tui.engine.handed import Handed, HandedOver
from secondline_tui.engine.whole import write_whole

HANDED = Handed(datetime(2026, 11, 20, 17, 20, tzinfo=UTC), "saved as ~/x.md", "# Handover, Fri 20 Nov\n\né\n")


def test_what_was_passed_is_known_to_the_next_run_walk_by_walk(tmp_path: Path) -> None:
    first = Footprints(tmp_path / "state")
    assert first.passed("a") == frozenset()
    first.keep("a", frozenset({"x", "y"}))
    first.keep("b", frozenset({"z"}))
    first.keep("a", frozenset({"x"}))
    again = Footprints(tmp_path / "state")
    assert (again.passed("a"), again.passed("b")) == (frozenset({"x"}), frozenset({"z"}))
    assert stat.S_IMODE((tmp_path / "state" / "walks.json").stat().st_mode) == 0o600


def test_only_the_latest_walks_are_remembered(tmp_path: Path) -> None:
    kept = Footprints(tmp_path)
    for number in range(MOST + 1):
        kept.keep(str(number), frozenset({"x"}))
    assert kept.passed("0") == frozenset()
    assert kept.passed(str(MOST)) == {"x"}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"walks": []}', '{"walks": {"a": 3}}', pytest.param("[" * 100_000, id="deep")]
)
def test_a_damaged_file_loses_places_and_nothing_else(tmp_path: Path, text: str) -> None:
    (tmp_path / "walks.json").write_text(text)
    kept = Footprints(tmp_path)
    assert kept.passed("a") == frozenset()
    kept.keep("a", frozenset({"x"}))
    assert kept.passed("a") == {"x"}


def test_where_nothing_can_be_kept_that_is_an_error_and_no_half_file(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(OSError):  # noqa: PT011  (which one is the system's affair)
        Footprints(tmp_path / "state").keep("a", frozenset())
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_the_last_handover_is_kept_in_the_place_of_the_one_before(tmp_path: Path) -> None:
    kept = HandedOver(tmp_path)
    assert kept.last() is None
    kept.keep(Handed(HANDED.at, "copied", "before"))
    kept.keep(HANDED)
    assert HandedOver(tmp_path).last() == HANDED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        pytest.param("[" * 100_000, id="deep"),
        '{"at": "never", "how": "", "text": ""}',
        '{"at": "2026-11-20T17:20:00", "how": "", "text": ""}',
    ],
)
def test_a_damaged_handover_is_not_the_same_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "handover.json").write_text(text)
    with pytest.raises(OSError, match="the last handover"):
        HandedOver(tmp_path).last()


def test_two_writers_at_once_in_one_program_leave_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "walks.json"
    texts = {letter: letter * 50_000 for letter in "abcd"}
    seen: set[str] = set()
    with ThreadPoolExecutor(len(texts)) as pool:
        for _ in range(10):
            for written in [pool.submit(write_whole, path, text) for text in texts.values()]:
                written.result()
            seen.add(path.read_text())
    assert seen <= set(texts.values())
    assert [one.name for one in tmp_path.iterdir()] == ["walks.json"]


def test_a_file_is_written_beside_its_place_and_never_through_what_leads_elsewhere(tmp_path: Path) -> None:
    elsewhere, path = tmp_path / "elsewhere", tmp_path / "walks.json"
    elsewhere.write_text("mine")
    path.with_suffix(f".{os.getpid()}").symlink_to(elsewhere)
    path.symlink_to(elsewhere)
    write_whole(path, "ours")
    assert (elsewhere.read_text(), path.read_text(), path.is_symlink()) == ("mine", "ours", False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
