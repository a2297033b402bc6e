"""What is measured: each scenario has a name, a title, a load, and the processes that bear it."""

import dataclasses
import json
import pathlib
import tempfile

import load
import servers
import statements
from processes import Tree
from shares import Shares

RESOLVE = "/v1/resolve"


@dataclasses.dataclass
class Scenario:
    name: str
    title: str
    drive: object  # (connections, seconds) -> {"requests", "rps", "p50_ms", "p99_ms"}
    processes: dict  # {name: Tree}, the first of them is the server that is meant
    requests: load.Requests = None  # what HTTP servers are asked
    file: pathlib.Path = None


class Bench:
    """Every server that is compared, started, and the scenarios on them."""

    def __init__(self, arguments, stack):
        self.build, self.threads = arguments.build, arguments.threads
        self.scenarios, self.answers = {}, {}
        self._wrk_threads = arguments.wrk_threads
        self._stack = stack
        self.folder = pathlib.Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="vitrine-bench-")))
        self.postgres = stack.enter_context(
            servers.postgres({"max_connections": 300, "shared_buffers": "256MB"}))
        self.service = stack.enter_context(servers.service(self.postgres, self.threads))
        self.shares = Shares(self.service)
        self._database = Tree(self.postgres.process.pid)
        self.product = Tree(self.service.process.pid)
        self._product = {"service": self.product, "postgres": self._database}
        self._fixed_answers()
        self._resolves()
        self._by_key()
        self._statements()

    def _add(self, name, title, requests, processes):
        if requests.scheme == "http":
            self.answers[name] = answer_to(requests)
        file = requests.write(self.folder)

        def drive(connections, seconds):
            return load.wrk(requests, file, connections, seconds, self._wrk_threads)

        self.scenarios[name] = Scenario(name, title, drive, processes, requests, file)

    def _fixed_answers(self):
        port = self.service.port
        resolve = answer_to(resolve_of(port, [self.shares.hot.token], 200))
        problem = answer_to(resolve_of(port, [self.shares.forged], 404))
        get = [load.request("GET", RESOLVE)]
        for name, title, like in (("nginx", "nginx, return 200, 2 KiB", resolve),
                                  ("nginx_small", "nginx, as long as a problem", problem)):
            port, process = self._stack.enter_context(servers.nginx(self.threads, like))
            self._add(name, title, load.Requests(port, get), {"nginx": process})
        for name, program, title in (
                ("stock_pistache", "stock_pistache", "stock Pistache, 2 KiB"),
                ("edge", "edge_fixed", "our edge, 2 KiB")):
            port, process = self._stack.enter_context(
                servers.fixed(self.build, program, self.threads))
            self._add(name, title, load.Requests(port, get), {name: process})

    def _resolves(self):
        shares, product = self.shares, self._product
        for name, title, tokens, status in (
                ("resolve", "resolve, one share, 2 KiB", [shares.hot.token], 200),
                ("resolve_spread", "resolve, 1,900 shares, 2 KiB", shares.spread, 200),
                ("resolve_64k", "resolve, transcript, 64 KiB", [shares.large.token], 200),
                ("resolve_media", "resolve, 5 media files", [shares.media.token], 200),
                ("forged", "resolve, forged token", [shares.forged], 404),
                ("revoked", "resolve, revoked link", [shares.revoked], 410)):
            self._add(name, title, resolve_of(self.service.port, tokens, status), product)
        front = self._stack.enter_context(servers.tls(self.service, self.threads))
        requests = resolve_of(front.port, [shares.hot.token], 200)
        requests.scheme = "https"
        self._add("resolve_tls", "resolve, TLS through nginx", requests,
                  product | {"nginx": Tree(front.process.pid)})

    def _by_key(self):
        owner = {"Authorization": f"Bearer {self.shares.workspace.secret}"}
        draft = json.dumps({"recording_id": self.shares.recording})
        once = owner | {"Idempotency-Key": load.UNIQUE}
        crowd = {"Authorization": f"Bearer {self.shares.crowd.secret}"}
        for name, title, text, status, unique in (
                ("create", "create a share",
                 load.request("POST", "/v1/shares", draft, owner), 201, False),
                ("create_idempotent", "create, Idempotency-Key",
                 load.request("POST", "/v1/shares", draft, once), 201, True),
                ("list", "list page of 50",
                 load.request("GET", "/v1/shares", headers=crowd), 200, False)):
            self._add(name, title, load.Requests(self.service.port, [text], status, unique=unique),
                      self._product)

    def _statements(self):
        url = self.postgres.url(self.service.database)
        for name, title, text in statements.all_of(self.shares):
            script = self.folder / f"{name}.sql"
            script.write_text(text)

            def drive(clients, seconds, script=script):
                return load.pgbench(url, script, self.folder, clients, seconds)

            self.scenarios[name] = Scenario(name, title, drive, {"postgres": self._database})


def resolve_of(port, tokens, status):
    bodies = (json.dumps({"token": token}, separators=(",", ":")) for token in tokens)
    return load.Requests(port, [load.request("POST", RESOLVE, body) for body in bodies], status)


def answer_to(requests):
    """The answer to the first of these requests, which must be as expected."""
    head, body = requests.texts[0].replace(load.UNIQUE, "probe").split("\r\n\r\n", 1)
    request_line, *fields = head.split("\r\n")
    method, target, _ = request_line.split()
    answer = servers.Answer(requests.port, method, target, body or None,
                            dict(field.split(": ", 1) for field in fields))
    if answer.status != requests.status:
        raise RuntimeError(f"{method} {target} is answered {answer.status}: {answer.body[:300]!r}")
    return answer
