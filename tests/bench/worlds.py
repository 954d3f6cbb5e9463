"""Worlds to measure in."""

from __future__ import annotations

from pathlib import Path

from secondline_tui.demo.icinga2 import Icinga2
from secondline_tui.demo.world import World
from tests.e2e.served import serve

PLENTY = 10_000


def crowded(problems: int = PLENTY) -> World:
    """One Icinga with so many problems; a hundredth of them changes with every poll."""
    world = World()
    icinga = Icinga2("icinga", world.now, world.chance("bench"))
    world.add(icinga)
    names = []
    for n in range(problems // 20):
        host = icinga.add_host(f"host{n:05}", f"backend ({n // 250}.{n % 250})").name
        for m in range(20):
            service = icinga.add_service(host, f"check number {m}")
            icinga.change(service.name, 1 + (n + m) % 3, f"CRITICAL: value={n}.{m}", ago=float(n * 20 + m))
            names.append(service.name)
    chance = world.chance("changes")

    def change(tick: int) -> None:
        for name in chance.sample(names, max(1, len(names) // 100)):
            icinga.change(name, 1 + tick % 3, f"CRITICAL: value={chance.random():.3f}")
        world.at(world.now() - world.started + 1, lambda: change(tick + 1))

    world.at(5, lambda: change(0))
    return world


def own(config: Path, folder: Path, interval: int) -> Path:
    """The same configuration with a state folder of its own, every source polled so often."""
    changed = {"interval": f"interval = {interval}", "state": f'state = "{folder}"'}
    lines = [changed.get(line.partition(" = ")[0], line) for line in config.read_text().splitlines()]
    folder.mkdir(parents=True)
    made = folder / "config.toml"
    made.write_text("\n".join(lines))
    made.chmod(0o600)
    return made


if __name__ == "__main__":
    serve(crowded())
