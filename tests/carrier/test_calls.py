"""Calls: documents played verb by verb, keys, speech and silence, dialling, status."""

import pytest
from flask import Response
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client
from twilio.twiml.voice_response import Gather, VoiceResponse

from tests.carrier.conftest import Json, Phones
from tests.carrier.stub import ANA, LINE, STAFF, Stub

ASK = (
    '<Gather input="dtmf speech" action="/voice/turn?n=1" numDigits="1" timeout="4" '
    'actionOnEmptyResult="true" hints="yes, no" language="en-US">'
    '<Say voice="Polly.Joanna-Neural" language="en-US">Press 1 for yes.</Say>'
    '<Pause length="2"/></Gather>'
)
DIAL = (
    '<Dial action="/voice/dialled" timeout="20"><Number url="/voice/whisper" statusCallback="/leg" '
    'statusCallbackEvent="initiated ringing answered completed">' + STAFF + "</Number></Dial>"
)
ACCEPT = '<Gather action="/voice/accept" numDigits="1"><Say>Press 1 to take it.</Say></Gather><Hangup/>'


def said(call: Json) -> list[str]:
    """Give what the line has said."""
    return [h["words"] for h in call["heard"] if (h["who"], h["kind"]) == ("line", "say")]


def leg_of(phones: Phones, person: str) -> Json:
    """Find the newest call at a phone."""
    call: Json = phones.get(f"/phone/api/calls?person=%2B{person[1:]}")["calls"][0]
    return call


def test_a_call_waits_at_a_gather_and_goes_on_with_what_is_pressed(phones: Phones, stub: Stub) -> None:
    """Prompts are heard with voice and language; the key goes to the action, signed."""
    stub.on("/voice", ASK)
    stub.on("/voice/turn", "<Say>Thank you.</Say><Hangup/>")
    call = phones.call(ANA)
    (opened,) = stub.posted("/voice")
    assert opened.signed and opened.form["CallStatus"] == "ringing" and opened.form["Direction"] == "inbound"
    assert call["waiting"] == "gather" and call["status"] == "in-progress"
    assert call["heard"][0]["voice"] == "Polly.Joanna-Neural" and call["heard"][0]["language"] == "en-US"
    assert call["expects"]["hints"] == ["yes", "no"] and call["expects"]["input"] == ["dtmf", "speech"]
    assert call["spoken_seconds"] > 2
    call = phones.act(call, "press", digits="1")
    (turn,) = stub.posted("/voice/turn")
    assert (turn.form["Digits"], turn.query, turn.signed) == ("1", "n=1", True)
    assert turn.form["CallSid"] == call["sid"] and turn.form["CallStatus"] == "in-progress"
    assert said(call) == ["Press 1 for yes.", "Thank you."] and call["status"] == "completed"
    ended = stub.wait_for("/voice/status", 1)[0]
    assert ended.form["CallStatus"] == "completed" and int(ended.form["CallDuration"]) >= 1 and ended.signed


def test_speech_and_silence_go_to_the_action(phones: Phones, stub: Stub) -> None:
    """Speech comes with its confidence; silence comes with empty digits when the Gather asks for it."""
    stub.on("/voice", ASK)
    stub.on("/voice/turn", ASK)
    call = phones.act(phones.call(ANA), "say", words="yes I do", confidence=0.7)
    phones.act(call, "silence")
    spoken, silent = stub.posted("/voice/turn")
    assert (spoken.form["SpeechResult"], spoken.form["Confidence"]) == ("yes I do", "0.70")
    assert silent.form["Digits"] == "" and "SpeechResult" not in silent.form


def test_a_gather_that_hears_nothing_falls_through(phones: Phones, stub: Stub) -> None:
    """Without actionOnEmptyResult silence leads to the next verb; what it does not listen to is not heard."""
    stub.on("/voice", '<Gather action="/voice/turn"><Say>Keys?</Say></Gather><Say>Nothing heard.</Say>')
    call = phones.call(ANA)
    deaf = phones.act(call, "say", words="hello?")
    assert not deaf["listened"] and deaf["waiting"] == "gather"
    call = phones.act(call, "silence")
    assert said(call) == ["Keys?", "Nothing heard."] and call["status"] == "completed"
    assert not stub.posted("/voice/turn")


