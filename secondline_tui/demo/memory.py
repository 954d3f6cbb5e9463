"""What somebody who had watched the demo's services for weeks would remember, as data for whoever shows them."""

from __future__ import annotations

from datetime import timedelta

from secondline_tui.demo.rota import Rota
from secondline_tui.demo.settings import LONDON, shift_begin, turn_begin
from secondline_tui.demo.trello.service import Trello
from secondline_tui.demo.world import World

HOUR = 3_600.0


def memory(world: World) -> dict[str, object]:
    """The world's record of what was wrong, what people noted, and what the person in front of the screen has seen.

    Times are seconds since 1970. They watched until the shift began; at the end of one, until just now.
    """
    turn = turn_begin(world)
    until = world.started - 60 if world.at_end else shift_begin(world).timestamp()
    simulators = world.simulators.values()
    rotas = [simulator for simulator in simulators if isinstance(simulator, Rota)]
    boards = [simulator for simulator in simulators if isinstance(simulator, Trello)]
    return {
        **world.past(),
        "until": until,
        "turn": turn.timestamp(),
        "zone": LONDON.key,
        "team": {
            role: name for rota in rotas for role, name in rota.people_on(turn.date() - timedelta(days=1)).items()
        },
        "looked": world.started - HOUR if world.at_end else None,
        "read": {
            "at": (turn - timedelta(days=8)).timestamp(),
            "cards": {board.name: [card.id for card in board.board.visible_cards()] for board in boards},
        },
    }
