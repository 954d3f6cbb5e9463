"""Every way in which a simulated service may answer badly, and what a reader must make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from secondline_tui.demo.faults import KINDS
from secondline_tui.domain.health import FaultKind

FAILED_POLLS = {
    "refuse": FaultKind.UNREACHABLE,
    "hang": FaultKind.TIMED_OUT,
    "slow:3": FaultKind.TIMED_OUT,
    "reset": FaultKind.UNREACHABLE,
    "drop_after_apply": FaultKind.UNREACHABLE,
    "status:401": FaultKind.UNAUTHORISED,
    "status:403": FaultKind.FORBIDDEN,
    "status:404": FaultKind.NOT_FOUND,
    "status:418": FaultKind.BAD_REPLY,
    "status:500": FaultKind.SERVER_ERROR,
    "status:503": FaultKind.SERVER_ERROR,
    "rate_limit:30": FaultKind.RATE_LIMITED,
    "html": FaultKind.BAD_REPLY,
    "empty": FaultKind.BAD_REPLY,
    "truncated": FaultKind.BAD_REPLY,
    "wrong_shape": FaultKind.BAD_REPLY,
    "redirect_login": FaultKind.UNAUTHORISED,
    "huge": FaultKind.BAD_REPLY,
    "page_missing": FaultKind.NOT_FOUND,
}
HARMLESS = ("slow:0.05", "odd_row", "lag:30")


def told_kinds() -> set[str]:
    """The kinds of faults that the two lists cover."""
    return {name.partition(":")[0] for name in (*FAILED_POLLS, *HARMLESS)}


def odd_about(summary: str) -> Callable[[Mapping[str, str]], None]:
    """Stands in for what reads an alert's annotations, and cannot read those with this summary."""

    def read(annotations: Mapping[str, str]) -> None:
        if annotations.get("summary") == summary:
            raise ValueError(summary)

    return read


assert told_kinds() == set(KINDS), "every kind of fault is tried"
