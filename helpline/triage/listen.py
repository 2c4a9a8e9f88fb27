"""Words in, answer out: what every text and every spoken sentence goes through, in every state."""

from __future__ import annotations

from dataclasses import replace

from helpline.triage import contact, country, intents, left, misheard, onward, same, through, where
from helpline.triage.advise import EMERGENCY, advise
from helpline.triage.ask import (
    ABANDONED,
    GREETING,
    KEYS_ONLY,
    LEFT,
    LEFT_UNKNOWN,
    NUDGE,
    SAME_PERSON,
    missed,
    offer_languages,
    open_question,
    repeat,
    standing,
)
from helpline.triage.cases import open_case
from helpline.triage.effects import Count
from helpline.triage.heard import Hit, Question, QuestionKind, Understanding
from helpline.triage.interview import DANGER_IN_ONE
from helpline.triage.record import record, record_weighed
from helpline.triage.state import Asked, Channel, FindingId, Flag, Level
from helpline.triage.turn import Turn
from helpline.triage.understand import understand
from helpline.triage.wishes import beside_stop, not_unsafe

NOISE, MOST_NOISE = "noise", 3
"""Remembered: how often a call at its end was not understood; and after how often it ends."""

ABANDONED_ONCE = "abandoned"
"""Remembered when the questions broke off in silence, so that her next word takes them up again."""


def hear(turn: Turn, text: str, channel: Channel, *, late: bool = False) -> None:
    """Take words: understand them in the light of the open question, write down, and answer.

    `late` words answer a question that is no longer open: they are only scanned for what she volunteers.
    """
    contact.refresh(turn, channel)
    turn.text = text
    if intents.is_codeword(turn, text):
        intents.leave(turn)
        return
    question = None if late else standing(turn.flow, turn.state)
    heard = understand(text, question, turn.flow.lexicons, turn.state.language, channel)
    heard = not_unsafe(text, _our_label(_only_asks(heard), question, text))
    heard = misheard.kept(turn, heard, question)
    turn.understood = heard.hits()
    country.heard(turn, heard)
    _language(turn, heard)
    fresh = contact.WELCOMED not in turn.state.extra
    if fresh:
        turn.remember(contact.WELCOMED, "yes")
    if _resumes(turn, heard):
        contact.stale(turn)
    answered = _corrected(turn, heard) or record(turn, heard)
    weighed = record_weighed(turn, heard)
    if weighed is not heard:
        heard, turn.understood = weighed, weighed.hits()
    misheard.say_back(turn, heard, question)
    turn.clear_timers(NUDGE, ABANDONED)
    turn.remember("silences", None)
    alarmed = onward.alarm(turn, heard)
    stops = next((h for h in beside_stop(text, heard.intents) if h.id == "stop"), None)
    if alarmed and stops:  # danger is answered first, and STOP is obeyed all the same
        intents.stop(turn, stops, heard, fresh)
    elif alarmed:
        _after_alarm(turn, fresh)
    elif not intents.handle(turn, heard, fresh=fresh):
        _answer(turn, heard, answered=answered, fresh=fresh, late=late)


def _our_label(heard: Understanding, question: Question | None, text: str) -> Understanding:
    """Take one of our own labels sent back as the answer that it is, and as nothing beside."""
    said = text.strip(" .!").casefold()
    picked = next((c for c in question.choices if c.label.casefold() == said), None) if question else None
    if question is None or picked is None:
        return heard
    if len(question.findings) == 1:
        return Understanding(answers=(Hit("answer", question.findings[0], picked.id, text),))
    value = picked.id if question.kind is QuestionKind.MENU else "yes"
    return Understanding(answers=(Hit("answer", picked.id, value, text),))


def _only_asks(heard: Understanding) -> Understanding:
    """Drop what stands only inside a question for facts: "do clots mean miscarriage" tells nothing."""
    topic = next((h.words for h in heard.intents if h.id == "topic"), "")
    if not topic or heard.interrupts or any(h.words not in topic for h in heard.findings):
        return heard
    own = tuple(a for a in heard.answers if a.words not in topic or a.words.strip() == topic.strip())
    return replace(heard, findings=(), answers=own, loss_told=False)


def _corrected(turn: Turn, heard: Understanding) -> bool:
    """Take "sorry, i meant 3" for the question before, where it answers that one.

    The corrected answer counts from now on; what she has been told stands.
    """
    if not heard.correction or heard.answers or not turn.state.trail:
        return False
    open_now = turn.state.asked
    id, *findings = turn.state.trail[-1].split()
    before = Asked(id, tuple(map(FindingId, findings)), turn.at, turn.state.turn)
    turn.change(asked=before)
    question = standing(turn.flow, turn.state)
    again = understand(turn.text, question, turn.flow.lexicons, turn.state.language, turn.state.channel)
    meant = again.answers and record(turn, again)
    turn.change(asked=None if meant else open_now)
    if meant:
        turn.understood = again.hits()
        turn.say("correction.done", answer=again.answers[0].words)
    return bool(meant)


def _language(turn: Turn, heard: Understanding) -> None:
    if heard.language and heard.language in turn.flow.languages and heard.language != turn.state.language:
        turn.change(language=heard.language)


