"""`wallboard --web HOST:PORT`: the wallboard in browsers, from one process that polls for all of them."""

from __future__ import annotations

import asyncio
import signal

from secondline_tui.cli.exits import Exit
from secondline_tui.cli.say import tell
from secondline_tui.config.errors import ConfigError
from secondline_tui.config.models import Config
from secondline_tui.config.secrets import SecretError
from secondline_tui.ui.wallboard.session import WallSession
from secondline_tui.web.access import Access, is_loopback
from secondline_tui.web.http import Server
from secondline_tui.web.wall import Wall


def address(text: str) -> tuple[str, int]:
    """Host and port of HOST:PORT or [HOST]:PORT; ConfigError for anything else."""
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") or "127.0.0.1"
    if not (colon or text.isdigit()) or not port.isdigit() or int(port) > 65_535:
        raise ConfigError([f"--web {text}: write HOST:PORT, such as 127.0.0.1:8080"])
    return host, int(port)


def access(config: Config, host: str) -> Access:
    """Who may look; ConfigError where everybody in the network could."""
    settings = config.wallboard.web
    try:
        token = settings.token.resolve() if settings.token is not None else ""
    except SecretError as error:
        raise ConfigError([f"{config.path}: wallboard.web.token: {error}"]) from None
    made = Access(token, settings.header, settings.proxies)
    if not made.guarded and not is_loopback(host):
        where = f"{config.path}: wallboard.web: {host} can be reached from other machines"
        raise ConfigError([f"{where}: set a token, or the header of the proxy in front"])
    return made


def serve(session: WallSession, text: str) -> int:
    """Serve until interrupted."""
    host, port = address(text)
    allowed = access(session.config, host)
    return asyncio.run(_serve(session, allowed, host, port))


async def _serve(session: WallSession, allowed: Access, host: str, port: int) -> int:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    wall = Wall(session, allowed)
    server = Server(wall.answer)
    where, got = await server.listen(host, port)
    session.engine.start()
    shown = f"[{where}]" if ":" in where else where
    tell(f"http://{shown}:{got}/\n")
    try:
        await ended.wait()
    finally:
        wall.unsubscribe()
        await server.close()
        await session.engine.stop()
    return Exit.OK
