"""Questions: which stands, how it is put in her language and channel, and putting the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from helpline.triage import where
from helpline.triage.effects import Listen, Prompt
from helpline.triage.findings import Finding
from helpline.triage.flow import Flow, Interview
from helpline.triage.heard import Choice, Question, QuestionKind
from helpline.triage.interview import Next
from helpline.triage.state import Asked, Channel, FindingId, Language, State, Timer, TimerName
from helpline.triage.turn import Turn
from helpline.triage.wording import plain, word

NUDGE, ABANDONED = TimerName("nudge"), TimerName("abandoned")

CRISIS_OFFER = "connect.crisis"
"""Asked on a call after crisis words: a crisis line, a nurse, or the questions."""

LEFT, LEFT_UNKNOWN = "connect.left", "connect.left.message"
"""Asked on a call when no nurse was reached: a call back, a message, or neither; the second where no call
back can be."""

SAME_PERSON = "same_person"
"""Asked when a phone writes again: whether it is about the same person."""

OF_THE_INTERVIEW = frozenset({SAME_PERSON, where.COUNTRY})
"""Questions that settle no finding and yet are of the interview: silence at them is silence in the middle."""

CONFIRM = {
    "erase": ("yes", "no"),
    "offer.checkins": ("accept", "decline"),
    "offer.support": ("accept", "decline"),
    "after_call": (),
    SAME_PERSON: ("yes", "no", "unsure"),
    CRISIS_OFFER: ("crisis_line", "nurse", "go_on"),
    LEFT: ("callback", "message", "neither"),
    LEFT_UNKNOWN: ("message", "neither"),
}
"""Questions that settle no finding, and what may be picked."""

MENU = "menu.topics"
BACK, PERSON, LANGUAGE_KEYS = "9", "0", "876"
"""Keys of a call that mean the same on every question but one for a number; the last only in the greeting."""

FOR_OTHER = "for_other"
"""Remembered once who asks for somebody else was told whom the questions mean (evidence 7.5)."""
_SAYS_NO_YOU = frozenset(("danger", "confused_drowsy", "person_with_caller"))
_OF_THE_MIND = frozenset(("self_harm_thoughts", "suicide_now", "attempt_made"))
GREETING = "greeting"
"""Remembered from the beginning of a call to its first answer: then another language may be picked by key."""

KEYS_ONLY = "keys_only"
"""Remembered once a call was twice not understood: noise is not to be taken for words again."""

A_PAGE = 4
"""Entries of a menu that an ear holds at once; behind them stands "more"."""
_REMEMBERED = 5000
"""Questions kept put together: each that may stand, in each language and channel."""


def standing(flow: Flow, state: State) -> Question | None:
    """Return the question that stands, as understanding needs it; None when none does."""
    asked = state.asked
    if asked is None:
        return None
    country = state.extra.get(where.NUMBER) if asked.id == where.COUNTRY else None
    key = (asked.id, asked.findings, state.language, state.channel, country, asked.misses > 0)
    found = flow.questions.get(key)
    if found is None:
        if len(flow.questions) >= _REMEMBERED:
            flow.questions.clear()
        found = flow.questions[key] = _question(flow, state, asked)
    return found


def _question(flow: Flow, state: State, asked: Asked) -> Question:
    if not asked.findings:
        return _without_finding(flow, state, asked.id)
    if len(asked.findings) > 1:
        return _screen(flow, state, asked)
    finding = flow.table.findings[asked.findings[0]]
    kind = QuestionKind(finding.kind)
    choices = () if finding.numeric else tuple(_choices(flow, state, finding))
    no, again = finding.no_counts_as or "", asked.misses > 0
    return Question(asked.id, kind, asked.findings, choices, finding.min, finding.max, no, again)


def _screen(flow: Flow, state: State, asked: Asked) -> Question:
    if state.channel is Channel.VOICE:
        return Question(asked.id, QuestionKind.ANY, asked.findings, _yes_no(flow, state))
    none = Choice("none", "0", _label(flow, state, "choice.none"))
    items = tuple(
        Choice(f, str(n), _label(flow, state, _item(flow, asked.id, f)))
        for n, f in enumerate(asked.findings, 1)
    )
    return Question(asked.id, QuestionKind.SCREEN, asked.findings, (*items, none))


def _item(flow: Flow, screen: str, finding: FindingId) -> str:
    return f"item.{flow.table.screen_of(screen, finding)}.{finding}"


def _without_finding(flow: Flow, state: State, id: str) -> Question:
    if is_menu(id):
        return Question(id, QuestionKind.MENU, (), tuple(_topics(flow, state, id)))
    picks = where.picks(flow, state) if id == where.COUNTRY else CONFIRM.get(id, ())
    choices = tuple(
        Choice(p, str(n), _label(flow, state, f"choice.{_plain_name(p)}")) for n, p in enumerate(picks, 1)
    )
    return Question(id, QuestionKind.MENU, (), choices)


def is_menu(id: str) -> bool:
    """Return whether a question is the menu of topics, or a later page of it."""
    return id.partition(":")[0] == MENU


def next_page(flow: Flow, id: str) -> str:
    """Return the page of the menu that follows; the first follows the last."""
    page = int(id.partition(":")[2] or 0) + 1
    return f"{MENU}:{page}" if page * A_PAGE < len(flow.topics) else MENU


def _topics(flow: Flow, state: State, id: str) -> Iterable[Choice]:
    """Return all topics for the eye; for the ear four at a time and the way to more."""
    topics = list(flow.topics)
    if state.channel is Channel.VOICE:
        first = int(id.partition(":")[2] or 0) * A_PAGE
        topics = [*topics[first : first + A_PAGE], *(["more"] if len(topics) > A_PAGE else [])]
    for n, topic in enumerate(topics, 1):
        label = "choice.more" if topic == "more" else f"topic.{topic}.name"
        yield Choice(topic, str(n), _label(flow, state, label))


def _plain_name(pick: str) -> str:
    return {"accept": "yes", "decline": "no"}.get(pick, pick)


def _choices(flow: Flow, state: State, finding: Finding) -> Iterable[Choice]:
    if finding.kind == "yes_no":
        yield from _yes_no(flow, state)
        return
    for n, value in enumerate(finding.values, 1):
        yield Choice(value, str(n), _label(flow, state, f"choice.{finding.id}.{value}"))
    if finding.unsure_as is not None:
        yield Choice("unsure", str(len(finding.values) + 1), _label(flow, state, "choice.unsure"))


def _yes_no(flow: Flow, state: State) -> tuple[Choice, ...]:
    return tuple(
        Choice(v, str(n), _label(flow, state, f"choice.{v}"))
        for n, v in enumerate(("yes", "no", "unsure"), 1)
    )


def _label(flow: Flow, state: State, message: str) -> str:
    return word(flow, state.language, state.channel, message)


def put(flow: Flow, state: State, *, again: bool = False) -> str:
    """Return the standing question in words, with its choices."""
    question = standing(flow, state)
    if question is None or state.asked is None:
        return ""
    if state.channel is Channel.VOICE:
        return _spoken(flow, state, question, again=again)
    message = _message(flow, state.language, question, again=again)
    lines = [word(flow, state.language, state.channel, message)]
    lines += [f"{c.key} {c.label}" for c in question.choices]
    return plain(flow, state.language, "\n".join(lines))


def _message(flow: Flow, language: Language, question: Question, *, again: bool) -> str:
    base = _base(question)
    simpler = f"{base}.again"
    return simpler if again and flow.has(language, simpler) else base


def _base(question: Question) -> str:
    if question.kind in (QuestionKind.SCREEN, QuestionKind.ANY):
        return f"screen.{question.id}"
    return f"ask.{question.findings[0]}" if question.findings else _bare(question.id)


def _bare(id: str) -> str:
    return MENU if is_menu(id) else {"erase": "erase.ask"}.get(id, id)


def _spoken(flow: Flow, state: State, question: Question, *, again: bool) -> str:
    """Return the question for the ear: the words, what may be said, and the keys."""

    def say(message: str, **fill: str) -> str:
        return word(flow, state.language, Channel.VOICE, message, **fill)

    items = ""
    if question.kind is QuestionKind.ANY:
        items = "; ".join(say(_item(flow, question.id, f)) for f in question.findings)
    parts = [say(_message(flow, state.language, question, again=again), items=items)]
    if question.kind in (QuestionKind.CHOICE, QuestionKind.MENU):
        names = ("legend.voice.choice", *("legend.voice.next",) * len(question.choices))
        parts += [say(n, key=c.key, label=c.label) for n, c in zip(names, question.choices, strict=False)]
    else:
        parts.append(say(f"legend.voice.{question.kind}"))
    if question.choices or question.findings:
        full = ".full" if again or len(state.trail) == 1 else ""
        parts.append(say(f"legend.voice.keys{'.number' if numeric(question) else ''}{full}"))
    return " ".join(p for p in parts if p)


def languages_by_key(state: State, flow: Flow) -> dict[str, Language]:
    """Return the key of each other language; one that a choice of the open question has is left out."""
    question = standing(flow, state)
    if question is None or numeric(question):
        return {}
    others = (x for x in flow.languages if x != state.language)
    taken = {c.key for c in question.choices}
    return {key: x for key, x in zip(LANGUAGE_KEYS, others, strict=False) if key not in taken}


def offer_languages(turn: Turn) -> None:
    """Say in each other language how to have it, by key where one is free, else by word."""
    keys = {x: key for key, x in languages_by_key(turn.state, turn.flow).items()}
    for other in turn.flow.languages:
        if other != turn.state.language:
            message = "language.offer" if other in keys else "language.offer.number"
            words = word(turn.flow, other, Channel.VOICE, message, key=keys.get(other, ""))
            turn.asides[words] = other
            turn.replies.append(words)


def numeric(question: Question) -> bool:
    """Return whether every digit of the answer belongs to a number."""
    return question.kind in (QuestionKind.NUMBER, QuestionKind.SCALE)


def ask(turn: Turn, next_: Next) -> None:
    """Put the next question of the interview; say to who answers for another whom the "you" means."""
    if _for_other(turn, next_):
        turn.say("for_other")
        turn.remember(FOR_OTHER, "yes")
    open_question(turn, next_.item.id, next_.findings)


def _for_other(turn: Turn, next_: Next) -> bool:
    """Return whether that is due: at the first question that says "you", and before one about her mind."""
    whom = turn.state.findings.get(FindingId("for_whom"))
    if whom is None or whom.value != "other" or next_.item.id in _SAYS_NO_YOU:
        return False
    return FOR_OTHER not in turn.state.extra or not _OF_THE_MIND.isdisjoint(next_.findings)


def fits(turn: Turn, finding: FindingId) -> bool:
    """Return whether a question is not out of place: the table would ask it, by what is known."""
    items = [i for i in turn.flow.table.interview if finding in i.findings]
    rules = turn.flow.rulebook
    possible = rules.possible(turn.facts(), rules.every)
    return not items or any(rules.layout.mask(i.when).holds(possible) for i in items)


def open_question(
    turn: Turn, id: str, findings: tuple[FindingId, ...] = (), one_by_one: tuple[FindingId, ...] = ()
) -> None:
    """Let a question stand and add it to the reply. A screen of one is asked as that one."""
    name = findings[0] if len(findings) == 1 else id
    turn.change(
        asked=Asked(name, findings, turn.at, turn.state.turn, one_by_one=one_by_one), step=name, ended=False
    )
    repeat(turn)


def repeat(turn: Turn, *, again: bool = False) -> None:
    """Put the standing question (once more) and wait for the answer."""
    words = put(turn.flow, turn.state, again=again)
    if words:
        turn.replies.append(words)
    wait(turn)


def wait(turn: Turn) -> None:
    """Set the timers of silence for the standing question, or let the call listen."""
    state, question = turn.state, standing(turn.flow, turn.state)
    if question is None:
        return
    if turn.voice:
        hints = tuple(c.label for c in question.choices)[:20]
        most = len(str(int(question.max or 0)))
        keys_only = KEYS_ONLY in state.extra
        turn.listen = Listen(Prompt(question.id, state.turn, numeric(question), hints, most, keys_only))
        return
    if question.findings or question.id in OF_THE_INTERVIEW:
        step = interview_step(turn.flow)
        turn.set_timer(
            Timer(NUDGE, turn.at + step.nudge_after, kind="nudge"),
            Timer(ABANDONED, turn.at + step.case_after, urgent=True, kind="abandoned"),
        )


def interview_step(flow: Flow) -> Interview:
    """Return the interview step of the triage conversation."""
    return next(s for s in flow.conversations["triage"].steps if isinstance(s, Interview))


def missed(turn: Turn) -> int:
    """Count one more answer that was not understood, and return how many it now is."""
    asked = turn.state.asked
    if asked is None:
        return 0
    turn.change(asked=replace(asked, misses=asked.misses + 1), unclear=turn.state.unclear + 1)
    return asked.misses + 1
