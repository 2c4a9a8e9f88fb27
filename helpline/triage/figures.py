"""Which number of a message is meant, and what it counts: units, corrections, what is heard for a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from helpline.triage.lexicon import STOP_MARK, Lexicon
from helpline.triage.normalise import Line, Raw, is_number
from helpline.triage.numbers import sounds_like, unit_of
from helpline.triage.told import NO, UNSURE, WEEKS_A_MONTH, age_group

_DAYS: Mapping[str, float] = {
    "": 1, "minute": 0, "hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365}
_COUNT: Mapping[str, float] = {"": 1}
MEASURES: Mapping[str, Mapping[str, float]] = {
    "gestation_weeks": {"": 1, "week": 1, "month": WEEKS_A_MONTH},
    "days_since_event": _DAYS, "bleeding_days": _DAYS, "pain_score": _COUNT,
}
"""What one of each unit counts in a question for a number; a unit that is missing answers none."""
PADS = ("pad_per_hour", "soaking_pads")
"""Questions that people answer with how many pads they used."""
_HOURS_ALL_DAY = 8
"""Hours, at least, of what people call all day or all night: fewer pads are less than one an hour."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and what it counts, empty when that is not said. `place` is its word in the line."""

    value: float
    unit: str
    place: int


def figures(line: Line, lexicon: Lexicon) -> list[Figure]:
    """Return the numbers of a line with their units: the word behind, or the next, as in "3 whole days"."""
    return [Figure(float(t.word), _unit(line.tokens[n + 1: n + 3], lexicon), n)
            for n, t in enumerate(line.tokens) if is_number(t.word)]


def _unit(behind: Sequence[Raw], lexicon: Lexicon) -> str:
    for token in behind:
        if token.word == STOP_MARK or is_number(token.word):
            return ""
        unit = unit_of(token.word, lexicon)
        if unit:
            return unit
    return ""


def corrected(line: Line, lexicon: Lexicon, finding: str) -> int | None:
    """Return the number that counts when she puts one right: "21 weeks, sorry, 12"; else None."""
    measure = MEASURES.get(finding, _COUNT)
    fitting = [f for f in figures(line, lexicon) if f.unit in measure]
    if len(fitting) < 2 or not _put_right(fitting, line, lexicon):
        return None
    chosen = meant(fitting, line, lexicon)
    if chosen is None:
        return None
    unit = chosen.unit or next((f.unit for f in fitting if f.unit), "")
    return int(chosen.value * measure[unit] + 1e-6)


def bare(line: Line, lexicon: Lexicon, finding: str) -> int | None:
    """Return the number of a message that says a number and nothing else of substance."""
    found = figures(line, lexicon)
    measure = MEASURES.get(finding, _COUNT)
    if not found:
        return _misheard(line, lexicon, measure)
    empty = lexicon.words("number_filler") | lexicon.words("filler") | {STOP_MARK}
    if not all(is_number(t.word) or t.word in empty or unit_of(t.word, lexicon) in measure.keys() - {""}
               for t in line.tokens):
        return None
    chosen = meant(found, line, lexicon)
    if chosen is None or chosen.unit not in measure:
        return None
    return int(chosen.value * measure[chosen.unit] + 1e-6)


def _misheard(line: Line, lexicon: Lexicon, measure: Mapping[str, float]) -> int | None:
    """Return the number that words sound like, alone or before a unit: "to" for two, "sex weeks" for six."""
    empty = lexicon.words("filler")
    words = [t.word for t in line.tokens if t.word != STOP_MARK]
    lone = sounds_like(" ".join(words), lexicon)
    if lone is not None:
        return lone
    said = [word for word in words if word not in empty or sounds_like(word, lexicon)]
    lasting = measure is _DAYS and said[:1] and said[0] in lexicon.words("number_lasting")  # "for weeks"
    unit = unit_of(said[-1], lexicon) if len(said) > 1 and not lasting else ""
    value = sounds_like(" ".join(said[:-1]), lexicon) if unit and unit in measure else None
    return None if value is None else int(value * measure[unit])


