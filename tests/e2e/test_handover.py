"""`handover` on the demo's services: what it tells, and that it is posted once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from secondline_tui.cli.main import run
from secondline_tui.demo.faults import Fault
from secondline_tui.demo.serve import Demo
from secondline_tui.demo.server import SimulatedServer
from secondline_tui.demo.wire import Request

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


def cards(demo: Demo) -> list[dict[str, Any]]:
    """The cards of handovers."""
    state: Any = demo.world.simulators["trello"].state()
    return [card for card in state["cards"] if card["title"].startswith("Handover ")]


def test_it_becomes_one_card_though_answers_are_lost_and_another_one_only_if_asked_for(
    demo: Demo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault_for(_: SimulatedServer, request: Request) -> Fault | None:
        return Fault.parse("drop_after_apply", 1) if request.method == "POST" and "/1/cards" in request.path else None

    with monkeypatch.context() as broken:
        broken.setattr(SimulatedServer, "fault_for", fault_for)
        code, out, err = shell(demo, capsys, "handover", "--post-card", "to do")
    (card,) = cards(demo)
    assert (code, err) == (0, f"✔ confirmed  card trello:card:{card['id']}\n")
    assert (card["list"], card["desc"], card["attachments"]) == ("To do", out.strip(), [])

    code, out, err = shell(demo, capsys, "handover", "--post-card")
    assert code == 4
    assert f"there is a card of it already (confirmed: {card['title']}, To do); --again makes another" in err
    assert out.startswith("# Handover, ")
    assert len(cards(demo)) == 1
    assert shell(demo, capsys, "handover", "--post-card", "--again", "--on", "trello")[0] == 0
    assert sorted(card["list"] for card in cards(demo)) == [
        "Ongoing issues, useful Info & unexplained events", "To do",
    ]  # fmt: skip


@pytest.mark.parametrize("post", ["--post", "--post-card"])
def test_read_only_posts_nothing_and_says_so(demo: Demo, capsys: pytest.CaptureFixture[str], post: str) -> None:
    before = len(comments(demo)), len(cards(demo))
    what = [refs(demo, capsys, "cards")[0]] if post == "--post" else []
    code, out, err = shell(demo, capsys, "--read-only", "handover", post, *what)
    assert (code, "read-only" in err) == (4, True)
    assert out.startswith("# Handover, ")
    assert (len(comments(demo)), len(cards(demo))) == before


def test_a_list_that_is_not_there_is_wrong_usage(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    before = len(cards(demo))
    code, out, err = shell(demo, capsys, "handover", "--post-card", "Nowhere", "--again")
    assert code == 64
    assert "--post-card: 'Nowhere' is no list; there are " in err
    assert out.startswith("# Handover, "), "the text is not lost for it"
    assert len(cards(demo)) == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--since", "soon"), "--since: 'soon' is not a duration"),
        (("--post", "icinga:alert:x"), "--post: 'icinga:alert:x' is no card"),
        (("--post", "nowhere:card:x"), "--post: 'nowhere:card:x' is no card"),
        (("--post-card", "--on", "icinga"), "--on: 'icinga' is no board"),
        (("--again",), "--on and --again go with --post-card only"),
        (("--post", "x", "--post-card"), "not allowed with"),
        (("--post", "x"), "'x' is not SOURCE:KIND:KEY"),
    ],
)
def test_wrong_usage(demo: Demo, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str) -> None:
    code, out, err = shell(demo, capsys, "handover", *arguments)
    assert (code, out) == (64, "")
    assert told in err
