"""A prompt as it is drawn: what it is about, its fields, and what colleagues do meanwhile. Sending is in `compose`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, SelectionList, TextArea
from textual.widgets.selection_list import Selection

from secondline_tui.domain.actions import Choice, Verb
from secondline_tui.domain.ages import clock, short
from secondline_tui.domain.board import Board
from secondline_tui.domain.forms import Wanted
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import EMPTY, SafeText
from secondline_tui.domain.until import parse_until
from secondline_tui.domain.watching import differences, found
from secondline_tui.engine.outbox import Outbox
from secondline_tui.ui.aside import aside
from secondline_tui.ui.bars import place_of
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.modal import Modal
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.prompts import telling
from secondline_tui.ui.prompts.asking import Asking
from secondline_tui.ui.prompts.choice_list import ChoiceList
from secondline_tui.ui.prompts.confirm import yes_key
from secondline_tui.ui.prompts.editor import Editor
from secondline_tui.ui.prompts.errand import WHICH, Errand, Target, common, final, own_choice, proposal
from secondline_tui.ui.prompts.typed import Typed
from secondline_tui.ui.spans import Line, Role, cut_line, wrap

BARS = ("title", "about", "to-word", "matchers-word", "until-word", "until-told", "news", "remark", "keys")
WIDEST = 100
AS_IT_IS = Choice(key="", name=SafeText("leave it as it is"))
GONE = "it is gone"


class Sheet(Modal[bool]):
    """One errand on the screen. Ends with whether it was sent."""

    CSS_PATH = "sheet.tcss"

    def __init__(self, session: Session, outbox: Outbox, errand: Errand) -> None:
        form = errand.form
        wordy = form.text is not Wanted.NO
        size = " -long" if errand.verb is Verb.CARD else " -wordy" if wordy else ""
        super().__init__(classes=("-public" if errand.public else "-internal") + size)
        self.session = session
        self.outbox = outbox
        self.errand = errand
        self.form = form
        self.asking = Asking(outbox, errand, self.answered)
        self.yes = yes_key(errand.key)
        self.editor = Editor(id="text") if wordy else None
        self.choices = ChoiceList(id="to") if form.to is not Wanted.NO else None
        self.conditions = Editor(id="matchers") if form.matchers else None
        if self.editor is not None and self.conditions is not None:  # alone, it needs no name
            self.editor.border_title = Content("comment")
        self.ending = Input(id="until", compact=True, placeholder="no end") if form.until is not Wanted.NO else None
        self.beside = self._beside()
        self.news: Mapping[ItemRef, tuple[SafeText, ...]] = {}
        """What has changed since the key press, item by item."""
        self.bars = {name: Bar(id=name) for name in BARS}
        self._remark = ""
        self.before = Typed()
        """What was filled in the last time."""
        self._unsubscribe: Callable[[], None] = lambda: None

    def _beside(self) -> SelectionList[int] | None:
        rows = [
            Selection(Content(f"{t.form.word} {t.name} ({t.ref.source}) too"), n, t.ref not in self.errand.doubtful)
            for n, t in enumerate(self.errand.targets)
            if t.beside
        ]
        return SelectionList(*rows, id="beside", compact=True) if rows else None

    def compose(self) -> ComposeResult:
        """What it is about above, the fields, and the keys below."""
        with Vertical(id="box"):
            yield self.bars["title"]
            yield self.bars["about"]
            if self.editor is not None:
                yield self.editor
            if self.choices is not None:
                yield self.bars["to-word"]
                yield self.choices
            if self.conditions is not None:
                yield self.bars["matchers-word"]
                yield self.conditions
            if self.ending is not None:
                with Horizontal(id="lasting"):
                    yield self.bars["until-word"]
                    yield self.ending
                    yield self.bars["until-told"]
            if self.beside is not None:
                yield self.beside
            yield self.bars["news"]
            yield self.bars["remark"]
            yield self.bars["keys"]

    def on_mount(self) -> None:
        """Ask the services, and watch the items."""
        if self.ending is not None:
            self.ending.value = self._usual_end() if self.before.until is None else self.before.until
        engine = self.session.engine
        self._unsubscribe = engine.subscribe(self.board_changed)
        aside(self, partial(self.asking.ask, self.errand.targets), "ask")
        for source in dict.fromkeys(target.ref.source for target in self.errand.targets):
            state = engine.board.sources.get(source)
            if state is not None and state.paused_since is None:
                engine.refresh(source)
        self.set_interval(5.0, self.tell_until)
        self.board_changed(engine.board)

    async def on_unmount(self) -> None:
        """Watch no more."""
        self._unsubscribe()

    def on_resize(self) -> None:
        """Another width: everything cut anew."""
        self.call_after_refresh(self.tell)

    # -- what is so now ---------------------------------------------------------------------------------------

    def board_changed(self, board: Board) -> None:
        """Tell what has become of the items."""
        watched = {target.watched: target.item for target in self.errand.targets if target.item is not None}
        now = found(board, watched.keys())
        self.news = {ref: changes for ref, before in watched.items() if (changes := differences(before, now.get(ref)))}
        self._gone = frozenset(watched.keys() - now.keys())
        self.tell()

    _gone: frozenset[ItemRef] = frozenset()
    _proposed: str | None = None
    _proposed_matchers: str | None = None

    @property
    def filled(self) -> Typed:
        """Every field, as far as it is not as it was proposed, or not known yet."""
        ending, conditions, choices, before = self.ending, self.conditions, self.choices, self.before
        return Typed(
            text=self.text,
            until=_other(ending.value if ending is not None else None, self._usual_end(), before.until),
            matchers=_other(
                conditions.text if conditions is not None else None, self._proposed_matchers, before.matchers
            ),
            to=_other(self.to().key if choices is not None else None, self._proposed, before.to),
        )

    @property
    def left_out(self) -> dict[ItemRef, str]:
        """Of several items, those that nothing will be done to, and why."""
        if not self.errand.many:
            return {}
        asking = self.asking
        unclear = {
            t.ref: f"which {t.form.to_word} is not clear"
            for t in self.errand.targets
            if t.verb in WHICH and t.back is None and t.ref in asking.previews
            and own_choice(t, asking.previews[t.ref]) is None
        }  # fmt: skip
        return {**unclear, **asking.failed, **asking.refused, **dict.fromkeys(self._gone, GONE)}

    @property
    def live(self) -> tuple[Target, ...]:
        """What it would be done to, if it were sent now."""
        ticked = set(self.beside.selected) if self.beside is not None else set()
        out = self.left_out
        no = self.asking.refused.keys() | self.asking.failed.keys()
        return tuple(
            target
            for n, target in enumerate(self.errand.targets)
            if (n in ticked and target.ref not in no if target.beside else target.ref not in out)
        )

    @property
    def text(self) -> str:
        """What was typed."""
        return self.editor.text if self.editor is not None else ""

    @property
    def now(self) -> datetime:
        """The time."""
        return self.session.engine.clock.now()

    def until(self) -> datetime | None:
        """The end that was typed, None for none; ValueError when it is not one."""
        words = self.ending.value.strip() if self.ending is not None else ""
        return parse_until(words, self.now, self.session.calendar.zone) if words else None

    def matchers(self) -> tuple[Matcher, ...] | None:
        """The matchers that were typed, None where there is nothing to type; ValueError when one is wrong."""
        if self.conditions is None:
            return None
        return tuple(Matcher.parse(line) for line in self.conditions.text.splitlines() if line.strip())

    # -- what is said -----------------------------------------------------------------------------------------

    def say(self, remark: str) -> None:
        """Say something about this prompt; it stays until something else is said."""
        self._remark = remark
        self.tell()

    @property
    def remark(self) -> str:
        """What was said last."""
        return self._remark

    def answered(self) -> None:
        """A service has answered: offer what it offers."""
        previews = [p for t in self.errand.chosen if (p := self.asking.previews.get(t.ref))]
        if self.choices is not None and previews and not self.asking.pending:
            offered = common(previews)
            may = (AS_IT_IS,) if self.form.to is Wanted.MAY and "" not in {choice.key for choice in offered} else ()
            chosen = proposal(self.errand, previews[0])
            self._proposed = chosen
            chosen = self.before.to if self.before.to is not None else chosen
            self.choices.offer((*may, *offered), chosen)
            if not chosen and (self.errand.proposed or self.errand.absent):
                person = self.errand.verb is Verb.OVERRIDE
                who, ask = ("nobody", "choose who covers") if person else (f"no {self.form.to_word}", "choose one")
                missed = f"{who} there is called {self.errand.proposed}: " if self.errand.proposed else ""
                self._remark = f"{missed}{ask}"
        if self.conditions is not None and previews and not self.conditions.text:
            self._proposed_matchers = "\n".join(str(matcher) for matcher in previews[0].matchers)
            before = self.before.matchers
            self.conditions.load_text(self._proposed_matchers if before is None else before)
        self.tell()

    def tell(self) -> None:
        """Bring everything that is said up to date."""
        if not self.bars["title"].is_mounted:
            return
        width = self.bars["title"].size.width or min(WIDEST, self.app.size.width) - 4
        errand = self.errand
        board = self.session.engine.board
        self._say("title", [telling.title(errand, width)])
        self._say("about", telling.about(errand, self.asking, board, self.left_out, width))
        self._say("news", telling.news(errand, self.news, width))
        remark = self._remark or self.asking.trouble
        self._say("remark", [((f" {part}", Role.STRONG),) for part in wrap(remark, width - 2)] if remark else [])
        self._say("keys", [telling.keys(tuple(self._keys()), width)])
        if self.choices is not None:
            self._say("to-word", [((f" {self.form.to_word}", Role.MUTED),)])
        if self.conditions is not None:
            self._say("matchers-word", [((" matchers, one a line", Role.MUTED),)])
        self.tell_until()

    def _say(self, name: str, lines: Sequence[Line]) -> None:
        bar = self.bars[name]
        bar.display = bool(lines)
        bar.say(*lines)

    def _usual_end(self) -> str:
        """The end that is typed beforehand."""
        if self.form.until is not Wanted.MUST:
            return ""
        if self.errand.until is None:
            return short(self.form.lasts.total_seconds())
        return f"{self.errand.until.astimezone(self.session.calendar.zone):%Y-%m-%d %H:%M}"

    def tell_until(self) -> None:
        """Say which moment was typed."""
        if self.ending is None or not self.ending.is_mounted:
            return
        must = self.form.until is Wanted.MUST
        self._say("until-word", [((" until ", Role.MUTED),)])
        zone, now = self.session.calendar.zone, self.now
        try:
            end = self.until()
        except ValueError as error:
            self._say("until-told", [cut_line(((f" {error}", Role.WARNING),), 70)])
            return
        if end is None:
            end = now + self.form.lasts if must else None
        told = "2h, 17:30, tomorrow 09:30"
        if end is not None:
            told = f"→ {clock(end, zone, now)} {place_of(zone)}"
        self._say("until-told", [((f" {told}", Role.MUTED),)])

    @property
    def simple(self) -> bool:
        """Whether there is nothing to fill in."""
        return all(field is None for field in (self.editor, self.choices, self.conditions, self.ending))

    @property
    def fields(self) -> tuple[Widget, ...]:
        """What can be filled in, from above."""
        fields = (self.editor, self.choices, self.conditions, self.ending, self.beside)
        return tuple(field for field in fields if field is not None)

    @property
    def enter_sends(self) -> bool:
        """Whether Enter, which leads from field to field, sends: in the last one, where no text takes it."""
        fields = self.fields
        return self.editor is None and bool(fields) and (len(fields) == 1 or self.focused is fields[-1])

    @on(events.DescendantFocus)
    def focus_moved(self) -> None:
        """Another field, other keys."""
        self.tell()

    def _keys(self) -> Iterator[tuple[str, str]]:
        word = "take it back" if self.errand.first.back is not None else telling.deed(self.errand.chosen)
        if self.simple:
            yield (self.yes if final(self.errand.targets) else "Enter"), word
        elif self.errand.public:
            yield "^O", "SEND PUBLICLY"
        else:
            yield "Enter" if self.enter_sends else "^S", "send" if self.editor is not None else word
        if self.editor is not None:
            yield "^E", "$EDITOR"
        if len(self.fields) > 1:
            yield "Tab", "next field"
        yield "Esc", "keep the draft" if self.editor is not None else "close"

    # -- fields -----------------------------------------------------------------------------------------------

    @on(Editor.Tidied)
    def tidied(self, event: Editor.Tidied) -> None:
        """What was pasted is not quite what is here."""
        self.say(f"of what was pasted: {event.told}")

    @on(Input.Changed, "#until")
    def until_changed(self) -> None:
        """Another end."""
        self.changed()
        self.tell_until()

    @on(TextArea.Changed)
    @on(OptionList.OptionHighlighted)
    @on(SelectionList.SelectedChanged)
    def changed(self) -> None:
        """Something was typed or chosen."""

    def to(self) -> Choice:
        """The destination chosen."""
        chosen = self.choices.chosen if self.choices is not None else None
        return chosen or Choice(key="", name=EMPTY)


def _other(value: str | None, proposed: str | None, before: str | None) -> str | None:
    """What a field holds, None for what is proposed; what it held before, while nothing is proposed yet."""
    if value is None or proposed is None:
        return before
    return value if value != proposed else None