def _resumes(turn: Turn, heard: Understanding) -> bool:
    """Return whether she comes back with news after her symptoms have gone stale."""
    return turn.state.asked is None and bool(heard.findings or heard.interrupts)


def _after_alarm(turn: Turn, fresh: bool) -> None:
    if fresh:
        _greet(turn)
    if turn.state.disposition == EMERGENCY:
        if turn.voice:
            through.to_staff(turn, "connect.emergency")
            open_question(turn, "after_call")
            turn.change(ended=True)
        return
    if not through.offer_crisis_line(turn):
        onward.crisis_first(turn)


def _greet(turn: Turn) -> None:
    """Say who this is: behind what cannot wait, before anything else."""
    waits = turn.state.disposition is None and Flag.CRISIS not in turn.state.flags
    turn.replies.insert(0 if waits else len(turn.replies), turn.word("welcome_short"))


def _answer(turn: Turn, heard: Understanding, *, answered: bool, fresh: bool, late: bool) -> None:
    doubt = FindingId(heard.doubt.id) if heard.doubt else None
    if doubt and doubt not in turn.state.findings:
        if fresh:
            turn.say("welcome_short")
        if doubt == DANGER_IN_ONE and onward.danger_next(turn):
            turn.remember(onward.DOUBTED, "yes")
            onward.go_on(turn)  # the screen itself decides: it would ask the same once more
        else:
            open_question(turn, doubt, (doubt,))
    elif fresh:
        turn.say("welcome")
        onward.go_on(turn)
    elif answered:
        onward.go_on(turn)
    elif turn.state.asked is None:
        _unprompted(turn, heard)
    elif late or (heard.findings and heard.hits()):
        repeat(turn)
    else:
        not_understood(turn)


def again(turn: Turn) -> None:
    """Say something to whoever got no answer: the open question, or the advice once more."""
    if turn.state.asked is not None:
        repeat(turn)
    elif turn.state.disposition is not None:
        advise(turn, turn.assess())
    else:
        turn.say("idle")


def _unprompted(turn: Turn, heard: Understanding) -> None:
    """Words while no question is open: news goes into triage, the rest gets a kind way back."""
    left = ABANDONED_ONCE in turn.state.extra
    if left:
        turn.remember(ABANDONED_ONCE, None)
        contact.stale(turn)
        turn.say("stale_answer")
    if left or heard.findings or turn.state.disposition is None:
        turn.change(ended=False)
        onward.go_on(turn)
    elif turn.voice and turn.state.disposition == EMERGENCY:  # a text told of it while she was on the phone
        advise(turn, turn.assess())
        _after_alarm(turn, False)
    elif turn.voice:
        onward.told_again(turn)
    else:
        turn.say("idle")
        turn.change(ended=True)


def not_understood(turn: Turn) -> None:
    """Ask once more, more simply; the second time take the careful branch and tell a person.

    A call then listens to keys only: what was taken for words may be music or a crowd.
    """
    if turn.state.asked is not None and turn.state.asked.id == onward.AFTER_CALL:
        onward.told_again(turn)
        _end_of_noise(turn)
        return
    misses = missed(turn)
    turn.effects.append(Count("unclear", turn.state.asked.id if turn.state.asked else ""))
    offered = turn.state.asked is not None and turn.state.asked.id in (LEFT, LEFT_UNKNOWN)
    if offered:
        (left.again if misses <= 1 else left.go_on)(turn)
        return
    if misses <= 1:
        turn.say("unclear.heard" if turn.read_back else "unclear.again", words=turn.read_back)
        if turn.voice and not turn.state.trail:
            offer_languages(turn)
            turn.remember(GREETING, "yes")
        repeat(turn, again=True)
    else:
        _to_a_person(turn)


def _to_a_person(turn: Turn) -> None:
    """Tell a person, and go on with the open question taken as not sure."""
    asked = turn.state.asked
    assert asked is not None
    if turn.voice:
        turn.say("unclear.keys")
        turn.remember(KEYS_ONLY, "yes")
    if onward.LEAST not in turn.state.extra:
        turn.say("unclear.person")
        turn.remember(onward.LEAST, turn.flow.table.defaults.not_understood_twice)
    open_case(turn, Level.URGENT, ("not_understood_twice",))
    if asked.findings:
        take_as_unsure(turn)
        return
    if asked.id == SAME_PERSON:
        same.answered(turn, "unsure")
    elif asked.id == where.COUNTRY:
        country.take(turn, where.ANOTHER)
    turn.change(asked=None)
    onward.crisis_first(turn)


def _end_of_noise(turn: Turn) -> None:
    """End a call that has said all and hears only noise: after the advice, with the number once more."""
    count = int(turn.state.extra.get(NOISE, "0")) + 1
    turn.remember(NOISE, str(count))
    if count >= MOST_NOISE:
        turn.replies.pop()
        turn.say("goodbye")
        turn.hangup = True


def take_as_unsure(turn: Turn) -> None:
    """Take the open question as answered with unsure: a screen goes on one by one."""
    asked = turn.state.asked
    assert asked is not None
    id = asked.findings[0] if len(asked.findings) == 1 else asked.id
    answer = Hit("answer", id, "unsure", "")
    record(turn, Understanding(answers=(answer,)))
    onward.alarm(turn, Understanding())
    if turn.state.disposition != EMERGENCY:
        onward.go_on(turn)
