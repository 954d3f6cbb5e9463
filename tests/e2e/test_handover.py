"""`handover` on the demo's services: what it tells, and that it is posted once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from secondline_tui.cli.main import run
from secondline_tui.demo.serve import Demo

Told = tuple[int, str, str]


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with Demo() as served:
        yield served


def shell(demo: Demo, capsys: pytest.CaptureFixture[str], *arguments: str) -> Told:
    code = run([*arguments, "--config", str(demo.config)])
    out, err = capsys.readouterr()
    return code, out, err


def comments(demo: Demo) -> list[str]:
    """The texts on every card."""
    state: Any = demo.world.simulators["trello"].state()
    return [comment["text"] for card in state["cards"] for comment in card["comments"]]


def refs(demo: Demo, capsys: pytest.CaptureFixture[str], part: str) -> list[str]:
    board = json.loads(shell(demo, capsys, "status", "--format", "json")[1])
    return [item["ref"] for item in board[part]]


def test_what_was_done_is_told_and_posted_on_exactly_one_card(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    card = refs(demo, capsys, "cards")[0]
    ticket = refs(demo, capsys, "tickets")[0]
    assert shell(demo, capsys, "act", "comment", ticket, "--comment", "asked the requester")[0] == 0
    before = len(comments(demo))
    code, out, err = shell(demo, capsys, "handover", "--post", card)
    assert (code, err) == (0, f"✔ confirmed  comment {card}\n")
    assert "“asked the requester”" in out
    assert "## Incidents" in out
    assert "## Alerts, the most frequent first" in out
    assert len(comments(demo)) == before + 1
    assert comments(demo).count(out.rstrip()) == 1


def test_it_is_only_printed_unless_it_is_to_be_posted(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    before = len(comments(demo))
    code, out, err = shell(demo, capsys, "handover", "--since", "8h")
    assert (code, err) == (0, "")
    assert out.startswith("# Handover, ")
    assert len(comments(demo)) == before


def test_read_only_posts_nothing_and_says_so(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    before = len(comments(demo))
    code, out, err = shell(demo, capsys, "--read-only", "handover", "--post", refs(demo, capsys, "cards")[0])
    assert (code, "read-only" in err) == (4, True)
    assert out.startswith("# Handover, ")
    assert len(comments(demo)) == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--since", "soon"), "--since: 'soon' is not a duration"),
        (("--post", "icinga:alert:x"), "--post: 'icinga:alert:x' is no card"),
        (("--post", "nowhere:card:x"), "--post: 'nowhere:card:x' is no card"),
        (("--post", "x"), "'x' is not SOURCE:KIND:KEY"),
    ],
)
def test_wrong_usage(demo: Demo, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str) -> None:
    code, out, err = shell(demo, capsys, "handover", *arguments)
    assert (code, out) == (64, "")
    assert told in err
