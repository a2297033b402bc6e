"""Bodies: received whole in linear time and bounded memory, or refused before they are read."""

import time

import pytest
from edge import get, is_sanitized, post

MIB = 1 << 20


def fingerprint(body):
    value = 14695981039346656037
    for byte in body:
        value = (value ^ byte) * 1099511628211 % (1 << 64)
    return value


def head(length, *fields, target="/echo"):
    return "\r\n".join([f"POST {target} HTTP/1.1", "Host: a", f"Content-Length: {length}", *fields,
                        "", ""])


@pytest.mark.parametrize("size", [0, 1, 16, 65535, 65536, 200_000])
def test_a_body_arrives_unchanged(server, size):
    body = "".join(chr(i * 7 % 256) for i in range(size))
    answer = server.say(post("/echo", body))
    assert answer.body == f"{size} {fingerprint(body.encode('latin-1'))}".encode()


def test_a_body_may_come_in_small_pieces(server):
    with server.connect() as client:
        for piece in [head(6)[:20], head(6)[20:], "ab", "c", "de", "f" + get("/sync")]:
            client.send(piece)
            time.sleep(0.02)
        assert client.answer().body == f"6 {fingerprint(b'abcdef')}".encode()
        assert client.answer().status == 200


def test_32_mib_are_received_in_linear_time_and_once_in_memory(start):
    server = start()
    seconds = {}
    for size in [4 * MIB, 32 * MIB]:
        body = b"x" * size
        with server.connect() as client:
            begun = time.monotonic()
            client.send(head(size).encode() + body)
            assert client.answer().body.startswith(b"%d " % size)
            seconds[size] = time.monotonic() - begun
    assert seconds[32 * MIB] < 8 * 4 * seconds[4 * MIB] + 1
    # What is held at most: the body, and a quarter of it while the last growth is copied.
    assert server.resident_kib("VmHWM") < 64 * 1024 or is_sanitized()


def test_an_announced_body_costs_nothing_until_it_comes(start):
    server = start()
    server.stats()
    before = server.resident_kib()
    clients = [server.connect() for _ in range(100)]
    for client in clients:
        client.send(head(32 * MIB) + "some bytes")
    server.until(lambda stats: stats["in_flight"] == 101)
    assert server.resident_kib() - before < 32 * 1024 or is_sanitized()
    for client in clients:
        client.reset()


def test_a_body_over_the_limit_is_refused_before_it_is_read(server):
    with server.connect() as client:
        client.send(head(33 * MIB + 1))
        assert client.answer().status == 413
        assert client.is_closed()


def test_a_client_that_sends_all_of_a_refused_body_can_still_read_why(server):
    with server.connect() as client:
        client.send(head(16 * MIB, target="/small").encode() + b"x" * (16 * MIB))
        assert client.answer().code == "content_too_large"
        assert client.is_closed()


def test_100_continue_comes_when_the_body_is_welcome(server):
    with server.connect() as client:
        client.send(head(3, "Expect: 100-Continue"))
        assert client.head() == b"HTTP/1.1 100 Continue"
        client.send("abc")
        assert client.answer().body.startswith(b"3 ")


def test_100_continue_does_not_come_when_the_body_is_refused(server):
    with server.connect() as client:
        client.send(head(17, "Expect: 100-continue", target="/small"))
        assert client.answer().status == 413
        assert client.is_closed()


def test_100_continue_is_spared_when_the_body_is_there_already(server):
    with server.connect() as client:
        client.send(head(3, "Expect: 100-continue") + "abc")
        assert client.answer().status == 200


def test_http_1_0_gets_no_100_continue(server):
    with server.connect() as client:
        client.send(head(3, "Expect: 100-continue").replace("HTTP/1.1", "HTTP/1.0"))
        assert client.silent_for(0.1)
        client.send("abc")
        assert client.answer().status == 200
