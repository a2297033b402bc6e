"""Many shares that end at once, worked off while others are resolved."""

import contextlib
import time

import load
import measure
import population
import programs
import servers
from measure import say
from support.workspace import uuid_of

SLICE = 5       # seconds of resolves at a time
PATIENCE = 600  # seconds for all of it


def _make_due(shares, count, service):
    """Younger shares than those of the data set, each with a link, which have just ended."""
    first = shares.count + 1
    workspace = shares.workspace(service)
    owner = uuid_of(workspace.id), uuid_of(workspace.key_id)
    kid = population.Tokens(service.settings["VITRINE_LINK_KEYS_FILE"]).kid
    say(f"making {count:,} shares that have ended")
    with shares.connect() as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in population.ended_sql(first, count, *owner, kid):
            connection.execute(statement)
        connection.execute("VACUUM ANALYZE due, share, link")


def _pages_read(shares):
    """Pages of tables and their indexes that sessions have read, as far as these have ended."""
    with shares.connect() as connection:
        return connection.execute(
            "SELECT sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0))"
            "::int FROM pg_statio_user_tables").fetchone()[0]


def _idle_pages(shares, service):
    """What one sweep reads while nothing is due."""
    counts = []
    for _ in range(2):
        service.run("sweep", "--once")
        time.sleep(1)  # the session tells what it has read when it ends
        counts.append(_pages_read(shares))
    return counts[1] - counts[0]


def _p99(paced, scenario, rate, seconds=SLICE):
    return load.paced(paced, scenario.requests, scenario.file, measure.CONNECTIONS, rate,
                      int(rate * seconds))["p99_ms"]


def _left(shares):
    with shares.connect() as connection:
        return connection.execute("SELECT (SELECT count(*) FROM due WHERE kind = 'expire'"
                                  " AND due_at <= now()), (SELECT count(*) FROM event_inbox)"
                                  ).fetchone()


@contextlib.contextmanager
def _jobs(service):
    worker = servers.Service(service.postgres, {"VITRINE_LOG_LEVEL": "warning",
                                                "VITRINE_LINK_KEYS_FILE":
                                                    service.settings["VITRINE_LINK_KEYS_FILE"]},
                             replica_of=service, arguments=("--jobs-only",))
    try:
        yield worker.start()
    finally:
        worker.remove()


def measured(shares, service, scenario, arguments):
    """Figures of one sweep of `arguments.due` ends; `service` does no jobs itself."""
    paced, rate = programs.beside(arguments.build, "paced"), arguments.resolve_rate
    idle_pages = _idle_pages(shares, service)
    say(f"with nothing due, a sweep reads {idle_pages} pages")
    _make_due(shares, arguments.due, service)
    measure.forgiving("before the sweep", lambda: {"p99": _p99(paced, scenario, rate)})
    usual = sorted(_p99(paced, scenario, rate) for _ in range(3))[1]
    say(f"resolve p99 {usual} ms at {rate:,.0f}/s; now {arguments.due:,} shares are due")
    during, began, swept, published = [], time.monotonic(), None, None
    with _jobs(service):
        while published is None and time.monotonic() - began < PATIENCE:
            during.append(_p99(paced, scenario, rate))
            due, waiting = _left(shares)
            passed = time.monotonic() - began
            swept = swept or (passed if due == 0 else None)
            published = passed if due == 0 and waiting == 0 else None
            say(f"  {passed:5.1f} s: {due:,} due, {waiting:,} events not published, "
                f"p99 {during[-1]} ms")
    with shares.connect() as connection:
        told = connection.execute("SELECT type, count(*) FROM event GROUP BY 1 ORDER BY 1"
                                  ).fetchall()
    during.sort()
    if published is None or dict(told).get("share.expired") != arguments.due:
        raise RuntimeError(f"not worked off within {PATIENCE} s, or told otherwise: {told}")
    return {"idle_pages": idle_pages, "due": arguments.due, "swept_s": round(swept, 1),
            "published_s": round(published, 1), "resolve_rate": rate, "usual_p99_ms": usual,
            "p99_ms": during[len(during) // 2], "worst_p99_ms": during[-1],
            "p99_over_usual": round(during[len(during) // 2] / usual, 3)}
