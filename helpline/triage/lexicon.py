"""The words people use, resolved: what `understand` reads by, one `Lexicon` a language.

A lexicon is content (`flows/lexicon`); `helpline.flowbook.lexicon_file` reads and checks it. Its patterns
are matched on a *line*: the message in small letters without accents, misspellings mended, every word with
a blank on both sides, and `STOP_MARK` where a sentence ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from helpline.triage.index import Index
from helpline.triage.state import FindingId, Language
from helpline.triage.weights import Weights

STOP_MARK = "¶"
"""Stands in the line where a sentence ends; no gap of a pattern reaches over it."""


class Sense(StrEnum):
    """What a meaning is about."""

    FINDING = "finding"
    INTENT = "intent"
    DOUBT = "doubt"
    REPLY = "reply"
    """A yes, no, unsure or none to the open question."""
    LOSS = "loss"
    """She told of a loss."""
    CORRECTION = "correction"
    NOTHING = "nothing"
    """An idiom: whatever else these words may seem to say, they do not."""
    CUE = "cue"
    """A word that turns others round: see `Cue`."""


class Cue(StrEnum):
    """Ways in which the words around a sign take it back. An entry may stand in spite of some of them."""

    DENIED = "denied"
    """Before: "no fever"."""
    DENIED_AFTER = "denied_after"
    """Right behind: "fever no"."""
    DENIED_ALL = "denied_all"
    """Anywhere behind: "none of that"."""
    PAST = "past"
    """Years ago, an earlier pregnancy."""
    EARLIER = "earlier"
    """Some time ago, perhaps not long: "last time", "once"."""
    OTHER = "other"
    """Somebody who is not the patient: a dog, a husband with a sore chest."""
    MEDIA = "media"
    """A film, the news, a video."""
    IF = "if"
    QUOTED = "quoted"
    RESOLVED = "resolved"
    """It is over and was seen to; takes back what was said before it."""
    CHECKED = "checked"
    """What was looked at was well, or one thing stopped: that says little of what else she told before."""
    AGAIN = "again"
    """It began anew: takes back that it had stopped."""
    ROLE = "role"
    """Somebody who asks for a class or a leaflet."""
    UNSURE = "unsure"
    OPEN = "open"
    """A "no" of something else stands before it: whether it reaches this sign, a question decides."""
    NEUTRAL = "neutral"
    """Looks like one of the others and is none: "no puedo", "not only"."""


class Form(StrEnum):
    """How the value of a meaning comes about."""

    FIXED = "fixed"
    NUMBER = "number"
    """The number in the pattern, times `factor`, minus `less`, cut to a whole number."""
    AGE = "age"
    """The age group of the number."""
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that words stand for. `id` is a finding, an intent, a cue or a reply."""

    sense: Sense
    id: str
    value: str | int | None = None
    form: Form = Form.FIXED
    factor: float = 1.0
    less: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """Patterns that mean the same. `denied` is what their denial means; `spite` the cues it stands against.

    `whole`: only when nothing else of substance is said. `asked`: only while one of these findings is asked.
    """

    name: str
    meanings: tuple[Meaning, ...]
    denied: tuple[Meaning, ...] = ()
    spite: frozenset[Cue] = frozenset()
    whole: bool = False
    asked: frozenset[FindingId] = frozenset()

    @property
    def idiom(self) -> bool:
        """Return whether its words only take a meaning away: from all signs, or from some findings."""
        return all(m.sense is Sense.NOTHING or (m.sense is Sense.FINDING and m.value is None
                                                and m.form is Form.FIXED) for m in self.meanings)

    def about(self, other: Entry) -> bool:
        """Return whether this idiom may take away what `other` means."""
        mine = {m.id for m in self.meanings}
        return "nothing" in mine or {m.id for m in other.meanings} <= mine


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a line's text that a pattern matches, the numbers told in it, where its parts are.

    `own` is what its words really stand for: the stretches between its gaps (`...`).
    """

    start: int
    end: int
    numbers: tuple[str | None, ...]
    parts: tuple[tuple[int, int], ...]
    own: tuple[tuple[int, int], ...]


GAP = "g"
"""How the groups of an expression are named that hold words it does not know: g1, g2 …"""


def _span(match: re.Match[str], numbers: int) -> Span:
    start, end = match.span()
    own, begin = [], start
    if match.re.groups > numbers:
        for name in match.re.groupindex:
            first, last = match.span(name) if name.startswith(GAP) else (-1, -1)
            if first < last:
                own.append((begin, first))
                begin = last
    told = tuple([match.group(f"n{n}") for n in range(numbers)])
    return Span(start, end, told, ((start, end),), (*own, (begin, end)))


class Expression:
    """A regular expression, compiled when it is first looked for.

    There are thousands, compiling them takes longer than all else at the start, and one text needs a few.
    `numbers` is how many of its groups are numbers.
    """

    __slots__ = ("_compiled", "numbers", "source")

    def __init__(self, source: str, numbers: int = 0) -> None:
        self.source, self.numbers = source, numbers
        self._compiled: re.Pattern[str] | None = None

    def spans(self, text: str, seen: Seen) -> tuple[Span, ...]:
        """Return all that it matches, in order. `seen` is what was found in this text before, and grows."""
        spans = seen.get(self)
        if spans is None:
            if self._compiled is None:
                self._compiled = re.compile(self.source)
            spans = seen[self] = tuple([_span(m, self.numbers) for m in self._compiled.finditer(text)])
        return spans


Seen = dict[Expression, tuple[Span, ...]]
"""What each expression found in one text: many patterns share their lists, each is looked for once."""


def _share(one: Span, other: Span) -> bool:
    """Return whether two stretches share more than the blank between them."""
    return one.start < other.end - 1 and other.start < one.end - 1


def _sentence(text: str, span: Span) -> tuple[int, int]:
    """Return the places of the sentence ends before and behind the beginning of a stretch."""
    behind = text.find(STOP_MARK, span.start)
    return text.rfind(STOP_MARK, 0, span.start), behind if behind >= 0 else len(text)


NEARBY = 14
"""Words over which the parts of an `&` pattern may be spread, at most."""


class Nearby:
    """Several expressions that must all match within one sentence, near each other, in any order."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[Expression, ...]) -> None:
        self.parts = parts

    def spans(self, text: str, seen: Seen) -> Iterator[Span]:
        """Return, for each match of the first part, the tightest stretch that holds all parts."""
        found: list[tuple[Span, ...]] = []
        for part in self.parts:
            found.append(part.spans(text, seen))
            if not found[-1]:
                return
        for anchor in found[0]:
            chosen = [anchor]
            first, last = _sentence(text, anchor)
            for others in found[1:]:
                free = [o for o in others if first < o.start and o.end <= last
                        and not any(_share(o, c) for c in chosen)]
                if not free:
                    break
                chosen.append(min(free, key=lambda o: max(anchor.start - o.end, o.start - anchor.end)))
            else:
                start, end = min(c.start for c in chosen), max(c.end for c in chosen)
                if last >= end and text.count(" ", start + 1, end) <= NEARBY:
                    yield Span(start, end, tuple(n for c in chosen for n in c.numbers),
                               tuple((c.start, c.end) for c in sorted(chosen, key=lambda c: c.start)),
                               tuple(own for c in chosen for own in c.own))


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way to say what entry number `entry` means. Its numbers are groups n0, n1 … within `bounds`.

    `loose` words mean other things as well ("blackout"): where all other words speak against the sign, one
    question decides.
    """

    regex: Expression | Nearby
    entry: int
    written: str
    bounds: tuple[tuple[float, float], ...] = ()
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Together:
    """Findings that, told in one message, are a danger sign of their own."""

    all: tuple[tuple[FindingId, frozenset[str]], ...]
    gives: tuple[FindingId, str]
    unless_told: frozenset[FindingId] = frozenset()


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence of the lexicon itself that must, or must not, mean what its entry means."""

    entry: int
    sentence: str
    fires: bool


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """The resolved words of one language; each is equal to itself only.

    `index` leads from words, and beginnings of them (`bleed*`), to the patterns that may match when they
    occur. `buckets` holds the words that misspellings are mended
    to, by first letter and length. `alarms` are the findings with the values that are red flags on their own.
    """

    language: Language
    entries: tuple[Entry, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    index: Index = Index()
    spelling: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    buckets: Mapping[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    emoji: Mapping[str, str] = field(default_factory=dict)
    alarms: frozenset[tuple[FindingId, str]] = frozenset()
    together: tuple[Together, ...] = ()
    severity: Mapping[FindingId, tuple[str, ...]] = field(default_factory=dict)
    """Values of a choice from mild to bad: of two that were told the worse counts."""
    examples: tuple[Example, ...] = ()
    weights: Weights = Weights()
    topics: Weights = Weights()
    """What words weigh where no pattern matches; the same for all languages."""

    def words(self, name: str) -> frozenset[str]:
        """Return the words of one of its lists, none where it has no such list."""
        return self.lists.get(name, frozenset())
