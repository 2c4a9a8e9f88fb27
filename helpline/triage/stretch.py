"""The stretches of a sentence, over whose borders no word about a sign reaches.

A stretch ends at "but", "now", "only" and their like (list `breakers`), at "and I …" and at a comma before a
new subject (list `starters`), and at a new subject (`subjects`) that no "think" or "that" (`carriers`) ties
to what stands before.
"""

from __future__ import annotations

from dataclasses import dataclass

from helpline.triage.lexicon import STOP_MARK, Lexicon
from helpline.triage.scan import Scan


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A scan together with the words that bound its stretches."""

    scan: Scan
    lexicon: Lexicon
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
    return Surroundings(scan, lexicon, lexicon.words("breakers"), lexicon.words("starters"),
                        lexicon.words("joiners"),
                        lexicon.words("first_person"), lexicon.words("present"),
                        lexicon.words("subjects"), lexicon.words("carriers"),
                        lexicon.words("storied"), lexicon.words("self_words"))


def broken(begin: int, end: int, around: Surroundings, *, subjects: bool = False) -> bool:
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
