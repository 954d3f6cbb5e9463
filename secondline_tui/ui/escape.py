"""Escape is Escape, also when the next key follows at once.

A terminal sends one byte for it, with which it also begins every other key's sequence. Textual 8.2.8 takes what follows
within a tenth of a second for a key with Alt, and most of those for the key alone: the Escape that was to close a
prompt is lost, and the Enter behind it sends.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.driver import Driver

ESC = "\x1b"
BEGINS_MORE = frozenset("[OPX]^_")
"""What begins a longer sequence behind an Escape. One that Textual does not know is no Escape either."""


class EscapeParser(XTermParser):
    """Reads keys. With Alt there are those that a person has configured, and the editor's own for words."""

    with_alt: ClassVar[frozenset[str]] = frozenset()
    """Keys with Alt that mean something, in Textual's spelling."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        keys = list(super()._sequence_to_key_events(sequence, alt))
        if not alt and len(sequence) == 2 and isinstance(ANSI_SEQUENCES_KEYS.get(sequence), str):  # Esc 1 as ¡
            alt, sequence = sequence[0] == ESC, sequence[1]
        if not alt or sequence in BEGINS_MORE or any(key.key in self.with_alt for key in keys):
            return keys
        return [events.Key("escape", ESC), *super()._sequence_to_key_events(sequence)]


def used_by(driver: type[Driver]) -> type[Driver]:
    """The driver, which makes its parser by this name."""
    module = sys.modules[driver.__module__]
    if hasattr(module, "XTermParser"):
        vars(module)["XTermParser"] = EscapeParser
    return driver


def keep_alt(keys: Iterable[str]) -> None:
    """Say which keys the commands have."""
    EscapeParser.with_alt = frozenset(key for some in keys for key in some.split(",") if key.startswith("alt+"))
