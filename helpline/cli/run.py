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
from helpline.config_files import first_password

USUAL = 5.0
"""Seconds; what is missing longer is said."""
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
        share_metrics(settings.data / "metrics")
        return _supervise(settings, _children(settings), begun)


def _supervise(settings: Settings, children: Sequence[Child], begun: float) -> int:
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    progress("Starting …")
    try:
        for child in children:
            child.start()
        ready = _wait(settings, children, ended)
        if ready and not ended.is_set():
            _greet(settings, children, time.monotonic() - begun)
        return _watch(children, ended) if ready else 1
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


def _wait(settings: Settings, children: Sequence[Child], ended: threading.Event) -> bool:
    """Wait until all is in order; False when a process could not even start.

    What takes longer than is usual is said, once for each thing that is missing.
    """
    said, since, missing = "", time.monotonic(), ""
    while not ended.wait(LOOK_EVERY):
        now = _unready(settings)
        if not now:
            return True
        if dead := next((c for c in children if c.ended()), None):
            problem(dead.last_words() or f"The {dead.name} process ended without a word.")
            return False
        if now != missing:
            missing, since = now, time.monotonic()
        elif now != said and time.monotonic() - since > USUAL:
            said = now
            problem(f"Not in order yet: {now}.\nThe logs are in {children[0].log.parent}; Ctrl-C stops.")
    return True


def _greet(settings: Settings, children: Sequence[Child], seconds: float) -> None:
    """Say where to go."""
    lines = [f"{settings.name} is ready ({seconds:.1f} s).", ""]
    if settings.local_carrier:
        lines.append(f"  Browser phone  http://127.0.0.1:{settings.carrier_port}/phone/")
    lines.append(f"  Staff console  {settings.public_url}/console/{_first_login(settings)}")
    lines.append(f"  Webhooks       {settings.public_url}/sms and {settings.public_url}/voice")
    lines.append(f"  Logs           {children[0].log.parent}")
    lines += ["", *_notices(settings), "Ctrl-C stops everything."]
    print("\n".join(lines), flush=True)


def _first_login(settings: Settings) -> str:
    """Return how to get into the console, in a simulation."""
    password = first_password(settings.data) if settings.simulation else None
    if password is None:
        return ""
    return f"  (log in as admin, password {password})" if password else "  (log in as admin)"


def _unready(settings: Settings) -> str:
    """Return what is not in order, an empty word when all is."""
    if settings.local_carrier and not _answers(f"http://127.0.0.1:{settings.carrier_port}/healthz"):
        return "the local carrier does not answer"
    seen = _look(settings)
    checks = seen.get("checks")
    if not isinstance(checks, dict):
        return "the web does not answer"
    if seen.get("ready"):  # what is only watched, such as a rota nobody has filled yet, keeps nobody waiting
        return ""
    return "; ".join(f"{name}: {check['problem']}" for name, check in checks.items() if not check["ok"])


def _notices(settings: Settings) -> list[str]:
    told = _look(settings).get("notices")
    return [str(line) for line in told] if isinstance(told, list) else []


def _look(settings: Settings) -> dict[str, Any]:
    """Return what `/readyz` says, nothing when it does not answer."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    host = f"[{host}]" if ":" in host else host
    answer: dict[str, Any] = {}
    with contextlib.suppress(OSError, ValueError):
        try:
            with urllib.request.urlopen(f"http://{host}:{settings.port}/readyz", timeout=5) as response:
                answer = json.loads(response.read())
        except urllib.error.HTTPError as error:
            with error:
                answer = json.loads(error.read())
    return answer


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
