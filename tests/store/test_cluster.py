"""On a cluster every script stays within one slot; a case waits for a replica."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.cluster import RedisCluster
from redis.exceptions import ConnectionError as RedisConnectionError

from helpline.privacy import Vault
from helpline.store import RedisStore, keys, open_redis
from helpline.store.connect import connect
from helpline.store.embedded import server_binary
from helpline.store.port import Entry, Settlement, Staff, Status
from helpline.triage.state import StaffId
from tests.store.people import (
    NOON,
    OTHER,
    PERSON,
    PHONE,
    after,
    case_of,
    commit,
    give,
    item_of,
    look,
    plan_of,
)


def free_port() -> int:
    """Return a port that is free, and whose cluster port ten thousand above is in range."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port < 55_000:
            return port


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a cluster of one node that holds all slots."""
    folder: Path = tmp_path_factory.mktemp("cluster")
    port = free_port()
    options = {"port": port, "bind": "127.0.0.1", "cluster-enabled": "yes", "save": "", "dir": folder}
    arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    server = subprocess.Popen([server_binary(), *arguments], stdout=subprocess.DEVNULL)
    try:
        client: Any = Redis(port=port)
        _wait_for(client)
        client.execute_command("CLUSTER", "ADDSLOTS", *range(16384))
        while b"cluster_state:ok" not in client.execute_command("CLUSTER", "INFO", NEVER_DECODE=True):
            time.sleep(0.01)
        client.close()
        yield f"redis+cluster://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def _wait_for(client: Any) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            client.ping()
        except RedisConnectionError:
            time.sleep(0.01)
        else:
            return
    raise AssertionError("the node did not start")


@pytest.fixture
def missed() -> list[int]:
    """Return how often no replica was there."""
    return []


@pytest.fixture
def cluster(address: str, missed: list[int]) -> Iterator[RedisStore]:
    """Return an empty store on the cluster."""
    client: Any = connect(address)
    assert isinstance(client, RedisCluster)
    client.flushall()
    yield RedisStore(client, Vault({1: bytes(32)}, 1), lambda: missed.append(1))
    client.close()


def test_a_whole_contact_works_on_a_cluster(cluster: RedisStore, missed: list[int]) -> None:
    """Every method once: none of them reaches into a second slot."""
    revision = commit(
        cluster,
        replace(plan_of("SM1"), items=(item_of("a"),), due=after(5), counts=(("turn", 1),)),
    )
    assert look(cluster).revision == revision
    assert cluster.due(after(5)) == ((), (PERSON,))
    item = cluster.claim(PERSON, revision, NOON)
    assert item is not None
    assert cluster.settle(item, Settlement(Status.UNKNOWN), NOON)
    assert [i.id for i in cluster.unknown_items(after(60))] == [item.id]
    assert cluster.report(item.id, "delivered", "SM5", None, after(9)) is not None
    assert missed == []
    commit(cluster, replace(plan_of("SM2", revision), case=case_of(), new_case=True))
    assert missed == [1]
    assert cluster.find_case(case_of().case.code) == case_of()
    assert len(cluster.open_cases()) == 1
    assert cluster.note(PERSON, [Entry(NOON, "looked", "s_1")])
    assert len(cluster.journal(PERSON)) == 3
    assert cluster.counters("2026-11-23") == {"turn": 1}
    assert cluster.save_flow("triage", 1, "abc", b"text") and cluster.flow("triage", 1) == b"text"
    assert cluster.shift_clock(5) == cluster.clock_shift() == 5
    cluster.staff.save_staff(Staff(StaffId("s_1"), "Ana", PHONE, "nurse", ("en",), NOON), PERSON)
    assert look(cluster).staff == "s_1"
    assert cluster.staff.remove_staff(StaffId("s_1"))
    cluster.ping()
    assert cluster.erase(PERSON, NOON, keep_opt_out=True)
    assert cluster.items(PERSON) == []
    assert [f.remedy for f in cluster.check() if not f.well] != []


def test_the_keyring_works_on_a_cluster(address: str) -> None:
    """Made once, opened again, rotated."""
    client = connect(address)
    first = open_redis(client, ["one"]).identity.person(PHONE)
    assert open_redis(client, ["one"]).identity.person(PHONE) == first
    assert open_redis(client, ["two", "one"]).identity.person(PHONE) == first


def test_scripts_are_loaded_again_when_a_server_forgot_them(cluster: RedisStore) -> None:
    """As after a failover."""
    give(cluster, item_of("a"))
    client: Any = cluster.wire.client
    client.script_flush()
    assert cluster.claim(PERSON, 1, NOON) is not None
    client.script_flush()
    commit(cluster, replace(plan_of("SM9", 1), case=case_of(), new_case=True))


def test_every_key_of_a_person_lies_in_one_slot(cluster: RedisStore) -> None:
    """The agenda of her bucket, her items, answers and cases included; another bucket is another slot."""
    client: Any = cluster.wire.client
    mine = [
        *keys.drawers(PERSON),
        keys.seen_prefix(PERSON) + "SM1",
        keys.item(item_of("a").id),
        keys.case(case_of().case.code),
        keys.count(PERSON[:2], "2026-11-23"),
        keys.unknown(PERSON[:2]),
        keys.cases(PERSON[:2]),
    ]
    slots = {client.keyslot(k) for k in mine}
    assert len(slots) == 1
    assert client.keyslot(keys.drawers(OTHER).person) not in slots
    assert len({client.keyslot(k) for k in keys.AGENDAS}) == 256
    shared = [keys.KEYRING, keys.STAFF, keys.ROTA, keys.PHONES, keys.CLOCK, keys.flow("triage", 1)]
    assert len({client.keyslot(k) for k in shared}) == 1
