"""What the words around a sign make of it: told, denied, long ago, somebody else, only a what-if.

Rules are per sentence and per stretch of it (`stretch`); how far a "no" reaches, `reach` decides.
"""

from __future__ import annotations

from collections.abc import Callable

from helpline.triage.lexicon import STOP_MARK, Cue, Sense
from helpline.triage.normalise import Line
from helpline.triage.reach import LONGEST, Reach, reach
from helpline.triage.scan import Match
from helpline.triage.stretch import Surroundings, broken

_CLOSE = 3
"""Words between a sign and a denial behind it, at most."""
_NEAR = 4
"""Words between somebody else and what happened to them, at most."""
_OVER = ("none", "stopped")
"""Values that say that something is over."""
_STATES = frozenset(("pregnant", "gestation_weeks", "recent_event"))
"""What no "is fine" denies: "9 weeks pregnant is fine"."""


def verdict(sign: Match, around: Surroundings) -> Cue | None:
    """Return what takes the sign back, or makes it unsure, open or unsaid; None when she means it."""
    spite = sign.entry.spite
    for cue, match in around.scan.cues:
        if cue in spite or cue in (Cue.UNSURE, Cue.CHECKED) or _begun_anew(cue, match, around):
            continue
        if _HOLDS[cue](sign, match, around):
            return cue
    if Cue.UNSURE not in spite and any(cue is Cue.UNSURE and _before(sign, match, around)
                                       for cue, match in around.scan.cues):
        return Cue.UNSURE
    half = None if Cue.DENIED in spite else _half_denied(sign, around)
    return half or (None if Cue.RESOLVED in spite else _checked(sign, around))


def _checked(sign: Match, around: Surroundings) -> Cue | None:
    """Return what a good result behind leaves of a sign: open where all is said to be well, else a check."""
    found = [around.scan.line.tokens[match.first].word for cue, match in around.scan.cues
             if cue is Cue.CHECKED and _anywhere_behind(sign, match, around)
             and not _begun_anew(cue, match, around)
             and not _STATES.issuperset(m.id for m in sign.entry.meanings)]
    whole = any(word in around.lexicon.words("wholes") for word in found)
    return Cue.OPEN if whole else Cue.CHECKED if found else None


def _half_denied(sign: Match, around: Surroundings) -> Cue | None:
    """Return what a sign is of which a "no" takes a part, or of which it is open whether one reaches it."""
    found = {reach(sign, match, around) for cue, match in around.scan.cues
             if cue is Cue.DENIED and match.first <= sign.first}
    if Reach.TORN in found:
        return Cue.NEUTRAL
    behind = any(cue is Cue.DENIED_AFTER and _left_open(sign, match, around)
                 for cue, match in around.scan.cues)
    return Cue.OPEN if behind or Reach.OPEN in found else None


def _sentence(line: Line, place: int) -> int:
    """Return the number of the sentence that a word stands in."""
    return sum(t.word == STOP_MARK for t in line.tokens[:place])


def _same_sentence(sign: Match, cue: Match, around: Surroundings) -> bool:
    line = around.scan.line
    return _sentence(line, sign.first) == _sentence(line, cue.first)


def _denied_before(sign: Match, cue: Match, around: Surroundings) -> bool:
    if cue.first > sign.first:
        return _denied_within(sign, cue, around) or _answered_no(sign, cue, around)
    return reach(sign, cue, around) is Reach.DENIED


def _answered_no(sign: Match, cue: Match, around: Surroundings) -> bool:
    """Return whether a "no" between a sign and a comma is said of the sign: "fainting no, fever no"."""
    tokens = around.scan.line.tokens
    if len(sign.parts) > 1 or sign.last - sign.first > _CLOSE or cue.last >= len(tokens):
        return False
    no = tokens[cue.first]
    return (cue.first == sign.last and no.word in around.lexicon.words("bare_noes") and not no.soft
            and tokens[cue.last].soft)


def _denied_within(sign: Match, cue: Match, around: Surroundings) -> bool:
    if len(sign.parts) > 1 and not _before_a_part(sign, cue):
        return False
    return cue.last <= sign.last and not broken(cue.last, sign.last - 1, around, subjects=True)


def _before(sign: Match, cue: Match, around: Surroundings) -> bool:
    """Return whether words stand before a sign in one stretch, or within it."""
    if cue.first > sign.first:
        return _denied_within(sign, cue, around)
    near = sign.first - cue.last <= LONGEST
    return near and (cue.last > sign.first or not broken(cue.last, sign.first, around, subjects=True))


def _before_a_part(sign: Match, cue: Match) -> bool:
    """Return whether a "no" between the parts of an `&` pattern stands close before one of them."""
    return any(cue.last <= first <= cue.last + _CLOSE - 1 for first, _ in sign.parts)


def _denied_after(sign: Match, cue: Match, around: Surroundings) -> bool:
    """Return whether a denial behind is said of this sign, and of no other thing between: "scan was fine"."""
    if not _close_behind(sign, cue, around) or _between(sign, cue, around) or _of_another(sign, cue, around):
        return False
    words = around.lexicon.words
    if around.scan.line.tokens[cue.first].word not in words("copulas"):
        return True
    if not _STATES.isdisjoint(m.id for m in sign.entry.meanings):
        return False
    return all(t.word in words("copulas") for t in around.scan.line.tokens[sign.last:cue.first])


def _close_behind(sign: Match, cue: Match, around: Surroundings) -> bool:
    return 0 <= cue.first - sign.last <= _CLOSE and not broken(sign.last, cue.first, around)


