"""The content as it stands is in order, and `check` would see it if it were not."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import pytest

from helpline.flowbook import translations
from helpline.flowbook.book import read
from helpline.flowbook.check import check
from helpline.flowbook.faults import Fault
from helpline.flowbook.load import load
from helpline.flowbook.logic import Logic
from helpline.flowbook.plain_yaml import read as read_yaml
from helpline.flowbook.words import ONGOING
from helpline.triage import wording
from helpline.triage.findings import Condition
from helpline.triage.flow import Advise, Flow
from helpline.triage.state import Language

FLOWS = Path(__file__).parents[2] / "flows"
TODAY = date(2026, 11, 23)
PHRASES = "phrases.yaml"
LANGUAGES = ("en", "es")


@pytest.fixture(scope="module", params=["us", "uk", "ca", "ie", "au", "generic"])
def flow(request: pytest.FixtureRequest) -> Flow:
    """Return the content of one region."""
    return load(FLOWS, name="Pregnancy Bleeding Helpline", region=request.param, languages=LANGUAGES)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the content, without lexicons."""
    target = tmp_path_factory.mktemp("content") / "flows"
    return Path(shutil.copytree(FLOWS, target, ignore=shutil.ignore_patterns("lexicon")))


def faults_of(copied: Path, file: str, old: str, new: str) -> list[Fault]:
    """Return the faults when `old` becomes `new` in one file, and mend it again."""
    path = copied / file
    text = path.read_text()
    assert text.count(old) >= 1, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1))
    try:
        return check(copied, today=TODAY, with_lexicons=False)
    finally:
        path.write_text(text)


def test_the_content_is_in_order() -> None:
    """No fault in any file, region or language."""
    assert [str(fault) for fault in check(FLOWS, today=TODAY, with_lexicons=False)] == []


MUTANTS = cast("list[dict[str, str]]", read_yaml(Path(__file__).with_name("content_mutants.yaml"),
                                                 Path(__file__).parent).data)


@pytest.mark.parametrize("mutant", MUTANTS, ids=[m["name"] for m in MUTANTS])
def test_each_kind_of_fault_is_found(copied: Path, mutant: dict[str, str]) -> None:
    """A mutated file gives a fault with its file, a line and a remedy, in one line."""
    faults = faults_of(copied, mutant["file"], mutant["old"], mutant["new"])
    found = [fault for fault in faults if mutant["what"] in fault.what]
    assert found, f"not found: {mutant['what']}"
    assert found[0].file == mutant["reported_in"]
    assert found[0].remedy and "\n" not in str(found[0])
    assert found[0].line > 0 or "is not translated" in found[0].what


def test_a_fault_points_at_its_line(copied: Path) -> None:
    """The line of a fault is the line of the words that are wrong."""
    faults = faults_of(copied, PHRASES, "OK, one step back.", "OK — one step back.")
    lines = (FLOWS / PHRASES).read_text().splitlines()
    english = [fault for fault in faults if fault.file == PHRASES]
    assert "back.done" in lines[english[0].line - 1]


def test_every_message_exists_in_every_language(flow: Flow) -> None:
    """The languages say the same things."""
    assert flow.messages[Language("en")].keys() == flow.messages[Language("es")].keys()


def test_spanish_texts_fit_the_cheap_alphabet_once_written_plain(flow: Flow) -> None:
    """Every Spanish text is GSM-7 after the plain-letters rule, and is spelled correctly before it."""
    spanish = flow.messages[Language("es")]
    for message in spanish.values():
        assert wording.is_gsm(wording.plain(flow, Language("es"), message.text)), message.text
    assert any("á" in message.text for message in spanish.values())


def test_the_advices_come_with_what_they_must_hold(flow: Flow) -> None:
    """Every advice but information says when to act, when to call, and how to come back."""
    step = next(s for s in flow.conversations["triage"].steps if isinstance(s, Advise))
    back = {"en": "ome back here", "es": "uelve aquí"}
    for language, messages in flow.messages.items():
        for entries in step.entries.values():
            for advice in entries:
                assert flow.region.emergency_number in messages[advice.message].text
                assert back[language] in messages[advice.message].text


def test_nothing_staff_did_is_claimed_in_an_advice(flow: Flow) -> None:
    """Whether somebody was told is said by a message of its own, when it is true."""
    for id, message in flow.messages[Language("en")].items():
        if id.startswith("advice."):
            claimed = re.search(r"\b(our team|our nurse|we have told|we told)\b", message.text, re.IGNORECASE)
            assert not claimed, id


