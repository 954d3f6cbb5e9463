"""Whatever there is to show, at whatever size: every cell of the screen is accounted for, and no count pretends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.health import Fault, FaultKind
from secondline_tui.domain.items import Item, OnCall, Severity
from secondline_tui.domain.ordering import DEFAULT_ENVIRONMENTS
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.ui.spans import Role
from secondline_tui.ui.wallboard.counting import open_alert
from secondline_tui.ui.wallboard.frame import PAGES, Place, picture
from secondline_tui.ui.wallboard.scene import Scene, tally, thousands
from tests.fakes.clock import BEGIN
from tests.fakes.items import alert, card, incident, ticket
from tests.ui.wall import AGENDA, CALENDAR, SOURCES

WORDS = st.text(max_size=60).map(clean)
NAMES = WORDS.filter(bool)
WHEN = st.one_of(st.none(), st.integers(-(10**7), 10**7).map(lambda s: BEGIN + timedelta(seconds=s)))
HEALTHS = ("fresh", "fresh", "failing", "stale", "waiting", "never", "paused", "odd", "half")
FAULT = Fault(kind=FaultKind.UNREACHABLE, message=clean("gone"))


@st.composite
def items(draw: Any, name: str) -> list[Item]:
    made: list[Item] = []
    for n in range(draw(st.integers(0, 6))):
        key = str(n)
        match name:
            case "icinga" | "ci" | "alertmanager":
                made.append(
                    alert(key, source=name, name=draw(NAMES), host=draw(WORDS), since=draw(WHEN),
                          severity=draw(st.sampled_from(list(Severity))), environment=draw(WORDS),
                          downtime=draw(st.booleans()))
                )  # fmt: skip
            case "pagerduty":
                made.append(
                    incident(key, title=draw(NAMES), escalates_at=draw(WHEN), created=draw(WHEN),
                             drill=draw(st.booleans()), assigned=(draw(WORDS),), priority=draw(WORDS))
                )  # fmt: skip
                ref = ItemRef(name, Kind.ON_CALL, key)
                made.append(OnCall(ref=ref, role=draw(NAMES), person=draw(WORDS), start=draw(WHEN), end=draw(WHEN)))
            case "zendesk":
                made.append(ticket(key, created=draw(WHEN), due=draw(WHEN), group=draw(WORDS), assignee=draw(WORDS)))
            case "trello":
                made.append(card(key, title=draw(NAMES), updated=draw(WHEN), due=draw(WHEN), labels=(draw(WORDS),)))
    return made


@st.composite
def scenes(draw: Any) -> Scene:
    states = {}
    for name, (kind, environment) in SOURCES.items():
        state = SourceState(
            name=name, type=kind, environment=SafeText(environment), interval=30, deadline=10,
            items=tuple(draw(items(name))), good_at=100.0, as_of=BEGIN,
        )  # fmt: skip
        health = draw(st.sampled_from(HEALTHS))
        changes: dict[str, dict[str, Any]] = {
            "failing": {"fault": FAULT, "fault_since": BEGIN},
            "stale": {"good_at": 0.0},
            "waiting": {"good_at": None, "as_of": None, "items": ()},
            "never": {"good_at": None, "as_of": None, "items": (), "fault": FAULT},
            "paused": {"paused_since": BEGIN},
            "odd": {"rejected": (clean("odd"),)},
            "half": {"unseen": (clean("satellite-2"),)},
        }
        states[name] = replace(state, **changes.get(health, {}))
    return Scene(Board(MappingProxyType(states)), BEGIN, 110.0, CALENDAR, AGENDA, DEFAULT_ENVIRONMENTS)


@settings(max_examples=60)
@given(scenes(), st.sampled_from(list(PAGES)), st.integers(1, 310), st.integers(1, 110), st.integers(0, 7))
def test_every_line_is_as_long_as_the_screen_is_wide(
    scene: Scene, page: str, width: int, height: int, step: int
) -> None:
    lines = picture(scene, Place(tuple(PAGES), page), width, height, step)
    assert len(lines) == height
    assert {sum(cell_len(text) for text, _ in line) for line in lines} == {width}


@settings(max_examples=60)
@given(scenes())
def test_a_count_is_bare_only_when_everybody_who_could_add_to_it_was_heard(scene: Scene) -> None:
    count = tally(scene, scene.told(type(alert("1"))), open_alert)
    heard = all(scene.believed(state) and not state.rejected and not state.unseen for state in count_states(scene))
    assert count.forms[0].isdigit() is heard
    assert all("?" in form for form in count.forms) is not heard
    assert heard or all(form.partition("+")[0] != "0" for form in count.forms), "nothing known is no nought"


def count_states(scene: Scene) -> list[SourceState]:
    return [state for state in scene.board.sources.values() if state.type in ("icinga2", "alertmanager")]


@settings(max_examples=40)
@given(scenes())
def test_doubt_is_red_whenever_a_source_is_in_doubt(scene: Scene) -> None:
    lines = picture(scene, Place(tuple(PAGES), "overview"), 120, 40)
    sick = [s for s in scene.board.sources.values() if not scene.believed(s) and (s.fault or s.paused_since)]
    red = any(role is Role.DOUBT for line in lines for _, role in line)
    assert red or not sick


@given(st.integers(0, 10**7))
def test_large_counts_stay_short(count: int) -> None:
    assert len(thousands(count)) <= 6
    assert thousands(count) == str(count) or thousands(count).endswith("K")
