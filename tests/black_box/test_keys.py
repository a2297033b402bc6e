"""API keys made, listed and ended by a program: never more power than it has itself."""

import concurrent.futures
import datetime

import pytest

from support.workspace import ALL_SCOPES, expect

UNKNOWN = "key_01m6dmbe00fhra2avt0s3fj8ks"


def at(**distance):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**distance)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def make(client, scopes=("shares:read",), headers=None, **members):
    draft = {"name": "CI", "scopes": scopes} | members
    answer = client.post("/v1/keys", draft, headers=headers)
    if answer.status == 201:
        client.secrets.add(answer.json["secret"])
    return answer


def listed(client):
    return {key["id"]: key for key in expect(client.get("/v1/keys"), 200).json["items"]}


def test_a_key_that_was_made_works_with_its_scopes_alone(workspace):
    made = expect(make(workspace.client), 201)
    assert made.headers["location"] == f"/v1/keys/{made.json['id']}"
    client = workspace.service.client(made.json["secret"])
    assert client.get("/v1/shares").status == 200
    assert client.get("/v1/recordings").status == 403
    assert client.get("/v1/keys").status == 403


def test_keys_are_listed_newest_first_and_never_with_their_secret(workspace):
    first, second = make(workspace.client).json, make(workspace.client, name="é", expires_at=None).json
    page = workspace.client.get("/v1/keys")
    assert [key["id"] for key in page.json["items"]] == [second["id"], first["id"],
                                                         workspace.key_id]
    assert first["secret"].encode() not in page.body
    first.pop("secret")
    assert page.json["items"][1] == first


def test_pages_lead_through_all_keys_once(workspace):
    made = {make(workspace.client).json["id"] for _ in range(4)} | {workspace.key_id}
    seen, token = [], ""
    while token is not None:
        page = expect(workspace.client.get(f"/v1/keys?page_size=2{token and '&page_token=' + token}"),
                      200).json
        seen += [key["id"] for key in page["items"]]
        token = page["next_page_token"]
    assert sorted(seen) == sorted(made)


@pytest.mark.parametrize("asked", ["recordings:write", "policy:write", "policy:read",
                                   "shares:write"])
def test_a_key_grants_nothing_that_it_lacks(workspace, asked):
    client = workspace.client_with("keys:admin,shares:read")
    refused = make(client, ["shares:read", asked])
    assert (refused.status, refused.code) == (403, "forbidden") and asked in refused.json["detail"]
    assert "shares:read" not in refused.json["detail"]
    assert expect(make(client, ["shares:read", "keys:admin"]), 201)
    assert len(listed(client)) == 3


def test_a_key_cannot_be_climbed(workspace):
    """What a key makes can make no more than it, however long the ladder."""
    client = workspace.client_with("keys:admin,shares:read")
    for _ in range(3):
        secret = expect(make(client, ["keys:admin"]), 201).json["secret"]
        client = workspace.service.client(secret)
        assert make(client, ["shares:read"]).status == 403


def test_a_key_ends_no_later_than_the_one_that_made_it(workspace):
    end = at(hours=1)
    client = workspace.client_with("keys:admin", "--expires-at", end)
    for later in (None, at(hours=2)):
        refused = make(client, ["keys:admin"], expires_at=later)
        assert refused.faults == {"/expires_at": "out_of_range"}
    assert make(client, ["keys:admin"]).faults == {"/expires_at": "out_of_range"}
    assert make(client, ["keys:admin"], expires_at=end).json["expires_at"] == end


@pytest.mark.parametrize("members, faults", [
    ({"name": ""}, {"/name": "out_of_range"}),
    ({"name": "  "}, {"/name": "out_of_range"}),
    ({"name": "x" * 201}, {"/name": "out_of_range"}),
    ({"name": "a\u001b[2Jb"}, {"/name": "out_of_range"}),
    ({"name": None}, {"/name": "wrong_type"}),
    ({"scopes": []}, {"/scopes": "out_of_range"}),
    ({"scopes": "shares:read"}, {"/scopes": "wrong_type"}),
    ({"scopes": ["shares:read", "shares:*"]}, {"/scopes/1": "invalid_format"}),
    ({"scopes": [7]}, {"/scopes/0": "wrong_type"}),
    ({"scopes": ["shares:read"] * 2}, {"/scopes/1": "duplicate"}),
    ({"expires_at": "soon"}, {"/expires_at": "invalid_format"}),
    ({"expires_at": "2020-01-01T00:00:00Z"}, {"/expires_at": "out_of_range"}),
    ({"secret": "vtk_mine"}, {"/secret": "read_only_field"}),
    ({"workspace_id": "x"}, {"/workspace_id": "unknown_field"}),
])
def test_a_draft_that_is_wrong_is_refused_where_it_is_wrong(workspace, members, faults):
    refused = make(workspace.client, **{"scopes": ["shares:read"]} | members)
    assert (refused.status, refused.faults) == (422, faults)
    assert list(listed(workspace.client)) == [workspace.key_id]


