"""What plainly follows from what she told: weeks now mean pregnant, a birth means it has ended.

Pseudo findings, which the lexicon may name and nobody else sees: `ago` (days since something), `months`
(of pregnancy, in tenths of a month), `was_along` (how far along she was, when that is over), `baby_age`
(days that a child is old), `going_on` (words like "my due date"), `adult_partner`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from helpline.triage.lexicon import Lexicon, Sense
from helpline.triage.told import NO, WEEKS_A_MONTH, YES, Told

AGO, MONTHS, WAS_ALONG, BABY_AGE, GOING_ON = "ago", "months", "was_along", "baby_age", "going_on"
PSEUDO = (AGO, MONTHS, WAS_ALONG, BABY_AGE, GOING_ON, "adult_partner")
TENTHS = 10
_YEAR = 366
TURNS_NEGATIVE, STAYS_POSITIVE = 21, 42
"""Days after an event: from when a test that is positive is asked about (finding `test_still_positive`), and
until when it is taken for that of the pregnancy that has ended."""
_NO_SIGN = (NO, "not_felt_yet")
_GOES_ON = ("baby_movement", "placenta_low")
"""Told only by people who are pregnant now, and well along: without weeks the careful reading is unknown."""
_NOT_YET_BORN = (*_GOES_ON, "waters_broken", "contractions")
"""Signs beside which the age of a baby may be that of a pregnancy: "my baby is 8 months, my waters broke"."""
_WEEKS = ("gestation_weeks", MONTHS)
_DAYS = {"gestation_weeks": 7, MONTHS: 3}
"""Days of one of these, a month being told in tenths."""


def placed(told: Iterable[Told]) -> list[Told]:
    """Leave out what the words around it make something else.

    Weeks of "3 weeks ago" or "3 weeks old" are no weeks of pregnancy; a pregnancy that she "was" in, or that
    she says she lost, is none now.
    """
    items = list(told)
    since = [t for t in items if t.id in (AGO, BABY_AGE)]
    over = [t for t in items if t.id in (WAS_ALONG, "recent_event") and t.value is not None]
    return [t for t in items
            if not (t.id in _WEEKS and any(_is_since(t, s) for s in since))
            and not (t.id in ("pregnant", GOING_ON) and t.value == YES and any(t.shares(o) for o in over))]


def _is_since(weeks: Told, since: Told) -> bool:
    """Return whether weeks or months are those of an "ago": covered by it, or the same number."""
    if since.start <= weeks.start < since.end:
        return True
    return weeks.shares(since) and since.value == int(weeks.value or 0) * _DAYS[weeks.id]


def imply(told: dict[str, Told]) -> dict[str, Told]:
    """Add what follows; what she said herself is never replaced."""
    found = dict(told)
    if "bleeding" in found and found["bleeding"].denied and "bled_last_48h" in found:
        del found["bleeding"]
    if MONTHS in found and "gestation_weeks" not in found:
        months = found[MONTHS]
        found["gestation_weeks"] = replace(months, id="gestation_weeks",
                                           value=int(int(months.value or 0) * WEEKS_A_MONTH / TENTHS + 1e-6))
    _born(found)
    _ended(found)
    test = found.get("pregnancy_test")
    if test and test.value == "positive":
        found.setdefault("pregnant", replace(test, id="pregnant", value=YES))
    _weeks_mean(found)
    _goes_on(found)
    return found


def _so(item: Told, finding: str, value: str | int | None) -> Told:
    """Return what follows from something she told, in the same words."""
    return replace(item, id=finding, value=value, implied=True)


def _weeks_mean(found: dict[str, Told]) -> None:
    """Take weeks to mean that she is pregnant, whatever makes it only likely; not the weeks that she was.

    "Not pregnant" beside weeks is left open: it is asked.
    """
    weeks, known, was = found.get("gestation_weeks"), found.get("pregnant"), found.get(WAS_ALONG)
    if weeks is None or not weeks.value or (was is not None and weeks.shares(was)):
        return
    if known is None or known.value == "maybe":
        found["pregnant"] = _so(weeks, "pregnant", YES)
    elif known.value == NO:
        del found["pregnant"]


def _born(found: dict[str, Told]) -> None:
    """Take the age of her baby to be the days since its birth, unless she is pregnant or it may be unborn."""
    age, event = found.get(BABY_AGE), found.get("recent_event")
    if age is None or int(age.value or 0) > _YEAR or (event and event.value != "birth"):
        return
    if event is None and (_pregnant_now(found) or any(sign in found for sign in _NOT_YET_BORN)):
        return
    found.setdefault("recent_event", _so(age, "recent_event", "birth"))
    found["days_since_event"] = replace(age, id="days_since_event")


def _pregnant_now(found: dict[str, Told]) -> bool:
    known, test = found.get("pregnant"), found.get("pregnancy_test")
    return (known is not None and known.value == YES) or "gestation_weeks" in found or (
        test is not None and test.value == "positive")


def _ended(found: dict[str, Told]) -> None:
    """Take an event to mean that the pregnancy is over, unless she says that she is pregnant again."""
    event, known, ago = found.get("recent_event"), found.get("pregnant"), found.get(AGO)
    days = 0 if ago is None else int(ago.value or 0)
    if event is not None and (days > _YEAR or _anew(found, event, ago)
                              or (known is not None and known.value == YES)):
        del found["recent_event"]
        return
    if event is not None:
        found["pregnant"] = replace(event, id="pregnant", value="recent")
        _still_positive(found, ago)
    elif known is None or known.value != "recent" or days > _YEAR:
        return
    if ago is not None:
        found.setdefault("days_since_event", replace(ago, id="days_since_event", value=days))


def _anew(found: dict[str, Told], event: Told, ago: Told | None) -> bool:
    """Return whether a positive test tells of a new pregnancy, and not of the one that has ended.

    It does where the event is long ago, or where the time told is that of the test: "lost a baby in may,
    tested positive yesterday".
    """
    test = found.get("pregnancy_test")
    if test is None or test.value != "positive" or "test_still_positive" in found or ago is None:
        return False
    between = sorted((ago, event, test), key=lambda told: told.end)[1] is ago
    of_test = not between and abs(ago.end - test.end) < abs(ago.end - event.end)
    return of_test or int(ago.value or 0) > STAYS_POSITIVE


def _still_positive(found: dict[str, Told], ago: Told | None) -> None:
    """Take a positive test three weeks or more after an event as one that is still positive."""
    test = found.get("pregnancy_test")
    if test and test.value == "positive" and ago is not None and int(ago.value or 0) >= TURNS_NEGATIVE:
        found.setdefault("test_still_positive", replace(test, id="test_still_positive", value=YES))


def _goes_on(found: dict[str, Told]) -> None:
    if "pregnant" in found:
        return
    if GOING_ON in found:
        found["pregnant"] = _so(found[GOING_ON], "pregnant", YES)
        return
    sign = next((found[f] for f in _GOES_ON if f in found and found[f].value not in _NO_SIGN), None)
    if sign is None:
        return
    found["pregnant"] = _so(sign, "pregnant", YES)
    if not {"trimester", "gestation_weeks"} & found.keys():
        found["trimester"] = _so(sign, "trimester", "unknown")


def combine(found: dict[str, Told], lexicon: Lexicon) -> dict[str, Told]:
    """Add the danger signs that several findings of one message make together."""
    added = dict(found)
    for together in lexicon.together:
        finding, value = together.gives
        if finding in added or not together.unless_told.isdisjoint(added):
            continue
        parts = [added[f] for f, values in together.all if f in added and str(added[f].value) in values]
        if len(parts) == len(together.all):
            last = max(parts, key=lambda p: p.start)
            added[finding] = Told(Sense.FINDING, finding, value, last.start, last.end)
    return {name: item for name, item in added.items() if name not in PSEUDO}
