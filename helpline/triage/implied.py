"""What plainly follows from what she told: weeks now mean pregnant, a birth means it has ended.

Pseudo findings, which the lexicon may name and nobody else sees: `ago` (days since something), `months`
(of pregnancy, in tenths of a month), `adult_partner`.
"""

from __future__ import annotations

from dataclasses import replace

from helpline.triage.lexicon import Lexicon, Sense
from helpline.triage.told import NO, WEEKS_A_MONTH, YES, Told

AGO, MONTHS = "ago", "months"
PSEUDO = (AGO, MONTHS, "adult_partner")
TENTHS = 10
_YEAR = 366
TURNS_NEGATIVE, STAYS_POSITIVE = 21, 42
"""Days after an event: from when a test that is positive is asked about (finding `test_still_positive`), and
until when it is taken for that of the pregnancy that has ended."""
_NO_SIGN = (NO, "not_felt_yet")
_GOES_ON = ("baby_movement", "placenta_low")
"""Told only by people who are pregnant now, and well along: without weeks the careful reading is unknown."""


def imply(told: dict[str, Told]) -> dict[str, Told]:
    """Add what follows; what she said herself is never replaced."""
    found = dict(told)
    ago = found.get(AGO)
    for span in ("gestation_weeks", MONTHS):
        if ago and span in found and ago.start <= found[span].start < ago.end:
            del found[span]
    if "bleeding" in found and found["bleeding"].denied and "bled_last_48h" in found:
        del found["bleeding"]
    if MONTHS in found and "gestation_weeks" not in found:
        months = found[MONTHS]
        found["gestation_weeks"] = replace(months, id="gestation_weeks",
                                           value=int(int(months.value or 0) * WEEKS_A_MONTH / TENTHS + 1e-6))
    _ended(found)
    weeks = found.get("gestation_weeks")
    test = found.get("pregnancy_test")
    if test and test.value == "positive":
        found.setdefault("pregnant", replace(test, id="pregnant", value=YES))
    if "pregnant" not in found and weeks is not None and weeks.value:
        found["pregnant"] = replace(weeks, id="pregnant", value=YES)
    _goes_on(found)
    return found


def _ended(found: dict[str, Told]) -> None:
    """Take an event to mean that the pregnancy is over, unless she says that she is pregnant again."""
    event = found.get("recent_event")
    if event is None:
        return
    ago = found.get(AGO)
    days = 0 if ago is None else int(ago.value or 0)
    anew = _anew(found, event, ago)
    if days > _YEAR or anew or (found.get("pregnant") and found["pregnant"].value == YES):
        del found["recent_event"]
        return
    found["pregnant"] = replace(event, id="pregnant", value="recent")
    _still_positive(found, ago)
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
    sign = next((found[f] for f in _GOES_ON if f in found and found[f].value not in _NO_SIGN), None)
    if sign is None:
        return
    found["pregnant"] = replace(sign, id="pregnant", value=YES)
    if not {"trimester", "gestation_weeks"} & found.keys():
        found["trimester"] = replace(sign, id="trimester", value="unknown")


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
