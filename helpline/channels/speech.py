"""The voices: which one speaks a language, in the accent of the region."""

from __future__ import annotations

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
    return found or Voice(language, "Polly.Joanna-Neural")
