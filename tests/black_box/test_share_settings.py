"""What a share can be given beside its window: limits, a passcode, a clip, recipients; and trying
first what would become of it."""

import json

import pytest

from support.workspace import expect, uuid_of

ADA, BOB = {"name": "Ada Lovelace", "email": "Ada@Example.com"}, {"email": "bob@example.com"}
EVERYTHING = {
    "title": "T", "label": "L", "metadata": {"a": 1.0}, "audience": "workspace",
    "visibility": {"summary": True}, "expires_in": "1d", "max_views": 3,
    "passcode": "open sesame", "clip": {"start_ms": 0, "end_ms": 30000}, "tracking": "count",
}


@pytest.fixture(scope="module")
def owner(service):
    workspace = service.workspace()
    workspace.register("rec", media=[], panels={}, duration_ms=60_000)
    workspace.register("endless", media=[], panels={})
    return workspace


def ask(owner, query="", **members):
    return owner.client.post("/v1/shares" + query, {"recording_id": "rec"} | members)


def change(owner, share, query="", headers=None, **members):
    return owner.client.patch(f"/v1/shares/{share['id']}{query}", members, headers=headers)


def show(owner, share):
    return expect(owner.client.get(f"/v1/shares/{share['id']}"), 200).json


def column(owner, share, name):
    return owner.service.sql(f"SELECT {name} FROM share s JOIN link l USING (share_id)"
                             " WHERE share_id = %s", uuid_of(share["id"]))[0][0]


def test_everything_that_is_set_is_shown_and_shown_again(owner):
    share = expect(ask(owner, **EVERYTHING), 201).json
    assert show(owner, share) == share
    assert (share["audience"], share["max_views"], share["has_passcode"], share["tracking"]) == (
        "workspace", 3, True, "count")
    assert share["clip"] == {"start_ms": 0, "end_ms": 30000}
    assert [warning["code"] for warning in share["warnings"]] == ["clip_not_enforced"]
    assert share["requested"] == {name: share[name] for name in share["requested"]}
    assert share["adjusted"] == share["blocked_by"] == []


def test_a_share_that_says_nothing_is_open_to_anyone_without_limits(owner):
    share = expect(ask(owner), 201).json
    assert (share["audience"], share["max_views"], share["has_passcode"], share["clip"],
            share["tracking"], share["warnings"]) == ("public", None, False, None, "none", [])


def test_a_share_can_be_patched_with_what_it_shows(owner):
    share = expect(ask(owner, **EVERYTHING), 201).json
    answer = expect(change(owner, share, **{name: value for name, value in share.items()
                                            if name != "state"}), 200)
    assert answer.json == share


# -- each member: set, changed, cleared

@pytest.mark.parametrize("name, first, second", [
    ("max_views", 1, 2147483647), ("clip", {"start_ms": 1, "end_ms": 2},
                                   {"start_ms": 0, "end_ms": 60_000}),
])
def test_a_limit_can_be_changed_and_cleared(owner, name, first, second):
    share = expect(ask(owner, **{name: first}), 201).json
    assert share[name] == first
    assert expect(change(owner, share, **{name: second}), 200).json[name] == second
    assert expect(change(owner, share, label="x"), 200).json[name] == second
    assert expect(change(owner, share, **{name: None}), 200).json[name] is None


@pytest.mark.parametrize("name, values", [("audience", ["workspace", "public"]),
                                          ("tracking", ["identified", "count", "none"])])
def test_a_choice_can_be_changed(owner, name, values):
    share = expect(ask(owner), 201).json
    for value in values:
        shown = expect(change(owner, share, **{name: value}), 200).json
        assert shown[name] == shown["requested"][name] == value == show(owner, share)[name]


