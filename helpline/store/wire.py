"""The one place that speaks with redis-py: batches, scripts, and its errors turned into ours.

What comes back is `Any`, since a server may answer anything; callers give it its type at once. On one server
a batch goes straight over a connection, which is kept at hand: a pipeline object and the pool's own check of
each connection before each use cost as much again as the command.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hiredis import pack_command
from redis import Redis
from redis.cluster import RedisCluster
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ClusterError,
    MovedError,
    NoPermissionError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    RedisError,
    ResponseError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.sentinel import SentinelConnectionPool

from helpline.store.connect import Client
from helpline.store.port import StoreUnavailable

Arg = str | bytes | int | float
Reply = Any
_FOLDER = Path(__file__).parent / "scripts"


class Script:
    """One Lua script, with its hash. `prelude` puts the shared functions in front."""

    __slots__ = ("name", "sha", "text")

    def __init__(self, name: str, *, prelude: bool = True) -> None:
        shared = (_FOLDER / "prelude.lua").read_text() if prelude else ""
        self.name = name
        self.text = shared + (_FOLDER / f"{name}.lua").read_text()
        self.sha = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


class Wire:
    """Send commands to whatever client there is. Every method raises StoreUnavailable, naming what was tried.

    `trips` counts round trips, for tests and measuring.
    """

    def __init__(self, client: Client, *, retries: int = 2) -> None:
        self.client = client
        self.trips = 0
        self._retries = retries
        self._cluster = client if isinstance(client, RedisCluster) else None
        self._pool: Any = None if isinstance(client, RedisCluster) else client.connection_pool
        self.replicated = self._cluster is not None or isinstance(self._pool, SentinelConnectionPool)
        self._at_hand: deque[Any] = deque()
        self._process = os.getpid()

    def call(self, what: str, *command: Arg) -> Reply:
        """Return the answer to one command."""
        return self.batch(what, [command])[0]

    def batch(self, what: str, commands: Sequence[Sequence[Arg]]) -> list[Reply]:
        """Return the answers to commands sent together, in one round trip (on a cluster one a node)."""
        try:
            return self._send(commands)
        except (RedisError, RedisClusterException, OSError) as error:
            raise unavailable(what, error) from None

    def script(self, what: str, script: Script, keys: Sequence[str], args: Sequence[Arg]) -> Reply:
        """Return the answer of a script; it is loaded when the server does not know it yet."""
        try:
            return self._known(lambda head: self._send([(*head, len(keys), *keys, *args)]), script)[0]
        except (RedisError, RedisClusterException, OSError) as error:
            raise unavailable(what, error) from None

    def ending_in_script(
        self,
        what: str,
        commands: Sequence[Sequence[Arg]],
        script: Script,
        keys: Sequence[str],
        args: Sequence[Arg],
    ) -> list[Reply]:
        """Return the answers to commands and to a script after them, in one round trip (two on a cluster)."""
        if self._cluster is not None:
            return [*self.batch(what, commands), self.script(what, script, keys, args)]
        tail = (len(keys), *keys, *args)
        try:
            return self._known(lambda head: self._send([*commands, (*head, *tail)]), script)
        except (RedisError, RedisClusterException, OSError) as error:
            raise unavailable(what, error) from None

    def durable(
        self, what: str, script: Script, keys: Sequence[str], args: Sequence[Arg]
    ) -> tuple[Reply, bool]:
        """Run a script and wait until a replica has it, 200 ms at most; say whether one had.

        Both go over one connection, since WAIT counts only what that connection wrote.
        """
        client = self.client if self._cluster is None else self._node(what, keys[0])

        def send(head: Sequence[str]) -> list[Reply]:
            return self._direct(client, [(*head, len(keys), *keys, *args), ("WAIT", 1, 200)])

        try:
            answer, replicas = self._known(send, script)
        except MovedError:  # the slot has gone to another node: the cluster client finds it
            return self.script(what, script, keys, args), False
        except (RedisError, RedisClusterException, OSError) as error:
            raise unavailable(what, error) from None
        return answer, int(replicas) >= 1

    def info(self) -> Reply:
        """Return what the server says of itself, by name; on a cluster the first primary."""
        client: Any = self.client
        try:
            if self._cluster is not None:
                client = client.get_redis_connection(client.get_primaries()[0])
            return client.info("all")
        except (RedisError, RedisClusterException, OSError) as error:
            raise unavailable("ask the server about itself", error) from None

    def rewrite_file(self) -> None:
        """Ask for the append-only file to be rewritten, as far as the server lets us; never raises."""
        try:
            if self._cluster is None:
                self._direct(self.client, [("BGREWRITEAOF",)])
            else:
                everywhere: Any = self._cluster
                everywhere.bgrewriteaof(target_nodes=RedisCluster.PRIMARIES)
        except (RedisError, RedisClusterException, OSError):
            return  # one is running, or a hosted store does this by itself

    def _known(self, send: Callable[[Sequence[str]], list[Reply]], script: Script) -> list[Reply]:
        """Send a script by its hash, or whole when the server does not know it yet."""
        try:
            return send(("EVALSHA", script.sha))
        except NoScriptError:
            return send(("EVAL", script.text))

    def _node(self, what: str, key: str) -> Redis:
        cluster: Any = self._cluster
        try:
            node: Redis = cluster.get_redis_connection(cluster.get_node_from_key(key))
            return node
        except (RedisError, RedisClusterException) as error:
            raise unavailable(what, error) from None

    def _send(self, commands: Sequence[Sequence[Arg]]) -> list[Reply]:
        if self._cluster is None:
            return self._direct(self.client, commands)
        self.trips += 1
        if len(commands) == 1:
            one: Any = self._cluster.execute_command
            return [one(*commands[0])]
        cluster: Any = self._cluster
        pipeline = cluster.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        replies: list[Reply] = pipeline.execute()
        return replies

    def _direct(self, client: Any, commands: Sequence[Sequence[Arg]]) -> list[Reply]:
        packed = [pack_command(tuple(command)) for command in commands]  # type: ignore[arg-type]
        if client is self.client and (connection := self._kept()) is not None:
            try:
                return self._once(client, connection, packed)
            except BusyLoadingError:
                raise
            except (RedisConnectionError, OSError):
                self._let_go()
        for left in range(self._retries, -1, -1):
            try:
                return self._once(client, client.connection_pool.get_connection(), packed)
            except BusyLoadingError:
                raise
            except (RedisConnectionError, OSError):
                if left == 0:
                    raise
        raise AssertionError("unreachable: the last try returns or raises")

    def _kept(self) -> Any:
        """Return a connection at hand, None when there is none; one of before a fork is the parent's."""
        if self._process != os.getpid():
            self._at_hand, self._process = deque(), os.getpid()
        try:
            return self._at_hand.pop()
        except IndexError:
            return None

    def _let_go(self) -> None:
        """Give back all connections at hand: when one is broken, the server may have gone."""
        while (connection := self._kept()) is not None:
            connection.disconnect()
            self._pool.release(connection)

    def _once(self, client: Any, connection: Any, packed: list[bytes]) -> list[Reply]:
        self.trips += 1
        whole = False
        refusal: ResponseError | None = None
        replies: list[Reply] = []
        try:
            connection.send_packed_command(packed, check_health=False)
            for _ in packed:
                try:
                    replies.append(connection.read_response())
                except ResponseError as error:
                    refusal = refusal or error
            whole = True
        finally:
            if not whole:
                connection.disconnect()
            if whole and client is self.client:
                self._at_hand.append(connection)
            else:
                client.connection_pool.release(connection)
        if refusal is not None:
            raise refusal
        return replies


