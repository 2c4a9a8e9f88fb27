"""What is known of the staff's phones and of how soon they answer: ids and times, no names, no numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from helpline.triage.state import StaffId


@dataclass(frozen=True, slots=True)
class Phone:
    """Whether pages reach a phone. `code`: the carrier's, of the last lost one; `stopped`: it opted out."""

    tested: datetime | None = None
    """When the last test page was sent."""
    answered: datetime | None = None
    """When a test page was last answered."""
    arrived: datetime | None = None
    lost: datetime | None = None
    code: int | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """One page to one phone, lately. `how`: `text`, `call`, `held`, or `in:` and the digest that holds it."""

    item: str
    case: str
    level: str
    at: datetime
    how: str


@dataclass(frozen=True, slots=True)
class Took:
    """How long something took with one case. `what`: `page`, `acknowledge` or `contact`."""

    case: str
    what: str
    level: str
    seconds: float
    at: datetime


class PagerBook(Protocol):
    """Phones, pages lately, and times taken. Every method may raise StoreUnavailable."""

    def phones(self) -> Mapping[StaffId, Phone]:
        """Return what is known of each phone; one never paged is not among them."""

    def save_phone(self, staff: StaffId, phone: Phone, before: Phone) -> bool:
        """Write one if it still is as it was (unknown: `Phone()`); False when someone else wrote first."""

    def lately(self, staff: StaffId) -> tuple[Sent, ...]:
        """Return the pages to one phone lately, oldest first."""

    def save_lately(self, staff: StaffId, pages: Sequence[Sent], before: Sequence[Sent]) -> bool:
        """Write them if they still are as they were; False when someone else wrote first."""

    def reported(self) -> str:
        """Return the local day on which the rota was last reported, as `2026-11-23`; empty: never."""

    def set_reported(self, day: str) -> None:
        """Note the local day on which the rota was reported."""

    def note_took(self, took: Took) -> bool:
        """Write how long something took with a case, once; False when it stands already."""

    def took(self) -> Sequence[Took]:
        """Return the times taken that are kept, oldest first."""
