"""The carrier as the service sees it, and the three ways in which a send can go wrong (design, section 6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NewType, Protocol

from helpline.gateway.codes import again_after, is_alarm, is_opt_out
from helpline.store.port import Item

__all__ = [
    "Carrier",
    "CarrierBusy",
    "CarrierRefused",
    "CarrierUnknown",
    "Sid",
    "Sound",
    "again_after",
    "is_alarm",
    "is_opt_out",
]

Sid = NewType("Sid", str)
"""The carrier's id of a message or call; opaque, at most 64 characters."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What was recorded, as the carrier gives it."""

    content_type: str
    body: bytes


class CarrierRefused(Exception):
    """The carrier said no for good. `code` is its error code; `opted_out` when the person had said STOP."""

    def __init__(self, code: int, opted_out: bool = False) -> None:
        super().__init__(f"carrier refused with code {code}")
        self.code = code
        self.opted_out = opted_out


class CarrierBusy(Exception):
    """The carrier certainly did not take it (429, no connection): try again later."""

    def __init__(self, what: str, code: int | None = None) -> None:
        super().__init__(what)
        self.code = code


class CarrierUnknown(Exception):
    """The request left us and no answer came: it may or may not have been accepted."""


class Carrier(Protocol):
    """What a carrier does for us. Every method may raise the three errors above."""

    def text(self, item: Item) -> Sid:
        """Send a text; its delivery reports come to `/sms/status?o=<item id>`."""

    def call(self, item: Item) -> Sid:
        """Ring the number; what is said is fetched from `/voice/out?o=<item id>`."""

    def find(self, item: Item, taken: Collection[str] = frozenset()) -> Sid | None:
        """Look for a send whose outcome is unknown, by number, words and time. None: not there.

        `taken` are sids known to belong to other items.
        """

    def recording(self, sid: str) -> Sound:
        """Fetch what was recorded. Refused: it is not there any more."""

    def delete_recording(self, sid: str) -> None:
        """Delete a recording for good. Refused with 404 or 20404: it was not there any more."""
