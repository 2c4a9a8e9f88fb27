"""A house on a real server, with a carrier in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpline.cli.phone_bench import Bench
from helpline.gateway.recorder import RecordingCarrier
from helpline.privacy import Vault
from helpline.store.connect import connect
from helpline.store.embedded import Embedded
from helpline.store.redis_store import RedisStore
from tests.service.house import House
from tests.service.night import STAFF, Night
from tests.workers.patience import SLOW_DISK


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a server of our own."""
    with Embedded(tmp_path_factory.mktemp("server"), linger=0.1) as server:
        yield server.start()


@pytest.fixture
def recorder() -> RecordingCarrier:
    """Return a carrier in memory."""
    return RecordingCarrier()


@pytest.fixture
def store(server_url: str) -> Iterator[RedisStore]:
    """Return an empty store."""
    client = connect(server_url, timeout=SLOW_DISK)
    client.flushall()
    yield RedisStore(client, Vault({1: bytes(32)}, 1))
    client.close()


@pytest.fixture
def house(store: RedisStore, recorder: RecordingCarrier) -> House:
    """Return a helpline on an empty store."""
    return House(store, recorder)


@pytest.fixture
def night() -> Iterator[Night]:
    """A helpline in memory with two nurses, a supervisor and someone trained, and an emergency."""
    opened = Bench.open(memory=True)
    night = Night(opened)
    night.hire(*STAFF)
    yield night
    opened.close()
