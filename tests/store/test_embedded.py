"""The embedded server comes when it is needed, survives whoever started it, and goes when nobody needs it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from helpline.privacy import Vault
from helpline.store import Embedded, EmbeddedError, RedisStore
from helpline.store import embedded as module
from helpline.store.connect import connect
from helpline.store.guardian import answers
from helpline.store.port import Committed, StoreUnavailable
from tests.conftest import embedded_server
from tests.store.people import look, plan_of


def until(true: Callable[[], bool]) -> None:
    """Wait for something that happens soon."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


def store_at(server: Embedded) -> RedisStore:
    """Return a store on this server."""
    return RedisStore(connect(server.url), Vault({1: bytes(32)}, 1))


def running(pid: int) -> bool:
    """Return whether a process lives (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):  # gone, or going while it is read
        return False
    return state != "Z"


def guardian_of(server: Embedded) -> int:
    """Return the process id of the guardian: the parent of the server."""
    stat = Path(f"/proc/{server.server_pid}/stat").read_text()
    return int(stat.rsplit(")", 1)[1].split()[1])


def test_data_outlives_the_server(tmp_path: Path) -> None:
    """The second start finds what the first wrote; the server was gone in between."""
    with embedded_server(tmp_path) as server:
        store_at(server).commit(plan_of("SM1"))
        pid = server.server_pid
        address = server.url
    until(lambda: not running(pid))
    assert answers(address.removeprefix("unix://")) is None
    with embedded_server(tmp_path) as server:
        assert look(store_at(server)).revision == 1
        assert server.server_pid != pid


def test_all_who_use_a_folder_share_one_server(tmp_path: Path) -> None:
    """It stays as long as one of them does."""
    with embedded_server(tmp_path) as first:
        pid = first.server_pid
        second = Embedded(tmp_path)
        assert second.start() == first.url
    time.sleep(0.3)
    assert running(pid)
    assert look(store_at(second)).revision == 0
    second.stop()
    until(lambda: not running(pid))


def test_many_who_start_at_once_get_one_server(tmp_path: Path) -> None:
    """Only one guardian is made; all get the same address."""
    servers = [Embedded(tmp_path, linger=0.1) for _ in range(6)]
    addresses: list[str] = []
    threads = [Thread(target=lambda s=s: addresses.append(s.start())) for s in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(addresses) == 6 and len(set(addresses)) == 1
    pid = servers[0].server_pid
    for server in servers:
        server.stop()
    until(lambda: not running(pid))


STARTER = """
import sys, time
from pathlib import Path
from helpline.store import Embedded
server = Embedded(Path(sys.argv[1]), linger=0.1)
server.start()
print(server.server_pid, flush=True)
time.sleep(60)
"""


def test_the_server_survives_whoever_started_it(tmp_path: Path) -> None:
    """Even when that process is killed; once nobody is left, it goes."""
    starter = subprocess.Popen([sys.executable, "-c", STARTER, str(tmp_path)], stdout=subprocess.PIPE)
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    with embedded_server(tmp_path) as server:
        starter.kill()
        starter.wait()
        starter.stdout.close()
        time.sleep(0.3)
        assert server.server_pid == pid
        assert look(store_at(server)).revision == 0
    until(lambda: not running(pid))


def test_a_killed_starter_alone_leaves_nothing_running(tmp_path: Path) -> None:
    """Its lock goes with it, and the guardian sees that."""
    starter = subprocess.Popen([sys.executable, "-c", STARTER, str(tmp_path)], stdout=subprocess.PIPE)
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    starter.kill()
    starter.wait()
    starter.stdout.close()
    until(lambda: not running(pid))


def test_a_killed_server_comes_back_with_all_that_was_acknowledged(tmp_path: Path) -> None:
    """SIGKILL in the middle of commits loses none that was answered."""
    with embedded_server(tmp_path) as server:
        store = store_at(server)
        acknowledged = 0
        for blow in range(3):
            pid = server.server_pid
            killer = Thread(target=os.kill, args=(pid, signal.SIGKILL))
            for n in range(30):
                if n == 10:
                    killer.start()
                try:
                    result = store.commit(plan_of(f"SM{blow}:{n}", acknowledged))
                except StoreUnavailable:
                    continue
                acknowledged = result.revision if isinstance(result, Committed) else _revision(store)
            killer.join()
            until(lambda: _answers(store))
            found = look(store).revision
            assert found in (acknowledged, acknowledged + 1), "one may be written whose answer was lost"
            acknowledged = found


def _answers(store: RedisStore) -> bool:
    try:
        store.ping()
    except StoreUnavailable:
        return False
    return True


def _revision(store: RedisStore) -> int:
    until(lambda: _answers(store))
    return look(store).revision


def test_a_server_without_guardian_is_adopted(tmp_path: Path) -> None:
    """Whoever comes next makes a new guardian, which keeps the running server and ends it in due time."""
    with embedded_server(tmp_path) as server:
        pid, guardian = server.server_pid, guardian_of(server)
        os.kill(guardian, signal.SIGKILL)
        until(lambda: not running(guardian))
        with embedded_server(tmp_path) as again:
            assert again.server_pid == pid
            assert look(store_at(again)).revision == 0
    until(lambda: not running(pid))
    with embedded_server(tmp_path) as fresh:
        assert look(store_at(fresh)).revision == 0


def test_starting_again_mends_what_was_killed(tmp_path: Path) -> None:
    """Guardian and server both gone: `start` has both anew."""
    with embedded_server(tmp_path) as server:
        store_at(server).commit(plan_of("SM1"))
        pid, guardian = server.server_pid, guardian_of(server)
        os.kill(guardian, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)
        until(lambda: not running(guardian) and not running(pid))
        server.start()
        assert look(store_at(server)).revision == 1


def test_a_server_that_hangs_without_guardian_is_replaced(tmp_path: Path) -> None:
    """Never two servers on one folder: the old one is ended before the new one begins."""
    with embedded_server(tmp_path) as server:
        store_at(server).commit(plan_of("SM1"))
        pid, guardian = server.server_pid, guardian_of(server)
        os.kill(guardian, signal.SIGKILL)
        os.kill(pid, signal.SIGSTOP)
        until(lambda: not running(guardian))
        server.start()
        assert server.server_pid != pid and not running(pid)
        assert look(store_at(server)).revision == 1


def test_a_folder_that_is_deleted_takes_its_server_with_it(tmp_path: Path) -> None:
    """Though somebody still uses it: there is nothing left to keep."""
    with embedded_server(tmp_path) as server:
        pid, guardian = server.server_pid, guardian_of(server)
        shutil.rmtree(server.folder)
        until(lambda: not running(pid) and not running(guardian))


def test_a_deep_folder_gets_a_short_socket(tmp_path: Path) -> None:
    """A socket's path may have a hundred bytes; a folder's more. Nothing is left of it afterwards."""
    deep = tmp_path / ("deep" * 20) / ("er" * 20)
    with embedded_server(deep) as server:
        address = Path(server.url.removeprefix("unix://"))
        assert len(str(address)) < 100 < len(str(deep))
        assert look(store_at(server)).revision == 0
    until(lambda: not address.parent.exists())


def test_a_folder_with_odd_letters_works(tmp_path: Path) -> None:
    """Blanks, per cent signs and accents."""
    with embedded_server(tmp_path / "a b%20ñ") as server:
        assert look(store_at(server)).revision == 0


def test_nothing_is_open_to_the_network_or_to_others(tmp_path: Path) -> None:
    """No port, a socket and a folder for this user alone, every write synced, nothing evicted."""
    with embedded_server(tmp_path) as server:
        client = connect(server.url)
        wanted = {
            "port": "0",
            "appendonly": "yes",
            "appendfsync": "always",
            "maxmemory-policy": "noeviction",
        }
        for name, value in wanted.items():
            assert client.config_get(name) == {name: value}
        client.close()
        socket = Path(server.url.removeprefix("unix://"))
        assert oct(socket.stat().st_mode)[-3:] == "600"
        assert oct(server.folder.stat().st_mode)[-3:] == "700"


@pytest.mark.parametrize("name", ["dump.rdb", "appendonlydir"])
def test_somebody_elses_data_is_left_alone(tmp_path: Path, name: str) -> None:
    """Its folder is named, and nothing is written into it."""
    folder = tmp_path / "store"
    folder.mkdir()
    (folder / name).touch()
    with pytest.raises(EmbeddedError, match=f"somebody else's server .*{name}"):
        Embedded(tmp_path).start()
    assert [p.name for p in folder.iterdir()] == [name]


def test_data_of_another_version_is_refused(tmp_path: Path) -> None:
    """Older or newer: the folder says whose it is."""
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "owner").write_text("helpline store 2\n")
    with pytest.raises(EmbeddedError, match="another version"):
        Embedded(tmp_path).start()


def test_data_of_a_newer_server_is_refused(tmp_path: Path) -> None:
    """In one line, and without a process left behind."""
    with embedded_server(tmp_path) as server:
        pid = server.server_pid
    until(lambda: not running(pid))
    base = next((tmp_path / "store" / "appendonlydir").glob("*.base.rdb"))
    base.write_bytes(b"VALKEY999" + base.read_bytes()[9:])
    with pytest.raises(EmbeddedError, match=r"newer server|damaged|ended at once") as refused:
        Embedded(tmp_path).start()
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "store" / "address").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file stands in its place, say."""
    (tmp_path / "data").write_text("a file")
    with pytest.raises(EmbeddedError, match="cannot be used: Not a directory"):
        Embedded(tmp_path / "data").start()


def test_a_server_that_ends_at_once_is_quoted(tmp_path: Path) -> None:
    """Its last words, or that it said nothing."""
    with pytest.raises(EmbeddedError, match="ended at once"):
        Embedded(tmp_path / "one", binary="/bin/false").start()
    with pytest.raises(EmbeddedError, match="No such file"):
        Embedded(tmp_path / "two", binary="/no/such/server").start()


def test_no_server_for_this_machine_names_redis_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One on the path will do; without any the remedy is said."""
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EmbeddedError, match="REDIS_URL"):
        Embedded(tmp_path).start()
    own = tmp_path / "redis-server"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    assert module.server_binary() == str(own)
