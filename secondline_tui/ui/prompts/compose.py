"""The prompt that a person acts by: what is typed is kept, and sent once, to exactly what the prompt names."""

from __future__ import annotations

import asyncio
import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widgets import Input, OptionList, SelectionList, TextArea

from secondline_tui.domain.actions import NotDone, Repeated, Verb
from secondline_tui.domain.ages import clock
from secondline_tui.domain.forms import Wanted
from secondline_tui.domain.health import PollFailed
from secondline_tui.engine.outbox import Outbox
from secondline_tui.ui.aside import aside
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.prompts import telling
from secondline_tui.ui.prompts.confirm import ConfirmScreen
from secondline_tui.ui.prompts.errand import Errand, Said, Target, final, intents
from secondline_tui.ui.prompts.external import edited, editor_command
from secondline_tui.ui.prompts.keeping import DraftKeeper
from secondline_tui.ui.prompts.linking import unlinked
from secondline_tui.ui.prompts.sheet import Sheet
from secondline_tui.ui.spans import Line, Role, cut

ASK_AFTER = 0.3
"""Seconds of quiet after which a chosen destination, or changed matchers, are asked about."""
GO_ON = "^G"
"""The key that sends in spite of what was said. It neither types nor is it hit by habit."""
NAMED = 8
"""Items that a confirmation names; the others are counted."""


