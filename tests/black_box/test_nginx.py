"""Through nginx as it is deployed: TLS, kept upstream connections, two replicas."""

import http.client
import signal
import socket
import threading
import time

import pytest

from support.nginx import Nginx
from support.workspace import AUDIO, expect


@pytest.fixture
def through():
    """Makes an nginx in front of services: through(service, …)."""
    made = []

    def make(*services):
        made.append(Nginx(services))
        return made[-1].start()

    yield make
    for nginx in made:
        nginx.remove()


def test_a_link_opens_and_plays_through_the_proxy(service, workspace, through):
    nginx, share = through(service), workspace.share()
    viewer = nginx.client(secrets=service.secrets)
    assert expect(viewer.post("/v1/resolve", {"token": share.token}), 200).json["media"]
    target = share.media_target()
    assert viewer.get(target).body == AUDIO
    part = viewer.get(target, headers={"Range": "bytes=100-199"})
    assert (part.status, part.body) == (206, AUDIO[100:200])
    assert viewer.head(target).headers["content-length"] == str(len(AUDIO))


def test_the_whole_management_works_through_the_proxy(service, workspace, through):
    client = through(service).client(workspace.secret, service.secrets)
    recording = workspace.register()
    share = expect(client.post("/v1/shares", {"recording_id": recording}), 201)
    path = share.headers["location"]
    assert client.patch(path, {"label": "x"},
                        headers={"If-Match": share.headers["etag"]}).status == 200
    assert client.patch(path, {"label": "y"},
                        headers={"If-Match": share.headers["etag"]}).status == 412
    assert client.delete(path).status == 204
    assert client.get("/v1/shares?page_size=0").code == "invalid_parameter"
    assert client.get("/v1/recordings/a%2Fb").code == "invalid_parameter"
    assert client.get("//v1/shares").code == "not_found"


def test_no_secret_is_in_the_proxys_log(service, workspace, through):
    nginx, share = through(service), workspace.share()
    client = nginx.client(workspace.secret, service.secrets)
    client.post("/v1/resolve", {"token": share.token})
    client.get(share.media_target())
    log = nginx.access_log()
    assert "/v1/resolve" in log and "/media/" in log
    for secret in (workspace.secret, share.token, share.media_target().split("signature=")[1]):
        assert secret not in log


def test_many_requests_share_few_connections_upstream(service, workspace, through):
    client = through(service).client(workspace.secret)

    def count():
        return service.metric("vitrine_http_connections_accepted_total")

    client.get("/v1/shares")
    before = count()
    for _ in range(200):
        expect(client.get("/v1/shares"), 200)
    assert count() - before < 10


REFUSED_BY_THE_PROXY = {
    "uri_too_long": (b"GET /" + b"x" * 17000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"),
    "headers_too_large": (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 17000 + b"\r\n\r\n"),
    "malformed_request": b"GET / HTTP/1.1\r\n\r\n",
    "content_too_large": b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n",
}


@pytest.mark.parametrize("path", ["/.problem/unavailable", "/.problem/", "/.problem/x"])
def test_the_proxys_own_pages_cannot_be_asked_for(service, through, path):
    assert through(service).client().get(path).code == "not_found"


@pytest.mark.parametrize("code, request_bytes", REFUSED_BY_THE_PROXY.items(),
                         ids=REFUSED_BY_THE_PROXY)
def test_what_the_proxy_refuses_looks_like_what_the_service_refuses(service, through, code,
                                                                    request_bytes):
    answer = through(service).client().raw(request_bytes)
    known = service.client().get(f"/problems/{code}").json
    assert (answer.code, answer.status, answer.json["title"]) == (code, known["status"],
                                                                  known["title"])


def test_a_service_that_is_down_is_unavailable(own_service, through):
    nginx = through(own_service())  # never started
    answer = nginx.client().get("/v1/shares")
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "unavailable", "1")


def test_a_rolling_restart_of_two_replicas_fails_no_request(own_service, through):
    first = own_service(settings={"VITRINE_DRAIN_DELAY_MS": "200"})
    second = own_service(settings={"VITRINE_DRAIN_DELAY_MS": "200"}, replica_of=first)
    first.start()
    second.start()
    share = first.workspace().share()
    nginx = through(first, second)
    stop, statuses = threading.Event(), {}

    def keep_asking():
        client = nginx.client()
        while not stop.is_set():
            # A GET, because nginx asks the other replica only when repeating is harmless.
            status = client.get(share.path, key=share.workspace.secret).status
            statuses[status] = statuses.get(status, 0) + 1

    threads = [threading.Thread(target=keep_asking) for _ in range(4)]
    for thread in threads:
        thread.start()
    for service in (first, second, first):
        time.sleep(0.4)
        assert service.stop(signal.SIGTERM) == 0
        service.start()
    time.sleep(0.3)
    stop.set()
    for thread in threads:
        thread.join(20)
    assert set(statuses) == {200} and statuses[200] > 100, statuses


def test_requests_cannot_be_smuggled_past_the_proxy(service, workspace, through):
    """Whatever the framing, a canary that is hidden in a body is never answered."""
    nginx = through(service)
    canary = b"GET /problems HTTP/1.1\r\nHost: x\r\nX-Request-Id: canary-4711\r\n\r\n"
    size = str(len(canary)).encode()
    for framing in (b"Content-Length: " + size, b"Content-Length: 0\r\nContent-Length: " + size,
                    b"Content-Length: 4\r\nTransfer-Encoding: chunked",
                    b"Transfer-Encoding : chunked",
                    b"Transfer-Encoding: xchunked\r\nContent-Length: 0",
                    b"Transfer-Encoding: chunked\r\nContent-Length: 0"):
        head = b"POST /v1/shares HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
        request = head + framing + b"\r\n\r\n" + canary
        client = nginx.client()
        with socket.create_connection(nginx.address,
                                      timeout=10) as plain, client.tls.wrap_socket(plain) as sock:
            sock.sendall(request)
            reply = http.client.HTTPResponse(sock)
            reply.begin()
            assert reply.status >= 400, framing
            reply.read()
    time.sleep(0.2)
    assert "canary-4711" not in service.log_text()
