"""What pdpyras would do by itself, and does not."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from secondline_tui.demo.pagerduty.account import OWN_KEY
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources.pagerduty.library import Api, pdpyras
from tests.sources.pagerduty.conftest import Served

Session = pdpyras.APISession
BODY = {"incident": {"type": "incident", "status": "acknowledged"}}
WRITES: dict[str, Callable[[Session], object]] = {
    "post": lambda session: session.post("/incidents", json=BODY),
    "put": lambda session: session.put("/incidents/P1", json=BODY),
    "delete": lambda session: session.delete("/schedules/P1/overrides/P2"),
    "request": lambda session: session.request("post", "/incidents", json=BODY),
    "rpost": lambda session: session.rpost("/incidents/P1/notes", json={"content": "x"}),
    "rput": lambda session: session.rput("/incidents/P1", json=BODY["incident"]),
    "rdelete": lambda session: session.rdelete("/schedules/P1/overrides/P2"),
    "jpost": lambda session: session.jpost("/incidents/P1/snooze", json={"duration": 60}),
    "jput": lambda session: session.jput("/incidents", json={"incidents": []}),
}


@pytest.fixture
def api(served: Served) -> Iterator[Api]:
    made = Api(served.source(), OWN_KEY)
    yield made
    made.close()


@pytest.mark.parametrize("name", WRITES)
def test_no_write_leaves(served: Served, api: Api, name: str) -> None:
    with pytest.raises(PollFailed) as caught:
        WRITES[name](api.session)
    assert caught.value.fault.kind is FaultKind.FORBIDDEN
    assert served.world.requests() == []


def test_persist_reads_and_then_may_not_write(served: Served, api: Api) -> None:
    with pytest.raises(PollFailed):
        api.session.persist("users", "email", {"email": "new@example.org", "name": "New"})
    assert {request["method"] for request in served.world.requests()} == {"GET"}


@pytest.mark.parametrize(
    "fault", ["status:401", "status:429", "rate_limit:60", "status:500", "reset", "refuse", "html"]
)
def test_it_neither_retries_nor_sleeps(served: Served, api: Api, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    served.break_with(fault)
    for ask in (api.session.jget, api.session.rget, api.session.list_all):
        served.world.forget_requests()
        with pytest.raises(PollFailed):
            ask("/incidents")
        assert len(served.world.requests()) == (0 if fault == "refuse" else 1)
    assert slept == []


def test_it_does_not_know_the_token(served: Served, api: Api) -> None:
    api.ask("/abilities")
    assert OWN_KEY not in repr(vars(api.session)) + str(api.session.headers)
    assert served.asked() == {"/abilities": 1}


def test_an_address_elsewhere_is_not_asked(served: Served, api: Api) -> None:
    for address in ("https://evil.example/a", f"{served.url}@evil.example/a", f"{served.url}.evil.example/a"):
        with pytest.raises(PollFailed):
            api.ask(address)
    assert served.world.requests() == []


def test_importing_it_says_nothing() -> None:
    code = "import secondline_tui.sources.pagerduty.reader"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
