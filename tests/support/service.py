"""The real binary, started the way an operator would, on free ports and a database of its own."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile

from support.client import Client, eventually
from support.workspace import Workspace

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("VITRINE_BUILD", ROOT / "build" / "release")).resolve()
BINARY = BUILD / "vitrine"
LINK_TEMPLATE = "https://app.example.com/shared#{token}"
ORIGIN = "https://app.example.com"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def secrets_in(text, secrets):
    """Which of many secrets a long text holds. Only long words can hold one, and they are few."""
    lengths = {len(secret) for secret in secrets if len(secret) >= 20}
    words = set(re.findall(rf"[A-Za-z0-9_-]{{{min(lengths, default=20)},}}", text))
    windows = (word[start:start + length] for word in words for length in lengths
               for start in range(len(word) - length + 1))
    return [window for window in windows if window in secrets]


class CommandFailed(AssertionError):
    def __init__(self, result):
        said = result.stdout + result.stderr
        super().__init__(f"{result.args[1:]} ended with {result.returncode}: {said}")
        self.result = result


class Service:
    """One installation: database, link keys, media folder, settings. Starts and stops at will.

    A replica of another service is a second process of its installation, on ports of its own."""

    def __init__(self, postgres, settings=None, migrated=True, replica_of=None, program=BINARY,
                 arguments=()):
        self.program, self.arguments = program, arguments
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vitrine-test-"))
        self.log = self.folder / "log"
        self.log.touch()
        self.replica_of = replica_of
        if replica_of:
            self.postgres, self.database = replica_of.postgres, replica_of.database
            self.media, self.link_keys = replica_of.media, replica_of.link_keys
            self.secrets = replica_of.secrets
        else:
            self.postgres, self.database = postgres, postgres.create_database()
            self.media, self.link_keys = self.folder / "media", self.folder / "link-keys"
            self.media.mkdir()
            self.secrets = set()  # everything that must be in no log
        self.process = None
        self.port, self.admin_port = free_port(), free_port()
        self.address = ("127.0.0.1", self.port)
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = {
            "VITRINE_LISTEN": f"127.0.0.1:{self.port}",
            "VITRINE_ADMIN_LISTEN": f"127.0.0.1:{self.admin_port}",
            "VITRINE_DATABASE_URL": self.postgres.url(self.database),
            "VITRINE_LINK_URL_TEMPLATE": LINK_TEMPLATE,
            "VITRINE_PUBLIC_URL": self.url,
            "VITRINE_LINK_KEYS_FILE": str(self.link_keys),
            "VITRINE_MEDIA_STORE": f"local:{self.media}",
            "VITRINE_CORS_ORIGINS": ORIGIN,
            "VITRINE_KEY_RATE_PER_MINUTE": "1000000",  # told, and never reached
            "VITRINE_TRUSTED_PROXIES": "127.0.0.1",  # so that tests can come from any address
        } | (settings or {})
        if not replica_of:
            self.run("link-keys", "init", str(self.link_keys))
            if migrated:
                self.run("migrate")

    # -- commands

    def environment(self):
        clean = {name: value for name,
                 value in os.environ.items() if not name.startswith("VITRINE_")}
        return clean | {name: value for name, value in self.settings.items() if value is not None}

    def run(self, *arguments):
        """Runs a command of the binary to its end and returns what it printed."""
        result = self.attempt(*arguments)
        if result.returncode:
            raise CommandFailed(result)
        return result.stdout

    def attempt(self, *arguments):
        return subprocess.run([str(self.program), *arguments], env=self.environment(),
                              capture_output=True,
                              text=True, timeout=60)

    def workspace(self, name=None, preset=None):
        self._workspaces = getattr(self, "_workspaces", 0) + 1
        name = name or f"workspace {self._workspaces}"
        more = ["--preset", preset] if preset else []
        made = json.loads(self.run("workspace", "create", name, "--json", *more))
        return Workspace(self, made["id"])

    # -- life

    def start(self, wait=True):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([str(self.program), "serve", *self.arguments],
                                            env=self.environment(), stdout=log,
                                            stderr=subprocess.STDOUT, cwd=self.folder)
        if wait:
            eventually(self._ready_or_dead, within=20)
        return self

    def _ready_or_dead(self):
        if self.process.poll() is not None:
            status = self.process.returncode
            raise AssertionError(f"the service ended with {status}:\n{self.log_text()}")
        return self.admin().get("/readyz").status == 200

    def stop(self, how=signal.SIGTERM, within=30):
        """Ends the process; its exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.ended(within)

    def ended(self, within=30):
        """Waits for the end of a process that was told to end; its exit status."""
        try:
            status = self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            text = self.log_text()
            raise AssertionError(f"the service did not end in {within} s:\n{text}") from None
        self.process = None
        return status

    def restart(self):
        self.stop()
        return self.start()

    def remove(self):
        """Ends it and, before its log is gone, searches that for all that must not be there."""
        try:
            if self.process:
                status = self.stop()
                assert status == 0, f"the service ended with {status}:\n{self.log_text()}"
            self.assert_no_secret_in_log()
        finally:
            if self.process:
                self.process.kill()
            if not self.replica_of:
                self.postgres.drop_database(self.database)
            shutil.rmtree(self.folder, ignore_errors=True)

    # -- looking at it

    def client(self, key=None, **more):
        return Client(self.address, key, self.secrets, **more)

    def admin(self):
        return Client(("127.0.0.1", self.admin_port), secrets=self.secrets, port="admin")

    def metric(self, series):
        """The value of a series that operators scrape: its name, with its labels if it has any."""
        lines = self.admin().get("/metrics").body.decode().splitlines()
        return float(next(line.split()[-1] for line in lines if line.startswith(f"{series} ")))

    def log_text(self):
        return self.log.read_text(errors="replace")

    def assert_no_secret_in_log(self):
        leaked = secrets_in(self.log_text(), self.secrets)
        assert not leaked, f"{len(leaked)} secrets in the log, for example {leaked[0]}"

    def resident_bytes(self, what="VmRSS"):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(what + ":"):
                return int(line.split()[1]) * 1024
        raise AssertionError(f"no {what}")

    def sql(self, statement, *parameters):
        """What the database says, as rows; for what no caller may see or do."""
        with self.postgres.connect(self.database) as connection:
            cursor = connection.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def everything(self):
        """All rows of all tables, as text, once the events so far have their places. What jobs do
        meanwhile for other tests shows too: for a service of a test's own."""
        eventually(lambda: not self.sql("TABLE event_inbox"))
        tables = self.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return {table: self.sql(f'SELECT whole::text FROM "{table}" AS whole ORDER BY 1')
                for table, in tables}
