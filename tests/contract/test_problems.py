"""The catalogue of problems: the service's, the document's, and each one met in real life."""

import pytest

from support import contract
from support.client import eventually
from support.workspace import expect

CONTRACT = contract.load()


@pytest.fixture(scope="module")
def catalogue(service):
    return {row["code"]: row for row in expect(service.client().get("/problems"),
                                               200).json["items"]}


def test_the_catalogue_is_the_documents(catalogue):
    assert list(catalogue) == CONTRACT.problem_codes


@pytest.mark.parametrize("code", CONTRACT.problem_codes)
def test_a_problem_explains_itself(code, catalogue, anyone):
    assert expect(anyone.get(f"/problems/{code}"), 200).json == catalogue[code]
    assert len(catalogue[code]["explanation"]) > 20 and len(catalogue[code]["remedy"]) > 10


def test_a_browser_gets_a_page(anyone):
    accept = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    answer = anyone.get("/problems/link_expired", headers=accept)
    assert answer.headers["content-type"].startswith("text/html")
    assert b"link_expired" in answer.body


def test_an_unknown_problem_is_not_found(anyone):
    assert anyone.get("/problems/nothing_like_it").code == "not_found"


def test_the_documents_examples_carry_the_catalogues_words(catalogue):
    for name, example in CONTRACT.document["components"]["examples"].items():
        if name in catalogue:
            value = example["value"]
            assert (value["code"], value["title"], value["status"]) == (
                name, catalogue[name]["title"], catalogue[name]["status"])


# Each problem, forced once. A row makes its own world and returns the answer.

RESOLVE = "POST /v1/resolve HTTP/1.1\nHost: x\nContent-Type: application/json"
PLAIN_HTTP = {"VITRINE_LINK_URL_TEMPLATE": "http://app.example.com/shared#{token}"}


def closed_share(world, verb):
    share = world.share()
    getattr(share, verb)()
    return share


def gone(world):
    share = world.share()
    world.client.delete(f"/v1/recordings/{share.document['recording_id']}")
    return share.resolve()


def expired(world):
    share = world.share(ttl_seconds=1)
    return eventually(lambda: (answer := share.resolve()).status == 410 and answer)


def changed_meanwhile(world):
    share = world.share()
    return share.change(label="x", headers={"If-Match": '"99"'})


def slow_request(world):
    request = f"POST /v1/resolve HTTP/1.1\r\nHost: x\r\n{'X: y' * 5}"
    return world.service.client(timeout=15).raw(request, "/v1/resolve", "POST")


def expired_media(world):
    share = world.share(ttl_seconds=1)
    target = share.media_target()
    return eventually(lambda: (answer := share.viewer.get(target)).code == "media_url_expired"
                      and answer)


def rotated_twice(world):
    share = world.share()
    path = f"{share.path}/links/{share.document['links'][0]['id']}/rotate"
    expect(world.client.post(path), 201)
    return world.client.post(path)


def nobody(world):
    links = world.share().path + "/links"
    expect(world.client.patch("/v1/policy", {"require_recipient": True}), 200)
    return world.client.post(links, {})


def expired_for_good(world):
    share = world.share(starts_at="2020-01-01T00:00:00Z", expires_at=None)
    rules = {"default_ttl_seconds": 60, "max_ttl_seconds": 60, "expired_is_final": True}
    expect(world.client.patch("/v1/policy", rules), 200)
    return share.change(expires_in="30d")


def same_recipient(world):
    links = world.share().path + "/links"
    expect(world.client.post(links, {"recipient": {"email": "ann@example.com"}}), 201)
    return world.client.post(links, {"recipient": {"email": "ANN@example.com"}})


def same_key(world):
    comments, key = world.share().path + "/comments", {"Idempotency-Key": "same"}
    expect(world.client.post(comments, {"body": "one"}, headers=key), 201)
    return world.client.post(comments, {"body": "another"}, headers=key)


def bad_key(world):
    return world.client.post(world.share().path + "/links", {}, headers={"Idempotency-Key": "a b"})


def raw(world, head, target="/"):
    return world.service.client().raw(head.replace("\n", "\r\n") + "\r\n\r\n", target,
                                      head.split()[0])


HELD = """INSERT INTO idempotency_key
            (workspace_id, key_id, operation, idempotency_key, fingerprint)
          SELECT workspace_id, key_id, 'createKey', 'held', digest FROM api_key
           WHERE digest = sha256(%s)"""


def still_running(world):
    with world.service.postgres.connect(world.service.database) as other:
        other.execute("BEGIN")
        other.execute(HELD, [world.secret.encode()])
        draft = {"name": "x", "scopes": ["shares:read"]}
        return world.client.post("/v1/keys", draft, headers={"Idempotency-Key": "held"})


def guessed(world, times):
    share = world.share(passcode="correct horse")
    return [share.resolve(passcode="wrong horse") for _ in range(times)][-1]


def opened_twice(world):
    share = world.share(max_views=1)
    share.open()
    return share.resolve()


