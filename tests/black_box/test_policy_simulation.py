"""What a change of the policy would do is told beforehand, truly, and without doing it."""

import pytest

from support.workspace import expect

DAY = 86_400


def simulate(workspace, members, token=None):
    target = "/v1/policy/simulate" + (f"?page_token={token}" if token else "")
    return workspace.client.post(target, members)


def told(workspace, members):
    """The whole answer, {share_id: {field: (rule, from, to)}}, and how many were examined."""
    changes, examined, token = {}, 0, None
    while True:
        page = expect(simulate(workspace, members, token), 200).json
        assert page["affected"] == len(page["items"]) <= page["examined"]
        examined += page["examined"]
        for item in page["items"]:
            assert item["share_id"] not in changes
            changes[item["share_id"]] = {change["field"]: (change["rule"], change["from"],
                                                           change["to"])
                                         for change in item["changes"]}
        token = page["next_page_token"]
        if token is None:
            return changes, examined


def without_counts(share):
    links = [link | {"opens": None} for link in share["links"]]
    return share | {"opens": None, "links": links}


def shares_of(workspace):
    """{id: share} as the owner sees them, without the counts that only tracking shows."""
    found, token = {}, ""
    while token is not None:
        page = expect(workspace.client.get(f"/v1/shares?page_size=200&page_token={token}"), 200)
        found |= {share["id"]: without_counts(share) for share in page.json["items"]}
        token = page.json["next_page_token"]
    return found


@pytest.fixture
def peopled(workspace):
    """A workspace with shares of many kinds."""
    recording = workspace.register()

    def share(**members):
        return workspace.share(recording, **members)

    share()
    share(expires_at=None, visibility={"download": True})
    share(expires_in="1h", passcode="open sesame")
    share(expires_in="7d", passcode="open sesame", recipients=[{"email": "ada@example.com"}])
    share(expires_in="7d", clip={"start_ms": 0, "end_ms": 500})
    share(expires_in="7d", tracking="identified", audience="workspace")
    share(starts_at="2099-01-01T00:00:00Z", expires_in="30d")
    share(expires_in="30d", visibility={"download": True}).disable()
    share(expires_in="30d", visibility={"download": True}).revoke()
    for name, age, visibility in (("old", "5 days", {"summary": True}),
                                  ("ended", "40 days", {"download": True})):
        label = f"{name} of {workspace.id}"
        share(label=label, expires_in="30d", visibility=visibility)
        workspace.service.sql(
            "UPDATE share SET starts_at = starts_at - %s::interval,"
            "                 expires_at = expires_at - %s::interval WHERE label = %s",
            age, age, label)
    return workspace


LIVE = 9
PATCHES = [
    {"allowed_visibility": {"download": False}},
    {"default_ttl_seconds": DAY, "max_ttl_seconds": 3 * DAY},
    {"preset": "userplane", "allowed_visibility": {"summary": False, "transcript": False}},
    {"allow_public": False},
    {"require_passcode": True, "require_recipient": True, "require_enforced_clip": True},
    {"tracking_max": "none", "require_passcode": True},
    {"default_ttl_seconds": 60, "default_visibility": {"notes": True}, "retention_days": 3,
     "disclose_state": False, "expired_is_final": True},
]


@pytest.mark.parametrize("members", PATCHES, ids=["visibility", "lifetime", "preset", "audience",
                                                   "rules", "tracking", "defaults"])
def test_what_is_predicted_is_what_happens(peopled, members):
    before = shares_of(peopled)
    changes, examined = told(peopled, members)
    assert examined == LIVE  # one is revoked, one has expired
    assert shares_of(peopled) == before
    expect(peopled.client.patch("/v1/policy", members), 200)
    after = shares_of(peopled)
    for share_id, share in after.items():
        if share["state"] == before[share_id]["state"] in ("revoked", "expired"):
            assert share_id not in changes
            continue
        happened = {field: (before[share_id][field], share[field])
                    for field in share if share[field] != before[share_id][field]}
        happened.pop("adjusted", None)  # names the rules, as the simulation does
        predicted = {field: values[1:] for field, values in changes.get(share_id, {}).items()}
        assert predicted == happened
        for field, (rule, _, shown) in changes.get(share_id, {}).items():
            if field == "blocked_by":
                assert rule in shown
            elif field != "state":
                assert {"field": field, "rule": rule} in share["adjusted"]
    assert bool(changes) == (members != PATCHES[-1])


def test_a_loosened_policy_is_predicted_as_well(peopled):
    expect(peopled.client.patch("/v1/policy", PATCHES[2]), 200)
    before = shares_of(peopled)
    changes, _ = told(peopled, {"allowed_visibility": {"summary": True, "transcript": True}})
    expect(peopled.client.patch("/v1/policy",
                                {"allowed_visibility": {"summary": True, "transcript": True}}), 200)
    after = shares_of(peopled)
    for share_id, fields in changes.items():
        assert fields == {"visibility": ("allowed_visibility", before[share_id]["visibility"],
                                         after[share_id]["visibility"])}
    assert len(changes) == LIVE


def test_a_simulation_changes_nothing(peopled):
    policy = peopled.client.get("/v1/policy").json
    for members in PATCHES:
        expect(simulate(peopled, members), 200)
    assert peopled.client.get("/v1/policy").json == policy


def test_an_empty_patch_meets_nobody(workspace):
    workspace.share()
    assert told(workspace, {}) == ({}, 1)


def test_strangers_shares_are_not_examined(peopled, stranger):
    assert told(stranger, PATCHES[0]) == ({}, 0)
    token = "A" * 44
    assert simulate(stranger, PATCHES[0], token).code == "invalid_page_token"


def test_many_shares_come_in_pages_of_one_patch(workspace, stranger):
    label = f"one of many of {workspace.id}"
    workspace.share(label=label, visibility={"download": True})
    workspace.service.sql(
        "INSERT INTO share (share_id, workspace_id, recording_uid, visible, requested_visible,"
        "                   starts_at, expires_at)"
        " SELECT gen_random_uuid(), workspace_id, recording_uid, visible, requested_visible,"
        "        starts_at, expires_at"
        "   FROM share CROSS JOIN generate_series(1, 2100) WHERE label = %s", label)
    members = {"allowed_visibility": {"download": False}, "require_passcode": False}
    first = expect(simulate(workspace, members), 200).json
    assert (first["examined"], first["affected"]) == (1000, 1000)
    token = first["next_page_token"]
    changes, examined = told(workspace, members)
    assert (len(changes), examined) == (2101, 2101)

    # The same patch, written in another order, is the same patch; another one is not.
    reordered = dict(reversed(members.items()))
    assert simulate(workspace, reordered, token).json["examined"] == 1000
    other = {"allowed_visibility": {"notes": False}, "require_passcode": False}
    assert simulate(workspace, other, token).code == "invalid_page_token"
    assert simulate(stranger, members, token).code == "invalid_page_token"
    assert workspace.client.get(f"/v1/shares?page_token={token}").code == "invalid_page_token"
    assert workspace.client.post("/v1/policy/simulate?page_size=5",
                                 members).code == "invalid_parameter"
