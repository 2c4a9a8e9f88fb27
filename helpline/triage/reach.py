"""How far a "no" reaches: over what it is said of, then only through a list that "or" or "nor" closes.

"No bleeding, fever or pain" denies three signs; "no bleeding, waters broke" and, on a call, "no bleeding
waters broke" deny one. A number or a word like "broke", "since" or "every" (list `clausal`) makes an item a
sentence of its own: it is told. So does a word like "light" (`details`) where nothing closes the list. Of all
else it is open whether the "no" reaches it, so it is neither told nor denied, and asked about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from helpline.triage.lexicon import STOP_MARK, Sense
from helpline.triage.normalise import Raw
from helpline.triage.scan import Match
from helpline.triage.stretch import Surroundings, broken

LONGEST = 9
"""Words over which a "no" reaches forward, at most."""
_COMPOUND = 3
"""Words of a sign that is made of two signs, at most; a longer one has a gap."""
_TIME = "ago"
"""What tells only when something was: no sign of its own."""
_AS_MANY = frozenset(("so", "more", "less", "something", "menos", "mas"))
"""Words behind an "or" that joins no two signs: "an hour or so"."""


class Reach(StrEnum):
    """What a "no" makes of a sign behind it."""

    DENIED = "denied"
    OPEN = "open"
    TORN = "torn"
    """Only the beginning of a sign is denied: "no bleeding, every 5 minutes …" says nothing of the whole."""
    NOT = "not"


@dataclass(frozen=True, slots=True)
class _Item:
    """One item of what stands behind a "no". `closing`: an "or" or "nor" stands before it."""

    words: tuple[Raw, ...]
    first: int
    closing: bool


def reach(sign: Match, cue: Match, around: Surroundings) -> Reach:
    """Return what a "no" that stands before a sign, or within it, makes of it."""
    if cue.last > sign.first:
        return Reach.DENIED
    if sign.first - cue.last > LONGEST or broken(cue.last, sign.first, around, subjects=True):
        return Reach.NOT
    items = list(_items(sign, cue, around))
    own = max(n for n, item in enumerate(items) if item.first <= sign.first)
    if own == 0:
        torn = len(items) > 1 and sign.last > items[1].first and not items[1].closing
        return Reach.TORN if torn else Reach.DENIED
    if _elsewhere(items[0], cue, around) or any(_sentence(item, cue, around) for item in items[1:own + 1]):
        return Reach.NOT
    if items[own].closing:
        return Reach.OPEN if _loosely(items[own], sign, cue, around) else Reach.DENIED
    if _closed(items[own + 1:], cue, around):
        return Reach.DENIED
    return Reach.NOT if _detailed(items[own], around) else Reach.OPEN


def _items(sign: Match, cue: Match, around: Surroundings) -> Iterator[_Item]:
    """Yield what stands behind a "no" up to where a new stretch begins, item by item."""
    tokens = around.scan.line.tokens
    end = next((place for place in range(sign.last, len(tokens))
                if tokens[place].word == STOP_MARK or broken(place - 1, place, around, subjects=True)),
               len(tokens))
    first, closing = cue.last, False
    if tokens[first].soft:  # "no, contractions": an answer, and then what she tells
        yield _Item((), first, False)
    for place in range(cue.last + 1, end):
        head = first == cue.last and place == sign.first
        if _joint(place, around) or _apart(place, max(first, cue.first), around, cue if head else None):
            yield _Item(tokens[first:place], first, closing)
            first, closing = place, _closes(place - 1, around)
    yield _Item(tokens[first:end], first, closing)


def _joint(place: int, around: Surroundings) -> bool:
    """Return whether a comma, an "and", an "or" or a "nothing" stands before a word."""
    tokens, links = around.scan.line.tokens, _links(around)
    if tokens[place].word in links:
        return False
    before = tokens[place - 1]
    return (tokens[place].soft or (before.soft and before.word in links) or _closes(place - 1, around)
            or before.word in around.lexicon.words("list_joins") | around.lexicon.words("closers"))


def _links(around: Surroundings) -> frozenset[str]:
    return around.lexicon.words("list_ends") | around.lexicon.words("list_joins")


def _apart(place: int, first: int, around: Surroundings, head: Match | None) -> bool:
    """Return whether a sign begins where another, or the noun of a "no" (`head`), ended."""
    tokens = around.scan.line.tokens
    if (tokens[place].word in _links(around) | around.lexicon.words("comparing")
            or tokens[place - 1].word in around.carriers):
        return False
    signs = [s for s in around.scan.signs if s.entry.meanings[0].sense is Sense.FINDING and not s.entry.asked
             and s.entry.meanings[0].id != _TIME]
    ended = any(first <= s.first and s.last <= place for s in signs)
    compound = any(s.first < place < s.last <= s.first + _COMPOUND for s in signs)  # "blood clots"
    if ended and not compound and any(s.first == place for s in signs):
        return True
    return head is not None and _another_noun(place, head, around)


def _closes(place: int, around: Surroundings) -> bool:
    """Return whether a word closes a list: an "or" that joins no numbers."""
    tokens = around.scan.line.tokens
    behind = tokens[place + 1].word if place + 1 < len(tokens) else ""
    numbers = behind[:1].isdigit() and tokens[place - 1].word[0].isdigit()
    return tokens[place].word in around.lexicon.words("list_ends") and not numbers and behind not in _AS_MANY


def _of_a_noun(cue: Match, around: Surroundings) -> bool:
    """Return whether a "no" is one that stands before a noun: "no", "without", not "have not"."""
    return around.scan.line.tokens[cue.last - 1].word in around.lexicon.words("determiners")


def _another_noun(place: int, cue: Match, around: Surroundings) -> bool:
    """Return whether a "no" has a noun of its own: "no nausea fainted twice"; not "no severe pain"."""
    tokens, words = around.scan.line.tokens, around.lexicon.words
    plain = words("details") | words("modifiers") | around.carriers
    return _of_a_noun(cue, around) and any(t.word not in plain for t in tokens[cue.last:place])


def _sentence(item: _Item, cue: Match, around: Surroundings) -> bool:
    """Return whether an item tells something by itself; after "have not" a verb at its head does not."""
    if item.closing or not item.words:
        return False
    clausal = around.lexicon.words("clausal")
    head = item.words[0].word
    same = head in around.lexicon.words("participles") and not _of_a_noun(cue, around)
    words = [t.word for t in item.words[same:]]
    return head in around.carriers or any(w in clausal or w[0].isdigit() for w in words)


def _elsewhere(item: _Item, cue: Match, around: Surroundings) -> bool:
    """Return whether a "no" is said of no sign at all: "no midwife answering, contractions"."""
    if not _of_a_noun(cue, around):
        return False
    end = item.first + len(item.words)
    signs = any(s.first < end and item.first < s.last and s.entry.meanings[0].sense is Sense.FINDING
                for s in around.scan.signs)
    return not signs and any(t.word in around.lexicon.words("clausal") for t in item.words)


def _loosely(item: _Item, sign: Match, cue: Match, around: Surroundings) -> bool:
    """Return whether a sign stands behind another noun in a last item: "no pain or nausea fainted twice"."""
    words = around.lexicon.words
    if not _of_a_noun(cue, around):
        return False
    ahead = [t.word for t in item.words if t.word not in words("details") | words("modifiers")]
    head = around.scan.line.tokens[sign.first].word
    return bool(ahead) and ahead[0] != head and any(w in words("clausal") or w[0].isdigit() for w in ahead)


def _closed(behind: list[_Item], cue: Match, around: Surroundings) -> bool:
    """Return whether a list goes on up to an "or", "nor" or "nothing", and no sentence stands between."""
    for item in behind:
        if item.closing:
            return True
        if item.words and item.words[0].word in around.lexicon.words("closers"):
            return len(item.words) <= 2
        if _sentence(item, cue, around):
            return False
    return False


def _detailed(item: _Item, around: Surroundings) -> bool:
    return any(t.word in around.lexicon.words("details") for t in item.words)
