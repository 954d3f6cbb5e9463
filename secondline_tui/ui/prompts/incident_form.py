"""The form by which an incident is declared, as it is drawn and filled in. Declaring is in `declare`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, SelectionList
from textual.widgets.selection_list import Selection

from secondline_tui.config.incident import Priority
from secondline_tui.domain.actions import Choice
from secondline_tui.domain.ages import clock
from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Incident, Item
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.domain.watching import differences
from secondline_tui.engine.ledger import Ledger
from secondline_tui.engine.outbox import Outbox
from secondline_tui.shift.links import bond
from secondline_tui.shift.updates import pace_in_words
from secondline_tui.ui.aside import aside
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.modal import Modal
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.prompts.choice_list import ChoiceList
from secondline_tui.ui.prompts.declaration import (
    NO_PAGE,
    Filled,
)
from secondline_tui.ui.prompts.editor import editable
from secondline_tui.ui.prompts.keeping import DraftKeeper
from secondline_tui.ui.prompts.paging import Paging
from secondline_tui.ui.prompts.telling import WAIT, keys
from secondline_tui.ui.spans import Line, Role, cut_line, wrap

WORDS = {"title": "title", "lead": "incident lead", "comms": "communications", "service": "affected"}
"""What is typed, and what it is called."""
PARTS = {"report": "keep a report", "remind": "remind of updates", "loud": "high urgency: a new page calls at once"}
"""What may be left out, and what it is called."""
FRAME = 4
"""Lines that the form takes beside its fields and what is said: border, heading, keys."""
DRAFT = "declare an incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What an incident is declared from: taken at the key press, and never exchanged."""

    proposed: Filled
    item: Item | None = None
    pageable: tuple[str, ...] = ()
    """Sources in which one can be opened."""
    page: Incident | None = None
    """The page whose priority may be set: the item itself, or the one that certainly belongs to it."""
    key: str = ""
    """The key that led here: another one has to confirm."""
    home: str = ""
    """A mark of where the sources lead to that it is about and could page in."""

    @property
    def draft(self) -> str:
        """The key under which the form is kept: of names that lead elsewhere by now, another one."""
        about = str(self.item.ref) if self.item is not None else ""
        return "|".join(part for part in (DRAFT, about, self.home and f"at {self.home}") if part)


