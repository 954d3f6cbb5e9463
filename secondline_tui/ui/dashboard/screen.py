"""What can be done with the dashboard: every command of the table is an action here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingsMap
from textual.command import Provider
from textual.widgets import ContentSwitcher

from secondline_tui.domain.actions import Verb
from secondline_tui.domain.items import Dashboard, Item
from secondline_tui.domain.ordering import Sort
from secondline_tui.ui import bars
from secondline_tui.ui.commands import BY_ID, COMMANDS, Command, Need
from secondline_tui.ui.dashboard.browsing import Browsing
from secondline_tui.ui.dashboard.carding import Carding
from secondline_tui.ui.dashboard.changing import Changing
from secondline_tui.ui.dashboard.covering import Covering
from secondline_tui.ui.dashboard.help import HelpScreen
from secondline_tui.ui.dashboard.palette import CommandProvider, Entry
from secondline_tui.ui.dashboard.panes import Pane
from secondline_tui.ui.dashboard.relating import Relating
from secondline_tui.ui.dashboard.remembering import Remembering
from secondline_tui.ui.dashboard.rostering import Rostering
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.dashboard.undoing import Undoing
from secondline_tui.ui.dashboard.walking import Walking
from secondline_tui.ui.item_list import ItemList
from secondline_tui.ui.lines_view import LinesView
from secondline_tui.ui.spans import Role, cut, cut_line

ORDER = ("pages", "alerts", "tickets", "cards", "today")
TITLE = 100
"""Cells of a dashboard's title in the palette: foreign texts may be longer."""
LINKS = frozenset({Need.WEB, Need.RUNBOOK, Need.GRAPH})
FILTERING = ((" Enter", Role.KEY), (" keeps the filter  ", Role.MUTED), ("Esc", Role.KEY), (" clears it", Role.MUTED))


