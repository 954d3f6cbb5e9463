"""A published Google Sheet as it is really answered: a 307 to another host, cookies on the way, a CSV with its ways."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Rota as Settings
from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.items import Planned
from secondline_tui.sources.errors import redirect_failure
from secondline_tui.sources.rota.reader import RotaReader, reader
from tests.sources.raw_server import RawServer, at_once, http, serving

MOVED = b"<HTML>\n<HEAD>\n<TITLE>Temporary Redirect</TITLE>\n</HEAD>\n</HTML>\n"
SHEET = "/spreadsheets/d/e/2PACX-1vSamLoginOauth_x/pub?gid=0&single=true&output=csv&key=s3cr3t-k3y"
HANDED_OUT = "/pub/54bogvaave6cua4cdnls17ksc4/abc/1794994260000/105250506097979753968/*/e@2PACX-1vSamLoginOauth_x"
CSV = (
    "\N{ZERO WIDTH NO-BREAK SPACE}week,inhours_primary,inhours_secondary,notes\r\n"
    '16/11/2026-22/11/2026,"Ana Sowande (Zoë Ng on 18/11/2026,\n Bo Łukasik on 19/11/2026)",Cy Ó Dálaigh,'
    '"two\nlines, ""quoted"""\r\n'
    "23/11/2026-29/11/2026,Bo Łukasik,Ana Sowande,"
).encode()
LOGIN_PAGE = b"<!DOCTYPE html><html><body>Sign in to continue to Google Sheets</body></html>"
made: list[RotaReader] = []


@pytest.fixture(autouse=True)
async def _closed_in_the_end() -> AsyncIterator[None]:
    yield
    while made:
        await made.pop().close()


def open_reader(url: str, **told: object) -> RotaReader:
    settings = Settings.model_validate({"type": "rota", "deadline": 5, "url": url, **told})
    made.append(reader("rota", settings, Config()))
    return made[-1]


def redirect(location: str) -> bytes:
    cookies = (
        "Set-Cookie: COMPASS=s3cr3t-c00k1e; Path=/; HttpOnly\r\nSet-Cookie: NID=s3cr3t-n1d; domain=.google.example\r\n"
    )
    return http(MOVED, 307, "text/html; charset=UTF-8", f"Location: {location}\r\n{cookies}")


def elsewhere(url: str) -> str:
    """The same server under another name: to cookies, another host."""
    return url.replace("127.0.0.1", "localhost")


async def fault(answer: RotaReader) -> Fault:
    with pytest.raises(PollFailed) as caught:
        await answer.fetch()
    return caught.value.fault


def plain(body: bytes) -> bytes:
    return http(body, 200, "text/csv", 'Content-Disposition: attachment; filename="Rota.csv"\r\nAge: 290\r\n')


def packed(body: bytes) -> bytes:
    return http(gzip.compress(body), 200, "text/csv", "Content-Encoding: gzip\r\n")


@contextmanager
def handed_out(answer: bytes) -> Iterator[tuple[RawServer, RawServer]]:
    """Where the sheet is published, and the host that hands it out."""
    with serving(at_once(answer)) as other, serving(at_once(redirect(elsewhere(other.url) + HANDED_OUT))) as first:
        yield first, other


@pytest.mark.parametrize("how", [plain, packed])
async def test_it_is_read_with_its_mark_quotes_and_lines_and_nothing_of_ours_goes_along(
    how: Callable[[bytes], bytes],
) -> None:
    with handed_out(how(CSV)) as (first, other):
        rota = open_reader(first.url + SHEET)
        for _ in range(2):  # the second time, cookies are known
            items = [item for item in (await rota.fetch()).items if isinstance(item, Planned)]
        assert len(first.requests) == len(other.requests) == 2
        assert SHEET.encode() in first.requests[0]
        for request in other.requests:
            head = request.split(b"\r\n")[0]
            assert head == f"GET {HANDED_OUT} HTTP/1.1".encode()
            assert b"s3cr3t" not in request
            assert not [
                line for line in request.lower().split(b"\r\n") if line.startswith((b"cookie", b"referer", b"auth"))
            ]
    primary = {str(item.person): (item.first, item.last) for item in items if item.role == "inhours_primary"}
    day = date(2026, 11, 18)
    assert primary["Zoë Ng"] == (day, day)
    assert primary["Bo Łukasik"] == (date(2026, 11, 23), date(2026, 11, 29))
    assert ("Cy Ó Dálaigh", date(2026, 11, 16)) in [
        (item.person, item.first) for item in items if item.role == "inhours_secondary"
    ]


@pytest.mark.parametrize(
    "login",
    ["https://accounts.google.example/v3/signin/identifier?continue=x", "https://accounts.google.example/ServiceLogin"],
)
async def test_a_login_page_behind_the_redirect_is_no_rota(login: str) -> None:
    with handed_out(http(b"", 302, extra=f"Location: {login}\r\n")) as (first, _):
        told = await fault(open_reader(first.url + SHEET))
    assert (told.kind, told.stop) == (FaultKind.UNAUTHORISED, False)
    assert "publish the sheet to the web as CSV" in told.message


@pytest.mark.parametrize("page", [LOGIN_PAGE, b"\xef\xbb\xbf\r\n " + LOGIN_PAGE])
async def test_a_page_where_the_sheet_should_be_is_no_rota(page: bytes) -> None:
    with handed_out(http(page, 200, "text/html")) as (first, _):
        told = await fault(open_reader(first.url + SHEET))
    assert told.kind is FaultKind.BAD_REPLY
    assert "is the sheet published as CSV?" in told.message


async def test_with_headers_of_ours_another_host_hears_nothing() -> None:
    with handed_out(plain(CSV)) as (first, other):
        told = await fault(open_reader(first.url + SHEET, headers={"Authorization": "Bearer s3cr3t-t0k3n"}))
        assert b"s3cr3t-t0k3n" in first.requests[0]
        assert other.requests == []
    assert told.kind is FaultKind.REDIRECTED
    assert "s3cr3t" not in told.message


async def test_a_cut_off_sheet_is_no_shorter_one() -> None:
    for end in (CSV.index(b",\n Bo"), CSV.rindex(b",Ana")):
        with handed_out(plain(CSV[:end])) as (first, _):
            assert (await fault(open_reader(first.url + SHEET))).kind is FaultKind.BAD_REPLY


@pytest.mark.parametrize(
    ("location", "login"),
    [
        (HANDED_OUT, False),
        ("/saml2/idp", True), ("/a/b/saml", True), ("/ServiceLogin", True), ("/o/oauth2/auth", True),
        ("/v3/signin/identifier", True), ("/authorize", True),
    ],
)  # fmt: skip
def test_random_letters_are_no_login(location: str, login: bool) -> None:
    kind = redirect_failure(307, f"https://doc-0s-20-sheets.googleusercontent.example{location}").fault.kind
    assert (kind is FaultKind.UNAUTHORISED) is login
