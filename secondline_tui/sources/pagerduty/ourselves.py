"""As whom things are done: PagerDuty wants the address of whoever acts with every write."""

from __future__ import annotations

from dataclasses import dataclass

from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.sources.pagerduty.library import Api
from secondline_tui.sources.pagerduty.paging import every
from secondline_tui.sources.pagerduty.wire_acts import User, UserAnswer
from secondline_tui.sources.wire import envelope
from secondline_tui.sources.writing import refused

MOST_NAMESAKES = 300


@dataclass(frozen=True, slots=True)
class Us:
    """The user who acts."""

    id: str
    name: SafeText
    account: SafeText
    """Name and address."""
    ids: frozenset[str]
    """Theirs, and that of the key's own user: either may stand in what PagerDuty tells of our acts."""


class Ourselves:
    """Finds out who acts, once. `me.email` comes first; a user's own key tells its user where that is empty."""

    def __init__(self, email: str) -> None:
        self._email = email.strip()
        self._owner: User | None = None
        self._us: Us | None = None

    def sender(self, api: Api) -> str:
        """The address to send. PollFailed, or Refused where nobody can be told."""
        if self._email:
            if not (self._email.isascii() and self._email.isprintable()):
                raise refused("me.email in the configuration holds characters that no address can")
            return self._email
        try:
            return self._own_key(api).email
        except PollFailed as failure:
            if failure.fault.kind is not FaultKind.BAD_REPLY:
                raise
            raise refused(
                "PagerDuty wants to know who acts: set me.email in the configuration to your address there "
                f"(whose key this is cannot be told: {failure.fault.message})"
            ) from None

    def user(self, api: Api) -> Us:
        """Who that is in PagerDuty. PollFailed, or Refused where it is nobody."""
        if self._us is None:
            self._us = self._found(api)
        return self._us

    def _own_key(self, api: Api) -> User:
        if self._owner is None:
            self._owner = envelope(UserAnswer, api.ask("/users/me"), "who we are").user
        return self._owner

    def _found(self, api: Api) -> Us:
        address = self.sender(api)
        owner = None
        try:
            owner = self._own_key(api)
        except PollFailed as failure:
            if failure.fault.kind is not FaultKind.BAD_REPLY:  # which is what a key of the whole account hears
                raise
        user = owner if owner is not None and _same(owner.email, address) else _look_up(api, address)
        ids = {user.id} if owner is None else {user.id, owner.id}
        return Us(user.id, clean(user.name), clean(f"{user.name} <{user.email}>"), frozenset(ids))


def _look_up(api: Api, address: str) -> User:
    raw, _ = every(api.ask, "/users", "users", {"query": address}, most=MOST_NAMESAKES)
    for row in raw:
        user = envelope(User, row, "a user")
        if _same(user.email, address):
            return user
    raise refused(f"PagerDuty has no user with the address {address}: see me.email in the configuration")


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
