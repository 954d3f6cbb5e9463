"""Questions to Icinga 2 about its objects (POST /v1/objects/TYPE, said to be a GET)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.text import SafeText
from secondline_tui.sources.errors import bad_reply, failed
from secondline_tui.sources.http import Http
from secondline_tui.sources.icinga2.wire import NameRow, Results
from secondline_tui.sources.wire import envelope, rows

Plural = Literal["services", "hosts", "comments", "downtimes"]

NAMES_AT_ONCE = 1_000


class Objects:
    """The objects of one Icinga 2, as far as the account may see them."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self.filters = True
        """Whether filters may be sent, as far as is known. From 2.17 on they need a permission of their own."""

    async def ask(self, plural: Plural, **question: object) -> list[object]:
        """The results of one question."""
        try:
            # Only the diagnostic words tell a missing permission from a missing object, and `verbose` asks for them.
            answer = await self._http.query(f"/v1/objects/{plural}", plural, {"verbose": True, **question})
        except PollFailed as refused:
            said = refused.fault.message
            if refused.fault.kind is FaultKind.NOT_FOUND and "Missing permission" in said:
                raise failed(FaultKind.FORBIDDEN, said) from None
            raise
        return envelope(Results, answer, plural).results

    async def one(self, plural: Plural, name: str, **question: object) -> object:
        """The one object of that full name; None where there is none, or none that this account may see."""
        try:
            found = await self.ask(plural, **{plural.removesuffix("s"): name}, **question)
        except PollFailed as refused:
            if _gone(refused):
                return None
            raise
        return found[0] if found else None

    async def problems(
        self, plural: Plural, attrs: Sequence[str], joins: Sequence[str]
    ) -> tuple[list[object], list[SafeText]]:
        """The services or hosts in trouble; (results, reasons of names not understood)."""
        found = await self._filtered(plural, f"{plural.removesuffix('s')}.problem", attrs=attrs, joins=joins)
        if found is not None:
            return found, []
        try:
            return await self._named(plural, attrs, joins)
        except _VanishedError:  # objects come and go, though not often enough to do so twice
            pass
        try:
            return await self._named(plural, attrs, joins)
        except _VanishedError:
            raise bad_reply(f"not all of the {plural} that it lists") from None

    async def remarks(self, plural: Plural, attrs: Sequence[str]) -> list[object]:
        """The comments or downtimes on whatever is in trouble; without filters, on everything."""
        about_problems = "service && service.problem || !service && host.problem"
        found = await self._filtered(plural, about_problems, attrs=attrs)
        return await self.ask(plural, attrs=attrs) if found is None else found

    async def about(self, plural: Plural, name: str, attrs: Sequence[str]) -> list[object]:
        """The comments or downtimes on one object; without filters, on everything."""
        one = plural.removesuffix("s")
        host, _, service = name.partition("!")
        told = {"on_host": host, "on_service": service}
        exactly = f"{one}.host_name == on_host && {one}.service_name == on_service"
        found = await self._filtered(plural, exactly, filter_vars=told, attrs=attrs)
        return await self.ask(plural, attrs=attrs) if found is None else found

    async def _named(
        self, plural: Plural, attrs: Sequence[str], joins: Sequence[str]
    ) -> tuple[list[object], list[SafeText]]:
        """The same without filters: whatever is a problem by its name."""
        everything = await self.ask(plural, attrs=["problem"])
        names, odd = await rows(NameRow, everything, lambda row: row.name if row.attrs.problem else None, plural)
        found: list[object] = []
        for start in range(0, len(names), NAMES_AT_ONCE):
            part = {plural: names[start : start + NAMES_AT_ONCE]}
            try:
                found += await self.ask(plural, attrs=attrs, joins=joins, **part)
            except PollFailed as refused:
                raise _VanishedError if _gone(refused) else refused from None
        if not set(names) <= {row.get("name") for row in found if isinstance(row, dict)}:
            raise _VanishedError
        return found, odd

    async def _filtered(self, plural: Plural, expression: str, **question: object) -> list[object] | None:
        """The objects for which the expression holds; None when this account may not send filters."""
        if not self.filters:
            return None
        try:
            return await self.ask(plural, filter=expression, **question)
        except PollFailed as refused:
            if refused.fault.kind is FaultKind.FORBIDDEN and "filter-expression" in refused.fault.message:
                self.filters = False
                return None
            raise


class _VanishedError(Exception):
    """An object that had been listed was not told of when it was asked for."""


def _gone(refused: PollFailed) -> bool:
    """Whether a refusal means that an object of that name is not there, or none that this account may see."""
    said = refused.fault.message
    gone = "Object does not exist" in said or "Access denied to object" in said
    return refused.fault.kind is FaultKind.NOT_FOUND and gone
