"""The scripted world: simulated services, a seed, and a story that goes on while time moves."""

from __future__ import annotations

import heapq
import itertools
import random
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping

from secondline_tui.demo.faults import Fault
from secondline_tui.demo.server import SimulatedServer
from secondline_tui.demo.simulator import Now, Simulator

REQUESTS_KEPT = 100_000

Happening = Callable[[], None]


class World:
    """All simulated services of one demo, and what is still to happen in them."""

    def __init__(self, clock: Now = time.time, *, at_end: bool = False) -> None:
        self._clock = clock
        self.at_end = at_end
        """Whether the shift is about to end as the demo begins, rather than just begun."""
        self.jottings: list[tuple[float, str, str]] = []
        """What people noted for each other: (when, who, text)."""
        self._moment: float | None = None
        self.started = clock()
        self.lock = threading.RLock()
        self._servers: dict[str, SimulatedServer] = {}
        self._simulators: dict[str, Simulator] = {}
        self._requests: deque[dict[str, object]] = deque(maxlen=REQUESTS_KEPT)
        self.bytes_sent: Counter[str] = Counter()
        """Bytes of bodies that each service sent."""
        self._plot: list[tuple[float, int, Happening]] = []
        self._order = itertools.count()

    def now(self) -> float:
        """The time in this world: while something happens, the time when it was due, however late it is played."""
        return self._clock() if self._moment is None else self._moment

    def wall(self) -> float:
        """What the clocks of its services show, whatever is played just now."""
        return self._clock()

    def chance(self, name: str, seed: int = 2) -> random.Random:
        """A source of chance of one's own, the same in every run."""
        return random.Random(f"{seed}:{name}")

    # -- services ---------------------------------------------------------------------------------------------

    def add(self, simulator: Simulator) -> None:
        """Let a service exist."""
        self._simulators[simulator.name] = simulator

    def listen(self) -> None:
        """Let every service be reached."""
        for name, simulator in self._simulators.items():
            self._servers[name] = SimulatedServer(simulator, self)

    @property
    def simulators(self) -> Mapping[str, Simulator]:
        """The services by name."""
        return self._simulators

    @property
    def urls(self) -> dict[str, str]:
        """Where each service listens."""
        return {name: server.url for name, server in self._servers.items()}

    def close(self) -> None:
        """Stop listening."""
        for server in self._servers.values():
            server.close()

    # -- faults -----------------------------------------------------------------------------------------------

    def break_service(self, name: str, fault: Fault | None) -> None:
        """Let a service answer badly, or well again; KeyError when there is none of that name."""
        self._servers[name].break_with(fault)

    def mend(self) -> None:
        """Let every service answer well again."""
        for server in self._servers.values():
            server.break_with(None)

    # -- the story --------------------------------------------------------------------------------------------

    def at(self, seconds: float, happening: Happening) -> None:
        """Let something happen so many seconds after the start."""
        heapq.heappush(self._plot, (self.started + seconds, next(self._order), happening))

    def advance(self) -> None:
        """Let everything happen that is due. Called under the lock, before each answer."""
        while self._plot and self._plot[0][0] <= self._clock():
            self._moment, _, happening = heapq.heappop(self._plot)
            try:
                happening()
            finally:
                self._moment = None

    def past(self) -> dict[str, object]:
        """What was wrong in the services until now, and what people noted."""
        with self.lock:
            self.advance()
            firings = {name: simulator.firings.told() for name, simulator in self._simulators.items()}
            return {"firings": {name: told for name, told in firings.items() if told}, "jottings": self.jottings}

    # -- the record -------------------------------------------------------------------------------------------

    def note(self, service: str, method: str, target: str) -> None:
        """Remember a request. Credentials in a query are not kept."""
        path = target if "token=" not in target else target.partition("?")[0]
        self._requests.append({"service": service, "method": method, "path": path, "time": self.now()})

    def requests(self) -> list[dict[str, object]]:
        """Every request received, oldest first."""
        return list(self._requests)

    def forget_requests(self) -> None:
        """Begin the record anew."""
        self._requests.clear()

    def state(self) -> dict[str, object]:
        """What every service holds now."""
        with self.lock:
            self.advance()
            return {name: simulator.state() for name, simulator in self._simulators.items()}
