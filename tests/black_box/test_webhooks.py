"""Webhooks as their owner sees them: made, changed, rotated, removed; secrets that stay secret."""

import pytest

from support.hook import Hook, any_event_id
from support.workspace import expect, uuid_of

PUBLIC = "https://hooks.example.com/vitrine"
QUIET = {"event_types": ["webhook.secret_rotated"]}  # so that nothing is sent


def make(workspace, **members):
    return workspace.client.post("/v1/webhooks", {"url": PUBLIC} | QUIET | members)


def test_a_webhook_shows_what_it_was_given(workspace):
    made = expect(make(workspace, description="ours", signature="v1a"), 201)
    webhook = made.json
    assert made.headers["location"] == f"/v1/webhooks/{webhook['id']}"
    assert made.headers["etag"] == '"1"'
    secret = webhook.pop("secret")
    assert secret.startswith("whsec_")
    assert webhook["public_key"].startswith("whpk_")
    assert (webhook["url"], webhook["description"], webhook["event_types"]) == (
        PUBLIC, "ours", ["webhook.secret_rotated"])
    assert webhook["enabled"] and webhook["disabled_reason"] is None
    assert workspace.client.get(f"/v1/webhooks/{webhook['id']}").json == webhook
    assert workspace.client.get("/v1/webhooks").json["items"] == [webhook]


def test_what_is_not_said_has_its_usual_value(workspace):
    webhook = expect(workspace.client.post("/v1/webhooks", {"url": PUBLIC, "enabled": False}),
                     201).json
    assert (webhook["event_types"], webhook["signature"], webhook["public_key"]) == (
        None, "v1", None)
    assert (webhook["enabled"], webhook["disabled_reason"]) == (False, "owner")


def test_lists_are_newest_first_in_pages(workspace):
    ids = [expect(make(workspace), 201).json["id"] for _ in range(3)]
    first = workspace.client.get("/v1/webhooks?page_size=2").json
    second = workspace.client.get(
        f"/v1/webhooks?page_size=2&page_token={first['next_page_token']}").json
    assert [item["id"] for item in first["items"] + second["items"]] == ids[::-1]
    assert second["next_page_token"] is None


def test_a_url_is_kept_as_the_dns_has_it(workspace):
    assert expect(make(workspace, url="HTTPS://Bücher.Example:443/a"),
                  201).json["url"] == "https://xn--bcher-kva.example/a"


@pytest.mark.parametrize("secret", ["whsec_" + "A" * 30 + "==", "whsec_" + "A" * 88, "whsec_???",
                                    "A" * 44, "whsec_", "whsec_" + "A" * 31])
def test_a_secret_of_the_callers_own_has_24_to_64_bytes(workspace, secret):
    answer = make(workspace, secret=secret)
    assert (answer.status, answer.faults) == (422, {"/secret": "invalid_format"})
    assert secret[6:] == "" or secret[6:] not in answer.body.decode()


def test_a_secret_of_the_callers_own_is_taken(workspace):
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert expect(make(workspace, secret=secret), 201).json["secret"] == secret


@pytest.mark.parametrize("members, faults", [
    ({"url": None}, {"/url": "wrong_type"}),
    ({"event_types": []}, {"/event_types": "out_of_range"}),
    ({"event_types": ["share.made"]}, {"/event_types/0": "invalid_format"}),
    ({"event_types": ["webhook.test"]}, {"/event_types/0": "invalid_format"}),
    ({"event_types": ["share.created", "share.created"]}, {"/event_types/1": "duplicate"}),
    ({"event_types": [7]}, {"/event_types/0": "wrong_type"}),
    ({"signature": "v2"}, {"/signature": "invalid_format"}),
    ({"description": ""}, {"/description": "out_of_range"}),
    ({"enabled": 1, "colour": "red"}, {"/enabled": "wrong_type", "/colour": "unknown_field"}),
])
def test_a_wrong_document_is_refused_with_every_fault(workspace, members, faults):
    answer = make(workspace, **members)
    assert answer.status == 422 and set(answer.faults.items()) == set(faults.items())


def test_no_more_than_fifty_webhooks(workspace):
    for _ in range(50):
        expect(make(workspace, enabled=False), 201)
    assert make(workspace).code == "conflict"
    some = workspace.client.get("/v1/webhooks").json["items"][0]["id"]
    expect(workspace.client.delete(f"/v1/webhooks/{some}"), 204)
    expect(make(workspace), 201)


def test_a_repeated_request_gets_the_same_webhook_and_secret(workspace):
    key = {"Idempotency-Key": "one"}
    first = workspace.client.post("/v1/webhooks", {"url": PUBLIC} | QUIET, headers=key)
    again = workspace.client.post("/v1/webhooks", {"url": PUBLIC} | QUIET, headers=key)
    assert first.status == again.status == 201 and first.json == again.json
    path = f"/v1/webhooks/{first.json['id']}/rotate-secret"
    rotated = workspace.client.post(path, {}, headers=key)
    assert workspace.client.post(path, {}, headers=key).json == rotated.json
    assert rotated.json["secret"] != first.json["secret"]
    assert workspace.client.get("/v1/webhooks").json["items"][0]["version"] == 2


