"""What staff do with a case by text: take, write, call, give away, close; and what is no order at all."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from helpline.cli.phone_bench import Bench
from helpline.service.orders import outcome_of
from tests.service.night import ANA, BEA, HER, SAM, STRANGER, SUE, Night


def _emergency(night: Night) -> None:
    night.her("i passed out and im bleeding")


def _taken(night: Night) -> None:
    _emergency(night)
    night.staff(ANA, "ACK {c}")


def test_a_page_has_code_level_age_and_how_to_take_it(night: Night) -> None:
    """Nothing else: no health detail, no number, no name."""
    _emergency(night)

    (page,) = night.sent(ANA, "page")
    code = night.case.code
    assert page == f"Helpline case {code}: emergency, 0 min old. Text ACK {code} to take it, or just 1."


def test_she_hears_that_someone_was_told_then_that_someone_reads(night: Night) -> None:
    """One text each, and no more for the same news."""
    _emergency(night)
    assert ["has been told" in t for t in night.sent(HER, "notice")] == [True]

    night.staff(ANA, "1")
    assert ["is reading it now" in t for t in night.sent(HER, "notice")] == [True]
    night.staff(ANA, "1")
    assert night.sent(HER, "notice") == []


def test_without_anybody_to_page_she_is_told_at_once_and_once() -> None:
    """No words of a nurse who does not exist; and no flood of the same truth."""
    night = Night(Bench.open(memory=True))
    reply = night.her("i passed out and im bleeding")
    told = night.sent(HER, "notice")
    night.wait("30m")

    assert ["could not reach our staff" in t for t in told] == [True]
    assert "nurse" not in reply and night.sent(HER, "notice") == []


def test_a_wish_for_a_person_without_staff_is_answered_with_the_truth() -> None:
    """Whom to call instead stands in it."""
    night = Night(Bench.open(memory=True))
    night.her("can i talk to a nurse")

    assert ["Please do not wait for us" in t for t in night.sent(HER, "notice")] == [True]


def test_the_owner_writes_by_text_and_her_answers_come_back(night: Night) -> None:
    """Both ways through the helpline; the line asks nothing meanwhile."""
    _taken(night)

    assert "sent" in night.staff(ANA, "{c}: are you somewhere safe?")
    assert night.sent(HER, "relay") == ["are you somewhere safe?"]
    assert night.her("yes im at home") == ""
    assert night.sent(ANA, "relay") == [f"{night.case.code}: yes im at home"]


def test_to_write_about_a_case_that_nobody_has_is_to_take_it(night: Night) -> None:
    """One reply to the page is enough."""
    _emergency(night)
    night.staff(BEA, "{c}: i am here. are you alone?")

    assert night.case.owner == "s2" and night.sent(HER, "relay") == ["i am here. are you alone?"]


def test_a_danger_sign_is_answered_and_shown_to_the_owner_at_once(night: Night) -> None:
    """Emergency advice from the line, her words marked to the owner."""
    night.her("can i talk to a nurse")
    night.staff(ANA, "{c}: how are you?")

    assert "911" in night.her("i just passed out")
    assert ["DANGER SIGN" in t for t in night.sent(ANA, "relay")] == [True]
    assert night.case.level == "emergency" and night.sent(ANA, "page")


def test_a_case_that_got_worse_is_open_again_and_its_owner_goes_on_with_one_reply(night: Night) -> None:
    """Others are paged in the same second; who writes first has it."""
    night.her("can i talk to a nurse")
    night.staff(BEA, "{c}: how are you?")
    night.her("i just passed out")
    assert night.case.owner is None
    assert ["empeor" in t for t in night.sent(BEA, "page")] == [True] and night.sent(ANA, "page")

    night.staff(BEA, "{c}: call 911 now, i stay with you")
    assert night.case.owner == "s2"


def test_done_ends_it_and_the_line_is_there_again(night: Night) -> None:
    """She is told, and her next word is answered by the line."""
    _taken(night)
    night.staff(ANA, "{c}: are you safe?")
    person = night.bench.line.identity.person(HER)
    answer = night.staff(ANA, "DONE {c} reached care, her sister drove")

    assert "closed: reached care" in answer
    assert ["finished for now" in t for t in night.sent(HER, "notice")] == [True]
    journal = night.bench.line.store.journal(person)
    assert [(e.who, e.detail) for e in journal if e.what == "CaseClosed"] == [
        ("s1", "reached care\nher sister drove")
    ]
    assert night.her("im bleeding again") != ""


@pytest.mark.parametrize(
    ("words", "outcome", "note"),
    [
        ("reached care", "reached care", ""),
        ("No answer. tried 3 times", "no answer", "tried 3 times"),
        ("FALSE ALARM - a test", "false alarm", "a test"),
        ("advised", "advised", ""),
        ("she is fine", None, "she is fine"),
        ("otherwise well", None, "otherwise well"),
        ("", None, ""),
    ],
)
def test_an_outcome_and_a_note_are_told_apart(words: str, outcome: str | None, note: str) -> None:
    """The outcome stands first; what is none is kept as the note."""
    assert outcome_of(words) == (outcome, note)


def test_call_rings_her_and_says_what_comes(night: Night) -> None:
    """Her phone first; no number is shown to anybody."""
    _taken(night)
    answer = night.staff(ANA, "CALL {c}")

    assert [o["kind"] for o in night.out if o["to"] == HER] == ["call"]
    assert "press 1" in answer and HER[-7:] not in answer


def test_a_phone_that_is_not_safe_is_neither_called_nor_texted(night: Night) -> None:
    """Whoever asks hears why."""
    _taken(night)
    night.her("it is not safe to text me here")

    assert "not safe" in night.staff(ANA, "CALL {c}")
    assert "not safe" in night.staff(ANA, "{c}: hello")
    assert [o for o in night.out if o["to"] == HER] == []


def test_giving_back_pages_another_and_handing_on_pages_by_name(night: Night) -> None:
    """BACK leaves out who gave it back; GIVE needs one name, and the new owner one reply."""
    _taken(night)
    night.staff(ANA, "BACK {c}")
    assert night.case.owner is None and night.sent(BEA, "page") and not night.sent(ANA, "page")

    night.staff(ANA, "ACK {c}")
    assert "Bea Stone" in night.staff(ANA, "GIVE {c}")
    night.staff(ANA, "GIVE {c} bea")
    assert night.case.owner == "s2" and night.sent(BEA, "page")
    night.staff(BEA, "1")
    night.wait("5m")
    assert night.case.owner == "s2"


def test_an_owner_without_a_sign_is_reminded_then_it_climbs(night: Night) -> None:
    """One reminder; then others."""
    _taken(night)
    night.wait("30m")
    assert ["still on it" in t for t in night.sent(ANA, "page")] == [True] and night.case.owner == "s1"

    night.wait("2m")
    assert night.case.owner is None and night.sent(BEA, "page")


def test_one_after_somebody_else_took_it_says_who_has_it(night: Night) -> None:
    """A page to this phone was open a moment ago: `1` is no word of her own."""
    _emergency(night)
    night.wait("5m")
    night.staff(BEA, "ACK {c}")

    assert night.staff(ANA, "1") == f"Bea Stone has case {night.case.code}."


def test_two_in_the_same_second_one_has_it(night: Night) -> None:
    """Whatever the threads do, one owner, and the other hears the name."""
    _emergency(night)
    code = night.case.code
    line = night.bench.line

    def take(phone: str) -> str:
        from helpline.service.duty import command

        spoken = command(line, phone, f"ACK {code}", f"SM{phone}")
        assert spoken is not None
        return spoken.texts[0]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(take, (ANA, SUE, SAM)))

    assert sum("is yours" in a for a in answers) == 1
    assert sum("has case" in a for a in answers) == 2
    entries = line.store.journal(line.identity.person(HER))
    assert sum(e.what == "acknowledged_after" for e in entries) == 1


def test_a_bare_ack_takes_the_case_last_paged(night: Night) -> None:
    """Woken at night she writes what the page asks, without the code: she means this page."""
    _emergency(night)
    answer = night.give(staff=ANA, body="ack")

    assert night.case.code in answer and night.case.status == "acknowledged"


@pytest.mark.parametrize("words", ["ACK", "DONE"])
def test_an_order_without_a_code_is_no_answer_to_a_question(night: Night, words: str) -> None:
    """Nothing was paged: she hears how orders are written, and no nurse is triaged for it."""
    night.give(staff=ANA, body="hi")
    before = night.bench.state_of(ANA)
    assert "ACK and a code" in night.give(staff=ANA, body=words)
    assert before is not None and night.bench.state_of(ANA).asked == before.asked


def test_the_same_order_twice_is_done_once(night: Night) -> None:
    """A doubled webhook sends her words once."""
    _taken(night)
    code = night.case.code
    for _ in range(2):
        night.bench.answer(json.dumps({"staff": ANA, "body": f"{code}: hello", "id": "SMtwice"}))
    person = night.bench.line.identity.person(HER)

    assert [i.kind for i in night.bench.line.store.items(person)].count("relay") == 1


@pytest.mark.parametrize(
    "words", ["im bleeding", "back pain hurts", "call mama now", "done with this", "each: hour more", "1"]
)
def test_own_words_of_a_staff_phone_are_those_of_a_person(night: Night, words: str) -> None:
    """She is a person too: what is no order goes to the line, whatever it begins with."""
    assert "Helpline" in night.give(staff=ANA, body=words)
    assert night.bench.state_of(ANA) is not None


def test_a_stranger_with_a_code_hears_that_it_needs_a_staff_phone(night: Night) -> None:
    """The case stays as it was, and whoever it is can go on as a person."""
    _emergency(night)
    answer = night.give(**{"from": STRANGER, "body": f"ACK {night.case.code}"})

    assert "staff list" in answer and "danger" in answer
    person = night.bench.line.identity.person(HER)
    record = next(r for r in night.bench.line.store.open_cases() if r.person == person)
    assert record.case.owner is None


@pytest.mark.parametrize("code", ["BEPC", "8DV2", "E6KK", "C6W8"])
def test_the_letters_of_a_code_are_no_words_of_hers(night: Night, code: str) -> None:
    """Whatever a code happens to spell, a stranger's order is answered as one, in her language."""
    answer = night.give(**{"from": STRANGER, "body": f"ACK {code}"})

    assert "staff list" in answer and "Call 911 now. T" not in answer


