"""The rules of a workspace: read and changed by its owner, and at once in force for its shares."""

import concurrent.futures
import datetime

import pytest

from support.service import CommandFailed
from support.workspace import expect

FLAGS = ["transcript", "summary", "notes", "comments", "console", "network", "actions", "info",
         "download"]
DAY = 86_400
PRESETS = ["speakr", "userplane", "salesloft"]


def flags(*shown):
    return {flag: flag in shown for flag in FLAGS}


BUILT_IN = {
    "default_ttl_seconds": 30 * DAY, "max_ttl_seconds": None, "expired_is_final": False,
    "allow_public": True, "require_recipient": False, "require_passcode": False,
    "default_visibility": flags("transcript", "comments"), "allowed_visibility": flags(*FLAGS),
    "default_tracking": "none", "tracking_max": "identified", "disclose_state": True,
    "require_enforced_clip": False, "link_url_template": None, "retention_days": None,
}


def policy_of(workspace):
    return expect(workspace.client.get("/v1/policy"), 200).json


def rules(policy):
    return {name: value for name, value in policy.items() if name not in ("updated_at", "version")}


def patch(workspace, members, **more):
    return workspace.client.patch("/v1/policy", members, **more)


def changed(workspace, **members):
    return expect(patch(workspace, members), 200).json


def lifetime(share):
    start, end = (datetime.datetime.fromisoformat(share[name].replace("Z", "+00:00"))
                  for name in ("starts_at", "expires_at"))
    return (end - start).total_seconds()


# -- reading and changing

def test_a_workspace_begins_with_the_built_in_policy(workspace):
    answer = expect(workspace.client.get("/v1/policy"), 200)
    assert rules(answer.json) == BUILT_IN
    assert (answer.json["version"], answer.headers["etag"]) == (1, '"1"')
    assert list(answer.json) == [*BUILT_IN, "updated_at", "version"]


@pytest.mark.parametrize("member, value", [
    ("default_ttl_seconds", 1), ("default_ttl_seconds", 3_153_600_000),
    ("default_ttl_seconds", None), ("max_ttl_seconds", 30 * DAY), ("expired_is_final", True),
    ("allow_public", False), ("require_recipient", True), ("require_passcode", True),
    ("default_tracking", "count"), ("tracking_max", "none"), ("disclose_state", False),
    ("require_enforced_clip", True), ("retention_days", 1), ("retention_days", 36_500),
    ("link_url_template", "https://watch.example/shared#{token}"),
    ("link_url_template", "HTTPS://watch.example:8443/a/{token}?x=%20"),
])
def test_a_patch_sets_the_member_it_names_and_no_other(workspace, member, value):
    answer = expect(patch(workspace, {member: value}), 200)
    assert rules(answer.json) == BUILT_IN | {member: value}
    assert answer.headers["etag"] == '"2"'
    assert policy_of(workspace) == answer.json


def test_null_clears_what_may_be_absent(workspace):
    changed(workspace, max_ttl_seconds=30 * DAY, retention_days=7,
            link_url_template="https://watch.example/shared#{token}")
    policy = changed(workspace, max_ttl_seconds=None, retention_days=None, link_url_template=None)
    assert rules(policy) == BUILT_IN


def test_of_visibility_only_the_named_flags_change(workspace):
    policy = changed(workspace, default_visibility={"summary": True, "comments": False},
                     allowed_visibility={"download": False})
    assert policy["default_visibility"] == flags("transcript", "summary")
    assert policy["allowed_visibility"] == flags(*FLAGS) | {"download": False}
    policy = changed(workspace, default_visibility={"notes": True}, allowed_visibility={})
    assert policy["default_visibility"] == flags("transcript", "summary", "notes")


def test_a_patch_that_changes_nothing_keeps_the_version(workspace):
    before = changed(workspace, require_passcode=True)
    assert changed(workspace, require_passcode=True, default_visibility={}) == before
    assert changed(workspace) == before
    assert changed(workspace, **before) == before  # sent back as it was read


