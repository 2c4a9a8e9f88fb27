"""The collaborators of the service, in one frozen bag that `wiring` fills: functions take a `Line` first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from helpline.gateway.port import Carrier
from helpline.privacy.identity import Identity
from helpline.store.port import Store
from helpline.triage.effects import Page
from helpline.triage.flow import Flow
from helpline.triage.state import PersonId, StaffId


@dataclass(frozen=True, slots=True)
class Duty:
    """Someone who can be paged. `phone` is E.164; `languages` are hers, best first."""

    id: StaffId
    name: str
    phone: str
    languages: tuple[str, ...] = ("en",)


def nobody(page: Page, at: datetime) -> Sequence[Duty]:
    """Page nobody: no staff are known."""
    return ()


def unmeasured(what: str, level: str, seconds: float) -> None:
    """Keep no times."""


def unpaced(segments: int, urgent: bool) -> float:
    """Let every text go at once: for carriers that take whatever comes."""
    return 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """One helpline, put together.

    `now` gives aware UTC (shifted in simulation); `entropy` 16 fresh random bytes; `wake` asks the workers to
    look at people who have something urgent in the outbox (best effort, must not raise); `count` adds to a
    metric. `review` keeps what was understood with each answer, for simulation only. `pace` takes that many
    segments of what the sender may send and returns the seconds to wait first; when they are more than
    `delivery.PATIENCE` nothing was taken, and the text comes back then. `console` is the address of the staff
    console, for the links that staff get once they have taken a case; empty: none are sent.
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
    on_call: Callable[[Page, datetime], Sequence[Duty]] = nobody
    pace: Callable[[int, bool], float] = unpaced
    observe: Callable[[str, str, float], None] = unmeasured
    """Takes how long a step of a case took: `page`, `acknowledge` or `contact`, level, seconds."""
    console: str = ""
