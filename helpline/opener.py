"""A line opened at the first need: the store and its keys, the clock, the queue, the carrier."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from threading import RLock
from typing import TYPE_CHECKING, Any, cast

from helpline.clock import ShiftedClock, SystemClock
from helpline.service.line import Line
from helpline.service.rota import reached
from helpline.settings import Settings
from helpline.store.port import Item, Store, StoreUnavailable
from helpline.triage.state import PersonId

if TYPE_CHECKING:
    from redis import Redis

    from helpline.gateway.port import Carrier, Sid, Sound
    from helpline.store import Client, Opened
    from helpline.triage.flow import Flow
    from helpline.workers.queues import Queues

PATIENCE = 0.7
"""Seconds that one try at the store may take: a turn that meets a dead store must end within two."""
COOL_DOWN = 0.5
"""Seconds for which a store that could not be opened is not tried again."""


class Opener:
    """Open store, queue and line once, when they are first needed; again when that failed."""

    def __init__(self, settings: Settings, flow: Flow, carrier: Carrier | None = None) -> None:
        self.settings = settings
        self.flow = flow
        self._carrier = carrier
        self._lock = RLock()
        self._line: Line | None = None
        self._queues: Queues | None = None
        self._address: str | None = None
        self._failure: tuple[float, StoreUnavailable] | None = None
        self._closing: list[Callable[[], None]] = []

    def line(self) -> Line:
        """Return the line. Raises StoreUnavailable."""
        if self._line is not None:
            return self._line
        with self._lock:
            if self._line is None:
                self._line = self._opened()
            return self._line

    def queues(self) -> Queues:
        """Return the queues. Raises StoreUnavailable when the embedded server cannot be had."""
        if self._queues is None:
            from helpline.store.connect import connect
            from helpline.workers.queues import Queues

            with self._lock:
                client = connect(self.queue_address(), timeout=PATIENCE)
                self._closing.append(client.close)
                self._queues = Queues(cast("Redis", client))
        return self._queues

    def queue_address(self) -> str:
        """Return the address of RQ's server. Raises StoreUnavailable as `queues`."""
        return self.settings.queue_redis_url or self._store_address()

    def close(self) -> None:
        """Give back what was opened."""
        with self._lock:
            self._line = self._queues = None
            while self._closing:
                self._closing.pop()()

    def _opened(self) -> Line:
        if self._failure is not None and time.monotonic() < self._failure[0]:
            raise self._failure[1]
        try:
            return self._joined()
        except StoreUnavailable as error:
            self._failure = (time.monotonic() + COOL_DOWN, error)
            raise

    def _joined(self) -> Line:
        from helpline.observe import metrics
        from helpline.store.connect import connect
        from helpline.store.rate import Pace

        settings = self.settings
        client = connect(self._store_address(), timeout=PATIENCE)
        self._closing.append(client.close)
        opened = _open(client, settings.secrets)
        store = opened.store
        self._same_words(store)
        clock = ShiftedClock(partial(shift_of, store), keep=0.25) if settings.simulation else SystemClock()
        sender = settings.messaging_service_sid or settings.number
        return Line(
            flow=self.flow,
            store=store,
            carrier=self._carrier or _LateCarrier(settings, clock.now),
            identity=opened.identity,
            now=clock.now,
            entropy=partial(os.urandom, 16),
            wake=self._wake,
            count=metrics.count,
            observe=metrics.took,
            review=settings.simulation,
            default_region=settings.region,
            pace=Pace(client, sender, settings.segments_per_second),
            on_call=partial(reached, store.staff),
            console=f"{settings.public_url}/console",
        )

    def _same_words(self, store: Store) -> None:
        """Keep the content version; in production refuse other words under a version already used.

        Raises StoreUnavailable. In simulation whoever edits the content need not raise it at every word.
        """
        flow = self.flow
        kept = store.save_flow("content", flow.version, flow.checksum, b"")
        if not kept and not self.settings.simulation:
            raise StoreUnavailable(
                f"open the store: version {flow.version} of the content was in use with other words;"
                " raise `version` in flows/service.yaml"
            )

    def _wake(self, persons: Sequence[PersonId]) -> None:
        with suppress(StoreUnavailable):
            self.queues().wake(persons)

    def _store_address(self) -> str:
        if self._address is None:
            if self.settings.redis_url:
                self._address = self.settings.redis_url
            else:
                self._address, stop = embedded(self.settings)
                self._closing.append(stop)
        return self._address


class _LateCarrier:
    """The carrier, made when the first text or call goes out: the web sends none, and it is large."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._now = now
        self._made: Carrier | None = None

    def text(self, item: Item) -> Sid:
        """Send a text."""
        return self._carrier().text(item)

    def call(self, item: Item) -> Sid:
        """Ring a number."""
        return self._carrier().call(item)

    def find(self, item: Item, taken: Collection[str] = frozenset()) -> Sid | None:
        """Look for a send whose outcome is unknown."""
        return self._carrier().find(item, taken)

    def recording(self, sid: str) -> Sound:
        """Fetch what was recorded."""
        return self._carrier().recording(sid)

    def delete_recording(self, sid: str) -> None:
        """Delete a recording."""
        self._carrier().delete_recording(sid)

    def _carrier(self) -> Carrier:
        if self._made is None:
            from helpline.gateway.twilio_rest import Sender, TwilioCarrier

            settings = self._settings
            sender = Sender(
                settings.number, settings.voice_number, settings.public_url, settings.messaging_service_sid
            )
            self._made = TwilioCarrier(rest_client_of(settings), sender, self._now)
        return self._made


def rest_client_of(settings: Settings) -> Any:
    from helpline.gateway.twilio_rest import Account, rest_client

    key, secret = settings.api_key_sid, settings.api_key_secret
    return rest_client(Account(settings.account_sid, settings.auth_token, key, secret, settings.api_url))


def _open(client: Client, secrets: Sequence[str]) -> Opened:
    """Open the store with its keys. Raises StoreUnavailable, also when no secret opens the keys."""
    from helpline.observe import metrics
    from helpline.privacy import KeyringError
    from helpline.store import open_redis

    try:
        return open_redis(client, secrets, partial(metrics.count, "commits_without_replica"))
    except KeyringError as error:
        raise StoreUnavailable(f"open the store: {error}") from None


def embedded(settings: Settings) -> tuple[str, Callable[[], None]]:
    """Have the embedded server run; return its address, and how to need it no longer.

    Raises StoreUnavailable, saying why and what to do.
    """
    from helpline.store import Embedded, EmbeddedError

    server = Embedded(settings.data)
    try:
        return server.start(), server.stop
    except EmbeddedError as error:
        raise StoreUnavailable(str(error)) from None


def shift_of(store: Store) -> float | None:
    try:
        return store.clock_shift()
    except StoreUnavailable:
        return None
