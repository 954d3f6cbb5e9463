"""A real Icinga 2 with a certificate authority of its own, in a private directory."""

from __future__ import annotations

import base64
import grp
import http.client
import json
import os
import pwd
import ssl
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.live.need import need
from tests.live.process import Process

NODE = "icinga-master"
"""The only name in its certificate, as in those that Icinga makes: no address, no "localhost"."""
CERTIFICATE_USER = "dash-by-certificate"

_ACT = [
    f"actions/{name}"
    for name in (
        "acknowledge-problem",
        "remove-acknowledgement",
        "add-comment",
        "schedule-downtime",
        "remove-downtime",
        "reschedule-check",
    )
]
_READ = ["status/query", *(f"objects/query/{kind}" for kind in ("Host", "Service", "Comment", "Downtime"))]
PASSWORDS = {
    "admin": "pässwörd: of the admin",
    "dash": "dash-s3cret",
    "hands": "hands-s3cret",
    "commenter": "commenter-s3cret",
    "team-hands": "team-hands-s3cret",
    "read-only": "ro-s3cret",
    "services": "services-s3cret",
    "team": "team-s3cret",
    "nobody": "nobody-s3cret",
}
_PERMISSIONS = {
    "admin": '"*"',
    "dash": ", ".join(f'"{name}"' for name in _READ),
    "hands": ", ".join(f'"{name}"' for name in (*_READ, *_ACT)),
    "commenter": '"objects/query/*", "actions/add-comment"',
    "team-hands": '"objects/query/*", { permission = "actions/*"; filter = {{ match("db*", host.name) }} }',
    "read-only": ", ".join(f'"{name}"' for name in _READ[:3]),
    "services": '"objects/query/Service"',
    "team": '{ permission = "objects/query/*"; filter = {{ match("db*", host.name) }} }',
    "nobody": "",
}

_DAEMON = """
const NodeName = "{node}"
const ZoneName = NodeName
const TicketSalt = ""
include <itl>
object Endpoint NodeName {{ }}
object Zone ZoneName {{ endpoints = [ NodeName ] }}
object ApiListener "api" {{ bind_host = "127.0.0.1"; bind_port = {port} }}
object ApiUser "{certificate_user}" {{ client_cn = NodeName + "-client"; permissions = [ {reads} ] }}
template Host "fixed" {{ check_command = "passive"; enable_active_checks = false; max_check_attempts = 1 }}
template Service "fixed" {{ check_command = "passive"; enable_active_checks = false; max_check_attempts = 1 }}
"""

_EXTENSIONS = """
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:TRUE
[leaf]
basicConstraints = critical, CA:FALSE
subjectAltName = DNS:{name}
"""


