"""A store that is away, full, read-only, slow or somebody else's is one error, told without content."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from helpline.privacy import WrongSecret
from helpline.store import Embedded, RedisStore, open_redis
from helpline.store.connect import AddressError, connect
from helpline.store.port import StoreUnavailable
from helpline.store.redis_check import too_old
from helpline.store.redis_outbox import scored
from helpline.store.redis_people import pairs
from tests.conftest import embedded_server
from tests.store.people import NOON, PERSON, PHONE, WORDS, commit, look, plan_of


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """Run a server that these tests may maltreat."""
    with embedded_server(tmp_path_factory.mktemp("faults")) as server:
        yield server


@pytest.fixture
def open_store(server: Embedded) -> RedisStore:
    """Return an empty store on it."""
    client = connect(server.url)
    client.flushall()
    store = open_redis(client, ["a-master-secret"]).store
    assert isinstance(store, RedisStore)
    return store


@contextmanager
def setting(store: RedisStore, name: str, value: str, back: str) -> Iterator[None]:
    """Change a setting of the server for a while."""
    client: Any = store.wire.client
    client.config_set(name, value)
    try:
        yield
    finally:
        client.config_set(name, back)


def refused(words: str, do: Callable[[], object]) -> str:
    """Do something that must be refused with these words and without content; return what was said."""
    with pytest.raises(StoreUnavailable, match=words) as error:
        do()
    said = str(error.value)
    assert PHONE not in said and WORDS not in said and PERSON not in said
    return said


def test_a_full_store_refuses_a_commit_whole(open_store: RedisStore) -> None:
    """What was there can still be read, nothing of the new is written."""
    commit(open_store, plan_of("SM1"))
    with setting(open_store, "maxmemory", "1", "0"):
        said = refused("full", lambda: open_store.commit(plan_of("SM2", 1)))
        assert said.startswith("commit a turn")
        assert look(open_store).revision == 1
    assert commit(open_store, plan_of("SM2", 1)) == 2


def test_a_replica_is_read_only(open_store: RedisStore) -> None:
    """Whoever was given the wrong address learns it; `doctor` says the same."""
    client: Any = open_store.wire.client
    client.config_set("replica-serve-stale-data", "yes")
    client.replicaof("127.0.0.1", 1)
    try:
        refused("read-only", lambda: open_store.commit(plan_of("SM1")))
        assert any("replica" in f.what and not f.well for f in open_store.check())
    finally:
        client.replicaof("NO", "ONE")


def test_somebody_elses_key_is_told(open_store: RedisStore) -> None:
    """Another kind of value under our name."""
    client: Any = open_store.wire.client
    client.set(f"h:{{{PERSON[:2]}}}:person:{PERSON}", "theirs")
    refused("somebody else's", lambda: look(open_store))
    client.delete("h:{all}:keys")
    client.set("h:{all}:keys", "theirs")
    refused("somebody else's", lambda: open_redis(client, ["a-master-secret"]))


def test_another_secret_does_not_open_the_store(open_store: RedisStore) -> None:
    """The store says so before anything is read or written."""
    with pytest.raises(WrongSecret):
        open_redis(open_store.wire.client, ["another-secret"])


def test_a_rotated_secret_keeps_what_is_there(open_store: RedisStore) -> None:
    """Processes that still run on the old one read what the new one writes, while they know it."""
    client = open_store.wire.client
    commit(open_store, plan_of("SM1"))
    both = open_redis(client, ["a-master-secret", "the-next-secret"]).store
    rotated = open_redis(client, ["the-next-secret", "a-master-secret"]).store
    assert look(rotated).phone == PHONE
    commit(rotated, plan_of("SM2", 1))
    assert look(both).revision == 2
    refused("no secret given", lambda: look(open_store))


def test_a_stopped_server_does_not_hold_anyone_up(open_store: RedisStore, server: Embedded) -> None:
    """No answer in time is an error after one wait, not after three."""
    impatient = RedisStore(connect(server.url, timeout=0.1), _vault())
    look(impatient)
    trips = impatient.wire.trips
    os.kill(server.server_pid, signal.SIGSTOP)
    try:
        refused("in time", lambda: look(impatient))
    finally:
        os.kill(server.server_pid, signal.SIGCONT)
    assert impatient.wire.trips == trips + 1
    assert look(impatient).revision == 0


def _vault() -> Any:
    from helpline.privacy import Vault

    return Vault({1: bytes(32)}, 1)


def test_nobody_at_the_address(tmp_path: Path) -> None:
    """A refused connection is a store that is away."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    store = RedisStore(connect(f"redis://127.0.0.1:{port}/0", timeout=0.2), _vault())
    refused("cannot be reached", lambda: look(store))
    refused("cannot be reached", lambda: store.due(NOON))
    refused("cannot be reached", store.ping)
    refused("cannot be reached", store.check)
    with pytest.raises(StoreUnavailable, match="cluster"):
        connect(f"redis+cluster://127.0.0.1:{port}", timeout=0.2)
    watched = connect(f"redis+sentinel://127.0.0.1:{port}/helpline", timeout=0.2)
    sentinel = RedisStore(watched, _vault())
    assert sentinel.wire.replicated
    refused("cannot be reached", lambda: look(sentinel))


