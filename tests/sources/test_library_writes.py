"""The vendors' libraries, with their own retries in place, on our guarded session: whatever the service does, one call
that writes is one request that writes."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from trello import Board, Card, TrelloClient
from zenpy import Zenpy
from zenpy.lib.api_objects import Comment, Ticket

from secondline_tui.demo.faults import KINDS, Fault
from secondline_tui.demo.pagerduty.account import OWN_KEY
from secondline_tui.demo.trello.service import KEY, ONGOING, READ_WRITE
from secondline_tui.demo.world import World
from secondline_tui.demo.zendesk.service import OAUTH_AGENT, Zendesk
from secondline_tui.domain.actions import HeldBack, NotDone, NotSent, Refused, Unanswered
from secondline_tui.sources.pagerduty.library import pdpyras
from secondline_tui.sources.session import Gate, guard
from tests.demo.pager import ANA, Pager
from tests.demo.zendesk_site import comments
from tests.sources.trello.desk import Desk

FAULTS: dict[str, type[NotDone]] = {
    "refuse": NotSent,
    "reset": Unanswered,
    "hang": Unanswered,
    "slow:1": Unanswered,
    "drop_after_apply": Unanswered,
    "status:400": Refused,
    "status:401": Refused,
    "status:403": Refused,
    "status:404": Refused,
    "status:409": Refused,
    "status:422": Refused,
    "status:500": Unanswered,
    "status:502": Unanswered,
    "status:503": Unanswered,
    "status:504": Unanswered,
    "rate_limit:1": HeldBack,
    "html": Unanswered,
    "empty": Unanswered,
    "truncated": Unanswered,
    "redirect_login": Refused,
    "huge": Unanswered,
}
APPLIED = frozenset({"slow:1", "drop_after_apply", "html", "empty", "truncated"})
"""The faults that a write meets when it has been done, or is done all the same."""
HARMLESS_TO_WRITES = frozenset({"wrong_shape", "odd_row", "page_missing", "lag"})
"""What the libraries hand on, or what only reads meet."""


@dataclass
class Rig:
    """A library on a guarded session, and the service it writes to."""

    world: World
    service: str
    session: requests.Session
    deadline: Callable[[float], AbstractContextManager[None]]
    write: Callable[[str], object]
    """One call of the library that writes this text."""
    said: Callable[[], list[str]]
    """Every text that the service holds."""

    def break_with(self, kind: str) -> None:
        self.world.break_service(self.service, Fault.parse(kind, None))

    def writes(self) -> int:
        return sum(request["method"] not in ("GET", "HEAD") for request in self.world.requests())


def _texts(found: list[dict[str, Any]], name: str) -> list[str]:
    return [str(one[name]) for one in found]


def guarded(session: requests.Session, url: str, library_url: str, token: str) -> Any:
    gate = Gate(url=url, library_url=library_url, headers={"Authorization": token}, writes=True)
    return guard(session, gate).deadline


@contextmanager
def by_pdpyras(call: str) -> Iterator[Rig]:
    pager = Pager()
    incident = pager.sim.trigger("5xx", pager.icinga)
    pager.world.listen()
    url = pager.world.urls["pd"]
    session = pdpyras.APISession("the guard has it", default_from=ANA)
    session.url = url
    session.sleep_timer = 0.01
    session.max_http_attempts = 9
    session.retry = dict.fromkeys((400, 404, 409, 500, 502, 503, 504), 3)
    path = f"/incidents/{incident}/notes"
    calls: dict[str, Callable[[str], object]] = {
        "rpost": lambda text: session.rpost(path, json={"content": text}),
        "jpost": lambda text: session.jpost(path, json={"note": {"content": text}}),
        "post": lambda text: session.post(path, json={"note": {"content": text}}),
        "rput": lambda text: session.rput(f"/incidents/{incident}", json=_titled(text)),
        "put": lambda text: session.put("/incidents", json={"incidents": [{"id": incident, **_titled(text)}]}),
    }

    def said() -> list[str]:
        notes = pager.get(f"/incidents/{incident}/notes")["notes"]
        return [*_texts(notes, "content"), pager.get(f"/incidents/{incident}")["incident"]["title"]]

    deadline = guarded(session, url, url, f"Token token={OWN_KEY}")
    try:
        yield Rig(pager.world, "pd", session, deadline, calls[call], said)
    finally:
        session.close()
        pager.world.close()


def _titled(text: str) -> dict[str, str]:
    return {"type": "incident_reference", "title": text}


@contextmanager
def by_zenpy(call: str) -> Iterator[Rig]:
    world = World()
    zendesk = Zendesk("zendesk", world.now, world.chance("zendesk"))
    world.add(zendesk)
    number = zendesk.add_ticket("Signon", "Zoë Ångström", "I cannot log in", group="2nd Line").id
    world.listen()
    with requests.Session() as session:
        deadline = guarded(session, world.urls["zendesk"], "https://demo.zendesk.com", f"Bearer {OAUTH_AGENT}")
        zenpy = Zenpy(subdomain="demo", session=session, anonymous=True, disable_cache=True, proactive_ratelimit=1)
        calls: dict[str, Callable[[str], object]] = {
            "note": lambda text: zenpy.tickets.update(Ticket(id=number, comment=Comment(body=text, public=False))),
            "reply": lambda text: zenpy.tickets.update(Ticket(id=number, comment=Comment(body=text, public=True))),
            "subject": lambda text: zenpy.tickets.update(Ticket(id=number, subject=text)),
            "create": lambda text: zenpy.tickets.create(Ticket(subject="new", comment=Comment(body=text))),
        }

        def said() -> list[str]:
            tickets = zendesk.state()["tickets"]
            assert isinstance(tickets, dict)
            return [*(str(t["subject"]) for t in tickets.values()), *_all_comments(tickets)]

        yield Rig(world, "zendesk", session, deadline, calls[call], said)
    world.close()


def _all_comments(tickets: dict[str, dict[str, object]]) -> list[str]:
    return list(itertools.chain.from_iterable(_texts(comments(ticket), "text") for ticket in tickets.values()))


@contextmanager
def by_py_trello(call: str) -> Iterator[Rig]:
    desk = Desk()
    made = desk.trello.add_card(ONGOING, "Known", "as it was")
    own = desk.trello.comment(made, "ana_sowande", "first")
    for _ in FAULTS:
        desk.trello.add_list("new")
    session = requests.Session()
    token = f'OAuth oauth_consumer_key="{KEY}", oauth_token="{READ_WRITE}"'
    url = "https://api.trello.com"
    gate = Gate(
        url=desk.world.urls["trello"],
        library_url=url,
        headers={"Authorization": token},
        drop_query=frozenset({"key", "token"}),
        writes=True,
    )
    deadline = guard(session, gate).deadline
    client = TrelloClient("key", "secret", http_service=session)
    card = Card(Board(client), made.id)
    calls: dict[str, Callable[[str], object]] = {
        "comment": card.comment,
        "update_comment": lambda text: card.update_comment(own.id, text),
        "set_description": card.set_description,
        "fetch_json": lambda text: client.fetch_json(f"cards/{made.id}", http_method="PUT", post_args={"desc": text}),
        "new card": lambda text: client.fetch_json(
            "cards", http_method="POST", post_args={"idList": made.list_id, "name": text}
        ),
        "attach": lambda text: card.attach(name=text, mimeType="image/png", file=io.BytesIO(bytes(300_000))),
    }

    def said() -> list[str]:
        kept = desk.kept(made)
        titles = [one.name for one in desk.trello.board.cards.values()]
        return [str(kept["desc"]), *_texts(kept["comments"], "text"), *_texts(kept["attachments"], "name"), *titles]

    try:
        yield Rig(desk.world, "trello", session, deadline, calls[call], said)
    finally:
        session.close()
        desk.close()


CALLS = [
    *((by_pdpyras, call) for call in ("rpost", "jpost", "post", "rput", "put")),
    *((by_zenpy, call) for call in ("note", "reply", "subject", "create")),
    *(
        (by_py_trello, call)
        for call in ("comment", "update_comment", "set_description", "fetch_json", "new card", "attach")
    ),
]
Library = Callable[[str], AbstractContextManager[Rig]]


def test_every_fault_is_tried() -> None:
    tried = {fault.partition(":")[0] for fault in FAULTS}
    assert tried | HARMLESS_TO_WRITES == set(KINDS)


@pytest.mark.matrix
@pytest.mark.parametrize(("library", "call"), CALLS, ids=lambda part: getattr(part, "__name__", part))
def test_one_call_is_one_request_whatever_happens(library: Library, call: str) -> None:
    with library(call) as rig:
        for number, (fault, meaning) in enumerate(FAULTS.items()):
            text = f"text {number}"
            rig.break_with(fault)
            rig.world.forget_requests()
            with rig.deadline(20 if fault == "huge" else 0.3), pytest.raises(NotDone) as caught:
                rig.write(text)
            assert type(caught.value) is meaning, fault
            assert rig.writes() == (0 if fault == "refuse" else 1), fault
            rig.world.mend()
            if fault != "slow:1":  # it may still be at it
                assert rig.said().count(text) == (fault in APPLIED), fault


@pytest.mark.parametrize(("library", "call"), CALLS, ids=lambda part: getattr(part, "__name__", part))
def test_one_call_that_goes_well_is_one_request(library: Library, call: str) -> None:
    with library(call) as rig:
        rig.write("well said")
        assert rig.writes() == 1
        assert rig.said().count("well said") == 1


@pytest.mark.parametrize(("library", "call"), CALLS, ids=lambda part: getattr(part, "__name__", part))
def test_on_a_readers_session_none_of_them_gets_out(library: Library, call: str) -> None:
    with library(call) as rig:
        url = rig.world.urls[rig.service]
        hosts = {"pd": url, "zendesk": "https://demo.zendesk.com", "trello": "https://api.trello.com"}
        guard(rig.session, Gate(url=url, library_url=hosts[rig.service]))
        with pytest.raises(Exception, match="read-only"):
            rig.write("never")
        assert rig.world.requests() == []


def test_without_the_guard_a_library_does_send_again() -> None:
    """Which is what the others here would see, were it not for the guard."""
    with by_pdpyras("rpost") as rig:
        rig.session.adapters.clear()
        rig.session.mount("http://", requests.adapters.HTTPAdapter())
        rig.session.headers["Authorization"] = f"Token token={OWN_KEY}"
        rig.break_with("drop_after_apply")
        with pytest.raises(pdpyras.PDClientError):
            rig.write("again and again")
        assert rig.writes() > 1
        assert rig.said().count("again and again") > 1
