"""The trace id: one short word that ties together the log lines of one turn or job."""

from __future__ import annotations

import os
from contextvars import ContextVar

_TRACE: ContextVar[str] = ContextVar("trace", default="")


def begin() -> str:
    """Begin a new trace in this context and return its id: 16 hex digits."""
    trace = os.urandom(8).hex()
    _TRACE.set(trace)
    return trace


def current() -> str:
    """Return the id of the trace that runs, or an empty word."""
    return _TRACE.get()
