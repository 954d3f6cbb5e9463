"""Actions in a few words: on the row of their item, on the trust line, in passing. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from secondline_tui.domain.actions import Action, Intent, State, Verb
from secondline_tui.domain.board import SourceState
from secondline_tui.domain.forms import Form, form_of
from secondline_tui.domain.new_card import is_made
from secondline_tui.domain.refs import ItemRef
from secondline_tui.ui.spans import Role, Span

NOUNS: Mapping[Verb, str] = {
    Verb.ACKNOWLEDGE: "ack",
    Verb.UNACKNOWLEDGE: "un-ack",
    Verb.END_DOWNTIME: "end of downtime",
    Verb.EXPIRE: "end of silence",
    Verb.EXTEND: "longer silence",
    Verb.END_OVERRIDE: "end of override",
    Verb.RELEASE: "giving back",
    Verb.DECLARE: "declaration",
    Verb.UNARCHIVE: "un-archive",
    Verb.UNDONE: "not done",
}
"""Verbs that have another short name than themselves."""

SYMBOLS: Mapping[State, tuple[str, Role]] = {
    State.QUEUED: ("…", Role.MUTED),
    State.SENDING: ("→", Role.ACCENT),
    State.ACCEPTED: ("→", Role.ACCENT),
    State.CONFIRMED: ("✔", Role.GOOD),
    State.REFUSED: ("✖", Role.CRITICAL),
    State.FAILED: ("✖", Role.CRITICAL),
    State.UNKNOWN: ("?", Role.DOUBT),
}
"""How a state is marked in a list."""

_ON_A_ROW: Mapping[State, tuple[str, Role]] = {
    State.QUEUED: ("{} waits", Role.ACCENT),
    State.SENDING: ("sending {}…", Role.ACCENT),
    State.ACCEPTED: ("{} sent", Role.ACCENT),
    State.REFUSED: ("{} refused!", Role.DOUBT),
    State.FAILED: ("{} not sent!", Role.DOUBT),
    State.UNKNOWN: ("{} unknown!", Role.DOUBT),
}
_DONE = ("✔ {}", Role.GOOD)
_TO = frozenset({Verb.ESCALATE, Verb.REASSIGN, Verb.RELEASE, Verb.OVERRIDE, Verb.MOVE, Verb.STATUS, Verb.PRIORITY})
"""What is done to something \"to\" a destination; elsewhere the destination is named by what it is."""
_WORDS: Mapping[State, str] = {
    State.UNKNOWN: "unknown",
    State.REFUSED: "refused",
    State.FAILED: "failed",
}


def noun(verb: Verb) -> str:
    """A verb as the name of what was sent."""
    return NOUNS.get(verb, verb.value)


def noun_of(intent: Intent) -> str:
    """What was sent, or of several parts the one that is on its way."""
    return "card's picture" if is_made(intent) and intent.picture else noun(intent.verb)


def receipts(actions: Iterable[Action], sources: Mapping[str, SourceState], now: datetime) -> dict[ItemRef, Span]:
    """What stands on the rows of items: their last action that is not over, that nobody has dealt with yet, or that is
    done while the row is still from before; its source may be paused, or fail.
    """
    told: dict[ItemRef, Span] = {}
    for action in actions:
        form = None if action.dealt_with else _ON_A_ROW.get(action.state)
        if action.state is State.CONFIRMED and _is_newer(action, sources.get(action.intent.ref.source), now):
            form = _DONE
        if form is not None:
            first, *others = action.intent.targets
            for ref in (action.intent.about or first, *others):
                told[ref] = (form[0].format(noun_of(action.intent)), form[1])
    return told


def _is_newer(action: Action, source: SourceState | None, now: datetime) -> bool:
    """Whether an action was done after its source was last asked. One of the future was done before the clock was put
    back: of that it is not known.
    """
    if source is None or source.as_of is None or action.changed_at is None:
        return False
    return source.as_of < action.changed_at <= now


def trouble(actions: Iterable[Action], key: str) -> tuple[Span, ...]:
    """How many actions want a person, and the key that shows them; nothing when there are none."""
    counts = Counter(action.state for action in actions if action.wants_a_person)
    if not counts:
        return ()
    total = sum(counts.values())
    words = " + ".join(f"{counts[state]} {word}" for state, word in _WORDS.items() if counts[state])
    what = f"{total} action{'s' if total > 1 else ''}: {words}" if len(counts) > 1 else f"{_counted(counts)}"
    return ((f" ✖ {what} ", Role.DOUBT), (f" {key} ", Role.KEY))


def _counted(counts: Counter[State]) -> str:
    ((state, count),) = counts.items()
    return f"{count} action{'s' if count > 1 else ''} {_WORDS[state]}"


def news(before: Mapping[str, Action], actions: Sequence[Action], types: Mapping[str, str]) -> str:
    """What has just come of actions, in a line; "" when nothing has that a person would want to hear."""
    changed = [a for a in actions if a.intent.id in before and before[a.intent.id].state is not a.state]
    over = [a for a in changed if a.state in (State.CONFIRMED, State.REFUSED, State.FAILED, State.UNKNOWN)]
    if not over:
        return ""
    last = over[-1]
    batch = [a for a in actions if a.intent.batch and a.intent.batch == last.intent.batch]
    if len(batch) > 1:
        return _of_many(batch)
    return outcome(last, types.get(last.intent.ref.source, ""))


def _of_many(batch: Sequence[Action]) -> str:
    counts = Counter(action.state for action in batch for _ in action.intent.targets)
    words = ", ".join(f"{counts[state]} {state}" for state in State if counts[state])
    wrong = next((a for a in batch if a.wants_a_person), None)
    why = f"; {wrong.intent.named}: {wrong.reason}" if wrong is not None else ""
    return f"{noun(batch[0].intent.verb)} of {counts.total()}: {words}{why}"


def _target(intent: Intent, form: Form) -> str:
    if not intent.to_name:
        return ""
    return f" to {intent.to_name}" if intent.verb in _TO else f", {form.to_word}: {intent.to_name}"


def outcome(action: Action, source_type: str) -> str:
    """What came of one action, in a sentence."""
    intent, form = action.intent, form_of(source_type, action.intent.verb)
    source = intent.ref.source
    what = f"{noun_of(intent)} of {intent.named}"
    match action.state:
        case State.CONFIRMED:
            return f"✔ {form.done} {intent.named}{_target(intent, form)}"
        case State.REFUSED:
            return f"✖ {source} refused the {what}: {action.reason}"
        case State.FAILED:
            return f"✖ {what} was not done: {action.reason}"
        case State.UNKNOWN:
            return f"? whether the {what} was done is unknown: {action.reason}"
        case _:
            return f"{what}: {action.state}"
