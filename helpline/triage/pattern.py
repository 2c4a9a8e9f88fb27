"""The little language of the lexicon's patterns, and how it becomes regular expressions over a line.

    bleed* ... a lot       `*` any ending; `...` up to three words between, `....` up to seven
    (passed out|fainted)   one of these; single words may go without brackets: fainted|faints
    [so|very] dizzy        may be missing
    {pad}                  any word of the list `pad`
    <n>                    a number, in figures or words; <2-30> one between these two
    {blood} & floor        both, in one sentence, near each other, whichever comes first
    ^ $                    beginning and end of the message
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from helpline.triage.index import ANY_NUMBER, Wanted
from helpline.triage.lexicon import GAP, STOP_MARK, Expression, Nearby

_END = "(?= )"
"""The end of a word: it is followed by a blank, which belongs to what stands behind."""
_OPENING, _CLOSING = frozenset("(["), frozenset(")]")
GAPS = {"...": 3, "....": 7}
_OPEN = frozenset((*GAPS, "_"))
"""Parts that match any word."""
NUMBER = r"\d+(?:\.\d+)?"


class PatternFault(ValueError):
    """A pattern that cannot be read; the message says what to write instead."""


Bounds = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a pattern: its expression, and the words of which one must occur (empty: none must)."""

    regex: str
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Compiled:
    """A pattern read.

    `wanted` says on which lines it is looked for, by a set of words as rare as may be first; `bounds` between
    what its numbers (groups n0, n1 …) must lie.
    """

    regex: Expression | Nearby
    wanted: Wanted
    bounds: Bounds


_Rank = tuple[int, float, int, tuple[str, ...]]
"""How rare some words are, then in the order of the alphabet, so that the choice is always the same."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the patterns of a language are read with: its lists, and dull words, shunned as what must occur.

    It remembers what was read, since patterns repeat each other's words.
    """

    lists: Mapping[str, Sequence[str]]
    dull: frozenset[str]
    _pieces: dict[str, Piece] = field(default_factory=dict)
    _ranks: dict[frozenset[str], _Rank] = field(default_factory=dict)

    def piece(self, part: str) -> Piece:
        """Return a word, or a list in braces, read. Raises PatternFault."""
        if part not in self._pieces:
            self._pieces[part] = self._listed(part) if part.startswith("{") else _literal(part)
        return self._pieces[part]

    def every(self, part: str) -> frozenset[str]:
        """Return all words that a part may match; brackets and bars match none."""
        if part.startswith("{"):
            return frozenset(word for words in self.lists[part.strip("{}")] for word in words.split())
        if part.startswith("<"):
            return frozenset({ANY_NUMBER})
        return frozenset() if part in "()[]|" else frozenset({part})

    def rarest(self, needs: Iterable[frozenset[str]]) -> frozenset[str]:
        """Choose the part whose words are rarest: none dull, long, few."""
        return max(filter(None, needs), key=self._rank, default=frozenset())

    def _rank(self, words: frozenset[str]) -> _Rank:
        if words not in self._ranks:
            self._ranks[words] = (-len(words & self.dull), min(map(len, words)) - len(words) / 4, -len(words),
                                  tuple(sorted(words)))
        return self._ranks[words]

    def _listed(self, part: str) -> Piece:
        name = part.strip("{}")
        if not part.endswith("}") or name not in self.lists:
            raise PatternFault(f"there is no list {part}; lists are " + ", ".join(sorted(self.lists)))
        return _either([self._phrase(words) for words in self.lists[name]])

    def _phrase(self, words: str) -> Piece:
        if "{" in words:
            raise PatternFault(f"`{words}`: a list holds words, no other list")
        pieces = [self.piece(w) for w in words.split()]
        longest = max(pieces, key=lambda p: max(len(w) for w in p.needs))
        return Piece(_joined(pieces), longest.needs)


def compile_pattern(written: str, words: Vocabulary) -> Compiled:
    """Read one pattern. Raises PatternFault."""
    readers = [_Reader(part, words) for part in re.split(r"(?<!\S)&(?!\S)", written)]
    pieces = [_read(reader) for reader in readers]
    needs = words.rarest(piece.needs for piece in pieces)
    outer = [own for reader in readers for own in (*reader.outer, words.rarest(reader.outer))]
    also = tuple(dict.fromkeys(own for own in outer if own and own != needs))
    expressions = tuple(_expression(piece.regex, len(reader.bounds))
                        for reader, piece in zip(readers, pieces, strict=True))
    regex = expressions[0] if len(expressions) == 1 else Nearby(expressions)
    wanted = Wanted((needs, *also), readers[0].only() if len(readers) == 1 else None)
    return Compiled(regex, wanted, tuple(bound for reader in readers for bound in reader.bounds))


@cache
def _expression(regex: str, numbers: int) -> Expression:
    """Return the one expression of its kind: patterns share their lists, each is compiled once."""
    return Expression(regex, numbers)


def _read(reader: _Reader) -> Piece:
    """Read one part whole. Raises PatternFault."""
    if not reader.parts:  # "& blood", "blood & & floor"
        raise PatternFault("& joins two parts: write words on both sides of it")
    piece = reader.sequence("")
    if reader.rest():
        raise PatternFault(f"`{reader.rest()}` closes nothing: every ) and ] needs its ( or [")
    if not piece.needs:
        raise PatternFault("it needs one word or number that is not optional and no gap")
    return piece


