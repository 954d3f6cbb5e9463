"""The ledger: every action as it stands, in memory as on disk, and whoever wants to know of changes."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from secondline_tui.domain.actions import Action, Intent, State, Verb
from secondline_tui.domain.new_card import so_far
from secondline_tui.domain.ports import Clock
from secondline_tui.domain.text import EMPTY, SafeText
from secondline_tui.engine.drafts import Drafts
from secondline_tui.engine.journal import Journal
from secondline_tui.engine.owners import Turn

log = logging.getLogger(__name__)

ResultT = TypeVar("ResultT")
Listener = Callable[[Sequence[Action]], None]


class Ledger:
    """The actions of this process and, to be seen, those of others. For one asyncio loop; the disk has a thread."""

    def __init__(self, journal: Journal, clock: Clock, disk: Executor | None = None) -> None:
        self._journal = journal
        self._clock = clock
        self._disk = disk or ThreadPoolExecutor(1, "journal")
        self._actions: dict[str, Action] = {}
        self._homes: dict[str, str] = {}
        self._listeners: list[Listener] = []
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []
        self._version = -1
        self.since = clock.now()
        """How far back actions are shown that are over."""
        self.drafts = Drafts(journal, clock, self._on_disk)
        """What was typed and not sent."""
        self.is_open = False
        self.note: SafeText = EMPTY
        """Something about the journal that the person should know."""

    async def open(self, since: datetime) -> None:
        """Open the journal and read it; `note` says so when that is not possible."""
        self.since = since
        try:
            await self._on_disk(self._journal.open)
            await self._on_disk(partial(self._journal.prune, self._clock.now()))
            await self.look_around()
        except (OSError, sqlite3.Error) as error:
            log.error("the journal cannot be opened: %s: %s", type(error).__name__, error)
            self.note = SafeText("nothing can be kept on disk, so no action is taken; the log says why")
            return
        self.is_open = True
        if self._journal.set_aside is not None:
            self.note = SafeText(f"the record of actions was damaged, and is kept as {self._journal.set_aside.name}")

    def close(self) -> None:
        """Let go of the journal, after what is being written."""
        self._listeners.clear()
        self._disk.submit(self._journal.close)
        self._disk.shutdown(wait=False)

    @property
    def why_closed(self) -> str:
        """Why no action can be taken now; "" where one can."""
        return "" if self.is_open else self.note or "the record of actions is still being opened"

    # -- what is known ---------------------------------------------------------------------------------------

    @property
    def actions(self) -> tuple[Action, ...]:
        """Every action that is shown, in the order they were confirmed."""
        return tuple(self._actions.values())

    @property
    def mine(self) -> tuple[Action, ...]:
        """Those that this process sends, in the same order."""
        return tuple(action for key, action in self._actions.items() if key in self._homes)

    @property
    def forbidden(self) -> frozenset[tuple[str, Verb]]:
        """What the account may not do at all, by the last word of each service: (source, verb)."""
        last = {
            (action.intent.ref.source, action.intent.verb): action.forbidden
            for action in sorted(self.mine, key=lambda action: action.changed_at or action.intent.at)
            if action.forbidden or action.state in (State.ACCEPTED, State.CONFIRMED)
        }
        return frozenset(what for what, forbidden in last.items() if forbidden)

    def get(self, key: str) -> Action:
        """An action as it stands; KeyError for one that is not shown."""
        return self._actions[key]

    def is_mine(self, key: str) -> bool:
        """Whether this process sends it."""
        return key in self._homes

    def home(self, key: str) -> str:
        """Where its source led to when it was confirmed."""
        return self._homes[key]

    def claimed(self, but: str) -> frozenset[str]:
        """What services made for all actions but this one."""
        return frozenset(a.remote for a in self._actions.values() if a.remote and a.intent.id != but)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Be told of every change, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    async def until(self, met: Callable[[], bool]) -> None:
        """Return when something is so, as soon as a change makes it so."""
        if met():
            return
        waiting = (met, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        try:
            await waiting[1]
        finally:
            self._waiting.remove(waiting)

    # -- changes -----------------------------------------------------------------------------------------------

    async def add(self, intents: Sequence[tuple[Intent, str]], *, draft: str = "") -> list[Action]:
        """Take actions on, each with its home: on disk when this returns, and the draft they were typed in is gone.

        OSError or sqlite3.Error when they could not be kept, Repeated when one says again what is to be said once:
        then nothing was taken on.
        """
        async with self.drafts.quiet:
            held = self.drafts.held(draft)
            actions = await self._on_disk(partial(self._journal.add, intents, self._clock.now(), held))
            self.drafts.sent(draft)
        for action, (_, home) in zip(actions, intents, strict=True):
            self._actions[action.intent.id] = action
            self._homes[action.intent.id] = home
        self._tell()
        return actions

    async def put(self, action: Action, state: State, reason: SafeText = EMPTY) -> Action:
        """Keep how far an action has come: on disk, then for everybody to see."""
        reason = so_far(action.intent, state, reason)
        action = replace(action, state=state, reason=reason, changed_at=self._clock.now())
        await self._on_disk(partial(self._journal.put, action))
        self._actions[action.intent.id] = action
        self._tell()
        return action

    async def adopt(self, stale: timedelta, sources: Collection[str]) -> list[Action]:
        """Make what processes that have ended left behind at these sources ours."""
        entries = await self._on_disk(partial(self._journal.adopt, self._clock.now(), stale, sources))
        for entry in entries:
            self._actions[entry.action.intent.id] = entry.action
            self._homes[entry.action.intent.id] = entry.home
        if entries:
            self._tell()
        return [entry.action for entry in entries]

    async def look_around(self) -> None:
        """See what other processes of the same person have done; what is ours is known better here."""
        version = await self._on_disk(self._journal.version)
        if version == self._version:
            return
        await self.drafts.look()
        self._version = version
        entries = await self._on_disk(partial(self._journal.entries, self.since))
        known, self._actions = self._actions, {}
        for entry in entries:
            key = entry.action.intent.id
            self._actions[key] = known[key] if key in self._homes else entry.action
        for key in self._homes:
            self._actions.setdefault(key, known[key])
        self._tell()

    async def past(self, since: datetime) -> tuple[Action, ...]:
        """Every action that changed since then, further back than is shown; OSError or sqlite3.Error."""
        entries = await self._on_disk(partial(self._journal.entries, since))
        return tuple(self._actions.get(entry.action.intent.id, entry.action) for entry in entries)

    async def renew(self, action: Action) -> bool:
        """Put an action into the queue again; False where another one says meanwhile what is to be said once."""
        action = replace(action, state=State.QUEUED, reason=EMPTY, changed_at=self._clock.now())
        if not await self._on_disk(partial(self._journal.renew, action)):
            return False
        self._actions[action.intent.id] = action
        self._tell()
        return True

    async def turn(self, source: str) -> Turn:
        """The right to write to a source, once no other process has it."""
        turn = self._journal.owner.turn(source)
        while not await self._on_disk(turn.take):
            await self._clock.sleep(0.05)
        return turn

    # -- within ------------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        for met, waiting in self._waiting:
            if not waiting.done() and met():
                waiting.set_result(None)
        actions = self.actions
        for listener in tuple(self._listeners):
            listener(actions)

    async def _on_disk(self, work: Callable[[], ResultT]) -> ResultT:
        """The result of `work`, done on the journal's own thread; begun is done, also when nobody waits any more."""
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._disk, work))


def in_state(actions: Iterable[Action], *states: State) -> list[Action]:
    """Those of the actions that are in one of these states."""
    return [action for action in actions if action.state in states]
