"""Actions as they stand on disk: an intent is one JSON object, and how far it has come are columns beside it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from secondline_tui.domain.actions import Action, Intent, State, Verb
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText


@dataclass(frozen=True, slots=True)
class Entry:
    """An action, and whose it is."""

    action: Action
    owner: str
    """The process that sends it and finds out what came of it."""
    home: str
    """Where its source led to then: it must never go elsewhere."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Something typed and not sent."""

    text: str
    at: datetime
    """When it was typed."""


@dataclass(frozen=True, slots=True)
class Held:
    """A place for a draft, as one window knows it."""

    place: str
    text: str = ""
    """What it read there, or wrote last; "" for nothing."""


def columns_of(action: Action) -> dict[str, object]:
    """The columns of an action that may change, and its intent."""
    return {
        "intent": written(action.intent),
        "state": action.state.value,
        "reason": action.reason,
        "remote": action.remote,
        "attempts": action.attempts,
        "sent_at": moment_written(action.sent_at),
        "changed_at": moment_written(action.changed_at),
        "doubtful": action.doubtful,
        "forbidden": action.forbidden,
        "dealt_with": action.dealt_with,
    }


def entry_in(row: sqlite3.Row) -> Entry | None:
    """What a row says; None for one that another version of the program wrote otherwise."""
    try:
        action = Action(
            intent=read(row["intent"]),
            state=State(row["state"]),
            reason=SafeText(row["reason"]),
            remote=row["remote"],
            attempts=row["attempts"],
            sent_at=moment_read(row["sent_at"]),
            changed_at=moment_read(row["changed_at"]),
            doubtful=bool(row["doubtful"]),
            forbidden=bool(row["forbidden"]),
            dealt_with=bool(row["dealt_with"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
    return Entry(action, row["owner"], row["home"])


def written(intent: Intent) -> str:
    """The intent as JSON; nothing of it is lost."""
    record = {
        "id": intent.id,
        "ref": str(intent.ref),
        "verb": intent.verb,
        "item": intent.item,
        "about": str(intent.about) if intent.about is not None else None,
        "picture": intent.picture,
        "author": intent.author,
        "at": intent.at.isoformat(),
        "text": intent.text,
        "until": moment_written(intent.until),
        "to": intent.to,
        "to_name": intent.to_name,
        "matchers": [[m.name, m.value, m.regex, m.equal] for m in intent.matchers],
        "stamp": intent.stamp,
        "before": intent.before,
        "batch": intent.batch,
        "once": intent.once,
        "also": [[str(ref), name] for ref, name in intent.also],
    }
    return json.dumps(record)  # ASCII: what was typed may hold halves of surrogate pairs, which UTF-8 has no form for


def marks_of(intent: Intent) -> tuple[str, str]:
    """What stands in the text of every intent that says the same once of the same item, and in no other."""
    return f'"ref": {json.dumps(str(intent.ref))}', f'"once": {json.dumps(intent.once)}'


def read(text: str) -> Intent:
    """The intent that `written` wrote; ValueError, KeyError or TypeError for anything else."""
    record = json.loads(text)
    return Intent(
        id=record["id"],
        ref=ItemRef.parse(record["ref"]),
        verb=Verb(record["verb"]),
        item=SafeText(record["item"]),
        about=ItemRef.parse(record["about"]) if record.get("about") else None,
        picture=record.get("picture", ""),
        author=record["author"],
        at=datetime.fromisoformat(record["at"]),
        text=record["text"],
        until=moment_read(record["until"]),
        to=record["to"],
        to_name=SafeText(record["to_name"]),
        matchers=tuple(Matcher(*parts) for parts in record["matchers"]),
        stamp=record["stamp"],
        before=record["before"],
        batch=record["batch"],
        once=record.get("once", ""),  # earlier versions knew no such thing
        also=tuple((ItemRef.parse(ref), SafeText(name)) for ref, name in record.get("also", ())),
    )


def moment_written(moment: datetime | None) -> str | None:
    """A time as text, None as it is."""
    return None if moment is None else moment.isoformat()


def moment_read(text: str | None) -> datetime | None:
    """The time that `moment_written` wrote."""
    return None if text is None else datetime.fromisoformat(text)
