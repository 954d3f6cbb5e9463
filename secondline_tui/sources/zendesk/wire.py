"""The parts of Zendesk's answers that we use. Times are RFC 3339; ids are integers; much else may be null."""

from __future__ import annotations

from typing import TypeVar

from pydantic import Field, model_validator

from secondline_tui.sources.wire import Moment, Wire


class User(Wire):
    """Somebody, as a side-load tells of them."""

    id: int
    name: str


class Myself(Wire):
    """The account that the credentials belong to; nobody's has no id."""

    id: int | None
    name: str
    email: str | None = None
    role: str
    """end-user, agent or admin."""
    default_group_id: int | None = None
    """The team that a ticket goes to with its agent, where it has none."""
    only_private_comments: bool | None = None
    """Whether it may write internal notes only."""
    ticket_restriction: str | None = None
    """Which tickets it sees: None for all, else "organization", "groups", "assigned" or "requested"."""

    @property
    def agent(self) -> bool:
        """Whether it works here, and so may see anything at all."""
        return self.role in ("agent", "admin")


class MyselfAnswer(Wire):
    """GET /users/me. It answers anybody: credentials that were not understood are told by an id of null only."""

    user: Myself


class Group(Wire):
    """A team, as a side-load tells of it."""

    id: int
    name: str


class Target(Wire):
    """A service-level target on a ticket."""

    breach_at: Moment = None
    stage: str
    """active, paused or achieved."""


class Targets(Wire):
    """The `slas` side-load."""

    policy_metrics: list[Target]


class TicketRow(Wire):
    """A ticket in a list or a search."""

    id: int = Field(gt=0)
    subject: str | None
    description: str | None = None
    status: str
    priority: str | None
    requester_id: int | None
    assignee_id: int | None
    group_id: int | None
    created_at: Moment
    updated_at: Moment
    due_at: Moment = None
    tags: list[str]
    slas: Targets | None = None
    """None on plans without service-level agreements."""
    result_type: str = "ticket"
    """What a search found; lists of tickets do not say."""


class Attachment(Wire):
    """A file on a comment."""

    file_name: str


class Comment(Wire):
    """Something written on a ticket."""

    author_id: int
    body: str
    plain_body: str | None = None
    public: bool
    created_at: Moment
    attachments: list[Attachment] = Field(default_factory=list)


class CustomField(Wire):
    """The value of a field that the account has added."""

    id: int
    value: object = None


class TicketField(Wire):
    """Such a field itself."""

    id: int
    title: str


class TicketAnswer(Wire):
    """GET /tickets/{id}, raw: a person who opens a ticket sees every attribute."""

    ticket: dict[str, object]
    users: list[object] = Field(default_factory=list)
    groups: list[object] = Field(default_factory=list)


class ViewRow(Wire):
    """A view."""

    id: int
    title: str
    active: bool = True


class ViewsAnswer(Wire):
    """GET /views/show_many: ids that mean nothing to this account are left out without a word."""

    views: list[ViewRow]


class UsersAnswer(Wire):
    """GET /users/show_many."""

    users: list[object]


class CountAnswer(Wire):
    """GET /search/count."""

    count: int


# -- pages -------------------------------------------------------------------------------------------------------------


class Meta(Wire):
    """Whether more follows, where paging goes by cursor."""

    has_more: bool


class Ways(Wire):
    """Where it follows."""

    next: str | None = None


class Page(Wire):
    """One page of any list. By cursor it carries `meta` and `links`, by number `count` and `next_page`; without
    either it cannot be known whether it is the last.
    """

    rows: list[object]
    users: list[object] | None = None
    """None where they were not side-loaded."""
    groups: list[object] = Field(default_factory=list)
    meta: Meta | None = None
    links: Ways = Ways()
    next_page: str | None = None
    count: int | None = None
    """Rows on all pages together."""

    @model_validator(mode="after")
    def _tells_of_more(self) -> Page:
        if self.meta is None:
            if self.count is None or "next_page" not in self.model_fields_set:
                raise ValueError("does not say whether there is more")
        elif self.meta.has_more and not self.links.next:
            raise ValueError("says that there is more, and not where")
        return self

    @property
    def following(self) -> str | None:
        """Address of the next page, None on the last."""
        if self.meta is not None:
            return self.links.next if self.meta.has_more else None
        return self.next_page

    def ids(self) -> set[str]:
        """What tells one row from another."""
        return {str(row.get("id")) if isinstance(row, dict) else str(row) for row in self.rows}


PageT = TypeVar("PageT", bound=Page)


class TicketPage(Page):
    """Of tickets in a view."""

    rows: list[object] = Field(alias="tickets")


class ResultPage(Page):
    """Of a search."""

    rows: list[object] = Field(alias="results")


class CommentPage(Page):
    """Of comments."""

    rows: list[object] = Field(alias="comments")


class FieldPage(Page):
    """Of ticket fields."""

    rows: list[object] = Field(alias="ticket_fields")
