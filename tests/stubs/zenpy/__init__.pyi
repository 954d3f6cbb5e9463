import requests

from zenpy.lib.api import AttachmentApi, GroupApi, MacroApi, SearchApi, TicketApi, TicketFieldApi, UserApi, ViewApi

__version__: str

class Zenpy:
    users: UserApi
    groups: GroupApi
    macros: MacroApi
    search: SearchApi
    tickets: TicketApi
    ticket_fields: TicketFieldApi
    attachments: AttachmentApi
    views: ViewApi
    def __init__(
        self,
        domain: str = ...,
        subdomain: str | None = ...,
        email: str | None = ...,
        token: str | None = ...,
        oauth_token: str | None = ...,
        password: str | None = ...,
        session: requests.Session | None = ...,
        anonymous: bool = ...,
        timeout: float | None = ...,
        ratelimit_budget: int | None = ...,
        proactive_ratelimit: int | None = ...,
        proactive_ratelimit_request_interval: int = ...,
        disable_cache: bool = ...,
        password_treatment_level: str = ...,
    ) -> None: ...
