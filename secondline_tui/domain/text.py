"""The one cleaner of foreign text. What a service sends is drawn only after it went through here.

Terminals obey escape sequences, reorder by bidi controls, and disagree on the width of joined emoji; none of that
may come from a ticket's subject. Links are let through only as plain http or https.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NewType
from urllib.parse import urlsplit

SafeText = NewType("SafeText", str)
"""Text that cannot control a terminal: printable, of predictable width, and never parsed as markup."""

EMPTY = SafeText("")

LINE_LIMIT = 1_000
BLOCK_LIMIT = 65_536
URL_LIMIT = 2_048

_STRING_SEQUENCE = r"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]{0,512}(?:\x07|\x1b\\|\x9c)"
_CONTROL_SEQUENCE = r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
_SHORT_SEQUENCE = r"\x1b[ -/]*[0-Z\\^-~]?"
_SEQUENCES = re.compile(f"{_STRING_SEQUENCE}|{_CONTROL_SEQUENCE}|{_SHORT_SEQUENCE}")
_INTRODUCER = re.compile("[\x1b\x90-\x9f]")
"""What every sequence begins with: looking for these alone is many times faster."""

# Printable to Python, yet without a width that terminals agree on: variation selectors, enclosing marks, skin tones,
# fillers that look like nothing, and runs of combining marks that climb over other lines.
_WIDTHLESS = re.compile(
    "[\u034f\u115f\u1160\u180b-\u180f\u20dd-\u20e4\u3164\ufe00-\ufe0f\uffa0\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]"
)
_MARK_RUN = re.compile(
    "([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]{2})[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]+"
)
_FLAG_LETTER = re.compile("[\U0001f1e6-\U0001f1ff]")
_SPACES = re.compile(r"\s+")


def _replacement(character: str) -> str:
    """What stands for a character that may not be drawn: nothing for format controls, a mark for the others."""
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if category in ("Zl", "Zp"):
        return "\n"
    return "" if category == "Cf" else "�"


def _printable(text: str) -> str:
    """`text` with newlines kept and everything else that is not plainly printable taken out."""
    if text.isascii() and text.replace("\n", "").isprintable():  # nearly all that comes: the rest takes its time
        return text
    if _INTRODUCER.search(text):
        text = _SEQUENCES.sub("", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    text = unicodedata.normalize("NFC", text)
    text = _WIDTHLESS.sub("", _MARK_RUN.sub(r"\1", text))
    text = _FLAG_LETTER.sub(lambda m: chr(ord(m[0]) - 0x1F1E6 + ord("A")), text)
    if text.replace("\n", "").isprintable():
        return text
    return "".join(c if c == "\n" or c.isprintable() else _replacement(c) for c in text)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text) - limit} more characters)"


def clean(text: object, limit: int = LINE_LIMIT) -> SafeText:
    """One line: white space of any sort becomes single spaces, and at most `limit` characters stay.

    Anything but a string is shown as Python writes it; None is empty.
    """
    if not isinstance(text, str):
        text = "" if text is None else str(text)
    if text.isascii() and text.isprintable():
        return SafeText(_cut(text.strip(), limit))
    # A hostile megabyte costs no more than the part that could be shown.
    over = max(0, len(text) - 8 * limit)
    line = _SPACES.sub(" ", _printable(text[: 8 * limit])).strip()
    if over:
        return SafeText(f"{line[:limit]}… ({over + len(line[limit:])} more characters)")
    return SafeText(_cut(line, limit))


def clean_block(text: object, limit: int = BLOCK_LIMIT) -> SafeText:
    """Several lines: newlines stay, tabs become spaces, trailing blank lines go, at most `limit` characters stay."""
    if not isinstance(text, str):
        text = "" if text is None else str(text)
    over = max(0, len(text) - limit)
    block = _printable(text[:limit]).strip("\n")
    return SafeText(f"{block}\n… ({over} more characters)" if over else block)


def first_line(block: SafeText) -> SafeText:
    """The first line of a cleaned block that says anything, cut to what one line may hold."""
    return next((clean(line) for line in block.splitlines() if line.strip()), EMPTY)


def safe_url(url: object) -> str | None:
    """`url` when it is a plain http or https link without credentials in it, else None."""
    if not isinstance(url, str) or len(url) > URL_LIMIT or not url.isascii() or not url.isprintable():
        return None
    url = url.strip()
    if set(url) & set(' "<>\\^`{|}'):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port  # raises where something else stands: the first half of a password that holds a slash
    except ValueError:
        return None
    plain = parts.scheme in ("http", "https") and bool(host) and "@" not in parts.netloc
    return url if plain else None
