#!/usr/bin/python3
"""Writes the inputs that fuzzing starts from: `seeds.py FOLDER` makes FOLDER/TARGET/NUMBER.

They are the spellings that servers of this kind got wrong before, so that the fuzzer begins where
the trouble is instead of finding its way there from nothing.
"""
import json
import pathlib
import struct
import sys

HOST = b"Host: a\r\n"
END = b"\r\n"


def request(line, *fields, body=b"", host=HOST):
    return line + END + host + b"".join(field + END for field in fields) + END + body


def request_lines():
    for line in (b"GET / HTTP/1.1", b"HEAD /media/a%20b.mp3?type=audio%2Fmpeg&kid=1 HTTP/1.1",
                 b"POST /v1/resolve HTTP/1.1", b"DELETE /v1/shares/shr_x HTTP/1.0",
                 b"GET / HTTP/2.0", b"GET / HTTP/1", b"GET /", b"GET  / HTTP/1.1", b"FOO / HTTP/1.1",
                 b"get / HTTP/1.1", b"TRACE / HTTP/1.1", b"CONNECT a:1 HTTP/1.1", b"OPTIONS * HTTP/1.1",
                 b"GET http://a/ HTTP/1.1", b"GET /\x00 HTTP/1.1", b"GET /a b HTTP/1.1",
                 b"GET /#x HTTP/1.1", b"GET /\xc3\xa9 HTTP/1.1", b"GET /%c0%ae HTTP/1.1",
                 b"GET /" + b"a" * 8000 + b" HTTP/1.1", b"GET /?" + b"a" * 7998 + b" HTTP/1.1",
                 b"M" * 33, b"\r", b""):
        yield request(line)


def fields():
    for field in (b"Content-Length: 5", b"Content-Length: abc", b"Content-Length: -1",
                  b"Content-Length: +5", b"Content-Length: 5abc", b"Content-Length: 5, 6",
                  b"Content-Length: 99999999999999999999", b"Content-Length: 0x5",
                  b"Content-Length: 5\r\nContent-Length: 5", b"Transfer-Encoding: chunked",
                  b"Transfer-Encoding: chunked, identity", b"Transfer-Encoding : chunked",
                  b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"NoColon", b"A : b", b": b",
                  b"A: b\r\n c", b"A: b\x00c", b"A: b\x7f", b"A: b\nB: c", b"A: b\rB: c", b"A:\t b \t",
                  b"Host: b", b"Expect: 100-continue", b"Expect: x", b"Connection: keep-alive, close",
                  b"Cookie: a", b"Accept-Encoding: ;q=", b"Range: bytes=0-1",
                  b"A: " + b"b" * 16 * 1024):
        yield request(b"POST / HTTP/1.1", field, body=b"hello")
    yield request(b"GET / HTTP/1.1", *[b"A: b"] * 63)
    yield request(b"GET / HTTP/1.1", *[b"A: b"] * 64)
    for host in (b"", b"Host: \r\n", b"Host: a:99999999\r\n", b"Host: [::\r\n", b"Host: [::1]:80\r\n"):
        yield request(b"GET / HTTP/1.1", host=host)
    yield request(b"GET / HTTP/1.1") * 3
    yield b"\r\n" + request(b"GET / HTTP/1.1")
    yield b"\r\n\r\n" + request(b"GET / HTTP/1.1")


