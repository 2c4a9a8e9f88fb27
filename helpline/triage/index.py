"""Which patterns can match a line at all: by the words in it, so that few of thousands are tried."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_

ANY_NUMBER = "#"
"""Stands among needed words for: some number must occur."""


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Beginnings of words as patterns name them (`bleed*`), by their first `length` letters."""

    length: int = 0
    known: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """First letters -> beginnings, each without and with its star."""

    def of(self, word: str) -> list[str]:
        """Return those with which a word begins."""
        known = self.known.get(word[:self.length])
        return [written for plain, written in known if word.startswith(plain)] if known else []


def beginnings(plain: Iterable[str]) -> Beginnings:
    """Return these beginnings, written without a star, in the form in which they are looked up."""
    every = sorted(set(plain))
    length = min(map(len, every), default=0)
    known: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in every:
        known[one[:length]].append((one, f"{one}*"))
    return Beginnings(length, {first: tuple(same) for first, same in known.items()})


@dataclass(frozen=True, slots=True)
class Index:
    """What each pattern needs, as numbers with a bit a pattern.

    A pattern needs a word out of each of several sets. `holds` leads from a word, the beginning of one
    (`bleed*`) or the mark of a number to the patterns whose first set holds it, those whose second does, and
    so on; `spared` are those that have no first set (none), no second … So what can match is found in as
    many steps as a line has words, however many patterns there are.

    `whole` are the patterns of a whole message: every word must be one of theirs, which `within` tells.
    """

    holds: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    spared: tuple[int, ...] = (0,)
    whole: int = 0
    within: Mapping[str, int] = field(default_factory=dict)
    beginnings: Beginnings = Beginnings()

    def patterns(self, words: Iterable[str]) -> Iterator[int]:
        """Return the numbers of the patterns that can match a line of these words, in order.

        Sentence ends are left out of `words`.
        """
        found, holds, begin, whole = list(self.spared), self.holds, self.beginnings.of, self.whole
        for word in words:
            keys = (word, ANY_NUMBER) if word[0].isdigit() else (word, *begin(word))
            for key in keys:
                for place, more in enumerate(holds.get(key, ())):
                    found[place] |= more
            if whole:
                whole &= reduce(or_, [self.within.get(key, 0) for key in keys])
        left = reduce(and_, found)
        left ^= left & (self.whole ^ whole)
        while left:
            lowest = left & -left
            yield lowest.bit_length() - 1
            left ^= lowest


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a pattern wants of a line: a word of each of `needs`; where `only` is set, no other words."""

    needs: tuple[frozenset[str], ...]
    only: frozenset[str] | None = None


def index_of(patterns: Sequence[Wanted], begun: Iterable[str]) -> Index:
    """Return the index of patterns. `begun` are all beginnings of words that are named."""
    needs = [pattern.needs for pattern in patterns]
    spared = [0] * max(map(len, needs), default=1)
    holds: dict[str, list[int]] = defaultdict(list)
    for number, sets in enumerate(needs):
        for place, words in enumerate(sets):
            for word in words:
                own = holds[word]
                own += [0] * (place + 1 - len(own))
                own[place] |= 1 << number
        for place in range(len(sets), len(spared)):
            spared[place] |= 1 << number
    whole, within = _whole([pattern.only for pattern in patterns])
    return Index(_shared(holds), tuple(spared), whole, within, beginnings(begun))


def _shared(holds: Mapping[str, list[int]]) -> dict[str, tuple[int, ...]]:
    """Keep equal numbers once: the words of a list need none of their own."""
    kept: dict[str, tuple[int, ...]] = {}
    one: dict[int, int] = {}
    same: dict[tuple[int, ...], tuple[int, ...]] = {}
    for word, own in holds.items():
        key = tuple(one.setdefault(patterns, patterns) for patterns in own)
        kept[word] = same.setdefault(key, key)
    return kept


def _whole(only: Sequence[frozenset[str] | None]) -> tuple[int, dict[str, int]]:
    """Return which patterns know all their words, and for each word those to which it belongs."""
    within: dict[str, int] = defaultdict(int)
    same: dict[int, int] = {}
    whole = 0
    for number, words in enumerate(only):
        if words is not None:
            whole |= 1 << number
            for word in words:
                within[word] |= 1 << number
    return whole, {word: same.setdefault(patterns, patterns) for word, patterns in within.items()}
