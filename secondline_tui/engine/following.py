"""What became of an action that was sent: its service is asked until it shows it, or clearly never will."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import replace

from secondline_tui.domain.actions import Action, Finding, NotDone, Receipt, State
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.ports import Clock
from secondline_tui.domain.text import EMPTY, SafeText
from secondline_tui.engine.ledger import Ledger
from secondline_tui.engine.patience import Patience

log = logging.getLogger(__name__)

AT_ONCE = 2
"""How many such questions a source is asked at once."""


class Follower:
    """Follows actions to their end."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        ask: Callable[[Action], Awaitable[Finding]],
        refresh: Callable[[str], None],
        patience: Patience,
        go_on: Callable[[Action], Awaitable[None]],
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._ask = ask
        self._refresh = refresh
        self._patience = patience
        self._go_on = go_on
        self._gates: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE))
        self._latest: dict[str, object] = {}

    async def follow(self, action: Action) -> None:
        """Find out what became of an accepted or unknown action. A later call for the same one takes its place."""
        key, me = action.intent.id, object()
        self._latest[key] = me
        began = self._clock.monotonic()
        absent_since: float | None = None
        wait = self._patience.first
        while True:
            await self._clock.sleep(wait)
            async with self._gates[action.intent.ref.source]:
                action = self._ledger.get(key)
                if self._is_over(action) or self._latest[key] is not me:
                    return
                finding = await self._asked(action)
            now = self._clock.monotonic()
            if finding is not None and self._ledger.get(key) is action:
                if finding.there is False and absent_since is None:
                    absent_since = now
                gone = absent_since is not None and now - absent_since >= self._patience.window
                if (finding.there is not False or gone) and await self._ended(action, finding):
                    return
            late = now - began > self._patience.window
            wait = self._patience.slow if late else min(self._patience.most, wait * 2)

    async def confirm(self, action: Action, finding: Finding) -> None:
        """The service shows it; of what has several parts, the next one goes out."""
        told = finding.told or (action.reason if action.state is State.ACCEPTED else EMPTY)
        action = following_up(action, finding)
        if finding.rest:
            await self._go_on(action)
            return
        await self._ledger.put(action, State.CONFIRMED, told)
        self._refresh(action.intent.ref.source)

    def _is_over(self, action: Action) -> bool:
        return action.state not in (State.ACCEPTED, State.UNKNOWN) or action.dealt_with

    async def _ended(self, action: Action, finding: Finding) -> bool:
        """Keep what was found; whether the disk took it."""
        try:
            await (self._never_came(action) if finding.there is False else self._told(action, finding))
        except (OSError, sqlite3.Error) as error:
            log.error("%s: what was found cannot be kept: %s", action.intent.ref.source, type(error).__name__)
            return False
        return True

    async def _asked(self, action: Action) -> Finding | None:
        """What the service says, None when it does not answer."""
        try:
            return await self._ask(action)
        except (PollFailed, NotDone):
            return None
        except Exception as error:  # noqa: BLE001  (an answer that nobody thought of must not end the asking)
            log.error("%s: reading back stumbled over %s", action.intent.ref.source, type(error).__name__)
            return None

    async def _told(self, action: Action, finding: Finding) -> None:
        if finding.there:
            await self.confirm(action, finding)
            return
        name = action.intent.ref.source
        if action.state is State.UNKNOWN:
            reason = finding.told or SafeText(f"{action.reason}; {name} cannot tell whether it was done")
            await self._ledger.put(action, State.UNKNOWN, reason)
        self._refresh(name)

    async def _never_came(self, action: Action) -> None:
        name, later = action.intent.ref.source, f"{self._patience.window:.0f} s later"
        if action.state is State.UNKNOWN:
            await self._ledger.put(action, State.FAILED, SafeText(f"{action.reason}; {name} does not have it {later}"))
        else:
            await self._ledger.put(action, State.ACCEPTED, SafeText(f"{name} said yes, but does not show it {later}"))
        self._refresh(name)


def following_up(action: Action, answer: Receipt | Finding) -> Action:
    """The action, with what its service calls what it made; about that item from now on where it says so."""
    intent = replace(action.intent, ref=answer.ref) if answer.ref is not None else action.intent
    return replace(action, intent=intent, remote=answer.remote or action.remote)
