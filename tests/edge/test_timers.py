"""Who keeps the server waiting is let go, each kind of waiting by its own timer."""

import time

import pytest
from edge import get

TICK = 0.2


@pytest.fixture(scope="module")
def hasty():
    from edge import EdgeServer
    with EdgeServer(head_ms=600, body_ms=700, idle_ms=1200, slow_reader_ms=900) as server:
        yield server


def seconds_until_closed(client, begun):
    assert client.is_closed()
    return time.monotonic() - begun


def close_to(seconds, limit):
    return limit <= seconds + 0.05 and seconds <= limit + TICK + 2


def test_an_idle_connection_is_closed_without_a_word(hasty):
    with hasty.connect() as client:
        assert close_to(seconds_until_closed(client, time.monotonic()), 1.2)


def test_an_idle_connection_is_closed_after_its_last_answer(hasty):
    with hasty.connect() as client:
        client.send(get("/sync"))
        client.answer()
        assert close_to(seconds_until_closed(client, time.monotonic()), 1.2)


def test_a_head_that_does_not_end_gets_408_even_when_it_trickles(hasty):
    with hasty.connect() as client:
        begun = time.monotonic()
        client.send("GET /sync HTTP/1.1\r\n")
        while time.monotonic() - begun < 0.5:
            client.send("X: y\r\n")
            time.sleep(0.05)
        assert client.answer().status == 408
        assert close_to(time.monotonic() - begun, 0.6)
        assert client.is_closed()


def test_a_body_that_stops_gets_408(hasty):
    with hasty.connect() as client:
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345")
        begun = time.monotonic()
        answer = client.answer()
        assert (answer.status, answer.code) == (408, "request_timeout")
        assert close_to(time.monotonic() - begun, 0.7)
        assert client.is_closed()


def test_a_body_that_only_drips_makes_no_progress(hasty):
    with hasty.connect() as client:
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        begun = time.monotonic()
        while time.monotonic() - begun < 0.6:
            client.send("x")
            time.sleep(0.05)
        assert client.answer().status == 408


def test_a_body_that_goes_on_may_take_longer_than_the_timer(hasty):
    with hasty.connect() as client:
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n")
        for _ in range(10):
            client.send("x" * 2000)
            time.sleep(0.15)
        assert client.answer().body.startswith(b"20000 ")


def test_an_answer_may_take_longer_than_any_timer(hasty):
    with hasty.connect() as client:
        client.send(get("/slow?ms=2000"))
        assert client.answer().status == 200


def test_who_does_not_read_is_let_go(hasty):
    before = hasty.stats()["timed_out"]
    with hasty.connect(receive_buffer=4096) as client:
        client.send(get("/blob?size=67108864"))
        hasty.until(lambda stats: stats["timed_out"] > before)
        hasty.until(lambda stats: stats["connections"] == 1)


def test_a_timed_out_upload_stops_counting_as_in_flight(hasty):
    with hasty.connect() as client:
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n")
        hasty.until(lambda stats: stats["in_flight"] == 2)
        client.answer()
        hasty.until(lambda stats: stats["in_flight"] == 1)