def test_danger_behind_a_code_is_heard(night: Night) -> None:
    """What stands behind it are her own words."""
    assert "Call 911 now. T" in night.give(**{"from": STRANGER, "body": "ACK 8DV2 i passed out"})


def test_a_closed_case_says_so_and_can_be_opened_again(night: Night) -> None:
    """Whoever opens it has it."""
    _taken(night)
    code = night.case.code
    night.staff(ANA, "DONE {c} advised")
    assert "cerrado" in night.give(staff=BEA, body=f"ACK {code}")

    night.give(staff=ANA, body=f"OPEN {code}")
    assert night.case.owner == "s1" and night.case.reason == "opened_by_staff"


def test_staff_open_a_case_for_a_number(night: Night) -> None:
    """Somebody who rang the clinic can be written to through the line."""
    night.give(staff=ANA, body=f"OPEN {HER}")
    night.staff(ANA, "{c}: hello, this is the clinic")

    assert night.sent(HER, "relay") == ["hello, this is the clinic"]


def test_safeguarding_is_paged_to_who_is_trained_and_to_nobody_else(night: Night) -> None:
    """Up to the last rung; who is not trained cannot take it by its code either."""
    night.her("my boyfriend hits me")
    if night.case.level != "safeguarding":
        pytest.fail(f"expected safeguarding, got {night.case.level}")
    paged = {o["to"] for o in night.out if o["kind"] == "page"}
    night.wait("50m")
    paged |= {o["to"] for o in night.out if o["kind"] == "page"}

    assert paged == {SAM, SUE}
    assert "not for your role" in night.staff(ANA, "ACK {c}")
    night.staff(SAM, "ACK {c}")
    assert night.case.owner == "s4"


def test_an_emergency_with_safeguarding_pages_who_is_on_call_and_the_trained_beside(night: Night) -> None:
    """Without naming it to anybody."""
    night.her("my boyfriend hit me in the belly and i passed out")
    pages = {o["to"]: o["body"] for o in night.out if o["kind"] == "page"}

    assert night.case.level == "emergency" and "safeguarding" in night.case.flags
    assert set(pages) == {ANA, SAM} and not any("safeguarding" in p for p in pages.values())


def test_who_speaks_her_language_is_paged_first(night: Night) -> None:
    """Bea speaks Spanish and comes before Ana."""
    night.her("me desmayé y estoy sangrando")

    assert [o["to"] for o in night.out if o["kind"] == "page"] == [BEA]
    assert "emergencia" in night.sent(BEA, "page")[0]
