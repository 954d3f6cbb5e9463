"""Drafts of several windows of one person: none destroys another's, and none is offered that is over."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from secondline_tui.engine import journal as kept
from secondline_tui.engine.drafts import Drafts
from secondline_tui.engine.journal import Journal
from secondline_tui.engine.records import Draft, Held
from tests.engine.test_outbox import Desk, intent
from tests.fakes.clock import BEGIN, FakeClock

KEY = "desk:ticket:7|comment"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def windows(tmp_path: Path, clock: FakeClock) -> AsyncIterator[tuple[Desk, Desk]]:
    """Two windows on one state folder."""
    made = await Desk(tmp_path, clock).begin(), await Desk(tmp_path, clock).begin()
    yield made
    for window in made:
        await window.killed()


def drafts(window: Desk) -> Drafts:
    return window.outbox.ledger.drafts


def texts(window: Desk) -> list[str]:
    """What is on disk."""
    return sorted(draft.text for draft in window.journal.drafts().values())


async def test_what_another_window_has_kept_is_offered_soon(windows: tuple[Desk, Desk], clock: FakeClock) -> None:
    one, other = windows
    await drafts(one).keep(KEY, "findings")
    await clock.advance(2.5)
    draft = drafts(other).take_up(KEY)
    assert draft is not None
    assert draft.text == "findings"
    await drafts(other).keep(KEY, "findings and more")
    assert texts(one) == ["findings and more"], "it goes on with the same one"


async def test_what_two_windows_type_is_kept_twice(windows: tuple[Desk, Desk], clock: FakeClock) -> None:
    one, other = windows
    for window in windows:
        assert drafts(window).take_up(KEY) is None
    await drafts(one).keep(KEY, "half an hour of findings")
    await drafts(other).keep(KEY, "ok")
    await drafts(other).keep(KEY, "ok, on it")
    await drafts(one).keep(KEY, "an hour of findings")
    assert texts(one) == ["an hour of findings", "ok, on it"]
    await other.outbox.submit([intent("1")], draft=KEY)
    assert texts(one) == ["an hour of findings"], "what was sent is over, the other one is not"
    await clock.advance(2.5)
    draft = drafts(other).take_up(KEY)
    assert draft is not None
    assert draft.text == "an hour of findings"


async def test_what_is_emptied_here_stays_what_it_is_there(windows: tuple[Desk, Desk], clock: FakeClock) -> None:
    one, other = windows
    await drafts(one).keep(KEY, "first")
    await clock.advance(2.5)
    drafts(other).take_up(KEY)
    await drafts(one).keep(KEY, "second")
    await drafts(other).keep(KEY, "")
    assert texts(one) == ["second"]
    await drafts(one).keep(KEY, "")
    assert texts(one) == []


@pytest.mark.parametrize("looked", [False, True])
async def test_what_another_window_has_sent_is_known_to_be_gone(
    windows: tuple[Desk, Desk], clock: FakeClock, *, looked: bool
) -> None:
    one, other = windows
    await drafts(one).keep(KEY, "sorry")
    await clock.advance(2.5)
    drafts(other).take_up(KEY)
    await one.outbox.submit([intent("1")], draft=KEY)
    if looked:
        await clock.advance(2.5)
    await drafts(other).keep(KEY, "sorry!")
    assert drafts(other).is_gone(KEY)
    assert texts(one) == ["sorry!"], "what was typed here is kept all the same"
    await other.outbox.submit([intent("2")], draft=KEY)
    assert not drafts(other).is_gone(KEY)
    assert texts(one) == []


async def test_what_the_disk_does_not_take_is_offered_again_here(
    windows: tuple[Desk, Desk], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = windows

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(one.journal, "keep_draft", full)
        with pytest.raises(sqlite3.OperationalError):
            await drafts(one).keep(KEY, "important")
    await drafts(other).keep("desk:ticket:8|comment", "something else")
    await clock.advance(2.5)
    draft = drafts(one).take_up(KEY)
    assert draft is not None
    assert draft.text == "important"
    assert not drafts(one).is_gone(KEY)
    await drafts(one).keep(KEY, "important!")
    assert texts(one) == ["important!", "something else"]


def test_a_start_with_a_wrong_clock_costs_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "DRAFTS", 2)
    journal = Journal(tmp_path)
    journal.open()
    for n in range(2):
        journal.keep_draft(Held(str(n)), Draft(f"text {n}", BEGIN))
    journal.prune(BEGIN + timedelta(days=400))
    assert set(journal.drafts()) == {"0", "1"}
    journal.keep_draft(Held("2"), Draft("text 2", BEGIN - timedelta(days=400)))
    journal.keep_draft(Held("0", "text 0"), Draft("text 0 and more", BEGIN))
    journal.prune(BEGIN)
    assert set(journal.drafts()) == {"2", "0"}, "those that were typed at last, whatever the clock said"
    journal.close()