@pytest.mark.parametrize("match, status", [
    ('"1"', 200), ("*", 200), ('"7", "1"', 200), (['"9"', '"1"'], 200),
    ('"2"', 412), ('W/"1"', 412), ('"old"', 412), ('""', 412), ('"01"', 412),
    ("1", 400), ('"1', 400), ('"1" "2"', 400), ('*, "1"', 400),
])
def test_if_match_is_compared_strongly(workspace, match, status):
    answer = patch(workspace, {"allow_public": False}, headers={"If-Match": match})
    assert answer.status == status
    assert policy_of(workspace)["version"] == (2 if status == 200 else 1)


def test_a_change_is_made_only_to_the_version_that_its_maker_has_seen(workspace):
    stale = patch(workspace, {"allow_public": False}, headers={"If-Match": '"7"'})
    assert (stale.status, stale.code) == (412, "etag_mismatch")
    assert patch(workspace, {"allow_public": False},
                 headers={"If-Match": "1"}).code == "invalid_parameter"
    assert policy_of(workspace)["version"] == 1
    expect(patch(workspace, {"allow_public": False}, headers={"If-Match": '"9", "1"'}), 200)

    def race(number):
        client = workspace.service.client(workspace.secret)
        return client.patch("/v1/policy", {"retention_days": number},
                            headers={"If-Match": '"2"'}).status

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(race, range(1, 9))) == [200] + [412] * 7


def test_a_policy_is_the_workspaces_own(workspace, stranger):
    changed(workspace, preset="userplane", link_url_template="https://w.example/shared#{token}")
    assert rules(policy_of(stranger)) == BUILT_IN
    assert lifetime(stranger.share().document) == 30 * DAY


# -- hostile input

@pytest.mark.parametrize("member, value, code", [
    ("default_ttl_seconds", 0, "out_of_range"),
    ("default_ttl_seconds", -1, "out_of_range"),
    ("default_ttl_seconds", 3_153_600_001, "out_of_range"),
    ("default_ttl_seconds", 2**64, "out_of_range"),
    ("default_ttl_seconds", 1.5, "wrong_type"),
    ("default_ttl_seconds", "86400", "wrong_type"),
    ("default_ttl_seconds", True, "wrong_type"),
    ("max_ttl_seconds", 0, "out_of_range"),
    ("max_ttl_seconds", {}, "wrong_type"),
    ("max_ttl_seconds", 60, "conflicting_fields"),
    ("expired_is_final", None, "wrong_type"),
    ("allow_public", "false", "wrong_type"),
    ("require_recipient", 1, "wrong_type"),
    ("require_passcode", [], "wrong_type"),
    ("disclose_state", None, "wrong_type"),
    ("require_enforced_clip", "yes", "wrong_type"),
    ("default_visibility", None, "wrong_type"),
    ("default_visibility", ["transcript"], "wrong_type"),
    ("allowed_visibility", True, "wrong_type"),
    ("default_tracking", "all", "invalid_format"),
    ("default_tracking", None, "wrong_type"),
    ("tracking_max", "Identified", "invalid_format"),
    ("tracking_max", 2, "wrong_type"),
    ("retention_days", 0, "out_of_range"),
    ("retention_days", 36_501, "out_of_range"),
    ("preset", "nobody", "invalid_format"),
    ("preset", None, "wrong_type"),
    ("preset", "", "invalid_format"),
    ("retention", 1, "unknown_field"),
    ("workspace_id", "x", "unknown_field"),
    ("link_url_template", "", "invalid_format"),
    ("link_url_template", 7, "wrong_type"),
    ("link_url_template", "http://w.example/{token}", "invalid_format"),
    ("link_url_template", "https://w.example/", "invalid_format"),
    ("link_url_template", "https://w.example/{token}{token}", "invalid_format"),
    ("link_url_template", "https://{token}.w.example/", "invalid_format"),
    ("link_url_template", "https://user:pass@w.example/{token}", "invalid_format"),
    ("link_url_template", "https://trusted.example\\@w.example/{token}", "invalid_format"),
    ("link_url_template", "https://w.example/{token}\r\nX: y", "invalid_format"),
    ("link_url_template", "https://w.example/\u202e{token}", "invalid_format"),
    ("link_url_template", "https://w.example/{token}\u0000", "invalid_format"),
    ("link_url_template", "javascript:alert(1)//{token}", "invalid_format"),
    ("link_url_template", "//w.example/{token}", "invalid_format"),
    ("link_url_template", "https://w.example/{token}" + "x" * 1976, "invalid_format"),
])
def test_what_makes_no_sense_is_refused_and_changes_nothing(workspace, member, value, code):
    for answer in (patch(workspace, {member: value, "allow_public": False} if
                         member != "allow_public" else {member: value}),
                   workspace.client.post("/v1/policy/simulate", {member: value})):
        assert (answer.status, answer.code) == (422, "validation_failed")
        assert answer.faults[f"/{member}"] == code
    assert policy_of(workspace)["version"] == 1


