"""Numbers in words and figures: "two and a half", "treinta y siete", "a dozen", "8 or 9"."""

from __future__ import annotations

from helpline.triage.lexicon import Lexicon
from helpline.triage.normalise import Raw, is_number

_AND, _HALF, _OR, _BETWEEN = "number_and", "number_half", "number_or", "number_between"
_POINT = "number_point"


def join_numbers(tokens: list[Raw], lexicon: Lexicon) -> list[Raw]:
    """Replace number words by figures: one word a number. Of "8 or 9", "between 8 and 9" the larger stays."""
    joined: list[Raw] = []
    at = 0
    while at < len(tokens):
        value, after = _read(tokens, at, lexicon)
        if value is None:
            joined.append(tokens[at])
            at += 1
            continue
        between = at > 0 and tokens[at - 1].word in lexicon.words(_BETWEEN)
        joining = lexicon.words(_OR) | (lexicon.words(_AND) if between else frozenset())
        value, after = _range(tokens, value, after, lexicon, joining)
        joined.append(Raw(f"{value:g}", tokens[at].start, tokens[after - 1].end, tokens[at].soft))
        at = after
    return joined


def _single(token: Raw, lexicon: Lexicon) -> float | None:
    if is_number(token.word):
        return float(token.word)
    return lexicon.numbers.get(token.word)


def _read(tokens: list[Raw], at: int, lexicon: Lexicon) -> tuple[float | None, int]:
    """Read one number from `at` on; return it and the place behind it."""
    value = _single(tokens[at], lexicon)
    if value is None:
        return None, at
    at += 1
    if value >= 20 and value % 10 == 0 and not is_number(tokens[at - 1].word):
        unit, after = _unit(tokens, at, lexicon)
        if unit is not None:
            value, at = value + unit, after
    return _with_half(tokens, value, at, lexicon)


def _unit(tokens: list[Raw], at: int, lexicon: Lexicon) -> tuple[float | None, int]:
    """Read the "one" of "twenty one", "treinta y uno"."""
    if at < len(tokens) and tokens[at].word in lexicon.words(_AND):
        at += 1
    if at < len(tokens) and not is_number(tokens[at].word) and not tokens[at].soft:
        unit = lexicon.numbers.get(tokens[at].word)
        if unit is not None and 0 < unit < 10:
            return unit, at + 1
    return None, at


def _with_half(tokens: list[Raw], value: float, at: int, lexicon: Lexicon) -> tuple[float, int]:
    """Add "and a half", "y medio"."""
    ahead = [t.word for t in tokens[at: at + 3]]
    if ahead[:1] and ahead[0] in lexicon.words(_AND):
        for length in (2, 3):
            if " ".join(ahead[1:length]) in lexicon.words(_HALF):
                return value + 0.5, at + length
    if ahead[:1] and ahead[0] in lexicon.words(_POINT) and len(ahead) > 1:
        tenth = _single(tokens[at + 1], lexicon)
        if tenth is not None and 0 <= tenth < 10:
            return value + tenth / 10, at + 2
    return value, at


def _range(tokens: list[Raw], value: float, at: int, lexicon: Lexicon,
           joining: frozenset[str]) -> tuple[float, int]:
    """Take the larger of "8 or 9" and "8-9"; the two must be close, else they are two numbers."""
    if at + 1 < len(tokens) and tokens[at].word in joining:
        second, after = _read(tokens, at + 1, lexicon)
    else:
        return value, at
    if second is not None and 0 < second - value <= 3 and value >= 2:
        return second, after
    return value, at
