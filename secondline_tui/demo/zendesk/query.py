"""The part of Zendesk's search language that support queues use: `group:"2nd Line" status<solved -tags:spam words`.

Terms of one property joined by `:` are alternatives; everything else must hold at once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from secondline_tui.demo.zendesk.records import PRIORITIES, STATUSES, Facts, Group, Person, Ticket

_TERM = re.compile(r'(-?)(?:([a-z_]+)(:|<=|>=|<|>))?(?:"([^"]*)"|(\S+))')
_RANKS = {"status": STATUSES, "priority": PRIORITIES}
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    ":": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a query."""

    negated: bool
    field: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Names:
    """Whom the ids on a ticket mean."""

    people: Mapping[int, Person]
    groups: Mapping[int, Group]


class Query:
    """A parsed query. Properties that this service does not know match nothing, as in life."""

    def __init__(self, text: str) -> None:
        found = _TERM.findall(text)
        self.terms = [Term(bool(dash), name, op, (quoted or bare).casefold()) for dash, name, op, quoted, bare in found]

    @property
    def types(self) -> set[str]:
        """The types of record asked for; empty for all."""
        return {term.value for term in self.terms if term.field == "type" and not term.negated}

    def matches(self, ticket: Ticket, facts: Facts, names: Names) -> bool:
        """Whether a version of a ticket is found."""
        alternatives: dict[str, list[bool]] = defaultdict(list)
        for term in self.terms:
            if term.field == "type":
                continue
            hit = _hit(term, ticket, facts, names)
            if term.operator == ":" and not term.negated:
                alternatives[term.field].append(hit)
            elif hit is term.negated:
                return False
        return all(any(hits) for hits in alternatives.values())


def _hit(term: Term, ticket: Ticket, facts: Facts, names: Names) -> bool:
    match term.field:
        case "" | "subject" | "description":
            return term.value in _text(term.field, ticket, facts).casefold()
        case "status" | "priority":
            return _ranked(term, getattr(facts, term.field))
        case "created" | "updated" | "due_date":
            moment = {"created": ticket.created_at, "updated": facts.updated_at, "due_date": facts.due_at}[term.field]
            return moment is not None and _COMPARE[term.operator](_day(moment), _day_of(term.value))
        case "tags":
            return _named(term.value, facts.tags)
        case "assignee":
            return _named(term.value, _person(facts.assignee_id, names))
        case "requester":
            return _named(term.value, _person(facts.requester_id, names))
        case "group":
            group = names.groups.get(facts.group_id or 0)
            return _named(term.value, (group.name, str(group.id)) if group else ())
        case _:
            return False


def _text(field: str, ticket: Ticket, facts: Facts) -> str:
    """What words are looked for in; without a field, in everything that people wrote."""
    everything = "\n".join([facts.subject, *(comment.said.body for comment in ticket.comments)])
    return {"subject": facts.subject, "description": ticket.description}.get(field, everything)


def _ranked(term: Term, value: str | None) -> bool:
    order = _RANKS[term.field]
    if value is None or term.value not in order:
        return value is None and term.value in ("none", "-")
    return _COMPARE[term.operator](order.index(value), order.index(term.value))


def _named(value: str, names: Iterable[str]) -> bool:
    known = [name.casefold() for name in names]
    return value in known or (value == "none" and not known)


def _person(identity: int | None, names: Names) -> tuple[str, ...]:
    person = names.people.get(identity or 0)
    return (person.name, person.email, str(person.id)) if person else ()


def _day(moment: float) -> float:
    return datetime.fromtimestamp(moment, UTC).toordinal()


def _day_of(value: str) -> float:
    try:
        return datetime.fromisoformat(value).toordinal()
    except ValueError:
        return float("nan")
