"""Keep the embedded server: start it, start it again when it dies, stop it once its last client has gone.

A program of its own, in a session of its own, so that it survives whoever started it. It uses the standard
library only and is run as a file (`python -I guardian.py FOLDER BINARY LINGER FD`), to be there in some
hundredths of a second. Three locked files in the folder say who is there; the kernel lets go of a lock when
its process ends, however it ends:

- `clients.lock`: every client holds it shared. Whoever gets it alone knows that there is no client.
- `guardian.lock`: held by the one guardian.
- `start.lock`: held while a client looks whether a server must be started, and while a guardian stops one.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LONGEST_SOCKET = 100
"""Bytes of a socket's path that every system allows (Linux 107, macOS 103)."""
TICK = 0.2
STOP_PATIENCE = 10.0
LARGEST_LOG = 4_000_000
SETTINGS = (
    *("--port", "0", "--unixsocketperm", "600", "--daemonize", "no", "--save", ""),
    *("--appendonly", "yes", "--appendfsync", "always", "--aof-load-truncated", "yes"),
    *("--maxmemory-policy", "noeviction", "--stop-writes-on-bgsave-error", "no"),
    # A sealed state of a kilobyte stays in a compact hash; a short journal does not take four kilobytes.
    *("--hash-max-ziplist-value", "4096", "--stream-node-max-bytes", "1024"),
)
"""The names with `ziplist` are understood by every server from Redis 6.2 on."""
FAULTS = (
    ("Can't handle RDB format version", "its data was written by a newer server: use that server again"),
    ("Bad file format", "its append-only file is damaged: see the log beside it, and valkey-check-aof"),
    (
        "Unexpected end of file",
        "its append-only file is damaged: see the log beside it, and valkey-check-aof",
    ),
    ("No space left on device", "the disk is full: make room"),
    ("Permission denied", "a file in it may not be read or written by this user"),
    ("Cannot allocate memory", "there is too little memory to load the data"),
    ("Failed opening Unix socket", "its socket cannot be made there"),
    ("Read-only file system", "the disk is read-only"),
)


def locked(path: Path, kind: int) -> int | None:
    """Return the open file that holds a lock, None when somebody else has it and `kind` says not to wait."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, kind)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def answers(address: str, patience: float = 1.0) -> str | None:
    """Return what the server at this socket says to PING: `PONG`, `LOADING`, or None when nobody is there."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(patience)
            line.connect(address)
            line.sendall(b"PING\r\n")
            heard = line.recv(64)
    except OSError:
        return None
    return heard.split()[0].decode("ascii", "replace").lstrip("+-") if heard.split() else None


def is_zombie(pid: int) -> bool:
    """Return whether a process is dead and not yet reaped. False where there is no /proc."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return False


def process_line(pid: int) -> str:
    """Return the command line of a process, empty where there is no /proc."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


