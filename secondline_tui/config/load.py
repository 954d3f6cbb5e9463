"""Reading the configuration file; every fault in it is told at once, as `file: key: reason`."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ValidationError

from secondline_tui.config.errors import ConfigError
from secondline_tui.config.models import Config
from secondline_tui.config.secrets import Literally
from secondline_tui.config.wording import key_of, reason_of


def load(path: Path) -> Config:
    """The configuration in `path`; ConfigError with a line for each fault."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError([f"{path}: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise ConfigError([f"{path}: not UTF-8 text"]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: not TOML: {error}"]) from None
    if "path" in raw:
        raise ConfigError([f"{path}: path: unknown key"])
    try:
        return Config.model_validate({**raw, "path": path})
    except ValidationError as error:
        raise ConfigError([f"{path}: {key_of(e, Config)}: {reason_of(e, Config)}" for e in error.errors()]) from None


def warnings(config: Config) -> list[str]:
    """What is not wrong but should be mended, as `file: key: advice`."""
    path = config.path
    if path is None or os.name != "posix":
        return []
    try:
        open_to_others = stat.S_IMODE(path.stat().st_mode) & 0o077
    except OSError:
        return []
    if not open_to_others:
        return []
    return [
        f"{path}: {key}: the secret stands in a file that others can read: chmod 600 {path}"
        for key in _literal_secrets(config)
    ]


def _literal_secrets(config: Config) -> Iterable[str]:
    for name, source in config.sources.items():
        for field, value in _fields(source):
            if isinstance(value, Literally):
                yield f"sources.{name}.{field}"


def _fields(model: BaseModel) -> Iterable[tuple[str, object]]:
    for field in type(model).model_fields:
        value = getattr(model, field)
        if isinstance(value, dict):
            for key, inner in value.items():
                yield f"{field}.{key}", inner
        else:
            yield field, value
