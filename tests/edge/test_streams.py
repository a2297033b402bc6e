"""Large answers: made while they are sent, in bounded memory, and slow readers harm nobody."""

import time

import pytest
from edge import get, is_sanitized

MIB = 1 << 20
ALPHABET = b"abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize("size", [1, 65536, 65537, 5 * MIB + 3])
def test_a_streamed_body_arrives_whole(server, size):
    with server.connect() as client:
        client.send(get(f"/big?size={size}") + get("/sync"))
        answer = client.answer()
        assert answer.body == (ALPHABET * (size // 26 + 1))[:size]
        assert client.answer().status == 200


def test_an_empty_streamed_body_is_an_empty_body(server):
    with server.connect() as client:
        client.send(get("/big?size=0") + get("/sync"))
        assert client.answer().value("Content-Length") == "0"
        assert client.answer().status == 200


@pytest.mark.parametrize("how", ["gives-up", "drops"])
def test_a_body_that_cannot_go_on_breaks_the_connection(server, how):
    with server.connect() as client:
        client.send(get(f"/broken?{how}"))
        assert b"Content-Length: 1000" in client.head()
        with pytest.raises(ConnectionResetError):
            while client.socket.recv(65536):
                pass
            pytest.fail("the answer ended as if it were whole")


def test_a_client_that_leaves_ends_its_stream(server):
    clients = [server.connect(receive_buffer=4096) for _ in range(5)]
    for client in clients:
        client.send(get("/big?size=1073741824"))
        client.head()
    server.until(lambda stats: stats["sources"] == 5)
    for client in clients:
        client.reset()
    server.until(lambda stats: stats["sources"] == 0 and stats["connections"] == 1)


def test_streams_to_slow_readers_are_bounded_in_memory(start):
    server = start()
    server.stats()
    before = server.resident_kib()
    clients = [server.connect(receive_buffer=4096) for _ in range(20)]
    for client in clients:
        client.send(get("/big?size=2147483648"))
        client.head()
    time.sleep(1.0)
    assert server.resident_kib() - before < 24 * 1024 or is_sanitized()


@pytest.mark.parametrize("target", ["/blob?size=67108864", "/big?size=67108864"])
def test_slow_readers_cost_others_nothing(start, target):
    server = start(threads=1)
    slow = [server.connect(receive_buffer=4096) for _ in range(10)]
    for client in slow:
        client.send(get(target))
        client.head()
    time.sleep(0.3)
    before = server.cpu_seconds()
    latencies = []
    with server.connect() as client:
        for _ in range(200):
            begun = time.monotonic()
            client.send(get("/sync"))
            assert client.answer().status == 200
            latencies.append(time.monotonic() - begun)
            time.sleep(0.005)
    assert sorted(latencies)[int(len(latencies) * 0.95)] < 0.05
    # A worker that spun on ten sockets that cannot be written would have used the whole second.
    assert server.cpu_seconds() - before < 0.4 or is_sanitized()


def test_a_slow_reader_gets_everything_in_the_end(start):
    server = start()
    size = 8 * MIB
    with server.connect(receive_buffer=4096) as client:
        client.send(get(f"/blob?size={size}") + get("/sync"))
        client.head()
        time.sleep(0.5)
        client.buffer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + client.buffer
        assert client.answer().body == b"b" * size
        assert client.answer().status == 200
