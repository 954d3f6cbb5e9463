"""What a terminal sends for Escape and a key right after it."""

from __future__ import annotations

import pytest
from textual import events

from secondline_tui.ui.escape import EscapeParser, keep_alt


def read(typed: str) -> list[str]:
    """The keys, by name."""
    parser = EscapeParser()
    found = [*parser.feed(typed), *parser.feed("")]
    return [event.key for event in found if isinstance(event, events.Key)]


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("\x1b", ["escape"]),
        ("\x1bj", ["escape", "j"]),
        ("\x1bN", ["escape", "N"]),
        ("\x1b/disk", ["escape", "slash", "d", "i", "s", "k"]),
        ("\x1b\r", ["escape", "enter"]),
        ("\x1b\x13", ["escape", "ctrl+s"]),
        ("\x1b ", ["escape", "space"]),
        ("\x1b2g", ["escape", "2", "g"]),
        ("\x1b\x1b", ["escape", "escape"]),
        ("\x1b[A", ["up"]),
        ("\x1bOB", ["down"]),
        ("\x1b[1;3A", ["alt+up"]),
        ("\x1bf", ["ctrl+right"]),
        ("\x1b\x7f", ["ctrl+w"]),
    ],
)
def test_an_escape_is_not_lost(typed: str, keys: list[str]) -> None:
    assert read(typed) == keys


def test_what_is_no_key_is_no_escape() -> None:
    assert "escape" not in read("\x1b[99;99;99q\x1b[A")


def test_a_key_with_alt_that_was_configured_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EscapeParser, "with_alt", frozenset())
    keep_alt(["j,down", "alt+j", "x,alt+shift+n"])
    assert read("\x1bj") == ["alt+j"]
    assert read("\x1bN") == ["alt+shift+n"]
    assert read("\x1bk") == ["escape", "k"]