WRONG = {
    "no view": ({"max_views": 0}, {"/max_views": "out_of_range"}),
    "a negative view": ({"max_views": -1}, {"/max_views": "out_of_range"}),
    "2^31 views": ({"max_views": 2**31}, {"/max_views": "out_of_range"}),
    "2^63 views": ({"max_views": 2**63}, {"/max_views": "out_of_range"}),
    "half a view": ({"max_views": 1.5}, {"/max_views": "wrong_type"}),
    "views as text": ({"max_views": "3"}, {"/max_views": "wrong_type"}),
    "3 characters": ({"passcode": "abc"}, {"/passcode": "out_of_range"}),
    "3 characters of many bytes": ({"passcode": "äöü"}, {"/passcode": "out_of_range"}),
    "129 characters": ({"passcode": "x" * 129}, {"/passcode": "out_of_range"}),
    "a line break": ({"passcode": "open\nsesame"}, {"/passcode": "out_of_range"}),
    "a number for a passcode": ({"passcode": 1234}, {"/passcode": "wrong_type"}),
    "an empty passcode": ({"passcode": ""}, {"/passcode": "out_of_range"}),
    "a clip without an end": ({"clip": {"start_ms": 0}}, {"/clip/end_ms": "required"}),
    "an empty clip": ({"clip": {"start_ms": 5, "end_ms": 5}}, {"/clip/end_ms": "out_of_range"}),
    "a clip the wrong way round": ({"clip": {"start_ms": 6, "end_ms": 5}},
                                   {"/clip/end_ms": "out_of_range"}),
    "a clip before the beginning": ({"clip": {"start_ms": -1, "end_ms": 5}},
                                    {"/clip/start_ms": "out_of_range"}),
    "a clip past 2^53": ({"clip": {"start_ms": 0, "end_ms": 2**53}},
                         {"/clip/end_ms": "out_of_range"}),
    "a clip past the end": ({"clip": {"start_ms": 0, "end_ms": 60_001}},
                            {"/clip/end_ms": "out_of_range"}),
    "a clip that knows more": ({"clip": {"start_ms": 0, "end_ms": 5, "x": 1}},
                               {"/clip/x": "unknown_field"}),
    "an unknown audience": ({"audience": "everybody"}, {"/audience": "invalid_format"}),
    "no audience": ({"audience": None}, {"/audience": "wrong_type"}),
    "an unknown tracking": ({"tracking": "all"}, {"/tracking": "invalid_format"}),
}


@pytest.mark.parametrize("members, faults", WRONG.values(), ids=WRONG)
def test_a_wrong_setting_is_refused_in_a_new_share_and_in_a_change(owner, members, faults):
    share = expect(ask(owner), 201).json
    for answer in (ask(owner, **members), change(owner, share, **members),
                   ask(owner, "?validate_only=true", **members)):
        assert (answer.status, answer.faults) == (422, faults)
    assert show(owner, share) == share


@pytest.mark.parametrize("number", [b"1E2", b"-0", b"1e400", b"1.0", b"9" * 400])
@pytest.mark.parametrize("member", ["max_views", "clip"])
def test_a_limit_is_a_plain_whole_number(owner, member, number):
    value = b'{"start_ms":0,"end_ms":' + number + b"}" if member == "clip" else number
    body = b'{"recording_id":"rec","' + member.encode() + b'":' + value + b"}"
    answer = owner.client.post("/v1/shares", body=body)
    assert answer.status == 422 and set(answer.faults) <= {"/max_views", "/clip/end_ms"}


@pytest.mark.parametrize("passcode", ["1234", "x" * 128, "\U0001f511" * 4, "\U0001f511" * 128,
                                      "four words with spaces", "e\u0301" * 128])
def test_a_passcode_has_4_to_128_characters_however_many_bytes(owner, passcode):
    assert expect(ask(owner, passcode=passcode), 201).json["has_passcode"]


WRONG_MOVES = {
    "an end in the past": ({"expires_at": "2020-01-01T00:00:00Z"}, {"/expires_at": "out_of_range"}),
    "an end before the start": ({"starts_at": "2099-01-02T00:00:00Z",
                                 "expires_at": "2099-01-01T00:00:00Z"},
                                {"/expires_at": "out_of_range"}),
    "a start after the end": ({"starts_at": "2099-01-01T00:00:00Z"},
                              {"/starts_at": "out_of_range"}),
    "no time at all": ({"ttl_seconds": 0}, {"/ttl_seconds": "out_of_range"}),
    "two ends": ({"expires_at": None, "expires_in": "1d"}, {"/expires_in": "conflicting_fields"}),
    "an unknown preset": ({"expires_in": "2d"}, {"/expires_in": "invalid_format"}),
    "no start": ({"starts_at": None}, {"/starts_at": "wrong_type"}),
    "a leap second": ({"expires_at": "2098-12-31T23:59:60Z"}, {"/expires_at": "invalid_format"}),
}


@pytest.mark.parametrize("members, faults", WRONG_MOVES.values(), ids=WRONG_MOVES)
def test_a_window_is_moved_to_nothing_impossible(owner, members, faults):
    share = expect(ask(owner), 201).json
    answer = change(owner, share, label="x", **members)
    assert (answer.status, answer.faults) == (422, faults)
    assert show(owner, share) == share


def test_a_clip_of_a_recording_of_unknown_length_may_end_anywhere(owner):
    draft = {"recording_id": "endless", "clip": {"start_ms": 10**9, "end_ms": 10**10}}
    assert expect(owner.client.post("/v1/shares", draft), 201).json["clip"] == draft["clip"]


