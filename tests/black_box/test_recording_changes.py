"""A recording changed in part, and only by whoever has seen its latest version."""

import concurrent.futures

import pytest

from support.workspace import AUDIO, TRANSCRIPT, expect

FULL = {
    "title": "Stand-up", "recorded_at": "2026-11-20T09:00:00.000Z", "duration_ms": 68000,
    "owner": {"id": "u-17", "name": "Ada", "email": "ada@example.com"},
    "media": [{"id": "a", "role": "audio", "content_type": "audio/ogg", "key": "m/a.ogg",
               "bytes": 412345}],
    "expires_at": "2099-01-01T00:00:00.000Z",
}
PATH = "/v1/recordings/rec"
PANEL = PATH + "/panels/notes"


@pytest.fixture
def owner(workspace):
    expect(workspace.client.put(PATH, FULL | {"panels": {"transcript": TRANSCRIPT}}), 201)
    return workspace


def show(owner):
    return expect(owner.client.get(PATH), 200).json


def change(owner, /, headers=None, **members):
    return owner.client.patch(PATH, members, headers=headers)


# -- a patch

@pytest.mark.parametrize("name, value", [
    ("title", "Retro"), ("recorded_at", "2025-01-01T00:00:00.000Z"), ("recorded_at", None),
    ("duration_ms", 0), ("duration_ms", None), ("owner", None),
    ("media", []), ("media", [FULL["media"][0] | {"id": "b"}, FULL["media"][0]]),
    ("expires_at", "2098-01-01T00:00:00.000Z"), ("expires_at", None),
])
def test_a_patch_changes_what_it_names_and_nothing_else(owner, name, value):
    before = show(owner)
    answer = expect(change(owner, **{name: value}), 200)
    after = answer.json
    assert after == show(owner) and (after["version"], answer.headers["etag"]) == (2, '"2"')
    assert after[name] == value and after["updated_at"] >= before["updated_at"]
    for other in set(before) - {name, "version", "updated_at"}:
        assert after[other] == before[other], other


@pytest.mark.parametrize("patch, owned", [
    ({"name": "Grace"}, {"id": "u-17", "name": "Grace", "email": "ada@example.com"}),
    ({"name": None}, {"id": "u-17", "name": None, "email": "ada@example.com"}),
    ({}, FULL["owner"]),
])
def test_an_owner_is_merged_member_by_member(owner, patch, owned):
    assert expect(change(owner, owner=patch), 200).json["owner"] == owned


def test_an_owner_can_be_given_to_a_recording_without(owner):
    change(owner, owner=None)
    assert expect(change(owner, owner={"name": "Ada"}), 200).json["owner"] == {
        "id": None, "name": "Ada", "email": None}


def test_a_patch_leaves_panels_and_their_times_alone(owner):
    before = show(owner)["panels"]
    expect(change(owner, title="x", media=[]), 200)
    assert show(owner)["panels"] == before
    assert owner.client.get(PATH + "/panels/transcript").json == TRANSCRIPT


@pytest.mark.parametrize("members", [{}, FULL, {"title": "Stand-up"}, {"owner": {}},
                                     {"id": "other", "version": 9, "created_at": "x"}])
def test_a_patch_that_changes_nothing_makes_no_version(owner, members):
    before = show(owner)
    answer = expect(change(owner, **members), 200)
    assert answer.json == before and answer.headers["etag"] == '"1"'


WRONG = {
    "no title": ({"title": None}, {"/title": "wrong_type"}),
    "a blank title": ({"title": "  "}, {"/title": "out_of_range"}),
    "panels": ({"panels": {}}, {"/panels": "read_only_field"}),
    "a length below zero": ({"duration_ms": -1}, {"/duration_ms": "out_of_range"}),
    "an owner of text": ({"owner": "Ada"}, {"/owner": "wrong_type"}),
    "an owner that knows more": ({"owner": {"phone": "1"}}, {"/owner/phone": "unknown_field"}),
    "no media": ({"media": None}, {"/media": "wrong_type"}),
    "a media object outside the store": ({"media": [FULL["media"][0] | {"key": "../a.ogg"}]},
                                         {"/media/0/key": "invalid_format"}),
    "one id twice": ({"media": FULL["media"] * 2}, {"/media/1/id": "duplicate"}),
    "something unknown": ({"colour": 1}, {"/colour": "unknown_field"}),
    "two at once": ({"title": 1, "expires_at": 2}, {"/title": "wrong_type",
                                                    "/expires_at": "wrong_type"}),
}


@pytest.mark.parametrize("members, faults", WRONG.values(), ids=WRONG)
def test_a_wrong_patch_is_refused_whole(owner, members, faults):
    before = show(owner)
    answer = change(owner, **{"duration_ms": 5} | members)
    assert (answer.status, answer.faults) == (422, faults)
    assert show(owner) == before


