"""Help: every command, searchable, run by Enter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from secondline_tui.ui.commands import COMMANDS, Command, spelt
from secondline_tui.ui.modal import HERE, Modal, Options
from secondline_tui.ui.spans import cells, cut, wrap

BOX = 94
"""Cells that the box is wide at most."""
INDENT = 14
"""Cells before what a command does, in every line of it."""


def found(commands: Iterable[Command], words: str) -> list[Command]:
    """The commands that have all the words in their name, key or help, group by group."""
    wanted = words.casefold().split()
    hits = [c for c in commands if all(word in f"{c.word} {c.id} {c.help} {c.group}".casefold() for word in wanted)]
    groups = list(dict.fromkeys(c.group for c in COMMANDS))
    return sorted(hits, key=lambda c: groups.index(c.group))


class HelpScreen(Modal[str | None]):
    """Ends with the id of the command to run, or None."""

    CSS = f"""
    HelpScreen {{
        align: center middle;
        #box {{
            width: {BOX};
            max-width: 96%;
            height: 80%;
            background: $surface;
            border: round $accent;
            padding: 0 1;
        }}
        #search {{ border: none; height: 1; background: $panel; padding: 0 1; margin-bottom: 1; }}
        #commands {{ border: none; background: $surface; height: 1fr; padding: 0; }}
    }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "close"),
        Binding("down", "cursor(1)", show=False, priority=True),
        Binding("up", "cursor(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]

    def __init__(self, keys: Mapping[str, str], possible: frozenset[str]) -> None:
        super().__init__()
        self._keys = keys
        self._possible = possible
        self._shown = 0
        """The width of what is shown."""

    def compose(self) -> ComposeResult:
        """A search line and the commands."""
        with Vertical(id="box"):
            yield Input(placeholder="type to search; Enter runs, Esc closes", id="search")
            yield Options(id="commands")

    def on_mount(self) -> None:
        """Show all of them."""
        self._show("")

    @on(Input.Changed, "#search")
    def searched(self, event: Input.Changed) -> None:
        """Show those that match."""
        self._show(event.value)

    @on(Input.Submitted, "#search")
    def entered(self) -> None:
        """Run the one under the cursor."""
        self.query_one(OptionList).action_select()

    @on(OptionList.OptionSelected, "#commands")
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """Run the chosen one."""
        self.dismiss(event.option_id)

    @property
    def _width(self) -> int:
        """Cells of a command's line: the box without its borders, paddings, scrollbar and the cursor's mark."""
        return min(BOX, self.app.size.width * 96 // 100) - 8 - cells(HERE)

    def on_resize(self) -> None:
        """Another width: wrapped anew."""
        if self._shown not in (0, self._width):
            self._show(self.query_one("#search", Input).value)

    def action_back(self) -> None:
        """Close; a search that found nothing is cleared first."""
        search = self.query_one("#search", Input)
        if found(COMMANDS, search.value):
            self.dismiss(None)
        else:
            search.value = ""

    def action_cursor(self, rows: int) -> None:
        """Move in the list while typing."""
        options = self.query_one(OptionList)
        if rows > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def action_page(self, pages: int) -> None:
        """Read on, past what cannot be run now, too."""
        options = self.query_one(OptionList)
        if pages > 0:
            options.scroll_page_down(animate=False)
        else:
            options.scroll_page_up(animate=False)

    def _show(self, words: str) -> None:
        options = self.query_one(OptionList)
        self._shown = self._width
        options.clear_options()
        group = ""
        hits = found(COMMANDS, words)
        if not hits:
            told = f"nothing matches “{cut(words.strip(), self._width // 2)}”; Esc clears the search"
            options.add_option(Option(Content(told), disabled=True))
        for command in hits:
            if command.group != group:
                group = command.group
                options.add_option(Option(Content.styled(group, "bold $accent"), disabled=True))
            options.add_option(self._option(command))
        options.action_first()

    def _option(self, command: Command) -> Option:
        keys = " ".join(spelt(key) for key in self._keys[command.id].split(","))
        told = f"\n{' ' * INDENT}".join(wrap(command.help, max(20, self._width - INDENT)))
        line = Content.assemble((f"{keys:<{INDENT}}", "bold $accent"), told)
        runs = command.palette and command.id in self._possible
        return Option(line if runs else line.stylize("$foreground 60%"), id=command.id, disabled=not runs)
