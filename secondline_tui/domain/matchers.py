"""Label matchers as Prometheus, Alertmanager and Grafana write them: team="web", env!="ci", host=~"cache.*". Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_IN_QUOTES = r'"((?:[^"\\]|\\.)*)"'
_FORM = re.compile(rf"\s*(?:([A-Za-z_:][\w:.-]*)|{_IN_QUOTES})\s*(=~|!~|!=|=)\s*(.*?)\s*", re.DOTALL)
_QUOTED = re.compile(_IN_QUOTES, re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z_:][\w:]*", re.ASCII)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on one label. A label that is missing counts as empty; a regular expression fits it whole."""

    name: str
    value: str
    regex: bool = False
    equal: bool = True

    @classmethod
    def parse(cls, text: str) -> Matcher:
        """The matcher in `text`, its value quoted or bare; ValueError tells what is wrong with anything else."""
        form = _FORM.fullmatch(text)
        if form is None:
            raise ValueError(f'{text!r} is not a matcher such as team="web" or host=~"cache.*"')
        plain, quoted_name, operator, value = form.groups()
        name = plain or _unescaped(quoted_name)
        if not name:
            raise ValueError(f"{text!r}: a label has a name")
        if value.startswith('"'):
            quoted = _QUOTED.fullmatch(value)
            if quoted is None:
                raise ValueError(f"{text!r}: the quotes around the value do not fit")
            value = _unescaped(quoted[1])
        matcher = cls(name, value, regex="~" in operator, equal="!" not in operator)
        if matcher.regex:
            try:
                re.compile(value)
            except re.error as error:
                raise ValueError(f"{text!r}: {error}") from None
        return matcher

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels satisfy it."""
        value = labels.get(self.name, "")
        hit = re.fullmatch(self.value, value) is not None if self.regex else value == self.value
        return hit is self.equal

    def __str__(self) -> str:
        operator = ("=~" if self.equal else "!~") if self.regex else ("=" if self.equal else "!=")
        name = self.name if _PLAIN.fullmatch(self.name) else _in_quotes(self.name)
        return f"{name}{operator}{_in_quotes(self.value)}"


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda m: "\n" if m[1] == "n" else m[1], text)


def _in_quotes(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
