"""Every command, declared once: its key, its word in the footer, its line in help and palette, its name in [keys]."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from secondline_tui.config.errors import ConfigError
from secondline_tui.domain.actions import Verb


class Need(StrEnum):
    """What must be there for a command to make sense."""

    ITEM = "item"
    """An item is selected."""
    ROW = "row"
    """Something is selected that can be shown whole: an item, or what today's pane tells of."""
    WEB = "web"
    """It has a page."""
    RUNBOOK = "runbook"
    """It has a runbook."""
    GRAPH = "graph"
    """It has a graph."""
    PANES = "panes"
    """The panes are shown, and no item is open."""
    PANE = "pane"
    """One of the panes with items has the keys."""
    CLOSED = "closed"
    """No item is open yet, or something is related to it."""
    BACK = "back"
    """Something can be closed."""
    DASHBOARDS = "dashboards"
    """Dashboards are configured."""
    WRITES = "writes"
    """Something may be written at all."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can ask for. `id` is also the key's name in [keys]."""

    id: str
    keys: str
    """Default keys, in Textual's spelling, separated by commas."""
    word: str
    """As the footer says it."""
    help: str
    """What it does, in a sentence."""
    group: str
    needs: frozenset[Need] = frozenset()
    footer: int = 0
    """Place in the footer, the smallest first; 0 is not in it."""
    palette: bool = True
    """Whether help can run it: moving about cannot be run from a list."""
    idea: Verb | None = None
    """What it does to an item, where it does something; it makes sense where that is offered."""

    @property
    def all_keys(self) -> tuple[str, ...]:
        """The default keys one by one."""
        return tuple(key.strip() for key in self.keys.split(",") if key.strip())


def _command(
    name: str, keys: str, word: str, help_line: str, group: str, *needs: Need, footer: int = 0, palette: bool = True
) -> Command:
    return Command(name, keys, word, help_line, group, frozenset(needs), footer, palette)


def _act(idea: Verb, keys: str, word: str, help_line: str, *, footer: int) -> Command:
    """A command that does something to items, named as its verb is."""
    return Command(idea.value.replace("-", "_"), keys, word, help_line, _ACT, footer=footer, idea=idea)


_MOVE, _OPEN, _ACT, _LOOK, _SOURCES, _PROGRAM = "Move", "Open", "Act", "Look", "Sources", "Program"
_SHIFT = "Shift"