# -- passcodes

def test_a_passcode_is_kept_as_a_hash_only_and_shown_nowhere(owner):
    share = expect(ask(owner, passcode="open sesame"), 201).json
    assert share["has_passcode"] and "sesame" not in json.dumps(share)
    assert column(owner, share, "passcode_hash").startswith("$argon2id$")
    other = expect(ask(owner, passcode="open sesame"), 201).json
    assert column(owner, other, "passcode_hash") != column(owner, share, "passcode_hash")


@pytest.mark.parametrize("passcode, has", [("another one", True), ("open sesame", True),
                                           (None, False)])
def test_a_passcode_that_is_named_makes_a_version_and_ends_sessions(owner, passcode, has):
    share = expect(ask(owner, passcode="open sesame"), 201).json
    owner.service.sql("UPDATE link SET passcode_failures = 9,"
                      " passcode_next_at = now() + interval '1 hour' WHERE share_id = %s",
                      uuid_of(share["id"]))
    changed = expect(change(owner, share, passcode=passcode), 200).json
    assert (changed["has_passcode"], changed["version"]) == (has, 2)
    assert column(owner, share, "session_epoch") == 1
    assert column(owner, share, "l.passcode_failures") == 0
    assert column(owner, share, "l.passcode_next_at") is None


def test_a_change_of_something_else_leaves_the_passcode_alone(owner):
    share = expect(ask(owner, passcode="open sesame"), 201).json
    before = column(owner, share, "passcode_hash")
    assert expect(change(owner, share, label="x", max_views=2), 200).json["has_passcode"]
    assert column(owner, share, "passcode_hash") == before
    assert column(owner, share, "session_epoch") == 0


def test_a_passcode_of_a_megabyte_costs_no_hash(owner):
    answer = ask(owner, passcode="x" * 1_000_000)
    assert answer.faults == {"/passcode": "out_of_range"}


# -- versions

@pytest.mark.parametrize("members", [{}, {"max_views": 3}, {"clip": EVERYTHING["clip"]},
                                     {"audience": "workspace"}, {"tracking": "count"},
                                     {"visibility": {"summary": True}}, {"title": "T"}])
def test_a_change_that_changes_nothing_makes_no_version(owner, members):
    share = expect(ask(owner, **EVERYTHING), 201).json
    assert expect(change(owner, share, **members), 200).json == share


# -- recipients

def test_each_recipient_gets_a_link_of_their_own(owner):
    share = expect(ask(owner, recipients=[ADA, BOB]), 201).json
    assert [link["recipient"] for link in share["links"]] == [
        {"name": "Ada Lovelace", "email": "Ada@Example.com"},
        {"name": None, "email": "bob@example.com"}]
    assert len({link["url"] for link in share["links"]}) == 2
    assert show(owner, share)["links"] == share["links"]


def test_without_recipients_there_is_one_link_for_anybody(owner):
    links = expect(ask(owner), 201).json["links"]
    assert [link["recipient"] for link in links] == [None]


WRONG_RECIPIENTS = {
    "none at all": ([], {"/recipients": "out_of_range"}),
    "no list": ({}, {"/recipients": "wrong_type"}),
    "no address": ([{"name": "Ada"}], {"/recipients/0/email": "required"}),
    "one twice": ([ADA, BOB, {"email": "ada@EXAMPLE.com"}], {"/recipients/2/email": "duplicate"}),
    "two addresses": ([{"email": "a@example.com,b@example.com"}],
                      {"/recipients/0/email": "invalid_format"}),
    "a header": ([{"email": "a@example.com\r\nBcc: b@example.com"}],
                 {"/recipients/0/email": "invalid_format"}),
    "a name around it": ([{"email": "Ada <a@example.com>"}],
                         {"/recipients/0/email": "invalid_format"}),
    "a name of two lines": ([ADA | {"name": "Ada\nBcc: x"}],
                            {"/recipients/0/name": "invalid_format"}),
    "a name turned around": ([ADA | {"name": "\u202eadA"}],
                             {"/recipients/0/name": "invalid_format"}),
    "a name of 201 characters": ([ADA | {"name": "x" * 201}],
                                 {"/recipients/0/name": "out_of_range"}),
    "something unknown": ([ADA | {"phone": "1"}], {"/recipients/0/phone": "unknown_field"}),
    "1,001 of them": ([{"email": f"a{n}@example.com"} for n in range(1001)],
                      {"/recipients": "out_of_range"}),
    "10,001 of them": ([{"email": f"a{n}@example.com"} for n in range(10_001)],
                       {"/recipients": "out_of_range"}),
}


