"""What the safety case says in its own words: purpose, limits, how it decides, what must be settled."""

from __future__ import annotations

PURPOSE = (
    "An automated line, by text and by voice, for people who bleed or pass clots in pregnancy or "
    "after it, and fear a miscarriage. It asks a few questions, tells how soon to be seen and where, "
    "says what would make it more urgent, calls staff when it matters, asks soon after urgent advice "
    "whether help was reached, and asks later how things went, if that was agreed to."
)
LIMITS = (
    "It does not examine, diagnose or treat. It never says what somebody has, or has not.",
    "It knows only what it is told, in words and by keys; it sees no pictures.",
    "It is for people who can text or call from the regions and in the languages listed here.",
    "It does not replace the emergency number, a clinic or a crisis line; it leads to them.",
    "It needs staff on call: without them it says so, and what to do without them.",
    "It must not be used on people before this content is signed and the open points below are settled.",
)
DECIDES = (
    "Every answer, whether tapped, spoken or told in passing, becomes a finding (“passed out today: yes”).",
    "Red flags and rules look at the findings. Each that is true forces a level: a minimum.",
    "The result is the most urgent level forced. Nothing lowers it within a contact, and no machine "
    "clears a flag.",
    "Not sure counts as the dangerous answer, unless the table says otherwise (see “What “not sure” and no "
    "answer count as”).",
    "What is asked next is the most dangerous question that could still raise the result; others are "
    "left out.",
    "At “hospital now” the advice is sent at once, and only what is dangerous on the way is still "
    "asked. At “emergency number now” nothing more is asked.",
    "Silence and answers that are not understood are signs too: they lead to a person and to a minimum.",
    "Danger signs and words of despair in free text are heard in every state, also when the store is down.",
    "Free words are read twice: by patterns that a clinician can read, and as a whole, by points for "
    "words that "
    "were worked out beforehand from labelled messages and lie in a file. The second reading only adds "
    "alarms, as "
    "“not sure”, or asks where the words of an alarm speak against it.",
    "No language model decides or writes anything, and nothing learns while the line runs. Under one "
    "version the "
    "same words give the same result.",
)
QUESTIONS = (
    "Sources marked G (general knowledge): each line against the current text of NICE NG126, ACOG "
    "Practice Bulletins 200 and 193, and the others, with the numbers of the recommendations.",
    "The change of NICE NG126 on anti-D: date and exact scope; it was read only through another page.",
    "Margins of this project (M), one by one: a clot like a golf ball as hospital while pregnant; "
    "light bleeding at 14 to 19 weeks as hospital; 24 hours without bleeding after tablets; a mood "
    "score of 2; a fall from 20 weeks and a crash from 14; 6 and 12 weeks as the end of “just after”;"
    " pain of 7 or 8, or a clot like a lemon, on the day of the tablets as within 4 hours; labour "
    "from 37 weeks as within 4 hours; one step milder with a negative test when only maybe pregnant; "
    "serious illness with pain of 4 or more as hospital; anti-D under 12 weeks as next few days; over"
    " 1 hour of travel as no way to get there.",
    "Newer editions than those read: a second one of RCOG Green-top 57 (movement) of 2026 and a newer one "
    "of 27a (low placenta) are reported; read them first, and settle 24 weeks as the lowest bound for "
    "movement. Sepsis: the new NICE guideline for pregnancy, if it is in force.",
    "All phone numbers, by ringing them; two numbers are reported for the Miscarriage Association in the UK.",
    "Law by place: minors, duties to report, data about abortion, recording of calls, consent to texts.",
    "Whether this is a medical device where it is used; a clinical safety officer; insurance; "
    "licences of tools.",
    "“I want to die”, said in so many words, is taken as thoughts of suicide right now: the emergency "
    "number at once, not only the crisis line and the question whether it is now. Safer, and more than "
    "many mean by it.",
    "The order of asking (docs/decisions, 11): a scan before the lists where an early pregnancy hurts; a "
    "low placenta asked sooner, a swollen leg later. Hospital for a wound with dizziness at any time.",
    "Safety checks after emergency, hospital and urgent advice without a yes, and at night "
    "(docs/decisions, 5).",
    "What is said when no nurse is reached on a call: a call back with an end, or a recorded message that is "
    "deleted (docs/decisions, 8).",
    "The country: both 112 and 911 until she tells where she is, and the danger signs before that question "
    "(docs/decisions, 13).",
    "What check-ins ask beside the body: results, sleep, the period, the follow-up visit; no period six "
    "weeks after "
    "a loss as next few days (docs/decisions, 14).",
    "A loss from 20 weeks on bleeds as after a birth (docs/decisions, 16).",
    "Weeks are asked once and counted on by the calendar from one contact to the next, not asked each "
    "time (H03).",
    "An alarm of danger, suicide or blows whose words all speak against it is asked about at once instead of "
    "given (docs/decisions, 6): whether a question in place of the crisis line is right, and for which "
    "words.",
    "The bar from which speech counts as heard (H30), and the bars of the second reading (docs/decisions, "
    "6): how "
    "many false alarms are right for how many dangers heard.",
    "The numbers of the service: how long a page may wait, when check-ins come, how long data is kept.",
    "The translation into Spanish: review by a native clinician, and translation back.",
)
VERDICTS = (
    "Each signs for one of these, in words, with conditions where there are any: approved; approved once the "
    "points that I have written down are settled; not approved."
)
SIGNERS = (
    "Clinical lead",
    "Second clinician",
    "Clinical safety officer",
    "Translator (Spanish)",
    "Safeguarding lead",
    "Data protection officer",
    "Service manager",
)
