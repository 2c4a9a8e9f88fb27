"""Answers to the open question: keys, labels, yes and no in every wording, numbers with their units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from helpline.triage.figures import PADS, bare, corrected, pads, pointed, youngest
from helpline.triage.heard import Choice, Hit, Question, QuestionKind
from helpline.triage.lexicon import STOP_MARK, Lexicon, Sense
from helpline.triage.normalise import Line, words_of
from helpline.triage.state import FindingId
from helpline.triage.told import NO, UNSURE, YES, Told, age_group

Read = tuple[Lexicon, Line]
_SEVERAL = (QuestionKind.SCREEN, QuestionKind.ANY)
_KEYS = re.compile(r"[0-9](?:[\s,.;&+/-]*(?:\b(?:and|y|e|n)\b)?[\s,.;&+/-]*[0-9])*[\s.!)]*\Z")
NONE, ANY = "none", "any"
_OWN_NUMBERS = [(FindingId(finding),) for finding in (*PADS, "age_group", "fever")]
"""Questions without a number's kind that people answer with a number of their own, not with a key."""
LONG_AGO = "long_ago"
"""What ended longer ago than the question for its day allows."""
_OFFERS = ("connect.left", "connect.left.message", "connect.crisis")
"""Offers on a call whose choices are named in few words."""
_BESIDE = 2
"""Words beside a no, at most, with which it still says how much it hurts: "no not now"."""
_PLAIN_NO = 9
"""Words, at most, in a plain no; a longer story is no plain no."""


def _hit(identity: str, value: str | int, words: str) -> Hit:
    return Hit("answer", identity, value, words)


def keyed(text: str, question: Question) -> tuple[Hit, ...]:
    """Read an answer that is nothing but keys. A number question takes its figures, in range."""
    plain = text.strip().rstrip(".!)")
    if not plain or not plain[0].isdecimal() or not plain.isascii():
        return ()
    if question.kind in (QuestionKind.NUMBER, QuestionKind.SCALE):
        return _figure(plain, question)
    if question.kind is QuestionKind.ANY:
        return _any_key(plain)
    for choice in question.choices:
        if choice.key == plain:
            return (_picked(choice, question, plain),)
    if question.kind is QuestionKind.SCREEN and _KEYS.match(plain.lower()):
        return _several(plain, question)
    return ()


def _pointed(text: str, question: Question, reads: Sequence[Read]) -> tuple[Hit, ...]:
    """Read a choice that is pointed at: "option one", "press 2", "la primera", or its number in words."""
    if question.findings[:1] in _OWN_NUMBERS:
        return ()
    keys = next((k for k in (pointed(line, lexicon) for lexicon, line in reads) if k), "")
    return tuple(replace(h, words=text.strip()) for h in keyed(keys, question))


def _figure(plain: str, question: Question) -> tuple[Hit, ...]:
    if plain.isdecimal() and question.findings and question.min <= int(plain) <= question.max:
        return (_hit(question.findings[0], int(plain), plain),)
    return ()


def _any_key(plain: str) -> tuple[Hit, ...]:
    """Read a key pressed at "does any of these fit?": 1 yes, 2 no, 3 not sure."""
    return {"1": (_hit(ANY, YES, plain),), "2": (_hit(NONE, YES, plain),),
            "3": (_hit(ANY, UNSURE, plain),)}.get(plain, ())


def _picked(choice: Choice, question: Question, words: str) -> Hit:
    """Return the answer that picking a choice is: on a screen a finding, on a menu an entry."""
    if question.kind in _SEVERAL:
        return _hit(choice.id, YES, words)
    if question.kind is QuestionKind.MENU or not question.findings:
        return _hit(choice.id, choice.id, words)
    return _hit(question.findings[0], choice.id, words)


def _several(plain: str, question: Question) -> tuple[Hit, ...]:
    keys = {c.key: c for c in question.choices}
    pressed = dict.fromkeys(re.findall(r"[0-9]", plain))
    none = [k for k in pressed if k in keys and keys[k].id == NONE] or [k for k in pressed if k not in keys]
    if none and (len(pressed) > 1 or none[0] not in keys):
        return ()
    return tuple(_picked(keys[k], question, plain) for k in pressed)


