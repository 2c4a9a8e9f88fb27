"""What the workers of a test are made of: the parts that `helpline.wiring` joins in earnest."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from typing import cast

from redis import Redis

from helpline.clock import ShiftedClock
from helpline.gateway.twilio_rest import Account, Sender, TwilioCarrier, rest_client
from helpline.privacy import Vault
from helpline.service import Line
from helpline.service.rota import reached
from helpline.store.connect import connect
from helpline.store.redis_store import RedisStore
from helpline.workers.queues import Queues
from tests.service.house import House, flow
from tests.workers.patience import SLOW_DISK

PUBLIC = "http://127.0.0.1:9"
"""Where nobody listens: reports and calls of the carrier end there, on this machine."""
ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 31 + "1", "local-carrier-token", "+15005550006"


def make_carrier(base: str, now: Callable[[], datetime]) -> TwilioCarrier:
    """Return the real client for a local carrier."""
    account = Account(ACCOUNT, TOKEN, api_url=base)
    patience = float(os.environ.get("TEST_PATIENCE", "10"))
    return TwilioCarrier(rest_client(account, timeout=patience), Sender(NUMBER, NUMBER, PUBLIC), now)


def line_for_process() -> Line:
    """Return the line of this process."""
    return _line(os.getpid())


def queue_connection() -> Redis:
    """Return a connection to the queue's server, made for waiting."""
    return cast(Redis, connect(os.environ["TEST_STORE"], timeout=60.0))


def prepare_worker() -> None:
    """Load what the children share."""
    flow()


@lru_cache(1)
def _line(pid: int) -> Line:
    client = connect(os.environ["TEST_STORE"], timeout=SLOW_DISK)
    store = RedisStore(client, Vault({1: bytes(32)}, 1))
    clock = ShiftedClock(store.clock_shift, keep=0.0)
    house = House(store, make_carrier(os.environ["TEST_CARRIER"], clock.now))
    wake = Queues(cast(Redis, client)).wake
    return replace(house.line, now=clock.now, wake=wake, on_call=partial(reached, store.staff))
