"""Writes to one Trello board: comments, moves, due dates met, cards put away, new cards."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import datetime

from secondline_tui.config.models import Config
from secondline_tui.config.pictures import Pictures
from secondline_tui.config.sources import Trello
from secondline_tui.domain.actions import Choice, Finding, Intent, Preview, Receipt, Verb
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import EMPTY, SafeText, clean
from secondline_tui.sources.clocks import Sent, utc_now
from secondline_tui.sources.lane import Lane
from secondline_tui.sources.trello import card_maker, deeds
from secondline_tui.sources.trello.card_client import CardClient, Ground, Place
from secondline_tui.sources.trello.mapping import person_name
from secondline_tui.sources.trello.wire import BoardFacts, Deed
from secondline_tui.sources.wire import rows
from secondline_tui.sources.writing import refused, unread

READERS = {"private": "members of the board {}", "org": "everybody in the workspace of the board {}"}
"""Who reads what is written on a board, by its visibility. What is not listed may be read by anybody."""


def actor(name: str, source: Trello, config: Config) -> TrelloActor:
    """An actor for one configured board. Blocks while secrets are fetched."""
    return TrelloActor(name, CardClient(source, Pictures(config.state_folder)))


class TrelloActor:
    """One board."""

    def __init__(self, name: str, client: CardClient, now: Callable[[], datetime] = utc_now) -> None:
        self._client = client
        self._now = now
        self._questions = Lane(f"{name}:before and after")
        self._writes = Lane(f"{name}:writes")

    async def prepare(
        self,
        ref: ItemRef,
        verb: Verb,
        *,
        to: str = "",
        matchers: tuple[Matcher, ...] | None = None,  # noqa: ARG002  (nothing is silenced here)
    ) -> Preview:
        """Account, audience of a comment, lists of a move. Refused when the card is put away, gone or so already."""
        if verb is Verb.CARD:
            return _on(await self._questions.call(self._client.ground))
        if verb not in deeds.VERBS:
            raise refused(f"Trello has no such thing as {verb}")
        place = await self._questions.call(lambda: self._client.place(ref.key, verb))
        await self._require_sense(place, verb)
        card, moves = place.card, verb is Verb.MOVE
        return Preview(
            account=person_name(place.me),
            audience=_audience(place.board) if verb is Verb.COMMENT else EMPTY,
            choices=_choices(place),
            chosen=card.id_list if moves else "",
            changes=_moved(place, to) if moves and to else (),
            stamp=card.date_last_activity.isoformat() if card.date_last_activity else "",
            before=card.id_list if moves else "",
        )

    async def send(self, intent: Intent) -> Receipt:
        """Do it. The lane is the writes' own: what is asked meanwhile does not hold it up."""
        fault = card_maker.faults(intent) if intent.verb is Verb.CARD else deeds.faults(intent)
        if fault is not None:
            raise fault
        try:
            return await self._writes.call(lambda: self._client.write(intent))
        except PollFailed as failure:
            raise unread(failure) from None

    async def settle(self, intent: Intent, sent_at: datetime, claimed: AbstractSet[str]) -> Finding:
        """Whether the card's history shows it as ours; of a change, the card itself too; of a new one, the board's."""
        if intent.verb is Verb.CARD:
            return await self._questions.call(lambda: self._client.made(intent, sent_at, claimed))
        shown = await self._questions.call(lambda: self._client.shown(intent))
        known, _ = await rows(Deed, shown.deeds, lambda deed: deed, "an action")
        return deeds.finding(
            intent,
            shown.card,
            known,
            shown.me.id,
            as_me=shown.as_me,
            sent=Sent.of(sent_at, shown.ahead),
            waited=self._now() - sent_at,
            claimed=claimed,
        )

    def as_kept(self, verb: Verb, text: str) -> str:
        """The text without the white space around it."""
        return deeds.as_kept(verb, text)

    async def close(self) -> None:
        """Let go of the connections."""
        self._questions.close()
        self._writes.close()
        self._client.close()

    async def _require_sense(self, place: Place, verb: Verb) -> None:
        """Refused when the card is not such that this could be done to it."""
        card = place.card
        if verb in deeds.ALREADY:
            attribute, value = deeds.change(verb, "")
            if card.told(attribute) == value:
                who = await self._questions.call(lambda: self._client.who(card.id, verb))
                raise refused(f"it {deeds.ALREADY[verb]}" + (f" ({who})" if who else ""))
        if card.closed and verb is not Verb.UNARCHIVE:
            raise refused("it is archived")


def _on(ground: Ground) -> Preview:
    """What is to be known before a card is made."""
    return Preview(
        account=person_name(ground.me),
        audience=_audience(ground.board),
        choices=tuple(Choice(key=one.id, name=clean(one.name)) for one in ground.lists),
        chosen=ground.likely,
    )


def _audience(board: BoardFacts) -> SafeText:
    anybody = "anybody at all, since the board {} is public"
    return clean(READERS.get(board.prefs.permission_level, anybody).format(clean(board.name, 80)))


def _choices(place: Place) -> tuple[Choice, ...]:
    here = SafeText("it is here")
    return tuple(
        Choice(key=one.id, name=clean(one.name), hint=here if one.id == place.card.id_list else EMPTY)
        for one in place.lists
    )


def _moved(place: Place, to: str) -> tuple[SafeText, ...]:
    """What a move to that list would change."""
    names = {one.id: clean(one.name) for one in place.lists}
    if to not in names:
        raise refused("the board has no such open list")
    if to == place.card.id_list:
        return (SafeText("nothing: it is there already"),)
    return (clean(f"from {names.get(place.card.id_list, 'an archived list')} to {names[to]}", 300),)
