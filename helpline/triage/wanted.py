"""Which wishes a message holds: one a kind, none that is part of another, no STOP meant for somebody else."""

from __future__ import annotations

from collections.abc import Sequence

from helpline.triage.heard import Hit
from helpline.triage.lexicon import STOP_MARK, Lexicon, Sense
from helpline.triage.normalise import Line
from helpline.triage.told import Told
from helpline.triage.topic import by_pattern

Read = tuple[Lexicon, Line]
_JUST_BEFORE = 3
"""Words before a STOP that may show that it is not said to us."""


def wanted(text: str, reads: Sequence[Read], told: Sequence[Told], *, alarmed: bool) -> tuple[Hit, ...]:
    """Return the intents, one a kind. An alarm beats a topic; any refusal beats consent."""
    kept: dict[str, Hit] = {}
    topic = by_pattern(told)
    wishes = [t for t in told if t.sense is Sense.INTENT and not _to_others(t, reads)]
    answers = [t for t in wishes if t.id in ("decline", "accept")]
    for item in sorted(wishes, key=lambda t: t.start):
        if item.id == "topic" and (alarmed or item.value != topic):
            continue
        if not any(_part_of(item, whole) for whole in answers):
            kept.setdefault(item.id, Hit("intent", item.id, item.value, item.words(text)))
    if kept.keys() & {"decline", "stop"}:
        kept.pop("accept", None)
    return tuple(kept.values())


def _to_others(item: Told, reads: Sequence[Read]) -> bool:
    """Return whether a STOP is told of or to somebody else: "he wont stop texting me" is no opt-out."""
    return item.id == "stop" and any(
        _meant_for_others(_just_before(item, line), lexicon) for lexicon, line in reads)


def _meant_for_others(before: str, lexicon: Lexicon) -> bool:
    return (any(f" {words} " in before for words in lexicon.words("not_us"))
            or any(before.endswith(f" {word} ") for word in lexicon.words("not_stopping")))


def _just_before(item: Told, line: Line) -> str:
    """Return the words right before what was told, of the same stretch, with blanks around."""
    words: list[str] = []
    for token in line.tokens:
        if token.soft or token.word == STOP_MARK:
            words.clear()
        if token.start >= item.start:
            break
        words.append(token.word)
    return f" {' '.join(words[-_JUST_BEFORE:])} "


def _part_of(item: Told, whole: Told) -> bool:
    """Return whether a wish is only a part of a yes or no to check-ins.

    The "call me back" of "no dont call me back" is none of its own, nor the "ring me in the morning" of "yes
    ring me in the morning".
    """
    if whole.id == "accept":
        return item.id == "snooze" and whole.start < item.start < whole.end
    return (item.id in ("stop", "human", "accept", "snooze")
            and whole.start <= item.start and item.end <= whole.end
            and item.end - item.start < whole.end - whole.start)
