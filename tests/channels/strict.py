"""Hold a document for a call to the carrier's table, more strictly than the carrier: nothing is ignored."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import yaml

TABLE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "twiml_table.yaml").read_text("utf-8"))
LANGUAGE_OF_VOICE = {"Joanna": "en-US", "Amy": "en-GB", "Lupe": "es-US", "Lucia": "es-ES"}


def held(body: bytes, *, whisper: bool = False) -> Element:
    """Return the root of a document in which every element, value, length and order is right."""
    assert len(body) <= TABLE["limits"]["document_bytes"]
    assert body.startswith(b"<?xml ") and b"<!DOCTYPE" not in body
    root = ElementTree.fromstring(body)
    assert root.tag == "Response"
    _check(root)
    verbs = [e.tag for e in root]
    if not whisper:
        assert verbs, "an empty document ends the call in silence"
        assert verbs[-1] in ("Hangup", "Redirect", "Dial"), verbs
    else:
        assert "Dial" not in verbs
    assert not {"Hangup", "Redirect", "Dial"} & set(verbs[:-1]), f"unreachable verbs in {verbs}"
    for gather in root.iter("Gather"):
        _gather(gather)
    return root


def _check(element: Element) -> None:
    shape = TABLE["elements"][element.tag]
    allowed = shape.get("attributes", {})
    for name, value in element.attrib.items():
        assert name in allowed, f"{name} of <{element.tag}>"
        rule = allowed[name]
        fits = value in rule if isinstance(rule, list) else re.fullmatch(rule, value)
        assert fits, f"{name}={value!r} of <{element.tag}>"
    assert set(shape.get("required", ())) <= set(element.attrib), element.tag
    text = "".join(element.itertext()).strip()
    assert bool(text) or shape.get("text") != "required", f"empty <{element.tag}>"
    for child in element:
        assert child.tag in shape.get("children", ()), f"<{child.tag}> in <{element.tag}>"
        _check(child)
    if element.tag == "Say":
        _say(element, text)


def _say(say: Element, text: str) -> None:
    assert len(text) <= TABLE["limits"]["say_characters"]
    assert len(quote(text)) <= TABLE["limits"]["say_encoded"]
    voice = say.attrib["voice"].removeprefix("Polly.").removesuffix("-Neural")
    assert LANGUAGE_OF_VOICE[voice] == say.attrib["language"]


def _gather(gather: Element) -> None:
    assert len(gather) and gather[0].tag == "Say", "the question stands inside, so that she can interrupt it"
    if gather.attrib["input"] == "dtmf":
        spoken = {"speechTimeout", "hints", "language", "profanityFilter"}
        assert not spoken & set(gather.attrib)
        return
    needed = {"actionOnEmptyResult", "profanityFilter", "language", "speechTimeout", "bargeIn"}
    assert needed <= set(gather.attrib)
    hints = gather.attrib.get("hints", "").split(",")
    assert len(hints) <= TABLE["limits"]["hints"]
    assert all(len(h) <= TABLE["limits"]["hint_characters"] for h in hints)
