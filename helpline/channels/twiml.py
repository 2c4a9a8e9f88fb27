"""TwiML, written by a small safe writer: every value is escaped, and what XML cannot hold is left out.

The library's builder keeps control characters, which makes the document invalid (error 12100), checks no
names, and costs ten times as much. The tests read the output back and hold it to the carrier's schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
LONGEST_SAY = 1000
"""Characters a Say: the neural voices take 3000; shorter ones begin to sound sooner."""

_OUTSIDE_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREATH = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of the carrier and the language it speaks."""

    language: str
    name: str


@dataclass(frozen=True, slots=True)
class Ear:
    """How a call listens: where the answer goes, for how long, in which language, and what it may be."""

    action: str
    language: str
    hints: tuple[str, ...] = ()
    number: bool = False
    """True: keys up to `#` or a pause belong to one number; else a single key answers."""


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


def say(text: str, voice: Voice) -> str:
    """Return spoken words, cut at sentences into lengths that voices take."""
    attributes = (("voice", voice.name), ("language", voice.language))
    return "".join(element("Say", attributes, words(part)) for part in breaths(text))


def breaths(text: str, longest: int = LONGEST_SAY) -> list[str]:
    """Cut text at the ends of sentences, into parts of at most `longest` characters where sentences allow."""
    parts: list[str] = []
    for sentence in _BREATH.split(text.strip()):
        if parts and len(parts[-1]) + len(sentence) < longest:
            parts[-1] += f" {sentence}"
        elif sentence:
            parts.append(sentence)
    return parts


def gather(ear: Ear, *prompts: str) -> str:
    """Return a question to a call: keys or speech, and an answer even to silence."""
    attributes = [
        ("input", "dtmf speech"),
        ("action", ear.action),
        ("method", "POST"),
        ("actionOnEmptyResult", "true"),
        ("timeout", "7"),
        ("speechTimeout", "3"),
        ("language", ear.language),
        ("profanityFilter", "false"),
    ]
    attributes += [("finishOnKey", "#")] if ear.number else [("finishOnKey", ""), ("numDigits", "1")]
    if ear.hints:
        attributes.append(("hints", ",".join(h.replace(",", " ")[:100] for h in ear.hints[:500])))
    return element("Gather", attributes, *prompts)


def dial(number: str, caller_id: str) -> str:
    """Return putting a call through to a number, which is shown ours; when it ends the next verb follows."""
    attributes = (("callerId", caller_id), ("timeout", "25"), ("answerOnBridge", "true"))
    return element("Dial", attributes, element("Number", (), words(number)))


def hang_up() -> str:
    """Return the end of a call."""
    return element("Hangup")
