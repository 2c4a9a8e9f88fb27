"""`helpline run`: the whole helpline on one machine, from one command."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from helpline.cli.children import Child, stop
from helpline.cli.ports import taken
from helpline.cli.terminal import problem, progress
from helpline.config import Settings, child_environment, read_settings, share_metrics

READY_WITHIN = 30.0
"""Seconds; after that we say what is missing, and go on trying."""
LOOK_EVERY = 0.03


def add(subparsers: Any) -> None:
    """Register the command."""
    parser = subparsers.add_parser("run", help="start the whole helpline on this machine, until Ctrl-C")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Start everything, watch over it until SIGTERM or Ctrl-C, stop it; return the exit status."""
    begun = time.monotonic()
    settings = read_settings()
    with _alone(settings.data) as wrong:
        wrong = wrong or _ports(settings)
        if wrong:
            problem(wrong)
            return 1
        _check_content(settings)
        share_metrics(settings.data / "metrics")
        from helpline.wiring import hold_server

        with hold_server(settings):
            return _supervise(settings, _children(settings), begun)


def _check_content(settings: Settings) -> None:
    """Load the content once, so that what is wrong with it is said here and not in a log."""
    from helpline.wiring import content

    progress("Reading the content …")
    content(settings)


def _supervise(settings: Settings, children: Sequence[Child], begun: float) -> int:
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    progress("Starting …")
    try:
        for child in children:
            child.start()
        _greet(settings, children, begun, ended)
        return _watch(children, ended)
    finally:
        progress("Stopping …")
        stop([c for c in children if c.name != "carrier"])
        stop([c for c in children if c.name == "carrier"])


def _watch(children: Sequence[Child], ended: threading.Event) -> int:
    while not ended.wait(0.25):
        for child in children:
            if not child.died():
                continue
            if child.hopeless:
                problem(f"The {child.name} process keeps dying. Its last words:\n{child.last_words()}")
                return 1
            problem(f"The {child.name} process ended; starting it again (its log: {child.log}).")
            child.start()
    return 0


def _greet(settings: Settings, children: Sequence[Child], begun: float, ended: threading.Event) -> None:
    """Wait until all is in order and say where to go; if it takes too long say what is missing."""
    missing = _wait(settings, children, ended)
    if ended.is_set():
        return
    logs = children[0].log.parent
    if missing:
        problem(
            f"Not in order yet: {missing}\n`helpline doctor` says more; the logs are in {logs}."
        )
        return
    lines = [f"{settings.name} is ready ({time.monotonic() - begun:.1f} s).", ""]
    if settings.local_carrier:
        lines.append(f"  Browser phone  http://127.0.0.1:{settings.carrier_port}/phone/")
    lines.append(f"  Webhooks       {settings.public_url}/sms and {settings.public_url}/voice")
    lines.append(f"  Logs           {logs}")
    lines += ["", *_notices(settings), "Ctrl-C stops everything."]
    print("\n".join(lines), flush=True)


def _notices(settings: Settings) -> Iterator[str]:
    from helpline.wiring import notices

    yield from notices(settings)


def _wait(settings: Settings, children: Sequence[Child], ended: threading.Event) -> str:
    """Return what is still not in order when the time is up, or an empty word."""
    missing = "the web does not answer"
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and not ended.wait(LOOK_EVERY):
        missing = _unready(settings)
        if not missing:
            return ""
        if dead := next((c for c in children if c.ended()), None):
            return f"the {dead.name} process ended:\n{dead.last_words()}"
    return missing


def _unready(settings: Settings) -> str:
    if settings.local_carrier and not _answers(f"http://127.0.0.1:{settings.carrier_port}/healthz"):
        return "the local carrier does not answer"
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    try:
        with urllib.request.urlopen(f"http://{host}:{settings.port}/readyz", timeout=3):
            return ""
    except urllib.error.HTTPError as error:
        with error, contextlib.suppress(ValueError, KeyError, AttributeError):
            checks = json.loads(error.read())["checks"]
            return "; ".join(f"{name}: {c['problem']}" for name, c in checks.items() if not c["ok"])
        return "the web answers, but not for this helpline"
    except OSError:
        return "the web does not answer"


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=3):
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return True
    except OSError:
        return False


def _children(settings: Settings) -> list[Child]:
    environment, logs = child_environment(settings), settings.data / "log"
    ours = [sys.executable, "-m", "helpline.cli"]
    children = [
        Child("web", [*ours, "web"], environment, logs / "web.log"),
        Child("worker", [*ours, "worker"], environment, logs / "worker.log"),
    ]
    if settings.local_carrier:
        carrier = [sys.executable, "-m", "helpline.carrier", "--port", str(settings.carrier_port)]
        carrier += ["--webhook", settings.public_url]
        children.append(Child("carrier", carrier, environment, logs / "carrier.log"))
    return children


def _ports(settings: Settings) -> str | None:
    found = [taken(settings.host, settings.port, "HELPLINE_PORT")]
    if settings.local_carrier:
        found.append(taken("127.0.0.1", settings.carrier_port, "HELPLINE_CARRIER_PORT"))
    return "\n".join(wrong for wrong in found if wrong) or None


@contextlib.contextmanager
def _alone(data: Path) -> Iterator[str | None]:
    """Hold the data folder for this run; yield why it cannot be had, or None."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(data / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        yield f"HELPLINE_DATA is {data}, which cannot be written ({error.strerror}): set another folder."
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        other = os.read(lock, 20).decode("ascii", "replace").strip() or "unknown"
        os.close(lock)
        yield (
            f"A helpline already runs on {data} (process {other}):"
            " stop it with Ctrl-C there, or set HELPLINE_DATA to another folder for a second one."
        )
        return
    try:
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield None
    finally:
        os.close(lock)
