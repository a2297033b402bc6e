"""The servers that are compared, each started on a free port of the loopback and ended by its id."""

import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

# As in fixed_answer.hpp.
NGINX = """
daemon off;
worker_processes %(threads)d;
pid nginx.pid;
error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off;
  server_tokens off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  keepalive_requests 1000000000;
  default_type application/json;
  server {
    listen 127.0.0.1:%(port)d backlog=4096;
    add_header X-Request-Id 0192f3c1-7a5b-7c3d-8e9f-0123456789ab;
    add_header X-Content-Type-Options nosniff;
    add_header Cache-Control no-store;
    add_header Referrer-Policy no-referrer;
    add_header X-Robots-Tag "noindex, nofollow, noarchive";
    add_header Content-Security-Policy "default-src 'none'; frame-ancestors 'none'";
    location / { return 200 "%(body)s"; }
  }
}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process):
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{process.args[0]} did not start") from None
            time.sleep(0.05)


class Measured:
    """Something wrk can be pointed at."""

    def __init__(self, port, pid, script=None):
        self.port, self.pid, self.script = port, pid, script

    def cpu_seconds(self):
        """Of the process and its children: nginx works in those."""
        children = pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        total = 0
        for pid in [self.pid, *children]:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def running(command, port):
    process = subprocess.Popen([str(part) for part in command])
    try:
        wait_for(port, process)
        yield Measured(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)


@contextlib.contextmanager
def nginx(threads):
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="vitrine-bench-") as folder:
        pathlib.Path(folder).chmod(0o755)
        configuration = pathlib.Path(folder) / "nginx.conf"
        configuration.write_text(NGINX % {"port": port, "threads": threads, "body": "v" * 2048})
        with running(["nginx", "-p", folder, "-c", configuration, "-e", "stderr"], port) as server:
            yield server


def fixed(build, name):
    @contextlib.contextmanager
    def start(threads):
        port = free_port()
        with running([build / "tests" / "bench" / name, port, threads], port) as server:
            yield server

    return start


def shared(workspace, notes):
    recording = workspace.register(panels={"notes": {"markdown": notes}})
    return workspace.share(recording, visibility={"notes": True})


@contextlib.contextmanager
def resolve(threads):
    """The real service with its own PostgreSQL, and a share whose resolve answer is about 2 KiB."""
    sys.path.insert(0, str(ROOT / "tests"))
    from support.postgres import Postgres
    from support.service import Service

    postgres = Postgres().start()
    try:
        service = Service(postgres, {"VITRINE_THREADS": str(threads)}).start()
        try:
            workspace = service.workspace()
            share = shared(workspace, "n")
            share = shared(workspace, "n" * max(2049 - len(share.resolve().body), 1))
            script = service.folder / "resolve.lua"
            script.write_text('wrk.method = "POST"\n'
                              'wrk.headers["Content-Type"] = "application/json"\n'
                              f"wrk.body = '{{\"token\":\"{share.token}\"}}'\n")
            measured = Measured(service.port, service.process.pid, script)
            measured.answer_bytes = len(share.resolve().body)
            yield measured
        finally:
            service.remove()
    finally:
        postgres.remove()
