"""Answers whose length nobody knows: in chunks, as long as it takes, and told apart from a failure."""

import time

import pytest
from edge import Answer, get, is_sanitized

SILENT = get("/stream?pieces=1&bytes=5&then-silence")


def begun(client, request=SILENT):
    """A stream of which the first piece has come, and nothing follows."""
    client.send(request)
    answer = Answer(client.head(), b"")
    assert (answer.status, client.chunk()) == (200, b"aaaaa")
    return answer


def test_a_stream_comes_in_chunks_and_the_connection_goes_on(server):
    with server.connect() as client:
        client.send(get("/stream?pieces=3&bytes=17&ms=20") + get("/sync"))
        answer = Answer(client.head(), b"")
        assert answer.value("Transfer-Encoding") == "chunked"
        assert answer.value("Content-Length") is None
        assert client.chunks() == [b"a" * 17, b"b" * 17, b"c" * 17]
        assert client.answer().status == 200


def test_a_stream_without_a_byte_is_an_empty_body(server):
    with server.connect() as client:
        client.send(get("/stream?pieces=0") + get("/sync"))
        client.head()
        assert client.chunks() == []
        assert client.answer().status == 200


def test_a_long_stream_arrives_whole(server):
    with server.connect() as client:
        client.send(get("/stream?pieces=100&bytes=200000"))
        client.head()
        assert [len(chunk) for chunk in client.chunks()] == [200000] * 100


def test_http_1_0_gets_the_bytes_as_they_are_until_the_connection_ends(server):
    for fields in ([], ["Connection: keep-alive"]):
        with server.connect() as client:
            client.send(get("/stream?pieces=2&bytes=3", *fields, version="HTTP/1.0"))
            answer = Answer(client.head(), b"")
            assert answer.value("Transfer-Encoding") is None
            assert answer.value("Content-Length") is None
            assert answer.value("Connection") == "close"
            assert client.rest() == b"aaabbb"


@pytest.mark.parametrize("version", ["HTTP/1.1", "HTTP/1.0"])
def test_a_stream_that_fails_does_not_end_as_if_it_were_whole(server, version):
    with server.connect() as client:
        client.send(get("/stream?pieces=2&bytes=3&then-failure", version=version))
        client.head()
        with pytest.raises(ConnectionResetError):
            client.rest()
        assert b"0\r\n" not in client.buffer


def test_head_of_a_stream_is_a_head_alone(server):
    for version in ("HTTP/1.1", "HTTP/1.0"):
        with server.connect() as client:
            client.send(SILENT.replace("GET", "HEAD").replace("HTTP/1.1", version))
            answer = client.answer(head_only=True)
            assert answer.status == 200 and not client.buffer
            client.send(get("/sync", version=version))
            if version == "HTTP/1.1":
                assert client.answer().status == 200
    server.until(lambda stats: stats["sources"] == 0)


def test_silence_is_no_reason_to_end_a_stream(start):
    server = start(head_ms=300, body_ms=300, idle_ms=300, slow_reader_ms=300)
    with server.connect() as client:
        begun(client)
        assert client.silent_for(1.5)
        assert server.stats()["sources"] == 1


def test_pauses_between_pieces_may_be_longer_than_any_timer(start):
    server = start(head_ms=200, body_ms=200, idle_ms=200, slow_reader_ms=200)
    with server.connect() as client:
        client.send(get("/stream?pieces=3&bytes=1&ms=600"))
        client.head()
        assert client.chunks() == [b"a", b"b", b"c"]


def test_who_does_not_read_what_was_sent_is_let_go(start):
    server = start(slow_reader_ms=500)
    with server.connect(receive_buffer=4096) as client:
        client.send(get("/stream?pieces=1000&bytes=200000&then-silence"))
        client.head()
        stats = server.until(lambda stats: stats["timed_out"] == 1 and stats["sources"] == 0)
        assert stats["connections"] == 1


@pytest.mark.parametrize("how", ["close", "reset", "finish_sending"])
def test_a_client_that_leaves_a_silent_stream_ends_it(server, how):
    clients = [server.connect() for _ in range(5)]
    for client in clients:
        begun(client)
    server.until(lambda stats: stats["sources"] == 5)
    for client in clients:
        {"close": client.socket.close, "reset": client.reset,
         "finish_sending": client.finish_sending}[how]()
    server.until(lambda stats: stats["sources"] == 0 and stats["connections"] == 1)


def test_who_reads_on_after_its_last_word_is_told_the_end(server):
    with server.connect() as client:
        begun(client)
        client.finish_sending()
        assert client.chunk() == b"" and client.is_closed()


def test_a_request_behind_a_stream_is_answered_after_it(server):
    with server.connect() as client:
        client.send(get("/stream?pieces=2&bytes=5&ms=100"))
        client.head()
        client.send(get("/async/next"))
        assert client.chunks() == [b"aaaaa", b"bbbbb"]
        assert client.answer().body.startswith(b"/async/next")


def test_a_drain_ends_streams_cleanly_and_soon(start):
    server = start(drain_ms=20000)
    clients = [server.connect() for _ in range(20)]
    for client in clients:
        begun(client)
    old = server.connect()
    old.send(SILENT.replace("HTTP/1.1", "HTTP/1.0"))
    old.head()
    from_now = time.monotonic()
    server.terminate()
    for client in clients:
        assert client.chunk() == b"" and client.is_closed()
        client.socket.close()
    assert old.rest() == b"aaaaa"
    assert server.stop() == "drained yes\n"
    assert time.monotonic() - from_now < 5


def test_a_drain_does_not_wait_for_who_does_not_read_a_stream(start):
    server = start(drain_ms=20000)
    with server.connect(receive_buffer=4096) as client:
        client.send(get("/stream?pieces=1000&bytes=200000&then-silence"))
        client.head()
        server.until(lambda stats: stats["sources"] == 1)
        time.sleep(0.3)
        from_now = time.monotonic()
        assert server.stop() == "drained yes\n"
        assert time.monotonic() - from_now < 6


def test_a_stream_that_is_asked_for_while_the_server_drains_ends_at_once(start):
    server = start()
    with server.connect() as client, server.connect() as idle:
        idle.send(get("/sync"))
        idle.answer()
        client.send("GET /stream?pieces=0&then-silence HTTP/1.1\r\n")
        server.until(lambda stats: stats["in_flight"] == 2)
        server.terminate()
        assert idle.is_closed()  # so the drain has begun
        client.send("Host: a\r\n\r\n")
        assert Answer(client.head(), b"").value("Connection") == "close"
        assert client.chunk() == b"" and client.is_closed()


def test_many_silent_streams_cost_no_time_and_little_memory(start):
    server = start(threads=1)
    server.stats()
    before = server.resident_kib()
    clients = [server.connect() for _ in range(300)]
    for client in clients:
        begun(client)
    assert server.cores_used(1.0) < 0.3
    assert server.resident_kib() - before < 8 * 1024 or is_sanitized()
    for client in clients:
        client.reset()
    server.until(lambda stats: stats["sources"] == 0)
