"""`act` on the demo's services: every verb from the shell, and what the services hold afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from secondline_tui.cli.main import run
from secondline_tui.config.load import load
from secondline_tui.demo.alertmanager import Alertmanager
from secondline_tui.demo.faults import Fault
from secondline_tui.demo.serve import Demo
from secondline_tui.demo.server import SimulatedServer
from secondline_tui.demo.wire import Request
from secondline_tui.domain.actions import NotSent, Refused
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText
from secondline_tui.engine.journal import Journal
from secondline_tui.sources.icinga2.actor import Icinga2Actor

TEXT = "on it – “back soon”\n\tsecond line 🔥"


@dataclass
class Shell:
    demo: Demo
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> tuple[int, str, str]:
        code = run([*arguments, "--config", str(self.demo.config)])
        out, err = self.capsys.readouterr()
        return code, out, err

    def board(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("status", "--format", "json")[1])
        return found

    def act(self, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
        code, out, err = self.run("act", *arguments, "--format", "json")
        assert err == ""
        actions: list[dict[str, Any]] = json.loads(out)["actions"]
        return code, actions

    def done(self, *arguments: str) -> dict[str, Any]:
        """Act on one item, and be told that the service shows it."""
        code, actions = self.act(*arguments)
        assert (code, [a["state"] for a in actions]) == (0, ["confirmed"]), actions
        return actions[0]

    def state(self, source: str) -> Any:
        return self.demo.world.simulators[source].state()

    def break_with(self, source: str, kind: str, times: int | None = None) -> None:
        self.demo.world.break_service(source, Fault.parse(kind, times))

    def writes(self) -> int:
        return sum(not reads for reads in map(_reads, self.demo.world.requests()))


def _reads(request: Any) -> bool:
    method, path = request["method"], request["path"]
    return method in ("GET", "HEAD") or "/v1/objects/" in path


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with Demo() as served:
        yield served


@pytest.fixture
def shell(demo: Demo, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(demo, capsys)


def alert(board: dict[str, Any], source: str, wanted: Callable[[dict[str, Any]], Any]) -> str:
    return next(str(a["ref"]) for a in board["alerts"] if a["source"] == source and wanted(a))


def free(item: dict[str, Any]) -> bool:
    return not item["acknowledged"] and not item["downtime"]


def test_an_icinga_problem_from_acknowledgement_to_recheck(shell: Shell) -> None:
    ref = alert(shell.board(), "icinga", free)
    key = ItemRef.parse(ref).key
    shell.done("acknowledge", ref, "--comment", TEXT)
    assert shell.act("acknowledge", ref, "--comment", TEXT)[0] == 4, "it is acknowledged already"
    shell.done("comment", ref, "--comment", TEXT)
    comments = [c for c in shell.state("icinga")["comments"] if c["object"] == key and c["text"] == TEXT]
    assert [c["author"] for c in comments] == ["Ana Sowande"] * 2
    shell.done("unacknowledge", ref)
    made = shell.done("downtime", ref, "--comment", TEXT, "--until", "90m")
    held = [d for d in shell.state("icinga")["downtimes"] if d["object"] == key]
    assert [d["text"] for d in held] == [TEXT]
    assert made["made"]
    shell.done("end-downtime", ref)
    assert not [d for d in shell.state("icinga")["downtimes"] if d["object"] == key]
    shell.done("recheck", ref)


@pytest.mark.parametrize("source", ["alertmanager", "grafana"])
def test_a_silence_stands_for_an_acknowledgement(shell: Shell, source: str) -> None:
    ref = alert(shell.board(), source, lambda a: free(a) and "rule%2F" not in a["ref"] and "rule/" not in a["ref"])
    silence = shell.done("acknowledge", ref, "--comment", TEXT, "--until", "2h")
    assert silence["verb"] == "silence"
    held = {s["id"]: s for s in shell.state(source)["silences"]}
    assert held[silence["made"]]["comment"] == TEXT
    shell.done("extend", ref, "--until", "4h")
    shell.done("expire", ref)
    assert not [s for s in shell.state(source)["silences"] if s["comment"] == TEXT and s["status"]["state"] == "active"]


@pytest.mark.parametrize("kind", ["incidents", "cards"])
def test_status_never_stands_for_what_cannot_be_taken_back(shell: Shell, kind: str) -> None:
    ref = shell.board()[kind][0]["ref"]
    before = shell.writes()
    code, actions = shell.act("status", ref)
    assert (code, [a["state"] for a in actions]) == (4, ["refused"])
    assert shell.writes() == before


def test_an_incident_from_note_to_resolution(shell: Shell) -> None:
    ref = next(page["ref"] for page in shell.board()["incidents"] if page["acknowledged_by"])
    shell.done("comment", ref, "--comment", TEXT)
    shell.done("snooze", ref, "--until", "2h")
    shell.done("escalate", ref, "--to", "2")
    shell.done("reassign", ref, "--to", "Cy Okonkwo-Reyes")
    shell.done("priority", ref, "--to", "P1")
    (page,) = [one for one in shell.state("pagerduty")["incidents"] if one["id"] == ItemRef.parse(ref).key]
    assert (page["assigned"], page["priority"]) == (["Cy Okonkwo-Reyes"], "P1")
    shell.done("resolve", ref)
    assert shell.act("comment", ref, "--comment", TEXT)[0] == 4, "it is no longer there"


def test_a_schedule_is_taken_over_for_a_while_and_given_back(shell: Shell) -> None:
    def on_call() -> dict[str, Any]:
        return next(dict(role) for role in shell.board()["pairing"]["roles"] if role["role"] == "escalations")

    def turns_to(person: str) -> bool:
        return any(on_call()["actual"] == person for _ in range(20))

    whose = on_call()["actual"]
    code, (refusal,) = shell.act("end-override", on_call()["ref"])
    assert (code, refusal["reason"]) == (4, "nobody was put in there by hand")
    before = sum(map(len, shell.state("pagerduty")["overrides"].values()))
    made = shell.done("override", on_call()["ref"], "--until", "1h")["made"]
    assert sum(map(len, shell.state("pagerduty")["overrides"].values())) == before + 1
    assert turns_to("Ana Sowande"), "it begins with the next full second"
    shell.done("end-override", on_call()["ref"], "--to", made)
    assert turns_to(whose)


def test_a_ticket_from_taking_to_solving(shell: Shell) -> None:
    ref = next(t["ref"] for t in shell.board()["tickets"] if t["status"] == "new")
    number = int(ItemRef.parse(ref).key)

    def ticket() -> Any:
        return shell.state("zendesk")["tickets"][str(number)]

    code, (refusal,) = shell.act("release", ref)
    assert (code, refusal["reason"]) == (4, f"it is not yours to give back: {ticket()['assignee'] or 'nobody'} has it")
    for again in (True, False):
        shell.done("take", ref)
        assert ticket()["assignee"] == "Ana Sowande"
        if again:
            shell.done("release", ref)
            assert not ticket()["assignee"]
    shell.done("comment", ref, "--comment", TEXT)
    shell.done("comment", ref, "--public", "--comment", f"public {TEXT}")
    told = [(c["text"] if "text" in c else c["body"], c["public"]) for c in ticket()["comments"]][-2:]
    assert told == [(TEXT, False), (f"public {TEXT}", True)]
    shell.done("priority", ref, "--to", "high")
    shell.done("status", ref, "--to", "pending")
    assert (ticket()["priority"], ticket()["status"]) == ("high", "pending")
    code, out, err = shell.run("act", "macro", ref)
    assert code == 64
    assert "which macro?" in err
    assert out == ""
    shell.done("macro", ref, "--to", err.split("one of ")[1].split(" ")[0])


def test_a_card_is_commented_on_moved_and_archived(shell: Shell) -> None:
    cards = shell.board()["cards"]
    ref, other = cards[0]["ref"], cards[1]["ref"]
    shell.done("comment", ref, "--comment", TEXT)
    shell.done("archive", ref)
    shell.done("move", other, "--to", "Done")
    left = {card["ref"] for card in shell.board()["cards"]}
    assert not {ref, other} & left


def test_several_items_are_told_one_by_one(shell: Shell) -> None:
    board = shell.board()
    one, two = [a["ref"] for a in board["alerts"] if a["source"] == "ci" and free(a)][:2]
    gone = f"{one}-that-there-is-none-of"
    code, actions = shell.act("acknowledge", one, gone, two, "--comment", TEXT)
    assert code == 4
    assert [(a["ref"], a["state"]) for a in actions] == [(one, "confirmed"), (gone, "refused"), (two, "confirmed")]
    assert "shows no such item" in actions[1]["reason"]


@pytest.mark.parametrize("verb", ["extend", "expire"])
def test_one_silence_over_two_alerts_is_written_once_and_told_of_each(shell: Shell, verb: str) -> None:
    simulator = shell.demo.world.simulators["alertmanager"]
    assert isinstance(simulator, Alertmanager)
    word = f"all of staging, {verb}"
    held = simulator.silence({"environment": "staging"}, "Bo", word, seconds=1_000)
    covered = [a["ref"] for a in shell.board()["alerts"] if a["acknowledged"] and a["acknowledged"]["comment"] == word]
    before = shell.writes()
    code, actions = shell.act(verb, *covered[:2], *(["--until", "2h"] if verb == "extend" else []))
    assert code == 0
    assert [(a["ref"], a["state"], a["made"]) for a in actions] == [(ref, "confirmed", held) for ref in covered[:2]]
    assert len(actions) == 2
    assert shell.writes() == before + 1
    shell.run("act", "expire", covered[0])


def test_an_answer_that_gets_lost_is_found_out_and_nothing_is_sent_twice(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = alert(shell.board(), "icinga", lambda _: True)
    before = len(shell.state("icinga")["comments"])
    lost = []

    def fault_for(_: SimulatedServer, request: Request) -> Fault | None:
        if "/v1/actions/" not in request.target:
            return None
        lost.append(request)
        return Fault.parse("drop_after_apply", 1)

    monkeypatch.setattr(SimulatedServer, "fault_for", fault_for)
    shell.done("comment", ref, "--comment", "lost and found")
    assert len(lost) == 1
    assert len(shell.state("icinga")["comments"]) == before + 1


def test_a_service_that_is_away_is_told_and_nothing_is_written(shell: Shell) -> None:
    ref = alert(shell.board(), "icinga", lambda _: True)
    shell.break_with("icinga", "refuse")
    try:
        code, actions = shell.act("comment", ref, "--comment", TEXT)
    finally:
        shell.demo.world.mend()
    assert code == 69
    assert "cannot be reached" in actions[0]["reason"]


@pytest.mark.parametrize("no", [Refused(SafeText("no such author")), NotSent(SafeText("away"))])
def test_what_was_told_to_the_caller_is_left_for_nobody_else(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, no: Exception
) -> None:
    async def send(*_: object) -> None:
        raise no

    monkeypatch.setattr(Icinga2Actor, "send", send)
    ref = alert(shell.board(), "icinga", lambda _: True)
    code, (told,) = shell.act("comment", ref, "--comment", TEXT)
    assert (code, told["reason"]) == (4 if isinstance(no, Refused) else 69, str(no))
    journal = Journal(load(shell.demo.config).state_folder)
    journal.open()
    (left,) = [
        e.action for e in journal.entries(datetime.now(UTC) - timedelta(hours=1)) if e.action.intent.id == told["id"]
    ]
    journal.close()
    assert (left.state, left.wants_a_person) == (told["state"], False)


def test_read_only_refuses_with_a_message_and_sends_nothing(shell: Shell) -> None:
    ref = alert(shell.board(), "icinga", lambda _: True)
    before = shell.writes()
    code, actions = shell.act("comment", ref, "--comment", TEXT, "--read-only")
    assert code == 4
    assert "read-only" in actions[0]["reason"]
    assert shell.writes() == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["dance", "x:alert:1"], "no verb"),
        (["declare", "pagerduty:incident:new"], "it is done in the dashboard"),
        (["comment", "x"], "SOURCE:KIND:KEY"),
        (["comment", "nowhere:alert:1", "--comment", "x"], "no source is called 'nowhere'"),
        (["archive", "x:card:1", "--public"], "--public"),
        (["comment", "icinga:alert:\udcff", "--comment", "x"], "not UTF-8"),
        (["comment", "icinga:alert:x", "--comment", "half \udcff"], "not UTF-8"),
    ],
)
def test_wrong_usage_is_said_before_anything_is_asked(shell: Shell, arguments: list[str], told: str) -> None:
    code, out, err = shell.run("act", *arguments)
    assert (code, out) == (64, "")
    assert told in err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "needs a text"),
        (["--comment", "  \n"], "needs a text"),
        (["--comment", "x", "--until", "yesterday"], "--until"),
        (["--comment", "x", "--to", "x"], "takes no --to"),
    ],
)
def test_what_is_missing_or_odd_is_said(shell: Shell, options: list[str], told: str) -> None:
    ref = alert(shell.board(), "icinga", lambda a: a["downtime"])
    code, out, err = shell.run("act", "downtime", ref, *options)
    assert (code, out) == (64, "")
    assert told in err


def test_the_text_form_says_the_same(shell: Shell) -> None:
    ref = alert(shell.board(), "icinga", lambda _: True)
    code, out, _ = shell.run("act", "comment", ref, "--comment", TEXT)
    assert code == 0
    assert out.startswith(f"✔ confirmed  comment {ref}")


def test_actions_stay_on_disk_for_the_dashboard_to_show(shell: Shell) -> None:
    assert (Path(shell.demo.config.parent) / "state" / "outbox.db").exists()
