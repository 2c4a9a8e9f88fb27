"""Which patterns are tried on a line: those that have a word of each of their sets, and no others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from helpline.triage.index import ANY_NUMBER, Index, index_of

WORDS = ("bleed", "bleeding", "bled", "pad", "pads", "3", "no")
BEGUN = ("bleed", "pad", "pa")
KEYS = (*WORDS, *(f"{begun}*" for begun in BEGUN), ANY_NUMBER)


def _occurs(key: str, words: set[str]) -> bool:
    if key == ANY_NUMBER:
        return any(word[0].isdigit() for word in words)
    return any(word.startswith(key[:-1]) if key.endswith("*") else word == key for word in words)


@given(
    st.lists(st.lists(st.frozensets(st.sampled_from(KEYS), min_size=1), min_size=1, max_size=3), max_size=40),
    st.sets(st.sampled_from(WORDS)),
)
def test_a_pattern_is_tried_when_a_word_of_each_of_its_sets_occurs(
    needs: list[list[frozenset[str]]], words: set[str]
) -> None:
    """What the index finds with bits is what looking at pattern after pattern finds, in the same order."""
    wanted = [n for n, sets in enumerate(needs) if all(any(_occurs(k, words) for k in s) for s in sets)]
    assert list(index_of(needs, BEGUN).patterns(words)) == wanted


def test_without_patterns_nothing_is_tried() -> None:
    """An empty lexicon hears nothing."""
    assert not list(Index().patterns({"bleeding"})) and not list(index_of([], ()).patterns({"bleeding"}))


def test_a_beginning_is_found_in_every_word_that_begins_so() -> None:
    """`pa*` and `pad*` both begin "pads"; neither begins "spa"."""
    begun = index_of([], BEGUN).beginnings
    assert begun.of("pads") == ["pa*", "pad*"]
    assert begun.of("spa") == [] and begun.of("p") == []
