"""Find the patterns of a lexicon in a line. What the words around them take back, `context` decides."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from helpline.triage.lexicon import STOP_MARK, Cue, Entry, Lexicon, Seen, Sense
from helpline.triage.normalise import Line
from helpline.triage.state import FindingId

_WORD = re.compile(r"[a-z]+")
_NOTHING = (0, "no", "none")
"""Values that say that something is not the matter."""


@dataclass(frozen=True, slots=True)
class Match:
    """Words `first` to `last` (not included) of a line match a pattern of `entry`. `number`: its <n>."""

    entry: Entry
    first: int
    last: int
    number: float | None = None
    written: str = ""
    """The pattern that matched, the words of its lists written out."""
    parts: tuple[tuple[int, int], ...] = ()
    """The words of each part of an `&` pattern; one stretch for any other."""
    loose: bool = False
    own: tuple[tuple[int, int], ...] = ()
    """The words that it names itself, without those in its gaps."""

    def overlaps(self, other: Match) -> bool:
        """Return whether the two share a word."""
        return self.first < other.last and other.first < self.last

    def takes(self, other: Match) -> bool:
        """Return whether this idiom leaves nothing of a sign: it names most of it, or goes on behind it.

        What stands in its gaps is not its own: "he hits me" in "he is so kind but he hits me" is no part of
        "he ... kind".
        """
        if not self.entry.about(other.entry):
            return False
        return any(self._covers(first, last) for first, last in other.parts or ((other.first, other.last),))

    def _covers(self, first: int, last: int) -> bool:
        own = self.own or ((self.first, self.last),)
        named = sum(max(min(end, last) - max(begin, first), 0) for begin, end in own)
        return 2 * named > last - first or any(begin < last < end for begin, end in own)

    def within(self, other: Match) -> bool:
        """Return whether all its words are words of a longer match."""
        return (other.first <= self.first and self.last <= other.last
                and self.last - self.first < other.last - other.first)


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found in one line: signs, and the cues that may turn them round."""

    line: Line
    signs: tuple[Match, ...]
    cues: tuple[tuple[Cue, Match], ...]
    idioms: tuple[Match, ...] = ()
    inner: tuple[Match, ...] = ()
    """Signs within longer ones about the same; they count where the longer one does not hold."""


def scan(line: Line, lexicon: Lexicon, asked: frozenset[FindingId] = frozenset()) -> Scan:
    """Find all patterns; idioms take the words they cover away from everything else.

    Entries that only answer a certain question are left out unless it is among `asked`.
    """
    idioms: list[Match] = []
    others: list[Match] = []
    for match in _matches(line, lexicon, asked):
        (idioms if match.entry.idiom else others).append(match)
    cues: list[tuple[Cue, Match]] = []
    signs: list[Match] = []
    for match in others:
        first = match.entry.meanings[0]
        if first.sense is Sense.CUE:
            cues.append((Cue(first.id), match))
        elif not any(i.takes(match) for i in idioms) and not _goes_on(match, line, lexicon):
            signs.append(match)
    longest = tuple(_longest(signs))
    return Scan(line, longest, tuple(_true_cues(cues, signs, idioms, line)), tuple(idioms),
                tuple(s for s in signs if s not in longest))


def _goes_on(sign: Match, line: Line, lexicon: Lexicon) -> bool:
    """Return whether the "no" with which a sign ends denies what stands behind it: "pain, no bleeding".

    With a comma behind it ("pain no, bleeding yes") it is the sign's own; said on a call it is in doubt, and
    what is in doubt is asked.
    """
    negators, tokens = lexicon.words("negators"), line.tokens
    first = sign.entry.meanings[0]
    if first.sense is not Sense.FINDING or first.value not in _NOTHING or tokens[sign.first].word in negators:
        return False
    if not any(t.word in negators for t in tokens[max(sign.last - 2, sign.first):sign.last]):
        return False
    ends = lexicon.words("breakers") | lexicon.words("joiners") | lexicon.words("subjects")
    ahead = tokens[sign.last] if sign.last < len(tokens) else None
    return not (ahead is None or ahead.soft or ahead.word == STOP_MARK or ahead.word in ends)


