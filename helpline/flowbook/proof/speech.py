"""How long speech takes: words at an even pace, a figure at a time."""

from __future__ import annotations

import re

WORDS_A_MINUTE = 150
"""An even, calm pace; the same for English and Spanish, whose words are longer but said faster."""
MOST_SECONDS = 20.0
"""What may be said in one breath."""

_BREATH = re.compile(r"[.!?:;\n]+")
_DIGITS = re.compile(r"\d")


def seconds(text: str) -> float:
    """Return how long a text takes to say. Every figure of a number is a word."""
    words = sum(max(1, len(_DIGITS.findall(word))) for word in text.split())
    return words * 60 / WORDS_A_MINUTE


def longest_breath(text: str) -> float:
    """Return the seconds of the longest stretch between two stops."""
    return max((seconds(part) for part in _BREATH.split(text)), default=0.0)
