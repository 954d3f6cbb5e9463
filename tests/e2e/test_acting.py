"""Acting from the dashboard as a program, on the demo's services: rows change when the service says so, not before."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from tests.e2e.served import Served
from tests.e2e.terminal import Terminal, terminal

LAG = 2.0
TEXT = "looking into it"
SEND = "\x13"


@pytest.fixture(scope="module")
def demo() -> Iterator[Served]:
    with Served() as services:
        yield services


def typed(screen: Terminal, keys: str, text: str = "") -> None:
    """Open a prompt by its keys, and type into it once its service has told what there is to know."""
    screen.press(*keys)
    screen.settle()
    screen.press(*text)


@pytest.mark.parametrize(
    ("source", "keys", "text", "send", "seen"),
    [
        ("icinga", "2/unprocessed content\rga", TEXT, SEND, r"Ana Sowande: l"),
        ("alertmanager", "2/NodeNotReady\rga", "silenced by hand", SEND, r"Ana Sowande: s"),
        ("zendesk", "3gja", "", "\r", r"4699 .*\bAna\b"),
        ("pagerduty", "1gc", TEXT, SEND, r"added a note to #\d{4}"),
        ("trello", "4gc", TEXT, SEND, r"commented on \w"),
    ],
)
def test_the_row_changes_when_the_service_says_so(
    demo: Served, source: str, keys: str, text: str, send: str, seen: str
) -> None:
    """How long it takes beyond the service's own lag is printed; the outbox asks at least every 1.5 s."""
    shown = re.compile(seen)
    demo.break_service(source, f"lag:{LAG}")
    try:
        with terminal(config=demo.config, size=(160, 50)) as screen:
            screen.wait_for("✔ believe this screen")
            typed(screen, keys, text)
            began = time.monotonic()
            screen.press(send)
            while time.monotonic() < began + LAG - 0.3:
                screen.read(0.1)
                assert not shown.search(screen.text), f"not before {source} shows it\n{screen.text}"
            screen.wait_for(lambda words: shown.search(words) is not None)
            print(f"{source}: shown {time.monotonic() - began - LAG:.1f} s after the service shows it")
            screen.press("q")
            assert screen.wait() == 0
    finally:
        demo.mend()
