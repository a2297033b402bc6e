"""How often an API key may call: what it is told, and what happens when it does not listen."""

import re

import pytest

from support.workspace import ALL_SCOPES

LIMIT = 20


@pytest.fixture
def limited(own_service):
    """A service whose keys may make LIMIT requests a minute: one comes back every 3 seconds."""
    return own_service({"VITRINE_KEY_RATE_PER_MINUTE": str(LIMIT)}).start()


def left(answer):
    assert answer.headers["ratelimit-policy"] == f'"key";q={LIMIT};w=60'
    return int(re.fullmatch(r'"key";r=(\d+);t=\d+', answer.headers["ratelimit"])[1])


def use_up(client):
    """Calls until it is one too many; that answer."""
    for _ in range(3 * LIMIT):
        answer = client.get("/v1/shares")
        if answer.status != 200:
            return answer
    raise AssertionError("there is no limit")


def test_every_answer_to_a_key_tells_what_is_left(limited):
    workspace = limited.workspace()
    reader = workspace.client_with("shares:read")
    counts = [left(answer) for answer in (
        reader.get("/v1/shares"),  # 200
        reader.get("/v1/shares/shr_00000000000000000000000000"),  # 404
        reader.get("/v1/shares?page_size=0"),  # 400
        reader.post("/v1/shares", {"recording_id": "x"}),  # 403
        reader.head("/v1/shares"),
    )]
    # One may have come back on the way, if this machine was slow.
    assert counts[0] == LIMIT - 1
    assert LIMIT - 5 <= counts[-1] <= LIMIT - 4, counts
    assert sorted(counts, reverse=True) == counts


def test_one_request_too_many_is_refused_with_the_time_to_wait(limited):
    client = limited.workspace().client
    refused = use_up(client)
    assert (refused.status, refused.code) == (429, "rate_limited")
    assert left(refused) == 0
    assert 1 <= int(refused.headers["retry-after"]) <= 3
    assert refused.headers["ratelimit"].endswith(f";t={refused.headers['retry-after']}")


def test_a_request_that_is_refused_has_no_effect(limited):
    workspace = limited.workspace()
    client = workspace.client
    use_up(client)
    refused = client.put("/v1/recordings/too-often", {"title": "x"})
    assert refused.status == 429
    other = limited.client(workspace.make_key(ALL_SCOPES)[1])
    assert other.get("/v1/recordings/too-often").status == 404


def test_a_key_is_counted_by_itself(limited):
    workspace = limited.workspace()
    assert use_up(workspace.client).status == 429
    assert left(workspace.client_with(ALL_SCOPES).get("/v1/shares")) == LIMIT - 1
    assert left(limited.workspace().client.get("/v1/shares")) == LIMIT - 1


def test_nothing_that_a_caller_says_gives_it_another_count(limited):
    client = limited.workspace().client
    assert use_up(client).status == 429
    for claim in ({"X-Forwarded-For": "203.0.113.9"}, {"X-Real-IP": "203.0.113.9"},
                  {"Forwarded": "for=203.0.113.9"}, {"X-Request-Id": "another"},
                  {"Authorization": f"bearer  {client.key}"}):
        assert client.get("/v1/shares", headers=claim).status == 429, claim
    fresh = limited.client(client.key)  # another connection
    assert fresh.get("/v1/shares").status == 429


def test_who_has_no_valid_key_is_told_nothing(limited):
    limited.workspace()
    for key in (None, "vtk_" + "A" * 49):
        answer = limited.client(key).get("/v1/shares")
        assert answer.status == 401
        assert not [name for name in answer.headers if name.startswith("ratelimit")]


def test_a_link_opens_however_often_its_owner_calls(limited):
    workspace = limited.workspace()
    share = workspace.share()
    assert use_up(workspace.client).status == 429
    for _ in range(2 * LIMIT):
        answer = share.resolve()
        assert answer.status == 200
    assert "ratelimit" not in answer.headers


def test_without_a_limit_there_is_none(own_service):
    service = own_service({"VITRINE_KEY_RATE_PER_MINUTE": "0"}).start()
    client = service.workspace().client
    for _ in range(100):
        answer = client.get("/v1/shares")
        assert answer.status == 200
    assert "ratelimit" not in answer.headers