NEVER_SAID = {
    "en": r"you are (having|fine|ok\b)|nothing to worry|probably|sounds like|\bat least you|for a reason"
    r"|meant to be|you can try again|try again soon|spontaneous"
    r"|\bproducts|tissue|\bcontents of|f(o)?etus|embryo"
    r"|blighted|failed|incompetent|mommy|\bmum\b|husband|\bwife|\bdear\b|ma'am|are you sure|only early"
    r"|don't worry|do not worry|calm down|did you (lift|drink)|\bstress|may wish to|consider attending"
    r"|you (are|will be) fine|it is over|no risk|\byou caused|bad news|odds",
    "es": r"est[aá]s (teniendo|perdiendo|bien\b)"
    r"|no te preocupes|no hay de qu[eé] preocup|probablemente|seguramente"
    r"|parece que (est[aá]s|tienes)|por lo menos t|al menos (t[uú]"
    r"|ahora|ya)\b|por algo pas|era para ser|puedes intentarlo de nuevo"
    r"|espont[aá]neo|restos ovulares|productos? de la"
    r"|\btejidos?\b|contenido del [uú]tero|\bfeto|embri[oó]n|huevo huero"
    r"|\bfall[oó]\b|fracas|incompetente|mam[iá]\b|esposo"
    r"|esposa|marido|querida|señora|¿est[aá]s segur|c[aá]lmate"
    r"|tranquil|\bestr[eé]s|cargaste|todo va a estar bien|sin riesgo|te lo buscaste",
}
"""What the evidence page (section 10) says not to say, and its like, in each language."""


STAFF = ("page.", "level.", "staff.", "duty.")
"""Words for staff alone."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_verdict_no_promise_no_blame(flow: Flow, language: str) -> None:
    """The words that must not be said stand in no sentence, written or spoken."""
    for id, message in flow.messages[Language(language)].items():
        if id.startswith(STAFF):
            continue
        found = re.search(NEVER_SAID[language], f"{message.text} {message.say}", re.IGNORECASE)
        assert not found, f"{id}: {found[0]!r}" if found else ""


def test_only_a_topic_speaks_of_guilt_and_of_what_is_no_cause(flow: Flow) -> None:
    """Work, lifting, sex and guilt are named only to take them away: never in a question or an advice."""
    for language, words in (("en", r"\bguilt|\bcause"), ("es", r"\bculpa|\bcausa")):
        for id, message in flow.messages[Language(language)].items():
            if id.startswith(("ask.", "screen.", "item.", "advice.")) and id != "ask.recent_event":
                assert not re.search(words, message.text, re.IGNORECASE), id


def test_spanish_does_not_guess_a_gender(flow: Flow) -> None:
    """No adjective or participle about her carries a gender."""
    gendered = (
        r"\b(embarazada|mareada|mareado|sola|preocupada|preocupado|asustada|cansada|cansado|bienvenida"
        r"|bienvenido|segura de|atendida|atendido|herida por|tranquila|tranquilo)\b"
    )
    for id, message in flow.messages[Language("es")].items():
        assert not re.search(gendered, f"{message.text} {message.say}", re.IGNORECASE), id


def test_topics_never_speak_as_if_the_pregnancy_went_on(flow: Flow) -> None:
    """What everyone may read about feelings, care and causes does not hurt after a loss."""
    for topic in ("process", "emotions", "causes", "care"):
        for language, messages in flow.messages.items():
            texts = [m.text for id, m in messages.items() if id.startswith(f"topic.{topic}.")]
            ongoing = [t for t in texts if re.search(ONGOING[language], t, re.IGNORECASE)]
            assert not ongoing


def test_the_menu_of_topics_fits_two_segments(flow: Flow) -> None:
    """Nine names, their numbers and the question cost no more than a question may."""
    for language, messages in flow.messages.items():
        lines = [f"{n} {messages[f'topic.{t}.name'].text}" for n, t in enumerate(flow.topics, 1)]
        text = "\n".join([messages["menu.topics"].text, *lines])
        assert wording.segments(wording.plain(flow, language, text)) <= 2


def test_every_message_the_core_names_exists(flow: Flow) -> None:
    """No message id in the triage code leads nowhere."""
    core = Path(__file__).parents[2] / "helpline" / "triage"
    named = re.compile(r"\b(?:say|word)\((?:[\w.]+, )*\"([a-z_.0-9]+)\"")
    ids = {id for path in core.glob("*.py") for id in named.findall(path.read_text())}
    assert ids and ids <= flow.messages[Language("en")].keys()


def test_logic_knows_what_goes_together(flow: Flow) -> None:
    """Every rule of the table can fire, and implication is not symmetric."""
    logic = Logic(flow.table)
    rules = {rule.id: rule for rule in flow.table.rules}
    narrow, wide = rules["heavy_20_weeks_on"].when, rules["sepsis_signs"].when
    assert all(logic.possible(rule.when) for rule in flow.table.rules)
    assert not logic.implies(narrow, wide)
    assert logic.implies(rules["bleeding.5"].when, rules["bleeding.4"].when)
    assert not logic.implies(rules["bleeding.4"].when, rules["bleeding.5"].when)
    assert logic.implies(narrow, Condition())


def test_translators_get_a_file_brought_up_to_date() -> None:
    """Refreshing keeps what is good, marks the changed fuzzy, leaves the new empty, drops the old."""
    book = read(FLOWS, region="us", languages=LANGUAGES)
    entries = dict(book.entries["es"])
    entries["goodbye"] = replace(entries["goodbye"], source="Other words.")
    entries["gone"] = entries.pop("thanks")
    day = datetime(2026, 1, 1, tzinfo=UTC)
    again = translations.parse(translations.refreshed(entries, book.sentences.values(), "es", "# x", day))
    assert again["goodbye"].fuzzy and again["thanks"].text == "" and "gone" not in again
    unchanged = {id: e.text for id, e in again.items() if id not in ("goodbye", "thanks")}
    assert unchanged == {id: entries[id].text for id in unchanged}
