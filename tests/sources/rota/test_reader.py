from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Rota as Settings
from secondline_tui.demo.faults import Fault
from secondline_tui.demo.rota import LONDON, Rota, Shape
from secondline_tui.demo.world import World
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.items import Planned
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.sources import http as http_module
from secondline_tui.sources.rota.reader import RotaReader, reader
from tests.sources.bad_answers import FAILED_POLLS, HARMLESS
from tests.sources.raw_server import at_once, http, serving

SECRET = "s3cr3t-c00k1e"
TEAMS = (
    {"inhours_primary": "Ana Sowande", "inhours_secondary": "Bo Adéyẹmí", "oncall_primary": "Łukasz Øster"},
    {"inhours_primary": "Bo Adéyẹmí", "inhours_secondary": "Zoë Ng", "inhours_shadow": "Di", "oncall_primary": "Ek"},
)
CSV = b"date,primary\n2026-11-18,Ana\n2026-11-19,Bo\n"


opened: list[RotaReader] = []


def open_reader(**told: object) -> RotaReader:
    opened.append(reader("rota", Settings.model_validate({"type": "rota", "deadline": 5, **told}), Config()))
    return opened[-1]


@pytest.fixture(autouse=True)
async def _closed_in_the_end() -> AsyncIterator[None]:
    yield
    while opened:
        await opened.pop().close()


class Desk:
    def __init__(self, shape: Shape = "range") -> None:
        self.world = World()
        self.rota = Rota("rota", self.world.now, self.world.chance("rota"), shape=shape)
        self.rota.take_turns(TEAMS)
        self.world.add(self.rota)
        self.world.listen()

    @property
    def url(self) -> str:
        return self.world.urls["rota"] + self.rota.path

    def reader(self, **changes: object) -> RotaReader:
        return open_reader(**{"url": self.url, **self.rota.settings(), **changes})


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.world.close()


async def failure(made: RotaReader) -> PollFailed:
    with pytest.raises(PollFailed) as caught:
        await made.fetch()
    return caught.value


def told(items: tuple[object, ...]) -> list[dict[str, str]]:
    return [
        {"role": i.role, "person": i.person, "first": i.first.isoformat(), "last": i.last.isoformat()}
        for i in items
        if isinstance(i, Planned)
    ]


def by_role(rows: object) -> list[dict[str, str]]:
    assert isinstance(rows, list)
    return sorted(rows, key=lambda row: (row["role"], row["first"]))


# -- a poll -----------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["ordinal", "range", "daily", "commencing"])
async def test_every_shape_says_the_same_as_the_rota_holds(shape: Shape) -> None:
    desk = Desk(shape)
    try:
        today = datetime.fromtimestamp(desk.world.now(), LONDON).date()
        desk.rota.swap("inhours_primary", "Cy Ó Néill", today)
        reading = await desk.reader().fetch()
        assert by_role(told(reading.items)) == by_role(desk.rota.state()["rows"])
        assert reading.rejected == ()
        on = {i["role"]: i["person"] for i in told(reading.items) if i["first"] <= today.isoformat() <= i["last"]}
        assert on == desk.rota.people_on(today)
        assert on["inhours_primary"] == "Cy Ó Néill"
        assert desk.world.requests()[0]["path"] == "/rota.csv"
        assert len(desk.world.requests()) == 1
    finally:
        desk.world.close()


async def test_roles_and_week_one_come_from_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "rota.csv"
    file.write_text("week,first line\n2,Ana\n", "utf-8")
    made = open_reader(file=file, week_one="2026-11-16", roles={"Primary": "First Line"})
    (item,) = (await made.fetch()).items
    assert told((item,)) == [{"role": "Primary", "person": "Ana", "first": "2026-11-23", "last": "2026-11-29"}]


async def test_detail_is_the_rows_of_the_sheet(desk: Desk) -> None:
    made = desk.reader()
    week = desk.rota.this_week
    ref = ItemRef("rota", Kind.PLANNED, f"inhours_primary@{week.isoformat()}/Ana Sowande")
    attributes: dict[str, str] = dict((await made.detail(ref)).attributes)
    assert attributes["week (row 6)"] == f"{week:%d/%m/%Y}-{week + timedelta(days=6):%d/%m/%Y}"
    assert attributes["inhours_secondary (row 6)"] == "Bo Adéyẹmí"
    assert len(attributes) == 4
    with pytest.raises(PollFailed, match="no longer says this"):
        await made.detail(ItemRef("rota", Kind.PLANNED, "inhours_primary@2020-01-01/Ana"))
    assert len(desk.world.requests()) == 1


