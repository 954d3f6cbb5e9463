"""The parts of Zendesk's answers that acting on a ticket needs beyond reading it."""

from __future__ import annotations

from pydantic import AliasChoices, Field

from secondline_tui.sources.wire import Moment, Wire
from secondline_tui.sources.zendesk.wire import Page

MARK = "secondline-tui"
"""The custom metadata of an update under which its action's id is kept."""


class Present(Wire):
    """A ticket as it is now."""

    id: int
    status: str
    custom_status_id: int | None = None
    priority: str | None = None
    requester_id: int | None = None
    assignee_id: int | None = None
    group_id: int | None = None
    updated_at: str = Field(min_length=1)
    """As Zendesk spells it: it goes back as the version that was seen."""
    is_public: bool = True
    email_cc_ids: list[int] = Field(default_factory=list)
    collaborator_ids: list[int] = Field(default_factory=list)
    """People in CC, and on accounts that tell them apart, followers too."""


class GroupRow(Wire):
    """A team that tickets can go to."""

    id: int
    name: str
    deleted: bool = False


class MacroRow(Wire):
    """Changes kept ready."""

    id: int
    title: str
    description: str | None = None
    active: bool = True


class Option(Wire):
    """One of the values of a field that every account has."""

    name: str
    value: str


class StatusRow(Wire):
    """A status that the account has added to one of Zendesk's own."""

    id: int
    agent_label: str
    status_category: str
    active: bool = True


class FieldRow(Wire):
    """A field of tickets: what it may be set to."""

    id: int
    type: str
    title: str
    system_field_options: list[Option] = Field(default_factory=list)
    custom_statuses: list[StatusRow] = Field(default_factory=list)


class Event(Wire):
    """A part of an update. There are dozens of types; those that we use are comments and changes."""

    type: object = None
    body: object = None
    plain_body: object = None
    public: object = None
    field_name: object = None
    value: object = None
    previous_value: object = None


class Audit(Wire):
    """One update of a ticket."""

    id: int
    author_id: int
    created_at: Moment = None
    """None in the answer to an update only, where it is not needed."""
    events: list[Event]
    metadata: dict[str, object] | None = None

    @property
    def mark(self) -> object:
        """The id of the action of ours that made it, None where another program or a person did."""
        custom = (self.metadata or {}).get("custom")
        return custom.get(MARK) if isinstance(custom, dict) else None


class Version(Wire):
    """Which ticket was updated, and when by Zendesk's clock."""

    id: int
    updated_at: str = Field(min_length=1)


class Updated(Wire):
    """PUT /tickets/{id}."""

    ticket: Version
    audit: Audit | None = None


class Outcome(Wire):
    """A ticket as a macro would leave it."""

    ticket: dict[str, object]


class Applied(Wire):
    """GET /tickets/{id}/macros/{id}/apply."""

    result: Outcome


class GroupPage(Page):
    """Of groups."""

    rows: list[object] = Field(validation_alias=AliasChoices("groups"))  # also the name of a side-load


class MacroPage(Page):
    """Of macros."""

    rows: list[object] = Field(alias="macros")


class AuditPage(Page):
    """Of updates."""

    rows: list[object] = Field(alias="audits")
