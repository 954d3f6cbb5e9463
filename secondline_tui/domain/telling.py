"""When to tell a person who is not looking: once for each new or worse thing, never for what somebody has. Pure.

Nothing is told twice while it lasts, but for pages, which are told again until somebody saw them. What comes within a
short time is one notice. What was there before the first answer of its source was there before us, and is not news.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from enum import StrEnum

from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.health import Health
from secondline_tui.domain.items import Alert, Incident, Item, Severity, Ticket
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import EMPTY, SafeText

SORTS = {
    Kind.ALERT: "alert",
    Kind.INCIDENT: "page",
    Kind.TICKET: "ticket",
    Kind.SOURCE: "source",
    Kind.DECLARED: "update",
}
"""What may be told, and the word for it in the configuration."""


class Why(StrEnum):
    """Why something is told."""

    NEW = "new"
    WORSE = "worse"
    AGAIN = "again"
    """A page that nobody has seen yet."""
    BLIND = "blind"
    """A source that cannot be believed any more."""
    DUE = "due"
    """People want to hear of a declared incident."""


@dataclass(frozen=True, slots=True)
class Now:
    """What rules ask for beside the thing itself."""

    clock: time
    """The time of day in the shift's zone."""
    on_shift: bool
    """Whether the person who sits here is on now, by the pairing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which things are told in which ways. An empty field matches everything."""

    sorts: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    environments: frozenset[str] = frozenset()
    severities: frozenset[str] = frozenset()
    hours: tuple[time, time] | None = None
    """From and until; until may be on the next day."""
    on_shift: bool = False
    """Only while the person who sits here is on."""
    ways: frozenset[str] = frozenset()
    """Empty: it is not told."""

    def matches(self, news: News, now: Now) -> bool:
        """Whether it is about this."""
        ref = news.ref
        return (
            (not self.sorts or SORTS[ref.kind] in self.sorts)
            and (not self.sources or ref.source in self.sources)
            and (not self.environments or news.environment.casefold() in self.environments)
            and (not self.severities or news.severity in self.severities)
            and (self.hours is None or _within(self.hours, now.clock))
            and (not self.on_shift or now.on_shift)
        )