class IncidentForm(Modal[bool]):
    """One occasion on the screen. Ends with whether an incident was declared."""

    CSS_PATH = "incident_form.tcss"

    def __init__(self, session: Session, occasion: Occasion) -> None:
        super().__init__()
        self.session, self.occasion = session, occasion
        outbox = session.outbox
        self.outbox: Outbox | None = outbox if outbox is not None and outbox.ledger.is_open else None
        self._inputs = {name: Input(id=name, compact=True, select_on_focus=False) for name in WORDS}
        self._priority = ChoiceList(id="priority")
        self.page = ChoiceList(id="page")
        self._parts = SelectionList(*self._ticks(), id="parts", compact=True)
        self._fields = Vertical(id="fields")
        self._bars = {name: Bar(id=name) for name in ("heading", "about", "news", "remark", "keys")}
        paged = self.outbox is not None and (bool(occasion.pageable) or occasion.page is not None)
        self.paging = (
            Paging(self.outbox, occasion.pageable, occasion.page, self._answered) if paged and self.outbox else None
        )
        self.keeper: DraftKeeper | None = None
        self.page_wish = occasion.proposed.page
        """What is to be chosen as soon as it is offered."""
        self._news: tuple[SafeText, ...] = ()
        self._seen: tuple[SafeText, ...] = ()
        self._remark = ""
        self._unsubscribe: Callable[[], None] = lambda: None

    def _ticks(self) -> Iterator[Selection[str]]:
        for name, word in PARTS.items():
            if name != "loud" or self.occasion.pageable:
                yield Selection(Content(word), name, True)

    def compose(self) -> ComposeResult:
        """What it is about above, a field a line, the keys below."""
        with Vertical(id="box"):
            yield self._bars["heading"]
            yield self._bars["about"]
            with self._fields:
                for name in ("title", "priority", "lead", "comms", "service", "page", "parts"):
                    field = self._field(name)
                    if field is not None:
                        with Horizontal(classes="field" if name in WORDS else "list"):
                            yield Bar(id=f"{name}-word", classes="word")
                            yield field
            for name in ("news", "remark", "keys"):
                yield self._bars[name]

    def _field(self, name: str) -> Widget | None:
        lists: Mapping[str, Widget | None] = {
            "priority": self._priority, "page": self.page if self.paging is not None else None, "parts": self._parts,
        }  # fmt: skip
        return self._inputs.get(name) or lists.get(name)

    def on_mount(self) -> None:
        """Propose what is known, or what was filled in the last time; ask the services."""
        for name, word in {**WORDS, "priority": "priority", "page": "page", "parts": "and"}.items():
            if self._field(name) is not None:
                self.query_one(f"#{name}-word", Bar).say(((f" {word}", Role.MUTED),))
        priorities = self.session.config.incident.priorities
        self._priority.offer([_choice(priority) for priority in priorities], priorities[0].name)
        self._fill(self.occasion.proposed)
        ledger = self.outbox.ledger if self.outbox is not None else None
        if ledger is not None:
            self._take_up(ledger)
        elif self.session.outbox is not None:
            note = self.session.outbox.ledger.note or "the record of actions is still being opened"
            self.say(f"nobody can be paged from here now: {note}")
        if self.paging is not None:
            self._answered()
            aside(self, self.paging.ask, "ask")
        engine = self.session.engine
        self._unsubscribe = engine.subscribe(self.board_changed)
        self.board_changed(engine.board)
        self.set_focus(self._inputs["title"])

    def _take_up(self, ledger: Ledger) -> None:
        """Go on where the person left off."""
        proposed = self.filled.written()
        self.keeper = DraftKeeper(self, ledger, self.occasion.draft, self._draft, self.say, proposed)
        draft = self.keeper.before
        filled = Filled.read(draft.text) if draft is not None else None
        if draft is not None and filled is not None:
            self.page_wish = filled.page
            self._fill(filled)
            self.say(f"your draft of {clock(draft.at, self.session.calendar.zone, self.session.engine.clock.now())}")

    def _draft(self) -> str:
        filled = self.filled
        return replace(filled, page=self.page_wish or filled.page).written()

    async def on_unmount(self) -> None:
        """Keep what was filled in, also when the program ends."""
        self._unsubscribe()
        if self.keeper is not None:
            await self.keeper.keep()

    def on_resize(self) -> None:
        """Another width: everything cut anew."""
        self.call_after_refresh(self.tell)

    # -- what is filled in -------------------------------------------------------------------------------------

    @property
    def filled(self) -> Filled:
        """The form as it stands."""
        priority, page, parts = self._priority.chosen, self.page.chosen, set(self._parts.selected)
        typed = {name: editable(field.value)[0] for name, field in self._inputs.items()}
        return Filled(
            title=typed["title"],
            priority=priority.key if priority is not None else "",
            lead=typed["lead"],
            comms=typed["comms"],
            service=typed["service"],
            page=page.key if page is not None else NO_PAGE,
            loud="loud" in parts,
            report="report" in parts,
            remind="remind" in parts,
        )

    def _fill(self, filled: Filled) -> None:
        for name, field in self._inputs.items():
            field.value = getattr(filled, name)
            field.cursor_position = len(field.value)
        names = [choice.key for choice in self._priority.choices]
        if filled.priority in names:
            self._priority.highlighted = names.index(filled.priority)
        for name in PARTS:
            if name != "loud" or self.occasion.pageable:
                (self._parts.select if getattr(filled, name) else self._parts.deselect)(name)

    @on(Input.Changed)
    @on(OptionList.OptionHighlighted)
    @on(SelectionList.SelectedChanged)
    def changed(self) -> None:
        """Keep what was filled in soon."""
        if self.keeper is not None:
            self.keeper.typed()

    @on(OptionList.OptionHighlighted, "#page")
    def page_chosen(self) -> None:
        """The person has chosen: nothing is chosen for them any more."""
        if self.focused is self.page:
            self.page_wish = NO_PAGE

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def entered(self, event: Input.Submitted | OptionList.OptionSelected) -> None:
        """On to the next field."""
        event.stop()
        if event.control is not self._parts:
            self.focus_next()

    # -- what is so now ----------------------------------------------------------------------------------------

    def _answered(self) -> None:
        """A service has answered: offer what it offers, and choose what was wished for."""
        if self.paging is None:
            return
        self.page.offer(self.paging.choices, NO_PAGE)
        offered = [choice.key for choice in self.page.choices]
        if self.page_wish and self.page_wish in offered:
            self.page.highlighted = offered.index(self.page_wish)
            self.page_wish = NO_PAGE
        if self._remark.startswith(WAIT) and not self.paging.pending:
            self._remark = ""
        self.tell()

    def board_changed(self, board: Board) -> None:
        """Tell what has become of the item, and of its page."""
        item, page = self.occasion.item, self.occasion.page
        told = list(differences(item, board.find(item.ref))) if item is not None else []
        if page is not None and page is not item:
            told += [clean(f"{page.name_line}: {change}") for change in differences(page, board.find(page.ref))]
        self._news = (*told, *self._pages(board))
        self.tell()

    def _pages(self, board: Board) -> Iterator[SafeText]:
        """Pages that have come for the item: a second one would call people twice for one trouble."""
        item, verdicts = self.occasion.item, self.session.verdicts
        if item is None or self.occasion.page is not None or not self.occasion.pageable:
            return
        for page in board.items(Incident):
            found = bond(item, page)
            denied = verdicts is not None and verdicts(item.ref, page.ref) is False
            if found is not None and found.sure and not denied:
                yield clean(f"a page of it is open: {page.name_line}")

    def say(self, remark: str) -> None:
        """Say something about this form; it stays until something else is said."""
        self._remark = remark
        self.tell()

    def tell(self) -> None:
        """Bring everything that is said up to date."""
        if not self._bars["heading"].is_mounted:
            return
        width = max(20, self._bars["heading"].size.width or 76)
        self._bars["heading"].say(cut_line(((" declare an incident", Role.CRITICAL),), width))
        taken = self._show("about", self._about(), Role.STRONG, width)
        taken += self._show("news", [f"meanwhile: {change}" for change in self._news][:3], Role.WARNING, width)
        troubles = list(self.paging.troubles.values()) if self.paging is not None else []
        taken += self._show("remark", [self._remark] if self._remark else troubles[:2], Role.STRONG, width)
        self._fields.styles.max_height = max(3, self.app.size.height - FRAME - taken)
        leave = "keep the draft" if self.keeper is not None else "close"
        self._bars["keys"].say(keys((("^S", "look at all of it first"), ("Tab", "next field"), ("Esc", leave)), width))

    def _about(self) -> list[str]:
        item = self.occasion.item
        told = [f"from {item.name_line} ({item.ref.source})"] if item is not None else []
        if self.paging is not None and self.paging.pending:
            told.append(f"asking {', '.join(sorted(self.paging.pending))} …")
        return told

    def _show(self, name: str, texts: Sequence[str], role: Role, width: int) -> int:
        """Say something, in as many lines as it takes; how many."""
        lines: list[Line] = [((f" {part}", role),) for text in texts for part in wrap(text, width - 2)[:2]]
        self._bars[name].display = bool(lines)
        self._bars[name].say(*lines)
        return len(lines)

    def unsaid(self) -> str:
        """What is missing still, or cannot be any more; "" when nothing is."""
        if not self.filled.title.strip():
            return "what has happened? It needs a title"
        if self.page_wish and self.paging is not None and self.paging.pending:
            return f"{WAIT}: what can become of the page is being asked"
        if self.page_wish or (self.paging is not None and self.page.chosen is None):
            self.page_wish = NO_PAGE
            return "what was to become of the page cannot be done now: choose again"
        return ""

    def unseen(self) -> str:
        """What has become of the item since the person looked; said once."""
        if set(self._news) <= set(self._seen):
            return ""
        self._seen = self._news
        return "something has changed meanwhile, see above: ^S again goes on all the same"


def _choice(priority: Priority) -> Choice:
    hint = ", ".join(filter(None, (priority.word, pace_in_words(priority.update))))
    return Choice(key=priority.name, name=clean(priority.name), hint=clean(hint))
