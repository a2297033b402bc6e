"""The servers that are compared, each on a free port of the loopback, ended by its process id."""

import contextlib
import http.client
import pathlib
import subprocess
import sys
import tempfile
import time

from processes import Tree

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from support.nginx import Nginx  # noqa: E402
from support.postgres import Postgres  # noqa: E402
from support.service import Service, free_port  # noqa: E402

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
    %(fields)s
    location / { return 200 "%(body)s"; }
  }
}
"""
# What nginx sends of its own accord.
OWN_FIELDS = ("server", "date", "content-type", "content-length", "connection")


class Answer:
    """One answer, as a plain client sees it: what the servers are compared by."""

    def __init__(self, port, method="GET", target="/", body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request(method, target, body, headers or {})
        reply = connection.getresponse()
        self.status, self.fields = reply.status, reply.getheaders()
        self.body = reply.read()
        connection.close()

    def summary(self):
        return {"status": self.status, "fields": len(self.fields), "bytes": len(self.body)}


@contextlib.contextmanager
def running(command, port):
    process = subprocess.Popen([str(part) for part in command])
    try:
        _wait_for(port, process)
        yield Tree(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port, process):
    deadline = time.monotonic() + 20
    while True:
        try:
            Answer(port)
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{process.args[0]} did not start") from None
            time.sleep(0.05)


@contextlib.contextmanager
def nginx(threads, like):
    """(port, processes) of an nginx whose answer is as long as `like` and has as many fields."""
    own = [(name, text) for name, text in like.fields if name.lower() not in OWN_FIELDS]
    fields = [f'add_header {name} "{text}" always;'
              for name, text in own[:len(like.fields) - len(OWN_FIELDS)]]
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="vitrine-bench-") as folder:
        pathlib.Path(folder).chmod(0o755)
        configuration = pathlib.Path(folder) / "nginx.conf"
        configuration.write_text(NGINX % {"port": port, "threads": threads,
                                          "fields": "\n    ".join(fields),
                                          "body": "v" * len(like.body)})
        with running(["nginx", "-p", folder, "-c", configuration, "-e", "stderr"], port) as server:
            yield port, server


@contextlib.contextmanager
def fixed(build, name, threads):
    """(port, process) of one of the servers that stand beside this file."""
    port = free_port()
    with running([build / "tests" / "bench" / name, port, threads], port) as server:
        yield port, server


@contextlib.contextmanager
def postgres(settings, kept=None):
    server = Postgres(settings=settings, kept=kept)
    try:
        yield server.start()
    finally:
        server.remove()


@contextlib.contextmanager
def service(database_server, threads, settings=None, arguments=()):
    """The product as it is shipped, but for two settings that nginx's stand beside: it writes no
    line per request, and counts no key's rate."""
    quiet = {"VITRINE_LOG_LEVEL": "warning", "VITRINE_KEY_RATE_PER_MINUTE": "0",
             "VITRINE_THREADS": str(threads)}
    product = Service(database_server, quiet | (settings or {}), arguments=arguments)
    try:
        yield product.start()
    except Exception:
        print(product.log_text()[-2000:], file=sys.stderr)  # it goes with its folder
        raise
    finally:
        product.remove()


@contextlib.contextmanager
def tls(product, threads):
    """nginx with TLS in front of the product, as deploy/nginx/vitrine.conf ships it."""
    front = Nginx([product], workers=threads)
    try:
        yield front.start()
    finally:
        front.remove()
