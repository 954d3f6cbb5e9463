"""One simulated Zendesk with three tickets, and what tests ask it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import requests

from secondline_tui.demo.simulator import rfc3339
from secondline_tui.demo.world import World
from secondline_tui.demo.zendesk.service import OAUTH_AGENT, Zendesk
from tests.fakes.clock import FakeClock

ANA = "ana.sowande@example.org"


@dataclass
class Site:
    zendesk: Zendesk
    url: str
    clock: FakeClock

    def ask(
        self, method: str, path: str, token: str = OAUTH_AGENT, /, json: object = None, **query: object
    ) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            parameters: Mapping[str, str] = {name: str(value) for name, value in query.items()}
            address = path if path.startswith("http") else f"{self.url}/api/v2/{path}"
            return session.request(method, address, params=parameters, json=json, headers=headers, timeout=5)

    def get(self, path: str, status: int = 200, token: str = OAUTH_AGENT, /, **query: object) -> dict[str, object]:
        response = self.ask("GET", path, token, **query)
        assert response.status_code == status, response.text
        answer = response.json()
        assert isinstance(answer, dict)
        return answer

    def put(self, number: int, answered: int = 200, /, **ticket: object) -> dict[str, object]:
        response = self.ask("PUT", f"tickets/{number}.json", json={"ticket": ticket})
        assert response.status_code == answered, response.text
        answer = response.json()
        assert isinstance(answer, dict)
        return answer

    def kept(self, number: int) -> dict[str, object]:
        tickets = self.zendesk.state()["tickets"]
        assert isinstance(tickets, dict)
        kept = tickets[str(number)]
        assert isinstance(kept, dict)
        return kept

    def stamp(self) -> str:
        return rfc3339(self.clock.now().timestamp())


def numbers(answer: Mapping[str, object], name: str = "tickets") -> list[int]:
    rows = answer[name]
    assert isinstance(rows, list)
    return [row["id"] for row in rows]


def rows(answer: Mapping[str, object], name: str) -> list[dict[str, object]]:
    found = answer[name]
    assert isinstance(found, list)
    return found


def comments(kept: Mapping[str, object]) -> list[dict[str, object]]:
    comments = kept["comments"]
    assert isinstance(comments, list)
    return comments


@contextmanager
def serving(clock: FakeClock) -> Iterator[Site]:
    world = World(lambda: clock.now().timestamp())
    zendesk = Zendesk("zendesk", world.now, world.chance("zendesk"))
    world.add(zendesk)
    zendesk.add_group("2nd Line")
    zendesk.add_field("Page affected")
    zendesk.add_view("2nd Line", 'group:"2nd Line" status<solved')
    zendesk.add_macro(
        "Pending for 5+ days", status="solved", comment_value="Dear requester …", comment_mode_is_public="false"
    )
    zendesk.add_ticket("Signon", "Zoë Ångström", "I cannot log in", group="2nd Line", ago=90_000, breach_in=-7_300)
    zendesk.add_ticket("Uploads fail", "李 小龍", group="2nd Line", priority="high", tags=("govt_form",), ago=600)
    zendesk.add_ticket("Redirect", "Noor", group="3rd Line", assignee="Ana Sowande", status="open", due_in=9_000)
    world.listen()
    yield Site(zendesk, world.urls["zendesk"], clock)
    world.close()
