"""A read-only dashboard in a terminal: whatever keys come, no service receives a request that writes."""

from __future__ import annotations

import random
import string

import pytest

from tests.e2e.served import Served
from tests.e2e.terminal import terminal
from tests.thorough import THOROUGH

COUNT = 10_000 if THOROUGH else 1_000
PLAIN = [key for key in string.ascii_letters + string.digits + string.punctuation + " " if key != "q"]
SPECIAL = [
    "\r", "\t", "\x1b", "\x7f", "\x13", "\x0f", "\x05", "\x18", "\x01", "\x04", "\x10",
    "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F", "\x1b[Z", "\x1bOP",
]  # fmt: skip
"""Among them every key that sends in a prompt."""
VERBS = [*"acRudXtxeAsPMmOzLyY ", "\r", "\x13", "\x0f"]


def reads(request: dict[str, object]) -> bool:
    """Whether it cannot write; Icinga 2 reads objects by POST."""
    path = str(request["path"])
    return request["method"] in ("GET", "HEAD") or (request["method"] == "POST" and path.startswith("/v1/objects/"))


@pytest.mark.timeout(300)
def test_random_keys_write_nothing() -> None:
    chance = random.Random(3)
    sent = 0
    with Served() as demo:
        while sent < COUNT:  # a random key may well quit, by way of the palette
            with terminal("--read-only", config=demo.config) as screen:
                screen.wait_for("believe this screen")
                while sent < COUNT and screen.process.poll() is None:
                    sent += 1
                    screen.send(chance.choice(chance.choice([PLAIN, SPECIAL, VERBS])))
                    if sent % 20 == 0:
                        screen.read(0.02)
        requests = demo.call("GET", "/requests")
        state = demo.call("GET", "/state")
    assert len(requests) > 20
    assert [request for request in requests if not reads(request)] == []
    assert state["pagerduty"]["acts"] == []
    assert state["icinga"]["applied"] == []
