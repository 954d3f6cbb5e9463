from __future__ import annotations

from collections.abc import Iterator

import pytest

from secondline_tui.config.models import Config
from secondline_tui.demo.alertmanager import OLD, Alertmanager
from secondline_tui.domain.actions import Refused, Unanswered, Verb
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources import actors
from secondline_tui.sources.alertmanager.actor import actor
from secondline_tui.sources.http import Http, Writer
from tests.sources.alertmanager.conftest import Served
from tests.sources.silencing import Desk, serve


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield from serve(OLD)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_the_readers_connection_cannot_write(desk: Desk, method: str) -> None:
    http = Http(desk.settings()["url"])
    with pytest.raises(PollFailed) as caught:
        await http.body(method, "/api/v2/silences", json={})
    await http.close()
    assert caught.value.fault.kind is FaultKind.FORBIDDEN
    assert desk.world.requests() == []


async def test_read_only_has_no_actor(one: Served) -> None:
    assert actors.actor_opener("am", one.settings(read_only=True), Config()) is None
    opener = actors.actor_opener("am", one.settings(), Config())
    assert opener is not None
    await (await opener()).close()


async def test_without_a_name_that_is_said(one: Served) -> None:
    made = actor("am", one.settings(), Config())
    reader = one.reader()
    ref = next(item.ref for item in (await reader.fetch()).items)
    assert (await made.prepare(ref, Verb.SILENCE)).account == "nobody: [me] name is not set"
    await made.close()
    await reader.close()


async def test_what_a_proxy_in_front_wants_goes_with_every_request(desk: Desk) -> None:
    intent = await desk.intent()
    assert isinstance(desk.simulator, Alertmanager)
    desk.simulator.wants = {"Authorization": "Bearer s3cret"}
    with_it = desk.actor(headers={}, token="s3cret")
    await with_it.send(intent)
    assert len(desk.held()) == 1
    await with_it.close()
    without = desk.actor(headers={}, token="wrong")
    with pytest.raises(Refused) as caught:
        await without.send(intent)
    assert caught.value.forbidden
    assert "credentials are not accepted" in caught.value.reason
    await without.close()
    assert len(desk.held()) == 1


async def test_an_answer_that_never_ends_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made, intent = desk.actor(deadline=10), await desk.intent()
    monkeypatch.setattr(made, "_patience", 0.1)
    desk.break_with("hang")
    with pytest.raises(Unanswered, match="no complete answer in time"):
        await made.send(intent)
    desk.break_with("hang")
    with pytest.raises(PollFailed, match="no complete answer in time"):
        await made.settle(intent, intent.at, frozenset())
    await made.close()


def test_an_actors_connection_is_not_kept() -> None:
    assert (Writer.idle, Writer.writes, Http.writes) == (0, True, False)
