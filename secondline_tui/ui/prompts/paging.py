"""What the services that call people can do about an incident: asked while the person fills in the form."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from secondline_tui.domain.actions import Choice, Intent, NotDone, Preview, Verb
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.items import Incident
from secondline_tui.domain.opening import Opening, unborn
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.engine.outbox import Outbox
from secondline_tui.ui.prompts.declaration import NO_PAGE, RAISE, Filled, Page, opening, raising

NONE = Choice(key=NO_PAGE, name=SafeText("page nobody"), hint=SafeText("and change no page"))


@dataclass(slots=True)
class _Known:
    """What one source has said."""

    services: Mapping[str, Choice] = field(default_factory=dict)
    priorities: Preview | None = None


class Paging:
    """Holds the answers, and tells when there is another one."""

    def __init__(
        self, outbox: Outbox, sources: Sequence[str], page: Incident | None, changed: Callable[[], None]
    ) -> None:
        self._outbox = outbox
        self._page = page
        self._changed = changed
        self._known: dict[str, _Known] = {name: _Known() for name in sources}
        self._raising: Preview | None = None
        self.pending = {*sources, *([page.ref.source] if page is not None else [])}
        """Sources that have not answered yet."""
        self.troubles: dict[str, str] = {}
        """Sources that cannot do it, and why."""

    async def ask(self) -> None:
        """Ask every source which services and priorities it has, and of the page which it has now."""
        await asyncio.gather(*(self._ask(name) for name in sorted(self.pending)))

    async def _ask(self, name: str) -> None:
        known = self._known.get(name)
        if self._page is not None and self._page.ref.source == name:
            self._raising = await self._asked(self._page.ref, Verb.PRIORITY)
        if known is not None and (told := await self._asked(unborn(name), Verb.DECLARE)) is not None:
            known.services = {choice.key: choice for choice in told.choices}
            known.priorities = self._raising or await self._asked(unborn(name), Verb.PRIORITY)
        self.pending.discard(name)
        self._changed()

    async def _asked(self, ref: ItemRef, verb: Verb) -> Preview | None:
        """The answer; None where there is none, and then why."""
        try:
            return await self._outbox.prepare(ref, verb)
        except NotDone as no:
            self.troubles[ref.source] = f"{ref.source} says no: {no.reason}"
        except PollFailed as failed:
            self.troubles[ref.source] = f"{ref.source} did not answer: {failed.fault.message}"
        return None

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What may become of the page, as far as is known by now."""
        made = [NONE]
        page = self._page
        if page is not None and self._raising is not None:
            name = f"set the priority of {page.name_line}"
            made.append(Choice(key=RAISE, name=clean(name), hint=clean(f"now {page.priority or 'none'}")))
        for source, known in self._known.items():
            made += [
                Choice(key=f"{source}/{key}", name=clean(f"open one on {choice.name} in {source}"), hint=choice.hint)
                for key, choice in known.services.items()
            ]
        return tuple(made)

    async def page(self, filled: Filled, blank: Intent) -> Page | str | None:
        """What would be done, None for nothing, or why it cannot be; PollFailed or NotDone."""
        if filled.page == NO_PAGE:
            return None
        if filled.page == RAISE:
            if self._page is None or self._raising is None:
                return "choose what is to become of the page"
            return raising(filled, self._page, self._raising, blank)
        source, _, key = filled.page.partition("/")
        known = self._known.get(source)
        service = known.services.get(key) if known is not None else None
        if known is None or service is None:
            return "choose what is to become of the page"
        effect = await self._outbox.prepare(unborn(source), Verb.DECLARE, to=str(Opening(key)))
        return opening(filled, source, service, known.priorities, effect, blank)
