"""The handover as a card of its own: proposed, shown, and sent as any new card is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from secondline_tui.config.withheld import withheld
from secondline_tui.domain.actions import Choice, Verb
from secondline_tui.domain.new_card import new_card
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.shift.handover import Material
from secondline_tui.shift.posted import NAME, card_text, cards_since
from secondline_tui.ui.dashboard.desk import Desk
from secondline_tui.ui.dashboard.features.acting import Acting
from secondline_tui.ui.dashboard.features.feature import unless_none
from secondline_tui.ui.prompts.chooser import ChooserScreen
from secondline_tui.ui.prompts.errand import Errand, Target

_OPEN, _NEW = "open", "new"


class Posting:
    """What makes a card of a handover."""

    def __init__(self, desk: Desk, acting: Acting) -> None:
        self.desk = desk
        self.session = desk.session
        self.acting = acting

    def card_of(self, text: str, material: Material) -> Callable[[], str] | None:
        """What begins to make a card of it; None where there is no board that may be written to."""
        return partial(self._handover_card, text, material) if self.acting.offers.boards() else None

    def _handover_card(self, text: str, material: Material) -> str:
        """Choose a board and show what would be sent; why that is not possible, "" when it is."""
        outbox, boards = self.session.outbox, self.acting.offers.boards()
        if outbox is None or not outbox.ledger.is_open:
            return (outbox.ledger.note if outbox is not None else "") or "nothing can be sent now"
        if not boards:
            return "there is no board that may be written to"
        known = {action.intent.id: action for action in (*material.actions, *outbox.ledger.actions)}
        made = cards_since(known.values(), material.begin)
        if not made:
            self._on_a_board(text, material, boards)
            return ""
        last = made[-1].intent
        card = self.desk.board.find(last.ref)
        choices = [] if card is None else [Choice(key=_OPEN, name=clean(f"open {card.name_line}"))]
        choices.append(Choice(key=_NEW, name=SafeText("make another card of it all the same")))
        state = "there is a card of it already" if card is not None else "a card of it was made, or is on its way"
        title = clean(last.text.strip().partition("\n")[0], 60)

        def chosen(key: str) -> None:
            if key == _NEW:
                self._on_a_board(text, material, self.acting.offers.boards())
            elif card is not None:
                self.desk.app.pop_screen()
                self.desk.open_item(card)

        self.desk.app.push_screen(ChooserScreen(f"{state}: {title}", choices), unless_none(chosen))
        return ""

    def _on_a_board(self, text: str, material: Material, boards: list[str]) -> None:
        if len(boards) == 1:
            self._ask_for_handover(text, material, boards[0])
        elif boards:
            choices = [Choice(key=name, name=SafeText(name)) for name in boards]
            chosen = unless_none(partial(self._ask_for_handover, text, material))
            self.desk.app.push_screen(ChooserScreen("on which board?", choices), chosen)

    def _ask_for_handover(self, text: str, material: Material, board: str) -> None:
        outbox = self.acting.open_outbox()
        if outbox is None:
            return
        author = self.session.config.me.name
        proposed = withheld(card_text(text, material.pairing, material.now, material.zone, author))
        source = self.desk.board.sources[board]
        target = Target(ref=new_card(board), name=NAME, verb=Verb.CARD, type=source.type, home=source.home)
        topic = f"handover since {material.begin.isoformat()}"
        self.acting.ask(Errand(targets=(target,), key="n", text=proposed, topic=topic), outbox)
