"""Read the lexicon files: `flows/lexicon/shared.yaml` and `flows/lexicon/<language>/*.yaml`.

Every fault is named with file, line and what to write instead; all of them at once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from helpline.flowbook.weights_file import POINTS, TOPICS, WeightsFault, load_weights
from helpline.triage.index import Wanted, index_of
from helpline.triage.lexicon import Cue, Entry, Example, Form, Lexicon, Meaning, Pattern, Sense, Together
from helpline.triage.pattern import PatternFault, Vocabulary, compile_pattern
from helpline.triage.state import FindingId, Language
from helpline.triage.weights import Weights

INTENTS = frozenset((
    "stop", "start", "help", "human", "language", "erase", "restart", "back", "repeat", "snooze",
    "accept", "decline", "topic", "worse", "hide", "exit", "codeword",
    "plans", "change_plans", "fewer", "pause", "from_hour", "from_evening", "until_hour", "until_evening",
    "no_weekends", "any_time", "zone", "here_pm", "here_am", "tomorrow_at", "tomorrow_pm", "tonight",
    "country",
))
_TRIAGE = "triage"
"""Written so in the files, since the intent `bleeding` bears the name of a finding."""
_FORMULA = re.compile(r"=\s*(n|age)\s*(?:\*\s*(\d+(?:\.\d+)?)|-\s*(\d+))?\Z")
_LOOSE = "~ "
"""Stands before a pattern whose words also mean other things: where all others speak against it, we ask."""
_SENSES = {"nothing": Sense.NOTHING, "loss": Sense.LOSS, "correction": Sense.CORRECTION}


Shape = TypeVar("Shape", bound=BaseModel)


class LexiconFault(ValueError):
    """The files are not in order; one line a fault."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))

    def places(self) -> Iterator[tuple[str, int, str]]:
        """Return file, line (0: the whole file) and what is wrong, for each fault."""
        for fault in self.faults:
            found = re.match(r"(?P<file>.*?\.yaml|[^:]*)(?::(?P<line>\d+))?: (?P<what>.*)", fault, re.DOTALL)
            assert found is not None
            yield found["file"], int(found["line"] or 0), found["what"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class EntryFile(_Strict):
    """One entry: patterns (`heard`) that mean the same, and sentences that must (`says`) or must not (`not`).

    Each of the three is a block with one pattern or sentence a line.
    """

    means: dict[str, str | int | None]
    heard: str = Field(min_length=1)
    denied: dict[str, str | int | None] = {}
    spite: list[Cue] = []
    whole: bool = False
    asked: list[str] = []
    says: str = ""
    not_: str = Field(default="", alias="not")
    note: str = ""


class LanguageFile(_Strict):
    """One file of a language. `spite` at the top holds for every entry of the file."""

    spite: list[Cue] = []
    lists: dict[str, str] = {}
    """Words with commas between them."""
    spelling: dict[str, str] = {}
    known: str = ""
    numbers: dict[str, float] = {}
    words: list[EntryFile] = []


class TogetherFile(_Strict):
    """Findings that together are a danger sign."""

    all: dict[str, list[str] | str]
    gives: dict[str, str]
    unless_told: list[str] = []
    note: str = ""


class SharedFile(_Strict):
    """What holds in every language."""

    alarms: dict[str, list[str] | str]
    severity: dict[str, list[str]] = {}
    together: list[TogetherFile] = []
    emoji: dict[str, str] = {}


@dataclass(slots=True)
class _Builder:
    """Collects what becomes a lexicon, and the faults."""

    lists: dict[str, list[str]] = field(default_factory=dict)
    spelling: dict[str, tuple[str, ...]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    numbers: dict[str, float] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    patterns: list[Pattern] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    literals: set[str] = field(default_factory=set)
    prefixes: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    mended: dict[str, str] = field(default_factory=dict)
    """Words of patterns -> what they are mended to."""


def load_lexicon(folder: Path, language: Language) -> Lexicon:
    """Read and check the lexicon of one language. `folder` is `flows/lexicon`. Raises LexiconFault."""
    builder = _Builder()
    shared = _parse(folder / "shared.yaml", SharedFile, builder)
    files = [read for path in sorted((folder / language).glob("*.yaml"))
             if (read := _parse(path, LanguageFile, builder)) is not None]
    if not files:
        builder.faults.append(f"{folder / language}: no *.yaml file; write one as docs/clinicians.md shows")
    for read in files:
        file = read.shape
        builder.faults += [
            f"{read.path}: the list `{name}` stands in another file, too; give it a name of its own"
            for name in file.lists.keys() & builder.lists.keys()]
        for name, words in file.lists.items():
            builder.lists[name] = [w.strip() for w in words.split(",")]
        builder.numbers.update(file.numbers)
        builder.known.update(file.known.split())
        builder.spelling.update({wrong: tuple(right.split()) for wrong, right in file.spelling.items()
                                 if wrong != right})
    for name, listed in builder.lists.items():
        builder.lists[name] = list(dict.fromkeys(
            mended for words in listed for mended in (words, " ".join(_mend_words(words, builder)))))
    vocabulary = Vocabulary(builder.lists, frozenset(builder.lists.get("marks", ())))
    for read in files:
        _entries(read, builder, vocabulary)
    weights, topics = _weights(folder, POINTS, builder), _weights(folder, TOPICS, builder)
    if builder.faults or shared is None:
        raise LexiconFault(builder.faults)
    return replace(_lexicon(language, shared.shape, builder), weights=weights, topics=topics)


def _weights(folder: Path, points: str, builder: _Builder) -> Weights:
    """Read what words weigh; note the faults where there are any."""
    try:
        return load_weights(folder, points)
    except WeightsFault as fault:
        builder.faults += fault.faults
        return Weights()


class _Words(yaml.CSafeLoader):
    """YAML in which yes, no, on and off stay words."""


_Words.yaml_implicit_resolvers = {
    first: [(tag, regex) for tag, regex in resolvers if tag in (
        "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:null")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}


@dataclass(frozen=True, slots=True)
class _Read(Generic[Shape]):
    """A file as read; `node` knows the lines."""

    path: Path
    node: yaml.Node | None
    shape: Shape

    def at(self, *place: str | int) -> str:
        """Return file and line of a place in it."""
        return f"{self.path}:{_line(self.node, place)}"


def _parse(path: Path, shape: type[Shape], builder: _Builder) -> _Read[Shape] | None:
    """Read one file into its shape; note faults and return None where it has any."""
    node = None
    try:
        loader = _Words(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else None
        return _Read(path, node, shape.model_validate(data or {}))
    except OSError as error:
        builder.faults.append(f"{path}: cannot be read ({error.strerror}); put the file there")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        builder.faults.append(f"{path}:{line}: no YAML here ({getattr(error, 'problem', error)}); "
                              "mind indents, and quote what holds : or #")
    except ValidationError as error:
        builder.faults.extend(f"{path}:{_line(node, fault['loc'])}: {'.'.join(map(str, fault['loc']))}: "
                              f"{fault['msg']}" for fault in error.errors())
    return None


def _line(node: yaml.Node | None, place: tuple[str | int, ...]) -> int:
    """Return the line of a place in a file, as near as the file goes."""
    for step in place:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        elif isinstance(node, yaml.MappingNode):
            deeper = [value for key, value in node.value if key.value == str(step)]
            if not deeper:
                break
            node = deeper[0]
    return node.start_mark.line + 1 if node is not None else 1


def _entries(read: _Read[LanguageFile], builder: _Builder, vocabulary: Vocabulary) -> None:
    file = read.shape
    for number, written in enumerate(file.words):
        try:
            meanings = tuple(_meanings(written.means))
            if not meanings:
                raise PatternFault("`means` is empty; name a finding and its value, as in {fainted: yes}")
            entry = Entry(f"{read.path.stem}.{number + 1}", meanings, tuple(_meanings(written.denied)),
                          frozenset(written.spite) | frozenset(file.spite), written.whole,
                          frozenset(map(FindingId, written.asked)))
        except PatternFault as fault:
            builder.faults.append(f"{read.at('words', number)}: {fault}")
            continue
        place = len(builder.entries)
        builder.entries.append(entry)
        builder.examples += [Example(place, s, True) for s in _lines(written.says)]
        builder.examples += [Example(place, s, False) for s in _lines(written.not_)]
        for at, pattern in enumerate(_lines(written.heard)):
            try:
                _pattern(pattern, place, builder, vocabulary)
            except PatternFault as fault:
                line = _line(read.node, ("words", number, "heard")) + 1 + at
                builder.faults.append(f"{read.path}:{line}: `{_short(pattern)}`: {fault}")


def _short(pattern: str) -> str:
    return pattern if len(pattern) <= 60 else pattern[:57] + "..."


def _lines(block: str) -> list[str]:
    return [line.strip() for line in block.splitlines() if line.strip()]


def _meanings(means: Mapping[str, str | int | None]) -> Iterator[Meaning]:
    for name, value in means.items():
        if name in _SENSES:
            yield Meaning(_SENSES[name], name)
        elif name in ("cue", "reply", "doubt"):
            yield _about_words(name, str(value))
        elif name == _TRIAGE:
            yield Meaning(Sense.INTENT, "bleeding")
        else:
            yield _valued(Sense.INTENT if name in INTENTS else Sense.FINDING, name, value)


def _about_words(name: str, value: str) -> Meaning:
    if name == "cue":
        if value not in set(Cue) - {Cue.OPEN}:
            raise PatternFault(f"there is no cue `{value}`; cues are " + ", ".join(Cue))
        return Meaning(Sense.CUE, value)
    return Meaning(Sense.REPLY, value) if name == "reply" else Meaning(Sense.DOUBT, value, "yes")


def _valued(sense: Sense, name: str, value: str | int | None) -> Meaning:
    if not isinstance(value, str) or not value.startswith("="):
        return Meaning(sense, name, value)
    formula = _FORMULA.match(value)
    if formula is None:
        raise PatternFault(f"`{value}`: write =n for the number, =n*7, =n-1, or =age for the age group")
    form = Form.AGE if formula[1] == "age" else Form.NUMBER
    return Meaning(sense, name, None, form, float(formula[2] or 1), int(formula[3] or 0))


def _pattern(written: str, entry: int, builder: _Builder, vocabulary: Vocabulary) -> None:
    loose, written = written.startswith(_LOOSE), written.removeprefix(_LOOSE)
    compiled = compile_pattern(_mended(written, builder), vocabulary)
    plain = re.sub(r"{(\w+)}", lambda name: " ".join(builder.lists[name[1]]), written)
    builder.patterns.append(Pattern(compiled.regex, entry, plain, compiled.bounds, loose))
    builder.wanted.append(compiled.wanted)
    builder.literals.update(re.findall(r"(?<![a-z{<])[a-z]+(?![a-z*}>])", written))
    builder.prefixes.update(re.findall(r"([a-z]+)\*", written))


def _mend_words(words: str, builder: _Builder) -> Iterator[str]:
    for word in words.split():
        for right in builder.spelling.get(word, (word,)):
            yield f"{builder.numbers[right]:g}" if right in builder.numbers else right


def _mended(written: str, builder: _Builder) -> str:
    """Write a pattern in the words that misspellings are mended to; else it would never match."""
    def mend(found: re.Match[str]) -> str:
        word = found.group()
        if word not in builder.mended:
            right = list(_mend_words(word, builder))
            builder.mended[word] = right[0] if len(right) == 1 else f"({' '.join(right)})"
        return builder.mended[word]

    return re.sub(r"(?<![a-z{<*.])[a-z0-9]+(?![a-z*}>.])", mend, written)


def _lexicon(language: Language, shared: SharedFile, builder: _Builder) -> Lexicon:
    for words in builder.lists.values():
        builder.literals.update(w for phrase in words for w in phrase.split() if not w.endswith("*"))
        builder.prefixes.update(w[:-1] for phrase in words for w in phrase.split() if w.endswith("*"))
    index = index_of(builder.wanted, builder.prefixes)
    one = {word: word for word in index.holds}  # each word is kept once
    literals = {one.get(word, word) for word in (*builder.literals, *builder.numbers)}
    buckets: dict[tuple[str, int], list[str]] = defaultdict(list)
    for word in sorted(literals):
        if len(word) >= 5:
            buckets[word[0], len(word)].append(word)
    return Lexicon(
        language, tuple(builder.entries), tuple(builder.patterns),
        index, builder.spelling,
        frozenset((literals | builder.known) - set(builder.spelling)),
        {shape: tuple(words) for shape, words in buckets.items()},
        {name: frozenset(words) for name, words in builder.lists.items()}, builder.numbers, shared.emoji,
        frozenset((FindingId(f), v) for f, values in shared.alarms.items() for v in _listed(values)),
        tuple(_together(t) for t in shared.together),
        {FindingId(f): tuple(values) for f, values in shared.severity.items()}, tuple(builder.examples))


def _listed(values: list[str] | str) -> list[str]:
    return [values] if isinstance(values, str) else values


def _together(written: TogetherFile) -> Together:
    (finding, value), = written.gives.items()
    return Together(tuple((FindingId(f), frozenset(_listed(v))) for f, v in written.all.items()),
                    (FindingId(finding), value), frozenset(map(FindingId, written.unless_told)))
