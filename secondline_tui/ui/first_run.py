"""The first screen of somebody who has no configuration yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from secondline_tui.domain.text import clean_block
from secondline_tui.ui.spans import wrap
from secondline_tui.ui.steady import SteadyApp

_INTRODUCTION = """\
secondline puts the alerts, pages, tickets, ongoing issues and today's pair of a support shift on one screen.
"""
_CHOICE = """\
There is no configuration yet. Two ways from here:

  d   see it work on simulated services; nothing is needed or sent
  q   leave, and write a configuration to
      {path}
"""
_SAMPLE = """\
A small one, for an Icinga 2:

      [sources.production]
      type = "icinga2"
      url = "https://icinga.example.org:5665"
      environment = "production"
      username = "dash"
      password = { env = "ICINGA_PASSWORD" }
"""
_AFTERWARDS = """\
config.example.toml, in the project's repository, explains every key.
`secondline-tui check` then tells what works and what is missing.
"""
_SHORT = """\
No configuration yet.

  d   see a demo
  q   leave, and write one to
      {path}

config.example.toml explains every key.
"""
_FULLEST_FIRST: Sequence[Sequence[str]] = (
    (_INTRODUCTION, _CHOICE, _SAMPLE, _AFTERWARDS),
    (_INTRODUCTION, _CHOICE, _AFTERWARDS),
    (_CHOICE, _AFTERWARDS),
    (_SHORT,),
)
_BORDER, _PADDING = 1, 2
_HANGING = 6
"""Where the words begin after a key."""


def text_for(path: Path, width: int, height: int) -> tuple[str, ...]:
    """The lines of the fullest text that so many cells and lines have room for; the shortest where none has."""
    lines: list[str] = []
    for parts in _FULLEST_FIRST:
        whole = "\n".join(parts).rstrip("\n").replace("{path}", clean_block(str(path)))
        lines = [line for paragraph in whole.split("\n") for line in _wrapped(paragraph, width)]
        if len(lines) <= height:
            break
    return tuple(lines)


def _wrapped(paragraph: str, width: int) -> Iterator[str]:
    """A paragraph in lines; one that begins with spaces keeps its words to the right of the keys."""
    margin = _HANGING if paragraph.startswith("  ") else 0
    start = paragraph[:margin] or " " * margin
    for line in wrap(paragraph[margin:], max(1, width - margin)):
        yield (start + line).rstrip()
        start = " " * margin


class FirstRun(SteadyApp[str]):
    """Ends with "demo", or with nothing."""

    CSS = f"""
    Screen {{ align: center middle; background: $background; }}
    #text {{ width: auto; height: auto; padding: 0 {_PADDING}; border: round $accent; }}
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
        yield Static(id="text")

    def on_resize(self, event: events.Resize) -> None:
        """As much as there is room for."""
        lines = text_for(self._path, event.size.width - 2 * (_BORDER + _PADDING), event.size.height - 2 * _BORDER)
        self.query_one("#text", Static).update(Content("\n".join(lines)))

    def action_demo(self) -> None:
        """See it work."""
        self.exit("demo")
