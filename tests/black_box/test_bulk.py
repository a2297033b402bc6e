"""Many shares in one call: each item answers for itself, and a revocation of many is one act."""

import concurrent.futures
import json
import time

import pytest

from support.workspace import expect

CREATE, REVOKE = "/v1/shares/bulk-create", "/v1/shares/bulk-revoke"


@pytest.fixture
def recording(workspace):
    return workspace.register("r", media=[], panels={})


def create(client, items, headers=None, query=""):
    return expect(client.post(CREATE + query, {"items": items}, headers=headers), 200).json


def revoke(client, status=200, **members):
    return expect(client.post(REVOKE, members), status).json


def resolve(workspace, share):
    token = share["links"][0]["url"].split("#")[1]
    return workspace.service.client().post("/v1/resolve", {"token": token})


def count(workspace, query=""):
    return expect(workspace.client.get(f"/v1/shares?count=estimate{query}"),
                  200).json["total"]["count"]


# -- creating


def test_every_item_is_made_as_it_would_be_alone(workspace, recording):
    items = [{"recording_id": recording, "label": "one", "metadata": {"n": 1.0, "é": "<"}},
             {"recording_id": recording, "passcode": "open sesame", "max_views": 2},
             {"recording_id": recording, "recipients": [{"email": "ann@example.com"},
                                                        {"name": "Bob", "email": "b@x.org"}]}]
    report = create(workspace.client, items)
    assert (report["created"], report["failed"]) == (3, 0)
    assert [item["index"] for item in report["items"]] == [0, 1, 2]
    shares = [item["share"] for item in report["items"]]
    assert shares[0]["label"] == "one" and shares[0]["metadata"] == {"n": 1.0, "é": "<"}
    assert shares[1]["has_passcode"] and shares[1]["max_views"] == 2
    assert [link["recipient"]["email"] for link in shares[2]["links"]] == ["ann@example.com",
                                                                           "b@x.org"]
    for share in shares:
        assert share == workspace.client.get(f"/v1/shares/{share['id']}").json
    assert resolve(workspace, shares[0]).status == 200
    assert resolve(workspace, shares[1]).code == "passcode_required"


BAD = [
    (5, {"": "wrong_type"}), (None, {"": "wrong_type"}), ([], {"": "wrong_type"}),
    ("x", {"": "wrong_type"}), ({}, {"/recording_id": "required"}),
    ({"recording_id": "unknown"}, {"/recording_id": "not_found"}),
    ({"recording_id": "r", "state": 1, "id": "x", "views": 1}, {"/views": "unknown_field"}),
    ({"recording_id": "r", "label": "a\0b"}, {"/label": "invalid_format"}),
    ({"recording_id": "r", "expires_at": "2020-01-01T00:00:00Z"}, {"/expires_at": "out_of_range"}),
    ({"recording_id": "r", "ttl_seconds": 0, "label": 7},
     {"/ttl_seconds": "out_of_range", "/label": "wrong_type"}),
    ({"recording_id": "r", "passcode": "abc"}, {"/passcode": "out_of_range"}),
]


def test_a_bad_item_says_what_is_wrong_with_it_and_harms_no_other(workspace, recording):
    good = {"recording_id": recording}
    items = [good]
    for item, _ in BAD:
        items += [item, good]
    report = create(workspace.client, items)
    assert (report["created"], report["failed"]) == (len(BAD) + 1, len(BAD))
    for (_, faults), result in zip(BAD, report["items"][1::2], strict=True):
        assert result["status"] == result["problem"]["status"] == 422
        found = {fault["pointer"]: fault["code"] for fault in result["problem"]["errors"]}
        assert found == faults
    assert all(item["status"] == 201 for item in report["items"][::2])
    assert count(workspace) == len(BAD) + 1


def test_the_policy_is_asked_for_each_item(workspace, recording):
    expect(workspace.client.patch("/v1/policy", {"require_recipient": True}), 200)
    report = create(workspace.client, [
        {"recording_id": recording},
        {"recording_id": recording, "recipients": [{"email": "ann@example.com"}]}])
    assert [item["status"] for item in report["items"]] == [409, 201]
    assert report["items"][0]["problem"]["code"] == "recipient_required"


@pytest.mark.parametrize("body, pointer, code", [
    ({}, "/items", "required"), ({"items": {}}, "/items", "wrong_type"),
    ({"items": []}, "/items", "out_of_range"), ({"items": None}, "/items", "wrong_type"),
    ({"items": [{}] * 1001}, "/items", "out_of_range"),
    ({"items": [{"recording_id": "r", "passcode": "open sesame"}] * 51}, "/items", "out_of_range"),
    ({"items": [{"recording_id": "r", "recipients": [
        {"email": f"a{n}@example.com"} for n in range(1000)]}] * 6}, "/items", "out_of_range"),
    ({"items": [{"recording_id": "r"}], "atomic": True}, "/atomic", "unknown_field"),
])
def test_a_list_that_cannot_be_is_refused_as_a_whole(workspace, recording, body, pointer, code):
    answer = expect(workspace.client.post(CREATE, body), 422)
    assert answer.faults == {pointer: code}
    assert count(workspace) == 0