def documents():
    share = {"recording_id": "demo", "title": "Weekly \u2603", "metadata": {"a": [1, 2.5, None]},
             "visibility": {"summary": True}, "ttl_seconds": 3600}
    yield json.dumps(share).encode()
    yield json.dumps(share, ensure_ascii=False).encode()
    yield b'{"panels": {"notes": {"markdown": "# a"}, "transcript": {"segments": [] }}, "title": "x"}'
    for text in (b"", b"{", b'{"a":1}x', b"{'a':1}", b'{"a":1,}', b"{/**/}", b"\xef\xbb\xbf{}",
                 '{"a":1}'.encode("utf-16"), b'{"a":"\xff"}', b'{"a":"\xc0\xae"}', b'{"a":"\\ud800"}',
                 b'{"a":"\\ud83d\\ude00"}', b'{"a":"\\u0000"}', b'{"a\\u0000":1}', b'{"a":1,"a":2}',
                 b'{"a":1,"\\u0061":2}', b"[]", b'"a"', b"null", b"1", b'{"a":1.0}', b'{"a":-0}',
                 b'{"a":9007199254740993}', b'{"a":18446744073709551616}', b'{"a":1e400}',
                 b'{"a":-1E-400}', b'{"a":NaN}', b'{"a":0x10}', b'{"a":01}', b'{"a":1.}', b'{"a":.1}',
                 b'{"a":"\n"}', b'{"a":"\\x"}', b'{"~/a":{"~1":"\\u0000"}}', b" \t\r\n{} \n"):
        yield text
    yield b'{"a":' * 32 + b"1" + b"}" * 32
    yield b'{"a":' + b"[" * 31 + b"]" * 31 + b"}"
    yield b'{"a":' + b"[" * 32 + b"]" * 32 + b"}"
    yield json.dumps({str(i): i for i in range(1001)}).encode()


def tokens():
    yield b"AQGIusfb-HyrjbPQvw4eKl_uuif1-K1-aFma9VxPkzW8"
    yield b"AAAAAAAAAAAAAAAAAAAAAABkqZt3JzGhy3bNlHrNoTh-"
    yield b"AQGIusfb-HyrjbPQvw4eKl_uuif1-K1-aFma9VxPkzW8\n"
    yield b"aqgiusfb" * 5
    yield bytes(range(24))
    for line in (b"1 active ", b"2 retired ", b"300 active ", b"# a\r\n1 verify_only "):
        yield line + b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"


def media_urls():
    query = b"type=audio%2Fmpeg&expires=1795238877&kid=7&signature=" + b"A" * 43
    for key in (b"demo.mp3", b"a b/\xe4\xbc\x9a.mp3", b"../etc/passwd", b"%2e%2e/etc", b"a//b", b"/a",
                b"a/./b", b"..\\a", b"file:///etc/passwd", b"100%.mp3", b"%252e%252e", b"c:a",
                b"\xc0\xae\xc0\xae/a", b"a\x00b", b"a?b&kid=1#c"):
        yield key + b"\n" + query + b"\n" + key + b"\naudio/mpeg\nName \xc3\xa9.mp3\n\x05z"
    yield b"demo.mp3\n" + query.replace(b"kid=7", b"kid=256") + b"\ndemo.mp3\n\n\n\x60A"


def ranges():
    for field in (b"bytes=0-0", b"bytes=0-", b"bytes=-1", b"bytes=-0", b"bytes=5-4", b"bytes=0-1,3-4",
                  b"bytes=999-", b"bytes=1000-", b"bytes=18446744073709551615-", b"items=0-1",
                  b"bytes=0-99999999999999999999", b"bytes=", b"bytes=--1", b"BYTES= 1-2 "):
        for size in (0, 1, 1000, 2**63 - 1, 2**64 - 1):
            yield struct.pack("<Q", size) + field


def client_addresses():
    for chain in (b"203.0.113.9", b"198.51.100.1, 203.0.113.9, 10.0.0.7", b"[2001:db8::9]:443",
                  b"203.0.113.9:80\n::ffff:203.0.113.9", b"unknown", b" ,,\t", b"_hidden, 10.0.0.1",
                  b"fe80::1%eth0", b"127.0.0.1\n10.0.0.1, 203.0.113.9\n10.0.0.2"):
        for network in (b"10.0.0.0/8", b"::ffff:10.0.0.0/104", b"2001:db8::/33", b"::/0"):
            yield b"127.0.0.1\n" + network + b"\n" + chain
    yield b"::ffff:127.0.0.1\n\n203.0.113.9"


def media_fields():
    for condition in (b'"v,1"', b'W/"v,1"', b'"a", "v,1"', b"*", b'"v,1', b"Sun, 06 Nov 1994 08:49:37 GMT",
                      b"Sunday, 06-Nov-94 08:49:37 GMT", b"Sun Nov  6 08:49:37 1994"):
        yield condition + b"\nWeekly review.mp3"
    for name in (b"a\r\nX: b", b'a"; filename="b', b"../../etc/passwd", b".bashrc", b"", b"...",
                 b"inv\xe2\x80\xae3pm.exe", b"a\xff", "\u4f1a".encode() * 100 + b".webm", b"x" * 300):
        yield b"*\n" + name


