from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from secondline_tui.demo.wire import Answer, Request
from secondline_tui.demo.world import World
from secondline_tui.demo.zendesk.service import API_TOKEN, OAUTH_READER
from secondline_tui.demo.zendesk.service import Zendesk as Simulated
from secondline_tui.domain.board import Reading
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.items import Ticket
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.sources.zendesk.desk import Desk
from secondline_tui.sources.zendesk.reader import _skew
from secondline_tui.sources.zendesk.wire import TicketPage
from tests.sources.zendesk.conftest import QUEUE, Rig, Start


def tickets(reading: Reading) -> dict[int, Ticket]:
    found = {item.number: item for item in reading.items if isinstance(item, Ticket)}
    assert len(found) == len(reading.items)
    return found


def ref(number: int) -> ItemRef:
    return ItemRef("zendesk", Kind.TICKET, str(number))


async def test_every_page_is_read_and_every_field_mapped(start: Start, world: World) -> None:
    zendesk = Simulated("zendesk", world.now, world.chance("zendesk"), page_size=2, first_ticket=4_711)
    zendesk.add_view("2nd Line", QUEUE)
    zendesk.add_ticket(
        "Attachment uploads failing",
        "Zoë Ångström",
        "It says 500.",
        priority="high",
        status="open",
        group="2nd Line",
        assignee="Ana Sowande",
        tags=("govt_form", "fault_with_whitehall"),
        ago=90_000,
        breach_in=600,
        due_in=86_400,
    )
    for number in range(4):
        zendesk.add_ticket(f"Fault {number}", "李 小龍", group="2nd Line", due_in=3_600)
    rig = start(zendesk)
    reading = await rig.reader().fetch()
    found = tickets(reading)
    assert sorted(found) == [4_711, 4_712, 4_713, 4_714, 4_715]
    first = found[4_711]
    assert first.ref == ref(4_711)
    assert first.links.web == f"{world.urls['zendesk']}/agent/tickets/4711"
    assert (first.subject, first.status, first.priority) == ("Attachment uploads failing", "open", "high")
    assert (first.requester, first.assignee, first.group) == ("Zoë Ångström", "Ana Sowande", "2nd Line")
    assert first.tags == ("fault_with_whitehall", "govt_form")
    assert first.created
    assert first.due
    assert first.updated == first.created
    assert abs((first.due - datetime.now(UTC)).total_seconds() - 600) < 5
    second = found[4_712]
    assert (second.priority, second.assignee, second.requester) == (None, "", "李 小龍")
    assert second.due
    assert abs((second.due - datetime.now(UTC)).total_seconds() - 3_600) < 5
    assert (str(reading.account), reading.permissions, reading.rejected) == ("Ana Sowande", frozenset({"agent"}), ())


async def test_a_poll_asks_once_a_page_and_never_once_a_ticket(queue: Rig) -> None:
    reader, view = queue.reader(), next(iter(queue.zendesk.views))
    pages = [f"/api/v2/views/{view}/tickets"] * 3 * 2  # twice, since there are several
    await reader.fetch()
    assert queue.paths() == ["/api/v2/users/me.json", *pages]
    await reader.fetch()
    assert queue.paths() == pages


async def test_a_ticket_in_two_views_and_a_search_comes_once(queue: Rig) -> None:
    other = queue.zendesk.add_view("All of it", "status<closed")
    queue.zendesk.add_ticket("Only in the other one", "Somebody", ago=60)
    first = next(iter(queue.zendesk.views))
    reading = await queue.reader(views=[first, other.id], search="Technical").fetch()
    assert sorted(tickets(reading)) == list(range(4_698, 4_706))


@pytest.fixture
def triage(start: Start, world: World) -> tuple[Rig, list[int]]:
    """A ticket in the second of two views, and what to do when somebody has just read the first one."""
    zendesk = Simulated("zendesk", world.now, world.chance("zendesk"))
    views = [zendesk.add_view("Triage", "status:new").id, zendesk.add_view("In progress", "status:open").id]
    zendesk.add_ticket("Payments are down", "Somebody", status="open", priority="urgent")
    zendesk.add_ticket("Also", "Somebody", status="open")
    return start(zendesk), views