@pytest.mark.parametrize(
    ("gather", "presses", "digits"),
    [
        ("", [("12", False)], "12"),
        ("", [("1", True), ("2#", True)], "12"),
        ('numDigits="2"', [("1", True), ("2", True)], "12"),
        ('finishOnKey=""', [("1#", False)], "1#"),
        ("", [("7", True), ("", False)], "7"),
    ],
)
def test_keys_are_collected_until_they_are_complete(
    phones: Phones, stub: Stub, gather: str, presses: list[tuple[str, bool]], digits: str
) -> None:
    """The finishing key, the number of digits or a pause ends the input; that key is not part of it."""
    stub.on("/voice", f'<Gather action="/voice/turn" {gather}/>')
    call = phones.call(ANA)
    for keys, more in presses:
        call = phones.act(call, "press", digits=keys, more=more)
    assert stub.posted("/voice/turn")[0].form["Digits"] == digits


def test_the_librarys_own_documents_are_read(phones: Phones, stub: Stub) -> None:
    """TwiML as the client library builds it plays without a warning, markup within Say included."""
    answer = VoiceResponse()
    gather = Gather(
        input="dtmf speech", action="/voice/turn", action_on_empty_result=True, speech_timeout="3"
    )
    say = gather.say("", voice="Polly.Lupe-Neural", language="es-US")
    say.say_as("911", interpret_as="telephone")
    answer.append(gather)
    stub.on("/voice", Response(str(answer), content_type="text/xml"))
    call = phones.call(ANA)
    assert call["warnings"] == [] and said(call) == ["911"]


def test_a_broken_answer_goes_to_the_fallback_and_else_ends_with_words(phones: Phones, stub: Stub) -> None:
    """The fallback is told why; when it fails too the carrier says so and hangs up."""
    stub.on("/voice", Response("away", 500))
    stub.on("/voice/fallback", "<Say>Call 911 now.</Say>")
    assert said(phones.call(ANA)) == ["Call 911 now."]
    assert stub.posted("/voice/fallback")[0].form["ErrorCode"] == "11200"
    stub.on("/voice/fallback", Response("away", 500))
    call = phones.call(ANA)
    assert call["status"] == "completed" and "error" in call["heard"][0]["words"]


def test_redirect_hangup_reject_and_circles_end_well(phones: Phones, stub: Stub) -> None:
    """A Redirect leads on, Reject is busy, and a call that goes round in circles is ended."""
    stub.on("/voice", "<Redirect>/voice/on</Redirect><Say>never</Say>")
    stub.on("/voice/on", "<Say>here</Say><Hangup/><Say>never</Say>")
    assert said(phones.call(ANA)) == ["here"]
    stub.on("/voice", '<Reject reason="busy"/>')
    assert phones.call(ANA)["status"] == "busy"
    stub.on("/voice", "<Redirect>/voice</Redirect>")
    assert "circles" in phones.call(ANA)["warnings"][0]


def test_hanging_up_is_reported(phones: Phones, stub: Stub) -> None:
    """The number's status callback tells of the end; the Gather's action is not asked."""
    stub.on("/voice", ASK)
    call = phones.act(phones.call(ANA), "hangup")
    assert call["status"] == "completed"
    assert stub.wait_for("/voice/status", 1)[0].form["CallSid"] == call["sid"]
    assert not stub.posted("/voice/turn")


def test_a_replayed_step_carries_the_same_form(phones: Phones, stub: Stub) -> None:
    """A doubled webhook on a call asks the same step twice with one idempotency token."""
    stub.on("/voice", ASK)
    stub.on("/voice/turn", ASK)
    call = phones.call(ANA)
    phones.fault("webhook", "double", next=1)
    phones.act(call, "press", digits="1")
    first, second = stub.posted("/voice/turn")
    assert (first.form, first.token) == (second.form, second.token)


