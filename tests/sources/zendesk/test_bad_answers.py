from __future__ import annotations

import base64
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from types import MappingProxyType

import pytest
from zenpy.lib.api_objects import Comment, Ticket

from secondline_tui.demo.wire import Answer, Request
from secondline_tui.demo.world import World
from secondline_tui.demo.zendesk.service import API_TOKEN
from secondline_tui.demo.zendesk.service import Zendesk as Simulated
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.sources.zendesk.reader import ZendeskReader
from tests.sources.bad_answers import FAILED_POLLS, HARMLESS
from tests.sources.zendesk.conftest import Rig, Start

EARLIER = "2026-11-20T00:00:00Z"
REF = ItemRef("zendesk", Kind.TICKET, "4698")
PAIR = base64.b64encode(f"ana.sowande@example.org/token:{API_TOKEN}".encode()).decode()


def patient(queue: Rig, kind: str) -> ZendeskReader:
    """A reader that waits no longer than it has to for the failure that is to come."""
    return queue.reader(deadline=1 if FAILED_POLLS[kind] is FaultKind.TIMED_OUT else 10)


async def failure(reader: ZendeskReader) -> PollFailed:
    with pytest.raises(PollFailed) as caught:
        await reader.fetch()
    return caught.value


@pytest.mark.parametrize("kind", FAILED_POLLS)
async def test_a_bad_answer_is_a_failed_poll_and_tells_no_secret(
    queue: Rig, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    reader = patient(queue, kind)
    assert len((await reader.fetch()).items) == 7
    queue.break_with(kind)
    failed = await failure(reader)
    assert failed.fault.kind is FAILED_POLLS[kind]
    assert failed.fault.retry_after == (30 if kind.startswith("rate") else None)
    told = f"{failed}{caplog.text}{queue.world.requests()}"
    assert not any(secret in told for secret in (API_TOKEN, PAIR))
    queue.world.mend()
    assert len((await reader.fetch()).items) == 7


@pytest.mark.parametrize("kind", ["html", "empty", "truncated", "wrong_shape", "reset", "status:500"])
async def test_a_bad_first_answer_is_one_too(queue: Rig, kind: str) -> None:
    queue.break_with(kind)
    assert (await failure(patient(queue, kind))).fault.kind is FAILED_POLLS[kind]


@pytest.mark.parametrize("kind", ["html", "wrong_shape", "page_missing", "hang"])
async def test_no_ticket_opens_on_a_bad_answer(queue: Rig, kind: str) -> None:
    for line in range(5):
        queue.zendesk.comment(4_698, "Ana Sowande", f"line {line}")
    reader = patient(queue, kind)
    assert len((await reader.detail(REF)).notes) == 5
    queue.break_with(kind)
    with pytest.raises(PollFailed) as caught:
        await reader.detail(REF)
    assert caught.value.fault.kind is FAILED_POLLS[kind]


@pytest.mark.parametrize("kind", HARMLESS)
async def test_what_does_no_harm(queue: Rig, kind: str) -> None:
    queue.zendesk.page_size = 100
    queue.break_with(kind)
    reading = await queue.reader().fetch()
    assert len(reading.items) == 7
    assert len(reading.rejected) == (kind == "odd_row")
    assert all("a ticket" in reason for reason in reading.rejected)


async def test_an_odd_row_in_each_page_of_a_search(queue: Rig) -> None:
    reader = queue.reader(views=[], search="status:new")
    await reader.fetch()
    queue.break_with("odd_row")
    reading = await reader.fetch()
    assert (len(reading.items), len(reading.rejected)) == (7, 3)


async def test_two_tickets_of_one_number_are_told_and_two_versions_of_one_are_not(start: Start, world: World) -> None:
    class Twice(Simulated):
        changes: Mapping[str, object] = MappingProxyType({})

        def handle(self, request: Request) -> Answer:
            answer = super().handle(request)
            if isinstance(answer.data, dict) and "tickets" in answer.data:
                answer.data["tickets"].append({**answer.data["tickets"][0], **self.changes})
            return answer

    zendesk = Twice("zendesk", world.now, world.chance("zendesk"))
    zendesk.add_view("All of it", "status<closed")
    zendesk.add_ticket("Signon", "Noor")
    reader = start(zendesk).reader()
    for changed, value, odd in (("subject", "Signon", 0), ("subject", "Another", 1), ("updated_at", EARLIER, 0)):
        zendesk.changes = {changed: value}
        reading = await reader.fetch()
        assert [item.name_line for item in reading.items] == ["#4698 Signon"]
        assert len(reading.rejected) == odd


async def test_an_odd_comment_is_marked(start: Start, world: World) -> None:
    class Odd(Simulated):
        def handle(self, request: Request) -> Answer:
            answer = super().handle(request)
            comments = answer.data.get("comments") if isinstance(answer.data, dict) else None
            for comment in comments[1:] if comments else ():
                comment["public"] = "perhaps"
            return answer

    zendesk = Odd("zendesk", world.now, world.chance("zendesk"))
    zendesk.add_ticket("Signon", "Noor")
    zendesk.comment(4_698, "Ana Sowande", "reply")
    notes = (await start(zendesk).reader().detail(REF)).notes
    assert [note.label for note in notes] == ["not understood"]


async def test_the_library_itself_cannot_write(queue: Rig) -> None:
    tickets = queue.reader()._desk._zenpy.tickets
    for attempt in (tickets.update, tickets.create):
        with pytest.raises(PollFailed) as caught:
            attempt(Ticket(id=4_698, status="solved", comment=Comment(body="hello", public=True)))
        assert caught.value.fault.kind is FaultKind.FORBIDDEN
    assert queue.paths() == []


def test_the_environment_does_not_make_the_library_talk() -> None:
    code = (
        "import logging, os, secondline_tui.sources.zendesk.reader\n"
        "print(logging.getLogger().handlers, os.environ['DEBUG_LOG'],"
        " logging.getLogger('zenpy.lib.api').isEnabledFor(logging.WARNING))"
    )
    environment = {**os.environ, "DEBUG_LOG": "yes"}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert (told.stdout, told.stderr) == ("[] yes False\n", "")
