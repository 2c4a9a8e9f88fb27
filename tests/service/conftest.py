"""A house on a real server, with a carrier in memory."""

from __future__ import annotations

import pytest

from helpline.gateway.recorder import RecordingCarrier
from helpline.privacy import Vault
from helpline.store.connect import connect
from helpline.store.redis_store import RedisStore
from tests.service.house import House


@pytest.fixture
def recorder() -> RecordingCarrier:
    """Return a carrier in memory."""
    return RecordingCarrier()


@pytest.fixture
def store(server_url: str) -> RedisStore:
    """Return an empty store on the embedded server."""
    client = connect(server_url)
    client.flushall()
    return RedisStore(client, Vault({1: bytes(32)}, 1))


@pytest.fixture
def house(store: RedisStore, recorder: RecordingCarrier) -> House:
    """Return a helpline on an empty store."""
    return House(store, recorder)