def seen_by_a_stranger(world):
    stranger = world.trusted_issuer().token("eve", workspace=world.service.workspace().id)
    return world.share(audience="workspace").resolve(viewer_token=stranger)


FORCED = {
    "viewer_required": lambda w: w.share(audience="workspace").resolve(),
    "viewer_not_member": seen_by_a_stranger,
    "passcode_required": lambda w: w.share(passcode="correct horse").resolve(),
    "passcode_invalid": lambda w: guessed(w, 1),
    "passcode_throttled": lambda w: guessed(w, 6),
    "link_used_up": opened_twice,
    "malformed_request": lambda w: raw(w, "GET / HTTP/1.1"),
    "malformed_json": lambda w: w.client.post("/v1/shares", body=b"{"),
    "invalid_parameter": lambda w: w.client.get("/v1/shares?page_size=0"),
    "invalid_page_token": lambda w: w.client.get("/v1/shares?page_token=x"),
    "idempotency_key_invalid": bad_key,
    "unauthenticated": lambda w: w.service.client().get("/v1/shares"),
    "forbidden": lambda w: w.client_with("shares:read").get("/v1/recordings"),
    "not_found": lambda w: w.client.get("/v1/recordings/nothing"),
    "method_not_allowed": lambda w: w.client.delete("/v1/resolve"),
    "request_timeout": slow_request,
    "conflict": rotated_twice,
    "share_revoked": lambda w: closed_share(w, "revoke").enable(),
    "share_expired": expired_for_good,
    "recipient_required": nobody,
    "recipient_exists": same_recipient,
    "email_not_configured": lambda w: w.client.post(
        w.share(recipients=[{"email": "ann@example.com"}]).path + "/send"),
    "idempotency_in_progress": still_running,
    "link_not_found": lambda w: w.client.post("/v1/resolve", {"token": "A" * 44}),
    "link_disabled": lambda w: closed_share(w, "disable").resolve(),
    "link_not_started": lambda w: w.share(starts_at="2099-01-01T00:00:00Z").resolve(),
    "link_revoked": lambda w: closed_share(w, "revoke").resolve(),
    "link_expired": expired,
    "recording_gone": gone,
    "media_signature_invalid": lambda w: w.client.get("/media/x?type=a&expires=1&kid=1&signature=x"),
    "media_url_expired": expired_media,
    "length_required": lambda w: raw(w, RESOLVE, "/v1/resolve"),
    "etag_mismatch": changed_meanwhile,
    "content_too_large": lambda w: raw(w, RESOLVE + "\nContent-Length: 99999", "/v1/resolve"),
    "uri_too_long": lambda w: raw(w, f"GET /{'x' * 8001} HTTP/1.1\nHost: x"),
    "unsupported_media_type": lambda w: w.client.post("/v1/shares", body=b"{}",
                                                      headers={"Content-Type": "text/plain"}),
    "range_not_satisfiable": lambda w: w.client.get(w.share().media_target(),
                                                    headers={"Range": "bytes=999999-"}),
    "expectation_failed": lambda w: w.client.get("/", headers={"Expect": "miracles"}),
    "validation_failed": lambda w: w.client.post("/v1/shares", {}),
    "idempotency_key_reused": same_key,
    "headers_too_large": lambda w: raw(w, f"GET / HTTP/1.1\nHost: x\nX: {'y' * 17000}"),
    "not_implemented": lambda w: raw(w, "BREW / HTTP/1.1\nHost: x"),
}

# Forced by the suites that have what it takes: a database that is down, locked or full, another
# configuration or policy. `internal` and `outcome_unknown` take a defect or a connection that dies
# within COMMIT.
ELSEWHERE = {"https_required", "rate_limited", "internal",
             "unavailable", "overloaded", "timeout", "outcome_unknown"}


def test_no_problem_is_forgotten():
    assert set(FORCED) | ELSEWHERE == set(CONTRACT.problem_codes)


@pytest.mark.parametrize("code", FORCED)
def test_a_problem_can_be_met(code, workspace, catalogue):
    answer = FORCED[code](workspace)
    assert (answer.code, answer.status, answer.json["title"]) == (
        code, catalogue[code]["status"], catalogue[code]["title"])
    assert answer.json["type"] == f"{workspace.service.url}/problems/{code}"


def test_links_over_plain_http_are_not_given_out(own_service):
    service = own_service(settings=PLAIN_HTTP).start()
    workspace = service.workspace()
    answer = workspace.client.post("/v1/shares", {"recording_id": workspace.register()})
    assert answer.code == "https_required"


def test_a_development_switch_gives_them_out(own_service):
    service = own_service(settings=PLAIN_HTTP | {"VITRINE_ALLOW_INSECURE_LINKS": "true"}).start()
    assert service.workspace().share().open()["media"]


def test_a_name_that_is_taken_is_a_conflict_for_the_operator(service):
    service.workspace("taken")
    result = service.attempt("workspace", "create", "taken")
    assert result.returncode != 0 and "already" in result.stderr
