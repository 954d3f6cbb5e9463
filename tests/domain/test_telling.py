"""What is told, and when: single cases, then three hours of a busy world against an oracle."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.health import Fault, FaultKind
from secondline_tui.domain.items import Handling, Item, Severity
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.telling import Habits, News, Notice, Now, Rule, Teller, Why, headline
from secondline_tui.domain.text import clean
from tests.domain.telling_oracle import blind_news, folded, item_news
from tests.fakes.items import alert, incident, ticket

EVERYTHING = (Rule(ways=frozenset({"bell"})),)
NOON = Now(time(12), on_shift=True)
SICK = Fault(kind=FaultKind.TIMED_OUT, message=clean("no answer in 10 s"))
TYPES = {"icinga": "icinga2", "pagerduty": "pagerduty", "zendesk": "zendesk"}


def state(name: str, *items: Item, at: float, fault: Fault | None = None) -> SourceState:
    return SourceState(
        name=name, type=TYPES[name], environment=clean("production"), interval=30, deadline=10, items=items,
        good_at=at, fault=fault,
    )  # fmt: skip


def board(*items: Item, at: float, fault: Fault | None = None) -> Board:
    made = Board()
    for name in TYPES:
        made = made.with_source(state(name, *(item for item in items if item.ref.source == name), at=at, fault=fault))
    return made


class Story:
    """A teller that has seen an empty board."""

    def __init__(self, *items: Item, **habits: Any) -> None:
        self.teller = Teller(Habits(**{"rules": EVERYTHING, "burst": 0.0, **habits}))
        self.at = 0.0
        self.step(*items)

    def step(self, *items: Item, after: float = 10.0, now: Now = NOON, fault: Fault | None = None) -> list[str]:
        self.at += after
        return told(self.teller.update(board(*items, at=self.at, fault=fault), self.at, now))


def told(notice: Notice | None) -> list[str]:
    return [f"{news.why} {news.ref.key}" for news in notice.news] if notice else []


def test_each_new_problem_once() -> None:
    story = Story()
    assert story.step(alert("1")) == ["new 1"]
    assert story.step(alert("1")) == []
    assert story.step(alert("1"), alert("2")) == ["new 2"]
    assert story.step() == []
    assert story.step(alert("1")) == ["new 1"], "it was gone, and is back"


def test_what_gets_worse_is_told_again_and_what_gets_better_is_not() -> None:
    story = Story()
    assert story.step(alert("1", severity=Severity.WARNING)) == ["new 1"]
    assert story.step(alert("1", severity=Severity.CRITICAL)) == ["worse 1"]
    assert story.step(alert("1", severity=Severity.WARNING)) == []


def test_what_was_there_before_us_is_no_news() -> None:
    assert Story(alert("1")).step(alert("1")) == []


@pytest.mark.parametrize(
    "quiet",
    [
        alert("1", acknowledged=Handling(by=clean("Bo"))), alert("1", downtime=True), alert("1", inhibited=True),
        alert("1", flapping=True), alert("1", soft=True), alert("1", paused=True), incident("1", drill=True),
        incident("1", status=clean("acknowledged")), ticket("1", status=clean("pending")),
    ],
)  # fmt: skip
def test_nothing_is_told_of_what_is_handled_or_comes_and_goes(quiet: Item) -> None:
    assert Story().step(quiet) == []


def test_a_downtime_that_ends_over_a_problem_is_news() -> None:
    story = Story(alert("1", downtime=True))
    assert story.step(alert("1")) == ["new 1"]


def test_an_acknowledgement_that_ends_is_not_told_again() -> None:
    story = Story()
    assert story.step(alert("1")) == ["new 1"]
    assert story.step(alert("1", acknowledged=Handling(by=clean("Bo")))) == []
    assert story.step(alert("1")) == []


def test_a_page_is_told_again_until_somebody_saw_it() -> None:
    story = Story(again=60.0)
    assert story.step(incident("1")) == ["new 1"]
    assert [story.step(incident("1")) for _ in range(13)] == [[]] * 5 + [["again 1"]] + [[]] * 5 + [["again 1"]] + [[]]
    story.teller.seen()
    assert [story.step(incident("1")) for _ in range(13)] == [[]] * 13


def test_a_page_that_is_answered_rings_no_more() -> None:
    story = Story(again=60.0)
    story.step(incident("1"))
    assert [story.step(incident("1", status=clean("acknowledged"))) for _ in range(13)] == [[]] * 13


def test_a_source_that_went_blind_is_told_once_and_a_blip_is_not() -> None:
    story = Story(blind=25.0)
    assert story.step(fault=SICK) == []
    assert story.step() == []
    assert [story.step(fault=SICK) for _ in range(6)] == [
        [], [], [], ["blind icinga", "blind pagerduty", "blind zendesk"], [], [],
    ]  # fmt: skip
    assert story.step() == []


def test_what_a_blind_source_still_shows_is_no_news_and_neither_is_its_return() -> None:
    story = Story(alert("1"), blind=1e9)
    assert story.step(alert("1"), fault=SICK) == []
    assert story.step(alert("1")) == []
    assert story.step(fault=SICK) == []
    assert story.step(alert("1"), alert("2")) == ["new 2"]


def test_ten_alerts_in_a_burst_are_one_notice() -> None:
    story = Story(burst=5.0)
    alerts = [alert(str(n)) for n in range(10)]
    assert [story.step(*alerts[:n], after=0.4) for n in range(1, 11)] == [[]] * 10
    assert story.step(*alerts, after=5) == [f"new {n}" for n in range(10)]
    assert story.step(*alerts) == []


def test_what_is_over_before_it_could_be_told_is_not_told() -> None:
    story = Story(burst=5.0)
    assert story.step(alert("1"), alert("2"), after=1) == []
    assert story.step(alert("1", acknowledged=Handling(by=clean("Bo"))), after=6) == []


@pytest.mark.parametrize(
    ("rule", "now", "is_told"),
    [
        (Rule(sorts=frozenset({"page"})), NOON, False),
        (Rule(sorts=frozenset({"alert"})), NOON, True),
        (Rule(sources=frozenset({"ci"})), NOON, False),
        (Rule(environments=frozenset({"production"})), NOON, True),
        (Rule(environments=frozenset({"staging"})), NOON, False),
        (Rule(severities=frozenset({"warning"})), NOON, False),
        (Rule(hours=(time(9, 30), time(17, 30))), NOON, True),
        (Rule(hours=(time(9, 30), time(17, 30))), Now(time(17, 30), on_shift=True), False),
        (Rule(hours=(time(22), time(6))), Now(time(1), on_shift=True), True),
        (Rule(hours=(time(22), time(6))), NOON, False),
        (Rule(on_shift=True), NOON, True),
        (Rule(on_shift=True), Now(time(12), on_shift=False), False),
    ],
)
def test_rules(rule: Rule, now: Now, is_told: bool) -> None:
    story = Story(rules=(replace(rule, ways=frozenset({"bell"})),))
    assert bool(story.step(alert("1"), now=now)) is is_told


def test_the_first_rule_that_matches_decides() -> None:
    quiet_staging = Rule(environments=frozenset({"staging"}))
    story = Story(rules=(quiet_staging, *EVERYTHING))
    assert story.step(alert("1", environment=clean("staging")), alert("2")) == ["new 2"]


def test_a_notice_in_a_line() -> None:
    story = Story()
    story.at += 10
    notice = story.teller.update(board(alert("1"), alert("2"), at=story.at), story.at, NOON)
    assert notice is not None
    assert headline(notice) == "new critical: check 1 on web1 and 1 more"


HOURS = 3
STEP = 10.0
BURST, BLIND = 15.0, 60.0


def scripted(chance: random.Random) -> list[tuple[float, Board]]:
    """Three hours of a world in which much happens."""
    makers: dict[str, Callable[[str], Item]] = {
        "icinga": lambda key: alert(
            key, severity=chance.choice(list(Severity)), flapping=chance.random() < 0.1, soft=chance.random() < 0.1,
            downtime=chance.random() < 0.1,
            acknowledged=Handling(by=clean("Bo")) if chance.random() < 0.2 else None,
        ),
        "pagerduty": lambda key: incident(
            key, drill=chance.random() < 0.2, urgency=clean(chance.choice(["high", "low"])),
            status=clean(chance.choice(["triggered", "acknowledged"])),
        ),
        "zendesk": lambda key: ticket(
            key, priority=chance.choice([None, clean("high"), clean("urgent")]),
            status=clean(chance.choice(["open", "pending"])),
        ),
    }  # fmt: skip
    held: dict[str, dict[str, Item]] = {name: {} for name in makers}
    sick: dict[str, bool] = dict.fromkeys(makers, False)
    shown = Board()
    for name in makers:
        shown = shown.with_source(replace(state(name, at=0), good_at=None))
    history = []
    for step in range(1, int(HOURS * 3_600 / STEP)):
        at = step * STEP
        for name, make in makers.items():
            for key in [str(n) for n in range(8) if chance.random() < 0.02]:
                held[name][key] = make(key)
            for key in [key for key in held[name] if chance.random() < 0.01]:
                del held[name][key]
            if chance.random() < (0.1 if sick[name] else 0.01):
                sick[name] = not sick[name]
            before = shown.sources[name]
            after = replace(before, fault=SICK) if sick[name] else state(name, *held[name].values(), at=at)
            shown = shown.with_source(after)
        history.append((at, shown))
    return history


@pytest.mark.parametrize("seed", range(6))
def test_three_hours_as_the_oracle_has_them(seed: int) -> None:
    history = scripted(random.Random(seed))
    teller = Teller(Habits(rules=EVERYTHING, burst=BURST, again=1e9, blind=BLIND))
    notices = [(at, notice) for at, shown in history if (notice := teller.update(shown, at, NOON)) is not None]
    refs = {item.ref for _, shown in history for source in shown.sources.values() for item in source.items}
    expected = [news for ref in refs for news in item_news(history, ref)]
    expected += [news for name in TYPES for news in blind_news(history, name, BLIND)]
    seen = [sorted((news.ref, str(news.why)) for news in notice.news) for _, notice in notices]
    assert seen == [sorted((one.ref, one.why) for one in batch) for batch in folded(expected, history, BURST)]
    assert len(seen) > 20, "much happened"


def test_a_blind_source_is_named_by_itself() -> None:
    story = Story(blind=0.0)
    story.at += 10
    notice = story.teller.update(board(at=story.at, fault=SICK), story.at, NOON)
    assert notice is not None
    assert notice.news[0].ref == ItemRef("icinga", Kind.SOURCE, "icinga")
    assert headline(notice).startswith("blind: icinga cannot be believed: no answer in 10 s")


def test_an_update_that_people_wait_for_is_told_once_by_the_rules_and_not_when_it_was_given_meanwhile() -> None:
    def waited(key: str) -> News:
        return News(ref=ItemRef("declared", Kind.DECLARED, key), why=Why.DUE, title=clean("INCIDENT P1"))

    rules = (Rule(sorts=frozenset({"update"}), ways=frozenset({"bell"})),)
    teller, empty = Teller(Habits(rules=rules, burst=5.0)), Board()
    one, two = waited("1@10:00"), waited("1@11:00")
    assert teller.update(empty, 0, NOON, [one]) is None
    notice = teller.update(empty, 6, NOON, [one])
    assert notice is not None
    assert (notice.news, headline(notice)) == ((one,), "due update: INCIDENT P1")
    assert teller.update(empty, 60, NOON, [one]) is None
    assert teller.update(empty, 100, NOON, []) is None
    assert teller.update(empty, 200, NOON, [two]) is None
    assert teller.update(empty, 206, NOON, []) is None, "it was given before it could be told"
    deaf = Teller(Habits(rules=(Rule(sorts=frozenset({"page"}), ways=frozenset({"bell"})),), burst=0.0))
    assert deaf.update(empty, 0, NOON, [one]) is None
