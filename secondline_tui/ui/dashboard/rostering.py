"""Who has a role, whole: today's pane is one text, so the role is chosen from a list."""

from __future__ import annotations

from secondline_tui.domain.actions import Choice
from secondline_tui.domain.items import Item, Planned
from secondline_tui.domain.text import EMPTY, clean
from secondline_tui.shift.pairing import RolePair
from secondline_tui.shift.people import role_key, role_told
from secondline_tui.ui.dashboard.acting import Acting
from secondline_tui.ui.prompts.chooser import ChooserScreen


class Rostering(Acting):
    """The dashboard with roles to open."""

    def open_item(self, item: Item) -> None:
        """Show a whole item."""
        raise NotImplementedError

    def role_items(self) -> dict[str, tuple[RolePair, Item]]:
        """What can be opened in today's pane: of each role the turn on its schedule, else what the rota plans."""
        today = self.pairing
        if today is None or self.showing != "panes" or self.focused is not self.today.list:
            return {}
        plans = {
            role_key(plan.role): plan for plan in self.board.items(Planned) if plan.first <= today.day <= plan.last
        }
        found = {
            pair.role: self.board.find(pair.ref) if pair.ref is not None else plans.get(role_key(pair.role))
            for pair in today.roles
        }
        return {pair.role: (pair, item) for pair in today.roles if (item := found[pair.role]) is not None}

    def choose_role(self) -> None:
        """Open the one that is chosen."""
        items = self.role_items()
        if not items:
            return
        choices = [
            Choice(
                key=role,
                name=clean(f"{role_told(role)}: {pair.person or 'nobody'}"),
                hint=clean(pair.difference) if pair.difference else EMPTY,
            )
            for role, (pair, _) in items.items()
        ]
        chosen = self._then(lambda role: self.open_item(items[role][1]))
        self.app.push_screen(ChooserScreen("which role?", choices), chosen)
