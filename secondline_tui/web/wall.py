"""The wallboard as a web server: one rotation, drawn once a second for each size that somebody looks at."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from secondline_tui.domain.board import Board
from secondline_tui.domain.health import Fault
from secondline_tui.report import report
from secondline_tui.shift.pairing import pairing
from secondline_tui.ui.spans import Line
from secondline_tui.ui.wallboard.drawing import Drawing
from secondline_tui.ui.wallboard.frame import PAGES, Place
from secondline_tui.ui.wallboard.session import WallSession
from secondline_tui.web.access import Access
from secondline_tui.web.http import Answer, Request
from secondline_tui.web.metrics import metrics
from secondline_tui.web.page import HTML, SCRIPT, css

BEAT = 1.0
FORGOTTEN = 60.0
"""Seconds after which a size at which nobody looks any more is forgotten."""
COLUMNS, ROWS = (20, 400), (4, 150)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What was drawn last for one size, and what stood there before."""

    at: float
    lines: list[Line]
    tag: str
    before: list[Line]
    tag_before: str


def _tag(lines: list[Line]) -> str:
    """What a picture is known by. A number would begin anew with every server, and would be that of many pictures."""
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()[:32]


class Wall:
    """Everything that is answered."""

    def __init__(self, session: WallSession, access: Access) -> None:
        self._session, self._access = session, access
        self._rotation = session.rotation()
        self._drawing = Drawing(session.engine.clock.monotonic())
        self._errors: Counter[str] = Counter()
        self._faults: dict[str, Fault | None] = {}
        self._drawn: dict[tuple[int, int, str], _Shown] = {}
        self._bodies: dict[str, tuple[str, Callable[[], bytes]]] = {
            "/": ("text/html; charset=utf-8", HTML.encode),
            "/wall.css": ("text/css; charset=utf-8", css(session.config.ui.theme).encode),
            "/wall.js": ("text/javascript; charset=utf-8", SCRIPT.encode),
            "/status.json": ("application/json", self._status),
            "/metrics": ("text/plain; version=0.0.4; charset=utf-8", self._metrics),
        }
        self.unsubscribe: Callable[[], None] = session.engine.subscribe(self._changed)

    def _changed(self, board: Board) -> None:
        self._rotation.board_changed(board, self._session.engine.clock.monotonic())
        self._count(board)

    def _count(self, board: Board) -> None:
        """Every failed poll has a fault of its own."""
        for name, state in board.sources.items():
            if state.fault is not None and state.fault is not self._faults.get(name):
                self._errors[name] += 1
            self._faults[name] = state.fault

    def answer(self, request: Request) -> Answer:
        """What is asked for, for those who may look."""
        if request.path == "/healthz":
            return Answer(body=b"ok\n")
        welcome = self._access.welcome(request)
        if welcome is not None:
            return welcome
        refusal = self._access.refusal(request)
        if refusal is not None:
            return refusal
        if request.path == "/picture":
            return self._looking(request)
        body = self._bodies.get(request.path)
        return Answer(404, b"there is nothing here\n") if body is None else Answer(body=body[1](), type=body[0])

    def _status(self) -> bytes:
        """The report of `status --format json`, without who asks in a ticket and what about: this is a wall."""
        scene = self._session.scene()
        today = pairing(scene.board, scene.calendar, scene.now)
        told = report(scene.board, today, now=scene.now, monotonic=scene.monotonic, environments=scene.environments)
        tickets = told["tickets"]
        if isinstance(tickets, list):
            told["tickets"] = [{**ticket, "subject": "", "requester": None} for ticket in tickets]
        return json.dumps({**told, "withheld": ["tickets.subject", "tickets.requester"]}, ensure_ascii=False).encode()

    def _metrics(self) -> bytes:
        scene = self._session.scene()
        self._count(scene.board)
        return metrics(scene.board, scene.monotonic, self._errors).encode()

    def _looking(self, request: Request) -> Answer:
        try:
            columns, rows = int(request.query.get("columns", "120")), int(request.query.get("rows", "40"))
        except ValueError:
            return Answer(400, b"columns and rows are numbers\n")
        page = request.query.get("page", "")
        if page and page not in PAGES:
            return Answer(404, b"there is no such page\n")
        size = (min(max(columns, COLUMNS[0]), COLUMNS[1]), min(max(rows, ROWS[0]), ROWS[1]))
        shown = self._shown(*size, page)
        had = {shown.tag_before: shown.before, shown.tag: shown.lines}.get(request.query.get("seen", ""), [])
        news = {y: line for y, line in enumerate(shown.lines) if y >= len(had) or had[y] != line}
        told = {"tag": shown.tag, "lines": news}
        return Answer(body=json.dumps(told, ensure_ascii=False).encode(), type="application/json")

    def _shown(self, columns: int, rows: int, page: str) -> _Shown:
        """The picture of this second: drawn once, however many look."""
        scene = self._session.scene()
        self._rotation.tick(scene.monotonic)
        key = (columns, rows, page)
        shown = self._drawn.get(key)
        if shown is not None and 0 <= scene.monotonic - shown.at < BEAT * 0.9:
            return shown
        self._drawn = {k: v for k, v in self._drawn.items() if scene.monotonic - v.at < FORGOTTEN}
        pages, stopped = (page,) if page else self._rotation.pages, bool(self._rotation.stopped_for)
        place = Place(pages, page or self._rotation.page, stopped=stopped, trouble=self._session.trouble, keys=False)
        lines = self._drawing.lines(scene, place, columns, rows)
        before, tag_before = ([], "") if shown is None else (shown.lines, shown.tag)
        made = self._drawn[key] = _Shown(scene.monotonic, lines, _tag(lines), before, tag_before)
        return made
