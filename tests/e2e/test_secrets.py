"""No secret is in anything that is written: known ones are planted, everything goes wrong, and all is searched."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn
from urllib.parse import quote

import pytest

from secondline_tui.cli.exits import Exit
from secondline_tui.cli.main import run
from secondline_tui.cli.wiring import engine, shiftwork
from secondline_tui.config.load import load
from secondline_tui.demo.faults import Fault
from secondline_tui.domain.board import Board
from secondline_tui.domain.health import Health
from secondline_tui.engine.supervisor import Engine
from secondline_tui.ui.commands import keymap
from secondline_tui.ui.dashboard.app import Dashboard
from secondline_tui.ui.dashboard.session import Session
from tests.e2e.planted import QUOTES, SECRETS, Places, Planted
from tests.e2e.traces import traces, traces_in_files
from tests.e2e.visits import VISITS, Home, visit
from tests.sources.bad_answers import FAILED_POLLS

pytestmark = pytest.mark.timeout(100)

KINDS = [*(kind for kind in FAILED_POLLS if kind != "slow:3"), "odd_row"]  # slow:3 is a short hang
HARMLESS = ("slow:0", "slow:0.05", "lag:0", "lag:1", "lag:30")
FORMATS = ("json", "text", "line")


# -- every command, while every service fails --------------------------------------------------------------------------


@pytest.fixture(scope="module", autouse=True)
def visits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Future[Home]]]:
    """The real program, run in the background while the other tests run."""
    base = tmp_path_factory.mktemp("visits")
    with ThreadPoolExecutor() as pool:
        yield {run.__name__: pool.submit(visit, base, turn, run) for turn, run in enumerate(VISITS)}


@pytest.fixture(scope="module")
def services() -> Iterator[Planted]:
    with Planted() as planted:
        yield planted


class Command:
    """Runs commands in this process, and keeps all that they print."""

    def __init__(self, tmp_path: Path, planted: Planted, capture: pytest.CaptureFixture[bytes]) -> None:
        self.written = b""
        self.config = tmp_path / "kept" / "config.toml"
        self.config.parent.mkdir()
        self._planted = planted
        self._capture = capture
        self._tmp_path = tmp_path

    def configure(self, places: Places, *, deadline: float = 15.0, scheme: str = "http") -> None:
        self.config.write_text(self._planted.configuration(places, deadline=deadline, scheme=scheme))
        self.config.chmod(0o600)

    def run(self, *arguments: str) -> int:
        code = run([*arguments, "--config", str(self.config)])
        told = self._capture.readouterr()
        self.written += told.out + told.err
        return code

    def run_all(self) -> int:
        """Probe everything, and print what was found in every way. The exit code of `check`."""
        poll_once = Engine.poll_once
        boards: list[Board] = []

        async def polled(work: Engine) -> Board:
            if not boards:
                boards.append(await poll_once(work))
            return boards[0]

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Engine, "poll_once", polled)
            code = self.run("check")
            for form in FORMATS:
                self.run("status", "--format", form)
        return code

    def traces(self) -> dict[str, set[str]]:
        """Where which secret is, in all that was printed, logged or put into any other file."""
        kept = self.config.parent
        others = [path for path in self._tmp_path.iterdir() if path != kept]
        found = traces_in_files(SECRETS, *others)
        return found | ({"printed": printed} if (printed := traces(SECRETS, self.written)) else {})


@pytest.fixture
def command(
    services: Planted, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Command]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    limit = 2 * 2**20  # a flood is a flood at 2 MB too
    monkeypatch.setattr("secondline_tui.sources.http.BODY_LIMIT", limit)
    monkeypatch.setattr("secondline_tui.sources.session.BODY_LIMIT", limit)
    made = Command(tmp_path, services, capfdbinary)
    for name, value in Places(made.config.parent).env().items():
        monkeypatch.setenv(name, value)
    # Where it is not installed, httpcore looks for it with every request: half the time of a poll here.
    monkeypatch.setitem(sys.modules, "sniffio", None)
    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=lambda service, _: SECRETS[service]))
    yield made
    services.world.mend()
    services.quote("")
    for handler in root.handlers:
        handler.close()
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(False)


@pytest.mark.parametrize(("turn", "kind"), enumerate(HARMLESS))
def test_the_planted_secrets_are_the_ones_that_open_the_doors(
    command: Command, services: Planted, turn: int, kind: str
) -> None:
    command.configure(Places(command.config.parent, turn))
    for name in services.world.urls:
        services.world.break_service(name, Fault.parse(kind, None))
    code = command.run("check") if turn else command.run_all()
    assert code == Exit.OK, command.written.decode()
    assert command.traces() == {}


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault(command: Command, services: Planted, kind: str) -> None:
    short = 0.5 if kind == "hang" else 15.0
    command.configure(Places(command.config.parent, KINDS.index(kind)), deadline=short)
    for name in services.world.urls:
        services.world.break_service(name, Fault.parse(kind, None))
    command.run_all()
    assert command.traces() == {}


@pytest.mark.parametrize("how", QUOTES)
def test_a_service_that_quotes_what_it_was_asked(command: Command, services: Planted, how: str) -> None:
    command.configure(Places(command.config.parent, QUOTES.index(how)))
    services.quote(how)
    command.run_all()
    assert command.traces() == {}


def test_tls_that_fails(command: Command) -> None:
    command.configure(Places(command.config.parent), scheme="https")
    command.run_all()
    assert b"TLS" in command.written or b"tls" in command.written
    assert command.traces() == {}


def test_secrets_that_cannot_be_had(command: Command) -> None:
    """Their commands print them everywhere and fail; their files are open to others, or no text."""
    kept = command.config.parent
    command.configure(Places(kept, ways=("command",), command=("sh", "-c", 'cat "$0" "$0" >&2; cat "$0"; exit 3')))
    assert command.run_all() == Exit.UNAVAILABLE
    assert b"command sh ended with 3" in command.written
    command.configure(Places(kept, ways=("file",)))
    for number, name in enumerate(SECRETS):
        path = kept / name
        if path.exists():
            path.write_bytes(path.read_bytes() + b"\xff" * (number % 2))
            path.chmod(0o644 if number % 2 == 0 else 0o600)
    assert command.run_all() == Exit.UNAVAILABLE
    assert b"can be read by others" in command.written
    assert b"is not UTF-8 text" in command.written
    command.configure(Places(kept, ways=("literal",)))
    command.config.chmod(0o644)
    assert command.run_all() == Exit.OK
    assert b"chmod 600" in command.written
    assert command.traces() == {}


@pytest.mark.parametrize("broken", ["reader", "probe", "print"])
def test_an_error_of_ours_that_quotes_a_secret(command: Command, broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object, **__: object) -> NoReturn:
        token = SECRETS["grafana.token"]
        raise RuntimeError(f"no answer from https://grafana.example.org/?token={token}")

    places = {
        "reader": "secondline_tui.sources.grafana.reader.GrafanaReader.fetch",
        "probe": "secondline_tui.sources.grafana.reader.GrafanaReader.probe",
        "print": "secondline_tui.cli.plain.text",
    }
    monkeypatch.setattr(places[broken], break_down)
    command.configure(Places(command.config.parent))
    command.run_all()
    assert b"RuntimeError" in command.written
    assert command.traces() == {}


# -- a wrong configuration -----------------------------------------------------------------------------------------

S = SECRETS["pagerduty.token"]
WRONG_VALUES = (
    f'["{S}"]', f'{{ value = "{S}" }}', f'{{ env = "{S}" }}', f'{{ env = ["{S}"] }}', f'{{ file = ["{S}"] }}',
    f'{{ keyring = ["{S}"] }}', f'{{ command = "{S}" }}', f'{{ command = "pass", file = "{S}" }}', f'"{S}', S,
    f"'{S}'\ntoken = '{S}'", f'"{S}" "{S}"', f'"\\{S}"', f'"""{S}\n', f'{{ {{ "{S}" }}',
)  # fmt: skip
WRONG_ADDRESSES = tuple(
    address.format(secret)
    for secret in (S, quote(S, safe=""))
    for address in ("https://dash:{}@pd.example.org", "https://{}@pd.example.org", "https://pd.example.org?token={}")
)


@pytest.mark.parametrize(
    "lines",
    [
        *(f"token = {value}" for value in WRONG_VALUES),
        *(f'token = "abc"\n{key} = "{url}"' for key in ("url", "proxy") for url in WRONG_ADDRESSES),
        *(f'token = "{S}"\n{more}' for more in ("deadline = 'soon'", "tokne = 7", 'url = "http://pd.example.org"')),
        f'token = "abc"\nheaders = "{S}"',
        f'token = "abc"\nservices = "{S}"',
    ],
)
def test_a_wrong_configuration(command: Command, lines: str) -> None:
    command.config.write_text(f'[sources.pd]\ntype = "pagerduty"\n{lines}\n')
    assert command.run("check") == Exit.CONFIG
    assert b"sources.pd" in command.written or b"not TOML" in command.written
    assert command.traces() == {}


# -- the real program ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [run.__name__ for run in VISITS])
def test_nothing_that_a_program_leaves_behind(visits: Mapping[str, Future[Home]], name: str) -> None:
    home = visits[name].result()
    assert traces_in_files(SECRETS, home.folder) == {}
    processes = (home.folder / "processes").read_bytes()
    assert b"secondline_tui" in processes
    assert not Path("/proc/self/task").exists() or str(home.kept).encode() in processes, "its commands were seen"


def test_what_was_to_go_wrong_went_wrong(visits: Mapping[str, Future[Home]]) -> None:
    """Otherwise it would be no wonder that there is no secret."""
    homes = {name: future.result() for name, future in visits.items()}
    assert "not accepted: •••" in homes["toured"].log
    assert b"not accepted" in (homes["toured"].folder / "terminal").read_bytes()
    assert "reader crashed with RuntimeError" in homes["crashed"].log
    assert "the screen broke with ValueError" in homes["crashed"].log
    assert (homes["ended"].folder / "textual.log").read_text()
    assert "DashboardScreen" in (homes["toured"].folder / "textual.log").read_text()
    assert "unreachable" in (homes["printed"].folder / "printed").read_text()


async def test_a_picture_of_everything_failing(command: Command, services: Planted) -> None:
    command.configure(Places(command.config.parent))
    services.quote("json:403")
    config = load(command.config)
    work, shift = engine(config), shiftwork(config.shift)
    app = Dashboard(lambda: Session(work, config, shift.calendar, shift.agenda, keymap({}), None))
    pictures = []
    async with asyncio.timeout(30), app.run_test(size=(160, 40)) as pilot:
        while not all(s.health(work.clock.monotonic()) is Health.FAILING for s in work.board.sources.values()):
            await pilot.pause(0.05)
        for keys in ((), ("H",), ("enter",)):
            await pilot.press(*keys)
            await pilot.pause(0.1)
            pictures.append(app.export_screenshot())
    assert "accepted" in pictures[1]
    assert traces(SECRETS, "\n".join(pictures).encode()) == set()
