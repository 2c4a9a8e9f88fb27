"""Which topic somebody asks for: by the patterns of the lexicon, then by what all the words weigh.

A pattern knows that something is asked; of the nine topics which one, the weight of all words tells better
(`flows/lexicon/topics.tsv`). It also finds the question that no pattern foresaw.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import dropwhile

from helpline.triage.heard import Hit
from helpline.triage.lexicon import STOP_MARK, Lexicon, Sense
from helpline.triage.normalise import Line, Raw
from helpline.triage.told import Told
from helpline.triage.weigh import likeliest

Read = tuple[Lexicon, Line]
TOPIC = "topic"
"""The intent of somebody who asks for facts; its value names the topic."""
ASKING = "{asking}"
"""The idea (`ideas.yaml`) of words with which people ask, though many tell with them, too."""
LEADS, STATEMENTS, QUESTIONS, TELLING = "leads", "statements", "questions", "telling"
"""Lists of the lexicon: words that begin a question, and those of them that do not; words that ask wherever
they stand; words that tell of herself."""
_SEARCH = 4
"""Words, at most, that may be a search ("miscarriage causes"); more, without any that asks, tell."""
CIRCUMSTANCES = frozenset((
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
    return any(hit.id not in CIRCUMSTANCES and hit.value not in ("no", "none", 0) for hit in findings)


def by_weight(intents: tuple[Hit, ...], findings: Iterable[Hit], text: str, words: Sequence[Raw],
              reads: Sequence[Read]) -> tuple[Hit, ...]:
    """Return the intents with the topic that all words point to.

    Who wants something else is left alone; so is, unless a pattern hears a question, who tells a symptom; and
    so is the bare name of a topic, which leaves no word to weigh. Who tells something of herself, and asks
    nothing plainly, asks for no topic.
    """
    others = tuple(hit for hit in intents if hit.id != TOPIC)
    asked = next((hit for hit in intents if hit.id == TOPIC), None)
    told = tuple(findings)
    if others or (asked is None and ails(told)) or (asked is not None and named(asked, text)):
        return intents
    weights, plain, few = reads[0][0].topics, plainly(text, reads), len(words) <= _SEARCH
    if not plain and (told or few) and _tells(words, reads):
        return others
    if asked is None and not (plain or few or any(ASKING in weights.ideas_of(w.word) for w in words)):
        return intents
    found = likeliest(words, weights, suspected=asked is not None)
    if found is None:
        return intents
    return (Hit("intent", TOPIC, found.name, text[found.start:found.end]),)


def named(asked: Hit, text: str) -> bool:
    """Return whether a pattern heard the list of topics asked for, or knew the whole text as one."""
    whole = asked.words == text.strip() and len(text.split()) <= _SEARCH
    return asked.id == TOPIC and (asked.value is None or whole)


def _tells(words: Sequence[Raw], reads: Sequence[Read]) -> bool:
    """Return whether a word tells of herself, or when it was."""
    return any(word.word in lexicon.words(TELLING) for word in words for lexicon, _ in reads)


def plainly(text: str, reads: Sequence[Read]) -> bool:
    """Return whether somebody asks: a mark, a word that begins a question, or words that only ask."""
    return "?" in text or any(_asks(lexicon, line) for lexicon, line in reads)


def _asks(lexicon: Lexicon, line: Line) -> bool:
    return (_anywhere(line.text, lexicon.words(QUESTIONS))
            or any(_opens(begin, lexicon.words(LEADS)) and not _opens(begin, lexicon.words(STATEMENTS))
                   for begin in _beginnings(lexicon, line)))


def _anywhere(text: str, phrases: frozenset[str]) -> bool:
    by_first = _by_first(phrases)
    return any(f" {phrase} " in text for word in text.split() for phrase in by_first.get(word, ()))


def _opens(stretch: str, phrases: frozenset[str]) -> bool:
    begins = _by_first(phrases).get(stretch.partition(" ")[0], ())
    return any(f"{stretch} ".startswith(f"{phrase} ") for phrase in begins)


@lru_cache(64)
def _by_first(phrases: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the phrases by their first words: there are hundreds, of which a message holds few."""
    found: dict[str, tuple[str, ...]] = {}
    for phrase in sorted(phrases):
        first = phrase.partition(" ")[0]
        found[first] = (*found.get(first, ()), phrase)
    return found


def _beginnings(lexicon: Lexicon, line: Line) -> Iterable[str]:
    """Return each stretch of a line, from where it begins behind a full stop or comma and polite words."""
    filler, joiners = lexicon.words("filler"), lexicon.words("joiners")
    stretch: list[str] = []
    for token in (*line.tokens, None):
        if token is None or token.soft or token.word == STOP_MARK:
            yield " ".join(dropwhile(lambda word: word in filler or word in joiners, stretch))
            stretch = []
        if token is not None and token.word != STOP_MARK:
            stretch.append(token.word)
