"""Bad documents: each is refused with what is wrong in it, and nothing is stored."""

import json
import time

import pytest

from support.workspace import expect


@pytest.fixture(scope="module")
def owner(service):
    workspace = service.workspace()
    workspace.register("rec", media=[], panels={})
    return workspace


def draft(**members):
    return {"recording_id": "rec"} | members


def nested(depth):
    """A document that is `depth` levels deep, the outermost object counted."""
    inner = depth - 2
    return b'{"recording_id":"rec","metadata":' + b'{"a":' * inner + b"{}" + b"}" * inner + b"}"


MALFORMED = {
    "nothing": b"",
    "white space": b" \n ",
    "cut off": b"{",
    "text after the end": b'{"a":1}x',
    "two documents": b"{}{}",
    "single quotes": b"{'a':1}",
    "a comment": b'{"a":1 /* b */}',
    "a line comment": b'{"a":1} // b',
    "a trailing comma": b'{"a":1,}',
    "a trailing comma in a list": b'{"a":[1,]}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "utf-16": '{"a":1}'.encode("utf-16"),
    "invalid utf-8": b'{"a":"\xff"}',
    "overlong utf-8": b'{"a":"\xc0\xae"}',
    "a surrogate in utf-8": b'{"a":"\xed\xa0\x80"}',
    "a lone high surrogate": b'{"a":"\\ud800"}',
    "a lone low surrogate": b'{"a":"\\udc00"}',
    "surrogates the wrong way round": b'{"a":"\\udc00\\ud800"}',
    "an unknown escape": b'{"a":"\\x41"}',
    "a cut escape": b'{"a":"\\u12"}',
    "a raw line break in a string": b'{"a":"\n"}',
    "a raw null byte": b'{"a":"\x00"}',
    "a member twice": b'{"recording_id":"rec","recording_id":"rec"}',
    "a member twice, once escaped": b'{"label":"a","\\u006cabel":"b","recording_id":"rec"}',
    "a member twice, deep inside": b'{"recording_id":"rec","metadata":{"x":[{"a":1,"a":1}]}}',
    "33 levels": nested(33),
    "a hundred thousand brackets": b"[" * 60000,
    "a hundred thousand open objects": b'{"a":' * 10000,
    "1,001 members": json.dumps({str(number): 0 for number in range(1001)}).encode(),
    "10,001 members": b"{" + b",".join(b'"%d":0' % number for number in range(6000)) + b"}",
    "NaN": b'{"ttl_seconds":NaN}',
    "Infinity": b'{"ttl_seconds":-Infinity}',
    "hexadecimal": b'{"ttl_seconds":0x10}',
    "a leading zero": b'{"ttl_seconds":01}',
    "a plus sign": b'{"ttl_seconds":+1}',
    "a bare point": b'{"ttl_seconds":.5}',
    "True": b'{"a":True}',
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_what_is_not_json_is_refused_quickly(owner, body):
    began = time.monotonic()
    answer = owner.client.post("/v1/shares", body=body)
    assert (answer.status, answer.code) == (400, "malformed_json")
    assert time.monotonic() - began < 1


def test_32_levels_are_read(owner):
    expect(owner.client.post("/v1/shares", body=nested(32)), 201)


def test_1000_members_are_read(owner):
    expect(owner.client.post("/v1/shares",
                             draft(metadata={str(number): 0 for number in range(1000)})), 201)


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"null", b"17", b"true",
                                  b'[{"recording_id":"rec"}]'])
def test_a_document_must_be_an_object(owner, body):
    answer = owner.client.post("/v1/shares", body=body)
    assert (answer.status, answer.faults) == (422, {"": "wrong_type"})


