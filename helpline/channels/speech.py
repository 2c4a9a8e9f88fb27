"""The voices: which one speaks a language, in the accent of the region."""

from __future__ import annotations

from dataclasses import replace

from helpline.channels.twiml import Voice
from helpline.triage.flow import Flow, Region

_VOICES = {
    ("en", "us"): Voice("en-US", "Polly.Joanna-Neural"),
    ("en", "uk"): Voice("en-GB", "Polly.Amy-Neural"),
    ("es", "us"): Voice("es-US", "Polly.Lupe-Neural"),
    ("es", "uk"): Voice("es-ES", "Polly.Lucia-Neural"),
}
"""Neural voices of the carrier, by language and region (carrier facts, section 4)."""


def voice_of(flow: Flow, language: str) -> Voice:
    """Return the voice for a language; one of another region, or English, rather than none."""
    region = flow.region.id
    found = _VOICES.get((language, region)) or _VOICES.get((language, "us"))
    voice = found or Voice(language, "Polly.Joanna-Neural")
    return replace(voice, numbers=_short_numbers(flow.region))


def _short_numbers(region: Region) -> frozenset[str]:
    """Return the short numbers of a region, of three or four digits: 911, 988, 111."""
    numbers = (region.emergency_number, region.crisis_call, *(r.call for r in region.resources.values()))
    digits = ("".join(c for c in n or "" if c.isdigit()) for n in numbers)
    return frozenset(d for d in digits if 3 <= len(d) <= 4)
