"""Browsers: an exact allow-list of origins, preflight, OPTIONS and HEAD."""

import pytest

from support import contract
from support.service import ORIGIN

CONTRACT = contract.load()
PREFLIGHT = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "content-type"}


def test_a_listed_origin_may_read_answers(anyone):
    answer = anyone.post("/v1/resolve", {"token": "x"}, headers={"Origin": ORIGIN})
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", ["https://evil.example.com", ORIGIN + ".evil.example",
                                    ORIGIN.upper(), "null",
                                    ORIGIN.replace("https", "http"), ORIGIN + ":8443", ORIGIN + "/",
                                    "*", ""])
def test_any_other_origin_may_not(anyone, origin):
    for answer in (anyone.post("/v1/resolve", {"token": "x"}, headers={"Origin": origin}),
                   anyone.options("/v1/resolve", headers=PREFLIGHT | {"Origin": origin})):
        assert not any(name.startswith("access-control-") for name in answer.headers)
        assert answer.headers["vary"] == "Origin"


def test_a_preflight_is_told_what_is_allowed(anyone):
    answer = anyone.options("/v1/resolve", headers=PREFLIGHT)
    assert answer.status == 204
    assert answer.headers["access-control-allow-methods"] == "OPTIONS, POST"
    assert "content-type" in answer.headers["access-control-allow-headers"].lower()
    assert answer.headers["access-control-max-age"] == "600"


def test_a_page_may_read_the_request_id_and_the_range(anyone):
    answer = anyone.get("/", headers={"Origin": ORIGIN})
    exposed = answer.headers["access-control-expose-headers"].lower()
    assert {"x-request-id", "etag", "content-range"} <= set(exposed.split(", "))


def test_without_a_list_no_origin_is_allowed(own_service):
    service = own_service(settings={"VITRINE_CORS_ORIGINS": None}).start()
    answer = service.client().get("/", headers={"Origin": ORIGIN})
    assert "access-control-allow-origin" not in answer.headers


def example_target(operation):
    target = operation.path
    for parameter in operation.parameters:
        target = target.replace("{" + parameter["name"] + "}", str(parameter.get("example")))
    return target


PUBLIC_PORT = [operation for operation in CONTRACT.operations
               if operation.node["tags"] != ["Operations"]]
PATHS = sorted({operation.path: operation for operation in PUBLIC_PORT}.items())


@pytest.mark.parametrize("path, operation", PATHS, ids=[path for path, _ in PATHS])
def test_options_tells_exactly_what_the_document_has(anyone, path, operation):
    methods = {other.method for other in PUBLIC_PORT if other.path == path} | {"OPTIONS"}
    if "GET" in methods:
        methods.add("HEAD")
    answer = anyone.options(example_target(operation))
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["allow"] == ", ".join(sorted(methods))


@pytest.mark.parametrize("path, operation", PATHS, ids=[path for path, _ in PATHS])
def test_any_other_method_is_told_which_are_allowed(anyone, path, operation):
    allowed = {other.method for other in PUBLIC_PORT if other.path == path}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - allowed:
        answer = anyone.request(method, example_target(operation))
        assert (answer.status, answer.code) == (405, "method_not_allowed")
        assert answer.headers["allow"] == anyone.options(example_target(operation)).headers["allow"]


def test_head_is_get_without_the_body(workspace):
    share = workspace.share()
    recording = f"/v1/recordings/{share.document['recording_id']}"
    for target in (share.path, recording, recording + "/panels/transcript", "/v1/shares",
                   "/v1/recordings", "/docs",
                   "/openapi.yaml", "/problems", "/problems/forbidden", "/", share.media_target()):
        got, headed = workspace.client.get(target), workspace.client.head(target)
        assert headed.body == b"" and headed.status == got.status == 200
        for name in ("content-length", "content-type", "etag", "cache-control"):
            assert headed.headers.get(name) == got.headers.get(name), (target, name)
