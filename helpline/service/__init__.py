"""One verb per function: load, think, commit, answer. The face for channels, console and workers.

They get from here what they need of the store's words, so that none of them reaches past the service.
"""

from helpline.gateway.port import CarrierBusy, CarrierUnknown
from helpline.service.conversation import Sender, apply, receive
from helpline.service.line import Line
from helpline.store.port import CaseRecord, Entry, Item, ItemId, Spoken, Staff, StoreUnavailable

CarrierTrouble = (CarrierBusy, CarrierUnknown)
"""The carrier did not answer: try again later."""

__all__ = [
    "CarrierTrouble",
    "CaseRecord",
    "Entry",
    "Item",
    "ItemId",
    "Line",
    "Sender",
    "Spoken",
    "Staff",
    "StoreUnavailable",
    "apply",
    "receive",
]