def test_a_change_is_a_merge_patch_under_its_etag(workspace):
    hook = Hook(workspace, PUBLIC, description="a", **QUIET)
    changed = workspace.client.patch(hook.path, {"description": None}, headers={"If-Match": '"1"'})
    assert (changed.json["description"], changed.headers["etag"]) == (None, '"2"')
    assert workspace.client.patch(hook.path, {"description": "b"},
                                  headers={"If-Match": '"1"'}).code == "etag_mismatch"
    assert hook.change(description=None).json["version"] == 2  # it changes nothing
    assert hook.change(event_types=None, signature="v1a").json["public_key"].startswith("whpk_")
    assert hook.change(secret="x").faults == {"/secret": "read_only_field"}
    assert hook.change(url="http://hooks.example.com/").faults == {"/url": "invalid_format"}
    assert workspace.client.delete(hook.path, headers={"If-Match": '"1"'}).code == "etag_mismatch"


def test_enabling_and_a_new_url_forget_what_was_held_against_it(workspace):
    hook = Hook(workspace, PUBLIC, **QUIET)
    failing = "UPDATE webhook SET failing_since = now() - interval '1 day' WHERE webhook_id = {id}"
    hook.sql(failing)
    assert hook.change(description="still failing").json["failing_since"]
    assert hook.change(url=PUBLIC + "/new").json["failing_since"] is None
    hook.sql(failing)
    off = hook.change(enabled=False).json
    assert (off["enabled"], off["disabled_reason"], off["failing_since"]) == (False, "owner", None)
    assert off["disabled_at"]
    on = hook.change(enabled=True).json
    assert (on["enabled"], on["disabled_reason"], on["disabled_at"]) == (True, None, None)


def test_a_removed_webhook_is_gone_at_once(workspace):
    hook = Hook(workspace, PUBLIC, **QUIET)
    expect(hook.delete(), 204)
    assert workspace.client.get(hook.path).code == "not_found"
    assert hook.delete().code == "not_found"
    assert workspace.client.get("/v1/webhooks").json["items"] == []
    assert hook.test().code == "not_found"


def test_another_workspaces_webhook_does_not_exist(workspace, stranger):
    hook = Hook(workspace, PUBLIC, **QUIET)
    theirs = stranger.client
    for answer in (theirs.get(hook.path), theirs.patch(hook.path, {"enabled": False}),
                   theirs.delete(hook.path), theirs.post(hook.path + "/test"),
                   theirs.post(hook.path + "/rotate-secret", {}),
                   theirs.get(hook.path + "/deliveries"),
                   theirs.post(hook.path + "/redeliver", {"since": "2020-01-01T00:00:00Z"})):
        assert answer.code == "not_found", answer
    assert hook.show()["enabled"]


def test_no_secret_is_in_the_database_in_clear(workspace, service):
    hook = Hook(workspace, PUBLIC, **QUIET)
    first = hook.secret
    expect(workspace.client.post(hook.path + "/rotate-secret", {},
                                 headers={"Idempotency-Key": "kept"}), 200)
    dump = repr(service.everything())
    assert uuid_of(hook.id) in dump
    for secret in (first, first.removeprefix("whsec_"), first.removeprefix("whsec_").rstrip("=")):
        assert secret not in dump


def test_every_change_of_a_webhook_is_an_event_once(workspace, service):
    hook = Hook(workspace, PUBLIC, **QUIET)
    hook.change(description="x")
    hook.change(description="x")
    hook.change(enabled=False)
    hook.change(enabled=False)
    hook.change(enabled=True, description="y")
    hook.rotate()
    hook.delete()
    rows = service.sql(
        f"SELECT type, reason FROM event_inbox WHERE webhook_id = '{uuid_of(hook.id)}'"
        f" UNION ALL SELECT type, reason FROM event WHERE webhook_id = '{uuid_of(hook.id)}'")
    assert sorted(rows, key=str) == sorted([
        ("webhook.created", None), ("webhook.updated", None), ("webhook.disabled", "owner"),
        ("webhook.enabled", None), ("webhook.updated", None), ("webhook.secret_rotated", None),
        ("webhook.deleted", None)], key=str)


def test_what_is_to_be_sent_again_is_one_event_or_a_time(workspace):
    hook = Hook(workspace, PUBLIC, **QUIET)
    assert hook.redeliver().faults == {"": "required"}
    assert hook.redeliver(event_id=any_event_id(), since="2026-01-01T00:00:00Z").faults == {
        "/since": "conflicting_fields"}
    assert hook.redeliver(event_id=any_event_id()).faults == {"/event_id": "not_found"}
    assert hook.redeliver(event_id="evt_1").faults == {"/event_id": "invalid_format"}
    assert hook.redeliver(since="yesterday").faults == {"/since": "invalid_format"}
    hook.change(enabled=False)
    assert hook.redeliver(since="2026-01-01T00:00:00Z").code == "conflict"
    assert hook.test().code == "conflict"


def test_deliveries_are_asked_for_by_a_state_that_there_is(workspace):
    hook = Hook(workspace, PUBLIC, **QUIET)
    answer = workspace.client.get(hook.path + "/deliveries?state=lost")
    assert answer.code == "invalid_parameter"
    assert hook.deliveries("?state=pending") == {"items": [], "next_page_token": None}
