"""One primary and two streaming standbys, and what the service says of them."""

import json

from support.client import eventually
from support.postgres import Postgres, Standby

ALL = "FIRST 2 (left_one, right_one)"


class Replication:
    """Every COMMIT waits until both standbys have applied it, unless a test says otherwise."""

    def __init__(self):
        self.primary = Postgres().start()
        self.standbys = [Standby(self.primary, name).start() for name in ("left_one", "right_one")]
        self.left, self.right = self.standbys
        self.heal()

    def heal(self):
        """Undoes what a test did to servers that are still there."""
        for standby in self.standbys:
            standby.thaw()
            standby.configure(recovery_min_apply_delay="0")
        self.primary.configure(synchronous_commit="remote_apply", synchronous_standby_names=ALL)
        eventually(lambda: self.waited_for() == 2)

    def waited_for(self):
        with self.primary.connect("postgres") as connection:
            return connection.execute("SELECT count(*) FROM pg_stat_replication"
                                      " WHERE state = 'streaming' AND sync_state = 'sync'"
                                      ).fetchone()[0]

    def remove(self):
        for server in (*self.standbys, self.primary):
            server.remove()

    def read_url(self, service):
        folders = ",".join(str(standby.folder) for standby in self.standbys)
        return f"postgresql:///{service.database}?host={folders}&user={self.primary.user}"


def name_of(standby):
    return f"{standby.folder}:5432"


def is_used(service, standby):
    return service.metric(f'vitrine_database_read_host_up{{host="{name_of(standby)}"}}') == 1


def host_changes(service):
    """How often other servers may have begun to answer its resolves."""
    return service.metric("vitrine_database_read_host_changes_total")


def resolving_sessions(service, server, since="-infinity"):
    """How many sessions there answered resolves of this service since that time."""
    with server.connect(service.database) as connection:
        return connection.execute("SELECT count(*) FROM pg_stat_activity WHERE query_start > %s"
                                  " AND datname = current_database()"
                                  " AND application_name = 'vitrine resolve'",
                                  [since]).fetchone()[0]


def now_at(server):
    with server.connect("postgres") as connection:
        return connection.execute("SELECT clock_timestamp()").fetchone()[0]


def told(service, event, standby):
    """The reasons that the log gives, the last one last."""
    lines = [json.loads(line) for line in service.log_text().splitlines() if line.startswith("{")]
    return [line.get("reason") for line in lines
            if line["event"] == event and line["host"] == name_of(standby)]
