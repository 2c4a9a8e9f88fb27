"""The lexicon proves itself: its own example sentences, and faults in its files are named."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from helpline.flowbook.lexicon_file import LexiconFault, load_lexicon
from helpline.triage.heard import Question, QuestionKind, Understanding
from helpline.triage.lexicon import Entry, Lexicon, Meaning, Sense
from helpline.triage.state import Channel, FindingId, Language
from helpline.triage.understand import understand

FOLDER = Path(__file__).parents[2] / "flows" / "lexicon"
LANGUAGES = (Language("en"), Language("es"))


REPLIED = Question("q", QuestionKind.YES_NO, (FindingId("leg_swelling"),))
"""What the examples of replies answer."""


@lru_cache(1)
def lexicons() -> dict[Language, Lexicon]:
    """Return the real words of both languages, loaded once."""
    return {language: load_lexicon(FOLDER, language) for language in LANGUAGES}


def _examples() -> Iterator[tuple[Language, Entry, str, bool]]:
    for language, lexicon in lexicons().items():
        for example in lexicon.examples:
            yield language, lexicon.entries[example.entry], example.sentence, example.fires


def _means(heard: Understanding, meaning: Meaning) -> bool:
    """Return whether a message was taken to mean this."""
    if meaning.sense is Sense.LOSS:
        return heard.loss_told
    if meaning.sense is Sense.CORRECTION:
        return heard.correction
    if meaning.sense is Sense.REPLY:
        return any(str(h.value) == meaning.id for h in heard.answers)
    hits = [h for h in heard.hits() if h.id == meaning.id]
    fixed = meaning.sense is Sense.FINDING and meaning.value is not None
    return any(not fixed or str(h.value) in (str(meaning.value), "unsure") for h in hits)


@pytest.mark.parametrize(("language", "entry", "sentence", "fires"), list(_examples()))
def test_every_example_of_the_lexicon_holds(
    language: Language, entry: Entry, sentence: str, fires: bool
) -> None:
    """A sentence under `says` means what its entry means; one under `not` does not."""
    first = entry.meanings[0]
    question = REPLIED if first.sense is Sense.REPLY else None
    if entry.asked:
        question = Question("q", QuestionKind.CHOICE, (FindingId(sorted(entry.asked)[0]),))
    heard = understand(sentence, question, lexicons(), language, Channel.SMS)
    if first.value is None and first.sense is Sense.FINDING and not fires:
        return
    assert _means(heard, first) is fires, heard.hits()


def test_both_languages_know_every_alarm() -> None:
    """Each finding that is a red flag on its own can be told in each language."""
    for language, lexicon in lexicons().items():
        told = {(m.id, str(m.value)) for e in lexicon.entries for m in e.meanings if m.sense is Sense.FINDING}
        missing = {alarm for alarm in lexicon.alarms if alarm not in told and alarm[0] != "age_group"}
        assert not missing, language


def test_every_alarm_of_the_lexicon_is_one_of_the_clinical_table() -> None:
    """No finding is called an alarm that the words of the table do not know."""
    table = (FOLDER.parent / "clinical" / "findings.yaml").read_text(encoding="utf-8")
    for finding, _ in lexicons()[LANGUAGES[0]].alarms:
        assert f"id: {finding}" in table


def _folder(tmp_path: Path, words: str) -> Path:
    (tmp_path / "en").mkdir()
    shared = (FOLDER / "shared.yaml").read_text(encoding="utf-8")
    (tmp_path / "shared.yaml").write_text(shared, encoding="utf-8")
    (tmp_path / "en" / "10.yaml").write_text(words, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "line", "remedy"),
    [
        ("words:\n  - means: {fainted: yes}\n    heard: |\n      passed (out\n", 4, "is not closed"),
        (
            "words:\n  - means: {fainted: yes}\n    heard: |\n      hm\n      {none} out\n",
            5,
            "there is no list",
        ),
        ("words:\n  - means: {fainted: yes}\n    heard: |\n      Passed Out\n", 4, "small letters"),
        ("words:\n  - means: {fainted: yes}\n    heard: |\n      [out]\n", 4, "needs one word"),
        ("words:\n  - means: {fainted: yes}\n    hears: |\n      out\n", 3, "hears"),
        ("words:\n  - means: {cue: perhaps}\n    heard: |\n      out\n", 2, "there is no cue"),
        ("words:\n  - means: {ago: =n/7}\n    heard: |\n      <n> out\n", 2, "write =n"),
        ("words:\n  - means: {fainted: yes\n", 3, "no YAML"),
    ],
)
def test_a_fault_names_file_line_and_remedy(tmp_path: Path, words: str, line: int, remedy: str) -> None:
    """Whoever breaks a lexicon file is told where, and what to write instead."""
    with pytest.raises(LexiconFault) as caught:
        load_lexicon(_folder(tmp_path, words), Language("en"))
    found = caught.value.faults
    assert any(f"10.yaml:{line}:" in fault and remedy in fault for fault in found), found


def test_two_lists_of_one_name_are_a_fault(tmp_path: Path) -> None:
    """A second list would silently take the place of the first, and its patterns fall deaf."""
    folder = _folder(tmp_path, "lists:\n  staff: nurse\n")
    (folder / "en" / "20.yaml").write_text("lists:\n  staff: doctor\n", encoding="utf-8")
    with pytest.raises(LexiconFault) as caught:
        load_lexicon(folder, Language("en"))
    assert any("20.yaml" in fault and "`staff`" in fault for fault in caught.value.faults)


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    """Two broken patterns are two faults."""
    folder = _folder(tmp_path, "words:\n  - means: {fainted: yes}\n    heard: |\n      (out\n      [in\n")
    with pytest.raises(LexiconFault) as caught:
        load_lexicon(folder, Language("en"))
    assert len(caught.value.faults) == 2


def test_a_missing_language_is_a_fault(tmp_path: Path) -> None:
    """A language without a file cannot be spoken."""
    with pytest.raises(LexiconFault):
        load_lexicon(_folder(tmp_path, "words: []\n"), Language("fr"))