COMMANDS: tuple[Command, ...] = (
    _command("down", "j,down", "down", "Move down", _MOVE, palette=False),
    _command("up", "k,up", "up", "Move up", _MOVE, palette=False),
    _command("page_down", "pagedown,ctrl+f", "page down", "Move down a page", _MOVE, palette=False),
    _command("page_up", "pageup,ctrl+b", "page up", "Move up a page", _MOVE, palette=False),
    _command("first", "home,g", "first", "Move to the first row", _MOVE, palette=False),
    _command("last", "end,G", "last", "Move to the last row", _MOVE, palette=False),
    _command("next_pane", "tab,right,l", "next pane", "Go to the next pane", _MOVE, palette=False),
    _command("previous_pane", "shift+tab,left", "previous pane", "Go to the previous pane", _MOVE, palette=False),
    _command("pane_pages", "1", "pages", "Go to the pages", _MOVE),
    _command("pane_alerts", "2", "alerts", "Go to the alerts", _MOVE),
    _command("pane_tickets", "3", "tickets", "Go to the tickets", _MOVE),
    _command("pane_cards", "4", "ongoing issues", "Go to the ongoing issues", _MOVE),
    _command("pane_today", "5", "today", "Go to today's pairing", _MOVE),
    _command("open", "enter", "open",
             "Show the whole item: output, comments, links; in it, what is related; in Today, a role", _OPEN,
             Need.ROW, Need.CLOSED, footer=1),
    _command("back", "escape", "back", "Close the item, the marks, the filter or the zoom", _MOVE,
             Need.BACK, footer=2),
    _command("browse", "o", "browser", "Open the item's page in the browser", _OPEN, Need.ITEM, Need.WEB, footer=24),
    _command("runbook", "b", "runbook", "Open the item's runbook in the browser", _OPEN, Need.ITEM, Need.RUNBOOK,
             footer=10),
    _command("graph", "v", "graph", "Open the item's graph in the browser", _OPEN, Need.ITEM, Need.GRAPH, footer=25),
    _command("dashboards", "D", "dashboards", "List the configured dashboards, for opening", _OPEN, Need.DASHBOARDS),
    _command("copy", "y", "copy", "Copy the item as text (OSC 52: works over SSH)", _OPEN, Need.ITEM, footer=28),
    _act(Verb.ACKNOWLEDGE, "a", "acknowledge", "Acknowledge: a problem, a page; silence an alert; take a ticket",
         footer=3),
    _act(Verb.COMMENT, "c", "comment", "Write what colleagues read: a comment, a note, an internal note", footer=4),
    _act(Verb.REPLY, "R", "reply", "Reply publicly to a ticket: its requester reads it", footer=5),
    _act(Verb.UNACKNOWLEDGE, "u", "undo ack", "Take the acknowledgement away, or end the silence", footer=6),
    _act(Verb.DOWNTIME, "d", "downtime", "Schedule a downtime; silence an alert; snooze a page", footer=7),
    _act(Verb.END_DOWNTIME, "X", "end downtime", "End a downtime", footer=13),
    _act(Verb.EXTEND, "x", "extend", "Let a silence last longer", footer=12),
    _act(Verb.RECHECK, "t", "recheck", "Have it checked again now", footer=14),
    _act(Verb.ESCALATE, "e", "escalate", "Call the next level of a page, or another one", footer=8),
    _act(Verb.REASSIGN, "A", "reassign", "Give a page to another person, a ticket to another group", footer=15),
    _act(Verb.STATUS, "s", "status", "Set a ticket's status; resolve a page; a card: done, not done, archive",
         footer=9),
    _act(Verb.PRIORITY, "P", "priority", "Set the priority of a ticket or a page", footer=16),
    _act(Verb.MACRO, "M", "macro", "Apply a macro to a ticket; everything it would change is shown first", footer=17),
    _act(Verb.MOVE, "m", "move", "Move a card to another list", footer=11),
    _command("card", "C", "new card", "New card from this item: summary, picture, output, tickets, what was done",
             _ACT, Need.ITEM, Need.WRITES, footer=27),
    _act(Verb.OVERRIDE, "O", "take over", "Take over a schedule for a while, or hand it to somebody", footer=0),
    _act(Verb.END_OVERRIDE, "", "end override", "End an override: whose turn it is has the schedule again", footer=0),
    _act(Verb.RELEASE, "", "give back", "Give a ticket of yours back, to whoever had it before or to nobody", footer=0),
    _command("cover", "", "cover", "Cover for somebody who is away: their standby takes the schedule for a while",
             _ACT, Need.WRITES),
    _command("undo", "z", "undo", "Take back the last of your actions; in the list of actions, the selected one", _ACT,
             Need.WRITES),
    _command("mark", "space", "mark", "Mark the item, go to the next; what you do then is done to all marked", _ACT,
             Need.PANE, Need.WRITES, palette=False),
    _command("actions", "L", "actions", "What was done, when, by whom, with what outcome; retry, drop, take back", _ACT,
             Need.WRITES),
    _command("note", "w", "note", "Write a note for the handover", _SHIFT),
    _command("handover", "W", "handover",
             "The handover: what the next pair should know; copy, save, post on a card or as one", _SHIFT),
    _command("start_walk", "", "start of shift",
             "Start of a shift, step by step: sources, pair, what was handed over, open pages, unread issues", _SHIFT),
    _command("card_walk", "", "card walk",
             "Card walk, at the end of a shift: each ongoing issue, seen or not; one comment on each", _SHIFT,
             Need.WRITES),
    _command("forgotten", "f8", "forgotten", "Forgotten work: what ends soon, waits on us, or lies too long", _SHIFT),
    _command("declare", "I", "incident",
             "Declare an incident: who leads, whom it pages, what is kept; all of it is shown first", _SHIFT),
    _command("incident_update", "", "update", "Note that people were told how the running incident goes", _SHIFT),
    _command("incident_change", "", "change",
             "Change the running incident's priority, who leads it, or who speaks for it", _SHIFT),
    _command("incident_report", "", "report", "The report of a declared incident: read, copy, save, edit", _SHIFT),
    _command("incident_over", "", "over", "Declare the running incident over: its reminders end", _SHIFT),
    _command("next_new", "n", "next new", "Go to the next row that is new: came since you last said seen", _LOOK),
    _command("seen", "N", "seen", "Say of everything that it is seen, and so new no more", _LOOK),
    _command("noisiest", "F", "noisiest", "Noisiest alerts: which came most often, this week, month or shift", _LOOK),
    _command("filter", "slash", "filter", 'Filter the pane: words, -not, field:word, "a phrase", wild*cards', _LOOK,
             Need.PANE, footer=26),
    _command("sort", "S", "sort", "Sort the pane by urgency, newest, oldest or name", _LOOK, Need.PANE, footer=30),
    _command("handled", "h", "handled", "Hide or show what somebody already has", _LOOK, Need.PANES, footer=27),
    _command("zoom", "f", "zoom", "Give the pane the whole screen, or take it back", _LOOK, Need.PANES, footer=29),
    _command("refresh", "r", "refresh", "Ask every source now", _SOURCES, footer=31),
    _command("sources", "H", "sources", "Every source: health, age, errors, account; pause and refresh each",
             _SOURCES, footer=32),
    _command("pause", "p", "pause", "Pause or resume the selected item's source", _SOURCES, Need.ITEM),
    _command("help", "question_mark", "help", "Every command and key; type to search, Enter runs", _PROGRAM),
    _command("palette", "ctrl+p,colon", "palette", "Command palette", _PROGRAM, palette=False),
    _command("theme", "T", "theme", "Next colours: dark, light, the terminal's own", _PROGRAM),
    _command("leave", "q,ctrl+q", "quit", "Quit", _PROGRAM),
)  # fmt: skip

