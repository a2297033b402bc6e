"""A data set of so many shares, made once and kept for the next run."""

import hashlib
import pathlib
import random
import re

import population
import psql
import servers
from measure import say
from support.workspace import Workspace, uuid_of

NAME = "crowd"       # of the workspace that has all shares
PANEL_BYTES = 200
TOKENS = 100_000     # as many distinct links are resolved
BYTES_EACH = 2000    # of a share with its recording, link, panel and all indexes
AT_ONCE = 2          # statements that fill the tables or build indexes

# The indexes that are no constraint's: they are built faster when the rows are there.
_INDEXES = """
SELECT c.oid::regclass::text, pg_get_indexdef(c.oid)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
 WHERE i.indrelid::regclass::text = ANY (%s)
   AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid)"""


def stamp(count):
    """Names what a finished data set was made of; another schema makes another one."""
    digest = hashlib.sha256(f"{count} {PANEL_BYTES}".encode())
    schema = sorted((servers.ROOT / "schema").glob("*.sql"))
    for path in [*schema, pathlib.Path(population.__file__)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


class KeptShares:
    """One database of a kept cluster. A service takes it for a cluster that makes databases."""

    def __init__(self, postgres, count):
        self.postgres, self.count, self.name = postgres, count, f"shares_{count}"

    # -- as a service sees it

    def create_database(self):
        return self.name

    def drop_database(self, _):
        pass

    def url(self, _=None):
        return self.postgres.url(self.name)

    def connect(self, _=None):
        return self.postgres.connect(self.name)

    # -- making it

    def is_complete(self):
        with self.postgres.connect("postgres") as connection:
            found = connection.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
                (self.name,)).fetchone()
        return found == (stamp(self.count),)

    def begin_anew(self):
        with self.postgres.connect("postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {self.name}")

    def fill(self, service):
        """`service` is one on this database that does not serve yet, and whose schema is new."""
        workspace = service.workspace(NAME)
        kid = population.Tokens(service.settings["VITRINE_LINK_KEYS_FILE"]).kid
        owner = uuid_of(workspace.id), uuid_of(workspace.key_id)
        tables = [table for table in population.TABLES if table != "media_object"]
        with self.connect() as connection:
            indexes = connection.execute(_INDEXES, (tables,)).fetchall()
            for name, _ in indexes:
                connection.execute(f"DROP INDEX {name}")
        # A replica checks no foreign keys.
        self._run([(table, ["SET session_replication_role = replica",
                            population.insert_sql(table, self.count, *owner, kid, PANEL_BYTES)])
                   for table in tables])
        self._run([(f"index {name}", [definition]) for name, definition in indexes])
        self._run([(f"vacuum {table}", [f"VACUUM ANALYZE {table}"]) for table in tables])
        with self.connect() as connection:
            connection.execute(f"COMMENT ON DATABASE {self.name} IS '{stamp(self.count)}'")

    def _run(self, jobs):
        psql.run_all(self.url(), [(f"  {self.count:,} shares, {title}", statements)
                                  for title, statements in jobs], AT_ONCE, say)

    # -- using it

    def workspace(self, service):
        """The workspace of all shares, with a new key."""
        found = re.search(rf"^(wsp_\S+).*\b{NAME}\b", service.run("workspace", "list"), re.M)
        return Workspace(service, found.group(1))

    def tokens(self, key_file):
        """Of links that open, chosen at random and in random order."""
        mint = population.Tokens(key_file)
        numbers = population.open_numbers(self.count)
        chosen = random.Random(1).sample(numbers, min(TOKENS, len(numbers)))
        return [mint.of(population.id_of(number)) for number in chosen]

    def gib(self):
        with self.connect() as connection:
            size = connection.execute("SELECT pg_database_size(current_database())").fetchone()[0]
        return round(size / 2**30, 2)

    def remove_later_shares(self):
        """What a measurement created: its ids are younger than those of the data set. Links and
        shares go together, so no foreign key needs to be looked up."""
        last = population.id_of(self.count)
        with self.connect() as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("DELETE FROM link WHERE link_id > %s", (last,))
            connection.execute("DELETE FROM due WHERE subject > %s", (last,))
            connection.execute("TRUNCATE event, event_inbox, delivery, delivery_attempt")
            if connection.execute("DELETE FROM share WHERE share_id > %s", (last,)).rowcount:
                connection.execute("VACUUM ANALYZE link, share, due")
