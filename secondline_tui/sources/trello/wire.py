"""The parts of Trello's answers that we use. Times are RFC 3339; positions are any numbers, smaller ones first."""

from __future__ import annotations

from pydantic import AwareDatetime, ConfigDict, Field, RootModel
from pydantic.alias_generators import to_camel

from secondline_tui.sources.wire import Moment, Wire


class TrelloWire(Wire):
    """Trello writes its keys in camel case."""

    model_config = ConfigDict(alias_generator=to_camel)


class BoardList(TrelloWire):
    """A list of the board, with its cards as they came."""

    id: str = Field(min_length=1)
    name: str
    cards: list[object]


class BoardLists(RootModel[list[BoardList]]):
    """The answer about a board's lists. One list not understood could be the one we want: then there is no answer."""


class Label(TrelloWire):
    """A label; many boards use colours without names."""

    name: str | None = None
    color: str | None = None


class Badges(TrelloWire):
    """What Trello counts on the front of a card."""

    comments: int = Field(ge=0)


class CardRow(TrelloWire):
    """A card, with the fields asked for."""

    id: str = Field(pattern=r"^[0-9a-fA-F]{24}$")
    name: str
    desc: str = ""
    due: Moment = None
    due_complete: bool = False
    date_last_activity: Moment
    id_list: str
    id_members: list[str]
    labels: list[Label]
    badges: Badges
    pos: float
    short_url: str = ""
    url: str = ""


CARD_FIELDS = ",".join(to_camel(name) for name in CardRow.model_fields if name != "id")


class Person(TrelloWire):
    """A member. Accounts that were removed may lack either name."""

    full_name: str | None = None
    username: str | None = None


class Member(Person):
    """A member of the board."""

    id: str


class Rows(RootModel[list[object]]):
    """An answer that is a list, its rows as they came."""


class BoardInfo(TrelloWire):
    """The board itself."""

    name: str
    closed: bool


class Said(TrelloWire):
    """What a comment says."""

    text: str


class Comment(TrelloWire):
    """A comment on a card: an action of type commentCard."""

    id: str
    date: Moment
    data: Said
    member_creator: Person | None = None


class CheckItem(TrelloWire):
    """One line of a checklist."""

    name: str
    state: str
    pos: float = 0.0


class Checklist(TrelloWire):
    """A checklist of a card."""

    name: str
    pos: float = 0.0
    check_items: list[CheckItem] = Field(default_factory=list)


class Attachment(TrelloWire):
    """A file or an address attached to a card."""

    name: str = ""
    url: str = ""


class OpenedCard(TrelloWire):
    """A card with what hangs on it."""

    id: str
    desc: str = ""
    badges: Badges
    members: list[Person] = Field(default_factory=list)
    checklists: list[Checklist] = Field(default_factory=list)
    attachments: list[Attachment] = Field(default_factory=list)


class Myself(Person):
    """Whose the token is."""

    id: str = Field(min_length=1)


class Prefs(TrelloWire):
    """A board's settings."""

    permission_level: str


class BoardFacts(BoardInfo):
    """The board and who may see it."""

    id: str = Field(min_length=1)
    prefs: Prefs


class ListName(TrelloWire):
    """A list without its cards."""

    id: str = Field(min_length=1)
    name: str


class ListNames(RootModel[list[ListName]]):
    """A board's lists, in its order."""


class CardState(TrelloWire):
    """Where a card is, and how."""

    id: str
    id_board: str
    id_list: str
    closed: bool
    due_complete: bool
    date_last_activity: Moment = None

    def told(self, attribute: str) -> object:
        """The value of an attribute, by Trello's name."""
        return self.model_dump(by_alias=True)[attribute]


STATE_FIELDS = ",".join(to_camel(name) for name in CardState.model_fields if name != "id")


class Done(TrelloWire):
    """What an action was about: a comment's text, or the card's changed attribute and what it was before."""

    text: str | None = None
    card: dict[str, object] = Field(default_factory=dict)
    old: dict[str, object] = Field(default_factory=dict)
    list_after: ListName | None = None


class Deed(TrelloWire):
    """An action: what somebody did to a card. The account may be gone."""

    id: str = Field(min_length=1)
    type: str
    date: AwareDatetime
    id_member_creator: str | None = None
    member_creator: Person | None = None
    data: Done

    def made(self, attribute: str) -> object:
        """What it made of an attribute of the card; None when it did not change that one."""
        if self.type != "updateCard" or attribute not in self.data.old:
            return None
        moved_to = self.data.list_after.id if self.data.list_after else None
        return self.data.card.get(attribute, moved_to if attribute == "idList" else None)


class MadeCard(TrelloWire):
    """The answer to a card that was made."""

    id: str = Field(pattern=r"^[0-9a-fA-F]{24}$")
    name: str
    id_list: str


class CardText(TrelloWire):
    """What a card says."""

    desc: str


class Attached(TrelloWire):
    """A file that hangs on a card."""

    name: str
    size: int | None = Field(None, alias="bytes")


class Identified(TrelloWire):
    """The one thing that every row of a paged answer has."""

    id: str = Field(min_length=1)