class _Reader:
    """Reads one pattern from left to right."""

    def __init__(self, written: str, words: Vocabulary) -> None:
        self.parts = re.findall(r"[()\[\]|]|[^\s()\[\]|]+", written)
        self.words, self.at, self.open = words, 0, 0
        self.bounds: list[tuple[float, float]] = []
        self.gaps = 0
        self.outer: tuple[frozenset[str], ...] = ()
        """What the pieces of the whole pattern need, one set a piece."""

    def only(self) -> frozenset[str] | None:
        """Return all words of a pattern of a whole message; None for any other, and for one with a gap."""
        ends, inner = (self.parts[0], self.parts[-1]), self.parts[1:-1]
        if ends != ("^", "$") or "|" in (inner[:1] + inner[-1:]) or not _OPEN.isdisjoint(inner):
            return None
        return frozenset().union(*map(self.words.every, inner))

    def rest(self) -> str:
        return " ".join(self.parts[self.at:])

    def sequence(self, closing: str) -> Piece:
        """Read up to `closing` or an alternative bar that belongs to the caller."""
        pieces: list[Piece] = []
        while self.at < len(self.parts):
            part = self.parts[self.at]
            if part in _CLOSING or (part == "|" and closing):
                break
            if part == "|":
                raise PatternFault("put several words with | between them in brackets: (passed out|fainted)")
            pieces.append(self.piece())
        if not closing:
            self.outer = tuple(p.needs for p in pieces if p.needs)
        if len(pieces) == 1:
            return pieces[0]
        if not pieces:
            raise PatternFault("there is an empty bracket or alternative")
        return Piece(_joined(pieces), self.words.rarest([p.needs for p in pieces]))

    def piece(self) -> Piece:
        part = self.parts[self.at]
        if part in _OPENING:
            return self.group()
        self.at += 1
        if self.open:
            return self.word(part)
        alternatives = [self.word(part)]
        while self.at + 1 < len(self.parts) and self.parts[self.at] == "|":
            alternatives.append(self.word(self.parts[self.at + 1]))
            self.at += 2
        return _either(alternatives)

    def group(self) -> Piece:
        """Read a bracket; in it a bar parts whole phrases."""
        opening = self.parts[self.at]
        closing = ")" if opening == "(" else "]"
        self.at += 1
        self.open += 1
        alternatives = [self.sequence(closing)]
        while self.at < len(self.parts) and self.parts[self.at] == "|":
            self.at += 1
            alternatives.append(self.sequence(closing))
        if self.at >= len(self.parts) or self.parts[self.at] != closing:
            raise PatternFault(f"`{opening}` is not closed by `{closing}`")
        self.at += 1
        self.open -= 1
        piece = _either(alternatives)
        return piece if opening == "(" else Piece(f"(?:{piece.regex})?")

    def word(self, part: str) -> Piece:
        if part in GAPS:
            self.gaps += 1
            return Piece(f"(?P<{GAP}{self.gaps}>(?: [^ {STOP_MARK}]+){{0,{GAPS[part]}}}?)")
        if part.startswith("<"):
            return self.number(part)
        if part == "^":
            return Piece(r"\A")
        if part == "$":
            return Piece(rf"(?: {STOP_MARK})* \Z")
        if part == "_":
            return Piece(f" [^ {STOP_MARK}]+{_END}")
        return self.words.piece(part)

    def number(self, part: str) -> Piece:
        """Read `<n>` or `<2-30>`; the first number of a pattern is the one its meaning may use."""
        limits = re.fullmatch(rf"<(?:n|({NUMBER})-({NUMBER}))>", part)
        if not limits:
            raise PatternFault(f"`{part}`: write <n> for any number, <2-30> for one from 2 to 30")
        low, high = limits.groups()
        self.bounds.append((float(low), float(high)) if low else (0.0, 1e9))
        return Piece(f" (?P<n{len(self.bounds) - 1}>{NUMBER}){_END}", frozenset({ANY_NUMBER}))


def _literal(word: str) -> Piece:
    """Return one word, or the beginning of one."""
    if not re.fullmatch(r"[a-z0-9/.+]+\*?", word):
        raise PatternFault(f"`{word}`: write words in small letters without accents or signs, as in `no se`")
    if word.endswith("*"):
        return Piece(f" {re.escape(word[:-1])}[^ ]*", frozenset({word}))
    return Piece(f" {re.escape(word)}{_END}", frozenset({word}))


def _joined(pieces: Iterable[Piece]) -> str:
    """Return pieces as one expression. A blank that follows at once shows by itself that a word has ended."""
    return "".join([p.regex for p in pieces]).replace(f"{_END} ", " ")


def _either(alternatives: list[Piece]) -> Piece:
    if len(alternatives) == 1:
        return alternatives[0]
    needs = frozenset[str]() if any(not a.needs for a in alternatives) else frozenset().union(
        *(a.needs for a in alternatives))
    return Piece(_one_of([a.regex for a in alternatives]), needs)


def _one_of(regexes: list[str]) -> str:
    """Return what matches any of these, tried in order, written short where all begin and end a word."""
    before, after = "", ""
    if all(regex.startswith(" ") for regex in regexes):
        before, regexes = " ", [regex[1:] for regex in regexes]
    if all(regex.endswith(_END) for regex in regexes):
        after, regexes = _END, [regex.removesuffix(_END) for regex in regexes]
    return f"{before}(?:{'|'.join(regexes)}){after}"
