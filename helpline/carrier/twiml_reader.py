"""Read the helpline's answers as the carrier does: strictly, with its error codes.

Noting what it would ignore.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

XML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})
BAD_XML, BAD_TYPE, IGNORED = 12100, 12300, 12200


class BadTwiml(Exception):
    """The answer is no document the carrier can act on; `code` is its error code."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True)
class Verb:
    """Hold one element: its name, attributes, text (of a Say with the words of its markup) and children."""

    name: str
    text: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple["Verb", ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """Give an attribute, or the default when it is absent."""
        return self.attributes.get(name, default)


@dataclass(frozen=True, slots=True)
class Document:
    """Hold the verbs of an answer and the warnings it earned."""

    verbs: tuple[Verb, ...] = ()
    warnings: tuple[str, ...] = ()


_CALLBACKS = "action method"
_PROGRESS = "statusCallback statusCallbackEvent statusCallbackMethod"
_RECORDING = "recordingStatusCallback recordingStatusCallbackEvent recordingStatusCallbackMethod"
_SSML = "break emphasis lang p phoneme prosody s say-as sub w"


@dataclass(frozen=True, slots=True)
class _Shape:
    attributes: frozenset[str]
    children: frozenset[str] = frozenset()


def _shape(attributes: str = "", children: str = "") -> _Shape:
    return _Shape(frozenset(attributes.split()), frozenset(children.split()))


_MESSAGING = {
    "Response": _shape("", "Message Redirect"),
    "Message": _shape(f"to from {_CALLBACKS} statusCallback", "Body Media"),
    "Body": _shape(),
    "Media": _shape(),
    "Redirect": _shape("method"),
}
_VERBS = """Connect Dial Echo Enqueue Gather Hangup Leave Pause Pay Play Prompt Queue Record Redirect Refer
    Reject Say Sms Start Stop"""
_GATHER = f"""{_CALLBACKS} actionOnEmptyResult bargeIn debug enhanced finishOnKey hints input language
    maxSpeechTime numDigits partialResultCallback partialResultCallbackMethod profanityFilter speechModel
    speechTimeout timeout"""
_DIAL = f"""{_CALLBACKS} {_RECORDING} answerOnBridge callerId callReason events hangupOnStar passports record
    recordingConfigurationId recordingTrack referMethod referUrl ringTone sequential timeLimit timeout trim"""
_NUMBER = f"""url method {_PROGRESS} sendDigits byoc amdStatusCallback amdStatusCallbackMethod
    machineDetection machineDetectionSilenceTimeout machineDetectionSpeechEndThreshold
    machineDetectionSpeechThreshold
    machineDetectionTimeout"""
_CONFERENCE = f"""{_PROGRESS} {_RECORDING} beep coach endConferenceOnExit eventCallbackUrl jitterBufferSize
    maxParticipants muted participantLabel record recordingConfigurationId region startConferenceOnEnter trim
    waitMethod waitUrl"""
_RECORD = f"""{_CALLBACKS} {_RECORDING} finishOnKey maxLength playBeep recordingConfigurationId timeout
    transcribe transcribeCallback trim"""
_VOICE = {
    "Response": _shape("", _VERBS),
    "Say": _shape("language loop voice", _SSML),
    "Play": _shape("digits loop"),
    "Pause": _shape("length"),
    "Gather": _shape(_GATHER, "Say Play Pause"),
    "Dial": _shape(_DIAL, "Application Client Conference Number Queue Sim Sip WhatsApp"),
    "Number": _shape(_NUMBER),
    "Client": _shape(f"url method {_PROGRESS}", "Identity Parameter"),
    "Conference": _shape(_CONFERENCE),
    "Record": _shape(_RECORD),
    "Redirect": _shape("method"),
    "Reject": _shape("reason", "Parameter"),
    "Hangup": _shape("", "Parameter"),
    "Sms": _shape(f"{_CALLBACKS} from to statusCallback"),
}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def read_messaging(content_type: str, body: bytes) -> Document:
    """Read the answer to a text. Plain text is texted as it stands; an empty answer means no reply.

    Raise BadTwiml (12300 wrong type, 12100 broken XML).
    """
    kind = _kind(content_type)
    if not body:
        return Document()
    if kind == "text/plain":
        plain = Verb("Message", text=body.decode("utf-8", "replace"))
        return Document((plain,), ("the answer was text/plain: texted to the person as it stands",))
    return _read(kind, body, _MESSAGING)


def read_voice(content_type: str, body: bytes) -> Document:
    """Read the answer to a call. Plain text is read out, then the call ends; raise BadTwiml as for texts."""
    kind = _kind(content_type)
    if kind == "text/plain" and body:
        plain = Verb("Say", text=body.decode("utf-8", "replace"))
        return Document((plain,), ("the answer was text/plain: read out as it stands, then the call ends",))
    if not body:
        return Document()
    return _read(kind, body, _VOICE)


def _kind(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _read(kind: str, body: bytes, shapes: Mapping[str, _Shape]) -> Document:
    if kind not in XML_TYPES:
        raise BadTwiml(BAD_TYPE, f"Content-Type is {kind or 'missing'}; text/xml belongs there")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise BadTwiml(BAD_XML, "the answer is not UTF-8") from wrong
    if "<!DOCTYPE" in text or "<!ENTITY" in text or _NOT_XML.search(text):
        raise BadTwiml(BAD_XML, "a document type, an entity or a control character")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError) as wrong:
        raise BadTwiml(BAD_XML, f"not parseable: {wrong}") from wrong
    if root.tag != "Response":
        raise BadTwiml(BAD_XML, f"the root is <{root.tag}>; <Response> belongs there")
    warnings: list[str] = []
    verbs = _children(root, shapes, warnings)
    return Document(verbs, tuple(warnings))


def _children(
    parent: ElementTree.Element, shapes: Mapping[str, _Shape], warnings: list[str]
) -> tuple[Verb, ...]:
    allowed = shapes.get(parent.tag, _shape()).children
    verbs = []
    for element in parent:
        if element.tag not in allowed:
            warnings.append(f"{IGNORED}: <{element.tag}> in <{parent.tag}> is ignored")
        elif element.tag in _SSML.split():
            continue
        else:
            verbs.append(_verb(element, shapes, warnings))
    return tuple(verbs)


def _verb(element: ElementTree.Element, shapes: Mapping[str, _Shape], warnings: list[str]) -> Verb:
    shape = shapes.get(element.tag)
    known = {}
    for name, value in element.attrib.items():
        if shape is not None and name not in shape.attributes:
            warnings.append(f"{IGNORED}: {name} of <{element.tag}> is ignored")
        else:
            known[name] = value
    text = "".join(element.itertext()) if element.tag == "Say" else element.text or ""
    text = " ".join(text.split()) if element.tag in {"Say", "Number", "Redirect", "Conference"} else text
    return Verb(element.tag, text, known, _children(element, shapes, warnings))
