"""What can be done to the chosen items, and in which words it is offered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from secondline_tui.domain.actions import Verb
from secondline_tui.domain.forms import called
from secondline_tui.domain.items import Item, OnCall
from secondline_tui.domain.offers import nearest, offered
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.watching import found
from secondline_tui.domain.why_not import why_not
from secondline_tui.ui.commands import Command
from secondline_tui.ui.dashboard.desk import Desk

ON_TURNS = frozenset({Verb.OVERRIDE, Verb.END_OVERRIDE})
"""What is done to a schedule, from wherever one is."""


class Offers:
    """What services, rights and items allow now. Where nothing may be written, every source is read-only."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.forbidden: frozenset[tuple[str, Verb]] = frozenset()
        """What a source's account turned out not to be allowed."""
        self._offered: frozenset[Verb] = frozenset()
        self._asked_of: tuple[object, ...] = (None, None, (), self.forbidden)

    @property
    def marked(self) -> tuple[Item, ...]:
        """The marked items of the pane that has the keys, as they are now; those that are gone are not among them."""
        pane = self._desk.pane
        if self._desk.showing != "panes" or pane is None or not pane.list.marks:
            return ()
        now = found(self._desk.board, pane.list.marks.keys())
        return tuple(now[ref] for ref in pane.list.marks if ref in now)

    def now(self) -> frozenset[Verb]:
        """What can be done to the marked items, else to the selected one."""
        desk = self._desk
        pane, item = desk.pane, desk.item
        marks = tuple(pane.list.marks) if pane is not None and desk.showing == "panes" else ()
        state = desk.board.sources.get(item.ref.source) if item is not None else None
        asked = (item, desk.board if marks else state, marks, self.forbidden)
        if any(
            a is not b and not (isinstance(a, tuple) and a == b) for a, b in zip(asked, self._asked_of, strict=True)
        ):
            items = self.marked if marks else () if item is None else (item,)
            self._asked_of = asked
            self._offered = frozenset(verb for one in items for verb in self.of(one))
        return self._offered

    def of(self, item: Item) -> tuple[Verb, ...]:
        """What can be done to one item."""
        return offered(item, self._desk.board.sources.get(item.ref.source), self.forbidden)

    def turns(self, verb: Verb = Verb.OVERRIDE) -> tuple[OnCall, ...]:
        """The turns on schedules to which that can be done."""
        pairing = self._desk.pairing
        now = self._desk.session.engine.clock.now()
        known = self._desk.board.items(OnCall)  # of which one may have ended since it was told
        turns = {turn.ref: turn for turn in known if turn.end is None or turn.end > now}
        refs: Iterable[ItemRef | None] = [pair.ref for pair in pairing.roles] if pairing is not None else []
        if verb is Verb.END_OVERRIDE:  # also one that is not in the pairing: a later turn stands there
            refs = turns
        return tuple(turns[ref] for ref in refs if ref in turns and verb in self.of(turns[ref]))

    def boards(self) -> list[str]:
        """The sources where a new card can be made."""
        return [
            name
            for name, state in self._desk.board.sources.items()
            if state.type == "trello" and not state.read_only and (name, Verb.CARD) not in self.forbidden
        ]

    def allow(self, command: Command) -> bool:
        """Whether something that a command does is offered."""
        if command.idea is None:
            return True
        if command.idea in ON_TURNS:
            return bool(self.turns(command.idea))
        return nearest(command.idea, self.now()) is not None

    def worded(self, commands: Iterable[Command]) -> Iterator[Command]:
        """Commands in the words of what they do to the item; of several that do the same, the first."""
        told: set[Verb] = set()
        for command in commands:
            verb = nearest(command.idea, self.now()) if command.idea is not None else None
            if verb is None:
                yield command
            elif verb not in told:
                told.add(verb)
                yield command if verb is command.idea else replace(command, word=called(verb))

    def explain(self, command: Command) -> str:
        """Why a command cannot be carried out on the selected item, if there is one."""
        item = self._desk.item
        state = self._desk.board.sources.get(item.ref.source) if item is not None else None
        if item is None or state is None or command.idea is None:
            return ""
        nothing = f"{command.word}: {state.name} has no such thing for this"
        return why_not(command.idea, item, state, self.forbidden) or nothing
