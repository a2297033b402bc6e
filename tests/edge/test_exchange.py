"""One answer per request, in order, framed by HTTP's rules, on a connection that is kept."""

import signal
import time

import pytest
from edge import get, post


def test_an_answer_echoes_its_request_and_carries_the_date(server):
    answer = server.say(get("/async/x?y=%41", "X-Request-Id: me"))
    assert answer.status_line == "HTTP/1.1 200 OK"
    assert answer.value("X-Request-Id") == "me"
    assert answer.body == b"/async/x?y=%41 tag=7 from=127.0.0.1"
    assert len(answer.values("Date")) == 1
    then = time.strptime(answer.value("Date"), "%a, %d %b %Y %H:%M:%S GMT")
    assert abs(time.mktime(then) - time.mktime(time.gmtime())) < 60


def test_http_1_1_keeps_the_connection_without_being_asked(server):
    with server.connect() as client:
        for number in range(3):
            client.send(get(f"/async/{number}"))
            answer = client.answer()
            assert answer.body.startswith(f"/async/{number} ".encode())
            assert answer.value("Connection") is None


@pytest.mark.parametrize("field", ["Connection: close", "Connection: CLOSE", "connection: x, close",
                                   "Connection: x\r\nConnection: close"])
def test_connection_close_is_honoured(server, field):
    with server.connect() as client:
        client.send(get("/sync", field))
        assert client.answer().value("Connection") == "close"
        assert client.is_closed()


def test_http_1_0_closes_by_default(server):
    with server.connect() as client:
        client.send(get("/sync", version="HTTP/1.0"))
        assert client.answer().value("Connection") == "close"
        assert client.is_closed()


def test_http_1_0_keeps_the_connection_when_asked(server):
    with server.connect() as client:
        for _ in range(2):
            client.send(get("/sync", "Connection: keep-alive", version="HTTP/1.0"))
            assert client.answer().value("Connection") == "keep-alive"


def test_an_answer_may_close_the_connection(server):
    with server.connect() as client:
        client.send(get("/close") + get("/sync"))
        assert client.answer().value("Connection") == "close"
        assert client.is_closed()


def test_head_has_the_fields_of_get_and_no_body(server):
    with server.connect() as client:
        for target, length in [("/fixed", "2048"), ("/big?size=123456", "123456"), ("/sync", "26")]:
            client.send(get(target).replace("GET", "HEAD", 1))
            assert client.answer(head_only=True).value("Content-Length") == length
        client.send(get("/nowhere").replace("GET", "HEAD", 1))
        assert client.answer(head_only=True).status == 404
        client.send(get("/async/last"))
        assert client.answer().body.startswith(b"/async/last")


@pytest.mark.parametrize("target, status", [("/empty", 204), ("/unmodified", 304)])
def test_an_answer_that_can_have_no_body_has_none(server, target, status):
    with server.connect() as client:
        client.send(get(target) + get("/sync"))
        answer = client.answer()
        assert answer.status == status
        assert answer.value("Content-Length") is None
        assert client.answer().status == 200


def test_values_cannot_split_an_answer(server):
    answer = server.say(get("/inject"))
    names = [name.lower() for name, _ in answer.fields]
    assert "x-injected" not in names
    assert answer.value("X-Value") == "a  X-Injected: b c"
    assert answer.values("Content-Length") == ["0"]
    assert answer.values("Connection") == []


def test_pipelined_requests_are_answered_in_order(server):
    targets = [f"/{'async/' if i % 3 else 'sync?'}{i}" for i in range(500)]
    with server.connect() as client:
        client.send("".join(get(target) for target in targets))
        for target in targets:
            assert client.answer().body.split(b" ")[0] == target.encode()


def test_a_slow_answer_holds_back_what_was_asked_later(server):
    with server.connect() as client:
        client.send(get("/slow?ms=200") + get("/sync?later"))
        assert client.answer().body.startswith(b"/slow")
        assert client.answer().body.startswith(b"/sync?later")


def test_pipelined_requests_that_are_refused_at_once_cost_no_stack(server):
    count = 20_000
    with server.connect() as client:
        client.send(get("/nowhere") * 200)
        for _ in range(count // 200 - 1):
            client.send(get("/nowhere") * 200)
            for _ in range(200):
                assert client.answer().status == 404
        for _ in range(200):
            assert client.answer().status == 404


def test_a_refusal_before_the_body_closes_only_when_one_was_announced(server):
    with server.connect() as client:
        client.send(get("/nowhere") + get("/sync"))
        assert client.answer().status == 404
        assert client.answer().status == 200
        client.send(post("/nowhere", "abc"))
        answer = client.answer()
        assert (answer.status, answer.value("Connection")) == (404, "close")
        assert client.is_closed()


def test_a_client_that_finished_sending_still_gets_its_answers(server):
    with server.connect() as client:
        client.send(get("/slow?ms=100") + get("/sync?2") + post("/echo", "abc"))
        client.finish_sending()
        assert client.answer().body.startswith(b"/slow")
        assert client.answer().body.startswith(b"/sync?2")
        assert client.answer().body.startswith(b"3 ")
        assert client.is_closed()


def test_a_client_that_finishes_later_is_let_go_at_once(server):
    with server.connect() as client:
        client.send(get("/sync"))
        assert client.answer().status == 200
        begun = time.monotonic()
        client.finish_sending()
        assert client.is_closed()
        assert time.monotonic() - begun < 5


@pytest.mark.parametrize("text", ["GET /sync HT", post("/echo", "abc")[:-1]])
def test_a_request_that_ends_early_is_malformed(server, text):
    with server.connect() as client:
        client.send(text)
        client.finish_sending()
        assert client.answer().status == 400
        assert client.is_closed()


def test_a_reply_that_is_dropped_becomes_an_error_and_nothing_hangs(server):
    with server.connect() as client:
        client.send(get("/drop") + get("/sync"))
        assert (client.answer().status, client.answer().status) == (500, 200)


def test_a_client_that_leaves_while_it_is_answered_harms_nobody(server):
    for _ in range(50):
        client = server.connect()
        client.send(get("/slow?ms=20"))
        client.reset()
    assert server.until(lambda stats: stats["connections"] == 1)["in_flight"] == 1


def test_an_answer_is_unwanted_once_its_client_has_left(start):
    server = start()
    server.say(get("/slow?ms=100"))
    assert server.stats()["unwanted"] == 0
    client = server.connect()
    client.send(get("/slow?ms=2000"))
    server.until(lambda stats: stats["in_flight"] == 2)
    client.reset()
    server.until(lambda stats: stats["unwanted"] == 1)


def test_an_answer_is_unwanted_when_its_client_left_before_the_request_was_read(start):
    server = start()
    client = server.connect()
    server.until(lambda stats: stats["connections"] == 2)
    server.process.send_signal(signal.SIGSTOP)
    client.send(get("/slow?ms=500"))
    client.reset()
    server.process.send_signal(signal.SIGCONT)
    server.until(lambda stats: stats["unwanted"] == 1)
