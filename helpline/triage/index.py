"""Which patterns can match a line at all: by the words in it, so that few of thousands are tried."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_


@dataclass(frozen=True, slots=True)
class Index:
    """What each pattern needs, as numbers with a bit a pattern.

    A pattern needs a word out of each of several sets. `holds` leads from a word to the patterns whose
    first set holds it, those whose second does, and so on; `spared` are those that have no first set (none),
    no second … So what can match is found in as many steps as a line has words, however many patterns
    there are.
    """

    holds: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    spared: tuple[int, ...] = (0,)

    def patterns(self, words: Iterable[str]) -> Iterator[int]:
        """Return the numbers of the patterns that have a word of each of their sets, in order."""
        found = list(self.spared)
        for word in words:
            for place, more in enumerate(self.holds.get(word, ())):
                found[place] |= more
        left = reduce(and_, found)
        while left:
            lowest = left & -left
            yield lowest.bit_length() - 1
            left ^= lowest


def index_of(needs: Sequence[Sequence[frozenset[str]]]) -> Index:
    """Return the index of patterns, each given by the sets of which it needs a word."""
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
    return Index({word: tuple(own) for word, own in holds.items()}, tuple(spared))


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Beginnings of words that patterns name, such as `bleed`, by their first `length` letters."""

    length: int = 0
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, word: str) -> list[str]:
        """Return those with which a word begins."""
        return [known for known in self.known.get(word[:self.length], ()) if word.startswith(known)]


def beginnings(written: Iterable[str]) -> Beginnings:
    """Return these beginnings in the form in which they are looked up."""
    every = sorted(set(written))
    length = min(map(len, every), default=0)
    known: dict[str, list[str]] = defaultdict(list)
    for one in every:
        known[one[:length]].append(one)
    return Beginnings(length, {first: tuple(same) for first, same in known.items()})
