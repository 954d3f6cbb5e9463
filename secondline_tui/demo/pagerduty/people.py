"""What a simulated PagerDuty account is made of: things with an ID and a name, and how they refer to each other."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

API = "https://api.pagerduty.example"
WEB = "https://secondline-demo.pagerduty.example"

Json = dict[str, object]
NewId = Callable[[], str]


def id_maker(chance: random.Random, first: str = "P", length: int = 6) -> NewId:
    """A function that makes IDs as PagerDuty does: a letter, then capitals and digits."""
    signs = string.ascii_uppercase + string.digits
    return lambda: first + "".join(chance.choices(signs, k=length))


@dataclass(slots=True, eq=False, kw_only=True)
class Thing:
    """Anything with an ID and a name."""

    kind: ClassVar[str]
    plural: ClassVar[str]
    web_path: ClassVar[str | None]

    id: str
    name: str

    def reference(self) -> Json:
        """As other things name it."""
        html_url = f"{WEB}/{self.web_path}/{self.id}" if self.web_path else None
        return {
            "id": self.id,
            "type": f"{self.kind}_reference",
            "summary": self.name,
            "self": f"{API}/{self.plural}/{self.id}",
            "html_url": html_url,
        }

    def whole(self) -> Json:
        """As it is told itself."""
        return {**self.reference(), "type": self.kind, "name": self.name}


ThingT = TypeVar("ThingT", bound=Thing)


def find(things: Iterable[ThingT], identity: object) -> ThingT | None:
    """The thing with this ID."""
    return next((thing for thing in things if thing.id == identity), None)


@dataclass(slots=True, eq=False, kw_only=True)
class Team(Thing):
    """A team."""

    kind = "team"
    plural = "teams"
    web_path = "teams"

    def whole(self) -> Json:
        """As GET /teams tells it."""
        return {**Thing.whole(self), "description": "", "default_role": "manager", "parent": None}


@dataclass(slots=True, eq=False, kw_only=True)
class User(Thing):
    """Somebody who can be called."""

    kind = "user"
    plural = "users"
    web_path = "users"

    email: str
    role: str = "user"
    zone: str = "Europe/London"
    teams: list[Team] = field(default_factory=list)

    def whole(self) -> Json:
        """As GET /users tells it."""
        return {
            **Thing.whole(self),
            "email": self.email,
            "time_zone": self.zone,
            "color": "teal",
            "role": self.role,
            "avatar_url": f"{WEB}/avatars/{self.id}.png",
            "description": None,
            "invitation_sent": False,
            "job_title": "Developer",
            "created_via_sso": False,
            "teams": [team.reference() for team in self.teams],
            "contact_methods": [],
            "notification_rules": [],
        }


@dataclass(slots=True, eq=False, kw_only=True)
class Priority(Thing):
    """How much an incident matters."""

    kind = "priority"
    plural = "priorities"
    web_path = None

    description: str = ""

    def whole(self) -> Json:
        """As GET /priorities tells it."""
        return {**Thing.whole(self), "description": self.description, "color": "a8171c", "order": 1}
