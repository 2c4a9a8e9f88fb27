"""Processes under `helpline run`: stopped for certain, given up when hopeless; ports named when taken."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from helpline.cli.children import MOST_DEATHS, Child, stop
from helpline.cli.ports import taken


def child(folder: Path, program: str) -> Child:
    """Start a process that runs a few lines of Python."""
    made = Child("test", [sys.executable, "-c", program], dict(os.environ), folder / "test.log")
    made.start()
    return made


def eventually(holds: Callable[[], bool]) -> bool:
    """Return whether something comes true within ten seconds."""
    until = time.monotonic() + 10
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    return holds()


def test_a_process_that_obeys_ends_by_itself(tmp_path: Path) -> None:
    """SIGTERM is enough for one that finishes its work."""
    program = (
        "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(7))\n"
        "print('up', flush=True); time.sleep(60)"
    )
    obedient = child(tmp_path, program)
    assert eventually(lambda: "up" in obedient.last_words())
    stop([obedient])
    assert obedient.process is not None
    assert obedient.process.returncode == 7


def test_a_process_that_loses_the_first_signal_is_asked_again(tmp_path: Path) -> None:
    """The second SIGTERM ends one that ignored the first."""
    program = (
        "import signal, sys, time; seen = []\n"
        "signal.signal(15, lambda *_: sys.exit(3) if seen else seen.append(1))\n"
        "print('up', flush=True)\nwhile True: time.sleep(0.05)"
    )
    deaf = child(tmp_path, program)
    assert eventually(lambda: "up" in deaf.last_words())
    stop([deaf])
    assert deaf.process is not None
    assert deaf.process.returncode == 3


def test_a_process_that_never_obeys_is_killed_with_its_own_children(tmp_path: Path) -> None:
    """After its patience the supervisor ends the whole group."""
    program = (
        "import signal, subprocess, sys, time; signal.signal(15, signal.SIG_IGN)\n"
        "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(inner.pid, flush=True); time.sleep(60)"
    )
    stubborn = child(tmp_path, program)
    assert eventually(lambda: stubborn.last_words().strip().isdigit())
    inner = int(stubborn.last_words())
    stop([stubborn], patience=0.3)
    assert stubborn.process is not None
    assert stubborn.process.returncode == -signal.SIGKILL
    assert eventually(lambda: not _lives(inner))


def test_one_that_keeps_dying_is_given_up(tmp_path: Path) -> None:
    """It is no use to start a broken program for ever; its last words say why."""
    broken = child(tmp_path, "print('no such thing')")
    for _ in range(MOST_DEATHS):
        assert not broken.hopeless
        assert eventually(broken.ended)
        assert broken.died()
        broken.start()
    assert broken.hopeless
    assert "no such thing" in broken.last_words()
    stop([broken])


def test_a_taken_port_is_named_with_the_setting_that_changes_it() -> None:
    """Plain words instead of a traceback."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = taken("127.0.0.1", port, "HELPLINE_PORT") or ""
    assert f"Port {port} on 127.0.0.1 is taken" in said
    assert "HELPLINE_PORT=" in said
    assert taken("127.0.0.1", port, "HELPLINE_PORT") is None


def _lives(process: int) -> bool:
    """Return whether a process runs; a dead one that nobody has buried does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