@pytest.mark.parametrize(
    "address",
    [
        *("", "http://x", "redis+sentinel://h:1", "redis+sentinel://h:1/name/x", "redis+sentinel:///name"),
        *("redis+cluster://", "redis+cluster://h:port", "redis://h:port/0"),
    ],
)
def test_an_address_that_makes_no_sense_is_named(address: str) -> None:
    """With what is expected instead."""
    with pytest.raises(AddressError, match=r"address|port"):
        connect(address)


def test_a_password_goes_to_every_kind_of_server() -> None:
    """And is not shown."""
    client: Any = connect("redis+sentinel://ana:p%40ss@h1:1,h2/main/3?sentinel_password=w")
    kwargs = client.connection_pool.connection_kwargs
    assert (kwargs["username"], kwargs["password"], kwargs["db"]) == ("ana", "p@ss", 3)
    secure: Any = connect("rediss+sentinel://h1/main")
    assert "SSL" in secure.connection_pool.connection_class.__name__


def test_the_check_finds_what_would_lose_people(open_store: RedisStore) -> None:
    """Eviction and a missing append-only file; the embedded server has neither fault."""
    assert all(f.well for f in open_store.check())
    with setting(open_store, "maxmemory-policy", "allkeys-lru", "noeviction"):
        assert [f.remedy for f in open_store.check() if not f.well] == ["set maxmemory-policy to noeviction"]
    with setting(open_store, "appendonly", "no", "yes"):
        assert [f.remedy for f in open_store.check() if not f.well] == ["set appendonly to yes"]


@pytest.mark.parametrize(
    ("version", "fits"), [("6.0.16", False), ("6.2.0", True), ("7.2.4", True), ("10.0", True)]
)
def test_servers_before_6_2_are_refused(version: str, fits: bool) -> None:
    """They lack commands of the scripts."""
    assert (too_old({"redis_version": version}) is None) is fits


def test_both_kinds_of_answers_are_understood() -> None:
    """Servers send hashes as maps or lists, scores as pairs or lists, by protocol and client."""
    assert pairs([b"a", b"1"]) == pairs({b"a": b"1"}) == {b"a": b"1"}
    assert scored([b"a", b"1"]) == scored([[b"a", 1.0]]) == [(b"a", 1.0)]


def test_a_turn_takes_two_round_trips_and_a_repeat_one(open_store: RedisStore) -> None:
    """Each further one would cost what the rest of the turn costs."""
    commit(open_store, plan_of("SM1"))
    before = open_store.wire.trips
    look(open_store)
    commit(open_store, plan_of("SM2", 1))
    assert open_store.wire.trips == before + 2
    open_store.load(PERSON, "SM2", NOON)
    assert open_store.wire.trips == before + 3
