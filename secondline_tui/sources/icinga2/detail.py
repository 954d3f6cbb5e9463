"""What Icinga 2 tells of one object when a person opens it. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from secondline_tui.domain.items import Detail
from secondline_tui.domain.text import clean, clean_block

# Passwords for checks are kept in custom variables. Icinga Web hides *pw*, *pass* and community by default.
_PROTECTED = ("*pw*", "*pass*", "*secret*", "*token*", "*community*", "*key")
_HIDDEN = "***"
_OF_A_CHECK = ("check_source", "performance_data")


def detail_of(attrs: Mapping[str, object]) -> Detail:
    """All attributes of a service or host, those of its last check that help, and its whole output."""
    result = attrs.get("last_check_result")
    check = result if isinstance(result, dict) else {}
    told = {**attrs, **{name: check[name] for name in _OF_A_CHECK if name in check}}
    # The check's command line, with its passwords, stands in the result.
    told.pop("last_check_result", None)
    return Detail(
        body=clean_block(check.get("output", "")),
        attributes=tuple((clean(name), clean(_shown(value))) for name, value in sorted(_flat(told))),
    )


def _flat(attrs: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The attributes, with each custom variable as one of its own."""
    for name, value in attrs.items():
        if not isinstance(value, dict):
            yield name, value
        elif name == "vars":
            yield from ((f"vars.{inner}", _protected(inner, value[inner])) for inner in value)
        else:
            yield name, _protected("", value)  # original_attributes holds variables too


def _protected(name: str, value: object) -> object:
    """The value of a custom variable, without whatever is named like a secret."""
    if any(fnmatchcase(name.casefold(), pattern) for pattern in _PROTECTED):
        return _HIDDEN
    if isinstance(value, dict):
        return {inner: _protected(inner, value[inner]) for inner in value}
    if isinstance(value, list):
        return [_protected("", inner) for inner in value]
    return value


def _shown(value: object) -> str:
    """An attribute as it is shown: text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
