"""TwiML, written by a small safe writer: every value is escaped, and what XML cannot hold is left out.

The library's builder keeps control characters, which makes the document invalid (error 12100), checks no
names, and costs ten times as much. The tests read the output back and hold it to the carrier's schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from textwrap import wrap

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_TELEPHONE = (("interpret-as", "telephone"),)
LONGEST_SAY = 1000
"""Characters a Say: the neural voices take 3000; shorter ones begin to sound sooner."""

LONGEST_MESSAGE = 120
"""Seconds of a recorded message; she is told two minutes."""

PAUSE = '<break time="300ms" />'
"""Between two sentences or two signs of a list, so that a frightened ear can follow."""
_OUTSIDE_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREATH = re.compile(r"(?<=[.!?…;])\s+")
_DIALLED = re.compile(r"(?<![\d.,])\+?\d(?:[\d -]*\d)?(?!\d|[.,]\d)")
_MANY_DIGITS = 5
"""From so many digits on a figure is a number to dial, whoever's it is."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of the carrier, the language it speaks, and the short numbers it reads digit by digit."""

    language: str
    name: str
    numbers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ear:
    """How a call listens: where the answer goes, for how long, in which language, and what it may be."""

    action: str
    language: str
    hints: tuple[str, ...] = ()
    number: bool = False
    """True: keys up to `#` or a pause belong to one number; else a single key answers."""
    most: int = 2
    """Keys of the longest number; `**` for a person has to fit as well."""
    keys_only: bool = False
    """True: noise is not to be taken for words."""


def clean(text: str) -> str:
    """Return the text without the characters that XML cannot hold."""
    return _OUTSIDE_XML.sub("", text)


def element(name: str, attributes: Iterable[tuple[str, str]] = (), *children: str) -> str:
    """Return one element; attribute values are escaped, children are XML already."""
    written = "".join(f' {key}="{escape(clean(value))}"' for key, value in attributes)
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written} />"


def words(text: str) -> str:
    """Return text as XML."""
    return escape(clean(text), quote=False)


def document(*verbs: str) -> str:
    """Return a whole answer to the carrier."""
    return f"{DECLARATION}<Response>{''.join(verbs)}</Response>" if verbs else f"{DECLARATION}<Response />"


XML_TYPE = "text/xml; charset=utf-8"
NOTHING = document()
"""Say nothing: no text goes out; a call ends."""


def message(text: str, action: str | None = None) -> str:
    """Return one text in the answer; delivery reports go to `action`."""
    attributes = (("action", action), ("method", "POST")) if action else ()
    return element("Message", attributes, words(text))


def say(text: str, voice: Voice, spell: str = "") -> str:
    """Return spoken words, cut at sentences into lengths that voices take.

    Numbers to dial are read digit by digit, `spell` (a case code) letter by letter.
    """
    attributes = (("voice", voice.name), ("language", voice.language))
    parts = (_paced(part, voice.numbers) for part in breaths(text))
    if spell:
        letters = element("say-as", (("interpret-as", "characters"),), words(spell))
        parts = (part.replace(words(spell), letters) for part in parts)
    return "".join(element("Say", attributes, part) for part in parts)


def _paced(text: str, numbers: frozenset[str]) -> str:
    sentences = (_dialled(sentence, numbers) for sentence in _BREATH.split(text))
    return f" {PAUSE}".join(sentences)


def _dialled(text: str, numbers: frozenset[str]) -> str:
    """Return text as XML in which numbers to dial are marked."""
    done, parts = 0, []
    for found in _DIALLED.finditer(text):
        digits = "".join(c for c in found[0] if c.isdigit())
        if digits in numbers or len(digits) >= _MANY_DIGITS:
            parts += [words(text[done : found.start()]), element("say-as", _TELEPHONE, words(found[0]))]
            done = found.end()
    return "".join((*parts, words(text[done:])))


def breaths(text: str, longest: int = LONGEST_SAY) -> list[str]:
    """Cut text at the ends of sentences into parts of at most `longest` characters, else between words."""
    parts: list[str] = []
    for sentence in _BREATH.split(text.strip()):
        for piece in (sentence,) if len(sentence) <= longest else wrap(sentence, longest):
            if parts and len(parts[-1]) + len(piece) < longest:
                parts[-1] += f" {piece}"
            elif piece:
                parts.append(piece)
    return parts


def gather(ear: Ear, *prompts: str) -> str:
    """Return a question to a call: keys or speech, and an answer even to silence.

    The time to think is a pause inside the prompt, which any key or word ends: so a number is over two
    seconds after its last key. A carrier that knows no `actionOnEmptyResult` goes on to the redirect.
    """
    attributes = [
        ("input", "dtmf" if ear.keys_only else "dtmf speech"),
        ("action", ear.action),
        ("method", "POST"),
        ("actionOnEmptyResult", "true"),
        ("bargeIn", "true"),
        ("timeout", "2" if ear.number else "7"),
    ]
    if not ear.keys_only:
        attributes += [("speechTimeout", "3"), ("language", ear.language), ("profanityFilter", "false")]
    keys = ("#", str(max(2, ear.most))) if ear.number else ("", "1")
    attributes += [("finishOnKey", keys[0]), ("numDigits", keys[1])]
    if ear.hints and not ear.keys_only:
        attributes.append(("hints", ",".join(h.replace(",", " ")[:100] for h in ear.hints[:500])))
    think = (element("Pause", (("length", "5"),)),) if ear.number else ()
    return element("Gather", attributes, *prompts, *think) + redirect(ear.action)


def redirect(address: str) -> str:
    """Return going on at another address."""
    return element("Redirect", (("method", "POST"),), words(address))


def record(after: str, told: str) -> str:
    """Return recording a message after a tone: it goes on at `after`; `told` hears that it is complete."""
    attributes = (
        ("action", after),
        ("method", "POST"),
        ("maxLength", str(LONGEST_MESSAGE)),
        ("timeout", "5"),
        ("finishOnKey", "#"),
        ("playBeep", "true"),
        ("recordingStatusCallback", told),
        ("recordingStatusCallbackMethod", "POST"),
        ("recordingStatusCallbackEvent", "completed"),
    )
    return element("Record", attributes)


@dataclass(frozen=True, slots=True)
class Through:
    """Putting a call through: to which number, showing which, and where it goes on afterwards.

    `whisper` is where the words come from that only the called side hears, before both are joined.
    """

    number: str
    caller_id: str
    action: str
    whisper: str | None = None
    ring_seconds: int = 20


def dial(to: Through) -> str:
    """Return putting a call through; the caller hears ringing until both are joined."""
    attributes = (
        ("action", to.action),
        ("method", "POST"),
        ("callerId", to.caller_id),
        ("timeout", str(to.ring_seconds)),
        ("answerOnBridge", "true"),
    )
    first = (("url", to.whisper), ("method", "POST")) if to.whisper else ()
    return element("Dial", attributes, element("Number", first, words(to.number)))


def hang_up() -> str:
    """Return the end of a call."""
    return element("Hangup")
