"""The services of the story, and what it has to remember."""

from __future__ import annotations

from dataclasses import dataclass

from secondline_tui.demo.alertmanager import Alertmanager
from secondline_tui.demo.icinga2 import Icinga2
from secondline_tui.demo.pagerduty.service import PagerDuty
from secondline_tui.demo.story.people import Paging
from secondline_tui.demo.world import World
from secondline_tui.demo.zendesk.service import Zendesk


@dataclass(slots=True)
class Scene:
    """Where everything happens."""

    world: World
    icinga: Icinga2
    alertmanager: Alertmanager
    pagerduty: PagerDuty
    zendesk: Zendesk
    paging: Paging
    page: str = ""
    drill: str = ""
    ticket: int = 0
