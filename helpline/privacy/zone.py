"""Where a number says that its owner is: time zones, as far as numbers tell."""

from __future__ import annotations

import phonenumbers
from phonenumbers import timezone

MOST = 4
"""A number that may lie in more zones than this says nothing: a toll-free one, or a mobile one."""


def zones(number: str) -> tuple[str, ...]:
    """Return the IANA time zones an E.164 number may lie in; none when nobody can tell."""
    try:
        found = timezone.time_zones_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return ()
    known = tuple(name for name in found if name != timezone.UNKNOWN_TIMEZONE)
    return known if len(known) <= MOST else ()