class Guardian:
    """The keeper of one folder. `linger` is for how many seconds the server stays without clients."""

    def __init__(self, folder: Path, binary: str, linger: float) -> None:
        self.folder = folder
        self.binary = binary
        self.linger = linger
        self.address = ""
        self.server: subprocess.Popen[bytes] | None = None
        self.adopted: int | None = None
        self.told_to_stop = False
        self._deaths = 0
        self._idle_since: float | None = None

    def begin(self) -> str:
        """Have a server: one left behind by a guardian that was killed, or a new one; return the problem."""
        record = self.folder / "address"
        left = record.read_text() if record.exists() else ""
        pid = self._recorded_pid()
        if left and pid is not None and answers(left) is not None:
            self.address, self.adopted = left, pid
            return ""
        if pid is not None and str(self.folder) in process_line(pid):
            os.kill(pid, signal.SIGKILL)  # it hangs; two servers on one folder would ruin its data
            while self._recorded_pid() == pid:
                time.sleep(0.01)
        self.address = self._choose_address()
        record.write_text(self.address)
        return self._start()

    def _choose_address(self) -> str:
        near = str(self.folder / "socket")
        if len(os.fsencode(near)) <= LONGEST_SOCKET:
            return near
        return str(Path(tempfile.mkdtemp(prefix="helpline-")) / "socket")

    def _recorded_pid(self) -> int | None:
        try:
            pid = int((self.folder / "server.pid").read_text())
            os.kill(pid, 0)
        except (OSError, ValueError):
            return None
        return None if is_zombie(pid) else pid

    def _start(self) -> str:
        log_path = self.folder / "server.log"
        if log_path.exists() and log_path.stat().st_size > LARGEST_LOG:
            log_path.replace(self.folder / "server.log.1")
        with log_path.open("ab") as log:
            begin = log.tell()
            self.server = subprocess.Popen(
                [self.binary, *SETTINGS, "--dir", str(self.folder), "--unixsocket", self.address],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                close_fds=True,
            )
        (self.folder / "server.pid").write_text(str(self.server.pid))
        while self.server.poll() is None:
            if answers(self.address) == "PONG":
                return ""
            time.sleep(0.004)
        return self._why(log_path, begin)

    def _why(self, log_path: Path, begin: int) -> str:
        with log_path.open("rb") as log:
            log.seek(begin)
            said = log.read().decode("utf-8", "replace")
        for sign, meaning in FAULTS:
            if sign in said:
                return meaning
        lines = [line for line in said.splitlines() if line.strip()]
        return f"the server ended at once and said: {lines[-1].strip() if lines else 'nothing'}"

    def keep(self) -> None:
        """Stay until there have been no clients for a while, until told to stop, or until the folder is gone.

        However it ends, the server is stopped.
        """
        try:
            while not self.told_to_stop and self.folder.is_dir():
                time.sleep(TICK if self.linger >= 1 else 0.02)
                if not self._alive():
                    self._revive()
                if self._alone():
                    break
        except FileNotFoundError:
            if self.folder.is_dir():
                raise
        finally:
            self._stop()

    def _alive(self) -> bool:
        if self.server is not None:
            return self.server.poll() is None
        return self._recorded_pid() == self.adopted

    def _revive(self) -> None:
        """Start the server again; ever more slowly when it keeps dying (a full disk, say)."""
        self._deaths += 1
        self.adopted = None
        time.sleep(min(0.05 * 2 ** min(self._deaths, 7), 5.0) if self._deaths > 1 else 0)
        if not self._start():
            self._deaths = max(self._deaths - 1, 0)

    def _alone(self) -> tuple[int, ...]:
        """Return the locks that keep clients out, once nobody has needed the server for long enough.

        They are held until this process ends, so that nobody finds a server that is about to stop.
        """
        clients = locked(self.folder / "clients.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
        if clients is None:
            self._idle_since = None
            return ()
        now = time.monotonic()
        self._idle_since = now if self._idle_since is None else self._idle_since
        if now - self._idle_since >= self.linger:
            start = locked(self.folder / "start.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
            if start is not None:
                return clients, start
        os.close(clients)
        return ()

    def _stop(self) -> None:
        pid = self.server.pid if self.server is not None else self.adopted
        if pid is None:
            return
        end = time.monotonic() + STOP_PATIENCE
        signum = signal.SIGTERM
        while self._alive():
            self._kill(pid, signum)
            time.sleep(0.01)
            signum = signal.SIGKILL if time.monotonic() > end else signal.SIGTERM
        self.clear()

    def clear(self) -> None:
        """Leave nothing behind but data and log."""
        (self.folder / "server.pid").unlink(missing_ok=True)
        Path(self.address).unlink(missing_ok=True)
        (self.folder / "address").unlink(missing_ok=True)
        if Path(self.address).parent != self.folder:
            Path(self.address).parent.rmdir()

    def _kill(self, pid: int, signum: int) -> None:
        try:
            os.kill(pid, signum)
        except ProcessLookupError:
            return


def tell(handle: int, words: str) -> None:
    """Tell whoever started us; they may be gone."""
    try:
        os.write(handle, words.encode())
        os.close(handle)
    except OSError:
        return


def main(arguments: list[str]) -> int:
    """Guard one folder: FOLDER BINARY LINGER FD."""
    folder, binary, linger, handle = Path(arguments[0]), arguments[1], float(arguments[2]), int(arguments[3])
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    mine = locked(folder / "guardian.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
    if mine is None:
        tell(handle, "ready")
        return 0
    guardian = Guardian(folder, binary, linger)

    def stop(*_: object) -> None:
        guardian.told_to_stop = True

    signal.signal(signal.SIGTERM, stop)
    try:
        problem = guardian.begin()
    except OSError as error:
        problem = f"{error.strerror or error}"
    if problem:
        guardian.clear()
        tell(handle, problem)
        return 1
    tell(handle, "ready")
    guardian.keep()
    os.close(mine)  # before the other locks, which go with the process: whoever comes next finds no guardian
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
