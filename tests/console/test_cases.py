"""What staff see of a case and do with it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from helpline.service import casework
from helpline.service.links import case_link
from helpline.store.port import CaseRecord
from helpline.triage.state import CaseCode
from tests.console.desk import HER, NEXT, PHONES, House


def _record(house: House, code: str) -> CaseRecord:
    record = house.line.store.find_case(code)
    assert record is not None
    return record


def test_the_board_lists_the_worst_first_with_who_has_it(house: House) -> None:
    """Code, level in words, age, owner; whoever has none says so."""
    mild, bad = house.case("can i talk to a nurse", NEXT), house.case()
    page = house.browser("Ana Ruiz").act(f"/case/{mild}", f"/case/{mild}/take")
    assert "The case is yours" in page
    browser = house.browser("Bea Stone")
    browser.get("/")
    assert browser.page.index(bad) < browser.page.index(mild)
    assert "Emergency" in browser.page and "Nobody has it yet" in browser.page and "Ana Ruiz" in browser.page


def test_a_case_tells_why_in_words_and_what_she_said(house: House) -> None:
    """The reason names her answers, not the ids of rules; her words stand beside."""
    code = house.case("i passed out and im bleeding")
    page = house.browser("Ana Ruiz").get(f"/case/{code}").text
    assert "Fainted: yes" in page and "passed out" in page and "Call the emergency number now" in page
    assert "fainted.1" not in page


def test_no_page_shows_a_number(house: House) -> None:
    """Three digits at most, of hers and of staff."""
    code = house.case()
    browser = house.browser("admin")
    browser.act(f"/case/{code}", f"/case/{code}/take")
    for path in ("/", f"/case/{code}", "/rota", "/account"):
        page = browser.get(path).text
        for number in (HER, *PHONES.values()):
            assert number[-4:] not in page
    assert "ends in 100" in browser.get(f"/case/{code}").text


def test_every_look_is_in_the_journal(house: House) -> None:
    """Each opening by name; a page that reloads itself only now and then."""
    code = house.case()
    browser = house.browser("Ana Ruiz")
    for path in (f"/case/{code}", f"/case/{code}", f"/case/{code}?again=1"):
        browser.get(path)
    looks = [e.who for e in house.line.store.journal(_record(house, code).person) if e.what == "looked"]
    assert looks == [house.staff["Ana Ruiz"]] * 2


def test_two_staff_take_the_same_case_in_the_same_second(house: House) -> None:
    """One has it, the other hears who, and the case has one owner."""
    code = house.case()
    acts = [casework.Act(code, house.staff[n], "nurse", f"console:{n}") for n in ("Ana Ruiz", "Bea Stone")]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda act: casework.take(house.line, act), acts))
    assert sorted(d.result for d in done) == ["done", "taken"]
    owner = _record(house, code).case.owner
    assert owner in (house.staff["Ana Ruiz"], house.staff["Bea Stone"])
    assert all(d.case is not None and d.case.owner == owner for d in done)


def test_the_second_to_click_hears_who_has_it(house: House) -> None:
    """Her page was older than the other's click."""
    code = house.case()
    late = house.browser("Bea Stone")
    late.get(f"/case/{code}")
    house.browser("Ana Ruiz").act(f"/case/{code}", f"/case/{code}/take")
    answer = late.send(f"/case/{code}/take")
    page = late.get(answer.location.removeprefix("/console")).text
    assert "Someone else has this case" in page and "Ana Ruiz has it" in page


def test_words_to_her_leave_once_though_the_form_comes_twice(house: House) -> None:
    """A double click sends one text, as the helpline."""
    code = house.case("can i talk to a nurse")
    browser = house.browser("Ana Ruiz")
    browser.act(f"/case/{code}", f"/case/{code}/take")
    house.outbound()
    browser.get(f"/case/{code}")
    for _ in range(2):
        browser.send(f"/case/{code}/write", words="Hello, this is Ana.")
    assert [(o["kind"], o["body"]) for o in house.outbound()] == [("relay", "Hello, this is Ana.")]


