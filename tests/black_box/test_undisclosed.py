"""A workspace that does not disclose: a link that is closed is answered as one that never was."""

import pytest

from support.client import eventually
from support.workspace import expect

REQUEST = {"X-Request-Id": "the-same"}
FORGED = "A" * 44


def answer_to(share, token=None, **members):
    return share.viewer.post("/v1/resolve", {"token": token or share.token} | members,
                             headers=REQUEST)


def delete_recording(share):
    share.workspace.client.delete(f"/v1/recordings/{share.document['recording_id']}")


def break_a_rule(share):
    expect(share.workspace.client.patch("/v1/policy", {"require_recipient": True}), 200)


CLOSED = {
    "revoked": ({}, lambda share: share.revoke()),
    "disabled": ({}, lambda share: share.disable()),
    "against a rule": ({}, break_a_rule),
    "gone": ({}, delete_recording),
    "not started": ({"starts_at": "2099-01-01T00:00:00Z"}, lambda share: None),
    "expired": ({"ttl_seconds": 1}, lambda share: eventually(
        lambda: share.show()["state"] == "expired")),
    "used up": ({"max_views": 1}, lambda share: share.open()),
}


@pytest.fixture
def silent(workspace):
    expect(workspace.client.patch("/v1/policy", {"disclose_state": False}), 200)
    return workspace


@pytest.mark.parametrize("how", CLOSED)
def test_a_closed_link_is_answered_as_a_forged_one_to_the_byte(how, silent):
    members, close = CLOSED[how]
    share = silent.share(**members)
    close(share)
    closed, forged = answer_to(share), answer_to(share, FORGED)
    assert (closed.status, closed.code) == (404, "link_not_found")
    assert closed.body == forged.body
    assert _without_date(closed.headers) == _without_date(forged.headers)
    assert answer_to(share, passcode="wrong one").body == forged.body


def _without_date(headers):
    return {name: value for name, value in headers.items() if name != "date"}


def test_who_is_asked_for_something_is_told_so(silent):
    assert silent.share(passcode="blue harbour 7").resolve().code == "passcode_required"
    assert silent.share(audience="workspace").resolve().code == "viewer_required"


def test_an_open_link_opens_and_its_owner_is_told_all(silent):
    share = silent.share()
    assert share.open()["media"]
    share.disable()
    (link,) = expect(silent.client.get(f"{share.path}/explain"), 200).json["links"]
    assert link["verdict"] == "link_disabled"


def test_it_can_be_told_again_at_once(silent):
    share = silent.share()
    share.disable()
    assert share.resolve().code == "link_not_found"
    expect(silent.client.patch("/v1/policy", {"disclose_state": True}), 200)
    assert share.resolve().code == "link_disabled"
