"""The demo's services behind doors that open to known secrets only, and that can quote them back."""

from __future__ import annotations

import base64
import random
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from secondline_tui.demo.alertmanager import Alertmanager
from secondline_tui.demo.rota import Rota
from secondline_tui.demo.settings import configuration
from secondline_tui.demo.simulator import Simulator
from secondline_tui.demo.story import furnish
from secondline_tui.demo.wire import Answer, Request
from secondline_tui.demo.world import World
from secondline_tui.demo.zendesk.service import Zendesk

FIELDS: Mapping[str, tuple[str, ...]] = {
    "icinga": ("password",),
    "ci": ("password",),
    "alertmanager": ("password",),
    "grafana": ("token",),
    "pagerduty": ("token",),
    "zendesk": ("token",),
    "trello": ("key", "token"),
    "rota": ("X-Api-Key", "?key"),
    "bearer": ("token",),
    "proxied": ("Cookie", "Authorization"),
    "oauth": ("oauth_token",),
    "sheet": ("?key",),
}
"""The credentials of each source: keys of its table, headers (with a capital), and a parameter of its address."""
LOGIN = ("username", "password", "token", "oauth_token", "key", "headers")
WAYS = ("literal", "env", "command", "file", "keyring")


def _secret(name: str) -> str:
    """Random, and full of characters that are encoded on the way."""
    chance = random.Random(name)
    letters = (chance.choice(string.ascii_letters + string.digits) for _ in range(27))
    return "".join(letter + (chance.choice("/+=") if number % 3 == 2 else "") for number, letter in enumerate(letters))


SECRETS: Mapping[str, str] = {
    f"{name}.{field}": _secret(f"{name}.{field}") for name in FIELDS for field in FIELDS[name]
}


@dataclass(frozen=True)
class Places:
    """Where the secrets are kept. `folder` holds nothing else, and what is in it may hold them."""

    folder: Path
    turn: int = 0
    """Which of the ways to keep one the first secret is given in; the next one comes in the next way."""
    ways: tuple[str, ...] = WAYS
    command: tuple[str, ...] = ("cat",)
    """What prints a secret, given the file that it is in."""

    def table(self, name: str) -> str | dict[str, object]:
        """What the configuration says of one secret."""
        secret, variable = SECRETS[name], _variable(name)
        match self.ways[(list(SECRETS).index(name) + self.turn) % len(self.ways)]:
            case "env":
                return {"env": variable}
            case "command":
                return {"command": [*self.command, str(self._file(name, secret))]}
            case "file":
                return {"file": str(self._file(name, secret))}
            case "keyring":
                self._file(name, secret)
                return {"keyring": name}
            case _:
                return secret

    def env(self) -> dict[str, str]:
        """The variables of a program that is to find them."""
        (self.folder / "keyring.py").write_text(_KEYRING)
        return {**{_variable(name): secret for name, secret in SECRETS.items()}, "PYTHONPATH": str(self.folder)}

    def _file(self, name: str, secret: str) -> Path:
        path = self.folder / name
        path.write_text(f"{secret}\nuser: dash\n")
        path.chmod(0o600)
        return path


_KEYRING = '''"""A keyring of files."""
from pathlib import Path

class errors:
    class KeyringError(Exception):
        pass

def get_password(service, user):
    return (Path(__file__).parent / service).read_text().splitlines()[0]
'''


def _variable(name: str) -> str:
    return "PLANTED_" + re.sub(r"\W", "_", name).upper()


# -- the doors ---------------------------------------------------------------------------------------------------------

