"""The collaborators of the service, in one frozen bag that `wiring` fills: functions take a `Line` first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from helpline.gateway.port import Carrier
from helpline.privacy.identity import Identity
from helpline.store.port import Store
from helpline.triage.flow import Flow
from helpline.triage.state import PersonId


@dataclass(frozen=True, slots=True)
class Line:
    """One helpline, put together.

    `now` gives aware UTC (shifted in simulation); `entropy` 16 fresh random bytes; `wake` asks the workers to
    look at people who have something urgent in the outbox (best effort, must not raise); `count` adds to a
    metric. `review` keeps what was understood with each answer, for simulation only.
    """

    flow: Flow
    store: Store
    carrier: Carrier
    identity: Identity
    now: Callable[[], datetime]
    entropy: Callable[[], bytes]
    wake: Callable[[Sequence[PersonId]], None]
    count: Callable[[str, str], None]
    review: bool = False
    default_region: str = "US"
