"""A summary as a status bar wants it: a line, waybar's JSON, or a block of i3bar's. Plain functions on plain data."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from secondline_tui.domain.summary import Summary

BLOCKS = ("waybar", "i3bar")
"""Formats that tell in themselves how bad it is; their command ends with 0, or bars would show nothing."""
FORMATS = ("line", *BLOCKS)
COLOURS = ("none", "ansi", "tmux", "pango")
SYMBOLS = ("signs", "letters")
CLASSES = ("ok", "warning", "critical", "unknown")
"""By what `status` ends with."""
_SIGNS = {
    "signs": {"critical": "✖", "warning": "!", "unknown": "?", "pages": "▲", "tickets": "✉", "ok": "✔"},
    "letters": {"critical": "C", "warning": "W", "unknown": "U", "pages": "P", "tickets": "T", "ok": "ok"},
}
_ROLES = {"critical": "red", "warning": "yellow", "unknown": "magenta", "pages": "red", "ok": "green", "doubt": "red"}
_HEX = {"red": "#ff7b72", "yellow": "#f0c05a", "magenta": "#c49bf0", "green": "#7ccf8f"}
_ANSI = {"red": 31, "yellow": 33, "magenta": 35, "green": 32}


def line(told: Summary, *, colour: str = "none", symbols: str = "signs", age: str = "") -> str:
    """One line: what is open. In front, what is in doubt: "?7/8" sources are fresh, "?2 rows" were not understood,
    "?1 unseen" by a monitor that has lost touch with it.
    """
    signs = _SIGNS[symbols]
    parts = []
    if told["fresh"] < told["total"] or not told["total"]:
        parts.append(_painted(f"?{told['fresh']}/{told['total']}", "doubt", colour))
    if told["rejected"]:
        rows = "row" if told["rejected"] == 1 else "rows"
        parts.append(_painted(f"?{told['rejected']} {rows}", "doubt", colour))
    if told["unseen"]:
        parts.append(_painted(f"?{told['unseen']} unseen", "doubt", colour))
    counts = {name: told[name] for name in ("critical", "warning", "unknown", "pages", "tickets")}
    parts += [_painted(f"{signs[name]}{count}", name, colour) for name, count in counts.items() if count]
    parts = parts or [_painted(signs["ok"], "ok", colour)]
    return " ".join([*parts, age] if age else parts)


def missing(why: str, *, colour: str = "none") -> str:
    """The line where nothing is known."""
    return _painted(f"? {why}", "doubt", colour)


def block(form: str, text: str, told: Summary | None, why: str = "") -> str:
    """The line as a status bar's JSON, with what is worst for those who point at it."""
    import json  # noqa: PLC0415  (a plain line is quicker without)

    code = 3 if told is None else told["code"]
    named = [why] if told is None else [*told["doubts"], *told["worst"]]
    doubted = told is None or bool(told["doubts"]) or bool(told["rejected"])
    if form == "i3bar":
        colour = {0: "green", 1: "yellow", 2: "red"}.get(code, "magenta")
        made: dict[str, object] = {
            "name": "secondline", "full_text": text, "color": _HEX[colour], "urgent": code == 2, "separator": True,
        }  # fmt: skip
    else:
        classes = [CLASSES[code], *(["doubt"] if doubted else [])]
        made = {"text": text, "alt": CLASSES[code], "class": classes, "tooltip": _escaped("\n".join(named))}
    return json.dumps(made, ensure_ascii=False)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _painted(text: str, role: str, colour: str) -> str:
    name = _ROLES.get(role)
    if colour == "none" or name is None:
        return text
    if colour == "tmux":
        return f"#[fg={name}]{text}#[default]"
    if colour == "pango":
        return f'<span foreground="{_HEX[name]}">{text}</span>'
    return f"\x1b[{_ANSI[name]}m{text}\x1b[0m"


def short(seconds: float) -> str:
    """An age in one unit."""
    whole = max(0, int(seconds))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if whole >= size:
            return f"{whole // size}{unit}"
    return f"{whole}s"
