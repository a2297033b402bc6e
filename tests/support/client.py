"""An HTTP client that sends exactly what it is told and judges every answer by the contract."""

import http.client
import json as json_module
import socket
import time

from support import contract


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json_module.loads(self.body)

    @property
    def code(self):
        """The problem's code, or None."""
        if self.headers.get("content-type") != "application/problem+json" or not self.body:
            return None
        return self.json["code"]

    @property
    def faults(self):
        """The faults of a document as {pointer: code}."""
        return {fault["pointer"]: fault["code"] for fault in self.json.get("errors", [])}

    def __repr__(self):
        return f"<{self.status} {self.body[:600]!r}>"


def lower_names(pairs):
    headers = {}
    for name, value in pairs:
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


class Client:
    """One keep-alive connection to the public or the admin port. `key` is an API key, or None for
    an anonymous caller."""

    def __init__(self, address, key=None, secrets=None, port="public", timeout=30, tls=None,
                 added=()):
        self.address, self.key, self.port, self.timeout = address, key, port, timeout
        self.tls, self.added = tls, frozenset(added)  # `added`: headers that a proxy puts in
        self.always = {}  # header fields of every request, unless a call gives another
        self.secrets = secrets if secrets is not None else set()
        self._connection = None
        if key:
            self.secrets.add(key)

    def request(self, method, target, *, json=None, body=None, headers=None, key=...):
        """Sends one request. `json` is a value to encode; `body` is bytes to send as they are."""
        fields = self.always | (headers or {})
        key = self.key if key is ... else key
        if key is not None and not any(name.lower() == "authorization" for name in fields):
            fields["Authorization"] = f"Bearer {key}"
        if json is not None:
            body = json_module.dumps(json).encode()
        if body is not None and not any(name.lower() == "content-type" for name in fields):
            fields["Content-Type"] = "application/json"
        fields = {name: value for name, value in fields.items() if value is not None}
        answer = self._exchange(method, target, body, fields)
        return self._judged(method, target, answer)

    def _exchange(self, method, target, body, fields):
        for attempt in (1, 2):
            fresh = self._connection is None
            if fresh:
                self._connection = self._connect()
                self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                connection = self._connection
                connection.putrequest(method, target, skip_accept_encoding=True)
                if body is not None and not any(name.lower() == "content-length"
                                                for name in fields):
                    connection.putheader("Content-Length", str(len(body)))
                for name, value in fields.items():
                    for one in value if isinstance(value, list) else [value]:
                        connection.putheader(name, one)
                connection.endheaders(body)
                reply = connection.getresponse()
                answer = Answer(reply.status, lower_names(reply.getheaders()), reply.read())
                if reply.will_close:
                    self.close()
                return answer
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                # The server may have closed an idle connection; a fresh one must be answered.
                self.close()
                if fresh or attempt == 2:
                    raise

    def _connect(self):
        if self.tls:
            connection = http.client.HTTPSConnection(*self.address, timeout=self.timeout,
                                                     context=self.tls)
        else:
            connection = http.client.HTTPConnection(*self.address, timeout=self.timeout)
        connection.connect()
        return connection

    def _judged(self, method, target, answer):
        headers = {name: value for name, value in answer.headers.items() if name not in self.added}
        contract.load().check(method, target, answer.status, headers, answer.body, self.port)
        self._remember_secrets(answer)
        return answer

    def _remember_secrets(self, answer):
        """What was seen of link tokens, sessions and signatures, to search the logs for."""
        if not answer.body or "json" not in answer.headers.get("content-type", ""):
            return
        pending = [answer.json]
        while pending:
            value = pending.pop()
            if isinstance(value, dict):
                pending += value.values()
                if isinstance(value.get("session"), str):
                    self.secrets.add(value["session"])
            elif isinstance(value, list):
                pending += value
            elif isinstance(value, str) and "signature=" in value:
                self.secrets.add(value.split("signature=")[1].split("&")[0])
            elif isinstance(value, str) and "/shared#" in value:
                self.secrets.add(value.split("#")[1])

    def get(self, target, **more):
        return self.request("GET", target, **more)

    def head(self, target, **more):
        return self.request("HEAD", target, **more)

    def put(self, target, json=None, **more):
        return self.request("PUT", target, json=json, **more)

    def post(self, target, json=None, **more):
        return self.request("POST", target, json=json, **more)

    def patch(self, target, json=None, **more):
        return self.request("PATCH", target, json=json, **more)

    def delete(self, target, **more):
        return self.request("DELETE", target, **more)

    def options(self, target, **more):
        return self.request("OPTIONS", target, **more)

    def raw(self, text, target="/", method="GET"):
        """Sends bytes as they are and reads one answer, which is judged too. Then it hangs up."""
        data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
        with socket.create_connection(self.address, timeout=self.timeout) as plain:
            sock = self.tls.wrap_socket(plain) if self.tls else plain
            sock.sendall(data)
            reply = http.client.HTTPResponse(sock, method=method)
            reply.begin()
            answer = Answer(reply.status, lower_names(reply.getheaders()), reply.read())
        return self._judged(method, target, answer)

    def close(self):
        if self._connection:
            self._connection.close()
            self._connection = None


def eventually(promise, within=10.0, every=0.05):
    """Waits until `promise()` is true, and returns what it gave."""
    deadline = time.monotonic() + within
    while True:
        try:
            result = promise()
            if result:
                return result
        except (OSError, http.client.HTTPException):
            result = None
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s; last: {result!r}")
        time.sleep(every)
