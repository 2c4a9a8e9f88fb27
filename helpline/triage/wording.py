"""Messages in a language and a channel: placeholders filled, letters that cost nothing, segments counted."""

from __future__ import annotations

from functools import lru_cache
from string import Formatter

from helpline.triage.flow import Flow, MessageId
from helpline.triage.state import Channel, Language

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The 7-bit alphabet of texts (3GPP 23.038), without its extension."""
GSM_EXTENSION = frozenset("^{}\\[~]|€\f")
"""Characters that count twice."""
_GSM = GSM_BASIC | GSM_EXTENSION

ONE_SEGMENT, PART = 160, 153
ONE_SEGMENT_WIDE, PART_WIDE = 70, 67
"""Units in a text of one segment, and in each part of a longer one; wide when a character is not in GSM-7."""

MOST_SEGMENTS = 3
"""What one text may cost; longer replies are sent as several texts."""

_PLAIN = str.maketrans("áíóúÁÍÓÚ", "aiouAIOU")
"""Letters of Spanish that GSM-7 lacks; é, ñ, ü, ¿ and ¡ it has."""


def is_gsm(text: str) -> bool:
    """Return whether a text fits the 7-bit alphabet."""
    return _GSM.issuperset(text)


def segments(text: str) -> int:
    """Return how many segments a carrier counts for a text."""
    if is_gsm(text):
        twice = 0 if GSM_EXTENSION.isdisjoint(text) else sum(map(text.count, GSM_EXTENSION))
        units, one, part = len(text) + twice, ONE_SEGMENT, PART
    else:
        units, one, part = len(text.encode("utf-16-le")) // 2, ONE_SEGMENT_WIDE, PART_WIDE
    return 1 if units <= one else -(-units // part)


def word(flow: Flow, language: Language, channel: Channel, message: MessageId, **fill: str) -> str:
    """Return one message as it is sent or spoken.

    Unfilled placeholders become nothing: a missing word must never keep an advice from going out. Raises
    KeyError for an unknown message, which `flows check` refuses.
    """
    found = flow.message(language, message)
    template = found.say if channel is Channel.VOICE else found.text
    text = template if "{" not in template else _filled(template, fill)
    return plain(flow, language, text) if channel is Channel.SMS else text


def plain(flow: Flow, language: Language, text: str) -> str:
    """Write the accents that GSM-7 lacks plain, where the policy says so and it saves segments."""
    if language not in flow.policy.plain_letters or is_gsm(text):
        return text
    bare = text.translate(_PLAIN)
    return bare if is_gsm(bare) else text


def _filled(template: str, fill: dict[str, str]) -> str:
    return "".join(before + (fill.get(name, "") if name else "") for before, name in _parts(template))


@lru_cache(2000)
def _parts(template: str) -> tuple[tuple[str, str | None], ...]:
    return tuple((before, name) for before, name, _, _ in Formatter().parse(template))


def join(parts: list[str]) -> list[str]:
    """Put the parts of a reply into as few texts as hold them: carriers do not keep the order of several."""
    texts: list[str] = []
    for part in parts:
        together = f"{texts[-1]}\n\n{part}" if texts else part
        if texts and segments(together) <= MOST_SEGMENTS:
            texts[-1] = together
        else:
            texts.append(part)
    return texts
