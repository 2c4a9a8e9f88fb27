"""How many segments a text takes on the air: GSM-7 where every character allows it, else UCS-2.

Counting is the carrier's own, on purpose not shared with the helpline: what the helpline reckons is checked
against it. Source of the alphabets: 3GPP TS 23.038, default alphabet and its extension table.
"""

from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
_GSM = _BASIC | _EXTENDED


@dataclass(frozen=True, slots=True)
class Size:
    """Say how a text travels: its encoding, the units it fills and the segments it takes."""

    encoding: str
    units: int
    segments: int


def measure(body: str) -> Size:
    """Count units and segments of a text; an empty text takes one segment."""
    if _GSM.issuperset(body):
        widths = [2 if c in _EXTENDED else 1 for c in body]
        return _size("GSM-7", widths, 160)
    widths = [2 if ord(c) > 0xFFFF else 1 for c in body]
    return _size("UCS-2", widths, 70)


def _size(encoding: str, widths: list[int], alone: int) -> Size:
    units = sum(widths)
    if units <= alone:
        return Size(encoding, units, 1)
    room = 153 if encoding == "GSM-7" else 67
    return Size(encoding, units, _packed(widths, room))


def _packed(widths: list[int], room: int) -> int:
    """Fill segments one by one: a character of two units is never split between two of them."""
    segments, used = 1, 0
    for width in widths:
        if used + width > room:
            segments, used = segments + 1, 0
        used += width
    return segments