def test_her_answer_is_on_the_page_and_on_the_board(house: House) -> None:
    """The owner sees her words; the line stays silent; the board says that there are new words."""
    code = house.case("can i talk to a nurse")
    browser = house.browser("Ana Ruiz")
    browser.act(f"/case/{code}", f"/case/{code}/take")
    browser.act(f"/case/{code}", f"/case/{code}/write", words="Are you alone?")
    assert house.text("yes, my sister left")["replies"] == []
    assert "New words for you" in browser.get("/").text
    assert "yes, my sister left" in browser.get(f"/case/{code}").text
    assert "New words for you" not in house.browser("Bea Stone").get("/").text


def test_only_the_owner_writes(house: House) -> None:
    """Others have no field, and a form made up by hand sends nothing."""
    code = house.case()
    house.browser("Ana Ruiz").act(f"/case/{code}", f"/case/{code}/take")
    act = casework.Act(code, house.staff["Bea Stone"], "nurse", "console:made-up")
    assert casework.write(house.line, act, "hello").result is casework.Result.TAKEN
    assert 'name="words"' not in house.browser("Bea Stone").get(f"/case/{code}").text


def test_nobody_is_written_to_whose_phone_is_not_safe(house: House) -> None:
    """STOP, too, takes the field away and says why."""
    code = house.case("can i talk to a nurse")
    browser = house.browser("Ana Ruiz")
    browser.act(f"/case/{code}", f"/case/{code}/take")
    house.text("STOP")
    page = browser.get(f"/case/{code}").text
    assert "She texted STOP" in page and 'name="words"' not in page


def test_a_case_is_handed_over_and_back(house: House) -> None:
    """To a colleague by name, and back to whoever is on call."""
    code = house.case()
    browser = house.browser("Ana Ruiz")
    browser.act(f"/case/{code}", f"/case/{code}/take")
    page = browser.act(f"/case/{code}", f"/case/{code}/hand", to=house.staff["Bea Stone"])
    assert "Handed over" in page and "Bea Stone has it" in page
    other = house.browser("Bea Stone")
    assert "Handed back" in other.act(f"/case/{code}", f"/case/{code}/hand", to="back")
    assert _record(house, code).case.owner is None


def test_a_case_is_closed_with_outcome_and_note(house: House) -> None:
    """Both stand in the journal, and the board lists it as closed today."""
    code = house.case()
    browser = house.browser("Ana Ruiz")
    browser.act(f"/case/{code}", f"/case/{code}/take")
    board = browser.act(
        f"/case/{code}", f"/case/{code}/close", outcome="reached care", note="At <b>St Mary</b>"
    )
    assert "Closed today" in board and code in board
    page = browser.get(f"/case/{code}").text
    assert "reached care" in page and "At &lt;b&gt;St Mary&lt;/b&gt;" in page
    assert _record(house, code).closed is not None


@pytest.mark.parametrize("fields", [{"outcome": ""}, {"outcome": "made up"}])
def test_closing_needs_an_outcome_of_the_list(house: House, fields: dict[str, str]) -> None:
    """Else nothing happens, and the page says what is missing."""
    code = house.case()
    page = house.browser("Ana Ruiz").act(f"/case/{code}", f"/case/{code}/close", **fields)
    assert "Choose how it ended" in page and _record(house, code).closed is None


def test_safeguarding_is_hidden_from_who_is_not_trained(house: House) -> None:
    """A nurse sees that there is a case, not what it is; trained staff see all."""
    code = house.case("my boyfriend hits me and im not safe here")
    nurse, trained = house.browser("Ana Ruiz"), house.browser("Cleo Park")
    board = nurse.get("/").text
    assert code in board and "Safeguarding" not in board and f"/case/{code}" not in board
    assert nurse.get(f"/case/{code}").status_code == 403
    page = trained.get(f"/case/{code}").text
    assert "Safeguarding" in page and "hits me" in page