QUOTES = (
    "json:401", "json:403", "json:429", "json:500", "cut:404", "text:400", "html:200", "html:500", "dict:200",
    "list:200", "csv:200", "login:302", "elsewhere:302", "times:200",
)  # fmt: skip
"""Ways to quote what was asked: how, and with which status."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)?")


class Door(Simulator):
    """A service that lets in who shows the planted secrets, and, while `quotes` is set, quotes all that was shown."""

    def __init__(self, inner: Simulator) -> None:
        super().__init__(inner.name, inner.now, inner.chance)
        self.kind = inner.kind
        self.places: Places | None = None
        self.quotes = ""
        self._inner = inner
        self._planted = {field: SECRETS[f"{inner.name}.{field}"] for field in FIELDS[inner.name]}
        self._real = _headers(inner.kind, inner.settings())
        self._wanted = _headers(inner.kind, self._table(self._planted))
        key = self._planted.get("?key")
        self.path = inner.path + (f"?key={quote(key, safe='')}" if key else "")

    def settings(self) -> Mapping[str, object]:
        """The service's own, but for the credentials."""
        assert self.places is not None
        places = self.places
        return self._table({field: places.table(f"{self.name}.{field}") for field in self._planted})

    def handle(self, request: Request) -> Answer:
        """Compare, and pass on."""
        shown = all(request.headers.get(name) == value for name, value in self._wanted.items())
        shown = shown and request.one("key") == self._planted.get("?key", request.one("key"))
        if self.quotes and self.quotes != "times:200":
            return self._quote(request, *self.quotes.split(":"))
        if not shown:
            return Answer(401, {"message": "not the planted secret"})
        headers = {name: value for name, value in request.headers.items() if name not in self._wanted}
        answer = self._inner.handle(replace(request, headers={**headers, **self._real}))
        return replace(answer, data=self._with_times(answer.data)) if self.quotes else answer

    def rows(self, data: object) -> list[object] | None:
        return self._inner.rows(data)

    def later_part(self, request: Request) -> bool:
        return self._inner.later_part(request)

    def garbled(self, kind: str, answer: Answer) -> Answer:
        return self._inner.garbled(kind, answer)

    def too_many(self, seconds: float) -> Answer:
        return self._inner.too_many(seconds)

    def login_page(self) -> str:
        return self._inner.login_page()

    def state(self) -> dict[str, object]:
        return self._inner.state()

    # -- within ------------------------------------------------------------------------------------------------

    def _table(self, given: Mapping[str, object]) -> dict[str, object]:
        """The configuration's table with these values for the credentials."""
        table = {key: value for key, value in self._inner.settings().items() if key not in LOGIN}
        if "password" in given or (self.kind == "zendesk" and "token" in given):
            table["username"] = self._inner.settings().get("username", "dash")
        headers = {field: value for field, value in given.items() if field[0].isupper()}
        named = {field: value for field, value in given.items() if field[0].islower()}
        return {**table, **named, **({"headers": headers} if headers else {})}

    def _quote(self, request: Request, how: str, status: str) -> Answer:
        secrets = list(self._planted.values())
        shown = [*secrets, *(request.headers.get(name, "") for name in self._wanted), request.target]
        words = f"not accepted: {' '.join(shown)} {request.headers}"
        headers = {"Retry-After": secrets[0], "WWW-Authenticate": f'Bearer error="{secrets[0]}"'}
        content: object
        match how:
            case "json":
                content = {"error": {"message": words, "errors": [words]}, "message": words, "status": words}
            case "cut":  # where a long text is cut off, there a secret is cut in two
                content = {"message": f"{'x' * (155 - len(secrets[0]) // 2)} {words}"}
            case "text":
                content, headers["Content-Type"] = words.encode(), "text/plain"
            case "html":
                content, headers["Content-Type"] = f"<html><h1>{words}</h1></html>".encode(), "text/html"
            case "csv":
                content = ("\n".join([",".join(["since", *secrets])] * 3) + "\n").encode()
            case "dict":
                content = {"headers": dict(request.headers), "url": request.target, secrets[0]: secrets[0]}
            case "list":
                content = [{"id": word, word: word, "labels": {word: 7}} for word in shown]
            case _:
                path = "login" if how == "login" else "elsewhere"
                content, headers["Location"] = None, f"/{path}/{secrets[0]}?{quote(words)}"
        return Answer(int(status), content, headers)

    def _with_times(self, data: object) -> object:
        """A good answer in which every time is a secret."""
        if isinstance(data, dict):
            return {name: self._with_times(value) for name, value in data.items()}
        if isinstance(data, list):
            return [self._with_times(value) for value in data]
        if isinstance(data, bytes):
            return re.sub(rb"(?m)^\d.*?,", f"{self._planted['?key']},".encode(), data)
        is_time = isinstance(data, str) and _TIME.fullmatch(data)
        return next(iter(self._planted.values())) if is_time else data


def _headers(kind: str, table: Mapping[str, object]) -> dict[str, str]:
    """The headers that a client with these settings shows, as each vendor describes them. Names in lower case."""
    told = {name: str(value) for name, value in table.items()}
    headers = table.get("headers")
    shown = {name.lower(): str(value) for name, value in headers.items()} if isinstance(headers, dict) else {}
    if kind == "zendesk" and "token" in told:
        shown["authorization"] = _basic(f"{told['username']}/token", told["token"])
    elif kind == "trello":
        key, token = (quote(told[name], safe="") for name in ("key", "token"))
        shown["authorization"] = f'OAuth oauth_consumer_key="{key}", oauth_token="{token}"'
    elif kind == "pagerduty":
        shown["authorization"] = f"Token token={told['token']}"
    elif "password" in told:
        shown["authorization"] = _basic(told["username"], told["password"])
    elif bearer := told.get("token") or told.get("oauth_token"):
        shown["authorization"] = f"Bearer {bearer}"
    return shown


def _basic(name: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"


class Planted:
    """A world of such services, listening, until the block ends."""

    def __init__(self) -> None:
        self.world = World()
        furnish(self.world)
        for kind, name in ((Alertmanager, "bearer"), (Alertmanager, "proxied"), (Zendesk, "oauth"), (Rota, "sheet")):
            self.world.add(kind(name, self.world.now, self.world.chance(name)))
        self.doors = {name: Door(inner) for name, inner in self.world.simulators.items()}
        for door in self.doors.values():
            self.world.add(door)
        self.world.listen()

    def configuration(self, places: Places, *, deadline: float, scheme: str = "http") -> str:
        """A configuration of all of them."""
        for door in self.doors.values():
            door.places = places
        text = configuration(self.world).replace('url = "http:', f'url = "{scheme}:')
        return re.sub(r"(?m)^(\[sources\..*)$", rf"\1\ndeadline = {deadline}", text)

    def quote(self, how: str) -> None:
        """Let every service quote what it is shown; "" is not at all."""
        for door in self.doors.values():
            door.quotes = how

    def __enter__(self) -> Planted:
        return self

    def __exit__(self, *_: object) -> None:
        self.world.close()
