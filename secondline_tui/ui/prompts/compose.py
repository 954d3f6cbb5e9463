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

from secondline_tui.domain.actions import Repeated, Verb
from secondline_tui.domain.ages import clock
from secondline_tui.domain.forms import Wanted
from secondline_tui.engine.outbox import Outbox
from secondline_tui.ui.aside import aside
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.prompts import telling
from secondline_tui.ui.prompts.choice_list import ChoiceList
from secondline_tui.ui.prompts.confirm import ConfirmScreen
from secondline_tui.ui.prompts.doubts import GO_ON, Doubts
from secondline_tui.ui.prompts.errand import Errand, Said, Target, final, intents
from secondline_tui.ui.prompts.external import edited, editor_command
from secondline_tui.ui.prompts.keeping import DraftKeeper
from secondline_tui.ui.prompts.question import covered, question, yes_word
from secondline_tui.ui.prompts.sheet import Sheet
from secondline_tui.ui.prompts.typed import Typed

ASK_AFTER = 0.3
"""Seconds of quiet after which a chosen destination, or changed matchers, are asked about."""


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
        self._keeper = DraftKeeper(self, outbox.ledger, errand.draft, self._draft, self.say, errand.text)
        if self._keeper.before is not None:
            self.before = Typed.read(self._keeper.before.text)
        self._soon: Timer | None = None
        self._eager: datetime | None = None
        """When the person sent it; it goes out when the service has said what there is to know."""
        self._sending = self._submitting = False
        self._wrong = ""
        """What was missing, or could not be meant, when it was to be sent."""
        self._doubts = Doubts(self, self._keeper)

    def on_mount(self) -> None:
        """Offer what was typed the last time."""
        draft = self._keeper.before
        if draft is not None and self.editor is not None:
            self.editor.load_text(self.before.text)
            self.editor.move_cursor(self.editor.document.end)
            self.say(f"your draft of {clock(draft.at, self.session.calendar.zone, self.now)}")
        elif self.errand.text and self.editor is not None:
            self.editor.load_text(self.errand.text)
            if self.errand.verb is not Verb.CARD:  # a card's text is read from its title on
                self.editor.move_cursor(self.editor.document.end)

    def _draft(self) -> str:
        return self.filled.written()

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
        elif not self._doubts.told:
            self.say(f"{next(super()._keys())[0]} does this")

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
        elif self.simple and not self._doubts.told:
            self.say(f"{self.yes} is for what cannot be taken back: Enter does this")

    def action_go_on(self) -> None:
        """Send in spite of what was said: never by the key that led there, which is hit by habit, or on its way."""
        if self._doubts.told and not self._sending:
            self._doubts.accept()
            self._begin(confirmed=self.simple)

    def _keys(self) -> Iterator[tuple[str, str]]:
        if self._doubts.told:
            yield GO_ON, "all the same"
        yield from super()._keys()

    async def action_leave(self) -> None:
        """Close, and keep what was typed."""
        if self._eager:
            self._eager = None
            self.say("kept back")
        elif not self._submitting and (self.editor is None or await self._keeper.may_close()):
            self.dismiss(False)

    @on(ChoiceList.Missed)
    def missed(self) -> None:
        """Enter in a list in which nothing is chosen yet."""
        self.say(f"choose a {self.form.to_word} first, with ↓ or by its letters")

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
        """Keep what was typed soon; ask about what was chosen once it is quiet. What was missing may be there now."""
        self._eager = None
        if self._wrong and self.remark == self._wrong:
            self._wrong = ""
            self.say("")
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
        if self.remark.startswith(telling.WAIT) and not self.asking.pending:
            self._waited()
        if self._eager and not self.asking.pending:
            late, self._eager = self.outbox.too_late(self._eager), None
            if late:
                self.say(f"{late}; send it once more if it still makes sense")
            else:
                self._begin()

    def _waited(self) -> None:
        """What the person was told to wait for is there, or there will be none: why is said above."""
        no = self.asking.refused.keys() | self.asking.failed.keys()
        if all(target.ref in no for target in self.live):
            self.say("")
        elif not (missing := self._unchosen()).startswith(telling.WAIT):
            self.say(missing or f"it has answered: {next(super()._keys())[0]} sends it now")

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
        if not self._sending and not self._submitting:
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
        self._wrong = self._missing()
        why_not = self._wrong or self._unasked() or await self._doubts.to_tell()
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
        if matchers == () and not self.asking.pending:  # they come with the service's first answer
            return "without a matcher it would silence everything"
        return ""

    def _unasked(self) -> str:
        """What the services have not said yet, or have said no to."""
        first, asking = self.errand.first, self.asking
        if asking.pending:
            waited = ", ".join(dict.fromkeys(ref.source for ref in asking.pending))
            if self.errand.public or self.choices is not None or self.conditions is not None:
                return f"{telling.WAIT}: {waited} has not answered yet"
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
            return asking.trouble or f"{telling.WAIT}: what it would change is being asked"
        preview = asking.previews.get(self.errand.first.ref)
        if self.conditions is not None and (preview is None or self.matchers() != preview.matchers):
            return asking.trouble or f"{telling.WAIT}: how much it would cover is being asked"
        return ""

    async def _confirmed(self, targets: Sequence[Target]) -> bool:
        """Whether the person says yes where that is asked, and nothing has happened meanwhile."""
        preview = self.asking.previews.get(self.errand.first.ref)
        if not final(targets) and covered(self.errand, preview) <= 1:
            return True
        lines = question(self.errand, targets, self.to(), preview, self.session.engine.board)
        screen = ConfirmScreen(tuple(lines), yes_word(self.errand, targets), self.yes, public=self.errand.public)
        if not await self.agreed(screen):
            return False
        unseen = self._doubts.unseen()
        if unseen or self.live != targets:
            self.say(f"nothing was sent: {unseen or 'something has changed meanwhile, see above'}")
            return False
        return True

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
            self._keeper.resume()
            self.say(f"nothing was sent: {again.reason}")
            return
        self.dismiss(True)
