"""Both stores, empty: every rule of the contract is tried on each."""

from __future__ import annotations

import pytest

from helpline.privacy import Vault
from helpline.store import MemoryStore, RedisStore
from helpline.store.connect import Client, connect
from helpline.store.port import Store
from tests.workers.patience import SLOW_DISK


@pytest.fixture
def vault() -> Vault:
    """Return a vault with one key."""
    return Vault({1: bytes(range(32))}, 1)


@pytest.fixture
def client(server_url: str) -> Client:
    """Return a client of an empty server."""
    client = connect(server_url, timeout=SLOW_DISK)
    client.flushall()
    return client


@pytest.fixture
def redis_store(client: Client, vault: Vault) -> RedisStore:
    """Return an empty store on the embedded server."""
    return RedisStore(client, vault)


@pytest.fixture(params=["memory", "redis"])
def store(request: pytest.FixtureRequest, vault: Vault) -> Store:
    """Return each of the two stores in turn."""
    if request.param == "memory":
        return MemoryStore(vault)
    found: RedisStore = request.getfixturevalue("redis_store")
    return found
