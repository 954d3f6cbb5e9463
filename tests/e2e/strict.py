"""What a program may send to a terminal: printable text, line ends, and the few sequences that Textual itself needs."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterator

_TEXTUAL = re.compile(
    r"""
    \x1b\[(?:\d{1,3}(?:;\d{1,3})*)?m                  # colours
  | \x1b\[\d{1,3};\d{1,3}H                            # the cursor's place
  | \x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]
  | \x1b\[\?(?:2026|2048)\$p                          # what the terminal can do
  | \x1b\[>25u | \x1b\[<u                             # its keyboard
  | \x1b\]22;[a-z-]*\x07                              # the pointer's shape
  | \x1b\]52;c;(?P<copied>[A-Za-z0-9+/=]*)\x07        # the clipboard
    """,
    re.VERBOSE,
)
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_WITHOUT_WIDTH = frozenset("\u034f\u115f\u1160\u3164\uffa0") | {chr(point) for point in range(0xFE00, 0xFE10)}
AROUND = 30


def offences(raw: bytes, *, full_screen: bool = True) -> list[str]:
    """Everything in what was sent that may not be there, with what stands around it."""
    text = raw.decode("utf-8")
    if full_screen:
        text = _TEXTUAL.sub("", text)
    return hidden_in(text.replace("\r\n", "\n"), allowed="\n")


def hidden_in(text: str, allowed: str = "") -> list[str]:
    """The characters that control, reorder, join, or take no room of their own; each once."""
    bad = [character for character in sorted(set(text) - set(allowed)) if _hidden(character)]
    places = ((character, text.index(character)) for character in bad)
    return [f"{character!a} in {text[max(0, at - AROUND) : at + AROUND]!a}" for character, at in places]


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN or character in _WITHOUT_WIDTH


def copied(raw: bytes) -> Iterator[str]:
    """What was put on the clipboard."""
    for sequence in _TEXTUAL.finditer(raw.decode("utf-8")):
        if sequence["copied"] is not None:
            yield base64.b64decode(sequence["copied"], validate=True).decode("utf-8")
