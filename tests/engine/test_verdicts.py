"""What people said of links outlives the program, and a damaged file costs nothing but itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.engine import verdicts
from secondline_tui.engine.verdicts import Verdicts

ALERT = ItemRef("icinga", Kind.ALERT, 'web 1!"disk": full')
CARD = ItemRef("trello", Kind.CARD, "c")
TICKET = ItemRef("zendesk", Kind.TICKET, "4711")


def test_what_was_said_is_known_at_the_next_start_in_either_order(tmp_path: Path) -> None:
    kept = Verdicts(tmp_path / "new")
    assert kept(ALERT, CARD) is None
    kept.say(ALERT, CARD, True)
    kept.say(CARD, TICKET, False)
    again = Verdicts(tmp_path / "new")
    assert (again(CARD, ALERT), again(TICKET, CARD), again(ALERT, TICKET)) == (True, False, None)
    again.say(CARD, ALERT, None)
    assert Verdicts(tmp_path / "new")(ALERT, CARD) is None
    assert (tmp_path / "new" / "links.json").stat().st_mode & 0o777 == 0o600


def test_two_programs_do_not_undo_each_other(tmp_path: Path) -> None:
    one, other = Verdicts(tmp_path), Verdicts(tmp_path)
    one.say(ALERT, CARD, True)
    other.say(CARD, TICKET, True)
    assert Verdicts(tmp_path)(ALERT, CARD) is True


def test_the_oldest_are_forgotten_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "MOST", 2)
    kept = Verdicts(tmp_path)
    for ref in (ALERT, CARD, TICKET):
        kept.say(ref, ItemRef("pagerduty", Kind.INCIDENT, "P"), True)
    assert kept(ALERT, ItemRef("pagerduty", Kind.INCIDENT, "P")) is None
    assert kept(CARD, ItemRef("pagerduty", Kind.INCIDENT, "P")) is True


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"version": 2, "pairs": []}',
        b'{"version": 1}',
        b'{"version": 1, "pairs": [{"one": "x", "other": "y", "belongs": true}]}',
        b'{"version": 1, "pairs": [null]}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_is_put_aside_and_said(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "links.json").write_bytes(damage)
    kept = Verdicts(tmp_path)
    assert kept(ALERT, CARD) is None
    assert "links.damaged.json" in kept.note
    assert (tmp_path / "links.damaged.json").read_bytes() == damage
    kept.say(ALERT, CARD, True)
    assert json.loads((tmp_path / "links.json").read_text())["version"] == 1


def test_a_folder_that_cannot_be_written_costs_only_the_remembering(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Verdicts(tmp_path / "file")
    with pytest.raises(OSError, match="file"):
        kept.say(ALERT, CARD, True)
    assert kept(ALERT, CARD) is True
