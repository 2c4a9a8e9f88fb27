"""From signs in one line to what she told: values worked out, denials applied, the worse of two kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from helpline.triage.context import verdict
from helpline.triage.lexicon import Cue, Form, Lexicon, Meaning, Sense
from helpline.triage.scan import Match, Scan
from helpline.triage.state import FindingId
from helpline.triage.stretch import Surroundings, surroundings

YES, NO, UNSURE = "yes", "no", "unsure"
WEEKS_A_MONTH = 4.345
WORST_PAIN = 9
"""Pain from which the table speaks of an emergency department at once; no milder number takes it back."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing said. `start` and `end` are its place in her message."""

    sense: Sense
    id: str
    value: str | int | None
    start: int
    end: int
    denied: bool = False
    loose: bool = False
    """Whether only words told it that mean other things as well."""
    implied: bool = False
    """Whether she did not say it herself: it follows from something else that she told."""
    counted: bool = False
    """Whether she said the number herself."""

    def words(self, text: str) -> str:
        """Return her own words."""
        return text[self.start:self.end]

    def shares(self, other: Told) -> bool:
        """Return whether the two share a place in her message."""
        return self.start < other.end and other.start < self.end


def tell(scan: Scan, lexicon: Lexicon) -> tuple[list[Told], list[Match]]:
    """Judge every sign of a line by the words around it.

    Return what is told, and the matches whose words are explained: idioms, signs that were taken back, and
    what is asked about anyhow.
    """
    around = surroundings(scan, lexicon)
    told: list[Told] = []
    explained = list(scan.idioms)
    for sign in (*scan.signs, *_set_free(scan, around)):
        reply = sign.entry.meanings[0].sense is Sense.REPLY
        if sign.entry.meanings[0].sense is Sense.DOUBT:
            explained.append(sign)
        taken_back = None if reply else verdict(sign, around)
        if taken_back is None:
            told.extend(_spoken(sign, sign.entry.meanings, scan, denied=False))
        elif taken_back is Cue.UNSURE:
            told.extend(_spoken(sign, tuple(map(_unsure, sign.entry.meanings)), scan, denied=False))
        elif taken_back in (Cue.OPEN, Cue.CHECKED):
            asked = _asked_about(sign, lexicon)
            told.extend(_spoken(sign, asked or _left(sign, taken_back), scan, denied=False))
        else:
            explained.append(sign)
            if taken_back in (Cue.DENIED, Cue.DENIED_AFTER, Cue.DENIED_ALL):
                told.extend(_spoken(sign, sign.entry.denied, scan, denied=True))
    return told, explained


def _unsure(meaning: Meaning) -> Meaning:
    """Return what is meant by "not sure if …": unsure for yes or no, else the same."""
    if meaning.sense is Sense.FINDING and meaning.value == YES and meaning.form is Form.FIXED:
        return Meaning(meaning.sense, meaning.id, UNSURE)
    return meaning


def _set_free(scan: Scan, around: Surroundings) -> Iterable[Match]:
    """Yield the signs within one whose beginning only is denied: "not in pain, contractions every …"."""
    torn = [s for s in scan.signs if verdict(s, around) is Cue.NEUTRAL]
    return (i for i in scan.inner if any(i.within(t) and i.first > t.first for t in torn))


def _asked_about(sign: Match, lexicon: Lexicon) -> tuple[Meaning, ...]:
    """Return what is asked about at once of a sign that may be denied: red flags; the rest is left unsaid."""
    return tuple(Meaning(Sense.DOUBT, m.id, m.value) for m in sign.entry.meanings
                 if (FindingId(m.id), str(m.value)) in lexicon.alarms)


def _left(sign: Match, cue: Cue) -> tuple[Meaning, ...]:
    """Return what is told by a sign that is no red flag: all where only a check was well."""
    return sign.entry.meanings if cue is Cue.CHECKED else ()


def _spoken(sign: Match, meanings: tuple[Meaning, ...], scan: Scan, *, denied: bool) -> Iterable[Told]:
    tokens = scan.line.tokens
    start, end = tokens[sign.first].start, tokens[max(sign.last - 1, sign.first)].end
    for meaning in meanings:
        value = _value(meaning, sign.number)
        if value is not None or meaning.form is Form.FIXED:
            counted = meaning.form is Form.NUMBER
            yield Told(meaning.sense, meaning.id, value, start, end, denied, sign.loose,
                       counted=counted)


def _value(meaning: Meaning, number: float | None) -> str | int | None:
    if meaning.form is Form.FIXED:
        return meaning.value
    number = 1.0 if number is None else number
    if meaning.form is Form.AGE:
        return age_group(int(number))
    return int(number * meaning.factor + 1e-6) - meaning.less


def age_group(years: int) -> str | None:
    """Return the age group of the table, None for what is no age of somebody who may be pregnant."""
    for below, group in ((8, None), (13, "under_13"), (16, "age_13_15"), (18, "age_16_17"), (100, "adult")):
        if years < below:
            return group
    return None


def gather(told: Iterable[Told], severity: Mapping[FindingId, tuple[str, ...]]) -> dict[str, Told]:
    """Keep one value a finding: of two the worse, of two numbers the later; a denial only when alone."""
    kept: dict[str, Told] = {}
    for item in told:
        if item.sense is not Sense.FINDING or item.value is None:
            continue
        held = kept.get(item.id)
        if held is None or _outweighs(item, held, severity.get(FindingId(item.id), (NO, UNSURE, YES))):
            kept[item.id] = item
    return kept


def _outweighs(item: Told, held: Told, order: tuple[str, ...]) -> bool:
    if item.denied != held.denied:
        return held.denied
    if isinstance(item.value, int) and isinstance(held.value, int):
        if item.id == "ago" and 0 in (item.value, held.value):  # "took them on friday, today I have fever"
            return item.value > held.value
        if item.id == "pain_score":
            return _more_pain(item, held)
        if item.start < held.end and held.start < item.end:  # "thirty-seven weeks" holds a seven, too
            return item.end - item.start > held.end - held.start
        return item.start > held.start
    rank = {value: place for place, value in enumerate(order)}
    mine, theirs = rank.get(str(item.value), -1), rank.get(str(held.value), -1)
    return (mine, held.loose and not item.loose) > (theirs, False)


def _more_pain(item: Told, held: Told) -> bool:
    """Return whether one pain counts more: the number she gave, unless other words tell of the worst pain."""
    mine, theirs = int(item.value or 0), int(held.value or 0)
    if item.counted != held.counted and max(mine, theirs) < WORST_PAIN:
        return item.counted
    return mine > theirs
