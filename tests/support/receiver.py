"""A webhook receiver on loopback that keeps what it gets, and answers as badly as a test says."""

import json
import pathlib
import shutil
import socket
import ssl
import subprocess
import threading
import time

import pytest

from support.client import eventually

FOLDER = pathlib.Path(__file__).parent / "webhook_verifier"


class Hit:
    """One request, with the names of its fields in lower case."""

    def __init__(self, path, headers, body):
        self.path, self.headers, self.body, self.at = path, headers, body, time.monotonic()

    @property
    def event(self):
        return json.loads(self.body)

    @property
    def id(self):
        return self.headers["webhook-id"]


def answering(status, headers=(), body=b""):
    fields = "".join(f"{name}: {value}\r\n" for name, value in dict(headers).items())
    head = f"HTTP/1.1 {status} x\r\n{fields}Content-Length: {len(body)}\r\n\r\n"
    return lambda peer: peer.sendall(head.encode() + body)


def dripping(peer):
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        peer.sendall(b"x")
        time.sleep(0.2)


def without_end(peer):
    peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        peer.sendall(b"endless " * 8192)


def header_bomb(peer):
    peer.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        peer.sendall(b"X-More: " + b"x" * 4096 + b"\r\n")


def hanging(peer):
    peer.settimeout(60)
    peer.recv(1)


def hanging_up(peer):
    del peer


class Receiver:
    """Answers by path: `receiver.answer("/a", answering(500), answering(204))` is for the first and
    the second request; the last one stays. Everything else gets 204."""

    def __init__(self, tls=None, host="127.0.0.1"):
        self.hits, self.connections = [], 0
        self._answers, self._tls, self._lock = {}, tls, threading.Lock()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family, backlog=128)
        self.port = self._listener.getsockname()[1]
        self._host = f"[{host}]" if ":" in host else host
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path="/", host=None):
        return f"{'https' if self._tls else 'http'}://{host or self._host}:{self.port}{path}"

    def answer(self, path, *answers):
        self._answers[path] = list(answers)

    def got(self, path="/", type=None):
        with self._lock:
            return [hit for hit in self.hits if hit.path == path
                    and (type is None or hit.event["type"] == type)]

    def wait(self, count=1, path="/", type=None, within=15):
        """The first `count` requests to the path, once there are so many."""
        return eventually(lambda: len(hits := self.got(path, type)) >= count and hits,
                          within=within)

    def close(self):
        try:
            self._listener.shutdown(socket.SHUT_RDWR)  # ends the waiting accept
        except OSError:
            pass  # it was closed before
        self._listener.close()

    def _accept(self):
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        try:
            peer.settimeout(20)
            if self._tls:
                peer = self._tls.wrap_socket(peer, server_side=True)
            with peer:
                hit = self._read(peer)
                with self._lock:
                    self.hits.append(hit)
                    answers = self._answers.get(hit.path, [answering(204)])
                    answer = answers.pop(0) if len(answers) > 1 else answers[0]
                answer(peer)
        except (OSError, EOFError):
            pass  # the other side has gone, which is what some tests are about

    @staticmethod
    def _read(peer):
        data = b""
        while b"\r\n\r\n" not in data:
            data += _some(peer)
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.split(":", 1) for line in lines)
        headers = {name.lower(): value.strip() for name, value in pairs}
        while len(body) < int(headers.get("content-length", 0)):
            body += _some(peer)
        return Hit(first.split(" ")[1], headers, body)


def _some(peer):
    data = peer.recv(65536)
    if not data:
        raise EOFError
    return data


def self_signed(folder, host="localhost"):
    """(certificate file, server context) of a certificate that nobody vouches for but itself."""
    key, certificate = folder / "hook.key", folder / "hook.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={host}",
                    "-addext", f"subjectAltName=DNS:{host}", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return certificate, context


class Verifier:
    """Standard Webhooks' own library and Svix's, in a process of node."""

    def __init__(self):
        self._process = subprocess.Popen(["node", "verify.mjs"], cwd=FOLDER, text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def judge(self, hit, secret, public_key=None, **instead):
        """What each library says of a request; `instead` puts other headers or another body."""
        webhook = {"secret": secret, "headers": hit.headers, "body": hit.body.decode(),
                   "public_key": public_key} | instead
        self._process.stdin.write(json.dumps(webhook) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self):
        self._process.stdin.close()
        self._process.wait(10)


def installed_verifier():
    """The verifier; its libraries are fetched once. Skips the test where they cannot be had."""
    if not shutil.which("npm"):
        pytest.skip("npm is not installed, so no foreign library can judge the signatures")
    lock, used = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".package-lock.used"
    if not used.exists() or used.read_bytes() != lock.read_bytes():
        done = subprocess.run(["npm", "ci", "--no-progress"], cwd=FOLDER, capture_output=True)
        if done.returncode:
            pytest.skip("the libraries that judge the signatures could not be fetched")
        shutil.copy(lock, used)
    return Verifier()
