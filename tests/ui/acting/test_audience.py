"""Whatever is typed: nothing is public without the public-send key, and nothing at all is written read-only."""

from __future__ import annotations

import pytest

from secondline_tui.domain.actions import Verb
from secondline_tui.ui.dashboard.screen import DashboardScreen
from tests.fakes.actor import FakeActor
from tests.thorough import THOROUGH
from tests.ui.acting.monkey import furnished, hit, random_keys
from tests.ui.desk import USUAL, acting, desk

RUNS, KEYS = (5, 2_000) if THOROUGH else (1, 1_000)


def no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Help and palette can run everything, so the way out is closed; and no editor takes the terminal."""
    monkeypatch.setattr(DashboardScreen, "leave", lambda _: None)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)


@pytest.mark.parametrize("seed", range(RUNS))
async def test_random_keys_without_the_public_one_never_make_a_public_reply(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_way_out(monkeypatch)
    async with acting(size=(60, 16)) as found:
        await furnished(found)
        keys = random_keys(seed, KEYS)
        assert "ctrl+o" not in keys
        await hit(found, keys)
        verbs = [action.intent.verb for action in found.outbox.ledger.actions]
        assert Verb.REPLY not in verbs
        assert verbs, "the keys do act"


async def test_the_same_keys_with_the_public_one_among_them_do_make_public_replies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    no_way_out(monkeypatch)
    async with acting(size=(60, 16)) as found:
        await furnished(found)
        for keys in (["3", "R", *"hello"], ["ctrl+o"], ["ctrl+o"], ["y"]):
            await hit(found, keys)
        assert [action.intent.verb for action in found.outbox.ledger.actions] == [Verb.REPLY]


async def test_random_keys_read_only_write_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    no_way_out(monkeypatch)
    actors = {name: FakeActor() for name in USUAL}
    async with desk(size=(60, 16), actors=actors, read_only=True) as found:
        await furnished(found)
        await hit(found, random_keys(99, KEYS))
        assert found.screen.session.outbox is None
    assert not any(actor.sends or actor.prepared for actor in actors.values())