@pytest.mark.parametrize("body", [b'{"items": [{"recording_id": "r"}, {]}', b"[]" * 9,
                                  b'{"items": [{"a": 1, "a": 2}]}'])
def test_text_that_is_no_json_makes_nothing(workspace, recording, body):
    assert workspace.client.post(CREATE, body=body).code == "malformed_json"
    assert count(workspace) == 0


def test_a_body_of_four_mebibytes_is_read_and_a_larger_one_is_not(workspace, recording):
    item = {"recording_id": recording, "metadata": {"x": "y" * 4000}}
    assert create(workspace.client, [item] * 1000)["created"] == 1000
    larger = json.dumps({"items": [item | {"metadata": {"x": "y" * 4400}}] * 1000}).encode()
    assert workspace.client.post(CREATE, body=larger).status == 413


def test_a_thousand_shares_take_seconds_at_most(workspace, recording):
    began = time.monotonic()
    report = create(workspace.client, [{"recording_id": recording, "label": f"n{number}"}
                                       for number in range(1000)])
    assert report["created"] == 1000
    assert [item["share"]["label"] for item in report["items"]] == [f"n{n}" for n in range(1000)]
    assert time.monotonic() - began < 10  # a second or less on an idle machine


def test_a_trial_makes_nothing_and_says_what_would_be(workspace, recording):
    key = {"Idempotency-Key": "trial"}
    items = [{"recording_id": recording, "label": "x"}, {"recording_id": "unknown"}]
    report = create(workspace.client, items, key, "?validate_only=true")
    assert [item["status"] for item in report["items"]] == [200, 422]
    assert report["items"][0]["preview"]["label"] == "x" and report["created"] == 0
    assert count(workspace) == 0
    assert create(workspace.client, items, key)["created"] == 1
    assert workspace.client.post(CREATE + "?validate_only=maybe",
                                 {"items": items}).code == "invalid_parameter"


def test_a_repeated_request_is_answered_with_the_same_shares_and_faults(workspace, recording):
    key = {"Idempotency-Key": "again"}
    items = [{"recording_id": recording}, {"recording_id": "later"}, {"label": 7},
             {"recording_id": recording, "label": "y"}]
    first = create(workspace.client, items, key)
    workspace.register("later", media=[], panels={})
    assert create(workspace.client, items, key) == first
    assert count(workspace) == 2
    other = workspace.client.post(CREATE, {"items": items[:1]}, headers=key)
    assert (other.status, other.code) == (422, "idempotency_key_reused")


def test_a_request_sent_twenty_times_at_once_is_done_once(workspace, recording):
    def send(_):
        client = workspace.service.client(workspace.secret)
        return client.post(CREATE, {"items": [{"recording_id": recording}] * 5},
                           headers={"Idempotency-Key": "crowd"})

    with concurrent.futures.ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(send, range(20)))
    assert {answer.code for answer in answers} <= {None, "idempotency_in_progress"}
    assert len({answer.body for answer in answers if answer.status == 200}) == 1
    assert count(workspace) == 5


# -- revoking


def test_what_fits_is_dead_when_the_call_returns_and_nothing_else(workspace, recording):
    report = create(workspace.client, [{"recording_id": recording, "label": label}
                                       for label in ("a", "b", "a", "a")])
    shares = [item["share"] for item in report["items"]]
    done = revoke(workspace.client, filter={"label": "a"}, expected_count=3)
    assert done == {"matched": 3, "revoked": 3, "dry_run": False, "has_more": False}
    assert [resolve(workspace, share).code for share in shares] == ["link_revoked", None,
                                                                    "link_revoked", "link_revoked"]
    after = workspace.client.get(f"/v1/shares/{shares[0]['id']}").json
    assert after["state"] == "revoked" and after["version"] == 2
    assert after["links"][0]["revoked_at"] == after["revoked_at"]
    assert revoke(workspace.client, filter={"label": "a"})["matched"] == 0


def test_a_dry_run_and_a_wrong_number_revoke_nothing(workspace, recording):
    create(workspace.client, [{"recording_id": recording}] * 3)
    assert revoke(workspace.client, all=True, dry_run=True) == {
        "matched": 3, "revoked": 0, "dry_run": True, "has_more": False}
    for members in ({"expected_count": 2}, {"expected_count": 0},
                    {"expected_count": 4, "dry_run": True}):
        problem = revoke(workspace.client, 409, all=True, **members)
        assert (problem["code"], problem["matched"]) == ("conflict", 3)
    assert count(workspace, "&state=active") == 3
    assert revoke(workspace.client, all=True, expected_count=3)["revoked"] == 3


