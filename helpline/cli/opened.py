"""The helpline's line for one command, and plain words when the store is away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from helpline.cli.terminal import NotInOrder
from helpline.config import read_settings
from helpline.service import Line, StoreUnavailable
from helpline.wiring import build


@contextmanager
def opened() -> Iterator[Line]:
    """Open the helpline that the settings describe. Raises SettingsError, and NotInOrder for the store."""
    try:
        with build(read_settings()) as helpline:
            yield helpline.line()
    except StoreUnavailable as error:
        raise NotInOrder(f"The store does not answer ({error}): `helpline doctor` says more.") from error
