"""What the services say beforehand: asked while the person types, one question an item."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from secondline_tui.domain.actions import Preview, Refused, Verb
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText
from secondline_tui.engine.outbox import Outbox
from secondline_tui.ui.prompts.errand import Errand, Target

AT_ONCE = 4
"""How many such questions are asked at the same time."""


class Asking:
    """Holds the answers, and tells when there is another one."""

    def __init__(self, outbox: Outbox, errand: Errand, changed: Callable[[], None]) -> None:
        self._outbox = outbox
        self._errand = errand
        self._changed = changed
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._latest: dict[ItemRef, object] = {}
        self.previews: dict[ItemRef, Preview] = {}
        self.refused: dict[ItemRef, SafeText] = {}
        """Items whose service already says no, and why."""
        self.failed: dict[ItemRef, SafeText] = {}
        """Items whose service did not answer."""
        self.pending = {target.ref for target in errand.targets}
        self.effect_of = ""
        """The destination whose effects are known."""
        self.effects: tuple[SafeText, ...] = ()
        """What else that destination would change."""
        self.trouble = ""
        """Why the last question about a destination or matchers has no answer."""

    async def ask(self, targets: Sequence[Target]) -> None:
        """Ask for these, several at a time."""
        await asyncio.gather(*(self._ask(target) for target in targets))

    async def choose(self, key: str) -> None:
        """Ask what a destination would change."""
        first = self._errand.first
        preview = await self._asked_again(first, to=key)
        if preview is not None:
            self.effect_of, self.effects = key, preview.changes
            if first.verb is Verb.MACRO:  # its text, and the version of ticket and macro that the person has seen
                offered = self.previews[first.ref].choices if first.ref in self.previews else ()
                self.previews[first.ref] = replace(preview, choices=offered or preview.choices)
            self._changed()

    async def cover(self, matchers: tuple[Matcher, ...]) -> None:
        """Ask how much other matchers would cover."""
        first = self._errand.first
        preview = await self._asked_again(first, matchers=matchers)
        if preview is not None:
            self.previews[first.ref] = preview
            self._changed()

    async def _asked_again(
        self, target: Target, *, to: str = "", matchers: tuple[Matcher, ...] | None = None
    ) -> Preview | None:
        """The answer, unless there was none, or another question was asked meanwhile."""
        me = self._latest[target.ref] = object()
        trouble, preview = "", None
        try:
            preview = await self._outbox.prepare(target.ref, target.verb, to=to, matchers=matchers)
        except Refused as no:
            trouble = f"{target.ref.source} says no: {no.reason}"
        except PollFailed as failed:
            trouble = f"{target.ref.source} did not answer: {failed.fault.message}"
        if self._latest[target.ref] is not me:
            return None
        self.trouble = trouble
        if preview is None:
            self._changed()
        return preview

    async def _ask(self, target: Target) -> None:
        ref = target.ref
        self.pending.add(ref)
        self.refused.pop(ref, None)
        self.failed.pop(ref, None)
        to = target.back.to if target.back is not None else ""
        try:
            async with self._gate:
                self.previews[ref] = await self._outbox.prepare(ref, target.verb, to=to)
        except Refused as no:
            self.refused[ref] = no.reason
        except PollFailed as failed:
            self.failed[ref] = failed.fault.message
        finally:
            self.pending.discard(ref)
        self._changed()
