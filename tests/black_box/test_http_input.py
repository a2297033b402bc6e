"""Bad requests: addresses, parameters, headers and credentials that are not as they should be."""

import pytest

from support.workspace import ALL_SCOPES, expect

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def owner(service):
    workspace = service.workspace()
    workspace.register("rec", media=[], panels={})
    return workspace


@pytest.mark.parametrize("headers", [
    {"Cookie": "a"}, {"Cookie": ";;="}, {"Cache-Control": "zzz"}, {"Date": "x"},
    {"Accept-Encoding": ";q="},
    {"Accept": ";;,/"}, {"Accept": "text/html"}, {"User-Agent": "\x80\xff"},
    {"If-Modified-Since": "yesterday"},
    {"Referer": "not a url"}, {"X-Forwarded-For": "1.2.3.4, ::1"}, {"Connection": "keep-alive, te"},
    {"traceparent": "00-0-0-ff"}, {"Upgrade": "h2c", "Connection": "Upgrade"},
], ids=str)
def test_headers_that_mean_nothing_here_are_ignored(owner, headers):
    answer = owner.client.get("/v1/shares", headers=headers)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")


@pytest.mark.parametrize("kind", [None, "text/plain", "application/json; charset=latin1",
                                  "application/x-json",
                                  "application/json, text/plain", "multipart/form-data; boundary=x",
                                  "json",
                                  "application/json; charset", "application/merge-patch+json",
                                  "*/*"])
def test_a_body_must_be_announced_as_json(owner, kind):
    with_kind = f"Content-Type: {kind}\r\n" if kind else ""
    head = (f"POST /v1/shares HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {owner.secret}\r\n"
            f"{with_kind}Content-Length: 2\r\n\r\n")
    answer = owner.client.raw(head + "{}", "/v1/shares", "POST")
    assert (answer.status, answer.code) == (415, "unsupported_media_type")


@pytest.mark.parametrize("kind", ["application/json", "APPLICATION/JSON",
                                  "application/json;charset=utf-8",
                                  'application/json; charset="UTF-8"',
                                  "application/json ; charset=utf-8"])
def test_json_may_be_announced_in_any_legal_spelling(owner, kind):
    answer = owner.client.post("/v1/shares", {"recording_id": "rec"},
                               headers={"Content-Type": kind})
    assert answer.status == 201


@pytest.mark.parametrize("coding, status", [("gzip", 415), ("deflate", 415), ("br", 415),
                                            ("identity", 201),
                                            ("identity, gzip", 415), ("", 201)])
def test_a_compressed_body_is_refused(owner, coding, status):
    answer = owner.client.post("/v1/shares", {"recording_id": "rec"},
                               headers={"Content-Encoding": coding})
    assert answer.status == status


UNKNOWN_IDS = [
    "shr_01m7w77j50ftar8grd2t6y41g2", "shr_01M7W77J50FTAR8GRD2T6Y41G2",
    "lnk_01m7w77j50ftar8grd2t6y41g2", "shr_",
    "01936e5a-7f3e-7cc3-98c4-dc0c0c07398f", "shr_81m7w77j50ftar8grd2t6y41g2",
    "shr_01m7w77j50ftar8grd2t6y41g",
    "shr_01m7w77j50ftar8grd2t6y41g22", "shr_01m7w77j50ftar8grd2t6y41gu", "x" * 500, "0", "-1", "'",
    "null", "..%20",
    "%E2%82%AC",
]


@pytest.mark.parametrize("identifier", UNKNOWN_IDS)
def test_what_cannot_be_an_id_is_as_unknown_as_an_unknown_one(owner, identifier):
    headers = {"X-Request-Id": "same"}
    odd = owner.client.get(f"/v1/shares/{identifier}", headers=headers)
    unknown = owner.client.get("/v1/shares/shr_01m7w77j50ftar8grd2t6y41g2", headers=headers)
    assert (odd.status, odd.body) == (404, unknown.body)


@pytest.mark.parametrize("segment", ["%00", "a%00b", "%0d%0a", "%2e%2e%2f", "a%2Fb", "%2F", "%zz",
                                     "%", "%4", "a%",
                                     "%c0%ae", "%c0%af", "%ff", "%ed%a0%80", "%f4%90%80%80", "%1b",
                                     "%7f"])
@pytest.mark.parametrize("path", ["/v1/recordings/{}", "/v1/shares/{}",
                                  "/v1/recordings/rec/panels/{}", "/problems/{}"])
def test_a_broken_path_segment_is_refused(owner, path, segment):
    answer = owner.client.get(path.format(segment))
    assert (answer.status, answer.code) == (400, "invalid_parameter")


def test_a_path_is_decoded_once(owner):
    expect(owner.client.get("/v1/recordings/%72ec"), 200)
    assert owner.client.get("/v1/shares/%2572ec").status == 404
    assert owner.client.get("/v1/recordings/%2572ec").code == "invalid_parameter"  # an id has no %


