"""Read one message: answer, volunteered findings, red flags, intents, language; never guess.

Deterministic, and explainable: every hit carries the words it went by. The order of things: keys first
(nothing but digits), then both languages are searched for everything, whatever was asked, then the open
question is answered from what was found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from helpline.triage.answers import answer, keyed
from helpline.triage.heard import Hit, Question, Understanding
from helpline.triage.implied import combine, imply, placed
from helpline.triage.lexicon import STOP_MARK, Lexicon, Sense
from helpline.triage.normalise import Line, Raw, line_of, mend, words_of
from helpline.triage.numbers import join_numbers
from helpline.triage.scan import scan
from helpline.triage.state import Channel, FindingId, Language
from helpline.triage.terms import stem
from helpline.triage.told import Told, gather, tell
from helpline.triage.topic import CIRCUMSTANCES, TOPIC, ails, by_weight, named, plainly
from helpline.triage.wanted import wanted
from helpline.triage.weigh import doubted, weigh

LONGEST = 1600
"""Characters that are read of one message; a carrier joins no more."""
_STANDS_FOR = {"emergency": "danger_screen", "crisis": "self_harm_thoughts", "safeguarding": "safe_at_home"}
"""The finding that a weighed alarm is written down as: each has a red flag of that alarm in the table."""
_BODY = frozenset(("gushing", "soaking_pads", "fainted", "shock_signs", "breathing_trouble", "seizure",
                   "confused_drowsy", "cord_or_part", "danger_screen", "pain_score"))
_MIND = frozenset(("suicide_now", "self_harm_thoughts", "attempt_made", "severe_mind_change"))
_ALARM_OF = dict.fromkeys(_BODY, "emergency") | dict.fromkeys(_MIND, "crisis") | {"injury": "safeguarding"}
_DECIDES = {"crisis": "self_harm_thoughts", "emergency": "danger_screen", "safeguarding": "injury"}
"""The question that decides where an alarm is in doubt; the first of those in doubt is asked."""
_FIRM = frozenset(("soaking_pads", "cord_or_part", "severe_mind_change"))
"""Signs that are never in doubt: none of the questions that decide would ask about them."""
_FEW = 3
"""Words that are too few to weigh where a pattern knows any of them."""
_EXPLAINED = 150
"""Points against an alarm, in hundredths, where a pattern found an idiom, a denial, somebody else."""
_GRADED = 200
"""Points against an emergency, in hundredths, where patterns know what ails her: the table grades that. With
fewer the danger screen is asked at once."""
_SHORT, _KNOWN = 5, 300
"""Words, at most, of a short message beside who she is, and the points against an alarm, in hundredths, where
a pattern knows some of them: an answer, a wish, a fact."""
_SCRAPS = 5
"""Words left beside explained ones that are too few to weigh: "no me he" of "no me he desmayado"."""
_PLAIN_WISHES = ("stop", "human", "help", "erase", "restart", "language")
_BESIDE = 2
"""Words beside a wish or an answer, at most, with which it is nothing else."""
_FEW_BESIDE = 4
"""Words beside a danger sign that are too few to speak against it: "ok so i fainted"."""
_SIGN = 4
"""Words, at most, that make up a danger sign; what else stands between them speaks for or against it."""
_LEAD = 1
_LEAD_HEARD = 2
"""Words of one language more than of the other that make the language plain."""


@dataclass(frozen=True, slots=True)
class _Read:
    """One message as read in one language."""

    lexicon: Lexicon
    words: tuple[Raw, ...]
    """As she wrote them: the same for all languages."""
    line: Line
    told: tuple[Told, ...]
    explained: tuple[tuple[int, int], ...]
    """Places in her message whose alarming words mean none: an idiom, a denial, somebody else."""


def understand(text: str, question: Question | None, lexicons: Mapping[Language, Lexicon], language: Language,
               channel: Channel) -> Understanding:
    """Return everything that `text` says, as an answer to `question` if one stands.

    `language` is the one spoken so far; all `lexicons` are always read, its own first.
    """
    if question is not None:
        quick = keyed(text, question)
        if quick:
            return Understanding(answers=quick)
    text = text[:LONGEST]
    ordered = _ordered(lexicons, language)
    words = words_of(text, ordered[0].emoji) if ordered else ()
    reads = [_read(words, lexicon, lexicons, question) for lexicon in ordered]
    told = [item for read in reads for item in read.told]
    findings = _findings(told, reads, question)
    answers = _answers(text, question, reads, told, findings) if question else ()
    asked_of_one = question is not None and len(question.findings) == 1
    believed = frozenset(a.id for a in answers) if asked_of_one else frozenset()
    read = _understanding(text, findings, answers, believed, reads)
    return replace(read, language=_language(reads, channel))


def _answers(text: str, question: Question, reads: list[_Read], told: list[Told],
             findings: dict[str, Told]) -> tuple[Hit, ...]:
    """Return what answers the open question; a no within an alarm ("dont want to live") answers nothing."""
    alarms = reads[0].lexicon.alarms if reads else frozenset()
    alarming = [f for f in findings.values() if (FindingId(f.id), str(f.value)) in alarms]
    own = [t for t in told if t.sense is not Sense.REPLY
           or not any(f.start < t.end and t.start < f.end for f in alarming)]
    return answer(text, question, [(r.lexicon, r.line) for r in reads], own, findings)


def _ordered(lexicons: Mapping[Language, Lexicon], language: Language) -> list[Lexicon]:
    return [lexicons[known] for known in sorted(lexicons, key=lambda other: (other != language, other))]


def _read(words: tuple[Raw, ...], lexicon: Lexicon, lexicons: Mapping[Language, Lexicon],
          question: Question | None) -> _Read:
    others = tuple(lexicons[other] for other in sorted(lexicons) if other != lexicon.language)
    tokens = join_numbers(mend(words, lexicon, others), lexicon)
    line = line_of(tokens)
    asked = frozenset(question.findings) if question else frozenset()
    told, explained = tell(scan(line, lexicon, asked), lexicon)
    places = tuple((line.tokens[m.first].start, line.tokens[max(m.last - 1, m.first)].end) for m in explained)
    return _Read(lexicon, words, line, tuple(told), places)


def _findings(told: list[Told], reads: list[_Read], question: Question | None) -> dict[str, Told]:
    if not reads:
        return {}
    lexicon = reads[0].lexicon
    return combine(imply(gather(placed(told), lexicon.severity)), lexicon)


def _understanding(text: str, findings: dict[str, Told], answers: tuple[Hit, ...], believed: frozenset[str],
                   reads: list[_Read]) -> Understanding:
    told = [item for read in reads for item in read.told]
    alarms = reads[0].lexicon.alarms if reads else frozenset()
    answered = {a.id for a in answers}
    found, volunteered = [], []
    for item in sorted(findings.values(), key=lambda i: (i.start, i.id)):
        if (FindingId(item.id), str(item.value)) in alarms:
            found.append(item)
        elif item.id not in answered:
            volunteered.append(Hit("finding", item.id, item.value, item.words(text), item.implied))
    interrupts, contradicted = _contradicted(found, believed, text, reads)
    if contradicted:
        answers = ()  # what is in doubt settles no screen: the rest of it would count as no
    plain = _plain(reads, answered=bool(answers))
    weighed, graded = ((), None) if plain else _weighed(text, reads, volunteered)
    lines = [(r.lexicon, r.line) for r in reads]
    intents = wanted(text, lines, told, alarmed=bool(interrupts or contradicted))
    doubt = None if interrupts else contradicted or graded or _doubt(text, told)
    if doubt:  # "is it normal to soak 3 pads in an hour" asks for no delay, and for no facts
        intents = tuple(h for h in intents if h.id not in ("snooze", TOPIC))
    if reads and not (interrupts or weighed or answers or doubt):
        intents = by_weight(intents, volunteered, text, reads[0].words, lines)
    return Understanding(
        answers=answers, findings=tuple(volunteered), interrupts=interrupts, intents=intents, doubt=doubt,
        correction=any(t.sense is Sense.CORRECTION for t in told),
        loss_told=any(t.sense is Sense.LOSS for t in told) and "recent_event" in findings,
        weighed=weighed, plainly_asked=plainly(text, lines) or any(named(hit, text) for hit in intents))


def _contradicted(found: list[Told], believed: frozenset[str], text: str,
                  reads: list[_Read]) -> tuple[tuple[Hit, ...], Hit | None]:
    """Return the red flags that stand, and what to ask at once where all the words speak against them.

    Patterns and weight disagree there. Never of what is `believed`, as an answer to a question about it
    alone, nor where few other words are; of words that mean nothing else only if nothing else is the matter.
    """
    kept = tuple(Hit("interrupt", item.id, item.value, item.words(text)) for item in found)
    if not found or not _many_beside(kept, reads[0]):
        return kept, None
    words, weights = reads[0].words, reads[0].lexicon.weights
    loosely, firmly = doubted(words, weights, loose=True), doubted(words, weights)
    open_to = [h for h in kept if h.id not in believed and h.id not in _FIRM]
    off = [h for item, h in zip(found, kept, strict=True)
           if item.loose and h in open_to and _ALARM_OF.get(h.id) in loosely]
    kept = tuple(h for h in kept if h not in off)
    if kept and all(h in open_to and _ALARM_OF.get(h.id) in firmly for h in kept):
        off, kept = [*off, *kept], ()
    if not off:
        return kept, None
    asked = next(name for alarm, name in _DECIDES.items() if any(_ALARM_OF[h.id] == alarm for h in off))
    return kept, Hit("doubt", asked, "yes", off[0].words)


def _many_beside(hits: tuple[Hit, ...], read: _Read) -> bool:
    """Return whether enough words stand beside the signs to speak against them; unknown ones say nothing."""
    filler, known = read.lexicon.words("filler"), read.lexicon.weights.alone
    said = [w for w in read.words if w.word != STOP_MARK and w.word not in filler and stem(w.word) in known]
    return len(said) - sum(min(len(h.words.split()), _SIGN) for h in hits) >= _FEW_BESIDE


def _weighed(text: str, reads: list[_Read], volunteered: list[Hit]) -> tuple[tuple[Hit, ...], Hit | None]:
    """Return what all words add up to, in whatever language, and what is to be asked at once instead.

    Where patterns explained nearly all of them, as an idiom or a denial, there is nothing left to weigh.
    """
    if not reads:
        return (), None
    words, weights = reads[0].words, reads[0].lexicon.weights
    explained = [place for read in reads for place in read.explained]
    left = [word for word in words
            if not any(start <= word.start and word.end <= end for start, end in explained)]
    if len(left) < (_SCRAPS if len(left) < len(words) else _FEW if any(read.told for read in reads) else 1):
        return (), None
    facts = [t for read in reads for t in read.told if t.sense is Sense.FINDING and t.id in CIRCUMSTANCES]
    short = any(read.told for read in reads) and len(_beside(facts, reads[0])) <= _SHORT
    against = _KNOWN if short else _EXPLAINED if len(left) < len(words) else 0
    found = {w.name: Hit("interrupt", _STANDS_FOR[w.name], "unsure", text[w.start:w.end])
             for w in weigh(words, weights, against=against)}
    graded = ails(volunteered) and "emergency" in found and "emergency" not in {
        w.name for w in weigh(words, weights, against=against + _GRADED)}
    doubt = replace(found.pop("emergency"), kind="doubt", value="yes") if graded else None
    return tuple(found.values()), doubt


def _plain(reads: list[_Read], *, answered: bool) -> bool:
    """Return whether a message is a wish, an answer, a loss or who she is, and hardly a word more.

    Then there is nothing to weigh.
    """
    told = [t for read in reads for t in read.told]
    said = [t for t in told
            if (t.sense is Sense.INTENT and t.id in _PLAIN_WISHES) or (answered and t.sense is Sense.REPLY)]
    facts = [t for t in told if t.sense is Sense.LOSS or (t.sense is Sense.FINDING and t.id in CIRCUMSTANCES)]
    if facts and set(_beside(facts, reads[0])) <= reads[0].lexicon.words("filler"):
        return True
    return bool(said) and len(_beside(said, reads[0])) <= _BESIDE


def _beside(said: list[Told], read: _Read) -> list[str]:
    """Return the words of the message that stand outside of what was `said`."""
    return [word.word for word in read.words if word.word != STOP_MARK
            and not any(t.start <= word.start and word.end <= t.end for t in said)]


def _doubt(text: str, told: list[Told]) -> Hit | None:
    return next((Hit("doubt", t.id, t.value, t.words(text)) for t in told if t.sense is Sense.DOUBT), None)


def _language(reads: list[_Read], channel: Channel) -> Language | None:
    """Return the language whose everyday words are plainly more; None when that is open.

    A word said again and again counts once: "la la la" is a song. A letter alone says nothing: "y" is a yes
    as well as an "and". What a machine heard on a call needs more.
    """
    if len(reads) < 2:
        return None
    scores = sorted(((len(r.lexicon.words("marks").intersection(_in_full(r.line))), r.lexicon.language)
                     for r in reads), reverse=True)
    lead = _LEAD_HEARD if channel is Channel.VOICE else _LEAD
    return scores[0][1] if scores[0][0] >= scores[1][0] + lead else None


def _in_full(line: Line) -> set[str]:
    """Return the words of a line that she wrote with more than one letter."""
    return {token.word for token in line.tokens if token.end - token.start > 1}
