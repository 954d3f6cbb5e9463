"""What a wrong configuration is told: one line a fault, `file: key: reason`."""

from __future__ import annotations


class ConfigError(Exception):
    """The configuration cannot be used. `problems` holds a line for each fault, ready to print."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
