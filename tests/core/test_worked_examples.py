"""The worked examples of the evidence page (section 14): the table must give what stands there."""

from __future__ import annotations

import pytest

from helpline.triage.flow import Flow

Facts = dict[str, str | int]


def _early(weeks: int, **more: str | int) -> Facts:
    return {"pregnant": "yes", "gestation_weeks": weeks, **more}


EXAMPLES: list[tuple[str, Facts, str, set[str]]] = [
    (
        "1 spots, scan, no pain",
        _early(7, scan_confirmed="yes", bleeding="spotting", pain_score=0),
        "within_24_hours",
        set(),
    ),
    (
        "2 no scan, spots, pain 2",
        _early(6, scan_confirmed="no", bleeding="spotting", pain_score=2),
        "urgent",
        set(),
    ),
    (
        "3 no scan, one side, no blood",
        _early(6, scan_confirmed="no", one_sided_pain="yes", pain_score=3, bleeding="none"),
        "emergency_department",
        set(),
    ),
    (
        "4 shoulder and dizzy",
        _early(8, scan_confirmed="no", shoulder_tip_pain="yes", dizzy_standing="yes"),
        "emergency",
        set(),
    ),
    (
        "5 like a period, coin clots, cramps 5",
        _early(9, scan_confirmed="yes", bleeding="like_period", clot_size="coin", pain_score=5),
        "emergency_department",
        set(),
    ),
    ("6 soaking unsure", _early(10, soaking_pads="unsure", bleeding="light"), "emergency_department", set()),
    ("7 soaking and dizzy", _early(10, soaking_pads="yes", dizzy_standing="yes"), "emergency", set()),
    ("8 sixteen weeks, spots", _early(16, bleeding="spotting", scan_confirmed="yes"), "urgent", set()),
    (
        "9 twenty-two weeks, spots",
        _early(22, bleeding="spotting", scan_confirmed="yes"),
        "emergency_department",
        set(),
    ),
    (
        "10 thirty weeks, light, hard belly",
        _early(30, bleeding="light", hard_belly="yes"),
        "emergency",
        set(),
    ),
    ("11 moves less", _early(25, baby_movement="less"), "emergency_department", set()),
    (
        "12 maybe, period late, no test, light",
        {
            "pregnant": "maybe",
            "trimester": "unknown",
            "missed_period": "yes",
            "pregnancy_test": "not_done",
            "bleeding": "light",
        },
        "urgent",
        set(),
    ),
    (
        "13 says no, late, one side",
        {"pregnant": "no", "missed_period": "yes", "one_sided_pain": "yes"},
        "emergency_department",
        set(),
    ),
    (
        "14 waiting, heavy, golf ball, pain 5",
        {
            "pregnant": "recent",
            "recent_event": "waiting",
            "days_since_event": 3,
            "bleeding": "heavy",
            "clot_size": "golf_ball",
            "pain_score": 5,
        },
        "urgent",
        set(),
    ),
    (
        "15 pills today, chills",
        {"pregnant": "recent", "recent_event": "pills", "days_since_event": 0, "fever": "yes"},
        "urgent",
        set(),
    ),
    (
        "16 pills two days ago, fever",
        {"pregnant": "recent", "recent_event": "pills", "days_since_event": 2, "fever": "yes"},
        "emergency_department",
        set(),
    ),
    (
        "17 pills five days ago, easing",
        {
            "pregnant": "recent",
            "recent_event": "pills",
            "days_since_event": 5,
            "bleeding": "light",
            "bleeding_trend": "easing",
            "pain_score": 1,
        },
        "self_care",
        set(),
    ),
    (
        "18 bleeding eighteen days",
        {
            "pregnant": "recent",
            "recent_event": "loss",
            "days_since_event": 20,
            "bleeding": "light",
            "bleeding_days": 18,
            "pain_score": 0,
        },
        "within_24_hours",
        set(),
    ),
    (
        "19 birth, pad an hour",
        {"pregnant": "recent", "recent_event": "birth", "days_since_event": 10, "pad_per_hour": "yes"},
        "emergency_department",
        set(),
    ),
    (
        "20 thinners, spots",
        _early(8, blood_thinner="yes", bleeding="spotting", scan_confirmed="yes"),
        "urgent",
        set(),
    ),
    (
        "21 fourteen years, spots",
        _early(8, age_group="age_13_15", bleeding="spotting", scan_confirmed="yes"),
        "within_24_hours",
        {"safeguarding"},
    ),
    ("22 hurt by someone", _early(9, injury="hurt_by_someone"), "emergency_department", {"safeguarding"}),
    (
        "23 wished to be dead",
        {"pregnant": "recent", "recent_event": "loss", "self_harm_thoughts": "yes"},
        "urgent",
        {"crisis"},
    ),
    ("24 suicide now", {"suicide_now": "yes"}, "emergency", {"crisis"}),
    ("26 partner asks, no symptom", {"for_whom": "other", "person_with_caller": "yes"}, "information", set()),
    (
        "27 after sex, stopped",
        _early(
            10,
            scan_confirmed="yes",
            bleeding="none",
            bled_last_48h="yes",
            bleeding_trigger="after_sex",
            pain_score=0,
        ),
        "within_24_hours",
        set(),
    ),
    (
        "28 maybe, not late, spots",
        {
            "pregnant": "maybe",
            "trimester": "unknown",
            "missed_period": "no",
            "pregnancy_test": "not_done",
            "bleeding": "spotting",
            "pain_score": 0,
        },
        "within_24_hours",
        set(),
    ),
    (
        "29 five months after birth, cramps",
        {
            "pregnant": "recent",
            "recent_event": "birth",
            "days_since_event": 150,
            "bleeding": "like_period",
            "pain_score": 5,
            "missed_period": "no",
            "bleeding_trend": "same",
        },
        "routine",
        set(),
    ),
    (
        "30 pills today, cramps 8, pad an hour, golf ball",
        {
            "pregnant": "recent",
            "recent_event": "pills",
            "days_since_event": 0,
            "pain_score": 8,
            "pad_per_hour": "yes",
            "clot_size": "golf_ball",
            "bleeding": "heavy",
        },
        "urgent",
        set(),
    ),
    (
        "31 bled yesterday at 30 weeks",
        _early(30, bleeding="none", bled_last_48h="yes"),
        "emergency_department",
        set(),
    ),
    (
        "32 sudden pain yesterday",
        _early(7, scan_confirmed="no", collapse_last_48h="yes", pain_score=1),
        "emergency_department",
        set(),
    ),
    (
        "33 scan saw nothing, pain 5",
        _early(6, scan_confirmed="not_seen", pain_score=5),
        "emergency_department",
        set(),
    ),
    (
        "34 hard belly, pain 8, no blood",
        _early(34, hard_belly="yes", pain_score=8, bleeding="none"),
        "emergency",
        set(),
    ),
    ("35 heavy at 26 weeks", _early(26, bleeding="heavy"), "emergency", set()),
    (
        "36 sickle cell, leg pain",
        _early(14, serious_illness="yes", pain_elsewhere="yes"),
        "emergency_department",
        set(),
    ),
    (
        "37 loss ten weeks ago, late, one side",
        {
            "pregnant": "recent",
            "recent_event": "loss",
            "days_since_event": 70,
            "missed_period": "yes",
            "one_sided_pain": "yes",
        },
        "emergency_department",
        set(),
    ),
    (
        "38 says no, not late, one side 5",
        {
            "pregnant": "no",
            "missed_period": "no",
            "pregnancy_test": "not_done",
            "one_sided_pain": "yes",
            "pain_score": 5,
        },
        "urgent",
        set(),
    ),
    ("39 labour at 39 weeks", _early(39, contractions="yes", pain_score=5, bleeding="none"), "urgent", set()),
    (
        "40 thinners, usual period",
        {"pregnant": "no", "missed_period": "no", "blood_thinner": "yes", "bleeding": "like_period"},
        "routine",
        set(),
    ),
]


@pytest.mark.parametrize(
    ("facts", "disposition", "flags"), [e[1:] for e in EXAMPLES], ids=[e[0] for e in EXAMPLES]
)
def test_the_table_gives_what_the_worked_examples_say(
    flow: Flow, facts: Facts, disposition: str, flags: set[str]
) -> None:
    """Each worked example ends with the disposition and flags written beside it."""
    result = flow.rulebook.assess(flow.rulebook.facts(facts, None, 1), True)  # type: ignore[arg-type]  # plain ids

    assert (disposition, flags) == (result.disposition, {f.value for f in result.flags}), result.because


def test_no_way_to_hospital_is_an_emergency(flow: Flow) -> None:
    """Example 25: told to go to hospital, and cannot get there."""
    facts = flow.rulebook.facts({"can_get_there": "no"}, "emergency_department", 1)  # type: ignore[dict-item]

    assert flow.rulebook.assess(facts, True).disposition == "emergency"
