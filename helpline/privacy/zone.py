"""Where a number says that its owner is: country and time zones, as far as numbers tell."""

from __future__ import annotations

import phonenumbers
from phonenumbers import timezone

MOST = 4
"""A number that may lie in more zones than this says nothing: a toll-free one, or a mobile one."""

SHARED_CODE = 1
"""The code of the United States, Canada and twenty more: alone it does not tell the country."""


def zones(number: str) -> tuple[str, ...]:
    """Return the IANA time zones an E.164 number may lie in; none when nobody can tell."""
    try:
        found = timezone.time_zones_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return ()
    known = tuple(name for name in found if name != timezone.UNKNOWN_TIMEZONE)
    return known if len(known) <= MOST else ()


def country(number: str) -> str | None:
    """Return the country of an E.164 number as regions are called (`us`, `uk`); None: nobody can tell."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    found = phonenumbers.region_code_for_number(parsed)
    if found is None and parsed.country_code != SHARED_CODE:
        found = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    code = (found or "").lower()
    return {"gb": "uk"}.get(code, code) if len(code) == 2 and code.isalpha() else None
