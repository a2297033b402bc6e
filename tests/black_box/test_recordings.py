"""Recordings and panels: registered as given, refused when wrong, kept byte for byte."""

import pytest

from support.workspace import TRANSCRIPT, expect

FULL = {
    "title": "Stand-up", "recorded_at": "2026-11-20T10:00:00+01:00", "duration_ms": 68000,
    "owner": {"id": "u-17", "name": "Ada", "email": "ada@example.com"},
    "media": [
        {"id": "a", "role": "audio", "content_type": "audio/ogg", "key": "m/standup.ogg",
         "bytes": 412345},
        {"id": "v", "role": "video", "content_type": "video/mp4", "key": "m/standup.mp4"},
    ],
    "panels": {"transcript": TRANSCRIPT, "notes": {"markdown": "Hello"}},
    "expires_at": "2099-01-01T00:00:00Z",
}


@pytest.fixture(scope="module")
def owner(service):
    return service.workspace()


def test_a_recording_is_shown_as_it_was_registered(owner):
    registered = expect(owner.client.put("/v1/recordings/full", FULL), 201)
    assert registered.headers["location"] == "/v1/recordings/full"
    shown = expect(owner.client.get("/v1/recordings/full"), 200).json
    assert shown == registered.json
    assert (shown["recorded_at"], shown["owner"]) == ("2026-11-20T09:00:00.000Z", FULL["owner"])
    assert shown["media"] == [FULL["media"][0], FULL["media"][1] | {"bytes": None}]
    assert set(shown["panels"]) == {"transcript", "notes"}


def test_what_was_shown_can_be_sent_back(owner):
    owner.client.put("/v1/recordings/again", FULL)
    shown = expect(owner.client.get("/v1/recordings/again"), 200).json
    replaced = expect(owner.client.put("/v1/recordings/again", shown | {"panels": FULL["panels"]}),
                      200).json
    assert (replaced["version"], replaced["created_at"]) == (2, shown["created_at"])
    assert replaced["media"] == shown["media"]


def test_replacing_empties_what_is_left_out(owner):
    owner.client.put("/v1/recordings/empty", FULL)
    shown = expect(owner.client.put("/v1/recordings/empty", {"title": "x"}), 200).json
    assert (shown["media"], shown["panels"], shown["owner"], shown["expires_at"]) == ([], {}, None,
                                                                                      None)


@pytest.mark.parametrize("identifier", ["a", "x" * 128, "A-Z.a_z~0:9", "..", "%41%42",
                                        "shr_01m7w77j50ftar8grd2t6y41g2"])
def test_an_id_is_the_callers_own(owner, identifier):
    assert owner.client.put(f"/v1/recordings/{identifier}", {"title": "x"}).status == 201
    assert owner.client.get(f"/v1/recordings/{identifier}").status == 200


@pytest.mark.parametrize("identifier", ["x" * 129, "a%20b", "%C3%A9", "a*b", "a@b", "a,b"])
def test_what_cannot_be_an_id_is_refused(owner, identifier):
    assert owner.client.put(f"/v1/recordings/{identifier}",
                            {"title": "x"}).code == "invalid_parameter"


def media(**changes):
    return {"media": [{"id": "a", "role": "audio", "content_type": "audio/ogg",
                       "key": "a.ogg"} | changes]}


KEYS = [
    "../a.ogg", "a/../b", "a/..", "..", ".", "./a", "a/./b", "/a", "a/", "a//b", "", "a\\b",
    "..\\a", "a\nb", "a\x7fb",
    "http://example.com/a.ogg", "file:///etc/passwd", "https:a", "//example.com/a", "s3://bucket/a",
    "x" * 1025,
    "a\u0000b", "data:audio/ogg;base64,AAAA",
]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_cannot_leave_the_media_store(owner, key):
    answer = owner.client.put("/v1/recordings/r", {"title": "x"} | media(key=key))
    assert (answer.status, set(answer.faults)) == (422, {"/media/0/key"})


WRONG = {
    "no title": ({"title": ...}, {"/title": "required"}),
    "a title of 501 characters": ({"title": "x" * 501}, {"/title": "out_of_range"}),
    "a negative duration": ({"duration_ms": -1}, {"/duration_ms": "out_of_range"}),
    "a duration past 2^53": ({"duration_ms": 2**53}, {"/duration_ms": "out_of_range"}),
    "an owner that is text": ({"owner": "Ada"}, {"/owner": "wrong_type"}),
    "an owner of unknown kind": ({"owner": {"phone": "1"}}, {"/owner/phone": "unknown_field"}),
    "an address of 321 characters": ({"owner": {"email": "x" * 321}},
                                     {"/owner/email": "out_of_range"}),
    "no time": ({"recorded_at": "yesterday"}, {"/recorded_at": "invalid_format"}),
    "101 media objects": ({"media": [media(id=str(n))["media"][0] for n in range(101)]},
                          {"/media": "out_of_range"}),
    "media that is no list": ({"media": {}}, {"/media": "wrong_type"}),
    "the same media id twice": ({"media": media()["media"] * 2}, {"/media/1/id": "duplicate"}),
    "a media id with a slash": (media(id="a/b"), {"/media/0/id": "invalid_format"}),
    "an unknown role": (media(role="soundtrack"), {"/media/0/role": "invalid_format"}),
    "html as media": (media(content_type="text/html"), {"/media/0/content_type": "invalid_format"}),
    "svg as media": (media(content_type="image/svg+xml"),
                     {"/media/0/content_type": "invalid_format"}),
    "a type with a line break": (media(content_type="audio/ogg\r\nX: y"),
                                 {"/media/0/content_type": "invalid_format"}),
    "an unknown member of media": (media(url="http://x"), {"/media/0/url": "unknown_field"}),
    "an unknown panel": ({"panels": {"secrets": {}}}, {"/panels/secrets": "unknown_field"}),
    "a panel that is text": ({"panels": {"notes": "text"}}, {"/panels/notes": "wrong_type"}),
    "a wrong segment": ({"panels": {"transcript": {"segments": [{"start_ms": 0, "end_ms": "1",
                                                                 "text": "x"}]}}},
                        {"/panels/transcript/segments/0/end_ms": "wrong_type"}),
    "policy": ({"policy": {}}, {"/policy": "unknown_field"}),
}


