"""The processes that `helpline run` starts: watched, started again when they die, and stopped for certain."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 12.0
"""Seconds a process has to end by itself: longer than a turn or one send takes."""
REPEAT = 1.0
"""Seconds until SIGTERM is sent again: the web server was seen to lose one right after its first answer."""
MOST_DEATHS, SPAN = 5, 60.0
"""So many deaths within so many seconds mean that starting it again is no use."""
LARGEST_LOG = 10_000_000


@dataclass
class Child:
    """One process, in a session of its own: Ctrl-C reaches it through us only. Its output goes to `log`."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_DEATHS))

    def start(self) -> None:
        """Start it; the log of earlier starts is kept up to a size."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def died(self) -> bool:
        """Return whether it has ended though nobody asked it to, and remember when."""
        if self.process is None or self.process.poll() is None:
            return False
        self.deaths.append(time.monotonic())
        return True

    @property
    def hopeless(self) -> bool:
        """Return whether it dies faster than is worth starting it again."""
        return len(self.deaths) == MOST_DEATHS and self.deaths[-1] - self.deaths[0] < SPAN

    def last_words(self, lines: int = 12) -> str:
        """Return the end of its log."""
        try:
            with self.log.open("rb") as log:
                log.seek(max(0, self.log.stat().st_size - 8000))
                return "\n".join(log.read().decode("utf-8", "replace").splitlines()[-lines:])
        except OSError:
            return ""

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs; SIGKILL goes to its own children too."""
        if self.process is None or self.process.poll() is not None:
            return
        try:
            if number is signal.SIGKILL:
                os.killpg(self.process.pid, number)
            else:
                self.process.send_signal(number)
        except ProcessLookupError:
            return

    def ended(self) -> bool:
        """Return whether it runs no more."""
        return self.process is None or self.process.poll() is not None


def stop(children: Sequence[Child], patience: float = PATIENCE) -> None:
    """Ask all to end, again and again, and end those that do not in `patience` seconds."""
    begun = asked = time.monotonic()
    for child in children:
        child.signal(signal.SIGTERM)
    while not all(child.ended() for child in children):
        now = time.monotonic()
        if now - begun > patience:
            _kill(children)
            return
        if now - asked > REPEAT:
            asked = now
            for child in children:
                child.signal(signal.SIGTERM)
        time.sleep(0.02)


def _kill(children: Sequence[Child]) -> None:
    for child in children:
        child.signal(signal.SIGKILL)
    for child in children:
        if child.process is not None:
            child.process.wait()
