"""A process that stands still in the middle of its work: the others go on without it."""

import signal
import time

import pytest

from support.client import eventually

MANY = 20_000  # events, which two publishers need a second for
PATIENCE = 60  # seconds; an idle transaction is ended after five

# Who has a place in the feed to give away, and does nothing with it.
IDLE_PUBLISHER = """
SELECT a.pid, a.xact_start
  FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
 WHERE l.locktype = 'advisory' AND l.granted AND a.state = 'idle in transaction'
   AND a.datname = current_database()"""


@pytest.fixture
def service(own_service):
    return own_service().start()


@pytest.fixture
def other(service, own_service):
    return own_service(replica_of=service, arguments=["--jobs-only"]).start()


def stands_still_while_publishing(service, process):
    """Stops the process; whether that was in the middle of a transaction of its publisher."""
    process.send_signal(signal.SIGSTOP)
    time.sleep(0.05)  # what it has asked for last is done by then
    first = service.sql(IDLE_PUBLISHER)
    time.sleep(0.05)
    if first and service.sql(IDLE_PUBLISHER) == first:
        return True
    process.send_signal(signal.SIGCONT)
    return False


def put_down(service, type, count=1):
    service.sql("INSERT INTO event_inbox (workspace_id, type) SELECT workspace_id, %s"
                "  FROM (SELECT workspace_id FROM workspace LIMIT 1) AS one,"
                f"      generate_series(1, {count})", type)


def published(service, type):
    return service.sql("SELECT count(*), count(DISTINCT event_id) FROM event WHERE type = %s",
                       type)[0]


def test_a_publisher_that_stands_still_holds_the_feed_up_for_seconds_only(service, other):
    service.workspace()
    told, stopped = 0, False
    try:
        while not stopped and told < 100 * MANY:
            put_down(service, "policy.updated", MANY)
            told += MANY
            stopped = stands_still_while_publishing(service, other.process)
        assert stopped and published(service, "policy.updated")[0] < told
        eventually(lambda: published(service, "policy.updated") == (told, told), within=PATIENCE)
    finally:
        other.process.send_signal(signal.SIGCONT)
    assert service.stop() == 0
    put_down(service, "share.created")
    eventually(lambda: published(service, "share.created") == (1, 1))
    assert published(service, "policy.updated") == (told, told)
