"""An application that takes a key when the one before it has had its effect.

Textual 8.2.8 hands a key to the field that has the focus and goes on: a command typed right after a choice, as a slow
line delivers them, would see the form as it was before.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TypeVar

from textual import events
from textual.app import App
from textual.message import Message
from textual.widget import Widget

ReturnT = TypeVar("ReturnT")

LOOK = 0.02
"""Seconds between two looks whether the field is still there."""
LONGEST = 1.0
"""Seconds that one key may keep the next one waiting."""


class Handled(Message):
    """Goes the way of a key, behind it: where this arrives, the key has been."""

    def __init__(self, rounds: int) -> None:
        super().__init__()
        self.rounds = rounds
        """How often it has to go yet. What a key leads to by a message, as Enter does, is in front of a second one."""


class InTurnApp(App[ReturnT]):
    """Keys and pasted texts, one after the other."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._typed: deque[events.Key | events.Paste] = deque()
        self._awaited: Handled | None = None
        self._look: asyncio.TimerHandle | None = None

    async def on_event(self, event: events.Event) -> None:
        """Let what was typed before come first."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._typed.append(event)
            await self._take()
        else:
            await super().on_event(event)

    async def _take(self) -> None:
        while self._typed and self._awaited is None:
            event = self._typed.popleft()
            await super().on_event(event)
            if event.is_forwarded:
                self._follow(1 if isinstance(event, events.Key) and event.is_printable else 2)

    def _follow(self, rounds: int) -> None:
        """Wait for what the field does with it."""
        target, sent = self.focused or self.screen, Handled(rounds)
        if target.post_message(sent):
            self._awaited = sent
            self._watch(target, asyncio.get_running_loop().time() + LONGEST)

    def _watch(self, target: Widget, until: float) -> None:
        self._look = asyncio.get_running_loop().call_later(LOOK, self._look_again, target, until)

    def _look_again(self, target: Widget, until: float) -> None:
        """A field that is gone tells nothing any more."""
        if target.is_attached and asyncio.get_running_loop().time() < until:
            self._watch(target, until)
        else:
            self._awaited = self._look = None
            self.call_later(self._take)

    async def on_handled(self, message: Handled) -> None:
        """Take the next key."""
        if message is not self._awaited:
            return
        self._awaited = None
        if self._look is not None:
            self._look.cancel()
            self._look = None
        if message.rounds > 1:
            self._follow(message.rounds - 1)
        await self._take()
