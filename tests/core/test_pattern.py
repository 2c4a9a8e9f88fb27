"""The little language of the lexicon's patterns."""

from __future__ import annotations

import pytest

from helpline.triage.pattern import PatternFault, Vocabulary, compile_pattern

WORDS = Vocabulary({"blood": ("blood", "bleeding"), "place": ("floor", "bath mat")}, frozenset())


def found(written: str, line: str) -> list[str]:
    """Return the stretches of a line that a pattern matches."""
    spans = compile_pattern(written, WORDS).regex.spans(line, {})
    return [line[span.start:span.end].strip() for span in spans]


def test_parts_joined_by_an_ampersand_match_in_any_order() -> None:
    """What she says first does not matter."""
    written = "{blood} & (everywhere|all over) & {place}"
    assert found(written, " all over the bath mat blood ") == ["all over the bath mat blood"]
    assert found(written, " blood on the floor everywhere ") == ["blood on the floor everywhere"]


def test_every_part_must_be_there() -> None:
    """Blood alone is no blood on the floor."""
    assert not found("{blood} & {place}", " some blood in the sink ")


def test_parts_stand_in_one_sentence() -> None:
    """A floor in another sentence is another matter."""
    assert not found("{blood} & {place}", " i am bleeding ¶ the floor is cold ")


def test_parts_stand_near_each_other() -> None:
    """Two words at the two ends of a long story say nothing together."""
    long = " ".join(["and then"] * 10)
    assert not found("{blood} & {place}", f" blood {long} floor ")


def test_two_parts_never_share_a_word() -> None:
    """One word is not both halves of a sign."""
    assert not found("{blood} & (blood|red)", " blood ")


def test_numbers_of_all_parts_are_told_in_their_order() -> None:
    """The first number of a pattern is the one its meaning may use."""
    compiled = compile_pattern("<n> pads & <1-12> hours", WORDS)
    (span,) = compiled.regex.spans(" in 3 hours i used 5 pads ", {})
    assert span.numbers == ("5", "3") and compiled.bounds == ((0.0, 1e9), (1.0, 12.0))


@pytest.mark.parametrize("written", ["& blood", "blood &", "blood & & floor"])
def test_an_ampersand_without_words_on_both_sides_is_a_fault(written: str) -> None:
    """The fault says what to write instead."""
    with pytest.raises(PatternFault, match="both sides"):
        compile_pattern(written, WORDS)


def test_a_part_is_chosen_from_the_sentence_of_the_first() -> None:
    """A nearer word in another sentence does not hide the one that belongs here."""
    assert found("later & nobody & (me|us)", " it hurts me ¶ later in the day nobody will miss us ") == [
        "later in the day nobody will miss us"
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("(blood|blooded)", ["blood", "blooded"]),
        ("(blooded|blood) [full]", ["blood full", "blooded"]),
        ("[my] (bath|bath mat)", ["bath"]),
        ("<n> (blood|2)", []),
        ("(blood|bath) (full|mat)", ["blood full", "bath mat"]),
    ],
)
def test_a_word_ends_where_it_is_written_to_end(written: str, expected: list[str]) -> None:
    """However alternatives are put together, "blood" is no part of "bloods", and "bath" none of "baths"."""
    assert found(written, " blood full 2 bloods baths blooded bath mat ") == expected


def test_what_may_be_missing_stands_between_whole_words() -> None:
    """A word ends whether another follows or the one between them is left out."""
    line = " soaked bath mat through soaked my bed through soakedmy bed through "
    assert found("soaked [my|the] (bed|bath mat) through", line) == [
        "soaked bath mat through", "soaked my bed through"
    ]


@pytest.mark.parametrize(
    ("written", "only"),
    [
        ("^ [well] (no|none of {place}) $", {"well", "no", "none", "of", "floor", "bath", "mat"}),
        ("^ <n> pad* $", {"#", "pad*"}),
        ("^ no", None),
        ("^ no ... $", None),
        ("^ no _ $", None),
        ("^ no & {blood} $", None),
    ],
)
def test_a_pattern_of_a_whole_message_knows_all_its_words(written: str, only: set[str] | None) -> None:
    """On a message with any other word it need not be looked for."""
    assert compile_pattern(written, WORDS).wanted.only == only