class DashboardScreen(Walking, Covering, Carding, Changing, Relating, Remembering, Undoing, Browsing, Rostering):
    """The dashboard with its keys.

    The focus is moved with `set_focus`, at once. A widget's own `focus()` would move it a little later, and a key that
    was typed already would go to the pane left behind.
    """

    CSS_PATH = "dashboard.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {CommandProvider}

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        # Not by Textual's keymap: it would be applied to all bindings at every key, a quarter of what a key costs.
        mine = [
            Binding(session.keys[command.id], self.action_of(command), command.word, show=False)
            for command in COMMANDS
            if session.keys[command.id]
        ]
        self._bindings.key_to_bindings.update(BindingsMap(mine).key_to_bindings)

    # -- what makes sense now ---------------------------------------------------------------------------------

    def possible(self, command: Command, *, but: frozenset[Need] = frozenset()) -> bool:
        """Whether a command makes sense now, certain needs left aside."""
        links = self.item.links if self.item is not None else None
        met = {
            Need.ITEM: links is not None,
            Need.ROW: links is not None or bool(self.role_items()),
            Need.WEB: links is not None and links.web is not None,
            Need.RUNBOOK: links is not None and links.runbook is not None,
            Need.GRAPH: links is not None and links.graph is not None,
            Need.PANES: self.showing == "panes",
            Need.PANE: self.showing == "panes" and self.pane is not None,
            Need.CLOSED: self.showing != "detail" or bool(self.links),
            Need.BACK: self._way_back() is not None,
            Need.DASHBOARDS: any(True for _ in self.board.items(Dashboard)),
            Need.WRITES: self.session.outbox is not None,
        }
        return all(met[need] for need in command.needs - but) and self.can(command)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys whose command makes no sense now do nothing; only where a link or a right is missing, that is said."""
        if action == "act":
            act = BY_ID[str(parameters[0])]
            return self.can(act) or bool(self.explain(act))
        command = BY_ID.get(action)
        return True if command is None else self.possible(command, but=LINKS)

    def run_command(self, name: str) -> None:
        """Run a command of the table, as its key would."""
        if self.possible(BY_ID[name]):
            self.call_later(self.run_action, BY_ID[name].action)

    def tell_footer(self) -> None:
        """The commands that make sense now, or a passing remark."""
        footer, width = self.bar("footer"), self.size.width
        if self._remark:
            footer.say(cut_line(((f" {self._remark}", Role.STRONG),), width))
            return
        if self.filter.is_open:
            doubts = self.filter.doubts(self.board)
            footer.say(cut_line(((f" {doubts}  ", Role.WARNING), *FILTERING) if doubts else FILTERING, width))
            return
        possible = self.worded(command for command in COMMANDS if self._in_footer(command) and self.possible(command))
        telling = self.session.telling
        trouble = telling.trouble if telling is not None else ""
        told = ((f" {trouble} ", Role.WARNING),) if trouble else ()
        footer.say(bars.footer(possible, self.session.keys, told, width))

    def _in_footer(self, command: Command) -> bool:
        """Whether the footer has a place for it; a turn is taken over from anywhere, and offered where turns are."""
        return command.footer > 0 or (command.idea is Verb.OVERRIDE and self.focused is self.today.list)

    def source_entries(self) -> Iterable[Entry]:
        """What the palette offers for each source."""
        engine = self.session.engine
        for name, state in self.board.sources.items():
            yield Entry(f"Refresh {name}", f"ask {name} now", partial(engine.refresh, name))
            if state.paused_since is None:
                yield Entry(f"Pause {name}", f"stop asking {name}", partial(engine.pause, name))
            else:
                yield Entry(f"Resume {name}", f"ask {name} again", partial(engine.resume, name))

    def dashboard_entries(self) -> Iterable[Entry]:
        """Each configured dashboard, to open."""
        for item in self.board.items(Dashboard):
            if item.links.web is not None:
                name = f"Dashboard: {cut(item.title, TITLE)}"
                yield Entry(name, "open in the browser", partial(self.open_url, item.links.web))

    # -- moving -----------------------------------------------------------------------------------------------

    def _here(self) -> ItemList | LinesView | None:
        """What moves: the opened item, the sources, or the list with the keys."""
        if self.showing == "detail":
            return self.detail.lines
        if self.showing == "sources":
            return self.sources.list
        return self.focused if isinstance(self.focused, ItemList | LinesView) else None

    def action_down(self) -> None:
        """One row on."""
        if (here := self._here()) is not None:
            here.move(1)

    def action_up(self) -> None:
        """One row back."""
        if (here := self._here()) is not None:
            here.move(-1)

    def action_page_down(self) -> None:
        """One page on."""
        if (here := self._here()) is not None:
            here.move_page(1)

    def action_page_up(self) -> None:
        """One page back."""
        if (here := self._here()) is not None:
            here.move_page(-1)

    def action_first(self) -> None:
        """To the first row."""
        if (here := self._here()) is not None:
            here.move_to_end(last=False)

    def action_last(self) -> None:
        """To the last row."""
        if (here := self._here()) is not None:
            here.move_to_end(last=True)

    def action_next_pane(self) -> None:
        """To the pane after this one."""
        self._go(1)

    def action_previous_pane(self) -> None:
        """To the pane before this one."""
        self._go(-1)

    def action_pane_pages(self) -> None:
        """To the pages."""
        self.go_to("pages")

    def action_pane_alerts(self) -> None:
        """To the alerts."""
        self.go_to("alerts")

    def action_pane_tickets(self) -> None:
        """To the tickets."""
        self.go_to("tickets")

    def action_pane_cards(self) -> None:
        """To the ongoing issues."""
        self.go_to("cards")

    def action_pane_today(self) -> None:
        """To today's pairing."""
        self.go_to("today")

    def _go(self, step: int) -> None:
        place = ORDER.index(self.last_pane)
        self.go_to(ORDER[(place + step) % len(ORDER)])

    def go_to(self, pane: str) -> None:
        """Give a pane the keys; an opened item is closed, a zoom goes along."""
        self._show_main("panes")
        self.made_current(pane)
        self.set_focus(self.list_of(pane))

    # -- opening and closing ----------------------------------------------------------------------------------

    def action_open(self) -> None:
        """Show the whole item; in an opened one, what is related to it."""
        item = self.item
        if self.showing == "detail":
            self.choose_related()
        elif item is not None:
            self.open_item(item)
        else:
            self.choose_role()

    def open_item(self, item: Item) -> None:
        """Show a whole item, in the place of the one that is open."""
        if self.showing != "detail":
            self.came_from = self.showing
        self._show_main("detail")
        self.detail.open(item)
        self.looked_at(item)
        self.set_focus(self.detail.lines)

    @on(ItemList.Opened)
    def opened(self) -> None:
        """An item was clicked twice."""
        self.run_command("open")

    def _way_back(self) -> Callable[[], None] | None:
        """What Escape would close, innermost first."""
        if self.showing == "detail":
            return self._close_detail
        if self.showing == "sources":
            return self._close_sources
        pane = self.pane
        if pane is not None and pane.list.marks:
            return self.clear_marks
        if pane is not None and pane.wish.words:
            return partial(self._unfilter, pane)
        return self._unzoom if self._zoomed() else None

    def action_back(self) -> None:
        """Close what is open."""
        close = self._way_back()
        if close is not None:
            close()

    def _close_detail(self) -> None:
        self.detail.close()
        self._show_main(self.came_from)
        self.focus_main()

    def _close_sources(self) -> None:
        self._show_main("panes")
        self.focus_main()

    def _show_main(self, what: str) -> None:
        self.query_one("#main", ContentSwitcher).current = what
        self.call_after_refresh(self.tick)

    def focus_main(self) -> None:
        """Give the keys back to what is shown."""
        self.set_focus(self.sources.list if self.showing == "sources" else self.list_of(self.last_pane))

    # -- what the panes show ----------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Filter the pane as one types."""
        if self.pane is not None:
            self.last_pane = self.pane.kind.id
            self.filter.begin(self.pane)
            self.set_focus(self.filter)
            self.tell_footer()

    def _unfilter(self, pane: Pane) -> None:
        pane.set_filter("")
        self.rearrange(pane)

    def action_sort(self) -> None:
        """The pane's next order."""
        if self.pane is not None:
            order: Sort = self.pane.next_order()
            self.rearrange(self.pane)
            self.say(f"{self.pane.kind.title} by {order}")

    def action_handled(self) -> None:
        """Hide or show what somebody already has, in every pane."""
        shown = not self.panes["alerts"].wish.handled
        for pane in self.panes.values():
            pane.show_handled(shown)
            self.rearrange(pane)
        self.say("handled items are shown" if shown else "handled items are hidden; the titles count them")

    def action_zoom(self) -> None:
        """One pane alone, or all."""
        if self._zoomed():
            self._unzoom()
        else:
            self.add_class("-zoomed")
            self.call_after_refresh(self.tick)

    def _zoomed(self) -> bool:
        return self.has_class("-zoomed")

    def _unzoom(self) -> None:
        self.remove_class("-zoomed")
        self.call_after_refresh(self.tick)

    # -- sources and program ----------------------------------------------------------------------------------

    def action_refresh(self) -> None:
        """Ask every source now; in the sources' view, the selected one."""
        name = self.item.ref.source if self.showing == "sources" and self.item is not None else None
        self.session.engine.refresh(name)
        self.say(f"asking {name or 'every source'}")

    def action_sources(self) -> None:
        """The sources' own view."""
        self._show_main("sources")
        self.set_focus(self.sources.list)

    def action_pause(self) -> None:
        """Pause or resume the selected item's source."""
        if self.item is None:
            return
        name = self.item.ref.source
        if self.board.sources[name].paused_since is None:
            self.session.engine.pause(name)
            self.say(f"{name} is paused: p resumes it")
        else:
            self.session.engine.resume(name)

    def action_help(self) -> None:
        """Every command; the chosen one is run."""
        possible = frozenset(command.id for command in COMMANDS if self.possible(command))
        self.app.push_screen(HelpScreen(self.session.keys, possible), self._chosen)

    def _chosen(self, name: str | None) -> None:
        if name is not None:
            self.run_command(name)

    def action_palette(self) -> None:
        """Textual's palette, with our commands."""
        self.app.action_command_palette()

    def action_theme(self) -> None:
        """The next colours."""
        names = ("dark", "light", "ansi-dark", "ansi-light")
        here = names.index(self.app.theme) if self.app.theme in names else -1
        self.app.theme = names[(here + 1) % len(names)]
        self.say(f"colours: {self.app.theme}")

    def action_leave(self) -> None:
        """Quit."""
        self.app.exit()