def youngest(line: Line, lexicon: Lexicon) -> tuple[int, Figure] | None:
    """Return the lowest age told, with its figure: "nearly 18" is 17, "16 in March, so 15" is 15."""
    ages = [(int(f.value) - (_before(f, line) in lexicon.words("age_nearly")), f)
            for f in figures(line, lexicon) if f.unit in ("", "year")]
    return min((age for age in ages if age_group(age[0])), key=lambda age: age[0], default=None)


def meant(found: Sequence[Figure], line: Line, lexicon: Lexicon) -> Figure | None:
    """Return the figure that counts: not the 11 of "10, not 11"; the one behind a correction; the latest.

    None when the only one is denied.
    """
    kept = [f for f in found if not _denied(f, found, line, lexicon)]
    if not kept:
        return None
    latest = next((f for f in kept if _before(f, line) in lexicon.words("latest")), None)
    marks = _corrections(found, line, lexicon)
    behind = [f for f in kept if marks and f.place > marks[-1]]
    return latest or (behind or kept[-1:] if marks else kept)[0]


def _before(figure: Figure, line: Line) -> str:
    return line.tokens[figure.place - 1].word if figure.place else ""


def _corrections(found: Sequence[Figure], line: Line, lexicon: Lexicon) -> list[int]:
    """Return the places, between the first figure and the last, of words that put the first one right."""
    words = lexicon.words("correctors") | lexicon.words("number_no")
    return [n for n, token in enumerate(line.tokens)
            if found[0].place < n < found[-1].place and token.word in words]


def _put_right(found: Sequence[Figure], line: Line, lexicon: Lexicon) -> bool:
    denied = any(_denied(f, found, line, lexicon) for f in found)
    return denied or bool(_corrections(found, line, lexicon))


def _denied(figure: Figure, found: Sequence[Figure], line: Line, lexicon: Lexicon) -> bool:
    """Return whether a figure is taken back: "not 11". "4, no 3" takes back the four, not the three."""
    before = _before(figure, line)
    if before not in lexicon.words("negators"):
        return False
    if before not in lexicon.words("number_no"):
        return True
    token = line.tokens[figure.place]
    earlier = [f for f in found if f.place < figure.place]
    if not earlier:
        return not token.soft and len(found) > 1
    begun = line.tokens[:earlier[0].place]
    return any(t.word in lexicon.words("correctors") for t in begun)


def pads(line: Line, lexicon: Lexicon) -> str | None:
    """Return what a count of pads says of one an hour, or more; None when none is told.

    Less than one pad, or a few in all day or all night, is no. A count without its hours is unsure, which
    counts as yes.
    """
    used = [f for f in figures(line, lexicon) if f.unit in ("", "pad")]
    names = any(unit_of(t.word, lexicon) == "pad" or t.word in lexicon.words("pad_misheard")
                for t in line.tokens)
    all_day = any(f" {words} " in line.text for words in lexicon.words("all_day"))
    if not names and not (used and all_day):
        return None
    chosen = meant(used, line, lexicon) if used else None
    count = chosen.value if chosen else _in_words(line, lexicon)
    if count is None:
        return None
    if count <= 1 and any(t.word in lexicon.words("number_below") for t in line.tokens):  # "less than a pad"
        return NO
    return NO if count < 1 or (all_day and count < _HOURS_ALL_DAY) else UNSURE


def _in_words(line: Line, lexicon: Lexicon) -> float | None:
    """Return how many pads "half a pad", "a single one", "too pads" are."""
    if any(t.word in lexicon.words("number_half") for t in line.tokens):
        return 0.5
    if any(t.word in lexicon.words("number_one") for t in line.tokens):
        return 1.0
    return _misheard(line, lexicon, {"pad": 1})


def pointed(line: Line, lexicon: Lexicon) -> str:
    """Return the keys that words point at, with blanks between: "option one", "la primera"; else empty."""
    said = [t.word for t in line.tokens if t.word != STOP_MARK]
    ordinals = [str(n) for n in range(1, 10) if lexicon.words(f"ordinal_{n}") & set(said)]
    keys = ordinals or [word for word in said if is_number(word)]
    pointing = lexicon.words("pointers")
    rest = [word for word in said if not is_number(word)]
    allowed = pointing | lexicon.words("pointing_filler") | lexicon.words("filler")
    points = len(said) == 1 or bool(pointing & set(rest))
    return " ".join(keys) if points and all(word in allowed for word in rest) else ""