class Authority:
    """Makes certificates like Icinga's own: no key identifiers, no usage, and one name each."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self.certificate = directory / "ca.crt"
        self._make("ca", "Icinga CA", [])

    def issue(self, name: str) -> tuple[Path, Path]:
        """(certificate, key) for a name."""
        authority = ["-CA", str(self.certificate), "-CAkey", str(self._directory / "ca.key")]
        return self._make("leaf", name, authority)

    def _make(self, sort: str, name: str, extra: Sequence[str]) -> tuple[Path, Path]:
        stem = "ca" if sort == "ca" else name
        certificate, key = self._directory / f"{stem}.crt", self._directory / f"{stem}.key"
        config = self._directory / f"{stem}.cnf"
        config.write_text(_EXTENSIONS.format(name=name), "utf-8")
        kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"]
        files = ["-config", str(config), "-extensions", sort, "-keyout", str(key), "-out", str(certificate)]
        command = [need("openssl"), "req", *kind, "-subj", f"/CN={name}", *files, *extra]
        subprocess.run(command, check=True, capture_output=True)
        return certificate, key


class Icinga(Process):
    """One Icinga 2 that watches what its configuration says, and knows the users above."""

    def __init__(self, config: str = "", *, features: Sequence[str] = ("CheckerComponent",)) -> None:
        super().__init__()
        self._config = config
        self.features = features
        self.authority: Authority | None = None

    # -- for whoever reads it --------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where it listens: under a name that its certificate does not have."""
        return f"https://localhost:{self.port}"

    @property
    def ca_file(self) -> Path:
        """What to trust."""
        assert self.authority is not None
        return self.authority.certificate

    def settings(self, user: str = "dash", /, **extra: object) -> dict[str, object]:
        """A source's table in a configuration."""
        login = {"username": user, "password": PASSWORDS[user]}
        told = {"type": "icinga2", "url": self.url, "ca_file": str(self.ca_file), "server_name": NODE, "deadline": 8}
        return {**told, **login, **extra}

    # -- for whoever makes things happen in it ---------------------------------------------------------------------

    def call(self, method: str, path: str, body: object = None, *, said_to_be: str = "") -> tuple[int, Any]:
        """One request by the administrator: (status, JSON). OSError when nobody answers."""
        token = base64.b64encode(f"admin:{PASSWORDS['admin']}".encode()).decode()
        headers = {"Authorization": f"Basic {token}", "Accept": "application/json"}
        if said_to_be:
            headers["X-HTTP-Method-Override"] = said_to_be
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=self._trusting())
        try:
            connection.request(method, path, None if body is None else json.dumps(body).encode(), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except http.client.HTTPException as error:
            raise OSError(type(error).__name__) from error
        finally:
            connection.close()

    def act(self, action: str, names: Sequence[str], **wish: object) -> None:
        """One action on services or on hosts, by their full names; it must succeed for each."""
        kind = "Service" if "!" in names[0] else "Host"
        told = {"type": kind, f"{kind.lower()}s": list(names)}
        status, data = self.call("POST", f"/v1/actions/{action}", {**told, **wish})
        codes = [result["code"] for result in data["results"]]
        assert (status, codes) == (200, [200.0] * len(names)), data

    def check(self, names: Sequence[str], state: int, output: str) -> None:
        """The same check result for all of them."""
        self.act("process-check-result", names, exit_status=state, plugin_output=output)

    def found(self, plural: str, expression: str, *attrs: str) -> Mapping[str, dict[str, Any]]:
        """Attributes of the objects for which an expression holds, by their full names."""
        status, data = self.call(
            "POST", f"/v1/objects/{plural}", {"filter": expression, "attrs": attrs}, said_to_be="GET"
        )
        assert status == 200, data
        return {row["name"]: row["attrs"] for row in data["results"]}

    # -- its process -----------------------------------------------------------------------------------------------

    def command(self) -> list[str]:
        """Certificates are made with the first start; what it learned is kept from one start to the next."""
        places = {"ConfigDir": "etc", "DataDir": "data", "LogDir": "logs", "CacheDir": "cache", "SpoolDir": "spool"}
        places["InitRunDir"] = "run"
        for needed in (*places.values(), "data/certs", "logs/crash", "spool/perfdata"):
            (self.directory / needed).mkdir(parents=True, exist_ok=True)
        if self.authority is None:
            self.authority = Authority(self.directory / "data" / "ca")
            for made in (*self.authority.issue(NODE), self.ca_file):
                (self.directory / "data" / "certs" / made.name).write_bytes(made.read_bytes())
        config = self.directory / "etc" / "icinga2.conf"
        config.write_text("\n".join(self._lines()), "utf-8")
        defined = [f"Configuration.{name}={self.directory / place}" for name, place in places.items()]
        told = [word for definition in defined for word in ("-D", definition)]
        return [need("icinga2", "icinga2-bin"), "daemon", "-c", str(config), *told]

    def environment(self) -> dict[str, str]:
        """It runs as whoever runs the tests, not as its package's user."""
        user, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
        return {"ICINGA2_USER": user, "ICINGA2_GROUP": group, "LC_ALL": "C"}

    def _lines(self) -> list[str]:
        reads = ", ".join(f'"{name}"' for name in _READ)
        yielded = [_DAEMON.format(node=NODE, port=self.port, certificate_user=CERTIFICATE_USER, reads=reads)]
        yielded += [f'object {feature} "{feature.lower()}" {{ }}' for feature in self.features]
        yielded += [
            f'object ApiUser "{user}" {{ password = "{PASSWORDS[user]}"; permissions = [ {granted} ] }}'
            for user, granted in _PERMISSIONS.items()
        ]
        return [*yielded, self._config]

    def _trusting(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.ca_file))
        context.check_hostname = False
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        return context

    def _is_ready(self) -> bool:
        try:
            return self.call("GET", "/v1")[0] == 200
        except OSError:
            return False


def host(name: str, attributes: str = "") -> str:
    """A host in Icinga's language, that is checked only when somebody sends a result."""
    return f'object Host "{name}" {{ import "fixed"; {attributes} }}'


def service(full_name: str, attributes: str = "") -> str:
    """A service of the same sort."""
    of, _, name = full_name.partition("!")
    return f'object Service "{name}" {{ import "fixed"; host_name = "{of}"; {attributes} }}'
