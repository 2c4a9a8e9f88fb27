"""Workers that die at a hop: `python -m tests.workers.victim`, then a line `WHICH SIDE NOW` for each.

For each line a child looks at everybody who is due at NOW (ISO 8601), once, and kills itself with SIGKILL
before or after the WHICH-th step that it takes at the store or at the carrier. How it ended is written out.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from helpline.service.agenda import wake
from tests.service.house import flow
from tests.workers.crew_parts import line_for_process, make_carrier


class Hops:
    """Count steps and die at one of them."""

    def __init__(self, which: int, side: str) -> None:
        self._left = which
        self._side = side

    def around(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """Return the step as one that may be the last."""

        def hop(*args: Any, **more: Any) -> Any:
            self._left -= 1
            if self._left == 0 and self._side == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = step(*args, **more)
            if self._left == 0 and self._side == "after":
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return hop


class Deadly:
    """Something real, each function of which is a hop."""

    def __init__(self, real: object, hops: Hops) -> None:
        self._real, self._hops = real, hops

    def __getattr__(self, name: str) -> Any:
        return self._hops.around(getattr(self._real, name))


def work(which: int, side: str, now: datetime) -> None:
    """Work as a worker would, until the hop."""
    line = line_for_process()
    hops = Hops(which, side)
    store: Any = Deadly(line.store, hops)
    carrier: Any = Deadly(make_carrier(os.environ["TEST_CARRIER"], lambda: now), hops)
    deadly = replace(line, store=store, carrier=carrier, now=lambda: now)
    for people in line.store.due(now):
        for person in people:
            wake(deadly, person)


def main() -> None:
    """Have one child for each line; say how it ended."""
    flow()
    carrier: Any = make_carrier(os.environ["TEST_CARRIER"], lambda: datetime.now(UTC))
    assert carrier._client.messages and carrier._client.calls  # imported once, not in every child
    for line in sys.stdin:
        which, side, now = line.split()
        child = os.fork()
        if child == 0:
            work(int(which), side, datetime.fromisoformat(now))
            os._exit(0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
