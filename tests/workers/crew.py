"""What tests do with whole workers: let time pass, count ticks, find their processes."""

from __future__ import annotations

from functools import partial

from redis import Redis

from helpline.carrier.server import ThreadedCarrier
from helpline.workers.queues import TICKER
from tests.service.house import House
from tests.workers.patience import until


def pass_by(house: House, carrier: ThreadedCarrier, seconds: float) -> None:
    """Let time pass for the helpline and for the carrier."""
    carrier.station.clock.advance(seconds)
    house.store.shift_clock(seconds)


def ticks(client: Redis, count: int = 2) -> None:
    """Wait until a ticker has ticked so often: whoever is done by then it has forgotten."""
    for _ in range(count):
        seen = (None, client.get(TICKER))
        assert until(partial(_moved_on, client, seen))


def _moved_on(client: Redis, seen: tuple[object, ...]) -> bool:
    return client.get(TICKER) not in seen


def pids(client: Redis, queue: str) -> list[int]:
    """Return the processes that serve a queue."""
    names = [key.decode() for key in client.scan_iter(f"rq:worker:{queue}-*")]
    return sorted({p for p in (int(name.split("-")[1]) for name in names) if lives(p)})


def lives(pid: int) -> bool:
    """Return whether a process runs."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