def unavailable(what: str, error: Exception) -> StoreUnavailable:
    """Return our error for one of redis-py's: what was attempted and why it failed, never what was sent."""
    return StoreUnavailable(f"{what}: {_why(error)}")


_BY_CLASS: tuple[tuple[type[Exception], str], ...] = (
    (RedisTimeoutError, "the store did not answer in time"),
    (OutOfMemoryError, "the store is full: give it more memory"),
    (BusyLoadingError, "the store is still loading its data"),
    (AuthenticationError, "the store refuses the login: check user and password in REDIS_URL"),
    (NoPermissionError, "the store's user may not do this: check its access list"),
    (ReadOnlyError, "the store is read-only: a replica, not the primary"),
    (RedisConnectionError, "the store cannot be reached"),
    (OSError, "the store cannot be reached"),
    (ClusterError, "the cluster is not in order"),
    (RedisClusterException, "the cluster is not in order"),
)
_BY_CODE = {
    "OOM": "the store is full: give it more memory",
    "MISCONF": "the store cannot write to its disk",
    "READONLY": "the store is read-only: a replica, not the primary",
    "WRONGTYPE": "another kind of value lies under a helpline's key: is this somebody else's store?",
    "NOAUTH": "the store wants a login: put user and password into REDIS_URL",
    "WRONGPASS": "the store refuses the login: check user and password in REDIS_URL",
    "NOPERM": "the store's user may not do this: check its access list",
    "LOADING": "the store is still loading its data",
    "NOREPLICAS": "the store has too few replicas to accept writes",
    "CLUSTERDOWN": "the cluster is not in order",
}


def _why(error: Exception) -> str:
    text = str(error)
    for code, meaning in _BY_CODE.items():
        if text.startswith(code) or f" {code} " in text or f"-{code} " in text:
            return meaning
    for kind, meaning in _BY_CLASS:
        if isinstance(error, kind):
            return meaning
    return f"the store refused the command ({type(error).__name__})"
