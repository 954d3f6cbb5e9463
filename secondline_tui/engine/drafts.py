"""Drafts: what was typed and not sent, offered again, and safe from other windows of the same person.

A draft has a key, which says what it is about, and a place on disk. Where another window has kept something else in
that place meanwhile, ours gets a place of its own beside it: neither is lost, and the newest is offered first.
"""

from __future__ import annotations

import asyncio
import sqlite3
import uuid
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol, TypeVar

from secondline_tui.domain.ports import Clock
from secondline_tui.engine.journal import Journal
from secondline_tui.engine.records import Draft, Held

ResultT = TypeVar("ResultT")

BESIDE = "\n"
"""What follows the key in the name of another place for it."""


class OnDisk(Protocol):
    """Does something on the journal's own thread."""

    def __call__(self, work: Callable[[], ResultT], /) -> Awaitable[ResultT]:
        """The result of `work`."""


class Drafts:
    """The drafts of all windows, and those that prompts of this one are at. For one asyncio loop."""

    def __init__(self, journal: Journal, clock: Clock, on_disk: OnDisk) -> None:
        self._journal = journal
        self._clock = clock
        self._on_disk = on_disk
        self._held: dict[str, Held] = {}
        self._gone: set[str] = set()
        """The keys of those whose draft another window has sent or dropped meanwhile."""
        self._owed: dict[str, Draft] = {}
        """What the disk would not take."""
        self.quiet = asyncio.Lock()
        """Held while something is read or written: what is on disk and what is known of it are the same outside."""
        self.texts: dict[str, Draft] = {}
        """Every draft by its place."""

    async def look(self) -> None:
        """See what is on disk now."""
        async with self.quiet:
            self.texts = {**await self._on_disk(self._journal.drafts), **self._owed}

    def offered(self, key: str) -> Draft | None:
        """The newest draft of this."""
        place = self._newest(key)
        return None if place is None else self.texts[place]

    def take_up(self, key: str) -> Draft | None:
        """The newest draft of this, for a prompt that goes on with it."""
        place = self._newest(key)
        self._gone.discard(key)
        self._held[key] = Held(key) if place is None or place in self._owed else Held(place, self.texts[place].text)
        return self.offered(key)

    def held(self, key: str) -> Held:
        """What the prompt of this key has on disk."""
        return self._held.get(key, Held(key))

    def is_gone(self, key: str) -> bool:
        """Whether what its prompt had on disk was there no more: another window has sent it, or dropped it."""
        held = self.held(key)
        return key in self._gone or (bool(held.text) and held.place not in self.texts)

    async def keep(self, key: str, text: str) -> None:
        """Keep what has been typed so far; an empty text is no draft. Begun is done, also when nobody waits any more.

        OSError or sqlite3.Error where the disk does not take it: then it is offered again while this process runs.
        """
        await asyncio.shield(self._keep(key, text))

    def sent(self, key: str) -> None:
        """It went out from here, and what its prompt had on disk is deleted."""
        held = self._held.pop(key, Held(key))
        self._gone.discard(key)
        self._forget(held)

    def _newest(self, key: str) -> str | None:
        places = (place for place in self.texts if place == key or place.startswith(key + BESIDE))
        return max(places, key=lambda place: self.texts[place].at, default=None)

    async def _keep(self, key: str, text: str) -> None:
        async with self.quiet:
            held, draft = self.held(key), Draft(text, self._clock.now())
            try:
                place = await self._written(key, held, draft)
            except (OSError, sqlite3.Error):
                if text:
                    self._owed[held.place] = self.texts[held.place] = draft
                raise
            self._forget(held)
            self._held[key] = Held(place, text)
            if text:
                self.texts[place] = draft

    async def _written(self, key: str, held: Held, draft: Draft) -> str:
        """The place where it is now."""
        there = await self._on_disk(partial(self._journal.keep_draft, held, draft))
        if there is None:
            return held.place
        if not there:
            self._gone.add(key)
        place = f"{key}{BESIDE}{uuid.uuid4().hex}" if there else held.place
        await self._on_disk(partial(self._journal.keep_draft, Held(place), draft))
        return place

    def _forget(self, held: Held) -> None:
        """What was held is in its place no more; what another window has there is."""
        self._owed.pop(held.place, None)
        if held.place in self.texts and self.texts[held.place].text == held.text:
            del self.texts[held.place]
