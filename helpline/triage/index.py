"""Which patterns can match a line at all: by the words in it, so that few of thousands are tried."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_

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
    """

    holds: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    spared: tuple[int, ...] = (0,)
    beginnings: Beginnings = Beginnings()

    def patterns(self, words: Iterable[str]) -> Iterator[int]:
        """Return the numbers of the patterns that have a word of each of their sets, in order."""
        found, holds, begin = list(self.spared), self.holds, self.beginnings.of
        for word in words:
            begun = (ANY_NUMBER,) if word[0].isdigit() else begin(word)
            for key in (word, *begun):
                for place, more in enumerate(holds.get(key, ())):
                    found[place] |= more
        left = reduce(and_, found)
        while left:
            lowest = left & -left
            yield lowest.bit_length() - 1
            left ^= lowest


def index_of(needs: Sequence[Sequence[frozenset[str]]], begun: Iterable[str]) -> Index:
    """Return the index of patterns, each given by the sets of which it needs a word.

    `begun` are all beginnings of words that are named.
    """
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
    kept: dict[str, tuple[int, ...]] = {}
    one: dict[int, int] = {}  # the words of a list need no numbers of their own
    same: dict[tuple[int, ...], tuple[int, ...]] = {}
    for word, own in holds.items():
        key = tuple(one.setdefault(patterns, patterns) for patterns in own)
        kept[word] = same.setdefault(key, key)
    return Index(kept, tuple(spared), beginnings(begun))
