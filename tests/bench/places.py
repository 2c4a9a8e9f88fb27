"""Where it is measured: a folder of its own, an embedded server, and the programs as they are really run."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from redis import Redis

from helpline.store.connect import connect
from helpline.store.embedded import Embedded

ROOT = Path(__file__).resolve().parents[2]
PUBLIC, TOKEN, ACCOUNT, NUMBER = (
    "https://help.example",
    "bench-token-of-32-characters-long",
    "AC" + "b" * 32,
    "+15005550006",
)
PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Place:
    """One helpline to measure. `environment` makes every command work on it, in production mode."""

    folder: Path
    environment: Mapping[str, str]
    port: int
    carrier_port: int
    server: Embedded

    @property
    def url(self) -> str:
        """Return the address of its store."""
        return self.server.url

    def client(self) -> Redis:
        """Return a plain client of its store."""
        return cast(Redis, connect(self.url, timeout=30.0))


@contextmanager
def place() -> Iterator[Place]:
    """Make one, and take it away again."""
    folder = Path(tempfile.mkdtemp(prefix="helpline-bench-"))
    port, carrier_port = free_port(), free_port()
    environment = {
        **{
            k: v for k, v in os.environ.items() if not k.startswith(("HELPLINE", "TWILIO", "REDIS", "PUBLIC"))
        },
        "HELPLINE_MODE": "production",
        "HELPLINE_ACCEPT_DRAFT": "yes",
        "HELPLINE_DATA": str(folder),
        "HELPLINE_SECRET": "a-secret-for-measuring-only-0123456789",
        "HELPLINE_NUMBER": NUMBER,
        "HELPLINE_PORT": str(port),
        "HELPLINE_SEGMENTS_PER_SECOND": "10000",
        "PUBLIC_URL": PUBLIC,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": f"http://127.0.0.1:{carrier_port}",
    }
    try:
        with Embedded(folder, linger=0.2) as server:
            yield Place(folder, environment, port, carrier_port, server)
    finally:
        for _ in range(20):
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
            time.sleep(0.1)


def free_port() -> int:
    """Return a port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def program(
    arguments: Sequence[str], environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `python <arguments>` in a session of its own until the block ends."""
    with log.open("ab") as output:
        running = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=dict(environment),
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        yield running
    finally:
        end(running)


def end(running: subprocess.Popen[bytes]) -> None:
    """End a program: asked twice, since a web server may lose the first word, then killed."""
    for _ in range(2):
        if running.poll() is None:
            running.send_signal(signal.SIGTERM)
            try:
                running.wait(6)
            except subprocess.TimeoutExpired:
                continue
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait(5)


@contextmanager
def web(at: Place) -> Iterator[subprocess.Popen[bytes]]:
    """Run our web."""
    log = at.folder / "web.log"
    with program(["-m", "helpline.cli", "web"], at.environment, log) as running:
        answering(f"http://127.0.0.1:{at.port}/healthz", running, log)
        yield running


@contextmanager
def worker(at: Place) -> Iterator[subprocess.Popen[bytes]]:
    """Run one worker; it is at work when its workers have put themselves down."""
    log = at.folder / "worker.log"
    with program(["-m", "helpline.cli", "worker"], at.environment, log) as running, at.client() as client:
        until(lambda: client.scard("rq:workers") >= 3, running, log)
        yield running


@contextmanager
def carrier(at: Place, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the local carrier, without reports."""
    log = at.folder / "carrier.log"
    told = ["--port", str(at.carrier_port), "--webhook", f"http://127.0.0.1:{at.port}", "--callbacks", "none"]
    with program(["-m", "helpline.carrier", *told, *more], at.environment, log) as running:
        answering(f"http://127.0.0.1:{at.carrier_port}/healthz", running, log)
        yield running


def answering(address: str, running: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until an address answers."""

    def answers() -> bool:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return True
        except OSError as error:
            return hasattr(error, "code")

    until(answers, running, log)


def until(
    holds: object, running: subprocess.Popen[bytes] | None, log: Path | None, patience: float = PATIENCE
) -> None:
    """Wait until something holds; RuntimeError with the last words of the program when it does not."""
    assert callable(holds)
    limit = time.monotonic() + patience
    while not holds():
        if time.monotonic() > limit or (running is not None and running.poll() is not None):
            said = log.read_text(errors="replace")[-2000:] if log is not None and log.exists() else ""
            raise RuntimeError(f"what was waited for did not come\n{said}")
        time.sleep(0.02)


def pss(process: int) -> int:
    """Return the proportional memory of a process and its descendants, in bytes."""
    total = 0
    for one in (process, *descendants(process)):
        rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) * 1024
    return total


def descendants(process: int) -> list[int]:
    """Return the process ids of the children and theirs."""
    found = []
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *descendants(int(child))]
    return found
