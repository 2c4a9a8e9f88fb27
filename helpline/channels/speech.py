"""The voices: which one speaks a language, in the accent of the region."""

from __future__ import annotations

from dataclasses import replace

from helpline.channels.twiml import Voice
from helpline.triage.flow import Flow

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
    return replace(voice, numbers=_short_numbers(flow))


def _short_numbers(flow: Flow) -> frozenset[str]:
    """Return the short numbers of all regions, of three or four digits: 911, 988, 111."""
    regions = (flow.region, *(there.region for there in flow.local.values()))
    numbers = [n for r in regions for n in (r.emergency_number, r.crisis_call)]
    numbers += [x.call for r in regions for x in r.resources.values()]
    digits = ("".join(c for c in n or "" if c.isdigit()) for n in numbers)
    return frozenset(d for d in digits if 3 <= len(d) <= 4)
