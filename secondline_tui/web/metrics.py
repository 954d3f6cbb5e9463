"""Prometheus metrics of what is polled. What a source that is not fresh last told is left out: it is not so now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from secondline_tui.domain.board import Board
from secondline_tui.domain.filters import WORK
from secondline_tui.domain.health import Health
from secondline_tui.domain.items import Alert, Incident, Item, Ticket

_HELP = {
    "secondline_source_up": ("gauge", "Whether the source's last answer is good and recent."),
    "secondline_source_age_seconds": ("gauge", "Age of the last good answer."),
    "secondline_source_poll_seconds": ("gauge", "How long the last good poll took."),
    "secondline_source_errors_total": ("counter", "Polls that failed."),
    "secondline_source_rejected_rows": ("gauge", "Rows of the last good answer that were not understood."),
    "secondline_source_unseen": ("gauge", "Parts that the source says it does not see."),
    "secondline_items": ("gauge", "Items of sources that are up."),
}


def metrics(board: Board, monotonic: float, errors: Mapping[str, int]) -> str:
    """The text that Prometheus reads."""
    samples = dict(_samples(board, monotonic, errors))
    lines: list[str] = []
    for name, (kind, words) in _HELP.items():
        lines += [f"# HELP {name} {words}", f"# TYPE {name} {kind}"]
        lines += [f"{name}{{{labels}}} {value:g}" for (of, labels), value in samples.items() if of == name]
    return "\n".join([*lines, ""])


def _samples(board: Board, monotonic: float, errors: Mapping[str, int]) -> Iterator[tuple[tuple[str, str], float]]:
    for state in board.sources.values():
        labels = _labels(source=state.name, type=state.type, environment=state.environment)
        fresh = state.health(monotonic) is Health.FRESH
        yield ("secondline_source_up", labels), float(fresh)
        if (age := state.age(monotonic)) is not None:
            yield ("secondline_source_age_seconds", labels), round(age, 1)
        if state.took is not None:
            yield ("secondline_source_poll_seconds", labels), round(state.took, 4)
        yield ("secondline_source_errors_total", labels), float(errors.get(state.name, 0))
        yield ("secondline_source_rejected_rows", labels), float(len(state.rejected))
        yield ("secondline_source_unseen", labels), float(len(state.unseen))
        if fresh:
            for told, count in Counter(_kind(item) for item in state.items if isinstance(item, WORK)).items():
                yield ("secondline_items", _labels(source=state.name, **dict(told))), float(count)


def _kind(item: Item) -> tuple[tuple[str, str], ...]:
    told = {"kind": item.ref.kind.value, "handled": "true" if item.handled else "false"}
    match item:
        case Alert():
            told |= {"severity": item.severity.value, "environment": item.environment}
        case Incident():
            told |= {"severity": item.status}
        case Ticket():
            told |= {"severity": item.priority or "untriaged"}
    return tuple(told.items())


def _labels(**labels: str) -> str:
    return ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