@pytest.mark.parametrize("members, faults", WRONG.values(), ids=WRONG)
def test_a_wrong_recording_is_refused_with_pointers_and_not_stored(owner, members, faults):
    document = {name: value for name,
                value in ({"title": "x"} | members).items() if value is not ...}
    answer = owner.client.put("/v1/recordings/wrong", document)
    assert (answer.status, answer.faults) == (422, faults)
    assert owner.client.get("/v1/recordings/wrong").status == 404


# Panels

DOCUMENT = (b'{ "markdown" : "a\\u0041\\n",\n\t"mine": [1.0, 1e2, -0, 12345678901234567890, null],'
            b' "\xc3\xa9": "\xf0\x9f\x91\x8b" }')


def test_a_panel_is_kept_byte_for_byte(owner):
    owner.register("bytes", panels={})
    first = owner.client.request("PUT", "/v1/recordings/bytes/panels/notes", body=DOCUMENT)
    assert (first.status, first.json["bytes"]) == (201, len(DOCUMENT))
    assert owner.client.get("/v1/recordings/bytes/panels/notes").body == DOCUMENT
    assert owner.client.request("PUT", "/v1/recordings/bytes/panels/notes",
                                body=DOCUMENT).status == 200


def test_a_panel_reaches_the_viewer_byte_for_byte(owner):
    share = owner.share(owner.register(panels={}), visibility={"notes": True})
    owner.client.request("PUT", f"/v1/recordings/{share.document['recording_id']}/panels/notes",
                         body=DOCUMENT)
    assert DOCUMENT in share.resolve().body


def test_a_removed_panel_is_gone(owner):
    owner.register("gone")
    path = "/v1/recordings/gone/panels/transcript"
    assert (owner.client.delete(path).status, owner.client.get(path).status,
            owner.client.delete(path).status) == (204, 404, 404)


@pytest.mark.parametrize("kind", ["video", "Transcript", "comments", "download", "x"])
def test_an_unknown_kind_of_panel_is_not_found(owner, kind):
    owner.register("kinds")
    for method, body in (("GET", None), ("PUT", b"{}"), ("DELETE", None)):
        assert owner.client.request(method, f"/v1/recordings/kinds/panels/{kind}",
                                    body=body).code == "not_found"


def test_a_panel_needs_its_recording(owner):
    assert owner.client.put("/v1/recordings/nothing/panels/notes",
                            {"markdown": ""}).code == "not_found"


PANELS = {
    "segments are missing": ("transcript", {}, {"/segments": "required"}),
    "a segment is no object": ("transcript", {"segments": [1]}, {"/segments/0": "wrong_type"}),
    "a segment ends before it starts": ("transcript", {"segments": [{"start_ms": 5, "end_ms": 4,
                                                                     "text": ""}]},
                                        {"/segments/0/end_ms": "out_of_range"}),
    "markdown is missing": ("summary", {"text": "x"}, {"/markdown": "required"}),
    "an unknown level": ("console", {"entries": [{"at_ms": 0, "level": "fatal", "message": ""}]},
                         {"/entries/0/level": "invalid_format"}),
    "no address": ("network", {"entries": [{"at_ms": 0, "method": "GET"}]},
                   {"/entries/0/url": "required"}),
    "a negative time": ("actions", {"entries": [{"at_ms": -1, "type": "click"}]},
                        {"/entries/0/at_ms": "out_of_range"}),
    "a link that is a number": ("info", {"link": 1}, {"/link": "wrong_type"}),
    "a list": ("info", [], {"": "wrong_type"}),
}


@pytest.mark.parametrize("kind, document, faults", PANELS.values(), ids=PANELS)
def test_a_wrong_panel_is_refused_with_pointers(owner, kind, document, faults):
    owner.register("panels")
    answer = owner.client.put(f"/v1/recordings/panels/panels/{kind}", document)
    assert (answer.status, answer.faults) == (422, faults)


def test_members_of_the_callers_own_are_kept(owner):
    owner.register("own")
    document = TRANSCRIPT | {"model": {"name": "x", "confidence": [0.9]}}
    owner.client.put("/v1/recordings/own/panels/transcript", document)
    assert owner.client.get("/v1/recordings/own/panels/transcript").json == document