def answer(text: str, question: Question, reads: Sequence[Read], told: Sequence[Told],
           findings: dict[str, Told]) -> tuple[Hit, ...]:
    """Return what answers `question`, empty when nothing plainly does."""
    if _KEYS.match(text.strip().lower()) and question.kind in _SEVERAL:
        return ()
    if question.kind in _SEVERAL:
        return _pointed(text, question, reads) or _screen(text, question, reads, told, findings)
    carried = (_corrected(text, question, reads) or _carried(text, question, findings)
               or _weeks_open(text, question, findings))
    if carried:
        return carried
    if question.kind in (QuestionKind.NUMBER, QuestionKind.SCALE):
        return _number(text, question, reads, told)
    if question.no_means and reply_of(reads, told) == NO and not _written_out(text, question):
        return (_hit(question.findings[0], question.no_means, text.strip()),) if question.again else ()
    chosen = _chosen(text, question, reads)
    if chosen:
        return chosen
    age = _age(text, question, reads)
    if question.kind is QuestionKind.MENU:
        return _consent(text, question, reads, told)
    return age or _yes_no(text, question, reads, told) or _pads(text, question, reads)


def _carried(text: str, question: Question, findings: dict[str, Told]) -> tuple[Hit, ...]:
    """Return the answer that a told finding is. A number must be in range."""
    for finding in question.findings:
        item = findings.get(finding)
        if item is None or item.value is None:
            continue
        if isinstance(item.value, int) and question.max and not question.min <= item.value <= question.max:
            continue
        return (_hit(finding, item.value, item.words(text)),)
    return ()


def _weeks_open(text: str, question: Question, findings: dict[str, Told]) -> tuple[Hit, ...]:
    """Take a third of the pregnancy ("full term", "due in march") for the weeks: their number stays open."""
    third = findings.get("trimester")
    known = third is not None and third.value not in (None, "unknown")
    if third is None or not known or question.findings[:1] != ("gestation_weeks",):
        return ()
    return (_hit(question.findings[0], 0, third.words(text)),)


def _first(numbers: Iterable[int | None]) -> int | None:
    return next((n for n in numbers if n is not None), None)


def _corrected(text: str, question: Question, reads: Sequence[Read]) -> tuple[Hit, ...]:
    """Return the number that she put right: "21 weeks sorry 12"."""
    if question.kind not in (QuestionKind.NUMBER, QuestionKind.SCALE):
        return ()
    finding = question.findings[0]
    right = _first(corrected(line, lexicon, finding) for lexicon, line in reads)
    return (_hit(finding, right, text.strip()),) if right is not None and _fits(right, question) else ()


def _fits(number: int, question: Question) -> bool:
    return question.min <= number <= question.max


def _pads(text: str, question: Question, reads: Sequence[Read]) -> tuple[Hit, ...]:
    """Read a count of pads as an answer to whether she soaks one an hour."""
    if question.findings[:1] not in [(finding,) for finding in PADS]:
        return ()
    said = next((n for n in (pads(line, lexicon) for lexicon, line in reads) if n is not None), None)
    return (_hit(question.findings[0], said, text.strip()),) if said else ()


def _label(text: str, question: Question) -> Choice | None:
    """Return the choice whose label or id she wrote out."""
    said = _plain(text)
    for choice in question.choices:
        if said and said in (_label_words(choice.label), _label_words(choice.id.replace("_", " "))):
            return choice
    return None


def _chosen(text: str, question: Question, reads: Sequence[Read]) -> tuple[Hit, ...]:
    """Read one choice: written out, named in a few words, or pointed at."""
    label = _label(text, question) or _named(text, question)
    return (_picked(label, question, text.strip()),) if label else _pointed(text, question, reads)


def _written_out(text: str, question: Question) -> bool:
    """Return whether she wrote out the label of a choice."""
    return _plain(text) in {_plain(choice.label) for choice in question.choices}


