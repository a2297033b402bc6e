"""Ending: what was begun is finished, what is new goes elsewhere, and the process ends cleanly."""

import concurrent.futures
import http.client
import signal
import socket
import threading
import time

import pytest

from support.client import eventually

RESOLVE = (b"POST /v1/resolve HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
           b"Content-Length: %d\r\n\r\n")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_and_quickly_when_nothing_is_going_on(own_service, how):
    service = own_service().start()
    service.client().get("/")
    began = time.monotonic()
    assert service.stop(how) == 0
    assert time.monotonic() - began < 5


def test_requests_that_were_begun_are_answered(own_service):
    """Ten requests wait for a lock when the end is asked for; all ten get their answer."""
    service = own_service(settings={"VITRINE_DATABASE_POOL_SIZE": "12"})
    service.settings["VITRINE_DATABASE_URL"] += "&options=-c%20lock_timeout%3D1900"
    service.start()
    share = service.workspace().share()
    clients = [service.client(share.workspace.secret) for _ in range(10)]
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        with service.postgres.connect(service.database) as holder, holder.transaction():
            holder.execute("LOCK TABLE share IN ACCESS EXCLUSIVE MODE")
            answers = [pool.submit(client.get, share.path) for client in clients]
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            assert eventually(lambda: service.sql(waiting)[0][0] == 10, within=5, every=0.01)
            service.process.send_signal(signal.SIGTERM)
            time.sleep(0.1)
        statuses = [answer.result().status for answer in answers]
    assert statuses == [200] * 10
    assert service.ended() == 0


def test_while_it_leaves_it_says_so_and_still_serves(own_service):
    service = own_service(settings={"VITRINE_DRAIN_DELAY_MS": "1500"}).start()
    share = service.workspace().share()
    service.process.send_signal(signal.SIGTERM)
    assert eventually(lambda: service.admin().get("/readyz").status == 503, within=1, every=0.02)
    assert service.admin().get("/livez").status == 200
    assert share.open()
    assert service.ended() == 0


def test_a_download_that_was_begun_is_finished(own_service):
    service = own_service().start()
    workspace = service.workspace()
    content = bytes(range(256)) * 65536  # 16 MiB
    workspace.store_media("long.ogg", content)
    media = [{"id": "a", "role": "audio", "content_type": "audio/ogg", "key": "long.ogg"}]
    target = workspace.share(workspace.register(media=media)).media_target()
    with socket.create_connection(service.address, timeout=30) as sock:
        sock.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        reply = http.client.HTTPResponse(sock)
        reply.begin()
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert reply.read() == content
    assert service.ended() == 0


def test_a_caller_who_never_finishes_does_not_keep_it_for_ever(own_service):
    service = own_service(settings={"VITRINE_DRAIN_TIMEOUT_MS": "1000"}).start()
    address = service.address
    with socket.create_connection(address) as half, socket.create_connection(address):
        half.sendall(RESOLVE % 10 + b"{")
        time.sleep(0.2)
        began = time.monotonic()
        assert service.stop() == 0
        assert time.monotonic() - began < 8


def test_under_load_every_request_that_was_taken_is_answered(own_service):
    """Callers go on until they are told to close or find the door shut between two requests."""
    service = own_service(settings={"VITRINE_DRAIN_DELAY_MS": "300"}).start()
    share = service.workspace().share()
    answered, broken = [0] * 8, []

    def keep_asking(number):
        sock = socket.create_connection(service.address, timeout=10)
        body = b'{"token":"%s"}' % share.token.encode()
        request = RESOLVE % len(body) + body
        while True:
            try:
                sock.sendall(request)
                reply = http.client.HTTPResponse(sock)
                reply.begin()
            except (http.client.RemoteDisconnected, ConnectionError):
                return  # not a byte of an answer: the request was not taken
            try:
                body_read = reply.read()
            except (http.client.IncompleteRead, ConnectionError) as error:
                broken.append(repr(error))
                return
            if reply.status != 200 or not body_read.endswith(b"}"):
                broken.append((reply.status, body_read))
            answered[number] += 1
            if reply.will_close:
                return

    threads = [threading.Thread(target=keep_asking, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    assert service.stop() == 0
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
    assert broken == [] and min(answered) > 20