def test_all_faults_of_a_patch_are_told_at_once(workspace):
    answer = patch(workspace, {
        "default_ttl_seconds": 100, "max_ttl_seconds": 99, "default_tracking": "count",
        "tracking_max": "none", "default_visibility": {"download": "yes", "media": True},
        "link_url_template": "ftp://x", "retention_days": 0, "preset": "x", "colour": "red",
    })
    assert answer.faults == {
        "/default_ttl_seconds": "conflicting_fields", "/default_tracking": "conflicting_fields",
        "/default_visibility/download": "wrong_type", "/default_visibility/media": "unknown_field",
        "/link_url_template": "invalid_format", "/retention_days": "out_of_range",
        "/preset": "invalid_format", "/colour": "unknown_field",
    }


def test_a_default_and_its_maximum_are_judged_together(workspace):
    assert patch(workspace, {"max_ttl_seconds": DAY}).faults == {
        "/max_ttl_seconds": "conflicting_fields"}
    changed(workspace, default_ttl_seconds=DAY, max_ttl_seconds=DAY)
    for longer in (DAY + 1, None):
        assert patch(workspace, {"default_ttl_seconds": longer}).faults == {
            "/default_ttl_seconds": "conflicting_fields"}
    assert patch(workspace, {"preset": "salesloft", "tracking_max": "none"}).faults == {
        "/tracking_max": "conflicting_fields"}


def test_a_policy_is_changed_by_a_document_and_nothing_else(workspace):
    for body in (b"", b"[]", b"null", b'{"allow_public": false', b'{"allow_public": true, '
                 b'"allow_public": false}'):
        answer = workspace.client.request("PATCH", "/v1/policy", body=body)
        assert answer.status in (400, 411, 422), answer
    assert workspace.client.put("/v1/policy", {}).status == 405
    assert workspace.client.patch("/v1/policy?preset=speakr", {}).code == "invalid_parameter"
    assert policy_of(workspace)["version"] == 1


# -- presets

def test_presets_are_told_in_full(workspace):
    items = expect(workspace.client.get("/v1/presets"), 200).json["items"]
    assert [item["name"] for item in items] == PRESETS
    assert all(set(item["policy"]) == set(BUILT_IN) for item in items)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_what_a_workspace_gets(workspace, name):
    (preset,) = (item["policy"] for item in workspace.client.get("/v1/presets").json["items"]
                 if item["name"] == name)
    assert rules(changed(workspace, preset=name)) == preset
    fresh = workspace.service.workspace(preset=name)
    assert rules(policy_of(fresh)) == preset


def test_members_beside_a_preset_are_put_on_top_of_it(workspace):
    template = "https://watch.example/shared#{token}"
    changed(workspace, link_url_template=template, retention_days=9, require_passcode=True)
    policy = changed(workspace, preset="userplane", max_ttl_seconds=2 * DAY,
                     default_visibility={"download": True})
    assert (policy["default_ttl_seconds"], policy["max_ttl_seconds"]) == (DAY, 2 * DAY)
    assert policy["default_visibility"] == flags(*FLAGS)
    assert not policy["require_passcode"]
    # What is the workspace's own stays.
    assert (policy["link_url_template"], policy["retention_days"]) == (template, 9)