BY_ID: Mapping[str, Command] = {command.id: command for command in COMMANDS}

_SPELT = {
    "question_mark": "?", "slash": "/", "colon": ":", "pagedown": "PgDn", "pageup": "PgUp", "escape": "Esc",
    "enter": "Enter", "shift+tab": "Shift+Tab", "tab": "Tab", "down": "↓", "up": "↑", "left": "←", "right": "→",
    "home": "Home", "end": "End", "space": "Space",
}  # fmt: skip
_WRITTEN = {"?": "question_mark", "/": "slash", ":": "colon"}
_NAMED = frozenset(
    [
        "enter",
        "escape",
        "tab",
        "shift+tab",
        "space",
        "up",
        "down",
        "left",
        "right",
        "home",
        "end",
        "pageup",
        "pagedown",
        "insert",
        "delete",
        "backspace",
    ]
    + [f"f{n}" for n in range(1, 13)]
    + ["question_mark", "slash", "colon", "comma", "full_stop", "minus", "plus", "equals_sign", "semicolon"]
)
"""Key names that Textual sends, beside single characters and ctrl+ or alt+ combinations."""


def spelt(key: str) -> str:
    """A key as people know it."""
    if key in _SPELT:
        return _SPELT[key]
    return key.replace("ctrl+", "^").upper() if key.startswith("ctrl+") else key


def keymap(own: Mapping[str, str], file: object = "[keys]") -> dict[str, str]:
    """The keys of every command, the person's own where there are any.

    Unknown commands, impossible keys and keys given twice are errors, told all at once.
    """
    keys = {command.id: command.keys for command in COMMANDS}
    problems = []
    for name, wanted in own.items():
        if name not in BY_ID:
            problems.append(f"{file}: keys.{name}: no such command; commands are {', '.join(BY_ID)}")
            continue
        chosen = [_WRITTEN.get(key.strip(), key.strip()) for key in wanted.split(",") if key.strip()]
        bad = [key for key in chosen if not _possible(key)]
        if bad or not chosen:
            problems.append(f"{file}: keys.{name}: {_no_key((bad or [wanted])[0])}")
        else:
            keys[name] = ",".join(chosen)
    problems += [f"{file}: {clash}" for clash in _clashes(keys, own)]
    if problems:
        raise ConfigError(problems)
    return keys


def _no_key(written: str) -> str:
    """Why that is no key. Most often only the case, or a name for people, stands in the way."""
    small = written.lower()
    names = {shown.lower(): name for name, shown in _SPELT.items()}
    meant = names.get(small, small.replace("^", "ctrl+"))
    advice = meant if meant != written and _possible(meant) else "one like x, X, ctrl+x or f5"
    return f"{written!r} is no key; write {advice}"


def _possible(key: str) -> bool:
    if key in _NAMED:
        return True
    modifier, _, rest = key.rpartition("+")
    plain = rest in _NAMED or (len(rest) == 1 and rest.isprintable() and not rest.isspace())
    return plain and modifier in ("", "ctrl", "alt", "shift")


def _clashes(keys: Mapping[str, str], own: Mapping[str, str]) -> Iterable[str]:
    owner: dict[str, str] = {}
    for name, wanted in keys.items():
        for key in filter(None, wanted.split(",")):
            other = owner.setdefault(key, name)
            if other != name:
                mine, theirs = (name, other) if name in own else (other, name)
                yield f"keys.{mine}: {spelt(key)} is already the key of {theirs}: give {theirs} another one too"
