from __future__ import annotations

import json
from typing import Any

import pytest

from secondline_tui.glance.wording import block, line, missing, short
from tests.glance.told import told

BAD = told(critical=3, warning=11, unknown=2, pages=1, tickets=9, fresh=6, code=2, doubts=["ci failing: gone"])


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        ({}, "?6/7 ✖3 !11 ?2 ▲1 ✉9"),
        ({"symbols": "letters"}, "?6/7 C3 W11 U2 P1 T9"),
        ({"age": "12s"}, "?6/7 ✖3 !11 ?2 ▲1 ✉9 12s"),
        ({"colour": "tmux", "symbols": "letters"},
         "#[fg=red]?6/7#[default] #[fg=red]C3#[default] #[fg=yellow]W11#[default] #[fg=magenta]U2#[default] "
         "#[fg=red]P1#[default] T9"),
    ],
)  # fmt: skip
def test_a_line(looks: dict[str, str], expected: str) -> None:
    assert line(BAD, **looks) == expected


def test_what_a_monitor_does_not_see_stands_in_front() -> None:
    assert line(told(unseen=2, rejected=1, critical=3)) == "?1 row ?2 unseen ✖3"


def test_colours_of_a_terminal_and_of_pango_take_no_room() -> None:
    assert line(told(), colour="ansi") == "\x1b[32m✔\x1b[0m"
    assert line(told(), colour="pango") == '<span foreground="#7ccf8f">✔</span>'
    assert missing("not running", colour="tmux") == "#[fg=red]? not running#[default]"


@pytest.mark.parametrize(("code", "name"), [(0, "ok"), (1, "warning"), (2, "critical"), (3, "unknown")])
def test_waybar_is_told_a_class(code: int, name: str) -> None:
    made: dict[str, Any] = json.loads(block("waybar", "x", told(code=code)))
    assert made["class"] == [name]
    assert made["alt"] == name
    assert made["text"] == "x"


def test_waybar_is_told_what_is_worst_and_what_is_in_doubt() -> None:
    made = json.loads(block("waybar", "x", told(doubts=["ci failing: <gone>"], worst=["critical: a & b"])))
    assert made["class"] == ["ok", "doubt"]
    assert made["tooltip"] == "ci failing: &lt;gone&gt;\ncritical: a &amp; b", "pango reads it as markup"


def test_without_an_instance_every_bar_is_told_so() -> None:
    assert json.loads(block("waybar", "? off", None, "not running"))["class"] == ["unknown", "doubt"]
    assert json.loads(block("waybar", "? off", None, "not running"))["tooltip"] == "not running"
    assert json.loads(block("i3bar", "? off", None))["color"] == "#c49bf0"


def test_i3bar_is_told_when_it_is_urgent() -> None:
    made = json.loads(block("i3bar", "x", BAD))
    assert made == {
        "name": "secondline", "full_text": "x", "color": "#ff7b72", "urgent": True, "separator": True,
    }  # fmt: skip


@pytest.mark.parametrize(("seconds", "text"), [(-3, "0s"), (59.9, "59s"), (60, "1m"), (7_300, "2h"), (200_000, "2d")])
def test_an_age_has_one_unit(seconds: float, text: str) -> None:
    assert short(seconds) == text