def as_soon_as_read(monkeypatch: pytest.MonkeyPatch, view: int, *happen: Callable[[], None]) -> None:
    """Let these happen, one each time after that view was read."""
    left, read = list(happen), Desk.view

    def reading(desk: Desk, number: int) -> list[TicketPage]:
        pages = read(desk, number)
        if number == view and left:
            left.pop(0)()
        return pages

    monkeypatch.setattr(Desk, "view", reading)


async def test_a_ticket_that_moves_to_the_view_that_was_read_already_is_not_lost(
    triage: tuple[Rig, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rig, views = triage
    reader = rig.reader(views=views)
    before = tickets(await reader.fetch())
    first, second = sorted(before)
    as_soon_as_read(
        monkeypatch,
        views[0],
        lambda: rig.zendesk.change(first, status="new"),
        lambda: rig.zendesk.change(second, status="new"),
    )
    assert sorted(tickets(await reader.fetch())) == [first, second]
    assert {ticket.status for ticket in tickets(await reader.fetch()).values()} == {"new"}


async def test_views_that_never_stand_still_are_no_answer(
    triage: tuple[Rig, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rig, views = triage
    reader = rig.reader(views=views)
    first, second = sorted(tickets(await reader.fetch()))

    def swap() -> None:
        now = rig.zendesk.tickets[first].facts.status
        rig.zendesk.change(first, status="new" if now == "open" else "open")
        rig.zendesk.change(second, status=now)

    rig.zendesk.change(first, status="new")
    as_soon_as_read(monkeypatch, views[0], *[swap] * 9)
    with pytest.raises(PollFailed, match="kept changing"):
        await reader.fetch()


async def test_views_are_read_twice_only_when_a_ticket_is_missing(triage: tuple[Rig, list[int]]) -> None:
    rig, views = triage
    reader = rig.reader(views=views)
    first = min(tickets(await reader.fetch()))
    once = [f"/api/v2/views/{view}/tickets" for view in views]
    rig.paths()
    rig.zendesk.change(first, status="new")
    await reader.fetch()
    assert rig.paths() == once
    rig.zendesk.change(first, status="solved")
    assert first not in tickets(await reader.fetch())
    assert rig.paths() == once * 2
    await reader.fetch()
    assert rig.paths() == once


async def test_solved_tickets_stay_when_the_view_keeps_them(start: Start, world: World) -> None:
    zendesk = Simulated("zendesk", world.now, world.chance("zendesk"))
    zendesk.add_view("Everything", "status<=closed")
    for status in ("new", "pending", "hold", "solved", "closed"):
        zendesk.add_ticket(status, "Somebody", status=status)
    reading = await start(zendesk).reader().fetch()
    assert {t.status: t.handled for t in tickets(reading).values()} == {
        "new": False,
        "pending": True,
        "hold": True,
        "solved": True,
        "closed": True,
    }


async def test_a_search_is_read_page_by_page(start: Start, world: World) -> None:
    zendesk = Simulated("zendesk", world.now, world.chance("zendesk"), page_size=2)
    for number in range(5):
        zendesk.add_ticket(f"Fault {number}", "Bo Lindqvist", group="2nd Line", ago=60 + number, breach_in=60)
    zendesk.add_ticket("Elsewhere", "Bo Lindqvist", group="3rd Line", ago=60)
    rig = start(zendesk)
    reading = await rig.reader(views=[], search='group:"2nd Line" status<pending').fetch()
    assert sorted(tickets(reading)) == [4_698, 4_699, 4_700, 4_701, 4_702]
    assert {(t.requester, t.group, t.due is None) for t in tickets(reading).values()} == {
        ("Bo Lindqvist", "2nd Line", False)
    }
    assert rig.paths() == ["/api/v2/users/me.json"] + ["/api/v2/search.json"] * 3


@pytest.mark.parametrize(
    ("search", "sent"),
    [
        ("signon", "type:ticket signon"),
        ("type:ticket a+b", "type:ticket a+b"),
        ("a -type:user", "type:ticket a -type:user"),
        ("é&x", "type:ticket é&x"),
    ],
)
async def test_a_search_is_for_tickets(queue: Rig, search: str, sent: str) -> None:
    await queue.reader(views=[], search=search).fetch()
    assert parse_qs(urlsplit(str(queue.world.requests()[1]["path"])).query)["query"] == [sent]


async def test_a_search_that_finds_too_much_fails_instead_of_being_cut(start: Start, world: World) -> None:
    zendesk = Simulated("zendesk", world.now, world.chance("zendesk"))
    for number in range(1_001):
        zendesk.add_ticket(f"Fault {number}", "Bo Lindqvist", ago=60)
    rig = start(zendesk)
    with pytest.raises(PollFailed, match=r"more than 1000 rows of the search: 1001") as caught:
        await rig.reader(search="status:new", interval=60, deadline=60).fetch()
    assert caught.value.fault.kind is FaultKind.BAD_REPLY
    assert rig.paths().count("/api/v2/search.json") == 1
    del zendesk.tickets[4_698]
    assert len((await rig.reader(search="status:new", interval=60, deadline=60).fetch()).items) == 1_000


async def test_people_whom_nobody_side_loads_are_asked_for_together(start: Start, world: World) -> None:
    class Plain(Simulated):
        def handle(self, request: Request) -> Answer:
            target = request.target.replace("include=", "ignored=")
            return super().handle(Request(request.method, target, request.headers, request.body))

    zendesk = Plain("zendesk", world.now, world.chance("zendesk"))
    zendesk.add_view("2nd Line", QUEUE)
    for number in range(120):
        zendesk.add_ticket("Fault", f"Requester {number}", group="2nd Line", assignee="Ana Sowande")
    rig = start(zendesk)
    found = tickets(await rig.reader().fetch())
    assert [found[4_698 + n].requester for n in range(120)] == [f"Requester {n}" for n in range(120)]
    assert {(t.assignee, t.due) for t in found.values()} == {("Ana Sowande", None)}
    assert rig.paths().count("/api/v2/users/show_many.json") == 2


async def test_a_plan_without_service_levels_and_a_requester_who_is_gone(queue: Rig) -> None:
    queue.zendesk.has_slas = False
    queue.zendesk.delete_user("Requester 3")
    queue.zendesk.person("Requester 4").suspended = True
    found = tickets(await queue.reader().fetch())
    assert len(found) == 7
    assert (found[4_701].requester, found[4_702].requester) == ("", "Requester 4")
    assert {ticket.due for ticket in found.values()} == {None}


# -- who may look ------------------------------------------------------------------------------------------------------


async def test_nobody_in_particular_is_not_an_empty_queue(queue: Rig) -> None:
    queue.zendesk.drops_credentials = True
    with pytest.raises(PollFailed, match="takes us for nobody") as caught:
        await queue.reader().fetch()
    assert (caught.value.fault.kind, caught.value.fault.stop) == (FaultKind.UNAUTHORISED, True)
    assert queue.paths() == ["/api/v2/users/me.json"]
    with pytest.raises(PollFailed, match="takes us for nobody"):
        await queue.reader().probe()


async def test_a_wrong_token_stops_the_polling(queue: Rig) -> None:
    with pytest.raises(PollFailed, match="Couldn't authenticate you") as caught:
        await queue.reader(token="wrong-secret").fetch()
    assert (caught.value.fault.kind, caught.value.fault.stop) == (FaultKind.UNAUTHORISED, True)


async def test_an_end_user_is_refused_before_any_list_is_believed(queue: Rig) -> None:
    queue.zendesk.agent.role = "end-user"
    with pytest.raises(PollFailed, match="Ana Sowande is no agent") as caught:
        await queue.reader().fetch()
    assert caught.value.fault.kind is FaultKind.FORBIDDEN


async def test_an_empty_answer_is_believed_only_of_an_agent(start: Start, world: World) -> None:
    class Polite(Simulated):
        """Answers 200 with nothing to those who may not look."""

        def handle(self, request: Request) -> Answer:
            answer = super().handle(request)
            empty: dict[str, object] = {"tickets": [], "meta": {"has_more": False}, "links": {}}
            return Answer(200, empty) if answer.status == 403 else answer

    zendesk = Polite("zendesk", world.now, world.chance("zendesk"))
    zendesk.add_view("2nd Line", QUEUE)
    rig = start(zendesk)
    reader = rig.reader()
    assert (await reader.fetch()).items == ()
    assert rig.paths().count("/api/v2/users/me.json") == 2
    zendesk.agent.role = "end-user"
    with pytest.raises(PollFailed, match="no agent"):
        await reader.fetch()


@pytest.mark.parametrize("restriction", ["groups", "organization", "assigned"])
async def test_an_empty_answer_is_not_believed_of_an_agent_who_does_not_see_all(queue: Rig, restriction: str) -> None:
    queue.zendesk.agent.ticket_restriction = restriction
    reader = queue.reader()
    assert len((await reader.fetch()).items) == 7
    queue.zendesk.tickets.clear()
    for _ in range(2):
        with pytest.raises(PollFailed, match=f"does not see all tickets \\(restricted to {restriction}\\)") as caught:
            await reader.fetch()
        assert caught.value.fault.kind is FaultKind.FORBIDDEN
    queue.zendesk.agent.ticket_restriction = None
    assert (await reader.fetch()).items == ()


async def test_a_ticket_that_changes_place_while_the_view_is_read_is_there(start: Start, world: World) -> None:
    class Moving(Simulated):
        """The last ticket moves to the first page when that has been read."""

        pages = 0

        def handle(self, request: Request) -> Answer:
            answer = super().handle(request)
            if request.path.endswith("/tickets") and isinstance(answer.data, dict):
                self.pages += 1
                if self.pages == 2:
                    answer.data["tickets"].pop()
            return answer

    zendesk = Moving("zendesk", world.now, world.chance("zendesk"), page_size=3)
    zendesk.add_view("2nd Line", QUEUE)
    for _ in range(5):
        zendesk.add_ticket("Fault", "Somebody", group="2nd Line")
    assert sorted(tickets(await start(zendesk).reader().fetch())) == list(range(4_698, 4_703))


async def test_after_a_failure_it_is_asked_anew_who_we_are(queue: Rig) -> None:
    reader = queue.reader()
    await reader.fetch()
    queue.break_with("reset", times=1)
    with pytest.raises(PollFailed):
        await reader.fetch()
    queue.zendesk.agent.name = "Ana Åkerman"
    assert (await reader.fetch()).account == "Ana Åkerman"


async def test_oauth_goes_as_a_bearer_token(queue: Rig) -> None:
    reading = await queue.reader(username="", token=None, oauth_token=OAUTH_READER).fetch()
    assert (len(reading.items), reading.account) == (7, "Wallboard")


# -- where it asks -----------------------------------------------------------------------------------------------------


async def test_a_next_page_elsewhere_is_not_followed(queue: Rig) -> None:
    queue.zendesk.home = "https://elsewhere.example"
    with pytest.raises(PollFailed, match="another host") as caught:
        await queue.reader().fetch()
    assert caught.value.fault.kind is FaultKind.REDIRECTED


async def test_the_environment_does_not_say_where(queue: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENPY_FORCE_NETLOC", "elsewhere.example")
    monkeypatch.setenv("ZENPY_FORCE_SCHEME", "ftp")
    assert len((await queue.reader().fetch()).items) == 7


async def test_an_address_that_ends_in_the_api_will_do(queue: Rig, world: World) -> None:
    reading = await queue.reader(url=f"{world.urls['zendesk']}/api/v2").fetch()
    assert len(reading.items) == 7
    assert reading.items[0].links.web == f"{world.urls['zendesk']}/agent/tickets/4698"


# -- one ticket --------------------------------------------------------------------------------------------------------


async def test_a_ticket_opens_with_all_its_comments(queue: Rig) -> None:
    zendesk = queue.zendesk
    own = zendesk.add_field("Page affected")
    number = zendesk.add_ticket("Signon", "Noor", "I cannot log in.\nAt all.", fields={own.id: "/vat-rates"}).id
    zendesk.comment(number, "Ana Sowande", "Which browser?", ago=90)
    zendesk.comment(number, "Bo Lindqvist", "known issue, see card", public=False, ago=80)
    for line in range(4):
        zendesk.comment(number, "Noor", f"line {line}", ago=60 - line)
    queue.paths()
    detail = await queue.reader().detail(ref(number))
    assert detail.body == "I cannot log in.\nAt all."
    assert [(note.author, note.text, note.label) for note in detail.notes] == [
        ("Ana Sowande", "Which browser?", "public reply"),
        ("Bo Lindqvist", "known issue, see card", "internal note"),
        *(("Noor", f"line {line}", "public reply") for line in range(4)),
    ]
    assert all(note.at for note in detail.notes)
    told = {str(name): value for name, value in detail.attributes}
    assert (told["Page affected"], told["status"], told["priority"]) == ("/vat-rates", "new", "null")
    assert "description" not in told
    comments = f"/api/v2/tickets/{number}/comments.json"
    one = f"/api/v2/tickets/{number}.json"
    assert queue.paths() == [one, "/api/v2/ticket_fields.json", comments, comments, comments]


async def test_field_titles_are_asked_for_once_and_not_needed(start: Start, world: World) -> None:
    class Closed(Simulated):
        def handle(self, request: Request) -> Answer:
            if "ticket_fields" in request.path:
                return Answer(403, {"error": {"title": "Forbidden", "message": "no"}})
            return super().handle(request)

    zendesk = Closed("zendesk", world.now, world.chance("zendesk"))
    own = zendesk.add_field("Page affected")
    zendesk.add_ticket("Signon", "Noor", fields={own.id: "/vat-rates"})
    rig = start(zendesk)
    reader = rig.reader()
    for _ in range(2):
        assert (f"field {own.id}", "/vat-rates") in (await reader.detail(ref(4_698))).attributes
    assert rig.paths().count("/api/v2/ticket_fields.json") == 1


@pytest.mark.parametrize("key", ["4242", "", "../users/me", "4698?x=1", "٤"])
async def test_what_is_no_ticket_does_not_open(queue: Rig, key: str) -> None:
    with pytest.raises(PollFailed) as caught:
        await queue.reader().detail(ItemRef("zendesk", Kind.TICKET, key))
    assert caught.value.fault.kind is FaultKind.NOT_FOUND
    assert len(queue.paths()) == (key == "4242")


async def test_a_ticket_opens_while_a_poll_hangs(queue: Rig) -> None:
    reader = queue.reader()
    queue.break_with("hang", times=1)
    poll = asyncio.create_task(reader.fetch())
    async with asyncio.timeout(2):
        while not queue.world.requests():  # noqa: ASYNC110  (the simulator's thread has no event to wait for)
            await asyncio.sleep(0.01)
    assert (await reader.detail(ref(4_698))).body == "Technical fault 0"
    poll.cancel()
    queue.world.mend()


# -- the check ---------------------------------------------------------------------------------------------------------


async def test_the_probe_tells_account_views_search_and_limits(queue: Rig) -> None:
    queue.zendesk.agent.only_private_comments = True
    queue.zendesk.agent.ticket_restriction = "groups"
    first = next(iter(queue.zendesk.views))
    off = queue.zendesk.add_view("Old", "status:new")
    off.active = False
    lines = await queue.reader(views=[first, off.id, 99], search="Technical").probe()
    assert lines[:-1] == (
        "Zendesk, as Ana Sowande (agent)",
        "may write an internal note only, never a public reply",
        "does not see all tickets: restricted to groups",
        f"view {first}: 2nd Line",
        f"view {off.id}: Old (switched off)",
        "view 99 does not exist, or is not shared with this account",
        "search finds 7 tickets",
    )
    assert lines[-1].startswith("rate limit: 69")
    reading = await queue.reader(views=[first]).fetch()
    assert reading.permissions == frozenset({"agent", "only_private_comments", "ticket_restriction:groups"})
    with pytest.raises(PollFailed) as caught:
        await queue.reader(views=[first, 99]).fetch()
    assert caught.value.fault.kind is FaultKind.NOT_FOUND


def test_clocks_that_do_not_agree_are_told() -> None:
    now = datetime.now(UTC)
    assert _skew(format_datetime(now)) == ()
    assert _skew("") == ()
    assert _skew("Sat, 21 Nov 20260000000000000000 09:30:00 GMT") == ()
    assert _skew(f"{now:%a, %d %b %Y %H:%M:%S} -0000") == ()
    assert _skew("Mon, 20 Nov 1995 19:12:08 -0000")[0].endswith("s behind ours")
    assert _skew(format_datetime(now + timedelta(seconds=42.5)))[0].endswith("s ahead of ours")
    assert _skew(format_datetime(now - timedelta(seconds=3_600)))[0].endswith("s behind ours")


def test_the_credential_goes_in_a_header_and_the_library_has_none(queue: Rig) -> None:
    desk = queue.reader()._desk
    pair = base64.b64encode(f"ana.sowande@example.org/token:{API_TOKEN}".encode()).decode()
    assert desk._guard._gate.headers["Authorization"] == f"Basic {pair}"
    assert desk._session.auth is None
    assert pair not in json.dumps(dict(desk._session.headers), default=str)
