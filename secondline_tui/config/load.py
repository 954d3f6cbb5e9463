"""Reading the configuration file; every fault in it is told at once, as `file: key: reason`."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from secondline_tui.config.errors import ConfigError
from secondline_tui.config.models import Config
from secondline_tui.config.secrets import Literally


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
        raise ConfigError([f"{path}: {_key(e)}: {_reason(e)}" for e in error.errors()]) from None


def _key(error: ErrorDetails) -> str:
    """The key as it stands in the file: without the name of the union's member that pydantic puts in."""
    where = list(error["loc"])
    if len(where) > 2 and where[0] == "sources":
        del where[2]
    return ".".join(str(part) for part in where) or "(file)"


def _reason(error: ErrorDetails) -> str:
    """The fault in plain words; the value itself is never repeated, it may be a secret."""
    match error["type"]:
        case "extra_forbidden":
            return "unknown key"
        case "missing":
            return "missing"
        case "union_tag_not_found":
            return "type is missing"
        case "union_tag_invalid":
            return f"no such type; types are {error['ctx']['expected_tags']}"
        case "value_error":
            return str(error["ctx"]["error"])
        case _:
            text = error["msg"]
            return text[:1].lower() + text[1:]


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