class ComposeScreen(Sheet):
    """Ctrl+O sends public replies, Ctrl+S everything else, and neither does the other's work."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "send", priority=True),
        Binding("ctrl+o", "send_out", "send publicly", priority=True),
        Binding("ctrl+g", "go_on", "send all the same", priority=True),
        Binding("ctrl+e", "edit", "$EDITOR", priority=True),
        Binding("escape", "leave", "close", priority=True),
        Binding("enter", "enter", "send"),
        Binding("y,Y", "yes", "yes"),
    ]

    def __init__(self, session: Session, outbox: Outbox, errand: Errand) -> None:
        super().__init__(session, outbox, errand)
        self._keeper = DraftKeeper(self, outbox.ledger, errand.draft, lambda: self.text, self.say, errand.text)
        self._soon: Timer | None = None
        self._eager: datetime | None = None
        """When the person sent it; it goes out when the service has said what there is to know."""
        self._sending = self._submitting = False
        self._warned: set[object] = set()
        """What was said before sending, and nobody has said yet that it goes out all the same."""
        self._accepted: set[object] = set()

    def on_mount(self) -> None:
        """Offer what was typed the last time."""
        draft = self._keeper.before
        if draft is not None and self.editor is not None:
            self.editor.load_text(draft.text)
            self.editor.move_cursor(self.editor.document.end)
            self.say(f"your draft of {clock(draft.at, self.session.calendar.zone, self.now)}")
        elif self.errand.text and self.editor is not None:
            self.editor.load_text(self.errand.text)
            if self.errand.verb is not Verb.CARD:  # a card's text is read from its title on
                self.editor.move_cursor(self.editor.document.end)

    async def on_unmount(self) -> None:
        """Keep what was typed, also when the program ends."""
        if self.editor is not None:
            await self._keeper.keep()

    # -- keys -------------------------------------------------------------------------------------------------

    def action_send(self) -> None:
        """Send what is no public reply."""
        if self.errand.public:
            self.say("this would be public: ^O sends it, Esc goes back")
        elif not self.simple:
            self._begin()

    def action_send_out(self) -> None:
        """Send a public reply. Who else reads what is none is for its service to say, and never "the team only"."""
        if self.errand.public:
            self._begin()
        else:
            readers = telling.readers(self.asking.previews.values())
            told = f"; this one is read by {readers}" if readers else ""
            self.say(f"^O sends public replies only{told}: {next(super()._keys())[0]} sends it")

    def action_enter(self) -> None:
        """Where nothing is to be filled in, this sends."""
        if self.simple and final(self.errand.targets):
            self.say(f"this cannot be taken back: {self.yes} does it")
        elif self.simple:
            self._begin()

    def action_yes(self) -> None:
        """Where nothing is to be filled in, this sends what cannot be taken back."""
        if self.simple and final(self.errand.targets) and not self.errand.public:
            self._begin(confirmed=True)

    def action_go_on(self) -> None:
        """Send in spite of what was said: never by the key that led there, which is hit by habit, or on its way."""
        if self._warned and not self._sending:
            self._accepted |= self._warned
            self._warned = set()
            self._begin(confirmed=self.simple)

    def _keys(self) -> Iterator[tuple[str, str]]:
        if self._warned:
            yield GO_ON, "all the same"
        yield from super()._keys()

    async def action_leave(self) -> None:
        """Close, and keep what was typed."""
        if self._eager:
            self._eager = None
            self.say("kept back")
        elif not self._submitting:
            if self.editor is not None:
                await self._keeper.keep()
            self.dismiss(False)

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def entered(self, event: Input.Submitted | OptionList.OptionSelected) -> None:
        """On to the next field; from the last one of a short prompt, out."""
        event.stop()
        if self.enter_sends:
            self._begin()
        else:
            self.focus_next()

    @on(TextArea.Changed)
    @on(OptionList.OptionHighlighted)
    @on(SelectionList.SelectedChanged)
    def changed(self) -> None:
        """Keep what was typed soon; ask about what was chosen once it is quiet."""
        self._eager = None
        if self.editor is not None:
            self._keeper.typed()
        if self.choices is not None or self.conditions is not None:
            if self._soon is not None:
                self._soon.stop()
            self._soon = self.set_timer(ASK_AFTER, self._ask_again)

    def _ask_again(self) -> None:
        """Ask what the destination would change, or how much the matchers would cover."""
        self._soon = None
        if self.errand.many:
            return
        key = self.to().key
        if key and key != self.asking.effect_of:
            aside(self, partial(self.asking.choose, key), "choose", only=True)
        if self.conditions is not None and not self.asking.pending:
            try:
                matchers = self.matchers() or ()
            except ValueError as error:
                self.say(str(error))
                return
            preview = self.asking.previews.get(self.errand.first.ref)
            if matchers and preview is not None and matchers != preview.matchers:
                aside(self, partial(self.asking.cover, matchers), "cover", only=True)

    def answered(self) -> None:
        """A service has answered: what was waiting for that goes out."""
        super().answered()
        if self._eager and not self.asking.pending:
            late, self._eager = self.outbox.too_late(self._eager), None
            if late:
                self.say(f"{late}; send it once more if it still makes sense")
            else:
                self._begin()

    # -- the person's own editor ------------------------------------------------------------------------------

    def action_edit(self) -> None:
        """Go on in the person's own editor."""
        command = editor_command()
        if self.editor is None:
            return
        if command is None:
            self.say("neither $VISUAL nor $EDITOR names an editor")
            return
        if self._sending:
            self.say("it is being sent: too late for another change")
            return
        self._eager = None  # nothing goes out behind the other program
        aside(self, partial(self._edit, command), "edit", only=True)

    async def _edit(self, command: list[str]) -> None:
        assert self.editor is not None  # noqa: S101  (there is a text to edit)
        await self._keeper.keep()
        try:
            result = await edited(self.editor.text, command, self._lent)
        except SuspendNotSupported:
            self.say("this terminal cannot be lent to another program")
            return
        if result.text is not None and result.text != self.editor.text:
            self.editor.exchange(result.text)
        if result.told:
            self.say(result.told)

    @contextmanager
    def _lent(self) -> Iterator[None]:
        """Nothing is painted while the terminal is another program's; polling and sending go on."""
        with self.app.batch_update(), self.app.suspend():
            yield

    # -- sending ----------------------------------------------------------------------------------------------

    def _begin(self, *, confirmed: bool = False) -> None:
        if not self._sending:
            self._sending = True
            aside(self, partial(self._send, confirmed=confirmed), "send")

    async def _send(self, *, confirmed: bool) -> None:
        try:
            text = self.text
            if not await self._ready():
                return
            if self.text != text:
                self.say("typed on meanwhile, so nothing was sent: send it once more")
                return
            targets = self.live
            if confirmed or await self._confirmed(targets):
                await self._submit(targets)
        finally:
            self._sending = False

    async def _ready(self) -> bool:
        """Whether everything is said, known and seen; if not, say what is missing."""
        why_not = self._missing() or self._unasked() or self._unseen() or self._unlinked() or await self._altered()
        if why_not:
            self.say(why_not)
        return not why_not

    def _missing(self) -> str:
        """What has not been said, or cannot be meant."""
        if self.form.text is Wanted.MUST and not self.text.strip():
            return "nothing is written yet: a text is needed"
        try:
            self.until()
            matchers = self.matchers()
        except ValueError as error:
            return str(error)
        if matchers == ():
            return "without a matcher it would silence everything"
        return ""

    def _unasked(self) -> str:
        """What the services have not said yet, or have said no to."""
        first, asking = self.errand.first, self.asking
        if asking.pending:
            waited = ", ".join(dict.fromkeys(ref.source for ref in asking.pending))
            if self.errand.public or self.choices is not None or self.conditions is not None:
                return f"wait a moment: {waited} has not answered yet"
            self._eager = self._eager or self.now
            return f"goes out as soon as {waited} has answered; Esc keeps it back"
        if not self.live:
            return "nothing is left to do it to"
        if not self.errand.many and first.ref in asking.refused:
            return f"{first.ref.source} says no: {asking.refused[first.ref]}"
        if not self.errand.many and first.ref in asking.failed:
            aside(self, partial(asking.ask, [first]), "ask")
            return f"{first.ref.source} is being asked again"
        return self._unchosen()

    def _unchosen(self) -> str:
        to, asking = self.to(), self.asking
        if self.form.to is Wanted.MUST and not to.key:
            return f"choose a {self.form.to_word} first"
        if self.errand.verb is Verb.MACRO and asking.effect_of != to.key:
            return asking.trouble or "wait a moment: what it would change is being asked"
        preview = asking.previews.get(self.errand.first.ref)
        if self.conditions is not None and (preview is None or self.matchers() != preview.matchers):
            return asking.trouble or "wait a moment: how much it would cover is being asked"
        return ""

    def _doubts(self, told: str, about: set[object]) -> str:
        """What to say before sending; "" where the person has said that it goes out all the same."""
        if about <= self._accepted:
            return ""
        self._warned |= about
        return f"{told}: {GO_ON} sends it all the same"

    def _unseen(self) -> str:
        """What colleagues have done since the person looked; said above and here."""
        changes: set[object] = {(ref, change) for ref, told in self.news.items() for change in told}
        return self._doubts("something has changed meanwhile, see above", changes)

    def _unlinked(self) -> str:
        """That a card's text no longer says what it is made of."""
        told = unlinked(self.errand.first, self.text)
        return self._doubts(told, {told}) if told else ""

    async def _altered(self) -> str:
        """What a service will change of the text."""
        text = self.text
        if self.editor is None:
            return ""
        told: dict[object, str] = {}
        for target in {(t.ref.source, t.verb): t for t in self.live if t.form.text is not Wanted.NO}.values():
            try:
                kept = await self.outbox.as_kept(target.ref, target.verb, text)
            except (PollFailed, NotDone):
                continue  # it says so when it is sent
            change = telling.alterations(text, kept)
            if change:
                told[target.ref.source, text] = f"{target.ref.source} keeps it otherwise: {change}"
        return self._doubts("; ".join(told.values()), set(told)) if self.text == text else ""

    async def _confirmed(self, targets: Sequence[Target]) -> bool:
        """Whether the person says yes where that is asked, and nothing has happened meanwhile."""
        if not final(targets):
            return True
        screen = ConfirmScreen(tuple(self._question(targets)), self._yes_word(), self.yes, public=self.errand.public)
        if not await self.app.push_screen_wait(screen):
            return False
        unseen = self._unseen()
        if unseen or self.live != targets:
            self.say(f"nothing was sent: {unseen or 'something has changed meanwhile, see above'}")
            return False
        return True

    def _yes_word(self) -> str:
        return "yes, send it publicly" if self.errand.public else f"yes, {telling.deed(self.form)}"

    def _question(self, targets: Sequence[Target]) -> Iterator[Line]:
        word = "reply PUBLICLY to" if self.errand.public else self.form.word
        yield ((f" {word}", Role.DOUBT if self.errand.public else Role.WARNING),)
        for target in targets[:NAMED]:
            yield ((f" · {cut(target.name, 60)}  ", Role.STRONG), (target.ref.source, Role.MUTED))
        if len(targets) > NAMED:
            yield ((f"   and {len(targets) - NAMED} more", Role.MUTED),)
        if self.to().name:
            yield ((f" {self.form.to_word}: {self.to().name}", Role.PLAIN),)
        preview = self.asking.previews.get(self.errand.first.ref)
        if self.errand.public and preview is not None and preview.audience:
            yield ((f" read by: {cut(preview.audience, 60)}", Role.WARNING),)

    async def _submit(self, targets: Sequence[Target]) -> None:
        """Put it on disk; from there it goes out."""
        made = intents(
            targets,
            Said(text=self.text, until=self.until(), to=self.to(), matchers=self.matchers()),
            self.asking.previews,
            author=self.session.config.me.name,
            now=self.now,
            name=lambda: uuid.uuid4().hex,
            once=self.errand.once,
        )
        self._keeper.over()
        self._submitting = True
        try:
            # Begun is done, also when the program ends meanwhile.
            await asyncio.shield(self.outbox.submit(made, draft=self.errand.draft))
        except (OSError, sqlite3.Error) as error:
            self._submitting = False
            self._keeper.resume()
            self.say(f"it cannot be kept on disk ({type(error).__name__}), so nothing was sent")
            return
        except Repeated as again:
            self._submitting = False
            self.say(f"nothing was sent: {again.reason}")
            return
        self.dismiss(True)
