"""The exit codes and the JSON of `status`: used from outside, so each key is pinned."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.health import Fault, FaultKind
from secondline_tui.domain.items import Handling, Item, Links, Severity
from secondline_tui.domain.summary import exit_code
from secondline_tui.domain.text import clean
from secondline_tui.report import report
from secondline_tui.shift.pairing import Pairing, RolePair
from secondline_tui.shift.related import Related
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago, alert, card, incident, ticket

NOW = 110.0
BLANK = SourceState(name="icinga", type="icinga2", environment=clean("production"), interval=30, deadline=10)
FAULT = Fault(kind=FaultKind.TIMED_OUT, message=clean("no answer in 10 s"))
ACKNOWLEDGED = Handling(by=clean("Bo"), comment=clean("known"), at=BEGIN, until=BEGIN + timedelta(hours=2))


def board(*items: Item, fault: Fault | None = None, **changes: Any) -> Board:
    good = replace(BLANK, good_at=100.0, as_of=BEGIN, items=items, fault=fault, took=0.25)
    return Board().with_source(replace(good, **changes))


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (board(), 0),
        (board(ticket("1"), card("c")), 0),
        (board(alert("a", acknowledged=ACKNOWLEDGED)), 0),
        (board(alert("a", downtime=True)), 0),
        (board(alert("a", paused=True)), 0),
        (board(incident("p", status=clean("acknowledged"))), 0),
        (board(alert("a", severity=Severity.WARNING)), 1),
        (board(alert("a", severity=Severity.UNKNOWN)), 1),
        (board(alert("a")), 2),
        (board(incident("p")), 2),
        (board(alert("a"), fault=FAULT), 2),
        (board(fault=FAULT), 3),
        (board(alert("a", severity=Severity.WARNING), fault=FAULT), 3),
        (board(rejected=(clean("row 3: no name"),)), 3),
        (board(unseen=(clean("satellite-2"),)), 3),
        (board(alert("a"), unseen=(clean("satellite-2"),)), 2),
        (board(good_at=None, as_of=None), 3),
        (board(good_at=NOW - 71), 3),
        (Board(), 3),
    ],
)
def test_exit_codes(made: Board, code: int) -> None:
    assert exit_code(made, NOW) == code


def told(made: Board, pairing: Pairing | None = None) -> dict[str, Any]:
    today = pairing or Pairing(BEGIN.date(), on_shift=False, roles=())
    whole = report(made, today, now=BEGIN, monotonic=NOW, environments=("production",))
    read: dict[str, Any] = json.loads(json.dumps(whole))
    return read


COMMON = {"ref", "source", "links", "related", "maybe"}


def test_a_source_tells_its_health_and_the_age_of_what_it_knows() -> None:
    made = told(
        board(
            alert("a"),
            fault=FAULT,
            fault_since=ago(minutes=3),
            rejected=(clean("odd"),),
            unseen=(clean("satellite-2"),),
            hidden=4,
        )
    )
    assert made["version"] == 1
    assert made["as_of"] == "2026-11-18T09:31:00Z"
    assert made["sources"] == {
        "icinga": {
            "type": "icinga2",
            "environment": "production",
            "health": "failing",
            "as_of": "2026-11-18T09:31:00Z",
            "age_seconds": 10.0,
            "took_seconds": 0.25,
            "count": 1,
            "rejected": 1,
            "rejected_reasons": ["odd"],
            "unseen": ["satellite-2"],
            "hidden": 4,
            "account": "",
            "error": {"kind": "timed_out", "message": "no answer in 10 s"},
            "error_since": "2026-11-18T09:28:00Z",
        }
    }


def test_a_source_that_never_answered_has_no_age() -> None:
    source = told(board(good_at=None, as_of=None, took=None))["sources"]["icinga"]
    assert (source["health"], source["as_of"], source["age_seconds"], source["error"]) == ("waiting", None, None, None)


def test_the_keys_of_every_item() -> None:
    links = Links(web="https://icinga.example/a", runbook="https://docs.example/disk")
    made = told(
        board(alert("a b", acknowledged=ACKNOWLEDGED, links=links), incident("p"), ticket("7"), card("c")),
    )
    (one,) = made["alerts"]
    assert one["ref"] == "icinga:alert:a%20b"
    assert one["links"] == {"web": "https://icinga.example/a", "runbook": "https://docs.example/disk", "graph": None}
    assert one["acknowledged"]["by"] == "Bo"
    assert one["acknowledged"]["until"].endswith("Z")
    keys = "environment severity host name output since acknowledged downtime flapping soft"
    assert one.keys() >= COMMON | set(keys.split())
    (page,) = made["incidents"]
    keys = "number title status urgency priority service assigned created escalates_at drill"
    assert page.keys() >= COMMON | set(keys.split())
    (row,) = made["tickets"]
    keys = "id subject status priority requester assignee created updated due"
    assert row.keys() >= COMMON | set(keys.split())
    (issue,) = made["cards"]
    assert issue.keys() >= COMMON | {"list", "title", "labels", "due", "updated", "comments"}


def test_sure_links_are_related_and_others_maybe() -> None:
    full = alert("web1!disk full", name=clean("disk full"))
    page = incident("p", title=clean("disk full on web1"))
    looks = card("q", title=clean("disk full again"))
    made = board(full).with_source(replace(BLANK, name="pagerduty", items=(page,)))
    made = made.with_source(replace(BLANK, name="trello", items=(looks,)))
    links = Related()
    links.update(made)
    today = Pairing(BEGIN.date(), on_shift=False, roles=())
    whole: Any = report(made, today, now=BEGIN, monotonic=NOW, environments=(), related=links)
    (one,), (issue,) = whole["alerts"], whole["cards"]
    assert (one["related"], one["maybe"]) == (["pagerduty:incident:p"], ["trello:card:q"])
    assert (issue["related"], issue["maybe"]) == ([], ["icinga:alert:web1!disk%20full"])


def test_the_pairing() -> None:
    pair = RolePair("primary", "Ana Sowande", "Bo Lind", BEGIN, BEGIN + timedelta(hours=4), out_of_hours=False)
    made = told(board(), Pairing(BEGIN.date(), on_shift=True, roles=(pair,)))["pairing"]
    assert made["date"] == BEGIN.date().isoformat()
    (role,) = made["roles"]
    assert (role["role"], role["planned"], role["actual"], role["mismatch"]) == (
        "primary",
        "Ana Sowande",
        "Bo Lind",
        True,
    )
    assert role["from"].endswith("Z")
    assert role["until"].endswith("Z")
