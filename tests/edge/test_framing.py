"""Bytes that are not a request this server may serve get a problem, and the connection ends."""

import pytest
from edge import get, post

HOST = "Host: a\r\n"


def request(line="GET /sync HTTP/1.1", fields=HOST, body=""):
    return f"{line}\r\n{fields}\r\n{body}"


def with_field(field):
    return request(fields=HOST + field + "\r\n")


def with_length(field):
    return request("POST /echo HTTP/1.1", HOST + field + "\r\n", "12345")


REFUSED = {
    # line and version
    "no version": (request("GET /sync"), 400),
    "empty version": (request("GET /sync "), 400),
    "short version": (request("GET /sync HTTP/1"), 400),
    "version 2.0": (request("GET /sync HTTP/2.0"), 400),
    "version 1.2": (request("GET /sync HTTP/1.2"), 400),
    "lower-case version": (request("GET /sync http/1.1"), 400),
    "HTTP/2 preface": ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "TLS hello": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "two blanks": (request("GET  /sync HTTP/1.1"), 400),
    "tab for blank": (request("GET\t/sync\tHTTP/1.1"), 400),
    "leading blank": (request(" GET /sync HTTP/1.1"), 400),
    "two empty lines first": ("\r\n\r\n" + request(), 400),
    "method without end": ("A" * 100, 400),
    "bare LF": ("GET /sync HTTP/1.1\nHost: a\n\n", 400),
    "bare LF after the line": ("GET /sync HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400),
    "bare CR in a value": (with_field("X: a\rb"), 400),
    # method
    "unknown method": (request("FOO /sync HTTP/1.1"), 501),
    "lower-case method": (request("get /sync HTTP/1.1"), 501),
    "WebDAV method": (request("PROPFIND /sync HTTP/1.1"), 501),
    "TRACE": (request("TRACE /sync HTTP/1.1"), 405),
    "CONNECT": (request("CONNECT a:443 HTTP/1.1"), 501),
    "method with a brace": (request("G{T /sync HTTP/1.1"), 400),
    # Host
    "no Host": (request(fields=""), 400),
    "two Hosts": (request(fields=HOST + HOST), 400),
    "empty Host": (request(fields="Host:\r\n"), 400),
    "Host port too large": (request(fields="Host: a:99999999\r\n"), 400),
    "Host port 65536": (request(fields="Host: a:65536\r\n"), 400),
    "Host port not a number": (request(fields="Host: a:b\r\n"), 400),
    "Host half a literal": (request(fields="Host: [::\r\n"), 400),
    "Host bad literal": (request(fields="Host: [::g]\r\n"), 400),
    "Host junk after literal": (request(fields="Host: [::1]x\r\n"), 400),
    "Host with user": (request(fields="Host: u@a\r\n"), 400),
    "Host list": (request(fields="Host: a, b/c\r\n"), 400),
    "Host with blank": (request(fields="Host: a b\r\n"), 400),
    "Host bad escape": (request(fields="Host: a%zz\r\n"), 400),
    # target
    "absolute form": (request("GET http://a/sync HTTP/1.1"), 400),
    "asterisk": (request("GET * HTTP/1.1"), 400),
    "asterisk with OPTIONS": (request("OPTIONS * HTTP/1.1"), 400),
    "relative target": (request("GET sync HTTP/1.1"), 400),
    "NUL in target": (request("GET /a\0b HTTP/1.1"), 400),
    "blank in target": (request("GET /a b HTTP/1.1"), 400),
    "hash in target": (request("GET /a#b HTTP/1.1"), 400),
    "raw UTF-8 in target": (request("GET /\u00c3\u00a9 HTTP/1.1"), 400),
    "control in target": (request("GET /a\x01b HTTP/1.1"), 400),
    "DEL in target": (request("GET /a\x7fb HTTP/1.1"), 400),
    "target too long": (request("GET /" + "a" * 8000 + " HTTP/1.1"), 414),
    "target too long, unfinished": ("GET /" + "a" * 8100, 414),
    # size
    "65 fields": (request(fields=HOST + "X: y\r\n" * 64), 431),
    "65 fields, unfinished": ("GET /sync HTTP/1.1\r\n" + HOST + "X: y\r\n" * 64, 431),
    "head over 16 KiB": (with_field("X: " + "y" * 16384), 431),
    "head over 16 KiB, unfinished": ("GET /sync HTTP/1.1\r\nX: " + "y" * 17000, 431),
    # fields
    "no colon": (with_field("X"), 400),
    "blank before colon": (with_field("X : y"), 400),
    "tab before colon": (with_field("X\t: y"), 400),
    "empty name": (with_field(": y"), 400),
    "obs-fold": (with_field("X: y\r\n z"), 400),
    "obs-fold with tab": (with_field("X: y\r\n\tz"), 400),
    "obs-fold first": (request(fields=" X: y\r\n" + HOST), 400),
    "NUL in value": (with_field("X: a\0b"), 400),
    "control in value": (with_field("X: a\x01b"), 400),
    "DEL in value": (with_field("X: a\x7fb"), 400),
    "raw UTF-8 in name": (with_field("X\u00c3\u00a9: y"), 400),
    # length
    "length abc": (with_length("Content-Length: abc"), 400),
    "length -1": (with_length("Content-Length: -1"), 400),
    "length +5": (with_length("Content-Length: +5"), 400),
    "length 5abc": (with_length("Content-Length: 5abc"), 400),
    "length 0x5": (with_length("Content-Length: 0x5"), 400),
    "length 5, 6": (with_length("Content-Length: 5, 6"), 400),
    "length 5, 5": (with_length("Content-Length: 5, 5"), 400),
    "length 5 5": (with_length("Content-Length: 5 5"), 400),
    "length empty": (with_length("Content-Length:"), 400),
    "length of 20 digits": (with_length("Content-Length: " + "1" * 20), 400),
    "length twice": (with_length("Content-Length: 5\r\nContent-Length: 5"), 400),
    "two lengths": (with_length("Content-Length: 5\r\nContent-Length: 6"), 400),
    "length of 19 digits": (with_length("Content-Length: " + "9" * 19), 413),
    "length and chunked": (with_length("Content-Length: 5\r\nTransfer-Encoding: chunked"), 400),
    "chunked and length": (with_length("Transfer-Encoding: chunked\r\nContent-Length: 5"), 400),
    "chunked": (with_length("Transfer-Encoding: chunked"), 501),
    "coding ch": (with_length("Transfer-Encoding: ch"), 501),
    "chunked, identity": (with_length("Transfer-Encoding: chunked, identity"), 501),
    "chunked twice": (with_length("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 400),
    "coding with a tab": (with_length("Transfer-Encoding:\tchunked"), 501),
    "chunked in HTTP/1.0": (
        request("POST /echo HTTP/1.0", HOST + "Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400),
    "no length": (request("POST /needs-body HTTP/1.1"), 411),
    "length over the limit": (with_length("Content-Length: 34603009"), 413),
    "small limit": (request("POST /small HTTP/1.1", HOST + "Content-Length: 17\r\n", "x" * 17), 413),
    # expectation
    "unknown expectation": (with_length("Content-Length: 5\r\nExpect: x"), 417),
    "two expectations": (
        with_length("Content-Length: 5\r\nExpect: 100-continue\r\nExpect: 100-continue"), 417),
}

NAMES = {400: "malformed_request", 405: "method_not_allowed", 411: "length_required",
         413: "content_too_large", 414: "uri_too_long", 417: "expectation_failed",
         431: "headers_too_large", 501: "not_implemented"}


@pytest.mark.parametrize("case", REFUSED)
def test_a_framing_error_is_answered_and_ends_the_connection(server, case):
    text, status = REFUSED[case]
    with server.connect() as client:
        client.send(text)
        answer = client.answer()
        assert (answer.status, answer.code) == (status, NAMES[status])
        assert answer.value("Connection") == "close"
        assert answer.value("Date").endswith(" GMT")
        # Nothing after the error may be executed, though the connection is read for a moment.
        client.send(get("/sync"))
        assert client.is_closed()


@pytest.mark.parametrize("case", REFUSED)
def test_a_framing_error_that_comes_byte_by_byte_is_the_same(server, case):
    text, status = REFUSED[case]
    if len(text) > 400:
        pytest.skip("long heads are covered whole")
    with server.connect() as client:
        for i in range(len(text)):
            try:
                client.send(text[i:i + 1])
            except (BrokenPipeError, ConnectionResetError):
                break
        assert client.answer().status == status


ACCEPTED = {
    "plain": request(),
    "one empty line first": "\r\n" + request(),
    "Host with port": request(fields="Host: a.example:65535\r\n"),
    "Host with empty port": request(fields="Host: a:\r\n"),
    "Host IPv4": request(fields="Host: 127.0.0.1:80\r\n"),
    "Host IPv6": request(fields="Host: [::1]:8080\r\n"),
    "Host in any case": request(fields="hOST: a\r\n"),
    "Cookie without =": with_field("Cookie: a"),
    "odd Cache-Control": with_field("Cache-Control: zzz"),
    "odd Date": with_field("Date: x"),
    "odd Accept-Encoding": with_field("Accept-Encoding: ;q="),
    "odd Accept": with_field("Accept: *"),
    "odd Content-Type": with_field("Content-Type: a; x"),
    "TE": with_field("TE: trailers"),
    "Upgrade": with_field("Upgrade: h2c\r\nConnection: Upgrade"),
    "empty value": with_field("X:"),
    "bytes above ASCII in a value": with_field("X: \u00e9\u00ff"),
    "tab in a value": with_field("X: a\tb"),
    "blanks around a value": with_field("X: \t a \t "),
    "64 fields": request(fields=HOST + "X: y\r\n" * 63),
    "head of nearly 16 KiB": with_field("X: " + "y" * 16300),
    "HTTP/1.0 without Host": "GET /sync HTTP/1.0\r\n\r\n",
    "query": get("/sync?a=b&c=%zz"),
    "target of 8000 octets": get("/sync?" + "a" * 7994),
    "same field twice": with_field("X: a\r\nX: b"),
    "length with leading zeros": post("/sync", "", "X: y"),
    "GET with a body": request("GET /sync HTTP/1.1", HOST + "Content-Length: 5\r\n", "12345"),
    "DELETE with a body": request("DELETE /sync HTTP/1.1", HOST + "Content-Length: 5\r\n", "12345"),
    "100-continue without a body": with_field("Expect: 100-continue"),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_an_odd_but_legal_request_is_answered(server, case):
    assert server.say(ACCEPTED[case]).status == 200


def test_surplus_bytes_after_a_body_are_the_next_request(server):
    with server.connect() as client:
        client.send(post("/echo", "12345") + "6 garbage\r\n\r\n")
        assert client.answer().body.startswith(b"5 ")
        assert client.answer().status == 400
        assert client.is_closed()


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_body_is_never_taken_for_a_request(server, method):
    smuggled = get("/sync?smuggled")
    with server.connect() as client:
        client.send(request(f"{method} /sync?outer HTTP/1.1",
                            HOST + f"Content-Length: {len(smuggled)}\r\n", smuggled))
        client.send(get("/sync?next"))
        assert b"outer" in client.answer().body
        assert b"next" in client.answer().body


def test_the_rest_of_a_refused_body_is_not_executed(server):
    body = get("/sync?smuggled") * 1000
    with server.connect() as client:
        client.send(f"POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n" + body)
        assert client.answer().status == 413
        assert client.is_closed()


def test_trace_names_the_methods(server):
    assert "GET" in server.say(request("TRACE /sync HTTP/1.1")).value("Allow")


def test_a_refused_head_request_has_no_body(server):
    with server.connect() as client:
        client.send("HEAD /sync HTTP/1.1\r\nX : y\r\n\r\n")
        answer = client.answer(head_only=True)
        assert answer.status == 400
        assert int(answer.value("Content-Length")) > 0
        assert client.is_closed()
