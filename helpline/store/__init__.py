"""The memory of the helpline: one protocol (`port`), kept in Redis or in this process, sealed either way.

`connect.connect` gives a client for an address, `Embedded` a server of our own where there is no address, and
`open_redis` or `open_memory` the store with its identity. The names are loaded at first use, so that whoever
needs the protocol alone does not wait for the rest.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpline.store.connect import AddressError, Client
    from helpline.store.embedded import Embedded, EmbeddedError
    from helpline.store.memory_store import MemoryStore, open_memory
    from helpline.store.opening import Opened
    from helpline.store.redis_store import RedisStore, open_redis

_HOMES = {
    "AddressError": "connect",
    "Client": "connect",
    "Embedded": "embedded",
    "EmbeddedError": "embedded",
    "MemoryStore": "memory_store",
    "Opened": "opening",
    "open_memory": "memory_store",
    "open_redis": "redis_store",
    "RedisStore": "redis_store",
}

__all__ = [
    "AddressError",
    "Client",
    "Embedded",
    "EmbeddedError",
    "MemoryStore",
    "Opened",
    "RedisStore",
    "open_memory",
    "open_redis",
]


def __getattr__(name: str) -> object:
    """Load a name of the face from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