def test_a_person_is_dialled_accepts_by_key_and_both_can_speak(phones: Phones, stub: Stub) -> None:
    """Only a whisper that ends without a hang-up joins the two; the action is told that they were bridged."""
    stub.on("/voice", DIAL)
    stub.on("/voice/whisper", ACCEPT)
    stub.on("/voice/accept", "<Say>Connecting.</Say>")
    stub.on("/voice/dialled", "<Say>Goodbye.</Say>")
    caller = phones.call(ANA)
    assert caller["waiting"] == "dial"
    staff = leg_of(phones, STAFF)
    assert (staff["status"], staff["from"], staff["parent"]) == ("ringing", ANA, caller["sid"])
    staff = phones.act(staff, "answer")
    assert said(staff) == ["Press 1 to take it."]
    staff = phones.act(staff, "press", digits="1")
    assert staff["waiting"] == "bridged"
    assert phones.act(staff, "say", words="I am the nurse")["listened"]
    caller = phones.get(f"/phone/api/call/{caller['sid']}")
    assert caller["heard"][-1] == {**caller["heard"][-1], "who": "other", "words": "I am the nurse"}
    phones.act(staff, "hangup")
    told = stub.posted("/voice/dialled")[0].form
    assert (told["DialCallStatus"], told["DialBridged"], told["DialCallSid"]) == (
        "completed",
        "true",
        staff["sid"],
    )
    events = [r.form["CallStatus"] for r in stub.wait_for("/leg", 3)]
    assert events == ["ringing", "in-progress", "completed"]


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [("busy", "busy"), ("off", "no-answer"), ("unknown", "failed"), ("voicemail", "completed")],
)
def test_nobody_takes_the_dialled_call(phones: Phones, stub: Stub, behaviour: str, status: str) -> None:
    """Busy, off and unknown phones and a voicemail never count as bridged, and the call goes on."""
    phones.post(f"/phone/api/phones/{STAFF}", {"behaviour": behaviour})
    stub.on("/voice", DIAL)
    stub.on("/voice/whisper", ACCEPT)
    stub.on("/voice/dialled", "<Say>Nobody is free.</Say>")
    call = phones.call(ANA)
    told = stub.posted("/voice/dialled")[0].form
    assert (told["DialCallStatus"], told["DialBridged"]) == (status, "false")
    assert said(call) == ["Nobody is free."]


def test_a_caller_who_leaves_while_it_rings_ends_the_other_leg_too(phones: Phones, stub: Stub) -> None:
    """The action is told although the caller has gone; the ringing phone stops."""
    stub.on("/voice", DIAL)
    call = phones.call(ANA)
    phones.act(call, "hangup")
    assert leg_of(phones, STAFF)["status"] == "canceled"
    assert stub.posted("/voice/dialled")[0].form["CallStatus"] == "completed"


def test_a_strange_caller_id_fails_the_dial(phones: Phones, stub: Stub) -> None:
    """Only our numbers and those of the call may be shown."""
    stub.on(
        "/voice", f'<Dial action="/voice/dialled" callerId="+12025559999"><Number>{STAFF}</Number></Dial>'
    )
    assert "13214" in phones.call(ANA)["warnings"][0]
    assert stub.posted("/voice/dialled")[0].form["DialCallStatus"] == "failed"


def test_a_recording_is_reported_fetched_and_deleted(phones: Phones, stub: Stub, client: Client) -> None:
    """What is said after the beep is a recording with an address; an empty one asks nothing."""
    record = '<Record action="/voice/recorded" recordingStatusCallback="/rec"/><Say>We heard nothing.</Say>'
    stub.on("/voice", record)
    assert said(phones.act(phones.call(ANA), "silence")) == ["We heard nothing."]
    phones.act(phones.call(ANA), "say", words="please call me back")
    told = stub.posted("/voice/recorded")[0].form
    assert stub.wait_for("/rec", 1)[0].form["RecordingStatus"] == "completed"
    assert client.recordings(told["RecordingSid"]).fetch().duration == "2"
    assert client.recordings(told["RecordingSid"]).delete()
    with pytest.raises(TwilioRestException):
        client.recordings(told["RecordingSid"]).fetch()


