"""What the words around a sign make of it: told, denied, long ago, somebody else, only a what-if.

Rules are per sentence and per stretch of it: a stretch ends at "but", "now", "only" and their like
(list `breakers`), at "and I …" and at a comma before a new subject (list `starters`), and at a new subject
(`subjects`) that no "think" or "that" (`carriers`) ties to what stands before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from helpline.triage.lexicon import STOP_MARK, Cue, Lexicon
from helpline.triage.normalise import Line
from helpline.triage.scan import Match, Scan

_REACH = 9
"""Words over which a "no" reaches forward, at most."""
_CLOSE = 3
"""Words between a sign and a denial behind it, at most."""
_NEAR = 4
"""Words between somebody else and what happened to them, at most."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A scan together with the words that bound its stretches."""

    scan: Scan
    breakers: frozenset[str]
    starters: frozenset[str]
    joiners: frozenset[str]
    first_person: frozenset[str]
    present: frozenset[str]
    subjects: frozenset[str]
    carriers: frozenset[str]
    storied: frozenset[str]
    self_words: frozenset[str]


def surroundings(scan: Scan, lexicon: Lexicon) -> Surroundings:
    """Prepare a scan for `verdict`."""
    return Surroundings(scan, lexicon.words("breakers"), lexicon.words("starters"), lexicon.words("joiners"),
                        lexicon.words("first_person"), lexicon.words("present"),
                        lexicon.words("subjects"), lexicon.words("carriers"),
                        lexicon.words("storied"), lexicon.words("self_words"))


def verdict(sign: Match, around: Surroundings) -> Cue | None:
    """Return what takes the sign back, or `Cue.UNSURE`, or None when she means it."""
    spite = sign.entry.spite
    for cue, match in around.scan.cues:
        if cue in spite or cue is Cue.UNSURE:
            continue
        if _HOLDS[cue](sign, match, around):
            return cue
    if Cue.UNSURE in spite:
        return None
    return next((Cue.UNSURE for cue, match in around.scan.cues
                 if cue is Cue.UNSURE and _denied_before(sign, match, around)), None)


def _sentence(line: Line, place: int) -> int:
    """Return the number of the sentence that a word stands in."""
    return sum(t.word == STOP_MARK for t in line.tokens[:place])


def _same_sentence(sign: Match, cue: Match, around: Surroundings) -> bool:
    line = around.scan.line
    return _sentence(line, sign.first) == _sentence(line, cue.first)


def _broken(begin: int, end: int, around: Surroundings, *, subjects: bool = False) -> bool:
    """Return whether a new stretch begins at a word after `begin`, up to and with `end`."""
    tokens = around.scan.line.tokens
    for place in range(begin, min(end + 1, len(tokens))):
        token = tokens[place]
        if token.word == STOP_MARK or (token.word in around.breakers and place < end):
            return True
        if subjects and place > begin and _new_subject(tokens[place - 1].word, token.word, around):
            return True
        joined = token.soft or (place > begin and tokens[place - 1].word in around.joiners)
        if joined and place > begin and token.word in around.starters:
            return True
        if token.soft and place > begin and token.word[0].isdigit():  # "it won't stop, 39.5 of fever"
            return True
    return False


def _new_subject(before: str, word: str, around: Surroundings) -> bool:
    """Return whether a word begins a clause of its own: "no pain i fainted"; not "dont think i fainted"."""
    return word in around.subjects and before not in around.carriers


def _denied_before(sign: Match, cue: Match, around: Surroundings) -> bool:
    if cue.first > sign.first:
        if len(sign.parts) > 1 and not _before_a_part(sign, cue):
            return False
        return cue.last <= sign.last and not _broken(cue.last, sign.last - 1, around, subjects=True)
    if sign.first - cue.last > _REACH:
        return False
    return cue.last > sign.first or not _broken(cue.last, sign.first, around, subjects=True)


def _before_a_part(sign: Match, cue: Match) -> bool:
    """Return whether a "no" between the parts of an `&` pattern stands close before one of them."""
    return any(cue.last <= first <= cue.last + _CLOSE - 1 for first, _ in sign.parts)


def _denied_after(sign: Match, cue: Match, around: Surroundings) -> bool:
    return 0 <= cue.first - sign.last <= _CLOSE and not _broken(sign.last, cue.first, around)


def _anywhere_behind(sign: Match, cue: Match, _: Surroundings) -> bool:
    return sign.first < cue.last


def _past(sign: Match, cue: Match, around: Surroundings) -> bool:
    if cue.last <= sign.first:
        return _same_sentence(sign, cue, around) and not _broken(cue.last, sign.first, around)
    return _same_sentence(sign, cue, around) and not _broken(sign.last, cue.first, around)


def _mentions_her(begin: int, end: int, around: Surroundings) -> bool:
    return any(t.word in around.first_person for t in around.scan.line.tokens[begin:end])


def _other(sign: Match, cue: Match, around: Surroundings) -> bool:
    between = around.scan.line.tokens[cue.last:sign.first + 1]
    return (-2 < sign.first - cue.last <= _NEAR and cue.first <= sign.first
            and not any(t.soft or t.word == STOP_MARK for t in between)
            and not _broken(cue.last, sign.first, around)
            and not _mentions_her(cue.last, sign.last, around))


def _media(sign: Match, cue: Match, around: Surroundings) -> bool:
    begin, end = min(sign.first, cue.first), max(sign.last, cue.last)
    tokens = around.scan.line.tokens
    hers = around.self_words if tokens[cue.last - 1].word in around.storied else around.first_person
    return _same_sentence(sign, cue, around) and not any(t.word in hers for t in tokens[begin:end])


def _if(sign: Match, cue: Match, around: Surroundings) -> bool:
    return (cue.first <= sign.first and _same_sentence(sign, cue, around)
            and (cue.last > sign.first or not _broken(cue.last, sign.first, around))
            and not any(t.word in around.present for t in around.scan.line.tokens[cue.last:sign.first + 1]))


def _quoted(sign: Match, cue: Match, around: Surroundings) -> bool:
    return cue.first <= sign.first and _same_sentence(sign, cue, around) and not any(
        t.word in around.breakers for t in around.scan.line.tokens[cue.last:sign.first])


def _always(_sign: Match, _cue: Match, _around: Surroundings) -> bool:
    return True


_HOLDS: dict[Cue, Callable[[Match, Match, Surroundings], bool]] = {
    Cue.DENIED: _denied_before, Cue.DENIED_AFTER: _denied_after, Cue.DENIED_ALL: _anywhere_behind,
    Cue.PAST: _past, Cue.EARLIER: _past, Cue.OTHER: _other, Cue.MEDIA: _media, Cue.IF: _if,
    Cue.QUOTED: _quoted, Cue.RESOLVED: _anywhere_behind, Cue.ROLE: _always,
}
