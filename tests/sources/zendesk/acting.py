"""A ticket, an actor, and intents to act on it with."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime

from secondline_tui.demo.world import World
from secondline_tui.demo.zendesk.service import Zendesk as Simulated
from secondline_tui.domain.actions import Finding, Intent, Preview, Receipt, Verb
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText
from secondline_tui.sources.zendesk.actor import ZendeskActor
from tests.sources.zendesk.conftest import Rig

NUMBER = 4_698
REF = ItemRef("zendesk", Kind.TICKET, str(NUMBER))
HOUR = 3_600.0


def office(world: World) -> Simulated:
    """Two groups, two agents, two macros; a ticket that Grace opened an hour ago and nobody has."""
    zendesk = Simulated("zendesk", world.now, world.chance("zendesk"))
    zendesk.agent.default_group_id = zendesk.add_group("2nd Line").id
    zendesk.add_group("3rd Line")
    zendesk.add_user("Bo Lindqvist", role="agent")
    zendesk.add_macro(
        "Pass on", status="hold", priority="low", group_id=str(max(zendesk.groups)), current_tags="passed_on",
        comment_value="Passed on to 3rd line.", comment_mode_is_public="false",
    )  # fmt: skip
    zendesk.add_macro("Thank", status="pending", comment_value="Dear Grace …", comment_mode_is_public="true")
    zendesk.add_ticket("Signon", "Grace Adeyemi", "I cannot log in", tags=("govt_form",), ago=HOUR)
    return zendesk


@dataclass
class Scene:
    """One actor before that ticket."""

    rig: Rig
    actor: ZendeskActor
    sent: dict[str, datetime] = field(default_factory=dict)
    ids: itertools.count[int] = field(default_factory=itertools.count)

    def intent(self, verb: Verb, text: str = "", to: str = "", stamp: str = "", ref: ItemRef = REF) -> Intent:
        name = f"intent-{next(self.ids)}"
        item = SafeText("#4698 Signon")
        return Intent(
            id=name, ref=ref, verb=verb, item=item, author="Ana", at=datetime.now(UTC), text=text, to=to, stamp=stamp
        )

    async def prepare(self, verb: Verb, to: str = "") -> Preview:
        return await self.actor.prepare(REF, verb, to=to)

    async def seen(self, verb: Verb, text: str = "", to: str = "") -> Intent:
        """An intent to act on the version that the ticket has now."""
        shown = await self.prepare(verb, to if verb is Verb.MACRO else "")
        return self.intent(verb, text, to, shown.stamp)

    async def send(self, intent: Intent) -> Receipt:
        self.sent[intent.id] = datetime.now(UTC)
        return await self.actor.send(intent)

    async def act(self, verb: Verb, text: str = "", to: str = "") -> tuple[Intent, Receipt]:
        intent = await self.seen(verb, text, to)
        return intent, await self.send(intent)

    async def settle(self, intent: Intent, claimed: frozenset[str] = frozenset()) -> Finding:
        sent_at = self.sent.get(intent.id, datetime.now(UTC))
        return await self.actor.settle(intent, sent_at, claimed)

    # -- what the service holds --------------------------------------------------------------------------------

    def kept(self) -> dict[str, object]:
        tickets = self.rig.zendesk.state()["tickets"]
        assert isinstance(tickets, dict)
        ticket = tickets[str(NUMBER)]
        assert isinstance(ticket, dict)
        return ticket

    def told(self) -> list[tuple[object, object, object]]:
        """Author, whether public, and text of everything written after the first comment."""
        comments = self.kept()["comments"]
        assert isinstance(comments, list)
        return [(comment["author"], comment["public"], comment["text"]) for comment in comments[1:]]

    def written(self) -> int:
        """How many requests that write came in."""
        return sum(request["method"] != "GET" for request in self.rig.world.requests())

    def choices(self) -> dict[Verb, tuple[str, str]]:
        """A text and a `to` for every verb that a ticket is offered."""
        return {
            Verb.TAKE: ("", ""),
            Verb.RELEASE: ("", ""),
            Verb.COMMENT: ("Looking into it", ""),
            Verb.REPLY: ("We are looking into it", ""),
            Verb.STATUS: ("", "pending"),
            Verb.PRIORITY: ("", "high"),
            Verb.REASSIGN: ("", self.group("3rd Line")),
            Verb.MACRO: ("Passed on to 3rd line.", self.macro("Pass on")),
        }

    def ref(self, number: int) -> ItemRef:
        return ItemRef("zendesk", Kind.TICKET, str(number))

    def group(self, name: str) -> str:
        return next(str(group.id) for group in self.rig.zendesk.groups.values() if group.name == name)

    def person(self, name: str) -> str:
        return str(self.rig.zendesk.person(name).id)

    def macro(self, title: str) -> str:
        return next(str(macro.id) for macro in self.rig.zendesk.macros.values() if macro.title == title)
