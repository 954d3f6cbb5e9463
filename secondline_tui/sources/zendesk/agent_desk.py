"""What an agent does at the desk beyond reading queues: looks at what can be done to a ticket, and does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from secondline_tui.domain.health import PollFailed
from secondline_tui.sources.wire import RowT, envelope, parse_json
from secondline_tui.sources.writing import unanswered
from secondline_tui.sources.zendesk.agent_wire import (
    Applied,
    Audit,
    AuditPage,
    FieldRow,
    GroupPage,
    GroupRow,
    MacroPage,
    MacroRow,
    Updated,
)
from secondline_tui.sources.zendesk.desk import Desk, address_of
from secondline_tui.sources.zendesk.paging import whole
from secondline_tui.sources.zendesk.wire import Page, TicketAnswer

LENT_SECONDS = 300.0
"""What zenpy is told to wait for an answer; the guard below it knows the true deadline, and keeps it."""


class AgentDesk(Desk):
    """Asks one Zendesk, and writes to it where its gate lets it. Blocks."""

    def present(self, number: int) -> TicketAnswer:
        """One ticket, with the people and the group that it names."""
        url = self._zenpy.tickets.endpoint(id=number, include="users,groups")
        return envelope(TicketAnswer, self._json(address_of(url)), "the ticket")

    def groups(self) -> list[GroupRow]:
        """The teams that tickets can go to."""
        url = self._zenpy.groups.endpoint.assignable(cursor_pagination=True)
        pages = whole(self._json, address_of(url), GroupPage, "the groups")
        return [group for group in _each(GroupRow, pages, "a group") if not group.deleted]

    def macros(self) -> list[MacroRow]:
        """The macros that this agent may use."""
        url = self._zenpy.macros.endpoint(active=True, only_viewable=True, cursor_pagination=True)
        pages = whole(self._json, address_of(url), MacroPage, "the macros")
        return [macro for macro in _each(MacroRow, pages, "a macro") if macro.active]

    def applied(self, number: int, macro: int) -> Mapping[str, object]:
        """The ticket as a macro would leave it. Nothing is changed."""
        url = self._zenpy.tickets.endpoint.macro(number, macro)
        return envelope(Applied, self._json(address_of(url)), "the macro's effect").result.ticket

    def fields(self) -> list[FieldRow]:
        """What the fields of tickets may be set to."""
        return _each(FieldRow, self.ticket_fields(), "a ticket field")

    def audits(self, number: int) -> list[Audit]:
        """Every update of a ticket, oldest first."""
        url = self._zenpy.tickets.endpoint.audits(id=number, cursor_pagination=True)
        return _each(Audit, whole(self._json, address_of(url), AuditPage, "the ticket's updates"), "an update")

    def update(self, number: int, changes: Mapping[str, object]) -> Updated:
        """Change a ticket: one request, through zenpy's own way of sending. Raises NotDone.

        Its builder of objects is left out: it would drop the null that takes a ticket from somebody.
        """
        api = self._zenpy.tickets
        address = address_of(api.endpoint(id=number))
        body = api._serialize({"ticket": changes})
        response = api._call_api(self._session.put, address, json=body, timeout=LENT_SECONDS)
        try:
            updated = envelope(Updated, parse_json(response.content, "the updated ticket"), "the updated ticket")
        except PollFailed as odd:
            raise unanswered(odd.fault.message) from None
        if updated.ticket.id != number:
            raise unanswered(f"answered with another ticket, #{updated.ticket.id}")
        return updated


def _each(model: type[RowT], pages: Sequence[Page], what: str) -> list[RowT]:
    """Every row of the pages; none may be odd, since what it says is to be acted upon."""
    return [envelope(model, row, what) for page in pages for row in page.rows]
