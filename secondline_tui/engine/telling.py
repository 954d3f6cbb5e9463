"""Tells: asks the domain what is news, and carries it to bell, desktop, sound or hook. Never waits for any of them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
from collections.abc import Callable, Mapping, Sequence

from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Item
from secondline_tui.domain.telling import News, Notice, Now, Teller, headline
from secondline_tui.engine.companion import Watched

log = logging.getLogger(__name__)

BEAT = 1.0
DEADLINE = 20.0
"""Seconds that a command may take."""
AT_ONCE = 4
"""Commands that may run at the same time: one that hangs must not pile up."""
LISTED = 10

Deliver = Callable[[Notice], None]


class Telling:
    """The companion that tells. `trouble` is what went wrong with it last, for the screen; "" when all is well."""

    def __init__(
        self,
        teller: Teller,
        commands: Mapping[str, Sequence[str]],
        now: Callable[[Board], Now],
        as_json: Callable[[Item], Mapping[str, object]],
    ) -> None:
        self.trouble = ""
        self.terminal: dict[str, Deliver] = {}
        """The ways that only a terminal has, put there by the screen: bell and desktop."""
        self.due: Callable[[], Sequence[News]] = tuple
        """Updates of declared incidents that are due, put there by the screen."""
        self._teller, self._commands, self._now, self._as_json = teller, commands, now, as_json
        self._running: set[asyncio.Task[None]] = set()

    def seen(self) -> None:
        """Somebody pressed a key."""
        self._teller.seen()

    async def run(self, watched: Watched) -> None:
        """Look each second, until cancelled."""
        try:
            while True:
                board = watched.board
                notice = self._teller.update(board, watched.clock.monotonic(), self._now(board), self.due())
                if notice is not None:
                    self._tell(notice)
                await watched.clock.sleep(BEAT)
        finally:
            running = tuple(self._running)
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _tell(self, notice: Notice) -> None:
        for way in sorted(notice.ways):
            deliver, command = self.terminal.get(way), self._commands.get(way)
            if deliver is not None:
                deliver(notice)
            elif command:
                self._start(way, command, notice)

    def _start(self, way: str, command: Sequence[str], notice: Notice) -> None:
        if len(self._running) >= AT_ONCE:
            self._failed(way, "the ones before it still run")
            return
        task = asyncio.ensure_future(self._command(way, command, notice))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _command(self, way: str, command: Sequence[str], notice: Notice) -> None:
        fields = {"{title}": "secondline", "{text}": spelled(notice)}
        vector = [_filled(word, fields) for word in command]
        body = self.encoded(notice).encode() if way == "hook" else b""
        try:
            process = await asyncio.create_subprocess_exec(
                *vector,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            self._failed(way, error.strerror or type(error).__name__)
            return
        in_time = False
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.communicate(body), DEADLINE)
                in_time = True
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # what it started, too
                await process.wait()
        if not in_time:
            self._failed(way, f"still ran after {DEADLINE:g} s")
        elif process.returncode:
            self._failed(way, f"ended with {process.returncode}")
        elif self.trouble.startswith(f"{way} "):
            self.trouble = ""

    def _failed(self, way: str, why: str) -> None:
        if not self.trouble.startswith(f"{way} "):
            log.warning("telling by %s failed: %s", way, why)
        self.trouble = f"{way} failed: {why}"

    def encoded(self, notice: Notice) -> str:
        """What a hook is given."""
        return json.dumps({"version": 1, "news": [self._one(news) for news in notice.news]}, ensure_ascii=False)

    def _one(self, news: News) -> dict[str, object]:
        return {
            "why": news.why.value,
            "ref": str(news.ref),
            "kind": news.ref.kind.value,
            "title": news.title,
            "environment": news.environment,
            "item": None if news.item is None else self._as_json(news.item),
        }


def spelled(notice: Notice) -> str:
    """A notice as a few lines."""
    if len(notice.news) == 1:
        return headline(notice)
    more = len(notice.news) - LISTED
    lines = [f"{news.why} {news.severity or news.ref.kind}: {news.title}" for news in notice.news[:LISTED]]
    return "\n".join([*lines, f"and {more} more"] if more > 0 else lines)


def _filled(word: str, fields: Mapping[str, str]) -> str:
    for name, text in fields.items():
        word = word.replace(name, text)
    return word
