"""Where a rota is kept: in a file or at an address. Both give its bytes, or raise PollFailed."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from secondline_tui.config.sources import Rota
from secondline_tui.config.withheld import remember
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources import tls
from secondline_tui.sources.errors import bad_reply, failed
from secondline_tui.sources.http import Anonymous, Http
from secondline_tui.sources.lane import Lane
from secondline_tui.sources.rota.sheet import LIMIT

ACCEPT = {"Accept": "text/csv, text/plain;q=0.8, */*;q=0.5"}


class Place(Protocol):
    """Somewhere to read a rota from."""

    async def read(self) -> bytes:
        """Everything that is there; PollFailed tells why it cannot be had."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def place_of(name: str, source: Rota) -> Place:
    """The place that the configuration names. Blocks while secrets are fetched."""
    if source.url is None:
        return FilePlace(name, source.file or Path())
    return Address(source, source.url)


class FilePlace:
    """A file, read on a thread: it may be on a disk of the network."""

    def __init__(self, name: str, path: Path) -> None:
        self._path = path.expanduser()
        self._lane = Lane(f"{name}:file")

    async def read(self) -> bytes:
        """What is in the file."""
        return await self._lane.call(self._bytes)

    async def close(self) -> None:
        """Let the thread end."""
        self._lane.close()

    def _bytes(self) -> bytes:
        path = self._path
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                raise failed(FaultKind.NOT_FOUND, f"{path}: not a file")
            with path.open("rb") as file:
                data = file.read(LIMIT + 1)
        except FileNotFoundError:
            raise failed(FaultKind.NOT_FOUND, f"{path}: no such file") from None
        except PermissionError:
            raise failed(FaultKind.FORBIDDEN, f"{path}: we may not read it") from None
        except OSError as error:
            raise failed(FaultKind.UNREACHABLE, f"{path}: {error.strerror}") from None
        if len(data) > LIMIT:
            raise bad_reply(f"{path}: more than {LIMIT // 2**20} MB")
        return data


class Address:
    """An address, such as that of a published sheet. Without headers nothing secret is sent, and its redirects are
    followed: those sheets are handed out by another host.
    """

    def __init__(self, source: Rota, url: str) -> None:
        self._url = urlsplit(url)
        for values in parse_qs(self._url.query).values():
            for value in values:
                remember(value)  # such as a key that opens the sheet
        headers = {name: secret.resolve() for name, secret in source.headers.items()}
        self._secretive = bool(headers)
        self._http = (Http if headers else Anonymous)(
            f"{self._url.scheme}://{self._url.netloc}",
            headers=headers,
            tls=tls.context(source.ca_file),
            server_name=source.server_name,
            proxy=source.proxy,
            deadline=source.deadline,
        )

    async def read(self) -> bytes:
        """What is at the address."""
        query = parse_qs(self._url.query, keep_blank_values=True)
        try:
            return await self._http.body("GET", self._url.path, params=query, headers=ACCEPT, limit=LIMIT)
        except PollFailed as refused:
            raise self._explained(refused) from None

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.close()

    def _explained(self, refused: PollFailed) -> PollFailed:
        """What to do about a sheet that is not open to us."""
        fault = refused.fault
        if fault.kind is FaultKind.UNAUTHORISED and not fault.stop:
            return failed(
                fault.kind, "sends us to a login page: publish the sheet to the web as CSV, or share its link"
            )
        if fault.kind is FaultKind.REDIRECTED and self._secretive:
            return failed(fault.kind, f"{fault.message} (with headers set, redirects are not followed)")
        return refused