def test_viewers_see_a_change_at_once(workspace):
    share = workspace.share()
    path = f"/v1/recordings/{share.document['recording_id']}"
    expect(workspace.client.patch(path, {"title": "Second take", "duration_ms": 7}), 200)
    seen = share.open()
    assert (seen["recording"]["title"], seen["recording"]["duration_ms"]) == ("Second take", 7)
    assert share.viewer.get(share.media_target()).body == AUDIO
    expect(workspace.client.patch(path, {"expires_at": "2020-01-01T00:00:00Z"}), 200)
    assert share.resolve().code == "recording_gone"


@pytest.mark.parametrize("path", ["/v1/recordings/unknown", "/v1/recordings/gone"])
def test_what_is_not_there_is_not_changed(owner, stranger, path):
    owner.client.put("/v1/recordings/gone", {"title": "x"})
    owner.client.delete("/v1/recordings/gone")
    assert owner.client.patch(path, {"title": "y"}).status == 404
    assert owner.client.patch(path, {"title": "y"}, headers={"If-Match": '"1"'}).status == 404
    assert stranger.client.patch(PATH, {"title": "y"}).status == 404


# -- versions

CHANGES = {
    "PUT": lambda client, headers: client.put(PATH, {"title": "x"}, headers=headers),
    "PATCH": lambda client, headers: client.patch(PATH, {"title": "x"}, headers=headers),
    "DELETE": lambda client, headers: client.delete(PATH, headers=headers),
    "PUT panel": lambda client, headers: client.put(PANEL, {"markdown": "x"}, headers=headers),
    "DELETE panel": lambda client, headers: client.delete(PATH + "/panels/transcript",
                                                          headers=headers),
}


def test_every_answer_with_a_recording_carries_its_version(owner):
    assert owner.client.get(PATH).headers["etag"] == '"1"'
    assert owner.client.head(PATH).headers["etag"] == '"1"'
    assert owner.client.put(PATH, FULL).headers["etag"] == '"2"'
    assert owner.client.put("/v1/recordings/new", FULL).headers["etag"] == '"1"'


@pytest.mark.parametrize("verb", CHANGES)
@pytest.mark.parametrize("match, status", [
    ('"1"', 2), ("*", 2), ('"7", "1"', 2), (['"9"', '"1"'], 2), ('"2"', 412), ('W/"1"', 412),
    ('"old"', 412), ('"2", "3"', 412), ("1", 400), ('*, "1"', 400),
])
def test_if_match_is_compared_strongly(owner, verb, match, status):
    before = show(owner)
    answer = CHANGES[verb](owner.client, {"If-Match": match})
    if status == 2:
        assert answer.status in (200, 201, 204), answer
        return
    code = {412: "etag_mismatch", 400: "invalid_parameter"}[status]
    assert (answer.status, answer.code) == (status, code) and show(owner) == before


@pytest.mark.parametrize("verb", ["PUT panel", "DELETE panel", "PATCH", "PUT"])
def test_every_change_makes_a_version_that_the_next_one_must_know(owner, verb):
    assert CHANGES[verb](owner.client, {"If-Match": '"1"'}).status in (200, 201, 204)
    assert show(owner)["version"] == 2
    assert CHANGES["DELETE"](owner.client, {"If-Match": '"1"'}).code == "etag_mismatch"
    assert CHANGES["DELETE"](owner.client, {"If-Match": '"2"'}).status == 204


@pytest.mark.parametrize("match", ["*", '"1"', '"1", "2"', '"0"', '"old"'])
def test_a_put_with_if_match_makes_nothing_new(workspace, match):
    answer = workspace.client.put(PATH, FULL, headers={"If-Match": match})
    assert (answer.status, answer.code) == (412, "etag_mismatch")
    assert workspace.client.get(PATH).status == 404


@pytest.mark.parametrize("verb", ["PATCH", "DELETE", "PUT panel", "DELETE panel"])
def test_what_is_not_there_is_not_found_whatever_its_version(workspace, verb):
    assert CHANGES[verb](workspace.client, {"If-Match": '"1"'}).status == 404


@pytest.mark.parametrize("verb", ["PUT", "PATCH", "PUT panel"])
def test_of_many_who_saw_the_same_version_one_changes_it(owner, verb):
    def one(number):
        client, headers = owner.service.client(owner.secret), {"If-Match": '"1"'}
        if verb == "PATCH":
            return client.patch(PATH, {"title": f"take {number}"}, headers=headers).status
        return CHANGES[verb](client, headers).status

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        statuses = sorted(pool.map(one, range(12)))
    assert statuses[0] in (200, 201) and statuses[1:] == [412] * 11
    assert show(owner)["version"] == 2
