"""Who asks for somebody else: the questions say whom they mean, and nobody agrees in her place."""

from __future__ import annotations

import pytest

from helpline.triage.flow import Flow
from helpline.triage.state import FindingId
from tests.core.person import Person

MEANS_HER = "When I say you, I mean the person you ask for"


def walk(flow: Flow, *first: str) -> list[str]:
    """Answer all questions as mildly as may be, and return all replies."""
    person = Person(flow)
    replies = [person.text(words) for words in first]
    for _ in range(25):
        asked = person.state.asked
        if asked is None:
            break
        told = asked.findings[0] if len(asked.findings) == 1 else ""
        answer = {"bleeding": "1", "person_with_caller": "1", "safe_to_text": "1"}.get(told)
        kind = person.flow.table.findings[FindingId(told)].kind if told else ""
        replies.append(person.text(answer or {"yes_no": "2", "choice": "1"}.get(kind, "0")))
    return replies


@pytest.mark.parametrize(
    "first", ["my wife had a miscarriage 10 days ago", "my girlfriend had a loss last week"]
)
def test_who_asks_for_another_is_told_whom_you_means(flow: Flow, first: str) -> None:
    """Nobody asks a dad how much he bleeds (evidence 7.5)."""
    replies = walk(flow, first)
    told = next(n for n, reply in enumerate(replies) if MEANS_HER in reply)
    assert not any("are you bleeding" in reply for reply in replies[:told])


def test_questions_about_her_mind_say_so_again(flow: Flow) -> None:
    """Nobody should think that he is asked whether he wished to be dead."""
    replies = walk(flow, "my wife had a miscarriage 10 days ago")
    dark = next(reply for reply in replies if "dead" in reply)
    assert MEANS_HER in dark


def test_nobody_agrees_to_texts_for_somebody_else(flow: Flow) -> None:
    """Check-ins and kind texts are for her, on her own phone, by her own yes."""
    replies = walk(flow, "my wife had a miscarriage 10 days ago")
    assert "Thank you for reaching out" in replies[-1]
    assert not any("check in with you" in reply or "kind text" in reply for reply in replies)


def test_who_asks_for_herself_hears_nothing_of_another(flow: Flow) -> None:
    """Most write for themselves."""
    assert not any(MEANS_HER in reply for reply in walk(flow, "i lost my baby 10 days ago"))
