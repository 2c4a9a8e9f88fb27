"""The core is tested with sockets, clocks and chance forbidden: it must not need them."""

from __future__ import annotations

import random
import secrets
import socket
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

import pytest

from helpline.flowbook.load import load
from helpline.triage.flow import Flow

FLOWS = Path(__file__).parents[2] / "flows"


@lru_cache(1)
def real_flow() -> Flow:
    """Return the real content, loaded once; property tests call it, as it is too large to print."""
    return load(FLOWS, name="Pregnancy Bleeding Helpline", region="us", languages=("en", "es"))


@pytest.fixture(scope="session")
def flow() -> Flow:
    """The real content, region us, both languages."""
    return real_flow()


def _forbidden(*_: Any, **__: Any) -> NoReturn:
    raise AssertionError("the core asked for a socket, the clock or chance")


@pytest.fixture
def pure(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forbid sockets, the clock and chance while a test runs."""
    with monkeypatch.context() as patch:
        patch.setattr(socket, "socket", _forbidden)
        for name in ("time", "monotonic", "time_ns"):
            patch.setattr(time, name, _forbidden)
        patch.setattr(random, "random", _forbidden)
        patch.setattr(secrets, "token_bytes", _forbidden)
        yield
