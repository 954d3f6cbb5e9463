"""Secrets: where one is kept, and fetching it when it is needed, never earlier and never into a log."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, SecretStr, ValidationError

from secondline_tui.config.withheld import remember
from secondline_tui.config.wording import reason_of

COMMAND_SECONDS = 30


class SecretError(Exception):
    """A secret could not be had. The message says from where and why, and never holds any part of it."""


class Place(BaseModel):
    """Where one secret is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def resolve(self, *, withhold: bool = True) -> str:
        """The secret; SecretError when it cannot be had. May block: never call it on the UI's loop.

        It is withheld from errors and the log then. A user's name need not be, and may be an ordinary word.
        """
        secret = self._fetched()
        if withhold:
            remember(secret)
        return secret

    def _fetched(self) -> str:
        raise NotImplementedError


class Literally(Place):
    """The secret itself stands in the configuration, which should then be readable by its owner only."""

    value: SecretStr

    def _fetched(self) -> str:
        """The secret."""
        return self.value.get_secret_value()


class FromEnv(Place):
    """In an environment variable."""

    env: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")

    def _fetched(self) -> str:
        """The secret, or SecretError when the variable is not set."""
        value = os.environ.get(self.env, "")
        if not value:
            raise SecretError(f"environment variable {self.env} is not set")
        return value


class FromCommand(Place):
    """The first line that a command prints, run from an argument vector, never through a shell."""

    command: tuple[str, ...] = Field(min_length=1)

    def _fetched(self) -> str:
        """The secret, or SecretError when the command fails, takes over 30 s or prints nothing."""
        name = self.command[0]
        try:
            done = subprocess.run(
                self.command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=COMMAND_SECONDS,
                check=False,
            )
        except OSError as error:
            raise SecretError(f"command {name} cannot be run: {error.strerror}") from None
        except subprocess.TimeoutExpired:
            raise SecretError(f"command {name} took over {COMMAND_SECONDS} s") from None
        if done.returncode:
            raise SecretError(f"command {name} ended with {done.returncode}")
        lines = done.stdout.decode(errors="replace").splitlines()
        if not lines or not lines[0]:
            raise SecretError(f"command {name} printed nothing")
        return lines[0]


class FromKeyring(Place):
    """In the desktop's keyring, under this service and the user "secondline-tui"."""

    keyring: str = Field(min_length=1)

    def _fetched(self) -> str:
        """The secret, or SecretError when the library or the entry is missing."""
        try:
            import keyring  # noqa: PLC0415  (an extra; most people do not have it)
        except ImportError:
            raise SecretError("the keyring library is missing: pip install 'secondline-tui[keyring]'") from None
        try:
            value = keyring.get_password(self.keyring, "secondline-tui")
        except keyring.errors.KeyringError as error:
            raise SecretError(f"the keyring cannot be read: {type(error).__name__}") from None
        if not value:
            raise SecretError(f"the keyring holds nothing for service {self.keyring}, user secondline-tui")
        return str(value)


class FromFile(Place):
    """The first line of a file that only its owner can read."""

    file: Path

    def _fetched(self) -> str:
        """The secret, or SecretError when the file is missing, empty, or open to others."""
        path = self.file.expanduser()
        try:
            mode = path.stat().st_mode
            if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
                raise SecretError(f"{path} can be read by others: chmod 600 {path}")
            lines = path.read_text("utf-8").splitlines()
        except OSError as error:
            raise SecretError(f"{path}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise SecretError(f"{path} is not UTF-8 text") from None
        if not lines or not lines[0].strip():
            raise SecretError(f"{path} is empty")
        return lines[0].strip()


_PLACES: dict[str, type[Place]] = {
    "env": FromEnv,
    "command": FromCommand,
    "keyring": FromKeyring,
    "file": FromFile,
}
_HOW = 'write "…", {env = "NAME"}, {command = ["pass", "show", "x"]}, {keyring = "service"} or {file = "PATH"}'


def _read(value: object) -> Place:
    if isinstance(value, Place):
        return value
    if isinstance(value, str) and value:
        return Literally(value=SecretStr(value))
    if isinstance(value, dict) and len(value) == 1:
        (name,) = value
        if name in _PLACES:
            try:
                return _PLACES[name].model_validate(value)
            except ValidationError as error:
                raise ValueError(f"{name}: {reason_of(error.errors()[0])}; {_HOW}") from None
    raise ValueError(f"not a secret: {_HOW}")


Secret = Annotated[Place, PlainValidator(_read)]
"""Where a secret is kept; `resolve()` fetches it."""
