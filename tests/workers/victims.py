"""What asks workers to die, and hears how they ended: the other side of `tests.workers.victim`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from tests.workers.victim import Order

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class End:
    """How one worker ended; `steps` names what it did, if it lived."""

    killed: bool
    steps: tuple[str, ...]


class Victims:
    """Processes that fork a worker for each order. `told` is the file in which they say what they had."""

    def __init__(self, store: str, carrier: str, count: int = 1, told: Path | None = None) -> None:
        environment = {**os.environ, "TEST_STORE": store, "TEST_CARRIER": carrier, "PYTHONPATH": str(ROOT)}
        environment |= {"TEST_TOLD": str(told)} if told else {}
        self._running = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.workers.victim"],
                env=environment,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(count)
        ]

    def work(self, *orders: Order) -> Sequence[End]:
        """Let as many workers as there are orders work at once; return how they ended."""
        busy = self._running[: len(orders)]
        for process, order in zip(busy, orders, strict=True):
            asking = cast(IO[str], process.stdin)
            asking.write(order.line())
            asking.flush()
        return [_end(cast(IO[str], process.stdout).readline()) for process in busy]

    def close(self) -> None:
        """End the processes."""
        for process in self._running:
            cast(IO[str], process.stdin).close()
            process.wait(10)
            cast(IO[str], process.stdout).close()


def _end(line: str) -> End:
    said = json.loads(line)
    assert said["status"] in (0, -signal.SIGKILL), said
    return End(said["status"] != 0, tuple(said["steps"]))
