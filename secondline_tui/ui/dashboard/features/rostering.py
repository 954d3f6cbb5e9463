"""Who has a role, whole: today's pane is one text, so the role is chosen from a list."""

from __future__ import annotations

from secondline_tui.domain.actions import Choice
from secondline_tui.domain.items import Item, Planned
from secondline_tui.domain.text import EMPTY, clean
from secondline_tui.shift.pairing import RolePair
from secondline_tui.shift.people import role_key, role_told
from secondline_tui.ui.dashboard.features.feature import Feature, unless_none
from secondline_tui.ui.prompts.chooser import ChooserScreen


class Rostering(Feature):
    """Roles to open."""

    def items(self) -> dict[str, tuple[RolePair, Item]]:
        """What can be opened in today's pane: of each role the turn on its schedule, else what the rota plans."""
        today = self.desk.pairing
        if today is None or self.desk.showing != "panes" or self.desk.focused is not self.desk.today.list:
            return {}
        plans = {
            role_key(plan.role): plan for plan in self.desk.board.items(Planned) if plan.first <= today.day <= plan.last
        }
        found = {
            pair.role: self.desk.board.find(pair.ref) if pair.ref is not None else plans.get(role_key(pair.role))
            for pair in today.roles
        }
        return {pair.role: (pair, item) for pair in today.roles if (item := found[pair.role]) is not None}

    def choose(self) -> None:
        """Open the one that is chosen."""
        items = self.items()
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
        chosen = unless_none(lambda role: self.desk.open_item(items[role][1]))
        self.app.push_screen(ChooserScreen("which role?", choices), chosen)
