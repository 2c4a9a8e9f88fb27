"""Numbers in words and figures: "two and a half", "treinta y siete", "a dozen", "8 or 9", "dia y medio"."""

from __future__ import annotations

from helpline.triage.lexicon import Lexicon
from helpline.triage.normalise import Raw, is_number

_AND, _HALF, _OR, _BETWEEN = "number_and", "number_half", "number_or", "number_between"
_POINT, _HUNDRED, _NOUGHT = "number_point", "number_hundred", "number_nought"
_DOZEN, _ABOUT, _TENTHS = "number_dozen", "number_about", "number_tenths"
UNITS = ("week", "month", "day", "hour", "minute", "year", "degree", "pad")
"""Lists of the words that say what a number counts."""
HEARD = tuple(f"sounds_like_{n}" for n in range(1, 13))
"""Lists of what speech recognition writes for a number: "to" for two."""


def join_numbers(tokens: list[Raw], lexicon: Lexicon) -> list[Raw]:
    """Replace number words by figures: one word a number. Of "8 or 9", "between 8 and 9" the larger stays."""
    joined: list[Raw] = []
    at = 0
    numbers, halves = lexicon.numbers, lexicon.words(_HALF)
    while at < len(tokens):
        word = tokens[at].word
        begins = word in numbers or word in halves or is_number(word)
        value, after = _read(tokens, at, lexicon) if begins else (None, at)
        if value is None:
            joined.append(tokens[at])
            at += 1
            continue
        between = at > 0 and tokens[at - 1].word in lexicon.words(_BETWEEN)
        joining = lexicon.words(_OR) | (lexicon.words(_AND) if between else frozenset())
        value, after = _range(tokens, value, after, lexicon, joining)
        if after < len(tokens) and tokens[after].word in lexicon.words(_ABOUT):  # "7ish"
            after += 1
        joined.append(Raw(f"{value:g}", tokens[at].start, tokens[after - 1].end, tokens[at].soft))
        at = after
    return _halves(joined, lexicon)


def unit_of(word: str, lexicon: Lexicon) -> str:
    """Return what a word counts in: `week`, `pad`, …; empty when it is no unit."""
    return next((name for name in UNITS if word in lexicon.words(name)), "")


def sounds_like(words: str, lexicon: Lexicon) -> int | None:
    """Return the number that words sound like, as speech recognition writes them."""
    return next((n for n, name in enumerate(HEARD, 1) if words in lexicon.words(name)), None)


def _single(token: Raw, lexicon: Lexicon) -> float | None:
    if is_number(token.word):
        return float(token.word)
    return lexicon.numbers.get(token.word)


def _read(tokens: list[Raw], at: int, lexicon: Lexicon) -> tuple[float | None, int]:
    """Read one number from `at` on; return it and the place behind it."""
    dozen = _half_dozen(tokens, at, lexicon)
    if dozen:
        return 6.0, dozen
    value, after = _whole(tokens, at, lexicon)
    if value is None:
        return None, at
    return _with_part(tokens, value, after, lexicon)


def _half_dozen(tokens: list[Raw], at: int, lexicon: Lexicon) -> int:
    """Return the place behind "half a dozen", "media docena"; 0 when it is none."""
    if tokens[at].word not in lexicon.words(_HALF):
        return 0
    ahead = [t.word for t in tokens[at + 1: at + 3]]
    return next((at + 2 + n for n, word in enumerate(ahead) if word in lexicon.words(_DOZEN)), 0)


def _whole(tokens: list[Raw], at: int, lexicon: Lexicon) -> tuple[float | None, int]:
    """Read a number without its parts: "thirty seven", "a hundred and one", "one oh one"."""
    value = _single(tokens[at], lexicon)
    if value is None:
        return None, at
    spoken = not is_number(tokens[at].word)
    at += 1
    if spoken and 0 < value < 10 and at < len(tokens):
        if tokens[at].word in lexicon.words(_HUNDRED):
            value, at = value * 100, at + 1
        elif tokens[at].word in lexicon.words(_NOUGHT):
            unit, after = _unit(tokens, at + 1, lexicon)
            return (value * 100 + unit, after) if unit is not None else (value, at)
    if spoken and value >= 20 and value % 10 == 0:
        unit, after = _unit(tokens, at, lexicon)
        if unit is not None:
            return value + unit, after
    return value, at


