"""What of a message may have points: its words, those near one another, its ideas, and letters in a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from helpline.triage.normalise import REMEMBERED
from helpline.triage.weights import NEAR, Weights

STEM = 5
"""Letters of a word that count: endings differ too much."""
SUMS = {"alone": 0, "beside": 0, "together": 0, "letters": 1, "over": 2, "beyond": 2}
"""Which of the three sums each kind of points goes into."""
_SHORT, _LONG = 3, 5
"""Letters in a row that have points of their own: what is misspelt still looks alike."""
_TWICE = re.compile(r"(.)\1+")
_NOT_WEIGHED = "¶"

_NUMBERS = ((1.0, "#one"), (9.0, "#few"), (17.0, "#teens"), (37.9, "#weeks"), (42.0, "#degrees"))
_FAHRENHEIT = (100.4, 106.0)
_YEARS = (1930, 2100)


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that may have points: `key` names it, `places` are the words it stands on."""

    kind: str
    key: tuple[str, ...]
    places: tuple[int, ...]


def stem(word: str) -> str:
    """Return what counts of a word: a class for a number, else its first letters, doubled ones once."""
    if word[0].isdigit():
        return _number(float(word))
    return (_TWICE.sub(r"\1", word) if len(word) > STEM - 1 else word)[:STEM]


def _number(value: float) -> str:
    if _FAHRENHEIT[0] <= value <= _FAHRENHEIT[1]:
        return "#degrees"
    if _YEARS[0] <= value <= _YEARS[1]:
        return "#year"
    return next((name for most, name in _NUMBERS if value <= most), "#many")


def features(words: Iterable[str], weights: Weights) -> Iterator[Feature]:
    """Return everything about a message that may have points: letters for each word, all else once."""
    found = read(words, weights)
    for term, place in found.alone.items():
        yield Feature("alone", (term,), (place,))
    for apart, (kind, pairs) in enumerate(zip(NEAR, found.near, strict=True), 1):
        for pair, place in pairs.items():
            yield Feature(kind, pair, (place - apart, place))
    for one, other in couples(found.ideas):
        yield Feature("together", (one, other), (found.alone[one], found.alone[other]))
    for word, place in found.words.items():
        for few in letters(word):
            yield Feature("letters", (few,), (place,))


@dataclass(frozen=True, slots=True)
class Read:
    """The words and terms of a message, each with the place where it is met first.

    `near` holds the pairs of each kind of `NEAR`, with the place of the second.
    """

    words: dict[str, int]
    alone: dict[str, int]
    near: tuple[dict[tuple[str, str], int], ...]
    ideas: list[str]

    def counts(self) -> tuple[int, int, int]:
        """Return how many features go into each of the three sums."""
        beside, over, beyond = map(len, self.near)
        together = len(self.ideas) * (len(self.ideas) - 1) // 2
        return (len(self.alone) + beside + together, sum(len(letters(word)) for word in self.words),
                over + beyond)


def read(words: Iterable[str], weights: Weights) -> Read:
    """Return the words and terms of a message."""
    found = Read({}, {}, ({}, {}, {}), [])
    beside, over, beyond = found.near
    one: tuple[str, ...] = ()
    two: tuple[str, ...] = ()
    three: tuple[str, ...] = ()
    for place, word in enumerate(words):
        own = _terms(word, weights)
        if own:
            found.words.setdefault(word, place)
        for term in own:
            found.alone.setdefault(term, place)
            for earlier in one:
                beside.setdefault((earlier, term), place)
        for pairs, before in ((over, two), (beyond, three)):
            if own and before:
                pairs.setdefault((before[0], own[0]), place)
        one, two, three = own, one, two
    found.ideas.extend(sorted(term for term in found.alone if term[0] == "{"))
    return found


def couples(ideas: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Return each two ideas, the earlier in the alphabet first."""
    for number, one in enumerate(ideas):
        for other in ideas[number + 1:]:
            yield one, other


@lru_cache(REMEMBERED)
def _terms(word: str, weights: Weights) -> tuple[str, ...]:
    """Return the stem of a word and its ideas; nothing for the end of a sentence."""
    if word == _NOT_WEIGHED:
        return ()
    own = stem(word)
    return (own, *weights.ideas_of(own if own[0] == "#" else word))


@lru_cache(REMEMBERED)
def letters(word: str) -> tuple[str, ...]:
    """Return each few letters in a row of a word, its beginning and end marked; none of a number."""
    if word[0].isdigit():
        return ()
    whole = f"^{word}$"
    return tuple(dict.fromkeys(whole[at:at + long] for long in range(_SHORT, _LONG + 1)
                               for at in range(len(whole) - long + 1)))