def test_the_operator_sees_whose_rules_a_workspace_has(service):
    def listed(workspace):
        (line,) = (line for line in service.run("workspace", "list").splitlines()
                   if line.startswith(workspace.id))
        return line.split()[2]

    workspace = service.workspace()
    assert listed(workspace) == "built-in"
    changed(workspace, preset="salesloft", retention_days=30)
    assert listed(workspace) == "salesloft"
    changed(workspace, require_passcode=True)
    assert listed(workspace) == "own"
    assert listed(service.workspace(preset="speakr")) == "speakr"


def test_an_unknown_preset_makes_no_workspace(service):
    with pytest.raises(CommandFailed):
        service.workspace("odd one", preset="odd")
    assert "odd one" not in service.run("workspace", "list")


def test_a_new_share_follows_the_preset(service):
    permanent = service.workspace(preset="speakr").share().document
    assert permanent["expires_at"] is None
    assert permanent["visibility"] == flags("transcript")
    assert permanent["tracking"] == "none"
    short = service.workspace(preset="userplane")
    assert lifetime(short.share().document) == DAY
    assert lifetime(short.share(expires_in="30d").document) == 14 * DAY
    assert short.share().document["visibility"] == flags(*FLAGS[:-1])
    named = service.workspace(preset="salesloft")
    recording = named.register()
    nobodys = named.client.post("/v1/shares", {"recording_id": recording})
    assert (nobodys.status, nobodys.code) == (409, "recipient_required")
    share = named.share(recording, recipients=[{"email": "ada@example.com"}]).document
    assert (share["tracking"], lifetime(share)) == ("identified", 30 * DAY)


# -- what acts on shares

def test_links_lead_where_the_workspaces_template_says(workspace):
    share = workspace.share()
    token = share.token
    changed(workspace, link_url_template="https://watch.example/shared#{token}")
    assert share.show()["links"][0]["url"] == f"https://watch.example/shared#{token}"
    listed = workspace.client.get("/v1/shares").json["items"][0]
    assert listed["links"][0]["url"] == f"https://watch.example/shared#{token}"
    assert workspace.share().document["links"][0]["url"].startswith("https://watch.example/shared#")
    changed(workspace, link_url_template=None)
    assert share.show()["links"][0]["url"] == share.document["links"][0]["url"]


def test_a_tightened_policy_acts_on_shares_that_exist_at_once(workspace):
    share = workspace.share(expires_in="30d", visibility={"download": True})
    changed(workspace, default_ttl_seconds=DAY, max_ttl_seconds=DAY,
            allowed_visibility={"download": False})
    tight = share.show()
    assert lifetime(tight) == DAY
    assert tight["visibility"]["download"] is False
    assert tight["version"] == share.document["version"]
    assert share.open()["share"]["title"]
    changed(workspace, max_ttl_seconds=None, allowed_visibility={"download": True})
    assert share.show()["expires_at"] == share.document["expires_at"]
    assert share.show()["visibility"] == share.document["visibility"]


def test_what_a_tightened_policy_ended_is_final_if_it_says_so(workspace):
    share = workspace.share(starts_at="2020-01-01T00:00:00Z", expires_at=None)
    changed(workspace, default_ttl_seconds=DAY, max_ttl_seconds=DAY, expired_is_final=True)
    assert share.show()["state"] == "expired"
    assert share.change(expires_at=None).code == "share_expired"
    assert share.change(starts_at="2099-01-01T00:00:00Z").code == "share_expired"
    assert share.change(label="closed").status == 200
    changed(workspace, expired_is_final=False)
    moved = expect(share.change(starts_at="2099-01-01T00:00:00Z", expires_in="1d"), 200).json
    assert moved["state"] == "scheduled"


def test_a_loosened_policy_widens_no_share(workspace):
    changed(workspace, default_ttl_seconds=DAY, max_ttl_seconds=DAY,
            allowed_visibility={"download": False})
    share = workspace.share(expires_in="30d", visibility={"download": True})
    assert lifetime(share.document) == DAY
    changed(workspace, max_ttl_seconds=None, allowed_visibility={"download": True})
    assert lifetime(share.show()) == DAY
    assert share.show()["visibility"]["download"] is False
