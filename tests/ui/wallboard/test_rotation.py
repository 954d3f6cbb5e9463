"""Which page is shown when: tested on the rotation itself, whose only clock is an argument."""

from __future__ import annotations

from dataclasses import replace

from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.health import Fault, FaultKind
from secondline_tui.domain.items import Handling, Item, Severity
from secondline_tui.domain.text import clean
from secondline_tui.ui.wallboard.rotation import Rotation
from tests.fakes.items import alert, incident, ticket

PAGES = ("overview", "alerts", "pages", "tickets", "today")
KNOWN = Handling(by=clean("Bo"))
TYPES = {"icinga": "icinga2", "pagerduty": "pagerduty", "zendesk": "zendesk"}


def state(name: str, *items: Item, good: bool = True) -> SourceState:
    return SourceState(
        name=name, type=TYPES[name], environment=clean(""), interval=30, deadline=10, items=items,
        good_at=1.0 if good else None,
    )  # fmt: skip


def board(*items: Item) -> Board:
    made = Board()
    for name in TYPES:
        made = made.with_source(state(name, *(item for item in items if item.ref.source == name)))
    return made


def begun(*items: Item) -> Rotation:
    rotation = Rotation(PAGES, seconds=20, stay=300, now=0)
    rotation.board_changed(board(*items), 0)
    return rotation


def shown(rotation: Rotation, begin: float, end: float) -> list[str]:
    """The page at each change from one second to another."""
    pages: list[str] = []
    for now in range(int(begin), int(end) + 1):
        rotation.tick(now)
        if pages[-1:] != [rotation.page]:
            pages.append(rotation.page)
    return pages


def test_every_page_has_its_turn() -> None:
    assert shown(begun(), 0, 100) == [*PAGES, "overview"]


def test_it_stops_on_the_page_that_turned_bad_and_goes_on_when_that_is_over() -> None:
    rotation = begun()
    rotation.board_changed(board(alert("1")), 5)
    assert shown(rotation, 5, 200) == ["alerts"]
    rotation.board_changed(board(alert("1", acknowledged=KNOWN)), 200)
    assert shown(rotation, 200, 225) == ["alerts", "pages"]


def test_it_does_not_stay_for_ever() -> None:
    rotation = begun()
    rotation.board_changed(board(alert("1")), 5)
    assert shown(rotation, 5, 330) == ["alerts", "pages", "tickets"]


def test_what_was_bad_before_us_stops_nothing() -> None:
    rotation = begun(alert("1"), incident("1"))
    assert rotation.page == "overview"
    rotation.board_changed(board(alert("1"), incident("1")), 5)
    assert rotation.page == "overview"


def test_the_first_answer_of_a_source_stops_nothing() -> None:
    rotation = Rotation(PAGES, seconds=20, stay=300, now=0)
    rotation.board_changed(Board().with_source(state("icinga", good=False)), 0)
    rotation.board_changed(Board().with_source(state("icinga", alert("1"))), 1)
    assert rotation.page == "overview"
    rotation.board_changed(Board().with_source(state("icinga", alert("1"), alert("2"))), 2)
    assert rotation.page == "alerts"


def test_a_source_that_comes_back_with_something_new_stops_it() -> None:
    rotation = begun(alert("1"))
    sick = replace(state("icinga", alert("1")), fault=Fault(kind=FaultKind.TIMED_OUT, message=clean("late")))
    rotation.board_changed(board().with_source(sick), 5)
    assert rotation.page == "overview"
    rotation.board_changed(board(alert("1")), 10)
    assert rotation.page == "overview"
    rotation.board_changed(board(alert("1"), alert("2")), 15)
    assert rotation.page == "alerts"


def test_a_page_is_more_urgent_than_an_alert_and_an_alert_than_a_ticket() -> None:
    rotation = begun()
    rotation.board_changed(board(ticket("1", priority=clean("urgent"))), 1)
    assert rotation.page == "tickets"
    rotation.board_changed(board(ticket("1", priority=clean("urgent")), alert("1")), 2)
    assert rotation.page == "alerts"
    everything = [ticket("1", priority=clean("urgent")), alert("1"), incident("1")]
    rotation.board_changed(board(*everything), 3)
    assert rotation.page == "pages"
    rotation.board_changed(board(*everything, alert("2")), 4)
    assert rotation.page == "pages", "not away from what rings"


def test_what_comes_and_goes_by_itself_is_a_drill_or_is_no_trouble_stops_nothing() -> None:
    rotation = begun()
    rotation.board_changed(
        board(
            alert("1", flapping=True), alert("2", soft=True), alert("3", paused=True), alert("4", downtime=True),
            alert("5", severity=Severity.WARNING), incident("1", drill=True),
            incident("2", status=clean("acknowledged")), ticket("1"),
        ),
        5,
    )  # fmt: skip
    assert rotation.page == "overview"


def test_a_page_that_somebody_holds_stays_whatever_happens() -> None:
    rotation = begun()
    rotation.go(4, 1)
    rotation.hold(1)
    rotation.board_changed(board(incident("1")), 5)
    assert shown(rotation, 5, 500) == ["today"]
    rotation.hold(500)
    assert shown(rotation, 500, 525) == ["today", "overview"]


def test_keys_turn_the_pages() -> None:
    rotation = begun()
    rotation.turn(-1, 1)
    assert rotation.page == "today"
    rotation.turn(1, 2)
    assert rotation.page == "overview"
    rotation.go(8, 3)
    assert rotation.page == "overview", "there is no ninth page"
    rotation.go(2, 3)
    assert shown(rotation, 3, 22) == ["pages"]


def test_a_page_that_is_not_shown_stops_nothing() -> None:
    rotation = Rotation(("today",), seconds=20, stay=300, now=0)
    rotation.board_changed(board(), 0)
    rotation.board_changed(board(incident("1")), 1)
    assert shown(rotation, 1, 100) == ["today"]
