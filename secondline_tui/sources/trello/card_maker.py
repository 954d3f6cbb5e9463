"""Makes cards: the card with one request, then its picture with another. Synchronous, through py-trello."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta

from pydantic import ValidationError

from secondline_tui.config.pictures import Pictures
from secondline_tui.domain.actions import Finding, Intent, Receipt, Refused
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.new_card import is_made, split
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import EMPTY, SafeText
from secondline_tui.sources.clocks import UNTIMELY, Sent
from secondline_tui.sources.trello.client import AT_ONCE
from secondline_tui.sources.trello.deeds import SKEW, TEXT_LIMIT, plain, since
from secondline_tui.sources.trello.library import Library, part
from secondline_tui.sources.trello.mapping import person_name
from secondline_tui.sources.trello.wire import Attached, CardText, Deed, MadeCard, Rows
from secondline_tui.sources.wire import envelope
from secondline_tui.sources.writing import not_sent, refused

MOST = 20
"""Cards of ours that are looked at for the one that was made; nobody makes more within minutes."""
REACH = timedelta(days=1)
"""How long before the sending a card may seem to have been made: as far as clocks are believed to be wrong."""
PNG = "image/png"
DELETED = SafeText("somebody has deleted it since")
TIMELESS = SafeText("Trello does not tell its time, or it is more than a day from ours: it may have been made")


def faults(intent: Intent) -> Refused | None:
    """What makes a card one that Trello would never take."""
    if is_made(intent):
        return None
    title, text = split(intent.text)
    if not title:
        return refused("a card needs a title: its first line")
    if not intent.to:
        return refused("no list was chosen")
    for what, words in (("title", title), ("text", text)):
        size = len(words.encode("utf-16-le", "surrogatepass")) // 2
        if size > TEXT_LIMIT:
            return refused(f"{size} characters of {what}: Trello takes at most {TEXT_LIMIT}")
    return None


class CardMaker:
    """Writes with one session and reads back with the other; who calls keeps the deadline."""

    def __init__(self, questions: Library, writes: Library, board: str, pictures: Pictures | None) -> None:
        self._questions = questions
        self._writes = writes
        self._board = board
        self._pictures = pictures

    # -- on the writes' lane -----------------------------------------------------------------------------------------

    def write(self, intent: Intent) -> Receipt:
        """The part that is next, with one request; ValidationError or ValueError for an answer that is no yes."""
        return self._attach(intent) if is_made(intent) else self._make(intent)

    def _make(self, intent: Intent) -> Receipt:
        title, text = split(intent.text)
        told = {"idList": intent.to, "name": title, "desc": text}
        answer: object = self._writes.client.fetch_json("cards", http_method="POST", post_args=told)
        card = MadeCard.model_validate(answer)
        if card.id_list != intent.to or card.name != title:
            raise ValueError("not the card that was asked for")
        return Receipt(remote=card.id, ref=_called(intent, card.id), rest=bool(intent.picture))

    def _attach(self, intent: Intent) -> Receipt:
        content = self._picture(intent)
        if content is None:
            raise not_sent("the picture is not kept on this machine any more")
        card = self._writes.card(intent.ref.key)
        answer: object = card.attach(name=intent.picture, mimeType=PNG, file=io.BytesIO(content))
        made = Attached.model_validate(answer)
        if made.name != intent.picture:
            raise ValueError("not the picture that was sent")
        return Receipt(remote=intent.ref.key)

    def _picture(self, intent: Intent) -> bytes | None:
        try:
            return self._pictures.read(intent.picture) if self._pictures is not None else None
        except OSError:
            return None

    # -- on the questions' lane --------------------------------------------------------------------------------------

    def shown(self, intent: Intent, me: str, sent_at: datetime, claimed: AbstractSet[str], *, as_me: bool) -> Finding:
        """Whether Trello shows the part that was sent last. `as_me`: certainly sent as this account."""
        if is_made(intent):
            return self._picture_shown(intent) if intent.picture else self._card_shown(intent.ref.key)
        title, text = split(intent.text)
        made = [deed for deed in self._made(sent_at) if _card(deed) not in claimed]
        sent = Sent.of(sent_at, self._questions.ahead)
        mine = [deed for deed in made if deed.id_member_creator == me]
        finding = Finding(there=False)
        for deed in [deed for deed in mine if sent.about(deed.date, SKEW)][:MOST]:
            key, named = _card(deed), _title(deed) == title
            card = self._text_of(key)
            if card is None and named:
                return replace(_found(intent, key), told=DELETED, rest=False)
            alike = card is not None and plain(card.desc) == text
            if alike and (named or text):  # a colleague may have given it another title since
                return _found(intent, key)
            if named:
                told = SafeText("there is a card of yours with that title, whose text is another one")
                finding = Finding(there=None, told=told)
        if finding.there is None:
            return finding
        return self._doubt(intent, made if not as_me else mine, me, sent) or finding

    def _doubt(self, intent: Intent, made: Sequence[Deed], me: str, sent: Sent) -> Finding | None:
        """Why a card that was not found may be there all the same."""
        if not sent.exact or abs(sent.ahead) > REACH:
            return Finding(there=None, told=TIMELESS)
        title, text = split(intent.text)
        for deed in [deed for deed in made if _title(deed) == title][:MOST]:
            card = self._text_of(_card(deed))
            if card is None or plain(card.desc) == text:
                mine = deed.id_member_creator == me
                told = UNTIMELY if mine else SafeText(f"{person_name(deed.member_creator)} has made such a card")
                return Finding(there=None, told=told)
        return None

    def _made(self, sent_at: datetime) -> list[Deed]:
        """What tells of cards that were made since, or some time before; the first one first."""
        who = {"member": "false", "memberCreator_fields": "fullName,username"}
        answer = self._questions.get(
            f"{self._board}/actions", filter="createCard", limit=AT_ONCE, since=since(sent_at - REACH), **who
        )
        deeds = _deeds(envelope(Rows, answer, "what was done on the board").root)
        return sorted((deed for deed in deeds if deed.type == "createCard"), key=lambda deed: (deed.date, deed.id))

    def _text_of(self, key: str) -> CardText | None:
        """A card's text, None where it is gone."""
        try:
            answer = self._questions.get(f"cards/{part(key)}", fields="desc")
        except PollFailed as failure:
            if failure.fault.kind is not FaultKind.NOT_FOUND:
                raise
            return None
        return envelope(CardText, answer, "the card")

    def _card_shown(self, key: str) -> Finding:
        """A card that Trello said it made, and that takes no picture."""
        return Finding(there=True, remote=key, told=DELETED if self._text_of(key) is None else EMPTY)

    def _picture_shown(self, intent: Intent) -> Finding:
        try:
            answer = self._questions.get(f"cards/{part(intent.ref.key)}/attachments", fields="name,bytes")
        except PollFailed as failure:
            if failure.fault.kind is not FaultKind.NOT_FOUND:
                raise
            return Finding(there=False, told=SafeText("the card is gone"))
        content = self._picture(intent)
        for row in envelope(Rows, answer, "the card's attachments").root:
            try:
                one = Attached.model_validate(row)
            except ValidationError:
                continue
            if one.name == intent.picture and (content is None or one.size in (None, len(content))):
                return Finding(there=True, remote=intent.ref.key)
        return Finding(there=False)


def _called(intent: Intent, key: str) -> ItemRef:
    return replace(intent.ref, key=key)


def _found(intent: Intent, key: str) -> Finding:
    return Finding(there=True, remote=key, ref=_called(intent, key), rest=bool(intent.picture))


def _card(deed: Deed) -> str:
    return str(deed.data.card.get("id"))


def _title(deed: Deed) -> str:
    return plain(str(deed.data.card.get("name")))


def _deeds(rows: list[object]) -> Iterator[Deed]:
    """What is understood of the answer: what we look for is ours, and so it is."""
    for row in rows:
        try:
            yield Deed.model_validate(row)
        except ValidationError:
            continue