def viewer_tokens():
    claims = (b'{"iss":"https://app.example.com","aud":["vitrine"],"sub":"a","exp":1795262700,'
              b'"nbf":0,"iat":1795262100.5,"workspace":"wsp_01m7w77j50ftar8grd2t6y41g2"}')
    for header in (b'{"alg":"HS256"}', b'{"alg":"none","typ":"JWT","kid":"a"}',
                   b'{"alg":"HS256","crit":["b64"],"b64":false}', b'{"alg":"HS256","alg":"none"}'):
        yield header + b"\n" + claims
    for key in (b'"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"',
                b'"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",'
                b'"y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"',
                b'"kty":"RSA","e":"AQAB","n":"' + b"z" * 344 + b'"', b'"kty":"oct","k":"AAAA"'):
        yield b'{"keys":[{"kid":"a","use":"sig","key_ops":["verify"],' + key + b"}]}"
    yield b"eyJhbGciOiJub25lIn0.e30."


def email_addresses():
    for domain in (b"example.com", b"B\xc3\x9cCHER.example", b"bu\xcc\x88cher.example",
                   b"xn--bcher-kva.example", b"XN--BCHER-KVA.EXAMPLE", b"xn--a.example",
                   b"stra\xc3\x9fe.example", b"a\xe3\x80\x82b", b"\xe4\xbe\x8b\xe3\x81\x88.jp",
                   b"\xd7\x90\xd7\x91.example", b"exam\xe2\x80\x8bple.com", b"my_host.example",
                   b"r3---sn-a.example", b"a..b", b"a.b.", b"localhost", b"[192.0.2.1]", b"192.0.2.1",
                   b"\xef\xbc\x91.\xef\xbc\x92.3.4", b"a" * 63 + b".b", b"a/b.example"):
        yield b"ann@" + domain
    for local in (b"Ann.Lee+tag", b"!#$%&'*+-/=?^_`{|}~", b'"a b"', b"a..b", b".a", b"gr\xc3\xbc",
                  b"a" * 64, b"a" * 65, b"a@b", b"a,b", b"Ann <a", b"a\r\nBcc: b", b"a\x00"):
        yield local + b"@example.com"


def webhook_urls():
    for host in (b"hooks.example.com", b"HOOKS.Example.com", b"b\xc3\xbccher.example", b"8.8.8.8",
                 b"127.0.0.1", b"0x7f.1", b"017700000001", b"2130706433", b"[::1]",
                 b"[2606:4700:4700::1111]", b"[::ffff:127.0.0.1]", b"[fe80::1%25lo]", b"localhost",
                 b"a.localhost", b"\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1",
                 b"127\xe3\x80\x820\xe3\x80\x820\xe3\x80\x821", b"%6cocalhost", b"a..b", b"a.b.",
                 b"u:p@hooks.example.com", b"hooks.example.com\\@127.0.0.1", b"xn--a.example"):
        yield b"https://" + host + b"/x"
        yield b"https://" + host + b":8443/a/b?c=d%20e"
    for url in (b"http://hooks.example.com/", b"https:///x", b"https:/x.example/", b"https://a.b/#f",
                b"https://a.b:22/", b"https://a.b:/", b"file:///etc/passwd", b"//a.b/", b"https://a.b/../c"):
        yield url


SEEDS = {
    "fuzz_request_head": lambda: [*request_lines(), *fields()],
    "fuzz_json_reader": documents,
    "fuzz_link_token": tokens,
    "fuzz_viewer_token": viewer_tokens,
    "fuzz_media_url": media_urls,
    "fuzz_byte_range": ranges,
    "fuzz_client_address": client_addresses,
    "fuzz_media_fields": media_fields,
    "fuzz_email_address": email_addresses,
    "fuzz_webhook_url": webhook_urls,
}


def main(folder):
    for target, seeds in SEEDS.items():
        home = pathlib.Path(folder, target)
        home.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(seeds()):
            (home / f"{number:03}").write_bytes(seed)


if __name__ == "__main__":
    main(sys.argv[1])