def _unit(tokens: list[Raw], at: int, lexicon: Lexicon) -> tuple[float | None, int]:
    """Read the "one" of "twenty one", "treinta y uno"."""
    if at < len(tokens) and tokens[at].word in lexicon.words(_AND):
        at += 1
    if at < len(tokens) and not is_number(tokens[at].word) and not tokens[at].soft:
        unit = lexicon.numbers.get(tokens[at].word)
        if unit is not None and 0 < unit < 10:
            return unit, at + 1
    return None, at


def _with_part(tokens: list[Raw], value: float, at: int, lexicon: Lexicon) -> tuple[float, int]:
    """Add "and a half", "y medio", "point five", "y 3 decimas"."""
    after = _half(tokens, at, lexicon)
    if after:
        return value + 0.5, after
    ahead = [t.word for t in tokens[at: at + 3]]
    tenth = _single(tokens[at + 1], lexicon) if len(ahead) > 1 else None
    if tenth is not None and 0 <= tenth < 10 and tenth % 1 == 0:
        behind = ahead[2] if len(ahead) > 2 else ""
        tenths = behind in lexicon.words(_TENTHS)
        if tenths or (ahead[0] in lexicon.words(_POINT) and unit_of(behind, lexicon) in ("", "degree")):
            return value + tenth / 10, at + 2 + tenths
    if ahead and value % 1 == 0 and ahead[0].startswith("0."):  # "8 ½"
        return value + float(ahead[0]), at + 1
    return value, at


def _half(tokens: list[Raw], at: int, lexicon: Lexicon) -> int:
    """Return the place behind "and a half"; 0 when none stands at this one."""
    ahead = [t.word for t in tokens[at: at + 3]]
    if ahead[:1] and ahead[0] in lexicon.words(_AND):
        for length in (2, 3):
            if len(ahead) >= length and " ".join(ahead[1:length]) in lexicon.words(_HALF):
                return at + length
    return 0


def _range(tokens: list[Raw], value: float, at: int, lexicon: Lexicon,
           joining: frozenset[str]) -> tuple[float, int]:
    """Take the larger of "8 or 9" and "8-9"; the two must be close, else they are two numbers."""
    if at >= len(tokens):
        return value, at
    parted = tokens[at].word in joining or tokens[at].word == "/"
    if at + parted >= len(tokens):
        return value, at
    second, after = _read(tokens, at + parted, lexicon)
    if second is None or value < 2:
        return value, at
    if tokens[at].word == "/" or not parted:  # "5/6", "ten eleven weeks"; not "8/10"
        next_one = second == value + 1 and second < 10 + 30 * (not parted)
        unit = after < len(tokens) and bool(unit_of(tokens[after].word, lexicon))
        again = second == value and not parted and unit  # "seven seven weeks"
        return (second, after) if again or (next_one and (unit or after == len(tokens))) else (value, at)
    return (second, after) if 0 < second - value <= 3 else (value, at)


def _halves(tokens: list[Raw], lexicon: Lexicon) -> list[Raw]:
    """Put the half of "4 months and a half", "dia y medio" before its unit."""
    joining = lexicon.words(_AND)
    if not any(t.word in joining and _half(tokens, n, lexicon) for n, t in enumerate(tokens)):
        return tokens
    joined: list[Raw] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        joined.append(token)
        at += 1
        after = _half(tokens, at, lexicon) if unit_of(token.word, lexicon) else 0
        if not after or (after < len(tokens) and unit_of(tokens[after].word, lexicon)):
            continue
        counted = len(joined) > 1 and is_number(joined[-2].word)
        first = joined[-2] if counted else token
        value = (float(first.word) if counted else 1.0) + 0.5
        joined[-2 if counted else -1:] = [Raw(f"{value:g}", first.start, token.end, first.soft), token]
        at = after
    return joined
