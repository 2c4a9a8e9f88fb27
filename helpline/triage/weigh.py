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

from helpline.triage.normalise import Raw
from helpline.triage.weights import ALARMS, Points, Weights

STEM = 5
"""Letters of a word that count: endings differ too much."""
QUOTED = 6
"""Words that are named as the reason, at most."""
_TWICE = re.compile(r"(.)\1+")
_NOT_WEIGHED = "¶"

_NUMBERS = ((1.0, "#one"), (9.0, "#few"), (17.0, "#teens"), (37.9, "#weeks"), (42.0, "#degrees"))
_FAHRENHEIT = (100.4, 106.0)


@dataclass(frozen=True, slots=True)
class Weighed:
    """An alarm that the words of a message add up to, and the words that weigh most: `start` to `end`."""

    alarm: str
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
    return next((name for most, name in _NUMBERS if value <= most), "#many")


def features(words: Sequence[str], weights: Weights) -> Iterator[Feature]:
    """Return everything about a message that may have points, each once."""
    terms: list[tuple[str, ...]] = []
    first_at: dict[str, int] = {}
    seen: set[tuple[str, ...]] = set()
    for place, word in enumerate(words):
        own = _terms(word, weights)
        terms.append(own)
        before = terms[place - 1] if place else ()
        for term in own:
            if term not in first_at:
                first_at[term] = place
                yield Feature("alone", (term,), (place,))
            for earlier in before:
                key = (earlier, term)
                if key not in seen:
                    seen.add(key)
                    yield Feature("beside", key, (place - 1, place))
    ideas = sorted(term for term in first_at if term[0] == "{")
    for number, one in enumerate(ideas):
        for other in ideas[number + 1:]:
            yield Feature("together", (one, other), (first_at[one], first_at[other]))


def _terms(word: str, weights: Weights) -> tuple[str, ...]:
    """Return the stem of a word and its ideas; nothing for the end of a sentence."""
    if word == _NOT_WEIGHED:
        return ()
    own = stem(word)
    return (own, *weights.ideas_of(own if own[0] == "#" else word))


def weigh(tokens: Sequence[Raw], weights: Weights) -> tuple[Weighed, ...]:
    """Return the alarms whose bar the words of a message reach."""
    if not tokens or not weights.alone:
        return ()
    sums, found = _sums(tokens, weights)
    return tuple(Weighed(ALARMS[n], *_heaviest(tokens, ((f, p[n]) for f, p in found)))
                 for n, bar in enumerate(weights.bars) if sums[n] >= bar)


def doubted(tokens: Sequence[Raw], weights: Weights) -> frozenset[str]:
    """Return the alarms that all the words of a message speak against as strongly as in no true alarm."""
    if not tokens or not weights.alone:
        return frozenset()
    sums, _ = _sums(tokens, weights)
    return frozenset(ALARMS[n] for n, floor in enumerate(weights.floors) if sums[n] < floor)


def _sums(tokens: Sequence[Raw], weights: Weights) -> tuple[list[float], list[tuple[Feature, Points]]]:
    """Return the sum of each alarm, and the features that have points."""
    seen = list(features([t.word for t in tokens], weights))
    found = [(feature, points) for feature in seen if (points := _points(feature, weights))]
    long = math.sqrt(len(seen) or 1)
    sums = [start + sum(points[n] for _, points in found) / long for n, start in enumerate(weights.start)]
    return sums, found


def _points(feature: Feature, weights: Weights) -> Points | None:
    if feature.kind == "alone":
        return weights.alone.get(feature.key[0])
    table = weights.beside if feature.kind == "beside" else weights.together
    return table.get(feature.key[0], {}).get(feature.key[1])


def _heaviest(tokens: Sequence[Raw], found: Iterable[tuple[Feature, int]]) -> tuple[int, int]:
    """Return the place in her message of the few words in a row that weigh most."""
    weight = [0.0] * len(tokens)
    for feature, points in found:
        for place in feature.places:
            weight[place] += points / len(feature.places)
    last = max(len(tokens) - QUOTED, 0)
    first = max(range(last + 1), key=lambda place: sum(weight[place:place + QUOTED]))
    stretch = [p for p in range(first, min(first + QUOTED, len(tokens))) if weight[p] > 0]
    if not stretch:
        return tokens[0].start, tokens[0].end
    return tokens[stretch[0]].start, tokens[stretch[-1]].end
