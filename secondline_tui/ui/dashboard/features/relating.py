"""From an opened item to what is related to it, and what a person says of a "maybe"."""

from __future__ import annotations

import asyncio
import logging
from functools import partial

from secondline_tui.domain.actions import Choice
from secondline_tui.domain.items import Item
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.shift.related import Link
from secondline_tui.ui.aside import aside
from secondline_tui.ui.dashboard.features.feature import Feature, unless_none
from secondline_tui.ui.prompts.chooser import ChooserScreen
from secondline_tui.ui.related_text import named, why

log = logging.getLogger(__name__)

_OPEN, _YES, _NO, _FORGET = "open", "yes", "no", "forget"
_SAID = {_YES: True, _NO: False, _FORGET: None}


class Relating(Feature):
    """What is related."""

    @property
    def links(self) -> tuple[Link, ...]:
        """What is related to the opened item."""
        item = self.desk.detail.item
        return self.desk.related.of(item) if item is not None else ()

    def choose(self) -> None:
        """Which of the related items; the only one, if it is sure, is opened at once."""
        item, links = self.desk.detail.item, {str(link.item.ref): link for link in self.links}
        if item is None or not links:
            return
        if len(links) == 1 and all(link.sure and link.verdict is None for link in links.values()):
            self.desk.open_item(self.links[0].item)
            return
        choices = [Choice(key=key, name=clean(named(link)), hint=clean(why(link))) for key, link in links.items()]
        chosen = unless_none(lambda key: self._ask_about(item, links[key]))
        self.app.push_screen(ChooserScreen("related:", choices), chosen)

    def _ask_about(self, item: Item, link: Link) -> None:
        """Open it, or let the person say whether it belongs, where that is not sure."""
        if (link.sure and link.verdict is None) or self.session.verdicts is None:
            self.desk.open_item(link.item)
            return
        choices = [Choice(key=_OPEN, name=SafeText("open it"))]
        if link.verdict is not True:
            choices.append(Choice(key=_YES, name=SafeText("yes, they belong together")))
        if link.verdict is not False:
            choices.append(Choice(key=_NO, name=SafeText("no, they do not")))
        if link.verdict is not None:
            choices.append(Choice(key=_FORGET, name=SafeText("not sure: forget what was said")))
        chosen = unless_none(lambda key: self._decide(item.ref, link.item, key))
        self.app.push_screen(ChooserScreen(f"{named(link)}:", choices), chosen)

    def _decide(self, ref: ItemRef, other: Item, key: str) -> None:
        if key == _OPEN:
            self.desk.open_item(other)
        else:
            aside(self.desk, partial(self._remember, ref, other, _SAID[key]), "verdicts")

    async def _remember(self, ref: ItemRef, other: Item, belongs: bool | None) -> None:
        """Keep what was said, on a thread: a disk that hangs must not hold up a key."""
        verdicts = self.session.verdicts
        if verdicts is None:
            return
        told = {True: "belongs to it", False: "does not belong to it", None: "may belong to it"}[belongs]
        try:
            await asyncio.to_thread(verdicts.say, ref, other.ref, belongs)
        except OSError as error:
            log.warning("a confirmed link cannot be kept: %s", error.strerror)
            told += "; that cannot be kept on disk, and holds until you quit"
        self.desk.related.forget()
        self.desk.detail.redraw()
        self.desk.say(f"{other.name_line} {told}")
        self.desk.tick()
