"""A way to PostgreSQL that can be shut right behind a COMMIT: it is done, and nobody is told."""

import pathlib
import shutil
import socket
import tempfile
import threading


class CommitGate:
    """A socket to give to a service in place of the cluster's. `arm()` makes it let the next COMMIT
    through and keep the answer; `held` is set when PostgreSQL has given that answer."""

    def __init__(self, postgres):
        self.target = str(postgres.folder / ".s.PGSQL.5432")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vitrine-gate-"))
        self.user = postgres.user
        self.held = threading.Event()
        self._armed = False
        self._open = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.folder / ".s.PGSQL.5432"))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, database):
        return f"postgresql:///{database}?host={self.folder}&user={self.user}"

    def arm(self):
        self.held.clear()
        self._armed = True

    def drop(self):
        """Ends every connection, so that whoever waits for an answer learns that none will come."""
        for one in self._open:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self._open.clear()

    def remove(self):
        self._listener.close()
        self.drop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _accept(self):
        while True:
            try:
                service, _ = self._listener.accept()
            except OSError:
                return
            database = socket.socket(socket.AF_UNIX)
            database.connect(self.target)
            self._open += [service, database]
            keeps = threading.Event()
            threading.Thread(target=self._forth, args=(service, database, keeps),
                             daemon=True).start()
            threading.Thread(target=self._back, args=(database, service, keeps),
                             daemon=True).start()

    def _forth(self, service, database, keeps):
        try:
            while data := service.recv(1 << 16):
                if self._armed and b"COMMIT\0" in data:
                    self._armed = False
                    keeps.set()
                database.sendall(data)
            database.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def _back(self, database, service, keeps):
        try:
            while data := database.recv(1 << 16):
                if keeps.is_set():
                    self.held.set()
                else:
                    service.sendall(data)
            service.shutdown(socket.SHUT_WR)
        except OSError:
            pass