def _within(hours: tuple[time, time], clock: time) -> bool:
    start, end = hours
    return start <= clock < end if start < end else clock >= start or clock < end


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing to tell."""

    ref: ItemRef
    why: Why
    title: SafeText
    environment: SafeText = EMPTY
    severity: str = ""
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told at once."""

    news: tuple[News, ...]
    ways: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How to tell."""

    rules: Sequence[Rule] = ()
    """The first that matches decides."""
    burst: float = 5.0
    """Seconds to wait for more of the same burst."""
    again: float = 120.0
    """Seconds after which a page that nobody has seen is told again."""
    blind: float = 60.0
    """Seconds that a source may not answer before that is news."""


def loudness(item: Item) -> int:
    """How bad it is, 0 for what need not be told: handled, paused, flapping, soft, a drill."""
    match item:
        case Alert():
            quiet = item.handled or item.paused or item.flapping or item.soft
            return 0 if quiet else {Severity.CRITICAL: 3, Severity.WARNING: 2, Severity.UNKNOWN: 1}[item.severity]
        case Incident():
            return 0 if item.handled or item.drill else (3 if item.urgency == "high" else 2)
        case Ticket():
            return 0 if item.handled else {"urgent": 3, "high": 2}.get(item.priority or "", 1)
        case _:
            return 0


@dataclass(slots=True)
class _Page:
    """A page that rings until it is seen."""

    news: News
    ways: frozenset[str]
    told_at: float


@dataclass(slots=True)
class _Memory:
    known: dict[ItemRef, int] = field(default_factory=dict)
    """How bad each thing was when it was last seen."""
    answered: set[str] = field(default_factory=set)
    blind_since: dict[str, float] = field(default_factory=dict)
    blind_told: set[str] = field(default_factory=set)
    due: Mapping[ItemRef, News] = field(default_factory=dict)
    """Updates that people wait for."""
    pages: dict[ItemRef, _Page] = field(default_factory=dict)
    pending: list[tuple[News, frozenset[str]]] = field(default_factory=list)
    pending_since: float = 0.0


class Teller:
    """Decides. Asked with every board and every second or so; moments are of one monotonic clock."""

    def __init__(self, habits: Habits) -> None:
        self.habits = habits
        self._memory = _Memory()

    def seen(self) -> None:
        """Somebody looked at the screen: no page rings on."""
        memory = self._memory
        memory.pages.clear()
        memory.pending = [(news, ways) for news, ways in memory.pending if news.why is not Why.AGAIN]

    def update(self, board: Board, monotonic: float, now: Now, due: Sequence[News] = ()) -> Notice | None:
        """What to tell at this moment, if anything. `due`: updates that people wait for."""
        for news in (*self._news(board, monotonic), *self._of_updates(due)):
            self._take(news, monotonic, now)
        self._ring(board, monotonic)
        memory = self._memory
        if not memory.pending or monotonic < memory.pending_since + self.habits.burst:
            return None
        # What was handled or went away meanwhile is no news any more.
        pending = [(news, ways) for news, ways in memory.pending if self._still(news, board)]
        memory.pending = []
        if not pending:
            return None
        for news, ways in pending:
            if isinstance(news.item, Incident):
                memory.pages[news.ref] = _Page(news, ways, monotonic)
        return Notice(tuple(news for news, _ in pending), frozenset().union(*(ways for _, ways in pending)))

    def _still(self, news: News, board: Board) -> bool:
        if news.why is Why.DUE:
            return news.ref in self._memory.due
        if news.item is None:
            return news.ref.source in self._memory.blind_told
        item = board.find(news.ref)
        return item is not None and loudness(item) > 0

    def _take(self, news: News, monotonic: float, now: Now) -> None:
        """Let the rules decide."""
        rule = next((rule for rule in self.habits.rules if rule.matches(news, now)), None)
        if rule is not None and rule.ways:
            self._add(news, rule.ways, monotonic)

    def _add(self, news: News, ways: frozenset[str], monotonic: float) -> None:
        if not self._memory.pending:
            self._memory.pending_since = monotonic
        self._memory.pending.append((news, ways))

    def _news(self, board: Board, monotonic: float) -> Iterator[News]:
        for state in board.sources.values():
            if state.good_at is not None and state.fault is None:
                yield from self._of_items(state)
            yield from self._of_sight(state, monotonic)

    def _of_items(self, state: SourceState) -> Iterator[News]:
        """What is new or worse in a good answer."""
        memory = self._memory
        first = state.name not in memory.answered
        memory.answered.add(state.name)
        loud = {item.ref: (item, level) for item in state.items if (level := loudness(item))}
        for ref, (item, level) in loud.items():
            before = memory.known.get(ref, 0)
            memory.known[ref] = level
            if level > before and not first:
                yield _of(item, Why.WORSE if before else Why.NEW)
        here = {item.ref for item in state.items}
        for ref in [ref for ref in memory.known if ref.source == state.name and ref not in here]:
            del memory.known[ref]

    def _of_sight(self, state: SourceState, monotonic: float) -> Iterator[News]:
        """Whether the source went blind, and has been for long enough to matter."""
        memory, name = self._memory, state.name
        if state.health(monotonic) in (Health.FRESH, Health.WAITING, Health.PAUSED):
            memory.blind_since.pop(name, None)
            memory.blind_told.discard(name)
            return
        since = memory.blind_since.setdefault(name, monotonic)
        if monotonic - since >= self.habits.blind and name not in memory.blind_told:
            memory.blind_told.add(name)
            reason = state.fault.message if state.fault is not None else "no answer for too long"
            title = SafeText(f"{name} cannot be believed: {reason}")
            yield News(ref=ItemRef(name, Kind.SOURCE, name), why=Why.BLIND, title=title, environment=state.environment)

    def _of_updates(self, due: Sequence[News]) -> list[News]:
        """Each update once, when it falls due."""
        before, self._memory.due = self._memory.due, {news.ref: news for news in due}
        return [news for ref, news in self._memory.due.items() if ref not in before]

    def _ring(self, board: Board, monotonic: float) -> None:
        """Tell pages again that nobody has seen and nobody has answered."""
        pages = self._memory.pages
        for ref, page in list(pages.items()):
            item = board.find(ref)
            if item is None or not loudness(item):
                del pages[ref]
            elif monotonic - page.told_at >= self.habits.again:
                page.told_at = monotonic
                self._add(replace(page.news, why=Why.AGAIN, item=item), page.ways, monotonic)


def _of(item: Item, why: Why) -> News:
    environment = item.environment if isinstance(item, Alert) else EMPTY
    severity = item.severity.value if isinstance(item, Alert) else ""
    return News(ref=item.ref, why=why, title=item.name_line, environment=environment, severity=severity, item=item)


def headline(notice: Notice) -> str:
    """The notice in a line."""
    first = notice.news[0]
    word = SORTS[first.ref.kind] if not first.severity else first.severity
    told = f"{first.why} {word}" if first.why is not Why.BLIND else "blind"
    more = f" and {len(notice.news) - 1} more" if len(notice.news) > 1 else ""
    return f"{told}: {first.title}{more}"
