"""Content is loaded in a process of its own: what arrives is the same, and so is what is wrong with it."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from helpline.config import FLOWS
from helpline.flowbook import apart
from helpline.flowbook.apart import begin_to_load
from helpline.flowbook.faults import FlowbookErrors
from helpline.flowbook.load import load
from helpline.triage.flow import Flow
from helpline.triage.state import Channel, Language
from helpline.triage.understand import understand


def _here(folder: Path) -> Flow:
    return load(folder, name="Night Line", region="us", languages=("en", "es"))


def _apart(folder: Path, *, words_later: bool = False) -> Flow:
    return begin_to_load(
        folder, name="Night Line", region="us", languages=("en", "es"), words_later=words_later
    )()


def test_what_arrives_says_and_hears_the_same() -> None:
    """Messages, table and words are those that loading here gives."""
    here, there = _here(FLOWS), _apart(FLOWS)
    assert (there.messages, there.table, there.checksum) == (here.messages, here.table, here.checksum)
    said = [example.sentence for words in here.lexicons.values() for example in words.examples][::7]
    for text in said:
        heard = [understand(text, None, flow.lexicons, Language("en"), Channel.SMS) for flow in (here, there)]
        assert heard[0] == heard[1]


def test_faults_are_told_as_if_it_was_loaded_here(tmp_path: Path) -> None:
    """Whoever starts the line reads file, line and remedy."""
    folder = Path(shutil.copytree(FLOWS, tmp_path / "flows"))
    (folder / "service.yaml").write_text("version: one\n")
    with pytest.raises(FlowbookErrors) as here:
        _here(folder)
    with pytest.raises(FlowbookErrors) as there:
        _apart(folder)
    assert there.value.faults == here.value.faults


def test_a_loader_that_is_killed_is_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine short of memory may kill it: then the content is loaded here."""
    own = os.getpid()

    def killed(*_: object, **__: object) -> Flow:
        if os.getpid() != own:
            os.kill(os.getpid(), signal.SIGKILL)
        return _here(FLOWS)

    monkeypatch.setattr(apart, "_load", killed)
    assert _apart(FLOWS).checksum == _here(FLOWS).checksum


def test_who_hears_nobody_reads_no_words_until_somebody_speaks(tmp_path: Path) -> None:
    """A worker needs no lexicon to fire timers; spoken to, it understands all the same."""
    folder = Path(shutil.copytree(FLOWS, tmp_path / "flows"))
    flow = _apart(folder, words_later=True)
    assert flow.messages == _here(FLOWS).messages and len(flow.lexicons) == 2
    heard = understand("me desmayé", None, flow.lexicons, Language("en"), Channel.SMS)
    assert [hit.id for hit in heard.interrupts] == ["fainted"]


def test_words_that_are_read_late_may_be_at_fault(tmp_path: Path) -> None:
    """They are refused as they would have been at the start."""
    folder = Path(shutil.copytree(FLOWS, tmp_path / "flows"))
    (folder / "lexicon" / "shared.yaml").write_text("alarms: none\n")
    flow = _apart(folder, words_later=True)
    with pytest.raises(FlowbookErrors, match=r"shared\.yaml"):
        understand("hello", None, flow.lexicons, Language("en"), Channel.SMS)
