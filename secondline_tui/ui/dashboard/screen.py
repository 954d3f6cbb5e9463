"""The dashboard with its keys: which feature carries out which command, and which of them make sense now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingsMap
from textual.command import Provider

from secondline_tui.domain.actions import Verb
from secondline_tui.domain.items import Dashboard, Item
from secondline_tui.ui import bars
from secondline_tui.ui.commands import BY_ID, COMMANDS, Command, Need
from secondline_tui.ui.dashboard.desk import Desk
from secondline_tui.ui.dashboard.features.acting import Acting
from secondline_tui.ui.dashboard.features.asking import Asking
from secondline_tui.ui.dashboard.features.browsing import Browsing
from secondline_tui.ui.dashboard.features.carding import Carding
from secondline_tui.ui.dashboard.features.changing import Changing
from secondline_tui.ui.dashboard.features.closing import Closing
from secondline_tui.ui.dashboard.features.covering import Covering
from secondline_tui.ui.dashboard.features.declaring import Declaring
from secondline_tui.ui.dashboard.features.feature import Feature
from secondline_tui.ui.dashboard.features.looking import Looking
from secondline_tui.ui.dashboard.features.moving import Moving
from secondline_tui.ui.dashboard.features.offers import Offers
from secondline_tui.ui.dashboard.features.relating import Relating
from secondline_tui.ui.dashboard.features.remembering import Remembering
from secondline_tui.ui.dashboard.features.rostering import Rostering
from secondline_tui.ui.dashboard.features.undoing import Undoing
from secondline_tui.ui.dashboard.features.walking import Walking
from secondline_tui.ui.dashboard.help import HelpScreen
from secondline_tui.ui.dashboard.palette import CommandProvider, Entry
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.item_list import ItemList
from secondline_tui.ui.spans import Line, Role, cut_line, width_of

LINKS = frozenset({Need.WEB, Need.RUNBOOK, Need.GRAPH})


class DashboardScreen(Desk):
    """The dashboard, and everything that can be done with it."""

    CSS_PATH = "dashboard.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {CommandProvider}

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.offers = Offers(self)
        self.acting = acting = Acting(self, self.offers)
        self.declaring = Declaring(self, acting)
        self._relating, self._rostering, looking = Relating(self), Rostering(self), Looking(self)
        self._moving = Moving(self, acting, looking, self._relating, self._rostering)
        self._asking, self._browsing = Asking(self), Browsing(self)
        self.features: tuple[Feature, ...] = (  # in the order in which they tell what wants a person
            self.declaring, looking, acting, Closing(self, acting), Changing(self, acting, self.declaring),
            Carding(self, acting), Covering(self, acting), Undoing(self, acting), Walking(self, acting),
            Remembering(self), self._moving, self._asking, self._browsing,
        )  # fmt: skip
        own = {"help": self.help, "palette": self.open_palette, "theme": self.change_theme, "leave": self.leave}
        self.carried_out: dict[str, Callable[[], None]] = dict(own)
        """What each command of the table does."""
        self._by: dict[str, Feature] = {}
        for feature in self.features:
            self.carried_out.update(feature.commands)
            self._by.update(dict.fromkeys(feature.commands, feature))
        self._met: dict[Need, Callable[[], bool]] = {
            Need.ITEM: lambda: self.item is not None,
            Need.ROW: lambda: self.item is not None or bool(self._rostering.items()),
            Need.WEB: partial(self._has, "web"),
            Need.RUNBOOK: partial(self._has, "runbook"),
            Need.GRAPH: partial(self._has, "graph"),
            Need.PANES: lambda: self.showing == "panes",
            Need.PANE: lambda: self.showing == "panes" and self.pane is not None,
            Need.CLOSED: lambda: self.showing != "detail" or bool(self._relating.links),
            Need.BACK: lambda: self._moving.way_back() is not None,
            Need.DASHBOARDS: lambda: any(True for _ in self.board.items(Dashboard)),
            Need.WRITES: lambda: self.session.outbox is not None,
        }
        # Not by Textual's keymap: it would be applied to all bindings at every key, a quarter of what a key costs.
        mine = [
            Binding(session.keys[command.id], f"carry_out('{command.id}')", command.word, show=False)
            for command in COMMANDS
            if session.keys[command.id]
        ]
        self._bindings.key_to_bindings.update(BindingsMap(mine).key_to_bindings)
        self._said_read_only = False

    # -- what happens -----------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Let every feature take up what it follows. Textual calls the desk's own after this."""
        for feature in self.features:
            feature.begin()

    def on_unmount(self) -> None:
        """Let them drop it."""
        for feature in self.features:
            feature.end()

    def tick(self) -> None:
        """Bring up to date what time alone changes."""
        for feature in self.features:
            feature.tick()
        super().tick()

    def wanting(self, room: int) -> Line:
        """What wants a person, each thing whole or not at all; the first in any case."""
        told: Line = ()
        for feature in self.features:
            more = feature.wanting()
            if not told or width_of((*told, *more)) <= room:
                told = (*told, *more)
        return cut_line(told, room)

    def open_item(self, item: Item) -> None:
        """Show a whole item."""
        super().open_item(item)
        for feature in self.features:
            feature.opened(item)

    @on(ItemList.Opened)
    def opened(self) -> None:
        """An item was clicked twice."""
        self.run_command("open")

    # -- what makes sense now ---------------------------------------------------------------------------------

    def possible(self, command: Command, *, but: frozenset[Need] = frozenset()) -> bool:
        """Whether a command makes sense now, certain needs left aside."""
        by = self._by.get(command.id)
        return all(self._met[need]() for need in command.needs - but) and (by is None or by.can(command))

    def _has(self, link: str) -> bool:
        """Whether the item has such a link."""
        return self.item is not None and getattr(self.item.links, link) is not None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys whose command makes no sense now do nothing; what the selected item lacks for it is said."""
        if action != "carry_out":
            return True
        command = BY_ID[str(parameters[0])]
        if self._may_not_write(command):
            return True
        return self.possible(command, but=LINKS) or bool(self.offers.explain(command))

    def action_carry_out(self, name: str) -> None:
        """Do what a key, help or the palette asks for."""
        if not self._may_not_write(BY_ID[name]):
            self.carried_out[name]()
        elif not self._said_read_only:
            self._said_read_only = True
            self.say("read only: nothing is written from here")

    def _may_not_write(self, command: Command) -> bool:
        """Whether it would write where nothing may be written: said once, of the first such key."""
        return self.session.read_only and (command.idea is not None or Need.WRITES in command.needs)

    def run_command(self, name: str) -> None:
        """Run a command of the table, as its key would."""
        if self.possible(BY_ID[name]):
            self.call_later(self.run_action, f"carry_out('{name}')")

    def offering(self, width: int) -> Line:
        """The commands that make sense now."""
        shown = (command for command in COMMANDS if self._in_footer(command) and self.possible(command))
        telling = self.session.telling
        trouble = telling.trouble if telling is not None else ""
        told = ((f" {trouble} ", Role.WARNING),) if trouble else ()
        return bars.footer(self.offers.worded(shown), self.session.keys, told, width)

    def _in_footer(self, command: Command) -> bool:
        """Whether the footer has a place for it; a turn is taken over from anywhere, and offered where turns are."""
        return command.footer > 0 or (command.idea is Verb.OVERRIDE and self.focused is self.today.list)

    # -- the program ------------------------------------------------------------------------------------------

    def entries(self) -> Iterable[Entry]:
        """What the palette offers beside the commands: each source, each dashboard."""
        return chain(self._asking.entries(), self.dashboards())

    def dashboards(self) -> Iterable[Entry]:
        """Each configured dashboard, to open."""
        return self._browsing.dashboards()

    def help(self) -> None:
        """Every command; the chosen one is run."""
        possible = frozenset(command.id for command in COMMANDS if self.possible(command))
        self.app.push_screen(HelpScreen(self.session.keys, possible), self._chosen)

    def _chosen(self, name: str | None) -> None:
        if name is not None:
            self.run_command(name)

    def open_palette(self) -> None:
        """Textual's palette, with our commands."""
        self.app.action_command_palette()

    def change_theme(self) -> None:
        """The next colours."""
        names = ("dark", "light", "ansi-dark", "ansi-light")
        here = names.index(self.app.theme) if self.app.theme in names else -1
        self.app.theme = names[(here + 1) % len(names)]
        self.say(f"colours: {self.app.theme}")

    def leave(self) -> None:
        """Quit."""
        self.app.exit()