async def test_the_probe_says_whether_today_is_covered(desk: Desk) -> None:
    lines = await desk.reader().probe()
    assert lines[0] == "13 rows: weeks as first day - last day"
    assert lines[1].startswith("roles: inhours_primary, inhours_secondary")
    assert lines[2].startswith("from Mon ")
    assert lines[3].startswith("covers today, ")
    desk.rota.write("date,primary\n2020-01-01,Ana\n")
    assert (await desk.reader().probe())[-1].startswith("does not cover today: it ended ")


async def test_a_rota_of_the_past_is_an_answer(desk: Desk) -> None:
    desk.rota.write("date,primary\n2020-01-01,Ana\n")
    assert len((await desk.reader().fetch()).items) == 1


def test_today_is_the_shifts_today() -> None:
    config = Config.model_validate({"shift": {"timezone": "Pacific/Kiritimati"}})
    made = reader("rota", Settings.model_validate({"type": "rota", "file": "x"}), config)
    assert isinstance(made._today(), date)


# -- what goes wrong ----------------------------------------------------------------

SLOW = ("hang", "slow:3")


@pytest.mark.parametrize("kind", FAILED_POLLS)
async def test_every_way_to_answer_badly_is_a_failed_poll(desk: Desk, kind: str) -> None:
    desk.world.break_service("rota", Fault.parse(kind, None))
    expected = FAILED_POLLS[kind]
    failed = await failure(desk.reader(deadline=0.4 if kind in SLOW else 5))
    assert failed.fault.kind is expected


@pytest.mark.parametrize("shape", ["ordinal", "range", "daily", "commencing"])
async def test_a_rota_cut_off_is_no_shorter_rota(shape: Shape) -> None:
    desk = Desk(shape)
    desk.world.break_service("rota", Fault.parse("truncated", None))
    assert "cut off" in (await failure(desk.reader())).fault.message
    desk.world.close()


@pytest.mark.parametrize("kind", HARMLESS)
async def test_what_does_no_harm(desk: Desk, kind: str) -> None:
    desk.world.break_service("rota", Fault.parse(kind, None))
    reading = await desk.reader().fetch()
    assert by_role(told(reading.items)) == by_role(desk.rota.state()["rows"])
    assert len(reading.rejected) == (kind == "odd_row")


async def test_how_long_to_stay_away(desk: Desk) -> None:
    desk.world.break_service("rota", Fault.parse("rate_limit:42", None))
    assert (await failure(desk.reader())).fault.retry_after == 42


async def test_more_than_5_mb_are_no_rota(desk: Desk, tmp_path: Path) -> None:
    big = b"date,primary\n" + b"2026-11-18,Ana\n" * 360_000
    desk.rota.write(big)
    assert "more than 5 MB" in (await failure(desk.reader())).fault.message
    file = tmp_path / "big.csv"
    file.write_bytes(big)
    assert "more than 5 MB" in (await failure(open_reader(file=file))).fault.message


# -- files --------------------------------------------------------------------------


async def test_a_file_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "rota.csv").write_bytes(b"\xef\xbb\xbf" + CSV)
    made = open_reader(file="~/rota.csv")
    assert len((await made.fetch()).items) == 2
    (tmp_path / "rota.csv").write_bytes(CSV + b"2026-11-20,Cy\n")
    assert len((await made.fetch()).items) == 3
    await made.close()


async def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = await failure(open_reader(file=tmp_path / "none.csv"))
    assert (missing.fault.kind, missing.fault.message) == (FaultKind.NOT_FOUND, f"{tmp_path}/none.csv: no such file")
    assert "not a file" in (await failure(open_reader(file=tmp_path))).fault.message
    (tmp_path / "empty.csv").touch()
    assert (await failure(open_reader(file=tmp_path / "empty.csv"))).fault.kind is FaultKind.BAD_REPLY
    file = tmp_path / "rota.csv"
    file.write_bytes(CSV)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert (await failure(open_reader(file=file))).fault.kind is FaultKind.FORBIDDEN
    monkeypatch.setattr(Path, "open", lambda *_: (_ for _ in ()).throw(OSError(5, "Input/output error")))
    failed = await failure(open_reader(file=file))
    assert (failed.fault.kind, failed.fault.message) == (FaultKind.UNREACHABLE, f"{file}: Input/output error")


