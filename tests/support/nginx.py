"""nginx as it is deployed: deploy/nginx/vitrine.conf with TLS, on free ports, in its own folder."""

import pathlib
import re
import shutil
import ssl
import subprocess
import tempfile
import time

from support.client import Client, eventually
from support.service import ROOT, free_port

MAIN = """
daemon off;
worker_processes %(workers)d;
%(user)s
pid nginx.pid;
error_log error.log;
events { worker_connections 1024; }
http {
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  include vitrine.conf;
}
"""


class Nginx:
    def __init__(self, services, workers=1):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vitrine-nginx-"))
        self.port = free_port()
        self.address = ("127.0.0.1", self.port)
        self._certify()
        shipped = (ROOT / "deploy" / "nginx" / "vitrine.conf").read_text()
        ports = [service.port for service in services]
        (self.folder / "vitrine.conf").write_text(self._adapted(shipped, ports))
        user = "user root;" if pathlib.Path("/proc/self").owner() == "root" else ""
        (self.folder / "nginx.conf").write_text(MAIN % {"user": user, "workers": workers})

    def _certify(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost",
                        "-keyout", self.folder / "privkey.pem", "-out",
                        self.folder / "fullchain.pem"],
                       check=True, capture_output=True)

    def _adapted(self, text, ports):
        """The shipped file with other ports, certificates and logs; everything else as it is."""
        servers = "\n".join(f"  server 127.0.0.1:{port} max_fails=0;" for port in ports)
        for pattern, replacement in (
            (r"  server 127\.0\.0\.1:8080;", servers),
            (r"  listen \[::\]:.*\n", ""),
            (r"listen 80;", f"listen 127.0.0.1:{free_port()};"),
            (r"listen 443 ", f"listen 127.0.0.1:{self.port} "),
            (r"/etc/ssl/vitrine/", f"{self.folder}/"),
            (r"/var/log/nginx/vitrine\.log", f"{self.folder}/access.log"),
        ):
            text, count = re.subn(pattern, lambda _: replacement, text)
            assert count, f"deploy/nginx/vitrine.conf has no {pattern}"
        return text

    def start(self):
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-p", str(self.folder), "-c",
                                         "nginx.conf", "-e", "stderr"],
                                        stderr=subprocess.PIPE)
        eventually(lambda: self.client().get("/").status in (200, 503), within=10)
        return self

    def client(self, key=None, secrets=None):
        trusting = ssl._create_unverified_context()
        return Client(self.address, key, secrets, tls=trusting,
                      added={"server", "strict-transport-security"})

    def access_log(self):
        time.sleep(0.1)
        return (self.folder / "access.log").read_text()

    def remove(self):
        self.process.terminate()
        self.process.wait(20)
        self.process.stderr.close()
        shutil.rmtree(self.folder, ignore_errors=True)