# name: (members, {pointer: code})
WRONG = {
    "no recording": ({"recording_id": ...}, {"/recording_id": "required"}),
    "null for what is required": ({"recording_id": None}, {"/recording_id": "wrong_type"}),
    "a number for a string": ({"title": 17}, {"/title": "wrong_type"}),
    "a list for an object": ({"visibility": []}, {"/visibility": "wrong_type"}),
    "a string for a flag": ({"visibility": {"summary": "true"}},
                            {"/visibility/summary": "wrong_type"}),
    "a number for a flag": ({"visibility": {"summary": 1}}, {"/visibility/summary": "wrong_type"}),
    "an unknown flag": ({"visibility": {"everything": True}},
                        {"/visibility/everything": "unknown_field"}),
    "an unknown member": ({"colour": "red"}, {"/colour": "unknown_field"}),
    "another workspace named": ({"workspace_id": "wsp_1"}, {"/workspace_id": "unknown_field"}),
    "an unknown member with a slash": ({"a/b~c": 1}, {"/a~1b~0c": "unknown_field"}),
    "an unknown recording": ({"recording_id": "nothing"}, {"/recording_id": "not_found"}),
    "what cannot be a recording's id": ({"recording_id": "a/b"},
                                        {"/recording_id": "invalid_format"}),
    "another audience": ({"audience": "everybody"}, {"/audience": "invalid_format"}),
    "metadata that is no object": ({"metadata": [1]}, {"/metadata": "wrong_type"}),
    "metadata past 16 KiB": ({"metadata": {"a": "x" * (16 << 10)}}, {"/metadata": "out_of_range"}),
    "the null character": ({"label": "a\0b"}, {"/label": "invalid_format"}),
    "the null character in a name": ({"metadata": {"a\0": 1}}, {"/metadata/a\0": "invalid_format"}),
    "an empty title": ({"title": ""}, {"/title": "out_of_range"}),
    "a blank title": ({"title": " \t "}, {"/title": "out_of_range"}),
    "a title of 501 characters": ({"title": "x" * 501}, {"/title": "out_of_range"}),
    "a label of 501 characters": ({"label": "ä" * 501}, {"/label": "out_of_range"}),
    "1.0 for a whole number": ({"ttl_seconds": 1.0}, {"/ttl_seconds": "wrong_type"}),
    "a fraction": ({"ttl_seconds": 1.5}, {"/ttl_seconds": "wrong_type"}),
    "a number in a string": ({"ttl_seconds": "60"}, {"/ttl_seconds": "wrong_type"}),
    "no time at all": ({"ttl_seconds": 0}, {"/ttl_seconds": "out_of_range"}),
    "a negative time": ({"ttl_seconds": -1}, {"/ttl_seconds": "out_of_range"}),
    "a time of 10^12 seconds": ({"ttl_seconds": 10**12}, {"/ttl_seconds": "out_of_range"}),
    "2^53 + 1": ({"ttl_seconds": 2**53 + 1}, {"/ttl_seconds": "out_of_range"}),
    "2^63": ({"ttl_seconds": 2**63}, {"/ttl_seconds": "out_of_range"}),
    "2^64 + 60": ({"ttl_seconds": 2**64 + 60}, {"/ttl_seconds": "out_of_range"}),
    "an unknown preset": ({"expires_in": "2d"}, {"/expires_in": "invalid_format"}),
    "two ends": ({"expires_in": "1d", "ttl_seconds": 60}, {"/expires_in": "conflicting_fields"}),
    "never, and an end": ({"expires_at": None, "ttl_seconds": 60},
                          {"/ttl_seconds": "conflicting_fields"}),
    "an end in the past": ({"expires_at": "2020-01-01T00:00:00Z"}, {"/expires_at": "out_of_range"}),
    "an end before the start": ({"starts_at": "2099-01-02T00:00:00Z",
                                 "expires_at": "2099-01-01T00:00:00Z"},
                                {"/expires_at": "out_of_range"}),
    "an end at the start": ({"starts_at": "2099-01-01T00:00:00Z",
                             "expires_at": "2099-01-01T00:00:00Z"},
                            {"/expires_at": "out_of_range"}),
    "the year 10000": ({"expires_at": "10000-01-01T00:00:00Z"}, {"/expires_at": "invalid_format"}),
    "an end past the year 9999": ({"starts_at": "9999-12-31T23:00:00Z", "expires_in": "1d"},
                                  {"/ttl_seconds": "out_of_range"}),
    "the 30th of February": ({"expires_at": "2099-02-30T00:00:00Z"},
                             {"/expires_at": "invalid_format"}),
    "the 29th of February of no leap year": ({"expires_at": "2099-02-29T00:00:00Z"},
                                             {"/expires_at": "invalid_format"}),
    "a leap second": ({"expires_at": "2098-12-31T23:59:60Z"}, {"/expires_at": "invalid_format"}),
    "the hour 24": ({"expires_at": "2099-01-01T24:00:00Z"}, {"/expires_at": "invalid_format"}),
    "no zone": ({"expires_at": "2099-01-01T00:00:00"}, {"/expires_at": "invalid_format"}),
    "a zone of 25 hours": ({"expires_at": "2099-01-01T00:00:00+25:00"},
                           {"/expires_at": "invalid_format"}),
    "a date only": ({"expires_at": "2099-01-01"}, {"/expires_at": "invalid_format"}),
    "seconds since 1970": ({"expires_at": 4070908800}, {"/expires_at": "wrong_type"}),
    "a space for the T": ({"expires_at": "2099-01-01 00:00:00Z"},
                          {"/expires_at": "invalid_format"}),
    "text around a time": ({"expires_at": " 2099-01-01T00:00:00Z"},
                           {"/expires_at": "invalid_format"}),
}


