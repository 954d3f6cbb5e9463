"""Label matchers as Prometheus, Alertmanager and Grafana write them: team="web", env!="ci", host=~"cache.*". Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_FORM = re.compile(r'\s*"?([A-Za-z_:][\w:.-]*)"?\s*(=~|!~|!=|=)\s*(.*?)\s*', re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
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
        name, operator, value = form.groups()
        if value.startswith('"'):
            quoted = _QUOTED.fullmatch(value)
            if quoted is None:
                raise ValueError(f"{text!r}: the quotes around the value do not fit")
            value = _ESCAPED.sub(lambda m: "\n" if m[1] == "n" else m[1], quoted[1])
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
        value = self.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'{self.name}{operator}"{value}"'
