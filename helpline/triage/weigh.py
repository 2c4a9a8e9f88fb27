"""The second reading: weigh all words of a message together, for what no pattern of a lexicon foresaw.

Each word, each two neighbours and each two ideas of a message have points for and against an alarm
(`flows/lexicon/points.tsv`, worked out from labelled sentences). Their sum, over the root of how many there
are, so that long messages weigh no more than short ones, is an alarm from a bar on, told as `unsure`, which
counts as the dangerous value. What the patterns found stays, with one exception: a danger sign of the body in
a message whose words all speak against it is asked about at once instead (`doubted`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat

from helpline.triage.normalise import REMEMBERED, Raw
from helpline.triage.weights import Points, Weights

STEM = 5
"""Letters of a word that count: endings differ too much."""
QUOTED = 6
"""Words that are named as the reason, at most."""
_TWICE = re.compile(r"(.)\1+")
_NOT_WEIGHED = "¶"

_NUMBERS = ((1.0, "#one"), (9.0, "#few"), (17.0, "#teens"), (37.9, "#weeks"), (42.0, "#degrees"))
_FAHRENHEIT = (100.4, 106.0)
_YEARS = (1930, 2100)


_Found = list[tuple[tuple[int, ...], Points]]
"""The features of a message that have points: the words each stands on, and its points."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the words of a message add up to, and those of them that weigh most: `start` to `end`."""

    name: str
    start: int
    end: int


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
    """Return everything about a message that may have points, each once."""
    read = _read(words, weights)
    for term, place in read.alone.items():
        yield Feature("alone", (term,), (place,))
    for earlier, behind in read.beside.items():
        for term, place in behind.items():
            yield Feature("beside", (earlier, term), (place - 1, place))
    for number, one in enumerate(read.ideas):
        for other in read.ideas[number + 1:]:
            yield Feature("together", (one, other), (read.alone[one], read.alone[other]))


@dataclass(frozen=True, slots=True)
class _Read:
    """The terms of a message, each with the word at which it is met first.

    `beside` leads from a term to those of the next word.
    """

    alone: dict[str, int]
    beside: dict[str, dict[str, int]]
    ideas: list[str]

    def count(self) -> int:
        """Return how many features there are."""
        pairs = sum(map(len, self.beside.values()))
        return len(self.alone) + pairs + len(self.ideas) * (len(self.ideas) - 1) // 2


def _read(words: Iterable[str], weights: Weights) -> _Read:
    alone: dict[str, int] = {}
    beside: dict[str, dict[str, int]] = {}
    before: tuple[str, ...] = ()
    for place, word in enumerate(words):
        own = _terms(word, weights)
        here = dict.fromkeys(own, place)
        for term in own:
            alone.setdefault(term, place)
        for earlier in before:
            beside[earlier] = here | beside[earlier] if earlier in beside else here
        before = own
    return _Read(alone, beside, sorted(term for term in alone if term[0] == "{"))


@lru_cache(REMEMBERED)
def _terms(word: str, weights: Weights) -> tuple[str, ...]:
    """Return the stem of a word and its ideas; nothing for the end of a sentence."""
    if word == _NOT_WEIGHED:
        return ()
    own = stem(word)
    return (own, *weights.ideas_of(own if own[0] == "#" else word))


def weigh(tokens: Sequence[Raw], weights: Weights, against: int = 0) -> tuple[Weighed, ...]:
    """Return the alarms whose bar the words of a message reach, `against` in hundredths taken off."""
    if not tokens or not weights.alone:
        return ()
    sums, found = _sums(tokens, weights)
    return tuple(_named(n, tokens, found, weights) for n, bar in enumerate(weights.bars)
                 if sums[n] - against >= bar)


def likeliest(tokens: Sequence[Raw], weights: Weights, *, suspected: bool) -> Weighed | None:
    """Return the one name to which the words add up most, if it reaches its bar.

    Where something is `suspected` already, the floor is enough: then only which of the names is open.
    """
    if not tokens or not weights.alone:
        return None
    sums, found = _sums(tokens, weights)
    best = max(range(len(sums)), key=sums.__getitem__)
    enough = (weights.floors if suspected else weights.bars)[best]
    return _named(best, tokens, found, weights) if sums[best] >= enough else None


def _named(n: int, tokens: Sequence[Raw], found: _Found, weights: Weights) -> Weighed:
    return Weighed(weights.names[n], *_heaviest(tokens, ((places, p[n]) for places, p in found)))


def doubted(tokens: Sequence[Raw], weights: Weights, *, loose: bool = False) -> frozenset[str]:
    """Return the alarms that all the words of a message speak against as strongly as in hardly any true one.

    For what only a `loose` pattern found less is enough.
    """
    if not tokens or not weights.alone:
        return frozenset()
    sums, _ = _sums(tokens, weights)
    floors = weights.loose if loose else weights.floors
    return frozenset(weights.names[n] for n, floor in enumerate(floors) if sums[n] < floor)


def _sums(tokens: Sequence[Raw], weights: Weights) -> tuple[list[float], _Found]:
    """Return the sum of each name, and the features that have points."""
    read = _read((t.word for t in tokens), weights)
    found = [*_alone(read, weights), *_beside(read, weights), *_together(read, weights)]
    long = math.sqrt(read.count() or 1)
    added = map(sum, zip(*(points for _, points in found), strict=True)) if found else repeat(0)
    return [start + points / long for start, points in zip(weights.start, added, strict=False)], found


def _alone(read: _Read, weights: Weights) -> Iterator[tuple[tuple[int, ...], Points]]:
    find = weights.alone.get
    for term, place in read.alone.items():
        if points := find(term):
            yield (place,), points


def _beside(read: _Read, weights: Weights) -> Iterator[tuple[tuple[int, ...], Points]]:
    find = weights.beside.get
    for earlier, behind in read.beside.items():
        if weighing := find(earlier):
            for term, place in behind.items():
                if points := weighing.get(term):
                    yield (place - 1, place), points


def _together(read: _Read, weights: Weights) -> Iterator[tuple[tuple[int, ...], Points]]:
    for number, one in enumerate(read.ideas):
        others = weights.together.get(one, {})
        for other in read.ideas[number + 1:]:
            if points := others.get(other):
                yield (read.alone[one], read.alone[other]), points


def _heaviest(tokens: Sequence[Raw], found: Iterable[tuple[tuple[int, ...], int]]) -> tuple[int, int]:
    """Return the place in her message of the few words in a row that weigh most."""
    weight = [0.0] * len(tokens)
    for places, points in found:
        for place in places:
            weight[place] += points / len(places)
    last = max(len(tokens) - QUOTED, 0)
    first = max(range(last + 1), key=lambda place: sum(weight[place:place + QUOTED]))
    stretch = [p for p in range(first, min(first + QUOTED, len(tokens))) if weight[p] > 0]
    if not stretch:
        return tokens[0].start, tokens[0].end
    return tokens[stretch[0]].start, tokens[stretch[-1]].end
