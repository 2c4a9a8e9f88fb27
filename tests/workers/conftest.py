"""A house on a real server with a carrier over HTTP, and workers that are real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from redis import Redis

from helpline.carrier.server import ThreadedCarrier
from helpline.carrier.settings import Settings
from helpline.privacy import Vault
from helpline.store.connect import connect
from helpline.store.embedded import Embedded
from helpline.store.redis_store import RedisStore
from helpline.workers.queues import Queues
from tests.service.house import Clock, House
from tests.workers.crew_parts import make_carrier
from tests.workers.patience import SLOW_DISK

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """Return a server of our own."""
    with Embedded(tmp_path_factory.mktemp("server"), linger=0.1) as running:
        yield running


@pytest.fixture
def server_url(server: Embedded) -> str:
    """Return its address, with nothing in it."""
    url = server.start()
    client = connect(url, timeout=SLOW_DISK)
    client.flushall()
    client.close()
    return url


@pytest.fixture
def client(server_url: str) -> Iterator[Redis]:
    """Return a client of the server."""
    made = cast(Redis, connect(server_url, timeout=SLOW_DISK))
    yield made
    made.close()


@pytest.fixture(scope="session")
def local_carrier() -> Iterator[ThreadedCarrier]:
    """Run a carrier that posts no reports."""
    with ThreadedCarrier(Settings(callbacks="none", pace=0.0)) as running:
        yield running


@pytest.fixture
def carrier(local_carrier: ThreadedCarrier) -> ThreadedCarrier:
    """Return the carrier as after a start."""
    local_carrier.station.reset()
    return local_carrier


@pytest.fixture
def queues(client: Redis) -> Queues:
    """Return the queues."""
    return Queues(client)


@pytest.fixture
def house(client: Redis, carrier: ThreadedCarrier) -> House:
    """Return a helpline whose clock begins at the carrier's, sending to it over HTTP."""
    return house_on(client, carrier)


def house_on(client: Redis, carrier: ThreadedCarrier) -> House:
    """Make such a helpline."""
    clock = Clock(datetime.fromtimestamp(int(carrier.station.clock.now()), UTC))
    store = RedisStore(client, Vault({1: bytes(32)}, 1))
    store.shift_clock(carrier.station.clock.shift)
    return House(store, make_carrier(carrier.base, clock.now), clock)


Start = Callable[[], AbstractContextManager[subprocess.Popen[bytes]]]


@contextmanager
def whole_worker(store: str, carrier: str, patience: float = 10.0) -> Iterator[subprocess.Popen[bytes]]:
    """Run a whole worker: supervisor, ticker and queues. `patience` is how long it waits for the carrier."""
    told = {
        "TEST_STORE": store,
        "TEST_CARRIER": carrier,
        "TEST_PATIENCE": str(patience),
        "PYTHONPATH": str(ROOT),
    }
    program = "import sys; from helpline.workers import main; sys.exit(main('tests.workers.crew_parts'))"
    running = subprocess.Popen([sys.executable, "-c", program], env=told, cwd=ROOT, start_new_session=True)
    try:
        yield running
    finally:
        if running.poll() is None:
            running.send_signal(signal.SIGTERM)
            try:
                running.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
                running.wait(5)


@pytest.fixture
def worker(server_url: str, carrier: ThreadedCarrier) -> Start:
    """Return what starts a whole worker."""
    return lambda: whole_worker(server_url, carrier.base)
