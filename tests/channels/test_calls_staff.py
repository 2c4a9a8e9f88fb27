"""To a person and back: who is rung, who counts as reached, pages by call, and calling back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpline.service import casework
from helpline.service.delivery import undelivered
from helpline.service.line import Line
from helpline.service.staff import Newcomer, add_staff
from helpline.store.port import Item, Loaded, Staff
from helpline.triage.state import Case
from helpline.wiring import Helpline
from tests.channels.strict import held
from tests.channels.test_calls_strict import onward, step, words
from tests.channels.webhooks import Carrier, sid

NURSE = "+12025550190"
NEXT = "+12025550191"


@pytest.fixture
def line(helpline: Helpline) -> Iterator[Line]:
    """A line with two nurses on call, who go when the test is over."""
    made = helpline.line()
    for name, phone in (("Ana", NURSE), ("Bea", NEXT)):
        assert isinstance(add_staff(made, Newcomer(name, phone, "nurse")), Staff)
    yield made
    for staff in made.store.staff.staff_list():
        made.store.staff.remove_staff(staff.id)


def emergency(carrier: Carrier) -> tuple[str, str]:
    """Call and tell of a danger sign; return the call and where its Dial goes on."""
    call = sid("CA")
    path = onward(carrier, step(carrier, "/voice", call))
    assert path
    root = step(carrier, path, call, Digits="1")
    dial = root.find("Dial")
    assert dial is not None, words(root)
    said = words(root)
    assert said.index("911") < said.index("nurse")
    assert dial.attrib["callerId"] == carrier.settings.voice_number
    return call, dial.attrib["action"].removeprefix(carrier.settings.public_url)


def whisper(carrier: Carrier, case: str, key: str, phone: str = NURSE) -> str:
    """Pick up a call that is put through, press a key, and return what is said then."""
    leg, told = sid("CA"), {"To": phone, "From": carrier.settings.voice_number, "Direction": "outbound-dial"}
    asked = carrier.call(f"/voice/whisper?case={case}", leg, **told)
    root = held(asked.data)
    assert case in words(root) and "press 1" in words(root).lower()
    assert carrier.number[-7:] not in asked.text
    path = onward(carrier, root)
    assert path
    return words(held(carrier.call(path, leg, **told, Digits=key).data, whisper=True))


def case_of(line: Line, carrier: Carrier) -> Case:
    """Return the case of whoever calls."""
    person = line.identity.person(carrier.number)
    return next(r.case for r in line.store.open_cases() if r.person == person)


def test_an_emergency_hears_what_to_do_then_a_nurse_who_presses_1_has_the_case(
    carrier: Carrier, line: Line
) -> None:
    """The instruction comes first; taken and joined counts as reached; the rest of the call is kind."""
    call, dialed = emergency(carrier)
    assert "joined" in whisper(carrier, case_of(line, carrier).code, "1")
    assert case_of(line, carrier).status == "acknowledged"
    root = step(carrier, dialed, call, DialCallStatus="completed", DialBridged="true")
    assert "here again" in words(root)
    assert onward(carrier, root)


def test_a_voicemail_counts_as_nobody_and_the_truth_is_told(carrier: Carrier, line: Line) -> None:
    """`completed` without a key is nobody: the next is tried, then honest words; the case stays open."""
    call, dialed = emergency(carrier)
    assert "joined" not in whisper(carrier, case_of(line, carrier).code, "")
    root = step(carrier, dialed, call, DialCallStatus="completed", DialBridged="false")
    number = root.find("Dial/Number")
    assert number is not None and number.text == NEXT
    following = onward(carrier, root)
    assert following
    last = step(carrier, following, call, DialCallStatus="no-answer", DialBridged="false")
    assert "no nurse could be reached" in words(last) and "911" in words(last)
    assert onward(carrier, last)
    assert case_of(line, carrier).status == "open"
    again = step(carrier, following, call, DialCallStatus="no-answer", DialBridged="false")
    assert words(again) == words(last)


def test_who_takes_it_too_late_hears_that_somebody_has_it(carrier: Carrier, line: Line) -> None:
    """First wins; the second is not joined."""
    emergency(carrier)
    code = case_of(line, carrier).code
    whisper(carrier, code, "1")
    assert "Someone has" in whisper(carrier, code, "1", NEXT)


def test_a_stranger_on_the_whispered_leg_hears_nothing(carrier: Carrier, line: Line) -> None:
    """A number that is on no list is told nothing of any case."""
    emergency(carrier)
    answer = carrier.call(
        f"/voice/whisper?case={case_of(line, carrier).code}",
        sid("CA"),
        To="+12025550177",
        Direction="outbound-dial",
    )
    assert words(held(answer.data)) == ""


def test_without_anybody_on_the_staff_the_truth_is_told_at_once(carrier: Carrier) -> None:
    """No Dial into the void: no nurse could be reached, the emergency number, and the call goes on."""
    call = sid("CA")
    path = onward(carrier, step(carrier, "/voice", call))
    assert path
    root = step(carrier, path, call, Digits="0")
    assert "no nurse could be reached" in words(root)
    assert onward(carrier, root)


def test_crisis_words_lead_to_the_crisis_line_by_one_key(carrier: Carrier) -> None:
    """The words first, then the offer; after the crisis line the questions about her go on."""
    call = sid("CA")
    path = onward(carrier, step(carrier, "/voice", call))
    assert path
    root = step(carrier, path, call, SpeechResult="sometimes i think of hurting myself")
    path = onward(carrier, root)
    assert path and "988" in words(root) and "q=connect.crisis" in path
    dial = step(carrier, path, call, Digits="1").find("Dial/Number")
    assert dial is not None and dial.text == "988"


def crisis_line(carrier: Carrier) -> tuple[str, str]:
    """Choose the crisis line on a call; return the call and where its Dial goes on."""
    call = sid("CA")
    path = onward(carrier, step(carrier, "/voice", call))
    assert path
    path = onward(carrier, step(carrier, path, call, SpeechResult="sometimes i think of hurting myself"))
    assert path
    dial = step(carrier, path, call, Digits="1").find("Dial")
    assert dial is not None and dial.attrib["timeout"] == "30"
    return call, dial.attrib["action"].removeprefix(carrier.settings.public_url)


def test_h23_a_crisis_line_that_does_not_answer_is_followed_by_our_nurses(
    carrier: Carrier, line: Line
) -> None:
    """Within half a minute somebody else is rung; nobody is left with a ringing tone and no person."""
    call, dialed = crisis_line(carrier)
    root = step(carrier, dialed, call, DialCallStatus="no-answer", DialBridged="false")
    number = root.find("Dial/Number")
    assert number is not None and number.text == NURSE
    assert "988" in words(root) and "nurse" in words(root)
    following = root.find("Dial")
    assert following is not None
    path = following.attrib["action"].removeprefix(carrier.settings.public_url)
    assert "joined" in whisper(carrier, case_of(line, carrier).code, "1")
    assert "here again" in words(
        step(carrier, path, call, DialCallStatus="completed", DialBridged="true")
    )


def test_h23_with_no_line_and_no_nurse_she_hears_the_number_and_is_asked_on(carrier: Carrier) -> None:
    """The truth, the number to call by herself, and what can be left for a nurse."""
    call, dialed = crisis_line(carrier)
    root = step(carrier, dialed, call, DialCallStatus="busy", DialBridged="false")
    assert root.find("Dial") is None
    assert "988" in words(root)
    assert onward(carrier, root)


def test_h23_after_a_talk_with_the_crisis_line_the_questions_go_on(carrier: Carrier) -> None:
    """She is not handed round: whoever was reached was reached."""
    call, dialed = crisis_line(carrier)
    root = step(carrier, dialed, call, DialCallStatus="completed", DialBridged="true")
    path = onward(carrier, root)
    assert root.find("Dial") is None and path and "q=suicide_now" in path


def page(line: Line, carrier: Carrier) -> Item:
    """Let the first text go unanswered and return the page by call."""
    person = line.identity.person(carrier.number)
    code = case_of(line, carrier).code
    item = next(i for i in line.store.items(person) if i.kind == "page" and i.case == code)
    line.store.report(item.id, "undelivered", sid(), 30003, line.now())
    undelivered(line, item, 30003)
    return next(i for i in line.store.items(person) if i.kind == "page" and i.medium == "call")


def test_a_page_by_call_is_taken_with_1_and_a_machine_hears_nothing(carrier: Carrier, line: Line) -> None:
    """Code and level, no number, no detail; a voicemail hears a neutral line; `1` takes the case."""
    emergency(carrier)
    item, leg = page(line, carrier), sid("CA")
    told = {"To": item.to, "Direction": "outbound-api"}
    machine = held(carrier.call(f"/voice/out?o={item.id}", leg, AnsweredBy="machine_start", **told).data)
    assert "helpline" not in words(machine).lower() and "case" not in words(machine).lower()
    root = held(carrier.call(f"/voice/out?o={item.id}", leg, AnsweredBy="human", **told).data)
    assert case_of(line, carrier).code in words(root) and "emergency" in words(root)
    path = onward(carrier, root)
    assert path
    held(carrier.call(path, leg, Digits="1", **told).data)
    assert case_of(line, carrier).status == "acknowledged"


def test_behind_press_1_the_case_is_told_and_2_calls_her(carrier: Carrier, line: Line) -> None:
    """Why there is a case and what she was told, no number; 2 rings her, and she is asked before a word."""
    emergency(carrier)
    item, leg = page(line, carrier), sid("CA")
    told = {"To": item.to, "Direction": "outbound-api"}
    answered = carrier.call(f"/voice/out?o={item.id}", leg, AnsweredBy="human", **told)
    path = onward(carrier, held(answered.data))
    assert path
    taken = held(carrier.call(path, leg, Digits="1", **told).data)
    assert "She was told: call 911 now" in words(taken) and carrier.number[-7:] not in words(taken)
    hang_up_all(line, carrier)
    more = onward(carrier, taken)
    assert more
    assert "calling her" in words(held(carrier.call(more, leg, Digits="2", **told).data))

    call = next(i for i in line.store.items(item.person) if i.kind == "call" and i.case == item.case)
    hers, out = {"To": carrier.number, "Direction": "outbound-api"}, sid("CA")
    asked = held(carrier.call(f"/voice/out?o={call.id}", out, **hers).data)
    assert not any(w in words(asked).lower() for w in ("helpline", "pregnan", "bleed", "nurse"))
    path = onward(carrier, asked)
    assert path
    dial = held(carrier.call(path, out, Digits="1", **hers).data).find("Dial/Number")
    assert dial is not None and dial.text == item.to and carrier.number[-7:] not in (dial.get("url") or "")


@pytest.mark.parametrize("pressed", [False, True])
def test_a_call_that_she_does_not_take_is_told_to_the_owner(
    carrier: Carrier, line: Line, pressed: bool
) -> None:
    """Nobody there, or picked up without the key: the owner hears that it did not get through."""
    emergency(carrier)
    hang_up_all(line, carrier)
    case = case_of(line, carrier)
    owner = next(s for s in line.store.staff.staff_list() if s.phone == NEXT)
    casework.call(line, casework.Act(case.code, owner.id, owner.role, "call:test"))
    person = line.identity.person(carrier.number)
    item = next(i for i in line.store.items(person) if i.kind == "call" and i.case == case.code)
    hers, out = {"To": carrier.number, "Direction": "outbound-api"}, sid("CA")
    if pressed:
        carrier.call(f"/voice/out?o={item.id}", out, **hers)
    carrier.call(
        f"/voice/status?o={item.id}", out, CallStatus="completed" if pressed else "no-answer", **hers
    )
    bodies = [i.body for i in line.store.items(person) if i.kind == "page" and i.staff == owner.id]
    assert any("did not get through" in body for body in bodies)


def hang_up_all(line: Line, carrier: Carrier) -> None:
    """End whatever call she is on."""
    loaded = line.store.load(line.identity.person(carrier.number), "look", line.now())
    call = loaded.state.call if isinstance(loaded, Loaded) and loaded.state else None
    if call:
        carrier.call("/voice/status", call, CallStatus="completed")


@pytest.mark.parametrize("status", ["no-answer", "busy", "failed", "completed"])
def test_a_page_by_call_that_nobody_takes_climbs_at_once(carrier: Carrier, line: Line, status: str) -> None:
    """Not answered, or picked up and not taken: the next rung is paged, and only once."""
    emergency(carrier)
    item, leg = page(line, carrier), sid("CA")
    before = case_of(line, carrier).rung
    for _ in range(2):
        carrier.call(
            f"/voice/status?o={item.id}", leg, CallStatus=status, To=item.to, Direction="outbound-api"
        )
    assert case_of(line, carrier).rung == before + 1


def dropped(carrier: Carrier) -> str:
    """Answer a little and hang up in the middle; return the call."""
    call = sid("CA")
    path = onward(carrier, step(carrier, "/voice", call))
    assert path
    path = onward(carrier, step(carrier, path, call, Digits="2"))
    assert path
    step(carrier, path, call, Digits="1")
    carrier.call("/voice/status", call, CallStatus="completed")
    return call


def test_a_dropped_call_gets_a_text_and_goes_on_where_it_stopped(
    carrier: Carrier, helpline: Helpline
) -> None:
    """We were cut off, says the text; calling again asks the next question, not the first."""
    line = helpline.line()
    dropped(carrier)
    person = line.identity.person(carrier.number)
    assert any("cut off" in i.body for i in line.store.items(person))
    again = step(carrier, "/voice", sid("CA"))
    assert "q=gestation_weeks" in (onward(carrier, again) or "")


def test_the_late_end_of_an_older_call_does_not_end_the_new_one(carrier: Carrier, helpline: Helpline) -> None:
    """Reports come out of order: the call that goes on is not taken for hung up."""
    old, new = sid("CA"), sid("CA")
    step(carrier, "/voice", old)
    path = onward(carrier, step(carrier, "/voice", new))
    carrier.call("/voice/status", old, CallStatus="completed")
    assert path and onward(carrier, step(carrier, path, new, Digits="2"))
    line = helpline.line()
    assert not any("cut off" in i.body for i in line.store.items(line.identity.person(carrier.number)))


def test_a_landline_is_called_back_and_says_nothing_before_a_key(
    carrier: Carrier, helpline: Helpline
) -> None:
    """Where the text cannot go there is one call that names nobody; `1` goes on where it stopped."""
    line = helpline.line()
    dropped(carrier)
    person = line.identity.person(carrier.number)
    text = next(i for i in line.store.items(person) if "cut off" in i.body)
    undelivered(line, text, 30006)
    item = next(i for i in line.store.items(person) if i.kind == "call")
    told, leg = {"To": carrier.number, "Direction": "outbound-api"}, sid("CA")
    root = held(carrier.call(f"/voice/out?o={item.id}", leg, **told).data)
    said = words(root).lower()
    assert "press 1" in said and not any(w in said for w in ("helpline", "pregnan", "bleed"))
    path = onward(carrier, root)
    assert path
    no = held(carrier.call(path, leg, Digits="2", **told).data)
    assert [e.tag for e in no] == ["Say", "Hangup"]
    yes = held(carrier.call(path, leg, Digits="1", **told).data)
    assert "q=gestation_weeks" in (onward(carrier, yes) or "")


def test_a_text_during_a_call_is_answered_and_seen_by_the_call(carrier: Carrier) -> None:
    """One person, one state: what she texts is not asked again on the call."""
    call = sid("CA")
    path = onward(carrier, step(carrier, "/voice", call))
    assert path
    path = onward(carrier, step(carrier, path, call, Digits="2"))
    assert path
    assert carrier.text("yes im 9 weeks pregnant")
    after = onward(carrier, step(carrier, path, call, Digits="1"))
    assert after and "q=pregnant" not in after and "q=gestation_weeks" not in after