@pytest.mark.parametrize("path", ["//v1/shares", "/v1//shares", "/v1/shares/", "/V1/shares",
                                  "/v1/./shares", "/v1",
                                  "/v1/shares/x/y/z", "/v1/../v1/shares", "/admin", "/metrics/",
                                  "/v1/resolve/",
                                  "/docs/", "/problems/", "/.git/config", "/etc/passwd",
                                  "/openapi.yaml/"])
def test_only_the_exact_address_is_there(owner, path):
    assert (owner.client.get(path).status, owner.client.get(path).code) == (404, "not_found")


@pytest.mark.parametrize("query", ["page_size=-1", "page_size=0", "page_size=abc", "page_size=1.0",
                                   "page_size=%20" + "1",
                                   "page_size=1e2", "page_size=+1", "page_size=1&page_size=1",
                                   "page_size=1&page_size=2",
                                   "order_by=;drop", "filter=x", "page_size=1&x=", "Page_size=1",
                                   "page_size=%zz",
                                   "page_size=1%00", "=", "x", "page_token=%ff",
                                   "page_size=99999999999999999999999x"])
@pytest.mark.parametrize("path", ["/v1/shares", "/v1/recordings"])
def test_a_query_that_is_not_understood_is_refused(owner, path, query):
    answer = owner.client.get(f"{path}?{query}")
    assert (answer.status, answer.code) == (400, "invalid_parameter")


@pytest.mark.parametrize("query", ["recording_id=a/b", "recording_id=" + "x" * 129,
                                   "recording_id=a&recording_id=a"])
def test_a_filter_that_cannot_match_is_refused(owner, query):
    assert owner.client.get(f"/v1/shares?{query}").code == "invalid_parameter"


@pytest.mark.parametrize("path", ["/v1/recordings/rec", "/docs", "/openapi.yaml", "/problems", "/"])
def test_a_parameter_nobody_asked_for_is_refused(owner, path):
    assert owner.client.get(path + "?debug=1").code == "invalid_parameter"


# API keys


@pytest.mark.parametrize("value", ["Basic dXNlcjpwYXNz", "Bearer", "Bearer ", "bearer",
                                   "Token vtk_x", "Bearer a b",
                                   "Bearer " + "x" * 10000, "Bearer vtk_", "Digest x", "",
                                   "vtk_" + "A" * 49,
                                   "Bearer vtk_" + "\xe9" * 49, "Bearer, Bearer"])
def test_an_authorization_that_is_no_valid_key_is_refused_alike(owner, value):
    plain = owner.service.client().get("/v1/shares", headers={"X-Request-Id": "same"})
    answer = owner.service.client().get("/v1/shares", headers={"Authorization": value,
                                                               "X-Request-Id": "same"})
    assert (answer.status, answer.code) == (401, "unauthenticated")
    assert answer.body == plain.body


def test_the_scheme_may_be_written_in_any_case(owner):
    for scheme in ("bearer", "BEARER", "Bearer"):
        assert owner.client.get("/v1/shares",
                                headers={"Authorization": f"{scheme} {owner.secret}"}).status == 200


def test_two_keys_are_one_too_many(owner):
    answer = owner.client.get("/v1/shares",
                              headers={"Authorization": [f"Bearer {owner.secret}"] * 2})
    assert answer.status == 400


def test_a_key_elsewhere_than_in_its_header_is_no_key(owner):
    anyone = owner.service.client()
    assert anyone.get("/v1/shares", headers={"X-Api-Key": owner.secret}).status == 401
    assert anyone.get(f"/v1/shares?access_token={owner.secret}").status in (400, 401)
    assert anyone.get("/v1/shares",
                      headers={"Cookie": f"Authorization=Bearer {owner.secret}"}).status == 401


# Request ids


def test_a_good_request_id_comes_back(anyone):
    for request_id in ("a", "A-b_c.9", "x" * 64):
        answer = anyone.get("/", headers={"X-Request-Id": request_id})
        assert answer.headers["x-request-id"] == request_id


@pytest.mark.parametrize("request_id", ["", "x" * 65, "x" * 1000, "a b", "a\tb", "<x>", "a;b", "ä",
                                        "a,b", "%0d%0aX: y"])
def test_a_bad_request_id_is_replaced(anyone, request_id):
    given = anyone.get("/", headers={"X-Request-Id": request_id.encode()}).headers["x-request-id"]
    assert given and given != request_id


def test_request_ids_do_not_repeat(anyone):
    assert len({anyone.get("/").headers["x-request-id"] for _ in range(200)}) == 200


# Bodies where none is wanted


@pytest.mark.parametrize("method, path, status", [("GET", "/v1/shares", 200), ("GET", "/", 200),
                                                  ("DELETE", "/v1/recordings/nothing", 404)])
def test_a_body_where_none_is_wanted_is_read_past(owner, method, path, status):
    body = b"GET /v1/recordings HTTP/1.1\r\nHost: x\r\n\r\n"
    assert owner.client.request(method, path, body=body).status == status
    # The next answer is the next request's.
    assert "items" in owner.client.get("/v1/shares").json


@pytest.mark.parametrize("body", [b"", b"{}", b" {} "])
def test_a_verb_takes_an_empty_body(owner, body):
    assert owner.share("rec").disable(body=body, headers=JSON).status == 200


