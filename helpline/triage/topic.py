"""Which topic somebody asks for: by the patterns of the lexicon, then by what all the words weigh.

A pattern knows that something is asked; of the nine topics which one, the weight of all words tells better
(`flows/lexicon/topics.tsv`). It also finds the question that no pattern foresaw.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from helpline.triage.heard import Hit
from helpline.triage.lexicon import Sense
from helpline.triage.normalise import Raw
from helpline.triage.told import Told
from helpline.triage.weigh import likeliest
from helpline.triage.weights import Weights

TOPIC = "topic"
"""The intent of somebody who asks for facts; its value names the topic."""
ASKING = "{asking}"
"""The idea (`ideas.yaml`) of words with which people ask."""
_SEARCH = 4
"""Words, at most, that may be a search ("miscarriage causes"); more, without any that asks, tell."""
_CIRCUMSTANCES = frozenset((
    "pregnant", "recent_event", "days_since_event", "gestation_weeks", "trimester", "for_whom", "age_group",
    "pregnancy_test", "scan_confirmed"))
"""Findings that tell who and when: questions name them. Any other is a symptom, and goes to triage."""


def by_pattern(told: Iterable[Told]) -> str | int | None:
    """Return the topic that most of what was asked points to; of equals the one with more words."""
    asked = [t for t in told if t.sense is Sense.INTENT and t.id == TOPIC and t.value is not None]
    votes = Counter(t.value for t in asked)
    length = Counter[str | int | None]()
    for item in asked:
        length[item.value] += item.end - item.start
    return max(votes, key=lambda value: (votes[value], length[value]), default=None)


def ails(findings: Iterable[Hit]) -> bool:
    """Return whether something is told that may be wrong, and not only who she is and how far along."""
    return any(hit.id not in _CIRCUMSTANCES and hit.value not in ("no", "none", 0) for hit in findings)


def by_weight(intents: tuple[Hit, ...], findings: Iterable[Hit], text: str, words: Sequence[Raw],
              weights: Weights) -> tuple[Hit, ...]:
    """Return the intents with the topic that all words point to.

    Who wants something else is left alone; so is, unless a pattern hears a question, who tells a symptom; and
    so is the bare name of a topic, which leaves no word to weigh.
    """
    others = tuple(hit for hit in intents if hit.id != TOPIC)
    asked = next((hit for hit in intents if hit.id == TOPIC), None)
    if others or (asked is None and ails(findings)) or (asked is not None and _named(asked, text)):
        return intents
    if asked is None and len(words) > _SEARCH and not _asks(text, words, weights):
        return intents
    found = likeliest(words, weights, suspected=asked is not None)
    if found is None:
        return intents
    return (Hit("intent", TOPIC, found.name, text[found.start:found.end]),)


def _named(asked: Hit, text: str) -> bool:
    """Return whether a pattern heard the list of topics asked for, or knew the whole text."""
    return asked.value is None or (asked.words == text.strip() and len(text.split()) <= _SEARCH)


def _asks(text: str, words: Sequence[Raw], weights: Weights) -> bool:
    return "?" in text or any(ASKING in weights.ideas_of(word.word) for word in words)
