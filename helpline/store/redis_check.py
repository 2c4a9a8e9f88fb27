"""Whether a server is fit to keep what must not be lost, in plain words for `helpline doctor`."""

from __future__ import annotations

from collections.abc import Sequence

from helpline.store.port import Finding, StoreUnavailable
from helpline.store.wire import Reply, Wire

OLDEST = (6, 2)


def check(wire: Wire) -> Sequence[Finding]:
    """Return one finding a subject: version, eviction, append-only file, replicas."""
    info = wire.info()
    return [_version(info), _eviction(info), _file(info), _replicas(wire, info)]


def too_old(info: Reply) -> str | None:
    """Return what is wrong with the server's version, None when nothing is."""
    version = str(info.get("redis_version", "0"))
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if numbers >= OLDEST:
        return None
    return f"the store is version {version}: Redis 6.2 or Valkey 7.2 is the oldest that will do"


def _version(info: Reply) -> Finding:
    problem = too_old(info)
    name = (
        f"Valkey {info['valkey_version']}" if "valkey_version" in info else f"Redis {info['redis_version']}"
    )
    return Finding(False, problem, "use a newer server") if problem else Finding(True, f"{name}: new enough")


def _eviction(info: Reply) -> Finding:
    policy = info.get("maxmemory_policy", "noeviction")
    if policy == "noeviction":
        return Finding(True, "nothing is evicted when memory is full")
    remedy = "set maxmemory-policy to noeviction"
    return Finding(
        False, f"the store may throw people away when it is full (maxmemory-policy {policy})", remedy
    )


def _file(info: Reply) -> Finding:
    if not info.get("aof_enabled"):
        return Finding(False, "what is written is lost when the store stops", "set appendonly to yes")
    if info.get("aof_last_write_status", "ok") != "ok":
        return Finding(False, "the append-only file cannot be written", "look at the store's disk")
    return Finding(True, "an append-only file is kept")


def _replicas(wire: Wire, info: Reply) -> Finding:
    if info.get("role", "master") != "master":
        return Finding(False, "this is a replica: nothing can be written", "give the address of the primary")
    count = info.get("connected_slaves", 0)
    if wire.replicated and not count:
        return Finding(False, "no replica is connected", "start one: a case must not live in one place only")
    return Finding(True, f"replicas: {count}")


def refuse_old(wire: Wire) -> None:
    """Raise StoreUnavailable when the server is too old to run our scripts."""
    problem = too_old(wire.info())
    if problem:
        raise StoreUnavailable(f"open the store: {problem}")