def _named(text: str, question: Question) -> Choice | None:
    """Return the only choice of an offer of which a few words name something: "call me back, please"."""
    if question.kind is not QuestionKind.MENU or question.id not in _OFFERS:
        return None
    said = set(_plain(text).split())
    if len(said) > _PLAIN_NO:
        return None
    named = [c for c in question.choices if said & {w for w in _label_words(c.label).split() if len(w) > 3}]
    return named[0] if len(named) == 1 else None


@lru_cache(2048)
def _label_words(label: str) -> str:
    """Return the words of one of our own labels; what she writes is never kept."""
    return _plain(label)


def _plain(text: str) -> str:
    return " ".join(t.word for t in words_of(text, {}) if t.word != STOP_MARK)


def _screen(text: str, question: Question, reads: Sequence[Read], told: Sequence[Told],
            findings: dict[str, Told]) -> tuple[Hit, ...]:
    said = f" {_plain(text)} "
    ticked = [_picked(c, question, text.strip()) for c in question.choices
              if c.id in question.findings and _label_words(c.label)
              and f" {_label_words(c.label)} " in said]
    names = {h.id for h in ticked}
    ticked += [_hit(f, str(findings[f].value), findings[f].words(text)) for f in question.findings
               if f in findings and f not in names and findings[f].value in (YES, UNSURE)]
    if ticked:
        return tuple(ticked)
    reply = reply_of(reads, told)
    if reply == NO and not _tells_more(findings, question) and not _of_a_sign(reads, told):
        return (_hit(NONE, YES, text.strip()),)
    return (_hit(ANY, reply, text.strip()),) if reply in (YES, UNSURE) else ()


def _of_a_sign(reads: Sequence[Read], told: Sequence[Told]) -> bool:
    """Return whether the no belongs to a sign: "no bleeding, contractions" answers no screen."""
    no = min((t for t in told if t.sense is Sense.REPLY and t.id == NO), key=lambda t: (t.start, -t.end))
    return any(t.denied or t.value in (NO, NONE, 0) for t in told
               if t.sense is Sense.FINDING and t.end > no.end and _begins_with(no, t, reads))


def _begins_with(no: Told, sign: Told, reads: Sequence[Read]) -> bool:
    """Return whether a sign stands right behind a no, with nothing between but "any" and the like."""
    if sign.start < no.end:
        return True
    plain = frozenset[str]().union(*(x.words("modifiers") | x.words("details") for x, _ in reads))
    ahead = [t for t in reads[0][1].tokens if no.end <= t.start <= sign.start]
    return not any(t.soft or t.word == STOP_MARK for t in ahead) and all(t.word in plain for t in ahead[:-1])


def _tells_more(findings: dict[str, Told], question: Question) -> bool:
    """Return whether a bad sign that was not asked for came along: then her no may be no plain one."""
    return any(f in findings and findings[f].value in (YES, UNSURE) for f in question.findings)


def _number(text: str, question: Question, reads: Sequence[Read], told: Sequence[Told]) -> tuple[Hit, ...]:
    finding = question.findings[0]
    days = next((t for t in told if t.id == "ago" and t.value is not None), None)
    if days is not None and finding in ("days_since_event", "bleeding_days") and question.min <= int(
            days.value or 0) <= question.max:
        return (_hit(finding, int(days.value or 0), days.words(text)),)
    told_number = _first(bare(line, lexicon, finding) for lexicon, line in reads)
    longest = max(told_number or 0, int(days.value or 0) if days else 0)
    if finding == "days_since_event" and longest > question.max:
        return (_hit(finding, LONG_AGO, text.strip()),)
    if told_number is not None and _fits(told_number, question):
        return (_hit(finding, told_number, text.strip()),)
    reply = reply_of(reads, told)
    if reply == UNSURE:
        return (_hit(finding, UNSURE, text.strip()),)
    nothing = reply == NO and finding == "pain_score" and _nothing_else(reads, told)
    return (_hit(finding, 0, text.strip()),) if nothing else ()