def _of_another(sign: Match, cue: Match, around: Surroundings) -> bool:
    """Return whether a denial behind is of another thing: "i fainted, i dont have any bleeding"."""
    tokens = around.scan.line.tokens
    if not _joined(sign, cue, around) and any(
            sign.last <= s.first < cue.first < s.last for s in around.scan.signs):
        return True
    if cue.last >= len(tokens):
        return False
    behind, words = tokens[cue.last], around.lexicon.words
    ends = {STOP_MARK, *around.breakers, *around.joiners, *around.starters, *words("closers"),
            *words("list_ends"), *words("bare_noes"), *words("copulas")}
    return not behind.soft and behind.word not in ends


def _joined(sign: Match, cue: Match, around: Surroundings) -> bool:
    """Return whether an "or" ties what stands behind a sign to it."""
    tokens = around.scan.line.tokens[sign.last:cue.first]
    return any(t.word in around.lexicon.words("list_ends") for t in tokens)


def _between(sign: Match, cue: Match, around: Surroundings) -> bool:
    """Return whether another sign, not joined by an "or", stands between a sign and a denial behind it."""
    return not _joined(sign, cue, around) and any(
        sign.last <= s.first and s.last <= cue.first for s in around.scan.signs
        if s.entry.meanings[0].sense is Sense.FINDING and not s.entry.asked)


def _left_open(sign: Match, cue: Match, around: Surroundings) -> bool:
    """Return whether a denial of another sign behind may be of this one, too: "fainting, seizures: no"."""
    if not _close_behind(sign, cue, around) or not _between(sign, cue, around):
        return False
    told = around.lexicon.words("clausal") | around.lexicon.words("yes_words")
    return not any(t.word in told or t.word[0].isdigit()
                   for t in around.scan.line.tokens[sign.first:cue.first])


def _anywhere_behind(sign: Match, cue: Match, _: Surroundings) -> bool:
    return sign.first < cue.last


def _past(sign: Match, cue: Match, around: Surroundings) -> bool:
    if cue.last <= sign.first:
        return _same_sentence(sign, cue, around) and not broken(cue.last, sign.first, around)
    return _same_sentence(sign, cue, around) and not broken(sign.last, cue.first, around)


def _mentions_her(begin: int, end: int, around: Surroundings) -> bool:
    return any(t.word in around.first_person for t in around.scan.line.tokens[begin:end])


def _other(sign: Match, cue: Match, around: Surroundings) -> bool:
    between = around.scan.line.tokens[cue.last:sign.first + 1]
    return (-2 < sign.first - cue.last <= _NEAR and cue.first <= sign.first
            and not any(t.soft or t.word == STOP_MARK for t in between)
            and not broken(cue.last, sign.first, around)
            and not _mentions_her(cue.last, sign.last, around))


def _media(sign: Match, cue: Match, around: Surroundings) -> bool:
    begin, end = min(sign.first, cue.first), max(sign.last, cue.last)
    tokens = around.scan.line.tokens
    hers = around.self_words if tokens[cue.last - 1].word in around.storied else around.first_person
    return _same_sentence(sign, cue, around) and not any(t.word in hers for t in tokens[begin:end])


def _if(sign: Match, cue: Match, around: Surroundings) -> bool:
    return (cue.first <= sign.first and _same_sentence(sign, cue, around)
            and (cue.last > sign.first or not broken(cue.last, sign.first, around))
            and not any(t.word in around.present for t in around.scan.line.tokens[cue.last:sign.first + 1]))


def _quoted(sign: Match, cue: Match, around: Surroundings) -> bool:
    return cue.first <= sign.first and _same_sentence(sign, cue, around) and not any(
        t.word in around.breakers for t in around.scan.line.tokens[cue.last:sign.first])


def _again(sign: Match, cue: Match, around: Surroundings) -> bool:
    over = any(m.value in _OVER for m in sign.entry.meanings)
    return over and sign.last <= cue.last and _did_begin(cue, around)


def _did_begin(again: Match, around: Surroundings) -> bool:
    """Return whether no "has not" or "if" stands before or within "started again"."""
    before = around.scan.line.tokens[max(again.first - _CLOSE, 0):again.last]
    return not any(t.word in around.lexicon.words("unbegun") for t in before)


def _begun_anew(cue: Cue, match: Match, around: Surroundings) -> bool:
    """Return whether "has stopped" holds no more: "it has stopped, but started again"."""
    if cue not in (Cue.DENIED_AFTER, Cue.RESOLVED, Cue.CHECKED):
        return False
    own = around.scan.line.tokens[match.first:match.last]
    return any(t.word in around.lexicon.words("endings") for t in own) and any(
        other is Cue.AGAIN and again.last > match.last and _did_begin(again, around)
        for other, again in around.scan.cues)


def _always(_sign: Match, _cue: Match, _around: Surroundings) -> bool:
    return True


_HOLDS: dict[Cue, Callable[[Match, Match, Surroundings], bool]] = {
    Cue.DENIED: _denied_before, Cue.DENIED_AFTER: _denied_after, Cue.DENIED_ALL: _anywhere_behind,
    Cue.PAST: _past, Cue.EARLIER: _past, Cue.OTHER: _other, Cue.MEDIA: _media, Cue.IF: _if,
    Cue.QUOTED: _quoted, Cue.RESOLVED: _anywhere_behind, Cue.ROLE: _always, Cue.AGAIN: _again,
}