def _matches(line: Line, lexicon: Lexicon, asked: frozenset[FindingId]) -> Iterable[Match]:
    seen: Seen = {}
    for number in lexicon.index.patterns({t.word for t in line.tokens if t.word != STOP_MARK}):
        pattern = lexicon.patterns[number]
        entry = lexicon.entries[pattern.entry]
        if entry.asked and not entry.asked & asked:  # it answers a question that does not stand
            continue
        for found in pattern.regex.spans(line.text, seen):
            parts = tuple(_words_at(line, start, end) for start, end in found.parts)
            first, last = parts[0][0], max(end for _, end in parts)
            if entry.whole and not _whole(line, first, last, lexicon):
                continue
            told = [float(number) if number else None for number in found.numbers]
            if all(value is None or low <= value <= high
                   for value, (low, high) in zip(told, pattern.bounds, strict=True)):
                value = next((v for v in told if v is not None), None)
                own = tuple(_words_at(line, start, end) for start, end in found.own)
                yield Match(entry, first, last, value, pattern.written, parts, pattern.loose, own)


def _words_at(line: Line, start: int, end: int) -> tuple[int, int]:
    """Return the words (first, and the one behind the last) that a stretch of a line's text covers."""
    first = _word_at(line.starts, start)
    last = min(_word_at(line.starts, end - 1) + 1, len(line.tokens)) if end else first
    while last > first and line.tokens[last - 1].word == STOP_MARK:
        last -= 1
    return first, last


def _word_at(starts: tuple[int, ...], place: int) -> int:
    """Return the word that stands at a place in the line's text; a blank goes to the word behind it."""
    return max(bisect_right(starts, place) - 1, 0)


def _whole(line: Line, first: int, last: int, lexicon: Lexicon) -> bool:
    """Return whether nothing but politeness and sentence ends surrounds these words."""
    filler = lexicon.words("filler")
    return all(t.word in filler or t.word == STOP_MARK
               for place, t in enumerate(line.tokens) if not first <= place < last)


def _longest(signs: list[Match]) -> Iterable[Match]:
    """Drop a sign that lies within a longer one about the same: "a period" in "less than a period"."""
    for sign in signs:
        about = {m.id for m in sign.entry.meanings}
        if not any(sign.within(other) and about <= {m.id for m in other.entry.meanings} for other in signs):
            yield sign


def _true_cues(
    cues: list[tuple[Cue, Match]], signs: list[Match], idioms: list[Match], line: Line
) -> Iterable[tuple[Cue, Match]]:
    """Drop cues that are part of an idiom, of a sign ("no puedo respirar") or of a neutral phrase."""
    neutral = [m for cue, m in cues if cue is Cue.NEUTRAL]
    findings = [s for s in signs if s.entry.meanings[0].sense is Sense.FINDING
                and not s.entry.asked and Cue.DENIED not in s.entry.spite]
    for cue, match in cues:
        if cue is Cue.NEUTRAL or any(match.overlaps(n) and not n.within(match) for n in neutral):
            continue
        if any(match.overlaps(i) for i in idioms if i.entry.meanings[0].sense is Sense.NOTHING):
            continue
        if cue in (Cue.DENIED, Cue.UNSURE) and any(_part_of(match, s, line) for s in findings):
            continue
        yield cue, match


def _part_of(cue: Match, sign: Match, line: Line) -> bool:
    """Return whether a "no" belongs to the pattern of a sign ("no puedo respirar") and so denies nothing."""
    shared = {place for first, last in sign.parts
              for place in range(max(cue.first, first), min(cue.last, last))}
    return bool({line.tokens[place].word for place in shared} & _words(sign.written))


@lru_cache(256)
def _words(written: str) -> frozenset[str]:
    """Return the words that stand in a pattern."""
    return frozenset(_WORD.findall(written))
