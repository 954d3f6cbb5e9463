"""One simulated PagerDuty account: everything it holds, the keys that open it, and how it says no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from secondline_tui.demo.pagerduty.book import Book
from secondline_tui.demo.pagerduty.incidents import Service
from secondline_tui.demo.pagerduty.people import Json, Priority, Team, User
from secondline_tui.demo.pagerduty.schedules import Policy, Schedule
from secondline_tui.demo.simulator import rfc3339
from secondline_tui.demo.wire import Answer, Request

OWN_KEY = "u+demoOwnKey4Ana2ndLine"
READ_ONLY_KEY = "y_demoReadOnlyKey9Board"
ACCOUNT_KEY = "e+demoAccountKey7Robots"


@dataclass(frozen=True, slots=True)
class Key:
    """What a REST API key may do."""

    user: User | None
    """Whose it is; None for a key of the whole account."""
    writes: bool = True


class RefusedError(Exception):
    """The service says no. Codes are those of its documentation, as far as they are known."""

    def __init__(self, status: int, code: int | None, message: str, *errors: str) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"message": message, **({"code": code} if code else {})}
        if errors:
            self.body["errors"] = list(errors)

    def answer(self) -> Answer:
        """As it is sent."""
        return Answer(self.status, {"error": self.body})


def invalid(*errors: str) -> RefusedError:
    """What was asked for cannot be."""
    return RefusedError(400, 2001, "Invalid Input Provided", *errors)


def not_found() -> RefusedError:
    """There is no such thing."""
    return RefusedError(404, 2100, "Not Found")


@dataclass(slots=True, kw_only=True)
class Account:
    """Everything that one account holds."""

    now: Callable[[], float]
    lag: Callable[[], float]
    """Seconds until a write shows in reads."""
    new_id: Callable[[], str]
    book: Book
    owner: str
    """E-mail address of the user whose own key is OWN_KEY."""
    users: list[User] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    schedules: list[Schedule] = field(default_factory=list)
    priorities: list[Priority] = field(default_factory=list)
    acts: list[Json] = field(default_factory=list)
    """Every write that was carried out, in order, so that one which was carried out twice can be seen."""
    reopens: bool = True
    """Whether a resolved incident comes back when it is acknowledged, as is documented; older accounts refuse it."""
    abilities: Sequence[str] = ("sso", "teams", "urgencies", "read_only_users", "coordinated_responding")

    def key(self, request: Request) -> Key | None:
        """The key that a request shows, if it is one of ours."""
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        word, _, token = rest.strip().partition("=")
        if (scheme, word) != ("Token", "token"):
            return None
        keys = {OWN_KEY: Key(self.user(self.owner)), READ_ONLY_KEY: Key(None, writes=False), ACCOUNT_KEY: Key(None)}
        return keys.get(token)

    def user(self, email: str) -> User | None:
        """The user with this address."""
        return next((user for user in self.users if user.email.casefold() == email.strip().casefold()), None)

    def record(self, by: User | None, did: str, to: str, **told: object) -> None:
        """A write was carried out."""
        who = by.name if by is not None else None
        self.acts.append({"at": rfc3339(self.now()), "by": who, "did": did, "to": to, **told})

    def service_statuses(self, service: Service) -> set[str]:
        """The statuses of a service's incidents."""
        return {incident.status for incident in self.book.all_seen(self.now()) if incident.service is service}
