"""From what she typed or said to plain words: small letters, no accents, misspellings mended.

Every word keeps the place in her message that it came from, so that the reply can quote her.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import dropwhile

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract_iter

from helpline.triage.lexicon import STOP_MARK, Lexicon

_TOKEN = re.compile(
    r"\b(?:l8e?r|gr8|[mh]8|b4|(?:every|some|any|sum|no)1)\b|\*(?=\d)|\d+[.,:]\d+|\d+|[a-z]+(?:'[a-z]+)*|[.!?;\n]+"
    r"|[,/()\-:=+]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?\Z")
_DIGIT_AS_LETTER = re.compile(r"\b[a-z]+[013][a-z]+\b")
_LETTERS = {"0": "o", "1": "i", "3": "e"}
_NOUGHT = re.compile(r"(?<=\d)O(?![a-zA-Z])|(?<=\d)o(?= ?(?:w|wk|wks|weeks?|days?|semanas?|sem|dias?)\b)")
_REPEATED = re.compile(r"(.)\1+")
_PLAIN = str.maketrans({
    "’": "'", "‘": "'", "´": "'", "`": "'", "…": ".", "¿": "?", "¡": "!", "–": "-", "—": "-", "ı": "i",
    "º": " ", "ª": " ", "⁄": "/", "\ufe0f": "", "\u20e3": "",
})
CORRECTED = "oops"
"""Stands in the line for the star of a correction; a corrector in every lexicon."""
_SIGNS = {**dict.fromkeys(".!?;\n", STOP_MARK), "*": CORRECTED}  # "6 weeks *7" puts the six right
_PARTS = {"½": ".5", "¼": ".25", "¾": ".75"}
REMEMBERED = 4096
"""Single words whose mending or terms are remembered, in the memory of the process only."""
_FUZZY_FROM = 5
"""Shorter words are never mended by likeness: too many neighbours."""
_ALONE = 2
"""Words, at most, of a message in which a slip of the thumb in a key word (list `keywords`) is mended."""
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PLACES = {key: (row, column) for row, keys in enumerate(_KEYBOARD) for column, key in enumerate(keys)}


@dataclass(frozen=True, slots=True)
class Raw:
    """A word as found, `start` to `end` in her message. `soft`: a comma or the like stands before it."""

    word: str
    start: int
    end: int
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A message ready for matching in one language: the words, the line they make, and where each begins."""

    tokens: tuple[Raw, ...]
    text: str
    starts: tuple[int, ...]


def fold(text: str, emoji: Mapping[str, str]) -> tuple[str, Sequence[int]]:
    """Return the text in small letters without accents, and for each letter its place in the original."""
    if text.isascii():
        return text.lower(), range(len(text) + 1)
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if letter.isascii():
            plain = _unaccented(letter)
        elif word := emoji.get(letter):
            plain = f" {word} "
        else:
            plain = _part(text[max(place - 1, 0):place], letter) or _unaccented(letter)
        letters.append(plain)
        places.extend([place] * len(plain))
    places.append(len(text))
    return "".join(letters), places


def _part(before: str, letter: str) -> str:
    """Return ".5" for the half of "8½", "0.5" for one that stands alone, and nothing for any other letter."""
    part = _PARTS.get(letter)
    return "" if part is None else part if before.isdigit() else f" 0{part} "


@lru_cache(4096)
def _unaccented(letter: str) -> str:
    folded = unicodedata.normalize("NFKD", letter.translate(_PLAIN)).casefold()
    return "".join(c for c in folded if not unicodedata.combining(c))


def words_of(text: str, emoji: Mapping[str, str]) -> tuple[Raw, ...]:
    """Split a message into words and sentence ends."""
    folded, places = fold(_NOUGHT.sub("0", text), emoji)
    if "&" in folded:
        folded = folded.replace("&", "n")
    found: list[Raw] = []
    soft = False
    matches = list(_TOKEN.finditer(_mend_digits(folded)))
    for position, match in enumerate(matches):
        word = match.group()
        first = word[0]
        if first.isalpha():
            word = word.replace("'", "")
        elif first in ",/()-:=+" and not (first in "/+-" and _between_digits(matches, position)):
            soft = soft or first != "-"
            continue
        elif first in _SIGNS:
            word = _SIGNS[first]
        elif first.isdigit():
            word = word.replace(",", ".").replace(":", ".")
        start, end = match.span()
        found.append(Raw(word, places[start], places[end - 1] + 1, soft))
        soft = False
    return tuple(dropwhile(lambda raw: raw.word == STOP_MARK, found))  # "??help"