def test_the_longest_name_is_counted_in_characters(workspace):
    assert make(workspace.client, name="é" * 200).json["name"] == "é" * 200


def test_a_revoked_key_is_dead_when_the_call_returns(workspace):
    made = make(workspace.client).json
    client = workspace.service.client(made["secret"])
    expect(client.get("/v1/shares"), 200)
    expect(workspace.client.delete(f"/v1/keys/{made['id']}"), 204)
    assert client.get("/v1/shares").status == 401
    revoked_at = listed(workspace.client)[made["id"]]["revoked_at"]
    expect(workspace.client.delete(f"/v1/keys/{made['id']}"), 204)
    assert listed(workspace.client)[made["id"]]["revoked_at"] == revoked_at is not None


def test_a_key_may_end_itself_and_makes_no_more(workspace):
    made = make(workspace.client, ["keys:admin"]).json
    client = workspace.service.client(made["secret"])
    expect(client.delete(f"/v1/keys/{made['id']}"), 204)
    assert make(client, ["keys:admin"]).status == 401


@pytest.mark.parametrize("key_id", [UNKNOWN, "key_x", "shr_01m7w77j50ftar8grd2t6y41g2", "x"])
def test_what_is_no_key_of_this_workspace_is_not_found(workspace, key_id):
    assert workspace.client.delete(f"/v1/keys/{key_id}").code == "not_found"


def test_another_workspaces_key_is_answered_exactly_as_an_unknown_one(workspace, stranger):
    same = {"X-Request-Id": "same"}
    foreign = stranger.client.delete(f"/v1/keys/{workspace.key_id}", headers=same)
    unknown = stranger.client.delete(f"/v1/keys/{UNKNOWN}", headers=same)
    assert (foreign.status, foreign.body) == (unknown.status, unknown.body)
    assert foreign.status == 404 and workspace.client.get("/v1/shares").status == 200


def test_a_repeated_request_gets_the_same_key_with_the_same_secret(workspace):
    repeat = {"Idempotency-Key": '"once"'}
    first = expect(make(workspace.client, headers=repeat), 201)
    again = expect(make(workspace.client, headers=repeat), 201)
    assert (again.json, again.headers["location"]) == (first.json, first.headers["location"])
    other = make(workspace.client, headers=repeat, name="other")
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert make(workspace.client, headers={"Idempotency-Key": "é"}).code == "idempotency_key_invalid"
    assert len(listed(workspace.client)) == 2


def test_another_key_does_not_get_at_the_secret_by_repeating(workspace):
    repeat = {"Idempotency-Key": "once"}
    first = make(workspace.client, headers=repeat).json
    second = make(workspace.client_with(ALL_SCOPES), headers=repeat).json
    assert second["id"] != first["id"] and second["secret"] != first["secret"]


def test_twenty_at_once_with_one_idempotency_key_make_one_key(workspace):
    def attempt(_):
        return make(workspace.service.client(workspace.secret), headers={"Idempotency-Key": "race"})

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(attempt, range(20)))
    assert {answer.status for answer in answers} <= {201, 409, 503}
    assert len({answer.json["secret"] for answer in answers if answer.status == 201}) == 1
    assert len(listed(workspace.client)) == 2


def test_a_secret_is_nowhere_in_the_database(workspace):
    secret = make(workspace.client, headers={"Idempotency-Key": "once"}).json["secret"]
    dump = repr(workspace.service.everything())
    assert "once" in dump and secret not in dump and secret[4:24] not in dump


def test_the_command_makes_keys_of_every_scope(workspace):
    key_id, secret = workspace.make_key("policy:read,policy:write,keys:admin")
    assert listed(workspace.service.client(secret))[key_id]["scopes"] == [
        "policy:read", "policy:write", "keys:admin"]
