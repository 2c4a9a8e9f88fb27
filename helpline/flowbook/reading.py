"""How hard a sentence is to read, by a standard formula for each language, as a US school grade.

English: Flesch-Kincaid grade. Spanish: Fernandez Huerta's score (100 very easy, 70 sixth grade), turned into
a grade by its own table: 90 is grade 4, 80 grade 5, 70 grade 6. Syllables are counted by rule; numbers count
as one word of one syllable, and sentences of one or two words ("Lie down.") do not count as sentences, which
errs on the strict side.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

MOST = 6.0
"""The highest grade a sentence may have."""

FEWEST_WORDS = 4
"""Below this a formula says nothing."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.,-]\d+)*")
_SENTENCE = re.compile(r"\b[^.!?\n]+[.!?\n]*")

_ENGLISH = {
    "acetaminophen": 6, "anyone": 3, "anything": 3, "area": 3, "being": 2, "beyond": 2, "bleeding": 2,
    "breathe": 1, "clothes": 1, "diabetes": 4, "doctor": 2, "doing": 2, "dying": 2, "earlier": 3,
    "ectopic": 3, "epilepsy": 4, "every": 2, "fire": 1, "genes": 1, "going": 2, "hour": 1, "hours": 1,
    "idea": 3, "immune": 2, "likely": 2, "lining": 2, "medicine": 3, "medicines": 3, "methotrexate": 4,
    "minutes": 2, "miscarriage": 3, "moment": 2, "one-sided": 3, "our": 1, "paracetamol": 5, "people": 2,
    "period": 3, "placenta": 3, "previa": 3, "progesterone": 4, "quiet": 2, "reached": 1, "safely": 2,
    "safety": 2, "science": 2, "seeing": 2, "seizure": 2, "serious": 3, "several": 3, "sided": 2,
    "someone": 2, "something": 2, "sometimes": 2, "somewhere": 2, "therapy": 3, "tired": 1, "trial": 2,
    "trying": 2, "tylenol": 3, "vagina": 3, "your": 1,
}
"""Words that the rule below gets wrong, and words worth being sure of."""


@lru_cache(10_000)
def grade(text: str, language: str) -> float | None:
    """Return the school grade of a text, None when it is too short to tell or the language has no formula."""
    counter = _SYLLABLES.get(language)
    words = _WORD.findall(text)
    if counter is None or len(words) < FEWEST_WORDS:
        return None
    sentences = sum(1 for s in _SENTENCE.findall(text) if len(_WORD.findall(s)) > 2) or 1
    length = len(words) / sentences
    syllables = sum(1 if w[0].isdigit() else counter(w.lower()) for w in words) / len(words)
    if language == "en":
        return 0.39 * length + 11.8 * syllables - 15.59
    return 13 - (206.84 - 60 * syllables - 1.02 * length) / 10


def english(word: str) -> int:
    """Count the syllables of an English word in small letters."""
    known = _ENGLISH.get(word)
    if known:
        return known
    if "-" in word:
        return sum(english(part) for part in word.split("-") if part)
    bare = re.sub(r"['’]\w*$", "", word)
    if bare in _ENGLISH:
        return _ENGLISH[bare]
    count = len(re.findall(r"[aeiouy]+", bare))
    if re.search(r"[^laeiouy]es?$|[^aeiouydt]ed$|[aeiouy]les?$|[aeiouy]led$", bare) and not _voiced_es(bare):
        count -= 1
    count += len(re.findall(r"i[ao]|[aeiou]ing$|eou|uous|[^aeiouy]ism$|[^q]ua[^rlny]", bare))
    count -= len(re.findall(r"[cstg]i[ao]", bare))
    return max(1, count)


def _voiced_es(word: str) -> bool:
    return bool(re.search(r"(s|z|x|ch|sh|c|g)es$", word))


def spanish(word: str) -> int:
    """Count the syllables of a Spanish word in small letters: vowels, less those that glide together."""
    bare = re.sub(r"qu|gu(?=[eéií])", "k", word)
    bare = re.sub(r"y$", "i", bare)
    count = 0
    for group in re.findall(r"[aeiouáéíóúü]+", bare):
        count += 1 + sum(1 for a, b in pairwise(group) if _apart(a, b))
    return max(1, count)


def _apart(first: str, second: str) -> bool:
    """Return whether two vowels in a row belong to two syllables: both strong, or the weak one stressed."""
    weak = "iuü"
    return first not in weak and second not in weak


_SYLLABLES: dict[str, Callable[[str], int]] = {"en": english, "es": spanish}
