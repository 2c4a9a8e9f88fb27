"""Many cases at once: a digest by danger instead of a storm, and no case lost in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.service.delivery import report
from helpline.service.surge import IN, URGENT, weigh
from helpline.store.pager_port import Sent
from helpline.triage.flow import Paging
from helpline.triage.release import Move, Send
from helpline.triage.state import Level
from tests.service.rota_house import PHONES, RotaHouse

ANA = PHONES["Ana Ruiz"]
PAGING = Paging()
BEGIN = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
EMERGENCY, URGENT_WORDS = (
    "i passed out and im bleeding",
    "my period is two weeks late and i have one sided pain",
)


@pytest.fixture
def house() -> RotaHouse:
    """Ana alone, at noon."""
    return RotaHouse.open(["Ana Ruiz"])


def _text(house: RotaHouse, n: int, words: str = EMERGENCY) -> tuple[str, list[str]]:
    """Let someone text; return the code of her case and the pages by text that left for Ana."""
    out = house.give(**{"from": f"+1555555{n:04d}", "body": words})
    return out["escalations"][0]["case"], [o["body"] for o in out["outbound"] if o["kind"] == "page"]


def test_one_case_is_paged_at_once(house: RotaHouse) -> None:
    """Nothing is held back while nothing piles up."""
    code, pages = _text(house, 1)

    assert len(pages) == 1 and code in pages[0]


def test_ten_emergencies_within_a_second_are_five_pages_and_a_digest(house: RotaHouse) -> None:
    """A storm on the phone hides what it is about; each code can still be taken."""
    made = [_text(house, n) for n in range(10)]
    assert [len(pages) for _, pages in made] == [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]

    out = house.pass_by(seconds=31)
    digests = [o["body"] for o in out["outbound"] if o["kind"] == "page"]

    assert len(digests) == 1 and "5 cases" in digests[0]
    assert all(code in digests[0] for code, _ in made[5:])
    assert "is yours" in house.text("Ana Ruiz", made[7][0])


def test_the_first_emergency_passes_all_that_is_held(house: RotaHouse) -> None:
    """Many milder cases fill the phone; the emergency does not wait behind them."""
    milder = [_text(house, n, "i feel unsafe at home, he hits me") for n in range(8)]
    assert [len(pages) for _, pages in milder][-1] == 0

    code, pages = _text(house, 50)

    assert len(pages) == 1 and code in pages[0]


def test_a_digest_names_the_worst_first_and_only_what_nobody_has(house: RotaHouse) -> None:
    """What was taken while it was held is left out."""
    codes = [_text(house, n)[0] for n in range(6)]
    milder = _text(house, 20, "he hits me, i am scared")[0]
    late = _text(house, 21)[0]
    house.text("Ana Ruiz", f"ACK {codes[5]}")

    out = house.pass_by(seconds=31)
    digest = next(o["body"] for o in out["outbound"] if o["kind"] == "page")

    assert codes[5] not in digest
    assert digest.index(late) < digest.index(milder)
    assert digest.index("Emergency") < digest.index("Safeguarding")


def test_a_digest_that_bounces_makes_every_case_in_it_climb(house: RotaHouse) -> None:
    """A dead phone must not swallow five cases at once."""
    codes = [_text(house, n)[0] for n in range(10)]
    house.pass_by(seconds=31)
    person = house.line.identity.person(ANA)
    digest = next(i for i in house.line.store.items(person) if i.kind == "page")

    report(house.line, digest.id, "undelivered", "SM1", 30006)

    rungs = {r.case.code: r.case.rung for r in house.line.store.open_cases()}
    assert [rungs[code] for code in codes] == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]


# Any order of pages: nothing is lost, nothing waits long, and an emergency is never first in vain.

PAGES = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.sampled_from(sorted(Level, key=lambda x: x.rank)[:5]),
    ),
    min_size=1,
    max_size=40,
)


@given(PAGES)
def test_every_page_leaves_by_itself_or_in_a_digest_within_half_a_minute(
    pages: list[tuple[int, Level]],
) -> None:
    """Whatever comes when: at most a burst and one digest each half minute, besides first emergencies."""
    waiting = list[tuple[datetime, int]]()
    at, lately = BEGIN, tuple[Sent, ...]()
    born: dict[str, datetime] = {}
    left: dict[str, datetime] = {}
    for n, (pause, _) in enumerate(pages):
        at += timedelta(seconds=pause)
        born[str(n)] = at
        waiting.append((at, n))
    while waiting:
        waiting.sort()
        at, n = waiting.pop(0)
        page = Sent(str(n), "7F3K", pages[n][1], at, "text")
        weighed = weigh(PAGING, lately, page)
        lately = weighed.lately
        if isinstance(weighed.verdict, Move):
            assert weighed.verdict.until > at
            waiting.append((weighed.verdict.until, n))
        elif isinstance(weighed.verdict, Send):
            left[str(n)] = at
        else:
            assert next(s.how for s in lately if s.item == str(n)).startswith(IN)
            left[str(n)] = at
    assert left.keys() == born.keys()
    assert all(left[n] - born[n] <= PAGING.digest_every for n in born)


@given(PAGES)
def test_an_emergency_after_half_a_minute_without_one_goes_at_once(pages: list[tuple[int, Level]]) -> None:
    """However many milder pages are held; a digest with one in it counts too."""
    at, lately, last = BEGIN, tuple[Sent, ...](), BEGIN - timedelta(days=1)
    for n, (pause, level) in enumerate(pages):
        at += timedelta(seconds=pause)
        weighed = weigh(PAGING, lately, Sent(str(n), "7F3K", level, at, "text"))
        lately = weighed.lately
        if level in URGENT and at - last >= PAGING.digest_every:
            assert isinstance(weighed.verdict, Send)
        if weighed.digest or (level in URGENT and isinstance(weighed.verdict, Send)):
            last = at


def test_calls_to_one_phone_are_apart_and_an_emergency_waits_for_no_milder_one() -> None:
    """A phone rings for one thing at a time."""
    urgent = Sent("a", "7F3K", Level.URGENT, BEGIN, "call")
    lately = weigh(PAGING, (), urgent).lately
    soon = BEGIN + timedelta(seconds=5)

    again = weigh(PAGING, lately, Sent("b", "7F3C", Level.URGENT, soon, "call"))
    emergency = weigh(PAGING, lately, Sent("c", "7F3D", Level.EMERGENCY, soon, "call"))

    assert again.verdict == Move(BEGIN + PAGING.call_gap)
    assert isinstance(emergency.verdict, Send)


def test_a_clock_that_was_set_back_holds_no_page() -> None:
    """Pages that lie in the future by then are forgotten: the next goes as if none had gone before."""
    ahead = BEGIN + timedelta(hours=20)
    before = [Sent(f"o_{n}", "7F3K", Level.URGENT, ahead, "text") for n in range(9)]
    before += [Sent(f"o_{how}", "7F3K", Level.URGENT, ahead, how) for how in ("call", "held")]
    for how in ("text", "call"):
        page = Sent("o_now", "7F3P", Level.URGENT, BEGIN, how)
        assert isinstance(weigh(PAGING, before, page).verdict, Send)
