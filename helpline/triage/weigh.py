"""The second reading: weigh all words of a message together, for what no pattern of a lexicon foresaw.

Each word, each two words near one another, each two ideas and each few letters of a word have points for and
against an alarm (`flows/lexicon/points.tsv`, worked out from labelled sentences). Words, letters and words
apart are added up each for themselves, over the root of how many there are, so that long messages weigh no
more than short ones. The sum is an alarm from a bar on, told as `unsure`, which counts as the dangerous
value. What the patterns found stays, with one exception: a danger sign of the body in a message whose words
all speak against it is asked about at once instead (`doubted`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from helpline.triage.normalise import REMEMBERED, Raw
from helpline.triage.packed import unpack
from helpline.triage.terms import SUMS, Read, couples, letters, read
from helpline.triage.weights import NEAR, Weights

QUOTED = 6
"""Words that are named as the reason, at most."""
_Part = tuple[str, tuple[int, ...], int]
"""What of a message has points: its kind, the words it stands on, its packed points."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the words of a message add up to, and those of them that weigh most: `start` to `end`."""

    name: str
    start: int
    end: int


def weigh(tokens: Sequence[Raw], weights: Weights, against: int = 0) -> tuple[Weighed, ...]:
    """Return the alarms whose bar the words of a message reach, `against` in hundredths taken off."""
    if not tokens or not weights.alone:
        return ()
    terms = read((t.word for t in tokens), weights)
    sums = _sums(terms, weights)
    return tuple(_named(n, tokens, terms, weights) for n, bar in enumerate(weights.bars)
                 if sums[n] - against >= bar)


def likeliest(tokens: Sequence[Raw], weights: Weights, *, suspected: bool) -> Weighed | None:
    """Return the one name to which the words add up most, if it reaches its bar.

    Where something is `suspected` already, the floor is enough: then only which of the names is open.
    """
    if not tokens or not weights.alone:
        return None
    terms = read((t.word for t in tokens), weights)
    sums = _sums(terms, weights)
    best = max(range(len(sums)), key=sums.__getitem__)
    enough = (weights.floors if suspected else weights.bars)[best]
    return _named(best, tokens, terms, weights) if sums[best] >= enough else None


def doubted(tokens: Sequence[Raw], weights: Weights, *, loose: bool = False) -> frozenset[str]:
    """Return the alarms that all the words of a message speak against as strongly as in hardly any true one.

    For what only a `loose` pattern found less is enough.
    """
    if not tokens or not weights.alone:
        return frozenset()
    sums = _sums(read((t.word for t in tokens), weights), weights)
    floors = weights.loose if loose else weights.floors
    return frozenset(weights.names[n] for n, floor in enumerate(floors) if sums[n] < floor)


def _sums(terms: Read, weights: Weights) -> list[float]:
    """Return the sum of each name, in hundredths."""
    packed = [0] * len(terms.counts())
    for kind, _, points in _parts(terms, weights):
        packed[SUMS[kind]] += points
    sums = [float(begin) for begin in weights.start]
    for points, count in zip(packed, terms.counts(), strict=True):
        root = math.sqrt(count or 1)
        for n, own in enumerate(unpack(points, len(sums))):
            sums[n] += own / root
    return sums


def _parts(terms: Read, weights: Weights) -> Iterator[_Part]:
    """Return all of a message that has points."""
    yield from (("alone", (place,), points) for term, place in terms.alone.items()
                if (points := weights.alone.get(term)))
    for apart, (kind, pairs) in enumerate(zip(NEAR, terms.near, strict=True), 1):
        find = weights.pairs.get(kind, {}).get
        yield from ((kind, (place - apart, place), points) for pair, place in pairs.items()
                    if (points := find(pair)))
    find = weights.pairs.get("together", {}).get
    yield from (("together", (terms.alone[one], terms.alone[other]), points)
                for one, other in couples(terms.ideas) if (points := find((one, other))))
    yield from (("letters", (place,), points) for word, place in terms.words.items()
                if (points := _of_letters(word, weights)))


@lru_cache(REMEMBERED)
def _of_letters(word: str, weights: Weights) -> int:
    """Return the packed points of all letters of a word."""
    find = weights.letters.get
    return sum(find(few, 0) for few in letters(word))


def _named(n: int, tokens: Sequence[Raw], terms: Read, weights: Weights) -> Weighed:
    """Return a name with the place in her message of the few words in a row that weigh most for it."""
    roots = [math.sqrt(count or 1) for count in terms.counts()]
    weight = [0.0] * len(tokens)
    for kind, places, points in _parts(terms, weights):
        for place in places:
            weight[place] += unpack(points, n + 1)[n] / len(places) / roots[SUMS[kind]]
    last = max(len(tokens) - QUOTED, 0)
    first = max(range(last + 1), key=lambda place: sum(weight[place:place + QUOTED]))
    stretch = [p for p in range(first, min(first + QUOTED, len(tokens))) if weight[p] > 0]
    begin, end = (stretch[0], stretch[-1]) if stretch else (0, 0)
    return Weighed(weights.names[n], tokens[begin].start, tokens[end].end)