def test_a_nurse_treats_the_body_and_reads_nothing_of_the_home(house: House) -> None:
    """An emergency with a flag is hers to take, without the flag, the words or the finding."""
    house.text("my boyfriend hits me and im not safe here")
    house.text("i passed out")
    code = house.line.store.open_cases()[0].case.code
    page = house.browser("Ana Ruiz").get(f"/case/{code}").text
    assert "Emergency" in page and "Fainted" in page and "left out" in page
    for word in ("hits me", "not safe", "safeguarding", "safe at home", "boyfriend", "safe_at_home"):
        assert word not in page.lower(), word
    assert "Safeguarding" in house.browser("Cleo Park").get(f"/case/{code}").text


def test_a_reviewer_reads_no_case(house: House) -> None:
    """Reviewers review content."""
    code = house.case()
    admin = house.browser("admin")
    admin.get("/rota")
    admin.send("/staff/add", name="Rae Gold", phone="+12025550199", role="reviewer", languages="en")
    rae = next(s for s in house.line.store.staff.staff_list() if s.name == "Rae Gold")
    house.staff["Rae Gold"] = rae.id
    page = admin.get("/rota").text
    assert "Rae Gold" in page
    answer = admin.send("/staff/password", who=rae.id)
    word = answer.text.split("<code>")[1].split("</code>")[0]
    browser = house.browser()
    browser.log_in("Rae Gold", word)
    browser.get("/account")
    browser.send("/account/password", old=word, new="my very own words", again="my very own words")
    browser.log_in("Rae Gold", "my very own words")
    assert browser.get(f"/case/{code}").status_code == 403


def test_an_unknown_code_is_said_to_be_one(house: House) -> None:
    """404 in plain words, for a code that leads nowhere and for one that cannot be."""
    browser = house.browser("Ana Ruiz")
    assert browser.get("/case/0000").status_code == 404
    assert browser.get("/case/ZZZZ").status_code == 404


def test_her_words_cannot_become_markup(house: House) -> None:
    """What she writes is shown as she wrote it."""
    code = house.case("i passed out <script>alert(1)</script>")
    page = house.browser("Ana Ruiz").get(f"/case/{code}").text
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


def test_an_erased_case_is_seen_and_over(house: House) -> None:
    """Taking it closes it: to know is all that is left to do."""
    code = house.case()
    person = _record(house, code).person
    house.line.store.erase(person, house.line.now(), keep_opt_out=True)
    browser = house.browser("Ana Ruiz")
    browser.act(f"/case/{code}", f"/case/{code}/take")
    assert _record(house, code).closed is not None


def test_taking_by_text_and_at_the_console_is_one_path(house: House) -> None:
    """Who took it by text is the owner at the console too."""
    code = house.case()
    assert house.bench is not None
    house.bench.answer(json.dumps({"staff": PHONES["Ana Ruiz"], "body": f"ACK {code}"}))
    assert "You have it" in house.browser("Ana Ruiz").get(f"/case/{code}").text


def test_a_link_leads_to_its_case_after_a_login_and_for_half_an_hour(house: House) -> None:
    """Made for who took the case; for others and later it leads to the list."""
    code = house.case()
    line = replace(house.line, console="http://localhost/console")
    link = case_link(line, CaseCode(code), house.staff["Ana Ruiz"]).removeprefix("http://localhost/console")
    stranger = house.browser()
    assert "/login" in stranger.get(link).location

    ana, bea = house.browser("Ana Ruiz"), house.browser("Bea Stone")
    assert ana.get(link).location.endswith(f"/case/{code}")
    assert "old-link" in bea.get(link).location
    assert house.bench is not None
    house.bench.answer('{"advance": "31m"}')
    assert "old-link" in ana.get(link).location


def test_who_has_a_case_can_call_her_from_its_page(house: House) -> None:
    """One button; her phone rings, and the page says what comes."""
    code = house.case()
    ana = house.browser("Ana Ruiz")
    ana.act(f"/case/{code}", f"/case/{code}/take")

    assert "Your phone rings" in ana.act(f"/case/{code}", f"/case/{code}/call")
    assert [o["kind"] for o in house.outbound() if o["to"] == HER] == ["notice", "call"]
