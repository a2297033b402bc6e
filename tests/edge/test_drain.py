"""A graceful end: what was begun is finished, what is idle is closed, nobody new gets in."""

import contextlib
import time

import pytest
from edge import get


def test_what_is_in_flight_is_answered_and_told_to_close(start):
    server = start()
    with server.connect() as client, server.connect() as idle:
        idle.send(get("/sync"))
        idle.answer()
        client.send(get("/slow?ms=700"))
        server.until(lambda stats: stats["in_flight"] == 2)
        server.terminate()
        assert idle.is_closed()
        answer = client.answer()
        assert (answer.status, answer.value("Connection")) == (200, "close")
        assert client.is_closed()
    assert server.stop() == "drained yes\n"


def test_nobody_new_gets_in(start):
    server = start()
    with server.connect() as client:
        client.send(get("/slow?ms=1000"))
        server.until(lambda stats: stats["in_flight"] == 2)
        server.terminate()
        deadline = time.monotonic() + 5
        with pytest.raises(ConnectionRefusedError):
            while time.monotonic() < deadline:
                with contextlib.suppress(ConnectionResetError):  # was in the queue at that moment
                    server.connect().reset()
                time.sleep(0.02)
        assert client.answer().status == 200
    assert server.stop() == "drained yes\n"


def test_a_request_that_is_half_received_is_still_served(start):
    server = start()
    with server.connect() as client:
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc")
        server.until(lambda stats: stats["in_flight"] == 2)
        server.terminate()
        time.sleep(0.3)
        client.send("def")
        answer = client.answer()
        assert (answer.status, answer.value("Connection")) == (200, "close")
    assert server.stop() == "drained yes\n"


def test_a_stream_that_is_being_sent_is_finished(start):
    server = start()
    with server.connect(receive_buffer=65536) as client:
        client.send(get("/big?size=20000000"))
        client.head()
        server.terminate()
        time.sleep(0.3)
        received = len(client.buffer)
        while chunk := client.socket.recv(1 << 20):
            received += len(chunk)
        assert received == 20000000
    assert server.stop() == "drained yes\n"


def test_the_deadline_ends_what_does_not_end(start):
    server = start(drain_ms=500)
    with server.connect() as client:
        client.send(get("/slow?ms=3000"))
        server.until(lambda stats: stats["in_flight"] == 2)
        begun = time.monotonic()
        server.terminate()
        line = server.process.stdout.readline()
        assert line == "drained no\n"
        assert time.monotonic() - begun < 2.5
        assert client.is_closed()


def test_a_drain_under_load_loses_no_request_that_was_accepted(start):
    server = start()
    answered = closed = 0
    clients = [server.connect() for _ in range(50)]
    for client in clients:
        client.send(get("/async/first"))
        assert client.answer().status == 200
    for number, client in enumerate(clients):
        client.send(get("/slow?ms=50"))
        if number == 25:
            time.sleep(0.05)
            server.terminate()
    for client in clients:
        try:
            answered += client.answer().status == 200
        except (ConnectionResetError, AssertionError):
            closed += 1
    # A request that crossed the close of its idle connection may be lost, and its client sees that
    # nothing came; but those sent before the drain began must all be answered.
    assert answered >= 26 and answered + closed == 50
    assert server.stop() == "drained yes\n"


def test_a_second_server_on_the_port_is_refused_with_a_sentence(start):
    import subprocess

    from edge import binary

    server = start()
    second = subprocess.run([str(binary("edge_server")), f"--port={server.port}"],
                            capture_output=True, text=True, timeout=30)
    assert second.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{server.port}: Address already in use" in second.stderr


def test_the_port_is_free_as_soon_as_the_server_drains(start):
    server = start()
    with server.connect() as client:
        client.send(get("/slow?ms=1500"))
        server.until(lambda stats: stats["in_flight"] == 2)
        server.terminate()
        time.sleep(0.3)
        successor = start(port=server.port)
        assert successor.say(get("/sync")).status == 200
        assert client.answer().status == 200
