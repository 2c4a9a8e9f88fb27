"""What staff are told by text, in their own language: pages, and what is relayed to the owner of a case.

A page holds the code, the level, the age of the case and how to take it: no health detail, no number.
"""

from __future__ import annotations

from helpline.service.line import Duty, Line
from helpline.service.links import case_link
from helpline.service.logins import name_of
from helpline.service.staff_words import language_of
from helpline.triage.effects import Page
from helpline.triage.flow import Flow
from helpline.triage.state import Channel, Language, Level, StaffId
from helpline.triage.wording import word

HOUR = 3600


def page_text(line: Line, page: Page, to: Duty) -> str:
    """Return the words of a page, or of hers that are relayed."""
    flow, language = line.flow, language_of(line.flow, to.languages)
    link = case_link(line, page.case, to.id) if page.to is not None and page.why in _LINKED else ""
    return word(
        flow,
        language,
        Channel.SMS,
        f"page.text.{page.why}",
        case=page.case,
        answer=level_word(flow, language, page.level),
        time=age_word(flow, language, page.age_seconds),
        label=shown_name(line, page.owner),
        words=page.words,
        place=link,
    ).strip()


_LINKED = frozenset({"words", "handed"})


def level_word(flow: Flow, language: Language, level: Level, channel: Channel = Channel.SMS) -> str:
    """Return what a level is called."""
    return word(flow, language, channel, f"level.{level.value}")


def age_word(flow: Flow, language: Language, seconds: int, channel: Channel = Channel.SMS) -> str:
    """Return how old a case is, in words."""
    if seconds < HOUR:
        return word(flow, language, channel, "age.minutes", key=str(max(seconds, 0) // 60))
    return word(flow, language, channel, "age.hours", key=str(seconds // HOUR))


def shown_name(line: Line, staff: StaffId | None) -> str:
    """Return the name of a member of staff as a sentence begins with it."""
    name = name_of(line, staff) if staff else "Someone"
    return name[:1].upper() + name[1:]
