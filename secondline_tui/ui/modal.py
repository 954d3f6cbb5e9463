"""Screens and lists above the dashboard that stand fast typing. Textual 8.2.8's own do not."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingsMap
from textual.screen import ModalScreen
from textual.widgets import OptionList

ResultT = TypeVar("ResultT")


class Modal(ModalScreen[ResultT]):
    """A screen that ends once. Otherwise a second Enter, typed in time, would end the screen below too."""

    def adopt(self, keys: Mapping[str, str], *names: str, but: str = "") -> None:
        """Give commands the keys here that they have on the dashboard, `but` for one that does something else."""
        own = [Binding(keys[name], name, show=False) for name in names if keys[name]]
        bound = BindingsMap(own).key_to_bindings
        bound.pop(but, None)
        self._bindings.key_to_bindings.update(bound)

    def dismiss(self, result: ResultT | None = None) -> AwaitComplete:
        """End with a result; ignored where this screen is not the one in front."""
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()


class Options(OptionList):
    """A list whose page keys do no harm before it has been laid out."""

    def action_page_up(self) -> None:
        """A page back."""
        with contextlib.suppress(KeyError):
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """A page on."""
        with contextlib.suppress(KeyError):
            super().action_page_down()  # type: ignore[no-untyped-call]
