"""Which patterns are tried on a line: those that have a word of each of their sets, and no others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from helpline.triage.index import ANY_NUMBER, Index, Wanted, index_of

WORDS = ("bleed", "bleeding", "bled", "pad", "pads", "3", "no")
BEGUN = ("bleed", "pad", "pa")
KEYS = (*WORDS, *(f"{begun}*" for begun in BEGUN), ANY_NUMBER)


def _occurs(key: str, words: set[str]) -> bool:
    if key == ANY_NUMBER:
        return any(word[0].isdigit() for word in words)
    return any(word.startswith(key[:-1]) if key.endswith("*") else word == key for word in words)


SETS = st.frozensets(st.sampled_from(KEYS), min_size=1)
ONLY = st.none() | st.frozensets(st.sampled_from(KEYS))
WANTED = st.builds(Wanted, st.lists(SETS, min_size=1, max_size=3).map(tuple), ONLY)


@given(st.lists(WANTED, max_size=40), st.sets(st.sampled_from(WORDS)))
def test_a_pattern_is_tried_on_lines_that_have_what_it_wants(patterns: list[Wanted], words: set[str]) -> None:
    """What the index finds with bits is what looking at pattern after pattern finds, in the same order."""

    def tried(pattern: Wanted) -> bool:
        known = pattern.only is None or all(any(_occurs(k, {w}) for k in pattern.only) for w in words)
        return known and all(any(_occurs(k, words) for k in own) for own in pattern.needs)

    wanted = [n for n, pattern in enumerate(patterns) if tried(pattern)]
    assert list(index_of(patterns, BEGUN).patterns(words)) == wanted


def test_without_patterns_nothing_is_tried() -> None:
    """An empty lexicon hears nothing."""
    assert not list(Index().patterns({"bleeding"})) and not list(index_of([], ()).patterns({"bleeding"}))


def test_a_beginning_is_found_in_every_word_that_begins_so() -> None:
    """`pa*` and `pad*` both begin "pads"; neither begins "spa"."""
    begun = index_of([], BEGUN).beginnings
    assert begun.of("pads") == ["pa*", "pad*"]
    assert begun.of("spa") == [] and begun.of("p") == []