@pytest.mark.parametrize("body, status", [(b'{"x":1}', 422), (b"{", 400), (b"[]", 422)])
def test_a_verb_takes_no_other_body(owner, body, status):
    share = owner.share("rec")
    assert share.disable(body=body, headers=JSON).status == status
    assert share.show()["state"] == "active"


# Tokens


@pytest.mark.parametrize("token", [17, None, True, [], {}, ["x"]])
def test_a_token_must_be_a_string(anyone, token):
    answer = anyone.post("/v1/resolve", {"token": token})
    assert (answer.status, answer.faults) == (422, {"/token": "wrong_type"})


def test_a_token_must_be_there(anyone):
    assert anyone.post("/v1/resolve", {}).faults == {"/token": "required"}


@pytest.mark.parametrize("include", ["transcript", [1], ["everything"], [None], {},
                                     ["transcript"] * 33])
def test_include_must_list_panels(anyone, include):
    assert anyone.post("/v1/resolve",
                       {"token": "x", "include": include}).code == "validation_failed"


@pytest.mark.parametrize("spoil", [
    lambda token: "", lambda token: token + "\n", lambda token: " " + token,
    lambda token: token.lower(),
    lambda token: token.upper(), lambda token: token[:-1], lambda token: token + "A",
    lambda token: token + "=",
    lambda token: token[::-1], lambda token: "x" * 10000,
    lambda token: token.replace(token[5], "!", 1),
    lambda token: "vtk_" + token, lambda token: token + token, lambda token: "\u00e4" * 44,
    lambda token: f"https://app.example.com/shared#{token}", lambda token: "B" + token[1:],
    lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
])
def test_a_spoilt_token_is_as_unknown_as_any_other(owner, spoil):
    share = owner.share("rec")
    headers = {"X-Request-Id": "same"}
    answer = share.viewer.post("/v1/resolve", {"token": spoil(share.token)}, headers=headers)
    unknown = share.viewer.post("/v1/resolve", {"token": "A" * 44}, headers=headers)
    assert (answer.status, answer.code, answer.body) == (404, "link_not_found", unknown.body)


def test_every_other_last_character_of_a_token_is_refused(owner):
    """33 bytes are 44 characters without spare bits, so no second spelling may open a link."""
    share = owner.share("rec")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/"
    tokens = [share.token[:-1] + last for last in alphabet]
    opened = [token for token in tokens
              if share.viewer.post("/v1/resolve", {"token": token}).status == 200]
    assert opened == [share.token]


def test_a_key_opens_no_link_and_a_token_is_no_key(owner):
    share = owner.share("rec")
    assert share.viewer.post("/v1/resolve", {"token": owner.secret}).code == "link_not_found"
    assert share.viewer.get("/v1/shares", key=share.token).status == 401


def test_resolving_is_never_a_get(anyone):
    assert anyone.get("/v1/resolve?token=x").status == 405
    assert anyone.head("/v1/resolve").status == 405


# Sizes


@pytest.mark.parametrize("size, status", [(64 << 10, 422), ((64 << 10) + 1, 413)])
def test_a_small_body_is_at_most_64_kib(owner, size, status):
    body = b'{"x":"' + b"y" * (size - 8) + b'"}'
    assert owner.client.post("/v1/resolve", body=body).status == status


@pytest.mark.parametrize("size, status", [(1 << 20, 422), ((1 << 20) + 1, 413)])
def test_a_share_is_at_most_1_mib(owner, size, status):
    body = b'{"x":"' + b"y" * (size - 8) + b'"}'
    assert owner.client.post("/v1/shares", body=body).status == status


def test_a_panel_is_at_most_8_mib(owner):
    path = "/v1/recordings/rec/panels/notes"
    body = b'{"markdown":"' + b"x" * ((8 << 20) - 15) + b'"}'
    assert len(body) == 8 << 20
    assert owner.client.request("PUT", path, body=body).status == 201
    assert owner.client.get(path).body == body
    assert owner.client.request("PUT", path, body=body + b" ").status == 413


def test_a_recording_is_at_most_32_mib(service):
    workspace = service.workspace()
    body = b'{"title":"x","panels":{' + b",".join(
        b'"%s":{"markdown":"%s"}' % (kind, b"x" * (7 << 20)) for kind in (b"summary", b"notes",
                                                                          b"info")) + b"}}"
    assert workspace.client.request("PUT", "/v1/recordings/big", body=body).status == 201
    for kind, status in (("transcript", 201), ("actions", 413)):
        name = "segments" if kind == "transcript" else "entries"
        panel = b'{"%s":[],"x":"%s"}' % (name.encode(), b"x" * (7 << 20))
        answer = workspace.client.request("PUT", f"/v1/recordings/big/panels/{kind}", body=panel)
        assert answer.status == status, kind


def test_the_scopes_of_a_key_are_checked_when_it_is_made(service, workspace):
    for scopes in ("", "everything", "shares:read,shares:admin", ALL_SCOPES.upper()):
        result = service.attempt("key", "create", "--workspace", workspace.id, "--name", "x",
                                 "--scopes", scopes)
        assert result.returncode != 0 and "vtk_" not in result.stdout, scopes
