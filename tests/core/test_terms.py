"""Her terms: agreed to in so many words, taken back in any, at her hours, in her time zone, hers alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from helpline.flowbook.proof.person import Person as OnCall
from helpline.triage.effects import Call, OpenCase, Text, Withdraw
from helpline.triage.events import Undelivered
from helpline.triage.flow import Flow, Interview
from helpline.triage.release import Drop, Move, Send, Waiting, decide
from helpline.triage.state import Channel, Language
from helpline.triage.timing import ZONES
from helpline.triage.where import TOLD
from tests.core.looked_after import (
    LOSS,
    MORNING,
    NEW_YORK,
    YES,
    after_loss,
    finish,
    hours,
    in_emergency,
    kinds,
    planned,
)
from tests.core.person import Person
from tests.stories.teller import BENIGN

PACIFIC = ZoneInfo("America/Los_Angeles")


def living_at(person: Person, *zones: str) -> Person:
    """Let her number tell these time zones."""
    person.state = type(person.state)(
        **{f: getattr(person.state, f) for f in person.state.__slots__ if f != "extra"},
        extra={**person.state.extra, ZONES: " ".join(zones)},
    )
    return person


def local(due: datetime, zone: ZoneInfo = NEW_YORK) -> tuple[int, int]:
    """Return day and hour of a time on her clock."""
    there = due.astimezone(zone)
    return there.day, there.hour


# ---- agreeing ------------------------------------------------------------------------------------------
def test_an_agreement_is_on_record_with_its_words_time_and_channel(flow: Flow) -> None:
    """What, how often, rates, STOP and HELP were in the words that she said yes to."""
    person = after_loss(flow)
    for agreed in person.state.consent.agreements:
        assert all(word in agreed.wording for word in ("text", "weeks", "rates", "STOP", "HELP"))
        assert agreed.how == "sms" and MORNING < agreed.at <= person.now
    assert {a.purpose for a in person.state.consent.agreements} == {"checkins", "support"}


def test_the_spoken_offers_name_the_same(flow: Flow) -> None:
    """Who agrees on a call has heard it all too, in each language."""
    for messages in flow.messages.values():
        for purpose in ("checkins", "support"):
            said = messages[f"offer.{purpose}"].say
            assert "STOP" in said and "HELP" in said and ("6" in said or "8" in said)


def test_nobody_agrees_to_words_she_has_not_seen(flow: Flow) -> None:
    """Asking for it by herself brings the offer; only the yes to it plans anything."""
    person = after_loss(flow, {})
    reply = person.text("please check on me")
    assert "Msg & data rates" in reply and not planned(person) and not person.state.consent.agreements
    person.text("1")
    assert "checkin_24h" in planned(person)


def test_a_yes_to_nothing_agrees_to_nothing(flow: Flow) -> None:
    """In an emergency nothing is offered, and words of assent plan nothing."""
    person = in_emergency(flow)
    person.text("sounds good")
    assert not person.state.consent.agreements and set(planned(person)) == {"checkin_15m", "checkin_2h"}


# ---- taking back ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "words",
    ["STOP", "stop please", "Please stop!", "leave me alone", "dont text me anymore", "unsubscribe me",
     "wrong number", "take me off your list", "no more texts", "no mas", "Basta", "ya no me escriban"],
)  # fmt: skip
def test_any_reasonable_wording_ends_all_of_it(flow: Flow, words: str) -> None:
    """No plan is left, what waits is taken back, on this very event."""
    person = after_loss(flow)
    person.text(words)
    assert person.state.consent.stopped == person.now and not planned(person)
    assert any(isinstance(e, Withdraw) and not e.kinds for e in person.effects)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("stop the check-ins", "support"),
        ("no more support texts", "checkin"),
        ("i dont want check ins", "support"),
    ],
)
def test_one_purpose_is_taken_back_and_the_other_stays(flow: Flow, words: str, left: str) -> None:
    """What she did not name goes on."""
    person = after_loss(flow)
    person.text(words)
    assert planned(person) and all(name.startswith(left) for name in planned(person))


def test_start_brings_back_what_has_not_passed_and_says_so(flow: Flow) -> None:
    """After a week of silence the check-in of the first day is gone, the later ones are as they were."""
    person = after_loss(flow)
    before = planned(person)
    person.text("STOP")
    person.wait(timedelta(days=5))
    reply = person.text("START")
    assert planned(person) == {n: due for n, due in before.items() if due > person.now}
    assert len(planned(person)) == 7 and "Planned texts" in reply


def test_start_brings_nothing_to_who_had_nothing(flow: Flow) -> None:
    """No plan, and no word of one."""
    person = after_loss(flow, {})
    person.text("STOP")
    assert "Planned" not in person.text("START") and not planned(person)


def test_an_opt_out_at_the_carrier_ends_every_plan_too(flow: Flow) -> None:
    """Its refusal is as good as her STOP."""
    person = after_loss(flow)
    person.give(Undelivered("u", person.now, person.chance(), "o_7f", "checkin", 21610, True))
    assert person.state.consent.stopped is not None and not planned(person)


def test_a_red_flag_after_stop_is_answered_and_staff_are_told(flow: Flow) -> None:
    """Emergency words go out where the carrier lets them; the plans stay ended."""
    person = after_loss(flow)
    person.text("STOP")
    assert "911" in person.text("i just passed out") and person.opened()
    assert not kinds(person.wait(timedelta(days=3))).count("checkin")


# ---- when ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "day", "hour"),
    [
        ("tomorrow 10", 24, 10),
        ("text me tomorrow at 4pm", 24, 16),
        ("in 2 hours", 23, 12),
        ("tonight", 23, 19),
    ],
)
def test_the_next_text_comes_when_she_says(flow: Flow, words: str, day: int, hour: int) -> None:
    """The others stay where they are."""
    person = after_loss(flow)
    before = planned(person)
    person.text(words)
    after = planned(person)
    changed = {n for n in before if before[n] != after[n]}
    assert changed == {"checkin_24h"} and local(after["checkin_24h"]) == (day, hour)


def test_a_time_named_at_the_offer_is_a_yes_for_that_time(flow: Flow) -> None:
    """She has just read what she agrees to."""
    person = Person(flow)
    person.now = MORNING
    person.text("i had a miscarriage 3 days ago and im bleeding a bit")
    while person.state.asked is None or person.state.asked.id != "offer.checkins":
        asked = person.state.asked
        assert asked is not None
        person.text("0" if len(asked.findings) > 1 else "2")
    person.text("tomorrow at 9")
    assert person.state.consent.covers("checkins") and local(planned(person)["checkin_24h"]) == (24, 9)


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        ("before 5pm", range(8, 17)),
        ("only in the evening", range(18, 21)),
        ("dont text me in the morning", range(12, 21)),
    ],
)
def test_her_hours_bound_every_plan(flow: Flow, words: str, allowed: range) -> None:
    """From, until, or both ends; "any time" takes it back."""
    person = after_loss(flow)
    person.text(words)
    assert all(local(due)[1] in allowed for due in planned(person).values())
    person.text("any time is fine")
    assert not [key for key in person.state.extra if key.endswith("_hour")]


def test_a_pause_is_as_long_as_she_says(flow: Flow) -> None:
    """Two weeks are fourteen days."""
    person = after_loss(flow)
    assert "14 days" in person.text("pause for 2 weeks")
    assert min(planned(person).values()) >= person.now + timedelta(days=14)


def test_change_it_says_what_can_be_changed(flow: Flow) -> None:
    """And changes nothing by itself."""
    person = after_loss(flow)
    before = planned(person)
    assert "fewer" in person.text("change it") and planned(person) == before


def test_a_safety_check_is_put_off_for_an_hour_at_most(flow: Flow) -> None:
    """Tomorrow is too late to hear that she did not get there."""
    person = in_emergency(flow)
    person.wait(timedelta(minutes=16))
    person.text("tomorrow")
    (snooze,) = (t for t in person.state.timers if t.name == "snooze")
    assert snooze.due - person.now <= hours(1)


# ---- where ---------------------------------------------------------------------------------------------
def test_her_time_zone_is_asked_for_once_where_her_number_does_not_tell_it(flow: Flow) -> None:
    """No question stands for it, and she may tell it at any time."""
    person = Person(flow)
    person.now = MORNING
    person.text("i had a miscarriage 3 days ago and im bleeding a bit")
    finish(person, {**LOSS, **YES})
    assert "time zone" in person.reply and person.state.asked is None
    assert "by day" in person.text("pacific")
    assert all(8 <= local(due, PACIFIC)[1] < 21 for due in planned(person).values())
    assert "time zone" not in person.text("what is planned")


def test_it_is_not_asked_for_where_the_number_tells(flow: Flow) -> None:
    """One zone is certain; of several nobody knows."""
    for zones, asked in ((["America/Chicago"], False), (["America/Chicago", "America/Denver"], True)):
        person = living_at(Person(flow), *zones)
        person.now = MORNING
        person.text("i had a miscarriage 3 days ago and im bleeding a bit")
        finish(person, {**LOSS, **YES})
        assert ("time zone" in person.reply) is asked


@pytest.mark.parametrize("words", ["im in california", "my time zone is pacific", "it is 7 am here"])
def test_a_time_zone_told_moves_the_plans_into_her_day(flow: Flow, words: str) -> None:
    """Seven in the morning in California is ten in New York."""
    person = after_loss(flow)
    person.text(words)
    assert person.state.extra[ZONES] == "America/Los_Angeles"
    assert all(8 <= local(due, PACIFIC)[1] < 21 for due in planned(person).values())


@pytest.mark.parametrize(
    ("region", "names", "words", "zone"),
    [
        ("us", "EASTERN", "pacific", "America/Los_Angeles"),
        ("ca", "ATLANTIC", "im in vancouver", "America/Vancouver"),
        ("ca", "ATLANTIC", "atlantic", "America/Halifax"),
        ("ca", "ATLANTIC", "newfoundland", "America/St_Johns"),
        ("ca", "ATLANTIC", "i live in saskatchewan", "America/Regina"),
        ("au", "SYDNEY", "perth", "Australia/Perth"),
        ("au", "SYDNEY", "im in queensland", "Australia/Brisbane"),
        ("au", "SYDNEY", "i live in melbourne", "Australia/Sydney"),
        ("au", "SYDNEY", "estoy en perth", "Australia/Perth"),
    ],
)
def test_each_region_with_several_zones_asks_in_its_own_names(
    flow: Flow, region: str, names: str, words: str, zone: str
) -> None:
    """Whoever agrees to texts and whose number does not tell it; her answer counts by place or by name."""
    person = Person(flow)
    person.state = replace(person.state, extra={TOLD: region})
    person.now = MORNING
    person.text("i had a miscarriage 3 days ago and im bleeding a bit")
    finish(person, {**LOSS, **YES})
    assert names in person.reply
    person.text(words)
    assert person.state.extra[ZONES] == zone


def test_on_a_call_the_zone_is_asked_for_too(flow: Flow) -> None:
    """Who agrees to texts on the phone is asked there, and can say it before hanging up."""
    person = OnCall(flow, Channel.VOICE, Language("en")).start()
    person = person.say("i had a miscarriage 3 days ago and im bleeding a bit")
    while person.state.asked is not None and not person.state.ended:
        keys = person.keys_for({f: LOSS.get(f, BENIGN.get(f, "no")) for f in person.state.asked.findings})
        person = person.key(keys or "1")
    assert "time zone" in person.heard and "Say eastern" in person.heard
    person = person.say("pacific")
    assert person.state.extra[ZONES] == "America/Los_Angeles"
    assert "by day" in person.heard


def test_the_zones_of_every_region_are_real(flow: Flow) -> None:
    """A slip in the file would be found on the first text only."""
    assert flow.region.zones and all(ZoneInfo(name) for name in flow.region.zones.values())


# ---- whose number it is --------------------------------------------------------------------------------
def test_h13_after_sixty_days_of_silence_nothing_agreed_or_told_holds(flow: Flow) -> None:
    """Whoever writes then is greeted as somebody new: the number may have been given out again."""
    person = after_loss(flow)
    person.text("pause for 8 weeks")
    person.wait(timedelta(days=61))
    assert not any(isinstance(e, Text) and e.kind == "support" for e in person.wait(timedelta(days=1)))
    reply = person.text("hello")
    assert "automated service" in reply and "loss" not in reply.lower()
    assert not planned(person) and not person.state.consent.agreements and not person.state.findings
    assert person.state.last_disposition is None


# ---- at the moment of sending --------------------------------------------------------------------------
def test_a_check_in_that_she_has_overtaken_is_dropped(flow: Flow) -> None:
    """She wrote while its text waited: its question would answer nothing any more."""
    person = after_loss(flow)
    person.wait(hours(25))
    waiting = Waiting("checkin", person.now + hours(5))
    assert isinstance(decide(flow, person.state, waiting, person.now), Send)
    person.text("im soaking 3 pads an hour")
    assert isinstance(decide(flow, person.state, waiting, person.now), Drop)


def test_no_kind_words_come_while_a_case_is_open(flow: Flow) -> None:
    """Neither planned nor waiting, taken or not (evidence, section 7.3)."""
    person = after_loss(flow)
    person.text("i want to kill myself")
    assert person.state.case is not None
    verdict = decide(flow, person.state, Waiting("support", person.now + hours(24)), person.now)
    assert isinstance(verdict, Move)
    assert "support" not in kinds(person.wait(timedelta(days=5)))


# ---- what does not arrive ------------------------------------------------------------------------------
def test_emergency_words_that_do_not_arrive_become_a_call_and_a_case(flow: Flow) -> None:
    """Once in a contact: the second loss calls nobody again (hazard H07)."""
    person = in_emergency(flow)
    event = Undelivered("u1", person.now, person.chance(), "o_7f1", "reply", 30005, urgent=True)
    effects = person.give(event)
    assert any(isinstance(e, Call) for e in effects)
    assert any(getattr(e, "detail", "") == "text_not_arrived" for e in effects)
    again = person.give(Undelivered("u2", person.now, person.chance(), "o_7f2", "reply", 30005, urgent=True))
    assert not any(isinstance(e, Call) for e in again)


def test_nobody_is_called_on_a_phone_that_is_not_safe_or_after_stop(flow: Flow) -> None:
    """Staff have the case; a call would reach whoever listens."""
    for words in ("its not safe to text me, he reads my phone", "STOP"):
        person = in_emergency(flow)
        person.text(words)
        lost = Undelivered("u", person.now, person.chance(), "o_7f", "reply", 30005, urgent=True)
        assert not any(isinstance(e, Call) for e in person.give(lost))


def test_a_landline_gets_no_more_texts(flow: Flow) -> None:
    """What was planned is let go when it falls due."""
    person = after_loss(flow)
    person.give(Undelivered("u", person.now, person.chance(), "o_7f", "checkin", 30006))
    assert not kinds(person.wait(timedelta(days=60)))


def test_silence_may_lead_to_a_call_before_the_case(flow: Flow) -> None:
    """`then: call`: she is rung, and only if she does not answer staff are told."""
    from dataclasses import replace

    checkin = flow.conversations["checkin"]
    steps = tuple(
        replace(s, then="call") if isinstance(s, Interview) and s.id == "checkin_15m" else s
        for s in checkin.steps
    )
    ringing = replace(flow, conversations={**flow.conversations, "checkin": replace(checkin, steps=steps)})
    person = in_emergency(ringing)
    effects = person.wait(timedelta(minutes=31))
    assert any(isinstance(e, Call) for e in effects)
    assert not any(getattr(e, "name", "") == "checkin_missed" for e in effects)
    later = person.wait(timedelta(minutes=6))
    assert any(getattr(e, "name", "") == "checkin_missed" for e in later)


def test_a_test_not_done_is_asked_after_once_more(flow: Flow) -> None:
    """Three weeks after: "not sure" brings one more question in three days."""
    person = after_loss(flow)
    person.wait(timedelta(days=18, hours=2))
    assert person.state.extra["followup"] == "checkin_3w"
    while person.state.asked is not None and person.state.asked.findings != ("test_still_positive",):
        person.text("1")
    person.text("3")
    assert timedelta(days=3) <= planned(person)["checkin_3w_again"] - person.now < timedelta(days=4)


def test_opened_cases_say_that_a_text_did_not_arrive(flow: Flow) -> None:
    """Who had no case has one now, with the reason."""
    person = after_loss(flow)
    effects = person.give(Undelivered("u", person.now, person.chance(), "o_7f", "reply", 30005, urgent=True))
    (opened,) = (e for e in effects if isinstance(e, OpenCase))
    assert "text_not_arrived" in opened.case.reason
