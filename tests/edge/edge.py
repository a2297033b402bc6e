"""A private edge_server per test, and a raw socket that shows exactly what it says."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

SUPPRESSIONS = pathlib.Path(__file__).with_name("tsan_suppressions.txt")


def build_folder():
    build = os.environ.get("VITRINE_BUILD")
    assert build, "VITRINE_BUILD must name the build folder"
    return pathlib.Path(build)


def binary(name):
    return build_folder() / "tests" / "edge" / name


def is_sanitized():
    """Sanitizers cost memory and time of their own, which says nothing about the server."""
    return re.search(r"^VITRINE_SANITIZE:\w+=.+", (build_folder() / "CMakeCache.txt").read_text(), re.M)


PATIENCE = 30 if is_sanitized() else 10


class EdgeServer:
    """Settings are edge_server's arguments, with underscores."""

    def __init__(self, limits=None, **settings):
        command = [str(binary("edge_server"))]
        command += [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
        if limits:
            command = ["prlimit", f"--nofile={limits}", *command]
        options = [os.environ.get("TSAN_OPTIONS", ""), f"suppressions='{SUPPRESSIONS}'"]
        environment = dict(os.environ, TSAN_OPTIONS=":".join(filter(None, options)))
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        line = self.process.stdout.readline()
        assert line.startswith("port "), f"edge_server did not start: {line!r}"
        self.port = int(line.split()[1])

    def connect(self, receive_buffer=None):
        return Raw(self.port, receive_buffer)

    def say(self, text):
        """What the server answers to these bytes on a connection of their own."""
        with self.connect() as client:
            client.send(text)
            return client.answer()

    def stats(self):
        """The server's counters; this very request is among them."""
        end = time.monotonic() + PATIENCE
        while (answer := self.say(get("/stats", "Connection: close"))).status == 503:
            assert time.monotonic() < end, "still turned away"
            time.sleep(0.05)
        return json.loads(answer.body)

    def until(self, condition, seconds=PATIENCE):
        """Waits until the statistics meet the condition, and returns them."""
        end = time.monotonic() + seconds
        while not condition(stats := self.stats()):
            assert time.monotonic() < end, f"still {stats}"
            time.sleep(0.02)
        return stats

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def cores_used(self, seconds):
        """How many cores it keeps busy meanwhile: one for each thread that spins."""
        before = self.cpu_seconds()
        time.sleep(seconds)
        return (self.cpu_seconds() - before) / seconds

    def resident_kib(self, which="VmRSS"):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(which + ":"):
                return int(line.split()[1])
        raise AssertionError(which)

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def stop(self):
        """Ends the server and returns the rest of what it printed. It must end by itself."""
        self.terminate()
        try:
            rest, _ = self.process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        assert self.process.returncode == 0, f"edge_server ended with {self.process.returncode}"
        return rest

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.returncode is None:
            self.stop()


class Answer:
    def __init__(self, head, body):
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1])
        self.status_line = lines[0]
        self.fields = [tuple(line.split(": ", 1)) for line in lines[1:] if line]
        self.body = body

    def values(self, name):
        return [value for field, value in self.fields if field.lower() == name.lower()]

    def value(self, name):
        return (self.values(name) or [None])[0]

    @property
    def code(self):
        return json.loads(self.body)["code"]


class Raw:
    def __init__(self, port, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect(("127.0.0.1", port))
        self.buffer = b""

    def send(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.encode("latin-1"))

    def finish_sending(self):
        self.socket.shutdown(socket.SHUT_WR)

    def _fill(self):
        received = self.socket.recv(65536)
        self.buffer += received
        return bool(received)

    def head(self):
        while b"\r\n\r\n" not in self.buffer:
            assert self._fill(), f"closed early after {self.buffer!r}"
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        return head

    def answer(self, head_only=False):
        """One answer, by its Content-Length; nothing of what follows is lost."""
        head = self.head()
        answer = Answer(head, b"")
        length = 0 if head_only else int(answer.value("Content-Length") or 0)
        while len(self.buffer) < length:
            assert self._fill(), "closed within a body"
        answer.body, self.buffer = self.buffer[:length], self.buffer[length:]
        return answer

    def chunk(self):
        """One chunk of a chunked answer (RFC 9112 section 7.1); empty at its end."""
        while b"\r\n" not in self.buffer:
            assert self._fill(), "closed within a chunk's size"
        size, self.buffer = self.buffer.split(b"\r\n", 1)
        assert re.fullmatch(rb"[0-9a-f]+", size)
        length = int(size, 16)
        while len(self.buffer) < length + 2:
            assert self._fill(), "closed within a chunk"
        chunk, end, self.buffer = (self.buffer[:length], self.buffer[length:length + 2],
                                   self.buffer[length + 2:])
        assert end == b"\r\n"
        return chunk

    def chunks(self):
        """All of a chunked answer's body, up to the chunk that says that this was all."""
        return list(iter(self.chunk, b""))

    def rest(self):
        """Everything up to the end of the connection."""
        while self._fill():
            pass
        return self.buffer

    def is_closed(self):
        """Waits for the end of the stream; anything else that comes is a failure."""
        assert not self._fill(), f"more came: {self.buffer!r}"
        return True

    def silent_for(self, seconds):
        self.socket.settimeout(seconds)
        try:
            return not self._fill() and False
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(PATIENCE)

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def get(target, *fields, version="HTTP/1.1"):
    return "\r\n".join([f"GET {target} {version}", "Host: a", *fields, "", ""])


def post(target, body, *fields):
    return "\r\n".join([f"POST {target} HTTP/1.1", "Host: a", f"Content-Length: {len(body)}", *fields,
                        "", body])