def test_more_than_a_thousand_go_in_steps_the_oldest_first(workspace, recording):
    for size in (1000, 7):
        newest = create(workspace.client, [{"recording_id": recording}] * size)["items"]
    assert revoke(workspace.client, all=True, dry_run=True)["has_more"] is True
    assert revoke(workspace.client, 409, all=True, expected_count=1000)["matched"] == 1007
    first = revoke(workspace.client, filter={"recording_id": recording}, expected_count=1007)
    assert (first["matched"], first["revoked"], first["has_more"]) == (1007, 1000, True)
    assert count(workspace, "&state=active") == 7
    last = newest[-1]["share"]
    assert resolve(workspace, last).status == 200
    rest = revoke(workspace.client, filter={"recording_id": recording})
    assert (rest["matched"], rest["revoked"], rest["has_more"]) == (7, 7, False)
    assert resolve(workspace, last).code == "link_revoked"


def test_a_recipients_own_revoked_link_does_not_end_the_share_of_others(workspace, recording):
    both = [{"email": "ann@example.com"}, {"email": "bob@example.com"}]
    shares = [item["share"] for item in create(
        workspace.client, [{"recording_id": recording, "recipients": both}] * 2)["items"]]
    ann = next(link for link in shares[0]["links"] if link["recipient"]["email"].startswith("ann"))
    expect(workspace.client.delete(f"/v1/shares/{shares[0]['id']}/links/{ann['id']}"), 204)
    done = revoke(workspace.client, filter={"recipient": "Ann@Example.com"})
    assert done["matched"] == done["revoked"] == 1
    assert workspace.client.get(f"/v1/shares/{shares[0]['id']}").json["state"] == "active"


@pytest.mark.parametrize("body, faults", [
    ({}, {"/filter": "required"}), ({"filter": {}}, {"/filter": "required"}),
    ({"all": False}, {"/filter": "required"}), ({"all": "true"}, {"/all": "wrong_type",
                                                                  "/filter": "required"}),
    ({"all": True, "filter": {"label": "a"}}, {"/all": "conflicting_fields"}),
    ({"filter": []}, {"/filter": "wrong_type"}),
    ({"filter": {"state": "open"}}, {"/filter/state": "invalid_format"}),
    ({"filter": {"label": ""}}, {"/filter/label": "out_of_range"}),
    ({"filter": {"label": 1, "share_id": "x"}}, {"/filter/label": "wrong_type",
                                                 "/filter/share_id": "unknown_field"}),
    ({"filter": {"created_before": "now"}}, {"/filter/created_before": "invalid_format"}),
    ({"filter": {"recipient": "ann"}}, {"/filter/recipient": "invalid_format"}),
    ({"all": True, "expected_count": -1}, {"/expected_count": "out_of_range"}),
    ({"all": True, "expected_count": 1.0}, {"/expected_count": "wrong_type"}),
    ({"all": True, "dry_run": 1}, {"/dry_run": "wrong_type"}),
    ({"all": True, "force": True}, {"/force": "unknown_field"}),
])
def test_a_revocation_that_does_not_say_what_it_means_revokes_nothing(workspace, recording, body,
                                                                      faults):
    create(workspace.client, [{"recording_id": recording, "label": "a"}])
    answer = expect(workspace.client.post(REVOKE, body), 422)
    assert faults.items() <= answer.faults.items()
    assert count(workspace, "&state=active") == 1


@pytest.mark.parametrize("text", ["' OR '1'='1", "a' | 'b", "!zzz", "*", ":*", "zzz | a", "\\"])
def test_no_text_widens_a_filter(workspace, recording, text):
    create(workspace.client, [{"recording_id": recording, "label": "a"}])
    for name in ("q", "label"):
        assert revoke(workspace.client, filter={name: text})["revoked"] == 0


def test_another_workspaces_shares_fit_nothing(workspace, recording, stranger):
    create(workspace.client, [{"recording_id": recording, "label": "a",
                               "recipients": [{"email": "ann@example.com"}]}])
    for members in ({"all": True}, {"filter": {"recording_id": recording}},
                    {"filter": {"recipient": "ann@example.com"}}, {"filter": {"label": "a"}},
                    {"filter": {"created_by": workspace.key_id}}, {"filter": {"q": "a"}}):
        assert revoke(stranger.client, **members)["matched"] == 0
    theirs = create(stranger.client, [{"recording_id": recording}])["items"][0]
    assert theirs["problem"]["errors"][0]["code"] == "not_found"
    assert count(workspace, "&state=active") == 1
