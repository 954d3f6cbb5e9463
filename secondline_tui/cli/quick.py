"""`status` for a status bar, where a running instance knows the answer: no configuration is read, nothing is asked."""

from __future__ import annotations

import os

from secondline_tui.cli.say import tell
from secondline_tui.glance.kept import recall
from secondline_tui.glance.place import file_of, user_config
from secondline_tui.glance.wording import COLOURS, FORMATS, SYMBOLS, block, line, missing, short

UNKNOWN = 3
_VALUES = {"--config": None, "--format": FORMATS, "--colour": COLOURS, "--symbols": SYMBOLS}
_FLAGS = frozenset({"--cached", "--read-only", "status"})


def answered(arguments: list[str]) -> int | None:
    """The exit code, when these arguments could be answered; None where the whole command line must look at them."""
    wish = _wish(arguments)
    if wish is None:
        return None
    told = answer(
        wish.get("--config", ""), form=wish.get("--format", "line"), colour=wish.get("--colour", "none"),
        symbols=wish.get("--symbols", "signs"), cached="--cached" in wish,
    )  # fmt: skip
    if told is None:
        return None
    try:
        tell(told[0] + "\n")
    except OSError:
        return 74
    return told[1]


def answer(config: str, *, form: str, colour: str, symbols: str, cached: bool) -> tuple[str, int] | None:
    """What a running instance last knew, and the exit code. Without one, that there is none – or None, when nobody
    asked for a kept answer only.
    """
    path = config or os.environ.get("SECONDLINE_CONFIG") or user_config()
    told, age, why = recall(file_of(path), path)
    if told is None:
        if not cached:
            return None
        why = f"{why} for {short(age)}" if age > 0 else why
        text = missing(why, colour=colour)
    else:
        since = short(age + (told["oldest"] or 0)) if cached else ""
        text = line(told, colour=colour, symbols=symbols, age=since)
    if form != "line":
        return block(form, text, told, why), 0  # a bar shows nothing of a command that failed
    return text, UNKNOWN if told is None else told["code"]


def _wish(arguments: list[str]) -> dict[str, str] | None:
    """The options by name; None for anything that is not plainly a kept line."""
    wish: dict[str, str] = {}
    rest = iter(arguments)
    for word in rest:
        name, is_set, value = word.partition("=")
        if word in _FLAGS:
            wish[word] = ""
        elif name in _VALUES:
            wish[name] = value if is_set else next(rest, "")
            known = _VALUES[name]
            if not wish[name] or (known is not None and wish[name] not in known):
                return None
        else:
            return None
    return wish if "status" in wish and ("--cached" in wish or "--format" in wish) else None