@pytest.mark.parametrize("members, faults", WRONG.values(), ids=WRONG)
def test_a_wrong_document_is_refused_with_a_pointer(owner, members, faults):
    document = {name: value for name, value in draft(**members).items() if value is not ...}
    answer = owner.client.post("/v1/shares", document)
    assert (answer.status, answer.code) == (422, "validation_failed")
    assert faults.items() <= answer.faults.items(), answer


@pytest.mark.parametrize("number", [b"1e400", b"-0", b"1E2", b"-1e400", b"1e-400", b"9" * 400])
def test_a_number_that_fits_nowhere_is_refused_and_never_wraps(owner, number):
    answer = owner.client.post("/v1/shares",
                               body=b'{"recording_id":"rec","ttl_seconds":' + number + b"}")
    assert answer.status == 422 and set(answer.faults) == {"/ttl_seconds"}


def test_all_faults_are_told_at_once(owner):
    answer = owner.client.post("/v1/shares", {"title": 1, "label": 2, "visibility": {"x": 1},
                                              "colour": 3})
    assert set(answer.faults) == {"/recording_id", "/title", "/label", "/visibility/x", "/colour"}


def test_at_most_fifty_faults_are_told(owner):
    answer = owner.client.post("/v1/shares", {f"unknown_{number}": 0 for number in range(200)})
    assert answer.status == 422 and len(answer.json["errors"]) == 50


GOOD = {
    "a title of 500 characters": {"title": "ä" * 500},
    "2^31 seconds": {"ttl_seconds": 2**31},
    "100 years": {"ttl_seconds": 3153600000},
    "the year 9999": {"expires_at": "9999-12-31T23:59:59Z"},
    "a leap day": {"expires_at": "2096-02-29T00:00:00Z"},
    "lower-case letters in a time": {"expires_at": "2099-01-01t00:00:00z"},
    "another zone": {"expires_at": "2099-01-01T00:00:00-08:00"},
    "nulls where they are allowed": {"title": None, "label": None, "metadata": None,
                                     "starts_at": None},
    "everything that is only answered": {"id": "shr_x", "state": "revoked", "links": [],
                                         "created_at": "x",
                                         "created_by": "y", "updated_at": 1, "disabled_at": 2,
                                         "revoked_at": 3,
                                         "version": 99},
}


@pytest.mark.parametrize("members", GOOD.values(), ids=GOOD)
def test_what_is_allowed_is_taken(owner, members):
    document = expect(owner.client.post("/v1/shares", draft(**members)), 201).json
    assert (document["state"], document["version"]) == ("active", 1)


def test_digits_below_the_millisecond_are_cut_off(owner):
    answer = owner.client.post("/v1/shares", draft(expires_at="2099-01-01T00:00:00.123999999Z"))
    assert expect(answer, 201).json["expires_at"] == "2099-01-01T00:00:00.123Z"


VERBATIM = {
    "markup": "<script>alert('x')</script>", "templates": "${7*7} {{7*7}} <%= 7 %>",
    "sql": "'; DROP TABLE share; --",
    "composed": "\u00e9", "decomposed": "e\u0301", "right to left": "\u202eabc",
    "zero width": "a\u200bb",
    "an emoji of several": "👩‍👩‍👧‍👦", "beyond the plane": "𝔘", "a noncharacter": "\uffff",
    "quotes": '"\\/\b\f\n\r\t',
    "line separators": "\u2028\u2029", "control characters": "\x01\x1f\x7f",
}


@pytest.mark.parametrize("text", VERBATIM.values(), ids=VERBATIM)
def test_text_comes_back_as_it_was_given(owner, text):
    created = expect(owner.client.post("/v1/shares", draft(label=text, metadata={text: [text]})),
                     201).json
    shown = expect(owner.client.get(f"/v1/shares/{created['id']}"), 200).json
    assert (shown["label"], shown["metadata"]) == (text, {text: [text]})


def test_a_change_of_state_is_refused_with_a_pointer(owner):
    share = owner.share("rec")
    assert share.change(state="revoked").faults == {"/state": "read_only_field"}


def test_a_share_stays_with_its_recording(owner):
    share = owner.share("rec")
    assert share.change(recording_id="rec", label="x").status == 200
    assert share.change(recording_id="other").faults == {"/recording_id": "read_only_field"}


def test_a_refused_document_stores_nothing(service):
    workspace = service.workspace()
    workspace.register("r", media=[], panels={})
    for members, _ in WRONG.values():
        document = {"recording_id": "r"} | {name: value for name,
                                            value in members.items() if value is not ...}
        if "recording_id" not in members:
            workspace.client.post("/v1/shares", document)
    assert expect(workspace.client.get("/v1/shares"), 200).json["items"] == []
