"""Mutants of the engine and of the words: a guard weakened in code, a sentence or a pattern broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from unittest.mock import patch

from helpline.flowbook.proof.drive import Drive
from helpline.flowbook.proof.order import worse_never_lowers
from helpline.flowbook.proof.phrases import alarms, say_all
from helpline.flowbook.proof.report import Property, properties
from helpline.triage import advise, ask, cells, interview, listen, onward, record, rules, silence
from helpline.triage.findings import Item
from helpline.triage.flow import Flow, Message
from helpline.triage.heard import Understanding
from helpline.triage.state import Channel, FindingId, Language
from helpline.triage.turn import Turn

ENGLISH, SPANISH = Language("en"), Language("es")


@dataclass(frozen=True)
class Broken:
    """A way to break the helpline. `property_` is the one that must fail, `on` where that shows."""

    name: str
    property_: str
    weaken: Callable[[], AbstractContextManager[object]] | None = None
    spoil: Callable[[Flow], Flow] | None = None
    on: tuple[Channel, Language] = (Channel.SMS, ENGLISH)


def _nothing(*_: object, **__: object) -> None:
    return None


def _patched(target: object, name: str, new: object) -> Callable[[], AbstractContextManager[object]]:
    return lambda: patch.object(target, name, new)


def _unsure_is_no(own: cells.Cells, value: str | int | None) -> int:
    return own.of("no" if value == "unsure" else value)


def _answered_again(
    own: interview.Interviewer, item: Item, facts: rules.Facts, wanted: int
) -> tuple[FindingId, ...]:
    return item.findings if wanted else ()


def _never_told(turn: Turn, heard: Understanding) -> bool:
    return False


def _always_again(turn: Turn) -> None:
    turn.say("unclear.again")
    ask.repeat(turn)


@contextmanager
def _no_case() -> Iterator[None]:
    with ExitStack() as stack:
        for module in (advise, listen, silence):
            stack.enter_context(patch.object(module, "open_case", _nothing))
        yield


def _edited(language: Language, message: str, change: Callable[[Message], Message]) -> Callable[[Flow], Flow]:
    def spoil(flow: Flow) -> Flow:
        messages: Mapping[str, Message] = flow.messages[language]
        changed = {**messages, message: change(messages[message])}
        return replace(flow, messages={**flow.messages, language: changed})

    return spoil


def _without(number: str) -> Callable[[Message], Message]:
    return lambda m: Message(m.text.replace(number, "us"), m.say.replace(number, "us"))


def _deaf(language: Language) -> Callable[[Flow], Flow]:
    """Return a flow whose first alarm is no longer heard: its patterns are gone."""

    def spoil(flow: Flow) -> Flow:
        lexicon = flow.lexicons[language]
        sentence, _ = next(alarms(lexicon))
        entry = next(e.entry for e in lexicon.examples if e.sentence == sentence)
        gone = sum(1 << n for n, pattern in enumerate(lexicon.patterns) if pattern.entry == entry)
        kept = {word: tuple(p & ~gone for p in own) for word, own in lexicon.index.holds.items()}
        deaf = replace(lexicon, index=replace(lexicon.index, holds=kept))
        return replace(flow, lexicons={**flow.lexicons, language: deaf})

    return spoil


GUARDS = (
    Broken("unsure is read as no", "monotony", _patched(cells.Cells, "settled", _unsure_is_no)),
    Broken(
        "a question is asked again", "termination",
        _patched(interview.Interviewer, "_listed", _answered_again),
    ),
    Broken("danger waits for the end", "soundness", _patched(onward, "alarm", _never_told)),
    Broken("no case is opened", "escalation", _no_case),
    Broken("nonsense is asked for ever", "termination", _patched(listen, "not_understood", _always_again)),
    Broken("silence on a call does nothing", "termination", _patched(silence, "on_call", _nothing),
           on=(Channel.VOICE, ENGLISH)),
    Broken("hanging up does nothing", "termination", _patched(silence, "hung_up", _nothing),
           on=(Channel.VOICE, ENGLISH)),
    Broken("a keyed answer is not written down", "parity", _patched(record, "_answers", lambda *_: False)),
)

WORDS = (
    Broken("the emergency number is missing in English", "escalation",
           spoil=_edited(ENGLISH, "advice.emergency", _without("911"))),
    Broken("the emergency number is missing in Spanish", "escalation",
           spoil=_edited(SPANISH, "advice.emergency", _without("911")), on=(Channel.SMS, SPANISH)),
    Broken("the emergency number is missing on calls", "escalation",
           spoil=_edited(ENGLISH, "advice.emergency", _without("911")), on=(Channel.VOICE, ENGLISH)),
    Broken("a question is too long to send", "words",
           spoil=_edited(ENGLISH, "ask.pregnant", lambda m: replace(m, text=m.text * 12))),
    Broken("a translation is too long to hear", "words",
           spoil=_edited(SPANISH, "ask.pregnant", lambda m: replace(m, say="palabra " * 60)),
           on=(Channel.VOICE, SPANISH)),
    Broken("an alarm is no longer heard in English", "interrupts", spoil=_deaf(ENGLISH)),
    Broken("an alarm is no longer heard in Spanish", "interrupts", spoil=_deaf(SPANISH),
           on=(Channel.SMS, SPANISH)),
)


PLACES = 70
"""Places of the engine that are visited for one mutant."""


def tried(flow: Flow, broken: Broken) -> Property:
    """Return the property that must fail, with the mutant in place."""
    with broken.weaken() if broken.weaken else ExitStack():
        spoilt = broken.spoil(flow) if broken.spoil else replace(flow)
        if broken.property_ == "monotony":
            found = properties()
            worse_never_lowers(spoilt, found["monotony"])
            return found["monotony"]
        drive = Drive(spoilt, *broken.on, most=PLACES)
        found = drive.run()
        if broken.property_ == "interrupts":
            say_all(drive, found["interrupts"])
    return found[broken.property_]
