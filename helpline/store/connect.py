"""From an address to a client: one server, a Sentinel's primary, or a cluster.

`redis://` `rediss://` `unix://` as everywhere; `redis+sentinel://[user:password@]host:port,host:port/name[/db]`;
`redis+cluster://[user:password@]host:port,host:port`; with `rediss+` in front of the plus for TLS.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisClusterException, RedisError
from redis.retry import Retry
from redis.sentinel import Sentinel

from helpline.store.port import StoreUnavailable

Client = Redis | RedisCluster
_SCHEMES = frozenset(
    {"redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel", "redis+cluster", "rediss+cluster"}
)
_SENTINEL_TIMEOUT = 0.3
"""Seconds for each Sentinel: there are several, and a person waits."""


class AddressError(StoreUnavailable):
    """The address of the store makes no sense; says what is expected. Never shows a password."""


def connect(url: str, *, timeout: float = 1.0, retries: int = 2) -> Client:
    """Return a client for an address; nothing is sent yet, save to a cluster.

    `timeout` in seconds for connecting and for each answer. A broken connection is tried again `retries`
    times within some tens of milliseconds; an answer that does not come in time is not asked for again, so
    that a web request never waits twice. Raises AddressError, and StoreUnavailable for a cluster away.
    """
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES:
        raise AddressError(f"the address of the store begins with none of {', '.join(sorted(_SCHEMES))}")
    options: dict[str, Any] = {
        "socket_timeout": timeout,
        "socket_connect_timeout": timeout,
        "retry": retry(retries),
        "health_check_interval": 0,
    }
    if parts.scheme.endswith("+sentinel"):
        return _sentinel(url, options)
    if parts.scheme.endswith("+cluster"):
        return _cluster(url, options)
    try:
        return Redis.from_url(url, **options)
    except ValueError as error:
        raise AddressError(f"the address of the store cannot be read: {error}") from None


def retry(retries: int) -> Retry:
    """Return how a broken connection is tried again; time-outs are not."""
    return Retry(ExponentialBackoff(cap=0.05, base=0.005), retries, supported_errors=(RedisConnectionError,))


def _sentinel(url: str, options: dict[str, Any]) -> Client:
    parts = urlsplit(url)
    hosts, login = _hosts(parts.netloc, 26379)
    name, _, db = parts.path.strip("/").partition("/")
    if not name or (db and not db.isdigit()):
        raise AddressError("a Sentinel address ends with /name or /name/db: the name of its primary")
    secure = {"ssl": True} if parts.scheme.startswith("rediss") else {}
    asked: dict[str, Any] = {
        "socket_timeout": _SENTINEL_TIMEOUT,
        "socket_connect_timeout": _SENTINEL_TIMEOUT,
        "retry": retry(0),
        **secure,
    }
    more = dict(parse_qsl(parts.query))
    if "sentinel_password" in more:
        asked["password"] = more["sentinel_password"]
    watchers: Any = Sentinel(hosts, sentinel_kwargs=asked)  # type: ignore[no-untyped-call]
    primary: Redis = watchers.master_for(name, db=int(db or 0), **options, **login, **secure)
    return primary


def _cluster(url: str, options: dict[str, Any]) -> Client:
    parts = urlsplit(url)
    hosts, login = _hosts(parts.netloc, 6379)
    secure: dict[str, Any] = {"ssl": True} if parts.scheme.startswith("rediss") else {}
    # A node that hangs is waited for three times: once for the answer, then for the map of the slots.
    for name in ("socket_timeout", "socket_connect_timeout"):
        options[name] /= 2
    node: Any = ClusterNode
    nodes = [node(host, port) for host, port in hosts]
    try:
        return RedisCluster(startup_nodes=nodes, **options, **login, **secure)
    except (RedisError, RedisClusterException):
        raise StoreUnavailable("connect: no node of the cluster answers as part of one") from None


def _hosts(netloc: str, port: int) -> tuple[list[tuple[str, int]], dict[str, Any]]:
    """Return the hosts of an address and, where given, user and password."""
    user_info, _, hosts = netloc.rpartition("@")
    user, _, password = user_info.partition(":")
    login = {"username": unquote(user), "password": unquote(password)}
    found = [_host(part, port) for part in hosts.split(",") if part]
    if not found:
        raise AddressError("the address of the store names no host")
    return found, {name: value for name, value in login.items() if value}


def _host(text: str, port: int) -> tuple[str, int]:
    try:
        one = urlsplit(f"//{text}")
        return one.hostname or "127.0.0.1", one.port or port
    except ValueError:
        raise AddressError("a port in the address of the store is no number") from None
