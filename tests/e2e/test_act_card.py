"""`act card`: a card of an item from the shell."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from secondline_tui.demo.faults import Fault
from secondline_tui.demo.serve import Demo
from secondline_tui.demo.server import SimulatedServer
from secondline_tui.demo.wire import Request
from tests.e2e.test_act import Shell, alert


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with Demo() as served:
        yield served


@pytest.fixture
def shell(demo: Demo, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(demo, capsys)


def made(shell: Shell, key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(card for card in shell.state("trello")["cards"] if card["id"] == key)
    return found


def test_a_card_of_an_alert_is_made_once_and_then_known_to_belong_to_it(shell: Shell) -> None:
    ref = alert(shell.board(), "alertmanager", lambda a: a["name"] == "NodeNotReady")
    told = shell.done("card", ref, "--title", "node-3 again", "--comment", "drained it")
    assert (told["ref"], told["verb"]) == (ref, "card")
    card = made(shell, told["made"])
    assert (card["title"], card["list"]) == ("node-3 again", "Ongoing issues, useful Info & unexplained events")
    parts = [line for line in card["desc"].splitlines() if line.startswith("## ")]
    assert parts == ["## Summary", "## Picture", "## Output and details", "## Related tickets", "## Done so far"]
    assert "## Summary\n\ndrained it\n\n" in card["desc"]
    (picture,) = card["attachments"]
    assert Image.open(io.BytesIO(base64.b64decode(picture["content"]))).format == "PNG"

    linked = next(a for a in shell.board()["alerts"] if a["ref"] == ref)
    assert linked["related"] == [f"trello:card:{card['id']}"]
    writes = shell.writes()
    code, (again,) = shell.act("card", ref)
    assert (code, again["state"]) == (4, "refused")
    assert f"there is a card of it already, trello:card:{card['id']} (node-3 again)" in again["reason"]
    assert shell.writes() == writes
    assert made(shell, shell.done("card", ref, "--again", "--to", "To do")["made"])["list"] == "To do"


def test_what_was_done_is_told_and_two_lost_answers_cost_no_second_card(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = alert(shell.board(), "icinga", lambda a: a["name"] == "scheduled publications in Whitehall not queued")
    shell.done("comment", ref, "--comment", "asked the team")
    before = len(shell.state("trello")["cards"])

    def fault_for(_: SimulatedServer, request: Request) -> Fault | None:
        return Fault.parse("drop_after_apply", 1) if request.method == "POST" and "/1/cards" in request.path else None

    monkeypatch.setattr(SimulatedServer, "fault_for", fault_for)
    told = shell.done("card", ref)
    assert "comment “asked the team”" in made(shell, told["made"])["desc"]
    assert len(shell.state("trello")["cards"]) == before + 1
    assert len(made(shell, told["made"])["attachments"]) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--to", "No such list"), 64, "'No such list' is no list; there are"),
        (("--until", "2h"), 64, "card takes no --until"),
        (("--read-only",), 4, "no board that may be written to"),
        (("--on", "icinga"), 4, "no board that may be written to"),
    ],
)
def test_what_cannot_be_is_said(shell: Shell, arguments: tuple[str, ...], code: int, told: str) -> None:
    ref = alert(shell.board(), "icinga", lambda a: a["name"] == "mapit not responding to postcode query")
    writes = shell.writes()
    found, out, err = shell.run("act", "card", ref, *arguments)
    assert (found, told in out + err) == (code, True), out + err
    assert shell.writes() == writes


def test_its_options_are_its_own_and_no_card_is_made_of_a_card(shell: Shell) -> None:
    board = shell.board()
    known = next(card["ref"] for card in board["cards"])
    assert "no card is made of a card" in shell.run("act", "card", known)[1]
    code, _, err = shell.run("act", "comment", known, "--comment", "x", "--title", "y")
    assert (code, "go with card only" in err) == (64, True)