def _mend_digits(folded: str) -> str:
    """Read `k1ll` as `kill`; `8wks4d` begins with a digit and stays."""
    if "0" not in folded and "1" not in folded and "3" not in folded:
        return folded
    return _DIGIT_AS_LETTER.sub(lambda m: "".join(_LETTERS.get(c, c) for c in m.group()), folded)


def _between_digits(matches: list[re.Match[str]], position: int) -> bool:
    around = matches[position - 1: position + 2: 2] if position else []
    return len(around) == 2 and all(m.group()[0].isdigit() for m in around)


def mend(raw: Iterable[Raw], lexicon: Lexicon, others: tuple[Lexicon, ...]) -> list[Raw]:
    """Replace abbreviations and misspellings by the words of the lexicon.

    A word that any of the `others` knows is no misspelling.
    """
    raw = tuple(raw)
    alone = sum(token.word != STOP_MARK for token in raw) <= _ALONE
    mended: list[Raw] = []
    for token in raw:
        word = token.word
        if word in lexicon.known or word[0].isdigit() or word == STOP_MARK:
            mended.append(token)
            continue
        replaced = lexicon.spelling.get(word) or _mended(word, lexicon, others)
        if alone and len(word) < _FUZZY_FROM and replaced == (word,):
            replaced = (_slip(word, lexicon, others),)
        if replaced == (word,):
            mended.append(token)
            continue
        mended.extend(Raw(new, token.start, token.end, token.soft and not place)
                      for place, new in enumerate(replaced))
    return mended


@lru_cache(REMEMBERED)
def _mended(word: str, lexicon: Lexicon, others: tuple[Lexicon, ...]) -> tuple[str, ...]:
    for other in others:
        if word in other.known or word in other.spelling:
            return (word,)
    if shorter := _drawn_in(word, lexicon):
        return shorter
    whole = word.removesuffix("ish") if word[:-3] in lexicon.numbers else word + "g"  # "sevenish", "bleedin"
    if word.endswith(("ish", "in")) and whole in lexicon.known:
        return (whole,)
    if len(word) < _FUZZY_FROM:
        return (word,)
    likely = _nearest(word, lexicon.buckets) or word
    return (likely if all(likely.startswith(b[:-1]) for b in lexicon.index.beginnings.of(word)) else word,)


def _slip(word: str, lexicon: Lexicon, others: tuple[Lexicon, ...]) -> str:
    """Return the key word that a slip of the thumb made this one of ("stpo", "stip"); else the word."""
    if len(word) < 3 or any(word in other.known for other in others):
        return word
    return next((key for key in sorted(lexicon.words("keywords")) if _one_slip(word, key)), word)


def _one_slip(word: str, key: str) -> bool:
    """Return whether two letters are swapped, one is missing or too many, or a neighbouring key was hit."""
    if len(key) < 4 or OSA.distance(word, key, score_cutoff=1) > 1:
        return False
    wrong = [(a, b) for a, b in zip(word, key, strict=False) if a != b] if len(word) == len(key) else []
    return len(wrong) != 1 or _beside(*wrong[0])


def _beside(a: str, b: str) -> bool:
    (row, column), (other_row, other_column) = _PLACES.get(a, (9, 9)), _PLACES.get(b, (19, 19))
    return abs(row - other_row) <= 1 and abs(column - other_column) <= 1


def _drawn_in(word: str, lexicon: Lexicon) -> tuple[str, ...] | None:
    """Return what a word is with its letters once or twice: "sooo" is "so"."""
    once = _REPEATED.sub(r"\1", word)
    if once == word:
        return None
    for shorter in (_REPEATED.sub(r"\1\1", word), once):
        if shorter in lexicon.known:
            return (shorter,)
        if shorter in lexicon.spelling:
            return lexicon.spelling[shorter]
    return None


def _nearest(word: str, buckets: Mapping[tuple[str, int], tuple[str, ...]]) -> str | None:
    """Return the word at most one letter away (two from nine letters on), the nearest first."""
    allowed = 1 if len(word) < 9 else 2
    near = [(distance, found) for length in range(len(word) - allowed, len(word) + allowed + 1)
            for found, distance, _ in extract_iter(word, buckets.get((word[0], length), ()),
                                                   scorer=OSA.distance, score_cutoff=allowed)]
    return min(near)[1] if near else None


def line_of(tokens: Iterable[Raw]) -> Line:
    """Join words into the line that patterns are matched on."""
    kept = tuple(tokens)
    starts: list[int] = []
    at = 0
    for token in kept:
        starts.append(at)
        at += len(token.word) + 1
    return Line(kept, " " + " ".join(t.word for t in kept) + " ", tuple(starts))


def is_number(word: str) -> bool:
    """Return whether a word of a line is a number."""
    return word[:1].isdigit() and bool(_NUMBER.match(word))
