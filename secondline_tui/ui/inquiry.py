"""What a service tells of the item that is looked at beyond its row: asked for, and kept up to date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import inf

from textual.dom import DOMNode
from textual.worker import Worker

from secondline_tui.domain.board import SourceState
from secondline_tui.domain.health import Fault, Health, PollFailed
from secondline_tui.domain.items import Detail
from secondline_tui.domain.refs import ItemRef
from secondline_tui.engine.backoff import LONGEST_RETRY_AFTER
from secondline_tui.engine.supervisor import Engine
from secondline_tui.ui.aside import aside
from secondline_tui.ui.detail_text import More, Outdated

PACE = 15.0
"""Seconds between two questions about one item, unless a person asks or its row changes."""


@dataclass(slots=True)
class _Known:
    """What was asked and told of one item."""

    asked: float
    """When it was asked for last, monotonic."""
    after: datetime | None
    """The good answer of its source that stood then."""
    detail: Detail | None = None
    as_of: datetime | None = None
    good_at: float = 0.0
    fault: Fault | None = None
    """Why it was not told the last time."""
    not_before: float = 0.0


class Inquiry:
    """Asks for the item that is looked at when another one is, and again after each good poll of its source.

    Rows do not tell of everything: a page's row is the same after a note. It never overlaps itself; a source that does
    not answer its polls is not asked, and one that asked for peace gets it.
    """

    def __init__(self, node: DOMNode, engine: Engine, told: Callable[[], None]) -> None:
        self._node = node
        self._engine = engine
        self._told = told
        self._known: dict[ItemRef, _Known] = {}
        self._ref: ItemRef | None = None
        self._asking: Worker[None] | None = None
        self._hurried = False

    def more(self, ref: ItemRef) -> More:
        """What was told of an item, or why nothing was; None while it is being asked for."""
        known = self._known.get(ref)
        if known is None:
            return None
        if known.detail is None or known.as_of is None:
            return known.fault
        if known.fault is not None or self._is_old(known, ref):
            return Outdated(known.detail, known.as_of, known.fault)
        return known.detail

    def forget(self) -> None:
        """Know nothing of any item any more, and look at none."""
        self.look_at(None)
        self._known.clear()

    def hurry(self) -> None:
        """Let the next good answer be followed by a question, however soon: the row has changed."""
        self._hurried = True

    def ask_again(self) -> None:
        """The same, because a person asks: credentials that were turned down are tried again."""
        self.hurry()
        known = self._known.get(self._ref) if self._ref is not None else None
        if known is not None and known.fault is not None and known.fault.stop:
            known.not_before = 0.0

    def look_at(self, ref: ItemRef | None) -> None:
        """Ask, if that item is another one than before or it is time to ask again. To be called every now and then."""
        if ref != self._ref:
            self._give_up()
            self._ref, self._hurried = ref, False
        if ref is not None and (self._asking is None or self._asking.is_finished) and self._is_due(ref):
            self._hurried = False
            known = self._known.setdefault(ref, _Known(0.0, None))
            known.asked = self._engine.clock.monotonic()
            known.after = self._state(ref).as_of
            self._asking = aside(self._node, partial(self._ask, ref, known), "detail", only=True)

    def _give_up(self) -> None:
        """Wait no longer for what is asked; where nothing was told it is asked anew when that item is shown again."""
        if self._asking is None or self._asking.is_finished or self._ref is None:
            return
        self._asking.cancel()
        self._asking = None
        if self.more(self._ref) is None:
            self._known.pop(self._ref, None)

    def _state(self, ref: ItemRef) -> SourceState:
        return self._engine.board.sources[ref.source]

    def _is_due(self, ref: ItemRef) -> bool:
        known, state, now = self._known.get(ref), self._state(ref), self._engine.clock.monotonic()
        if known is None:
            return True
        if state.as_of is known.after or state.health(now) is not Health.FRESH or now < known.not_before:
            return False
        return self._hurried or now - known.asked >= PACE

    def _is_old(self, known: _Known, ref: ItemRef) -> bool:
        """Whether it is so old that it should have been told anew."""
        state = self._state(ref)
        return self._engine.clock.monotonic() - known.good_at > 2 * (max(state.interval, PACE) + state.deadline)

    async def _ask(self, ref: ItemRef, known: _Known) -> None:
        began, as_of = self._engine.clock.monotonic(), self._engine.clock.now()
        try:
            known.detail = await self._engine.detail(ref)
        except PollFailed as failed:
            known.fault = failed.fault
            wait = min(failed.fault.retry_after or 0.0, LONGEST_RETRY_AFTER)
            known.not_before = inf if failed.fault.stop else began + wait
        else:
            known.fault, known.as_of, known.good_at = None, as_of, began
        self._told()
