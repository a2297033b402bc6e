"""A private PostgreSQL: a cluster of its own in a temporary folder, reached by a socket only."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

import psycopg


def _binaries():
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"),
                   key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1].parent


# PostgreSQL refuses to run as root.
_AS_POSTGRES = (
    ["setpriv", "--reuid=postgres", "--regid=postgres",
     "--init-groups"] if os.geteuid() == 0 else []
)


def _place(durable):
    """A short path, because the path of a socket ends at 107 bytes; in memory, if durability is not
    what is tested, because a hundred databases are slow to write and slower to delete."""
    memory = pathlib.Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory,
                                          os.W_OK) and shutil.disk_usage(memory).free > 1 << 30
    return memory if roomy and not durable else "/tmp"


class Postgres:
    """`durable`: what was acknowledged survives the server's death, as in production. `settings`:
    more of postgresql.conf, as {name: value}. `kept`: a folder whose data stays."""

    def __init__(self, durable=False, settings=None, kept=None):
        self._prepare(durable, settings)
        if kept:
            self._patience = 600  # much data is read, and written, for long
            self._keep(kept)
        if not (self.folder / "data" / "PG_VERSION").exists():
            self._make_cluster()

    def _prepare(self, durable=False, settings=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vitrine-pg-", dir=_place(durable)))
        if _AS_POSTGRES:
            shutil.chown(self.folder, "postgres", "postgres")
        self.user = "postgres"
        self.log = self.folder / "log"
        self.process = None
        self._databases = 0
        self._patience = 30
        self._settings = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder}",
                          "-c", f"fsync={'on' if durable else 'off'}", "-c", "max_connections=60",
                          "-c", "log_statement=none", "-c", "log_line_prefix=%d|", "-c",
                          "max_wal_size=128MB"]
        for name, value in (settings or {}).items():
            self._settings += ["-c", f"{name}={value}"]

    def _keep(self, data):
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _AS_POSTGRES:
            shutil.chown(data, "postgres", "postgres")
        (self.folder / "data").symlink_to(data)

    def _make_cluster(self):
        self._run(_binaries() / "initdb", "-D", self.folder / "data", "-U", self.user, "-A",
                  "trust",
                  "-E", "UTF8", "--no-locale", "--no-sync", "--no-instructions")

    def _run(self, *command):
        result = subprocess.run([*_AS_POSTGRES, *map(str, command)], cwd="/", capture_output=True,
                                text=True)
        if result.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{result.stdout}{result.stderr}")

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*_AS_POSTGRES, str(_binaries() / "postgres"), "-D", str(self.folder / "data"),
                 *self._settings],
                cwd="/", stdout=log, stderr=log, start_new_session=True,
            )
        deadline = time.monotonic() + self._patience
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
                return self
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    text = self.log.read_text()
                    raise RuntimeError("PostgreSQL did not start:\n" + text) from None
                time.sleep(0.02)

    def stop(self, how=signal.SIGINT):
        """SIGINT ends transactions and writes everything; SIGQUIT leaves that to the next start."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(self._patience)
        self.process = None

    def kill(self):
        """Ends the server as a crash would: the postmaster and, by its death, its children."""
        self.process.kill()
        self.process.wait(30)
        self.process = None
        time.sleep(0.2)  # the orphaned backends notice by themselves

    def freeze(self):
        """Stops every process of the server where it stands: what was sent to it is not read."""
        self._signal(signal.SIGSTOP)

    def thaw(self):
        self._signal(signal.SIGCONT)

    def _signal(self, number, title=""):
        """To each process of the server whose title holds this."""
        members = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid),
                                  "--pid", str(self.process.pid)], capture_output=True, text=True,
                                 check=True).stdout.splitlines()
        pids = [int(member.split()[0]) for member in members if title in member]
        assert pids, f"no process {title}"
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):  # a backend has ended since
                os.kill(pid, number)

    def configure(self, **settings):
        """Changes settings of the running server, as an operator would."""
        with self.connect("postgres") as connection:
            for name, value in settings.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            connection.execute("SELECT pg_reload_conf()")

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database):
        return f"postgresql:///{database}?host={self.folder}&user={self.user}"

    def create_database(self):
        self._databases += 1
        name = f"vitrine_{self._databases}"
        with self.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return name

    def drop_database(self, name):
        if self.process:
            with self.connect("postgres") as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def connect(self, database):
        return psycopg.connect(self.url(database), autocommit=True, connect_timeout=5)


class Standby(Postgres):
    """Streams from a running primary, under this application_name."""

    def __init__(self, primary, name):
        self._prepare()
        self.name = name
        self._run(_binaries() / "pg_basebackup", "-D", self.folder / "data", "-R", "-c", "fast",
                  "--no-sync", "-d",
                  f"host={primary.folder} user={primary.user} application_name={name}")

    def freeze_receiver(self):
        """Stops the process that takes what the primary sends. The server goes on answering."""
        self._signal(signal.SIGSTOP, "walreceiver")

    def promote(self):
        with self.connect("postgres") as connection:
            connection.execute("SELECT pg_promote()")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.thaw()
            self.process.send_signal(signal.SIGQUIT)
        super().stop()
