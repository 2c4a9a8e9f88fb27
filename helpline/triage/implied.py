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
_NO_SIGN = (NO, "not_felt_yet")
_GOES_ON = ("baby_movement", "placenta_low")
"""Told only by people who are pregnant now, and well along: without weeks the careful reading is unknown."""


def imply(told: dict[str, Told]) -> dict[str, Told]:
    """Add what follows; what she said herself is never replaced."""
    found = dict(told)
    ago, weeks = found.get(AGO), found.get("gestation_weeks")
    if ago and weeks and ago.start <= weeks.start < ago.end:
        del found["gestation_weeks"]
    if "bleeding" in found and found["bleeding"].denied and "bled_last_48h" in found:
        del found["bleeding"]
    if MONTHS in found and "gestation_weeks" not in found:
        months = found[MONTHS]
        found["gestation_weeks"] = replace(months, id="gestation_weeks",
                                           value=int(int(months.value or 0) * WEEKS_A_MONTH / TENTHS + 1e-6))
    _ended(found)
    weeks = found.get("gestation_weeks")
    if found.get("pregnancy_test") and found["pregnancy_test"].value == "positive":
        found.setdefault("pregnant", replace(found["pregnancy_test"], id="pregnant", value=YES))
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
    if days > _YEAR or (found.get("pregnant") and found["pregnant"].value == YES):
        del found["recent_event"]
        return
    found["pregnant"] = replace(event, id="pregnant", value="recent")
    if ago is not None:
        found.setdefault("days_since_event", replace(ago, id="days_since_event", value=days))


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