def test_a_rota_has_one_place_and_keeps_its_headers_to_itself() -> None:
    for told_wrong in ({}, {"file": "x", "url": "https://x.example"}, {"url": "https://user:pw@x.example/"}):
        with pytest.raises(ValueError, match=r"needs either|not a plain"):
            open_reader(**told_wrong)
    with pytest.raises(ValueError, match="plain http"):
        open_reader(url="http://rota.example.org/x.csv", headers={"Cookie": SECRET})


# -- addresses ------------------------------------------------------------------------


async def test_the_query_belongs_to_the_address(desk: Desk) -> None:
    desk.rota.write(CSV)
    await desk.reader(url=f"{desk.url}?gid=0&single=true&output=csv&empty=&twice=a&twice=b#gid=0").fetch()
    assert desk.world.requests()[0]["path"] == "/rota.csv?gid=0&single=true&output=csv&empty=&twice=a&twice=b"


async def test_a_published_sheet_is_handed_out_by_another_host() -> None:
    with serving(at_once(http(CSV, content_type="text/csv"))) as other:
        answer = http(b"", 307, extra=f"Location: {other.url}/pub/abc/sso7?x=1\r\n")
        with serving(at_once(answer)) as first:
            made = open_reader(url=f"{first.url}/spreadsheets/d/e/2PACX/pub?output=csv")
            assert len((await made.fetch()).items) == 2
            assert b"GET /pub/abc/sso7?x=1 HTTP/1.1" in other.requests[0]
            assert b"text/csv" in other.requests[0]
            assert len(first.requests) == len(other.requests) == 1


async def test_with_headers_no_redirect_is_followed() -> None:
    with serving(at_once(http(CSV))) as other:
        with serving(at_once(http(b"", 302, extra=f"Location: {other.url}/x\r\n"))) as first:
            failed = await failure(open_reader(url=f"{first.url}/rota.csv", headers={"Cookie": SECRET}))
            assert failed.fault.kind is FaultKind.REDIRECTED
            assert "with headers set" in failed.fault.message
            assert SECRET.encode() in first.requests[0]
        assert other.requests == []


async def test_redirects_end() -> None:
    with serving(at_once(http(b"", 302, extra="Location: /again\r\n"))) as server:
        failed = await failure(open_reader(url=f"{server.url}/rota.csv"))
        assert failed.fault.kind is FaultKind.REDIRECTED
        assert len(server.requests) == 4


@pytest.mark.parametrize(
    "location",
    [
        "https://accounts.google.example/ServiceLogin?passive=1",
        "https://accounts.google.example/v3/signin/identifier",
        "/login",
        "https://idp.example/saml2/x",
    ],
)
async def test_a_sheet_that_is_not_published(location: str) -> None:
    with serving(at_once(http(b"", 302, extra=f"Location: {location}\r\n"))) as server:
        failed = await failure(open_reader(url=f"{server.url}/rota.csv"))
        assert failed.fault.kind is FaultKind.UNAUTHORISED
        assert "publish the sheet" in failed.fault.message
        assert not failed.fault.stop


async def test_a_redirect_never_leads_from_https_to_http() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"Location": "http://docs.example.org/rota.csv"})

    client = http_module.Anonymous("https://docs.example.org", transport=httpx.MockTransport(answer))
    with pytest.raises(PollFailed, match="from https to plain http"):
        await client.body("GET", "/rota.csv")
    await client.close()


def test_what_carries_credentials_cannot_be_anonymous() -> None:
    with pytest.raises(ValueError, match="not redirected"):
        http_module.Anonymous("https://docs.example.org", headers={"Cookie": SECRET})


async def test_no_header_is_ever_told(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    texts = []
    for kind in FAILED_POLLS:
        if kind not in (*SLOW, "huge"):
            desk.world.break_service("rota", Fault.parse(kind, None))
            texts.append(str(await failure(desk.reader(headers={"Authorization": f"Bearer {SECRET}"}))))
    assert len(texts) > 10
    texts += [caplog.text, *(str(request["path"]) for request in desk.world.requests())]
    assert not any(SECRET in text for text in texts)
