from collections.abc import Sequence

class BaseObject:
    def __init__(self, api: object = ..., **facts: object) -> None: ...
    def to_dict(self, serialize: bool = ...) -> dict[str, object]: ...

class User(BaseObject):
    id: int
    name: str
    role: str

class Group(BaseObject):
    id: int
    name: str

class View(BaseObject):
    id: int
    title: str

class ViewCount(BaseObject):
    value: int | None
    fresh: bool

class Comment(BaseObject):
    id: int
    body: str
    public: bool
    author_id: int
    attachments: Sequence[BaseObject]

class Ticket(BaseObject):
    id: int
    subject: str
    status: str
    priority: str | None
    assignee_id: int | None
    comment: Comment

class TicketAudit(BaseObject):
    ticket: Ticket

class MacroResult(BaseObject):
    ticket: Ticket

class Macro(BaseObject):
    id: int
    title: str

class TicketField(BaseObject):
    id: int
    title: str

class Upload(BaseObject):
    token: str