@pytest.mark.parametrize("recipients, faults", WRONG_RECIPIENTS.values(), ids=WRONG_RECIPIENTS)
def test_a_wrong_recipient_is_told_by_its_place(owner, recipients, faults):
    answer = ask(owner, recipients=recipients)
    assert (answer.status, answer.faults) == (422, faults)


def test_a_thousand_recipients_with_long_names_are_taken(owner):
    recipients = [{"name": "N" * 195 + f"{n:05}", "email": f"{'a' * 50}{n}@{'b' * 60}.example.com"}
                  for n in range(1000)]
    links = expect(ask(owner, recipients=recipients), 201).json["links"]
    assert [link["recipient"] for link in links] == recipients
    assert len({link["url"] for link in links}) == 1000


def test_recipients_are_not_changed_with_the_share(owner):
    share = expect(ask(owner, recipients=[ADA]), 201).json
    assert change(owner, share, recipients=[BOB]).faults == {"/recipients": "read_only_field"}


# -- trying first

def counted(owner):
    return owner.service.sql("SELECT (SELECT count(*) FROM share), (SELECT count(*) FROM link),"
                             " (SELECT count(*) FROM idempotency_key)")


def without_now(document):
    return {name: value for name, value in document.items()
            if name not in ("starts_at", "expires_at", "requested")}


def test_trying_tells_what_would_be_made_and_makes_nothing(owner):
    before = counted(owner)
    tried = expect(ask(owner, "?validate_only=true", recipients=[ADA], **EVERYTHING), 200)
    assert counted(owner) == before and "etag" not in tried.headers
    assert tried.json["valid"] is True and "sesame" not in tried.body.decode()
    made = expect(ask(owner, "?validate_only=false", recipients=[ADA], **EVERYTHING), 201).json
    shown = without_now(tried.json)
    del shown["valid"]
    assert shown == {name: made[name] for name in shown}


def test_trying_a_change_tells_what_would_become_of_the_share_and_changes_nothing(owner):
    share = expect(ask(owner, passcode="open sesame"), 201).json
    tried = expect(change(owner, share, "?validate_only=true", label="new", passcode=None,
                          max_views=7), 200)
    assert (tried.json["label"], tried.json["has_passcode"], tried.json["max_views"]) == (
        "new", False, 7)
    assert show(owner, share) == share and "etag" not in tried.headers
    changed = expect(change(owner, share, label="new", passcode=None, max_views=7), 200).json
    assert all(changed[name] == value for name, value in tried.json.items() if name != "valid")


def test_trying_finds_what_the_change_itself_would_meet(owner):
    share = expect(ask(owner), 201).json
    tried = {"query": "?validate_only=true", "label": "x"}
    assert change(owner, share, headers={"If-Match": '"9"'}, **tried).code == "etag_mismatch"
    assert expect(change(owner, share, headers={"If-Match": '"1"'}, **tried), 200)
    owner.client.post(f"/v1/shares/{share['id']}/revoke")
    assert change(owner, share, **tried).code == "share_revoked"
    assert change(owner, {"id": "shr_01m7w77j50ftar8grd2t6y41g2"}, **tried).status == 404
    assert ask(owner, "?validate_only=true", recording_id="none").faults == {
        "/recording_id": "not_found"}


@pytest.mark.parametrize("query", ["?validate_only=maybe", "?validate_only=1",
                                   "?validate_only=TRUE", "?dry_run=true",
                                   "?validate_only=true&validate_only=true"])
def test_trying_is_asked_for_with_true_and_nothing_else(owner, query):
    share = expect(ask(owner), 201).json
    before = counted(owner)
    for answer in (ask(owner, query), change(owner, share, query, label="x")):
        assert (answer.status, answer.code) == (400, "invalid_parameter")
    assert counted(owner) == before and show(owner, share) == share


# -- after the end

@pytest.mark.parametrize("members", [{"max_views": 1}, {"passcode": "1234"}, {"passcode": None},
                                     {"clip": None}, {"audience": "workspace"},
                                     {"tracking": "count"}, {"expires_at": None}, {}])
def test_nothing_of_a_revoked_share_can_be_changed(owner, members):
    share = expect(ask(owner), 201).json
    revoked = expect(owner.client.post(f"/v1/shares/{share['id']}/revoke"), 200).json
    answer = change(owner, share, **members)
    assert (answer.status, answer.code) == (409, "share_revoked")
    assert show(owner, share) == revoked
