"""What tests of several parts share: a real server, started once for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from helpline.store import Embedded


@contextmanager
def embedded_server(folder: Path, *, linger: float = 0.1) -> Iterator[Embedded]:
    """Run an embedded server in `folder`; it ends soon after the last who uses it."""
    server = Embedded(folder, linger=linger)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of an embedded server; whoever uses it empties it first."""
    with embedded_server(tmp_path_factory.mktemp("server")) as server:
        yield server.url
