"""What speaks against sending what a prompt holds, and what the person has said goes out all the same."""

from __future__ import annotations

from secondline_tui.domain.actions import NotDone
from secondline_tui.domain.forms import Wanted
from secondline_tui.domain.health import PollFailed
from secondline_tui.ui.prompts import telling
from secondline_tui.ui.prompts.going_back import overwritten
from secondline_tui.ui.prompts.keeping import DraftKeeper
from secondline_tui.ui.prompts.linking import unlinked
from secondline_tui.ui.prompts.sheet import Sheet
from secondline_tui.ui.spans import cut

GO_ON = "^G"
"""The key that sends in spite of what was said. It neither types nor is it hit by habit."""


class Doubts:
    """Those of one prompt. Each is told once, with the key that sends in spite of it."""

    def __init__(self, sheet: Sheet, keeper: DraftKeeper) -> None:
        self._sheet = sheet
        self._keeper = keeper
        self.told: set[object] = set()
        """What was said before sending, and nobody has said yet that it goes out all the same."""
        self._accepted: set[object] = set()

    def accept(self) -> None:
        """The person has read what was told, and says that it goes out all the same."""
        self._accepted |= self.told
        self.told = set()

    async def to_tell(self) -> str:
        """The first that the person has not accepted; "" where nothing speaks against it."""
        at_once = self.unseen() or self._overwriting() or self._unlinked()
        return at_once or await self._altered() or await self._elsewhere()

    def unseen(self) -> str:
        """What colleagues have done since the person looked; said above and here."""
        changes: set[object] = {(ref, change) for ref, told in self._sheet.news.items() for change in told}
        return self._unless_accepted("something has changed meanwhile, see above", changes)

    def _overwriting(self) -> str:
        """What somebody has set since the action that is taken back; said above and here."""
        sheet = self._sheet
        told: dict[object, str] = {}
        for target in sheet.live:
            preview = sheet.asking.previews.get(target.ref)
            if preview is not None and (meanwhile := overwritten(target, preview)):
                name = f"{cut(target.name, 30)}: " if sheet.errand.many else ""
                told[target.ref, preview.before] = f"{name}{meanwhile}"
        more = f", and {len(told) - 1} more" if len(told) > 1 else ""
        return self._unless_accepted(f"{next(iter(told.values()))}{more}", set(told)) if told else ""

    def _unlinked(self) -> str:
        """That a card's text no longer says what it is made of."""
        told = unlinked(self._sheet.errand.first, self._sheet.text)
        return self._unless_accepted(told, {told}) if told else ""

    async def _altered(self) -> str:
        """What a service will change of the text."""
        sheet = self._sheet
        if sheet.editor is None:
            return ""
        text = sheet.text
        told: dict[object, str] = {}
        for target in {(t.ref.source, t.verb): t for t in sheet.live if t.form.text is not Wanted.NO}.values():
            try:
                kept = await sheet.outbox.as_kept(target.ref, target.verb, text)
            except (PollFailed, NotDone):
                continue  # it says so when it is sent
            change = telling.alterations(text, kept)
            if change:
                told[target.ref.source, text] = f"{target.ref.source} keeps it otherwise: {change}"
        return self._unless_accepted("; ".join(told.values()), set(told)) if sheet.text == text else ""

    async def _elsewhere(self) -> str:
        """That another window has sent the draft that this was."""
        sheet = self._sheet
        if sheet.editor is None or not await self._keeper.gone():
            return ""
        told = "another window has sent this draft meanwhile, or dropped it"
        return self._unless_accepted(told, {sheet.errand.draft})

    def _unless_accepted(self, words: str, about: set[object]) -> str:
        """What to say before sending; "" where the person has said that it goes out all the same."""
        if about <= self._accepted:
            return ""
        self.told |= about
        return f"{words}: {GO_ON} sends it all the same"
