"""The first screen of somebody who has no configuration yet."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from secondline_tui.ui.steady import SteadyApp

_TEXT = """\
secondline puts the alerts, pages, tickets, known issues and today's pair
of a support shift on one screen.

There is no configuration yet. Two ways from here:

  d   see it work on simulated services; nothing is needed, nothing is sent
  q   leave, and write a configuration to

      {path}

A small one, for an Icinga 2:

      [sources.production]
      type = "icinga2"
      url = "https://icinga.example.org:5665"
      environment = "production"
      username = "dash"
      password = {{ env = "ICINGA_PASSWORD" }}

config.example.toml, in the project's repository, explains every key.
`secondline-tui check` then tells what works and what is missing.
"""


class FirstRun(SteadyApp[str]):
    """Ends with "demo", or with nothing."""

    CSS = """
    Screen { align: center middle; background: $background; }
    #text { width: auto; height: auto; padding: 1 3; border: round $accent; }
    """
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,enter", "demo", "demo"),
        Binding("q,escape,ctrl+q", "quit", "quit"),
    ]

    def __init__(self, path: Path) -> None:
        super().__init__("auto")
        self._path = path

    def compose(self) -> ComposeResult:
        """The text."""
        yield Static(Content(_TEXT.format(path=self._path)), id="text")

    def action_demo(self) -> None:
        """See it work."""
        self.exit("demo")
