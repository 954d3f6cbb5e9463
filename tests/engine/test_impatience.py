from __future__ import annotations

import subprocess
import sys
import textwrap
import time


def run(body: str) -> tuple[int, float]:
    code = textwrap.dedent(body)
    before = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=50, check=False)
    return done.returncode, time.monotonic() - before


def test_a_look_up_that_hangs_does_not_hold_up_the_end() -> None:
    code, took = run(
        """
        import asyncio, sys, time
        from secondline_tui.engine.impatience import be_impatient, leave

        async def main() -> None:
            be_impatient()
            asyncio.get_running_loop().run_in_executor(None, time.sleep, 45)
            await asyncio.sleep(0.1)

        asyncio.run(main())
        sys.exit(leave(3))
        """
    )
    assert code == 3
    assert took < 20, "45 s without it; the bound is generous for a noisy machine"


def test_without_stuck_threads_the_interpreter_ends_as_usual() -> None:
    code, _ = run(
        """
        import atexit, sys
        from secondline_tui.engine.impatience import leave

        atexit.register(lambda: print("as usual"))
        sys.exit(leave(0))
        """
    )
    assert code == 0
