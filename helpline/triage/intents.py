"""What she may want at any time, beside answering: stop, help, a person, another language, back, facts.

`handle` returns True when the turn is answered. A report of symptoms always comes first: an intent is only
looked at when the message raised no alarm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from helpline.triage import country, facts, later, left, onward, optin, plans, same, through, where, wishes
from helpline.triage.ask import (
    ABANDONED,
    LEFT,
    LEFT_UNKNOWN,
    NUDGE,
    PERSON,
    open_question,
    repeat,
)
from helpline.triage.cases import forget, open_case
from helpline.triage.contact import RUNNING, stale
from helpline.triage.heard import Hit, Understanding
from helpline.triage.picked import picked
from helpline.triage.record import note
from helpline.triage.state import FindingId, Language, Level
from helpline.triage.thread import held
from helpline.triage.turn import SAME, Turn

_ORDER = (
    "stop",
    "codeword",
    "start",
    "erase",
    "left",
    "human",
    "help",
    "language",
    "restart",
    "back",
    "repeat",
    "hide",
    "exit",
    *wishes.WISHES,
    *later.LATER,
    "same",
    where.COUNTRY,
    "accept",
    "decline",
    "crisis",
    "worse",
    "topic",
    "bleeding",
)
"""When a message wants several things, the first of these is done."""


CODEWORD = "keep_codeword"
"""The word she chose that hides the conversation."""

WITHIN_A_DAY = "within_24_hours"
"""Who was told something milder, and asks for a person, wakes nobody: the case waits in the list."""


def handle(turn: Turn, heard: Understanding, *, fresh: bool) -> bool:
    """Do what she wants, if the message wants something beside answering; return whether it did."""
    wants = {h.id: h for h in (*wishes.beside_stop(turn.text, heard.intents), *picked(turn, heard))}
    found = (name for name in _ORDER if name in wants)
    return any(_HANDLERS[name](turn, wants[name], heard, fresh) for name in found)


def stop(turn: Turn, _: Hit, heard: Understanding, fresh: bool) -> bool:
    """End all that we start, on this commit. One confirmation, where the carrier sends none of its own."""
    optin.stop(turn)
    if turn.state.extra.get("carrier_answered") != "STOP":
        turn.say("stop.done")
    return True


def start(turn: Turn, _: Hit, heard: Understanding, fresh: bool) -> bool:
    """Lift a STOP and bring back what was planned then. From others it is a message like any."""
    if turn.state.consent.stopped is None:
        return False
    turn.change(consent=replace(turn.state.consent, stopped=None))
    plans.restore(turn)
    if turn.state.extra.get("carrier_answered") != "START":
        turn.say("start.done")
        if plans.own(turn.state):
            wishes.tell(turn)
    turn.change(ended=turn.state.asked is None)
    return True


def help_(turn: Turn, _: Hit, heard: Understanding, fresh: bool) -> bool:
    """Say who we are, how to reach a person and how to stop; then go on. "Menu" wants the topics."""
    topics = next((h for h in heard.intents if h.id == "topic" and h.value is None), None)
    if topics is not None:
        return facts.topic(turn, topics, heard, fresh)
    decided = onward.DOUBTED in turn.state.extra and not onward.danger_next(turn)
    if heard.doubt is not None and FindingId(heard.doubt.id) not in turn.state.findings and not decided:
        return False  # a cry for help: one short question decides, at once
    if turn.state.extra.get("carrier_answered") != "HELP":
        turn.say("help.text")
    _carry_on(turn)
    return True


def human(turn: Turn, _: Hit, heard: Understanding, fresh: bool) -> bool:
    """Open a case for who asks for a person, say honestly what happens, and go on with the questions."""
    if turn.text.strip() == PERSON and not turn.voice and turn.state.asked is not None:
        return False  # a text knows no key for a person, and "0 for none" stands under many questions
    mild = turn.state.disposition is not None and turn.told() < turn.flow.table.urgency(WITHIN_A_DAY)
    level = Level.ROUTINE if mild else Level.URGENT
    open_case(turn, level, ("asked_for_person",))
    if not through.to_staff(turn):
        turn.say("human.asked")
    if fresh:
        turn.say("welcome_short")
    _carry_on(turn)
    return True


def language(turn: Turn, hit: Hit, heard: Understanding, fresh: bool) -> bool:
    """Change the language and put the open question in it."""
    wanted = Language(str(hit.value))
    if wanted not in turn.flow.languages:
        turn.say("language.none")
        _carry_on(turn)
        return True
    turn.change(language=wanted)
    if fresh:
        turn.say("welcome")
    else:
        turn.say("language.done")
    _carry_on(turn)
    return True


def erase(turn: Turn, hit: Hit, heard: Understanding, fresh: bool) -> bool:
    """Ask once whether everything is to go; on yes delete it all."""
    if hit.value == "confirmed":
        turn.say("erased")
        forget(turn)
        return True
    open_question(turn, "erase")
    return True


def restart(turn: Turn, _: Hit, heard: Understanding, fresh: bool) -> bool:
    """Begin the questions again. What she has been told stands: urgency never falls within a contact."""
    turn.change(findings={}, asked=None, trail=(), unclear=0, ended=False)
    turn.remember(SAME, None)
    turn.say("restart.done")
    onward.go_on(turn)
    return True


def back(turn: Turn, _: Hit, heard: Understanding, fresh: bool) -> bool:
    """Ask the last answered question again."""
    if not turn.state.trail:
        turn.say("back.nothing")
        _carry_on(turn)
        return True
    id, *findings = turn.state.trail[-1].split()
    kept = {f: a for f, a in turn.state.findings.items() if f not in findings}
    turn.change(findings=kept, trail=turn.state.trail[:-1])
    turn.say("back.done")
    open_question(turn, id, tuple(FindingId(f) for f in findings))
    return True


def repeat_(turn: Turn, _: Hit, heard: Understanding, fresh: bool) -> bool:
    """Say the open question again; at the end of a call what to do."""
    asked = turn.state.asked
    if asked is not None and asked.id == onward.AFTER_CALL:
        onward.told_again(turn)
    elif asked is not None and asked.id in (LEFT, LEFT_UNKNOWN):
        left.again(turn)
    else:
        _carry_on(turn)
    return True


def hide(turn: Turn, _: Hit, heard: Understanding, fresh: bool) -> bool:
    """Tell her how to hide the conversation on her phone."""
    turn.say("delete_hint")
    _carry_on(turn)
    return True


def codeword(turn: Turn, hit: Hit, heard: Understanding, fresh: bool) -> bool:
    """Keep the word she chooses: when she sends it, the conversation ends in harmless words."""
    word = turn.text[turn.text.find(hit.words) + len(hit.words) :].strip(" .,:;!\"'").split(" ")[0]
    if not word:
        return False
    turn.remember(CODEWORD, word.casefold()[:40])
    turn.say("codeword.kept", words=word[:40])
    _carry_on(turn)
    return True


def is_codeword(turn: Turn, text: str) -> bool:
    """Return whether a text is the word she chose."""
    chosen = turn.state.extra.get(CODEWORD)
    return chosen is not None and text.strip(" .!").casefold() == chosen


def exit_(turn: Turn, _: Hit, heard: Understanding, fresh: bool) -> bool:
    """End at once with words that look harmless to whoever else reads them (evidence 7.4)."""
    leave(turn)
    return True


def leave(turn: Turn) -> None:
    """Say harmless words and ask nothing more until she writes again."""
    turn.say("exit.cover")
    turn.clear_timers(NUDGE, ABANDONED)
    turn.change(asked=None, ended=True, step="left")


def later_(turn: Turn, hit: Hit, heard: Understanding, fresh: bool) -> bool:
    """Put off the open question, or move the next planned text to the time she names."""
    return later.put_off(turn, hit)


def wish(turn: Turn, hit: Hit, heard: Understanding, fresh: bool) -> bool:
    """Grant a wish about planned texts, and put the open question again."""
    granted = wishes.grant(turn, hit)
    if granted:
        _carry_on(turn)
    return granted


def accept(turn: Turn, _: Hit, heard: Understanding, fresh: bool) -> bool:
    """Take a yes to what was offered, with its words on record. Who asks unasked is offered it first."""
    asked = turn.state.asked
    if asked is None:
        return optin.asked_for(turn)
    purpose = optin.OFFERS.get(asked.id)
    if purpose is None:
        return False
    optin.agree(turn, purpose)
    _finish(turn)
    return True


def decline(turn: Turn, hit: Hit, heard: Understanding, fresh: bool) -> bool:
    """Take a no to what was offered, or to what she gets: plans go, and nothing is asked about them again."""
    asked = turn.state.asked
    offered = optin.OFFERS.get(asked.id) if asked else None
    named = str(hit.value) if hit.value in plans.PURPOSES else None
    if asked and not offered and not named and (RUNNING not in turn.state.extra or heard.answers):
        return False
    optin.refuse(turn, named or offered)
    if offered:
        _finish(turn)
    elif turn.state.asked is not None:
        repeat(turn)
    else:
        turn.change(ended=True, step="end")
    return True


def worse(turn: Turn, _: Hit, heard: Understanding, fresh: bool) -> bool:
    """Take "worse" as a finding and begin the questions again from the danger screen."""
    if turn.state.disposition is None:
        return False
    stale(turn)
    note(turn, FindingId("since_last"), "worse", "worse", asked=False)
    onward.alarm(turn, heard)
    if turn.state.disposition != "emergency":
        onward.go_on(turn)
    return True


def crisis(turn: Turn, hit: Hit, heard: Understanding, fresh: bool) -> bool:
    """Take what was picked when the crisis line was offered."""
    through.chosen(turn, hit)
    return True


def same_(turn: Turn, hit: Hit, heard: Understanding, fresh: bool) -> bool:
    """Take the answer to whether it is about the same person, and go on."""
    same.answered(turn, str(hit.value))
    onward.go_on(turn)
    return True


def country_(turn: Turn, hit: Hit, heard: Understanding, fresh: bool) -> bool:
    """Take the country she is in and say its number. False: she told more, which is answered behind it."""
    asked = turn.state.asked
    country.take(turn, str(hit.value))
    country.say(turn)
    if asked is not None and asked.id == where.COUNTRY:
        turn.change(asked=None)
        onward.go_on(turn)
        return True
    if fresh or asked is None or heard.answers or heard.findings or heard.doubt:
        return False
    repeat(turn)
    return True


def picked_left(turn: Turn, hit: Hit, heard: Understanding, fresh: bool) -> bool:
    """Take what was picked when no nurse could be reached."""
    left.chosen(turn, str(hit.value))
    return True


def bleeding(turn: Turn, _: Hit, heard: Understanding, fresh: bool) -> bool:
    """Lead into triage; the welcome comes first for someone new."""
    if fresh or turn.state.asked is not None:
        return False
    onward.go_on(turn)
    return True


def _carry_on(turn: Turn) -> None:
    """Put the open question again, or begin; while staff have the thread, they ask."""
    if held(turn.state):
        return
    if turn.state.asked is not None:
        repeat(turn)
    elif turn.state.disposition is None and turn.state.consent.stopped is None:
        onward.go_on(turn)


def _finish(turn: Turn) -> None:
    if turn.state.disposition is None:
        onward.go_on(turn)
        return
    if optin.offer(turn):
        return
    optin.ask_zone(turn)
    turn.change(ended=True, step="end")
    if turn.voice:
        open_question(turn, "after_call")
        turn.change(ended=True)


_HANDLERS: dict[str, Callable[[Turn, Hit, Understanding, bool], bool]] = {
    "stop": stop,
    "start": start,
    "erase": erase,
    "human": human,
    "help": help_,
    "language": language,
    "restart": restart,
    "back": back,
    "repeat": repeat_,
    "codeword": codeword,
    "hide": hide,
    "exit": exit_,
    **dict.fromkeys(later.LATER, later_),
    **dict.fromkeys(wishes.WISHES, wish),
    "accept": accept,
    "decline": decline,
    "crisis": crisis,
    "left": picked_left,
    "same": same_,
    where.COUNTRY: country_,
    "worse": worse,
    "topic": facts.topic,
    "bleeding": bleeding,
}