def _nothing_else(reads: Sequence[Read], told: Sequence[Told]) -> bool:
    """Return whether a no is all that is said: "no it wasnt birth, it was a loss" answers nothing of pain."""
    if any(t.sense is Sense.CORRECTION or t.sense is Sense.FINDING for t in told):
        return False
    filler = frozenset[str]().union(*(x.words("filler") | x.words("number_filler") for x, _ in reads))
    said = [t for t in told if t.sense is Sense.REPLY]
    words = [t for _, line in reads for t in line.tokens if t.word != STOP_MARK and t.word not in filler]
    beside = {t.start for t in words if not any(s.start <= t.start < s.end for s in said)}
    return len(beside) <= _BESIDE


def _tells_anything(told: Sequence[Told]) -> bool:
    return any(t.sense is Sense.DOUBT or (t.sense is Sense.FINDING and t.value in (YES, UNSURE))
               for t in told)


def _age(text: str, question: Question, reads: Sequence[Read]) -> tuple[Hit, ...]:
    if question.findings[:1] != ("age_group",):
        return ()
    for lexicon, line in reads:
        told = youngest(line, lexicon)
        group = age_group(told[0]) if told else None
        if told and group:
            token = line.tokens[told[1].place]
            return (_hit("age_group", group, text[token.start:token.end]),)
    return ()


def _yes_no(text: str, question: Question, reads: Sequence[Read], told: Sequence[Told]) -> tuple[Hit, ...]:
    reply = reply_of(reads, told)
    if reply == NO and _tells_anything(told) and _of_a_sign(reads, told):
        return ()  # "no bleeding, contractions" says nothing of a faint
    offered = {c.id for c in question.choices}
    if question.kind is QuestionKind.YES_NO:
        offered |= {YES, NO}
    if reply == NO and NO not in offered and NONE in offered:
        reply = NONE
    if reply is None or not question.findings or (reply not in offered and reply != UNSURE):
        return ()
    return (_hit(question.findings[0], reply, text.strip()),)


def _consent(text: str, question: Question, reads: Sequence[Read], told: Sequence[Told]) -> tuple[Hit, ...]:
    """Read a yes or no to an offer, whose choices may be called accept and decline."""
    said, picks = reply_of(reads, told), {c.id for c in question.choices}
    reply = next((r for r in (said, {YES: "accept", NO: "decline"}.get(said or "")) if r in picks), None)
    return (_hit(reply, reply, text.strip()),) if reply else ()


def reply_of(reads: Sequence[Read], told: Sequence[Told]) -> str | None:
    """Return yes, no or unsure when the message says so; None when it does not, or says several.

    Unsure outweighs both; a no must stand at the beginning of a short message or be all of it.
    """
    replies = sorted((t for t in told if t.sense is Sense.REPLY), key=lambda t: (-t.start, t.end))
    said = {t.id: t for t in replies}
    if UNSURE in said:
        return UNSURE
    if YES in said and NO in said:
        return _put_right(replies, reads) or _first_of(said[YES], said[NO], reads)
    if YES in said:
        return YES
    if NO in said:
        return NO if _plain_no(reads, said[NO]) else None
    return None


def _put_right(replies: Sequence[Told], reads: Sequence[Read]) -> str | None:
    """Return the last reply where she puts the one before right: "yes wait no sorry no"; else None."""
    last, first = replies[0], replies[-1]
    marks = [t for lexicon, line in reads for t in line.tokens
             if first.end <= t.start < last.start and t.word in lexicon.words("reply_correctors")]
    return last.id if marks and last.id != first.id else None


def _first_of(yes: Told, no: Told, reads: Sequence[Read]) -> str | None:
    """Return which of the two she began with; "certainly not" begins with the longer."""
    if yes.start == no.start:
        if yes.end > no.end:  # "you know it" holds a "know" that may be a misheard no
            return YES
        return NO if no.end > yes.end and _plain_no(reads, no) else None
    return YES if yes.start < no.start else None


def _plain_no(reads: Sequence[Read], no: Told) -> bool:
    words = [[t for t in line.tokens if t.word != STOP_MARK] for _, line in reads]
    hedged = any(t.word in lexicon.words("hedges") and t.start >= no.end for lexicon, line in reads
                 for t in line.tokens)
    return not hedged and all(len(w) <= _PLAIN_NO for w in words)
