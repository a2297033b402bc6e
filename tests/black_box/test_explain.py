"""What an owner is told about a link that does not open."""

import pytest

from support.workspace import expect

STEPS = ["revocation", "switch", "policy", "recording", "window", "audience", "passcode", "views"]


def explain(share, link_id=None):
    query = f"?link_id={link_id}" if link_id else ""
    return expect(share.workspace.client.get(f"{share.path}/explain{query}"), 200).json


def outcomes(link):
    return {step["step"]: step["outcome"] for step in link["steps"]}


def compared(link, name):
    (step,) = [step for step in link["steps"] if step["step"] == name]
    return step["compared"]


def delete_recording(share):
    client = share.workspace.client
    expect(client.delete(f"/v1/recordings/{share.document['recording_id']}"), 204)


def use_up(share):
    share.open()


# How it is made, how it is closed, the verdict, and the step that is against it.
CLOSED = {
    "revoked": ({}, lambda s: s.revoke(), "link_revoked", "revocation"),
    "disabled": ({}, lambda s: s.disable(), "link_disabled", "switch"),
    "gone": ({}, delete_recording, "recording_gone", "recording"),
    "early": ({"starts_at": "2099-01-01T00:00:00Z"}, None, "link_not_started", "window"),
    "members": ({"audience": "workspace"}, None, "viewer_required", "audience"),
    "locked": ({"passcode": "blue harbour 7"}, None, "passcode_required", "passcode"),
    "used up": ({"max_views": 1}, use_up, "link_used_up", "views"),
}


def test_an_open_link_passes_every_step(workspace):
    share = workspace.share()
    (link,) = explain(share)["links"]
    assert (link["opens"], link["verdict"], link["recipient"]) == (True, "open", None)
    assert outcomes(link) == dict.fromkeys(STEPS, "passes")
    assert [step["step"] for step in link["steps"]] == STEPS
    assert {step["verdict"] for step in link["steps"]} == {None}


@pytest.mark.parametrize("how", CLOSED)
def test_the_verdict_is_the_one_that_a_visitor_gets(how, workspace):
    members, close, verdict, against = CLOSED[how]
    share = workspace.share(**members)
    if close:
        close(share)
    (link,) = explain(share)["links"]
    assert share.resolve().code == link["verdict"] == verdict
    assert not link["opens"]
    asks = verdict in ("viewer_required", "passcode_required")
    for step in link["steps"]:
        place, decides = STEPS.index(step["step"]), STEPS.index(against)
        if place == decides:
            assert (step["outcome"], step["verdict"]) == ("asks" if asks else "refuses", verdict)
        else:
            assert step["outcome"] == ("passes" if place < decides or asks else "not_reached")


def test_a_rule_of_the_policy_is_named(workspace):
    share = workspace.share()
    expect(workspace.client.patch("/v1/policy", {"require_passcode": True}), 200)
    (link,) = explain(share)["links"]
    assert (share.resolve().code, link["verdict"]) == ("link_disabled", "link_disabled")
    assert compared(link, "policy")["rule"] == "require_passcode"


def test_an_end_that_the_policy_brought_forward_is_shown_beside_the_granted_one(workspace):
    share = workspace.share(expires_in="30d")
    hour = {"default_ttl_seconds": 3600, "max_ttl_seconds": 3600}
    expect(workspace.client.patch("/v1/policy", hour), 200)
    window = compared(explain(share)["links"][0], "window")
    assert window["granted_expires_at"] == share.document["expires_at"]
    assert window["max_ttl_seconds"] == 3600
    assert window["expires_at"] == share.show()["expires_at"] < window["granted_expires_at"]


def test_each_link_is_explained_or_the_one_that_is_named(workspace):
    share = workspace.share(recipients=[{"name": "Ann", "email": "ann@example.com"},
                                        {"email": "ben@example.com"}])
    ids = [link["id"] for link in share.document["links"]]
    expect(workspace.client.delete(f"{share.path}/links/{ids[0]}"), 204)
    shown = explain(share)
    assert shown["share_id"] == share.id
    assert [(link["link_id"], link["verdict"]) for link in shown["links"]] == [
        (ids[0], "link_revoked"), (ids[1], "open")]
    assert shown["links"][0]["recipient"] == {"name": "Ann", "email": "ann@example.com"}
    assert [link["link_id"] for link in explain(share, ids[1])["links"]] == [ids[1]]


def test_what_is_not_there_or_anothers_is_not_found(workspace, stranger):
    share, other = workspace.share(), workspace.share()
    link = other.document["links"][0]["id"]
    for client, target in ((stranger.client, f"{share.path}/explain"),
                           (workspace.client, f"{share.path}/explain?link_id={link}"),
                           (workspace.client, "/v1/shares/shr_nothing/explain")):
        assert client.get(target).code == "not_found"
    for target in ("link_id=nothing", "link_id=" + share.id, "link=x"):
        assert workspace.client.get(f"{share.path}/explain?{target}").code == "invalid_parameter"


def test_to_explain_counts_nothing_and_tells_no_secret(workspace):
    share = workspace.share(max_views=1, passcode="blue harbour 7")
    before = share.show()
    answer = workspace.client.get(f"{share.path}/explain")
    assert share.token.encode() not in answer.body and b"argon2" not in answer.body
    assert share.show() == before
    share.open(passcode="blue harbour 7")
