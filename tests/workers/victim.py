"""Processes that die at a hop: `python -m tests.workers.victim`, then a line of JSON for each (`Order`).

For each line a child does one job as a worker or a web process does it, once, and kills itself with SIGKILL
before or after one of the steps that it takes at the store, at the carrier or at the queue: the n-th of all,
or the n-th of a name. How it ended is written out; with TEST_TOLD set, what it had in hand goes to that file.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

from redis import Redis

from helpline.service import Line, Sender, receive
from helpline.service.agenda import wake
from helpline.service.delivery import report
from helpline.service.reconcile import reconcile
from helpline.store.connect import connect
from helpline.store.port import Item, ItemId
from helpline.triage.events import Texted
from helpline.workers.queues import Queues
from helpline.workers.ticker import Ticker
from tests.service.house import flow
from tests.workers.crew_parts import line_for_process, make_carrier
from tests.workers.patience import SLOW_DISK


@dataclass(frozen=True, slots=True)
class Order:
    """What to do and where to die. `hop` is a name, or empty for any step; `now` is ISO 8601."""

    now: str
    which: int = 1
    hop: str = ""
    side: str = "before"
    job: str = "work"
    told: Mapping[str, str] = field(default_factory=dict)

    def line(self) -> str:
        """Return the order as one line."""
        return json.dumps(asdict(self)) + "\n"


class Hops:
    """Count steps and die at one of them."""

    def __init__(self, order: Order) -> None:
        self._left = order.which
        self._order = order
        self.names: list[str] = []
        self.item = ""

    def around(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        """Return the step as one that may be the last."""

        def hop(*args: Any, **more: Any) -> Any:
            self.names.append(name)
            self._left -= self._order.hop in ("", name)
            here = self._left == 0 and self._order.hop in ("", name)
            if here and self._order.side == "before":
                self._die(name)
            try:
                result = step(*args, **more)
            except Exception as error:
                self._tell(at=name, raised=type(error).__name__)
                raise
            if name in ("claim", "settle"):
                self.item = result.id if isinstance(result, Item) else ""
            if here:
                self._die(name)
            return result

        return hop

    def _die(self, name: str) -> None:
        self._tell(at=name, side=self._order.side, died="yes")
        os.kill(os.getpid(), signal.SIGKILL)

    def _tell(self, **what: str) -> None:
        if told := os.environ.get("TEST_TOLD"):
            with open(told, "a") as file:
                file.write(json.dumps({"item": self.item, **what}) + "\n")


class Deadly:
    """Something real, each function of which is a hop."""

    def __init__(self, real: object, hops: Hops) -> None:
        self._real, self._hops = real, hops

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        return self._hops.around(name, found) if callable(found) else found


def do(order: Order) -> Hops:
    """Do the job of an order as the process would, until the hop."""
    now, hops = datetime.fromisoformat(order.now), Hops(order)
    line = line_for_process()
    queues: Any = Deadly(Queues(cast(Redis, connect(os.environ["TEST_STORE"], timeout=SLOW_DISK))), hops)
    deadly = replace(
        line,
        store=cast(Any, Deadly(line.store, hops)),
        carrier=cast(Any, Deadly(make_carrier(os.environ["TEST_CARRIER"], lambda: now), hops)),
        now=lambda: now,
        wake=queues.wake,
    )
    JOBS[order.job](deadly, order, queues)
    return hops


def _work(line: Line, order: Order, queues: Any) -> None:
    for people in line_for_process().store.due(line.now()):
        for person in people:
            wake(line, person)


def _receive(line: Line, order: Order, queues: Any) -> None:
    told = order.told
    sender = Sender(line.identity.person(told["from"]), told["from"], told["id"])
    receive(line, sender, lambda chance: Texted(told["id"], line.now(), chance, told["body"]))


def _report(line: Line, order: Order, queues: Any) -> None:
    told = order.told
    report(line, ItemId(told["item"]), told["delivery"], None, int(told["code"]) or None)


def _reconcile(line: Line, order: Order, queues: Any) -> None:
    reconcile(line, line.now())


def _tick(line: Line, order: Order, queues: Any) -> None:
    Ticker(lambda: line, queues).tick()


JOBS: Mapping[str, Callable[[Line, Order, Any], None]] = {
    "work": _work,
    "receive": _receive,
    "report": _report,
    "reconcile": _reconcile,
    "tick": _tick,
}


def main() -> None:
    """Have one child for each line; say how it ended, and by which steps if it lived."""
    flow()
    carrier: Any = make_carrier(os.environ["TEST_CARRIER"], lambda: datetime.now(UTC))
    assert carrier._client.messages and carrier._client.calls  # imported once, not in every child
    for line in sys.stdin:
        order = Order(**json.loads(line))
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            hops = do(order)
            os.write(writing, json.dumps(hops.names).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as names:
            steps = names.read()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(json.dumps({"status": status, "steps": json.loads(steps or "[]")}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