def test_a_call_by_rest_rings_and_plays_when_answered(phones: Phones, stub: Stub, client: Client) -> None:
    """Every event that was asked for is reported in order; the page is played to who answers."""
    stub.on("/page", ASK)
    made = client.calls.create(
        to=STAFF,
        from_=LINE,
        url=f"{stub.base}/page",
        status_callback=f"{stub.base}/cs",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    assert made.status == "queued"
    phones.settle()
    call = leg_of(phones, STAFF)
    assert (call["status"], call["waiting"], call["sid"]) == ("ringing", "answer", made.sid)
    call = phones.act(call, "answer")
    assert said(call) == ["Press 1 for yes."]
    phones.act(call, "hangup")
    reports = stub.wait_for("/cs", 4)
    assert [r.form["CallStatus"] for r in reports] == ["queued", "ringing", "in-progress", "completed"]
    assert [r.form["SequenceNumber"] for r in reports] == ["0", "1", "2", "3"]
    assert client.calls(made.sid).fetch().status == "completed"


@pytest.mark.parametrize(
    ("behaviour", "status"), [("busy", "busy"), ("off", "no-answer"), ("blocked", "failed")]
)
def test_a_call_by_rest_that_nobody_answers_says_why(
    phones: Phones, stub: Stub, client: Client, behaviour: str, status: str
) -> None:
    """The final status tells busy from no answer from failed."""
    phones.post(f"/phone/api/phones/{STAFF}", {"behaviour": behaviour})
    client.calls.create(to=STAFF, from_=LINE, twiml="<Response/>", status_callback=f"{stub.base}/cs")
    assert stub.wait_for("/cs", 1)[0].form["CallStatus"] == status


def test_a_voicemail_hears_the_message_and_presses_nothing(
    phones: Phones, stub: Stub, client: Client
) -> None:
    """With machine detection the document is asked with AnsweredBy; a Gather hears silence."""
    phones.post(f"/phone/api/phones/{STAFF}", {"behaviour": "voicemail"})
    stub.on("/page", '<Gather action="/took"><Say>Press 1.</Say></Gather><Say>We will try again.</Say>')
    client.calls.create(to=STAFF, from_=LINE, url=f"{stub.base}/page", machine_detection="Enable")
    phones.settle()
    call = leg_of(phones, STAFF)
    assert stub.posted("/page")[0].form["AnsweredBy"] == "machine_start"
    assert said(call) == ["Press 1.", "We will try again."] and not stub.posted("/took")


def test_a_running_call_can_be_redirected_and_ended(phones: Phones, stub: Stub, client: Client) -> None:
    """Updating a call plays another document or hangs up; one that is over cannot be changed."""
    stub.on("/voice", ASK)
    call = phones.call(ANA)
    client.calls(call["sid"]).update(twiml="<Response><Say>Stay with me.</Say><Gather/></Response>")
    assert said(phones.get(f"/phone/api/call/{call['sid']}"))[-1] == "Stay with me."
    assert client.calls(call["sid"]).update(status="completed").status == "completed"
    with pytest.raises(TwilioRestException) as caught:
        client.calls(call["sid"]).update(status="completed")
    assert caught.value.code == 21220


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"to": "+15005550001"}, 21217),
        ({"to": "+15005550002"}, 21214),
        ({"from_": "+12025550123"}, 21212),
        ({"twiml": None}, 21205),
        ({"twiml": "x" * 4001}, 32018),
        ({"timeout": 601}, 20001),
    ],
)
def test_a_wrong_call_gets_the_carriers_own_code(client: Client, told: Json, code: int) -> None:
    """Numbers, documents and limits are checked as the carrier does."""
    given = {"to": STAFF, "from_": LINE, "twiml": "<Response/>", **told}
    with pytest.raises(TwilioRestException) as caught:
        client.calls.create(**{name: value for name, value in given.items() if value is not None})
    assert caught.value.code == code


def test_a_conference_ends_for_all_when_the_one_who_holds_it_leaves(phones: Phones, stub: Stub) -> None:
    """Two callers in a conference hear each other; endConferenceOnExit sends the other on."""
    room = '<Dial action="/voice/left"><Conference endConferenceOnExit="true">case</Conference></Dial>'
    stub.on("/voice", room)
    first, second = phones.call(ANA), phones.call(STAFF)
    phones.act(first, "say", words="hello")
    assert phones.get(f"/phone/api/call/{second['sid']}")["heard"][-1]["words"] == "hello"
    phones.act(second, "hangup")
    assert stub.wait_for("/voice/left", 1)[0].form["CallSid"] == first["sid"]


def test_a_text_can_be_sent_from_a_call(phones: Phones, stub: Stub) -> None:
    """An Sms verb reaches the caller's phone."""
    stub.on("/voice", "<Sms>We were cut off.</Sms><Hangup/>")
    phones.call(ANA)
    assert phones.get(f"/phone/api/threads/{ANA}")["messages"][0]["body"] == "We were cut off."
