"""What words weigh: the points that `weigh` adds up. They are content (`flows/lexicon`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ALARMS = ("emergency", "crisis", "safeguarding")
"""What is weighed first of all; points are written in this order, in hundredths."""
Points = tuple[int, ...]
"""One number a name, in the order of `Weights.names`."""
NEAR = ("beside", "over", "beyond")
"""Two words, the second of which is the next, the one after it, or the one after that."""
PAIRS = (*NEAR, "together")
"""Two ideas together stand anywhere in a message, the earlier in the alphabet first."""
SINGLE = ("alone", "letters")


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What words weigh for each of `names`: the alarms, or the topics that are asked for.

    `ideas` lead from a word, `begins` from the beginning of one, to the ideas it stands for. `alone` leads
    from a term, `letters` from a few letters of a word, and `pairs` from two terms, by their kind (`PAIRS`),
    to points, `packed` into one number. `start` is where each sum begins, `bars` are what it must reach to
    count; below `floors` what a pattern found is in doubt, below `loose` what a loose one found.
    """

    ideas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    begins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()
    alone: Mapping[str, int] = field(default_factory=dict)
    letters: Mapping[str, int] = field(default_factory=dict)
    pairs: Mapping[str, Mapping[tuple[str, str], int]] = field(default_factory=dict)
    start: Points = (0, 0, 0)
    bars: Points = (1, 1, 1)
    floors: Points = (-(10**9),) * 3
    names: tuple[str, ...] = ALARMS
    loose: Points = (-(10**9),) * 3

    def ideas_of(self, word: str) -> tuple[str, ...]:
        """Return the ideas that a word stands for."""
        found = self.ideas.get(word, ())
        for length in self.lengths:
            if length > len(word):
                break
            if more := self.begins.get(word[:length]):
                found += more
        return tuple(dict.fromkeys(found)) if len(found) > 1 else found
