"""Load over HTTP: wrk where it is installed, else a plain client of our own; both play prepared requests.

A run is bounded in time. Requests are played in order over several connections, each waiting for its answer.
"""

from __future__ import annotations

import json
import selectors
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.table import percentile

SHOT = Path(__file__).parent / "shot.lua"


class TooFew(Exception):
    """The requests ran out before the time: the machine is faster than was thought."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run came to. `p50` and so on in milliseconds; `bad` answers that were no success."""

    count: int
    seconds: float
    bad: int
    p50: float
    p90: float
    p99: float

    @property
    def rate(self) -> float:
        """Return requests a second."""
        return self.count / self.seconds


def has_wrk() -> bool:
    """Return whether wrk is installed."""
    return shutil.which("wrk") is not None


def fire(port: int, requests: Sequence[bytes], *, connections: int, seconds: int, folder: Path) -> Load:
    """Play requests for so long. Raise TooFew when they did not last, RuntimeError when any was refused."""
    if has_wrk():
        load = _wrk(port, requests, connections, seconds, folder)
    else:
        load = play(port, requests, connections=connections, seconds=seconds)
    if load.bad:
        raise RuntimeError(f"{load.bad} of {load.count} requests were no success")
    if load.count > len(requests):
        raise TooFew(f"{load.count} requests were played, {len(requests)} were prepared")
    return load


def _wrk(port: int, requests: Sequence[bytes], connections: int, seconds: int, folder: Path) -> Load:
    file = folder / "requests.bin"
    with file.open("wb") as out:
        for one in requests:
            out.write(b"%d\n" % len(one) + one)
    ran = subprocess.run(
        [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{seconds}s",
            "--timeout",
            "5s",
            "-s",
            str(SHOT),
            f"http://127.0.0.1:{port}/sms",
            "--",
            str(file),
        ],
        capture_output=True,
        text=True,
        timeout=seconds + 30,
        check=True,
    )
    file.unlink()
    line = next(x for x in ran.stdout.splitlines() if x.startswith("{"))
    return Load(**json.loads(line))


@dataclass
class _Wire:
    """One connection of our own client."""

    sock: socket.socket
    sent: float = 0.0
    got: bytes = b""
    whole: int = 0


@dataclass
class _Tally:
    times: list[float] = field(default_factory=list)
    bad: int = 0


def play(port: int, requests: Sequence[bytes], *, connections: int, seconds: float = 60.0) -> Load:
    """Play requests with our own client until they or the time run out."""
    chooser, tally, rest = selectors.DefaultSelector(), _Tally(), iter(requests)
    begun = time.perf_counter()
    open_ = 0
    for _ in range(connections):
        wire = _Wire(socket.create_connection(("127.0.0.1", port)))
        wire.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if _next(wire, rest):
            chooser.register(wire.sock, selectors.EVENT_READ, wire)
            open_ += 1
    while open_:
        for key, _ in chooser.select(10):
            if _read(key.data, tally) and (
                time.perf_counter() - begun > seconds or not _next(key.data, rest)
            ):
                chooser.unregister(key.data.sock)
                key.data.sock.close()
                open_ -= 1
    took = time.perf_counter() - begun
    ms = [1000 * t for t in tally.times]
    return Load(len(ms), took, tally.bad, *(percentile(ms, share) for share in (0.5, 0.9, 0.99)))


def _next(wire: _Wire, rest: Iterator[bytes]) -> bool:
    request = next(rest, None)
    if request is None:
        return False
    wire.got, wire.whole, wire.sent = b"", 0, time.perf_counter()
    wire.sock.sendall(request)
    return True


def _read(wire: _Wire, tally: _Tally) -> bool:
    """Take what has come; say whether the answer is whole."""
    part = wire.sock.recv(65536)
    if not part:
        raise RuntimeError("the server closed a connection in the middle")
    wire.got += part
    if not wire.whole:
        head, found, _ = wire.got.partition(b"\r\n\r\n")
        if not found:
            return False
        length = next((x for x in head.lower().split(b"\r\n") if x.startswith(b"content-length:")), b":0")
        wire.whole = len(head) + 4 + int(length.split(b":")[1])
    if len(wire.got) < wire.whole:
        return False
    tally.times.append(time.perf_counter() - wire.sent)
    tally.bad += not wire.got.startswith(b"HTTP/1.1 2")
    return True
