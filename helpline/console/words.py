"""What ids are called in plain words, for someone who reads them at three in the morning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from helpline.triage.findings import Condition, Range, Rule, Test
from helpline.triage.flow import Flow
from helpline.triage.ladder import PAGED, at
from helpline.triage.state import Answer, Case, FindingId, Language

ENGLISH = Language("en")

LEVELS = {
    "emergency": "Emergency",
    "crisis": "Crisis",
    "safeguarding": "Safeguarding",
    "emergency_department": "Hospital now",
    "urgent": "Urgent",
    "technical": "Technical fault",
    "routine": "Routine",
}
DISPOSITIONS = {
    "emergency": "Call the emergency number now",
    "emergency_department": "Go to hospital now, within 1 hour",
    "urgent": "Speak to or be seen by a clinician within 4 hours",
    "within_24_hours": "Be seen or speak to a clinician within 24 hours",
    "routine": "Contact the clinic in the next few days",
    "self_care": "Care at home, with what to watch for",
    "information": "Information only",
}
FLAGS = {"crisis": "Crisis", "safeguarding": "Safeguarding"}
OUTCOMES = {
    "reached care": "She reached care",
    "advised": "Spoke with her and advised",
    "no answer": "No answer after trying",
    "wants no contact": "She wants no contact",
    "handled elsewhere": "Handled elsewhere",
    "false alarm": "False alarm or test",
    "other": "Other (say what in the note)",
}
WHO = {
    "first": "first on call",
    "next": "next on call",
    "everybody": "everybody on call",
    "supervisors": "supervisors",
    "safety_net": "everybody on the staff",
}
BY = {"text": ", by text", "call": ", by phone", "both": ""}
ROLES = {
    "nurse": "Nurse",
    "supervisor": "Supervisor",
    "safeguarding": "Trained in safeguarding",
    "reviewer": "Reviewer",
    "admin": "Administrator",
}
LANGUAGES = {"en": "English", "es": "Spanish"}
REASONS = {
    "silence": "She fell silent in the middle of the questions",
    "not_understood_twice": "The line did not understand her twice",
    "call_back": "She asked for a call back",
    "message_left": "She left a message",
    "asked_for_person": "She asked for a person",
    "asked for a person": "She asked for a person",
    "not_delivered": "An answer of ours did not reach her",
    "text_not_arrived": "A text that she had to have did not reach her",
    "opened_by_staff": "Opened by a colleague",
    "safety_check_not_answered": "She did not answer when asked whether she got help",
    "erased on request": "She had everything about her deleted",
}
TIMERS = {
    "ladder": "The next people are paged, if nobody takes the case",
    "owned": "Whoever has it is asked for a sign; without one others are paged",
    "nudge": "She is asked whether she is still there",
    "abandoned": "Her silence counts as an answer: advice is sent",
    "promised": "She is told that nobody called, if nobody has",
    "snooze": "The line asks again, as she wished",
}
KINDS = {
    "nudge": "question after silence",
    "checkin": "check-in",
    "support": "support text",
    "relay": "text from staff",
    "notice": "notice",
    "page": "page",
    "call": "call",
    "reply": "reply",
}
SENDS = {
    "ready": "waiting to go",
    "sending": "going out",
    "accepted": "sent",
    "unknown": "not sure whether it left",
    "dropped": "not sent",
    "failed": "did not arrive",
}
UNREACHABLE = {
    "unsafe": "She said that texts to this phone are not safe. Nothing is sent to it.",
    "stopped": "She texted STOP. Nothing can be sent to her until she writes START.",
    "no texts": "She called from a phone that takes no texts.",
    "gone": "Nothing is known of her any more.",
}
STEPS = {
    "Acknowledged": "{who} took the case",
    "CaseClosed": "{who} closed the case: {detail}",
    "StaffCalled": "{who} asked for a call with her",
    "StaffOpened": "{who} opened the case",
    "nobody_to_page": "Nobody could be paged: there is no staff",
    "Called": "She called",
    "HungUp": "The call ended",
    "Silent": "Silence on the call",
    "OpenCase": "Case opened: {level}",
    "handed_to": "The case went to {detail_name}",
    "case_again": "The line saw another reason to page",
    "still_here": "{who} confirmed: still on it",
    "fault": "The machine failed: {detail}",
    "call_back": "She asked for a call back",
    "message_left": "She left a message",
    "message_heard": "{who} listened to her message",
    "message_deleted": "{who} deleted her message",
    "promise_kept": "The promised call back is kept",
    "promise_withdrawn": "Nobody called in time: she was told so",
}
"""Journal entries that are shown in the thread, as one line."""


def plain(id: str) -> str:
    """Return an id as words."""
    words = id.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def rung(flow: Flow, case: Case) -> str:
    """Return who is being paged about a case; empty when it is taken or pages nobody."""
    if case.owner is not None or case.level not in PAGED:
        return ""
    reached = at(flow.policy.ladder, case.rung)
    return WHO[reached.who] + BY[reached.by]


def age(now: datetime, then: datetime) -> str:
    """Return how long ago something was, in the largest units that matter."""
    minutes = max(int((now - then).total_seconds() // 60), 0)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{hours // 24} day{'s' if hours >= 48 else ''}"


def due(now: datetime, then: datetime) -> str:
    """Return in how long something is due."""
    return "now" if then <= now else f"in {age(then, now)}".replace("in just now", "in less than a minute")


def value_of(flow: Flow, finding: FindingId, value: str | int) -> str:
    """Return an answer in words."""
    if isinstance(value, int):
        return {
            "gestation_weeks": f"{value} weeks" if value else "not known",
            "pain_score": f"{value} of 10",
            "days_since_event": f"{value} days",
            "bleeding_days": f"{value} days",
        }.get(finding, str(value))
    messages = flow.messages[ENGLISH]
    for id in (f"choice.{finding}.{value}", f"choice.{value}"):
        if id in messages:
            return messages[id].text
    return plain(value)


def reasons(flow: Flow, ids: Iterable[str], answers: Mapping[FindingId, Answer]) -> list[str]:
    """Return why there is a case, in words: the answers that made each rule fire."""
    rules = {rule.id: rule for rule in flow.table.rules}
    told = (_reason(flow, rules[id], answers) if id in rules else REASONS.get(id, plain(id)) for id in ids)
    return list(dict.fromkeys(told))


def _reason(flow: Flow, rule: Rule, answers: Mapping[FindingId, Answer]) -> str:
    fired = [test for test in _tests(rule.when) if _holds(test, answers)]
    parts = (
        f"{plain(t.finding)}: {value_of(flow, t.finding, answers[t.finding].value).lower()}" for t in fired
    )
    return "; ".join(dict.fromkeys(parts)) or plain(rule.id.rstrip(".0123456789"))


def _tests(condition: Condition) -> Iterable[Test]:
    yield from condition.tests
    for one in condition.any:
        yield from _tests(one)


def _holds(test: Test, answers: Mapping[FindingId, Answer]) -> bool:
    if test.finding not in answers:
        return False
    value = answers[test.finding].value
    if isinstance(test.values, Range):
        return isinstance(value, int) and test.values.holds(value)
    return value == "unsure" or str(value) in test.values
