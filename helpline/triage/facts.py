"""Facts that people ask for: a topic by its name or in her words, and the list of what there is."""

from __future__ import annotations

from helpline.triage import onward
from helpline.triage.ask import MENU, is_menu, next_page, open_question, repeat
from helpline.triage.flow import Topic
from helpline.triage.heard import Hit, Understanding
from helpline.triage.turn import Turn


def topic(turn: Turn, hit: Hit, heard: Understanding, fresh: bool) -> bool:
    """Give the facts she asks for. Never the answer to someone who has just reported a symptom."""
    asked = turn.state.asked
    if (fresh or asked is None) and any(h.value not in ("no", "none", 0) for h in heard.findings):
        if heard.plainly_asked and str(hit.value) in turn.flow.topics:
            turn.remember(onward.ASKED_TOPIC, str(hit.value))
        return False
    if hit.value == "more" and asked is not None:
        open_question(turn, next_page(turn.flow, asked.id))
        return True
    found = turn.flow.topics.get(str(hit.value)) if hit.value else None
    if found is None:
        _menu(turn, fresh=fresh)
        return True
    if turn.state.disposition == "emergency":
        turn.say("advice.first")
        return True
    _tell(turn, found, fresh=fresh)
    if turn.state.asked is None:
        plain = heard.plainly_asked or (asked is not None and is_menu(asked.id))
        _afterwards(turn, plain=plain)
    return True


def _menu(turn: Turn, *, fresh: bool) -> None:
    """Put the list of topics; while a question of ours stands, name them only, and put that one again."""
    if turn.state.asked is not None and not is_menu(turn.state.asked.id):
        names = (turn.word(f"topic.{id}.name") for id in turn.flow.topics)
        turn.say("topics.list", items="; ".join(names))
        repeat(turn)
        return
    if fresh:
        turn.say("welcome_short")
    open_question(turn, MENU)


def _tell(turn: Turn, found: Topic, *, fresh: bool) -> None:
    if fresh:
        turn.say("welcome_short")
    for message in (*found.messages, found.urgent):
        turn.say(message)
    turn.remember("topic", found.id)
    asked = turn.state.asked
    if asked and asked.findings:
        repeat(turn)
    else:
        turn.change(asked=None)


def _afterwards(turn: Turn, *, plain: bool) -> None:
    """End with the way back for who plainly asked; what may be a report goes on to the danger signs."""
    if not plain and turn.state.disposition is None:
        onward.go_on(turn)
        return
    turn.say("topic.back")
    reported = turn.assess(closed=True)
    disposition = turn.state.disposition or (reported.disposition if reported.urgency <= 0 else None)
    turn.change(asked=None, ended=True, step="topics", disposition=disposition)
