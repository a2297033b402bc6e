"""The database goes away, or waits for a lock: told honestly, and survived."""

import concurrent.futures
import resource
import select
import socket
import time

import pytest

from support.client import eventually
from support.postgres import Postgres
from support.workspace import expect


@pytest.fixture
def cluster():
    own = Postgres(durable=True)
    try:
        yield own.start()
    finally:
        own.remove()


@pytest.fixture
def share(own_service, cluster):
    return own_service(cluster=cluster).start().workspace().share(expires_at=None)


def timed(call):
    began = time.monotonic()
    return call(), time.monotonic() - began


def readiness(service):
    answer = service.admin().get("/readyz")
    return answer.status, answer.json["status"]


def test_a_killed_database_is_told_as_unavailable_and_its_return_is_noticed(share, cluster):
    service = share.workspace.service
    assert share.open()
    cluster.kill()
    for call in (share.resolve, lambda: share.workspace.client.get(share.path),
                 lambda: share.change(label="lost")):
        answer, took = timed(call)
        assert (answer.status, answer.code) == (503, "unavailable") and took < 2.5
    assert share.viewer.post("/v1/resolve",
                             {"token": "A" * 44}).code == "link_not_found"  # needs no database
    assert service.admin().get("/livez").status == 200
    assert eventually(lambda: readiness(service) == (200, "degraded"), within=5)
    cluster.start()
    assert eventually(lambda: share.resolve().status == 200, within=10)
    assert eventually(lambda: readiness(service) == (200, "ok"), within=10)
    assert share.show()["label"] is None


def test_nothing_that_was_acknowledged_is_lost_when_the_database_is_killed(share, cluster):
    workspace = share.workspace
    made = [workspace.share(share.document["recording_id"]) for _ in range(20)]
    for one in made[::2]:
        expect(one.revoke(), 200)
    cluster.kill()
    cluster.start()
    assert eventually(lambda: share.resolve().status == 200, within=10)
    assert [one.resolve().status for one in made] == [410, 200] * 10


def test_under_load_a_killed_database_gives_only_honest_answers(share, cluster):
    service = share.workspace.service
    stop = time.monotonic() + 6

    def keep_asking(_):
        client, statuses, slowest = service.client(), set(), 0
        while time.monotonic() < stop:
            answer, took = timed(lambda: client.post("/v1/resolve", {"token": share.token}))
            statuses.add((answer.status, answer.code))
            slowest = max(slowest, took)
        return statuses, slowest

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        asked = pool.map(keep_asking, range(8))
        time.sleep(1)
        cluster.kill()
        time.sleep(2)
        cluster.start()
        results = list(asked)
    seen = set().union(*(statuses for statuses, _ in results))
    assert (200, None) in seen and (503, "unavailable") in seen
    assert seen <= {(200, None), (503, "unavailable"), (503, "timeout"), (503, "overloaded")}
    assert max(slowest for _, slowest in results) < 4
    assert eventually(lambda: share.resolve().status == 200, within=10)


def test_a_terminated_connection_is_replaced(share, cluster):
    service = share.workspace.service
    for _ in range(5):
        service.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()")
        answer = share.resolve()
        assert answer.status in (200, 503), answer
        assert eventually(lambda: share.resolve().status == 200, within=5)


def test_a_locked_table_is_told_as_a_timeout_and_others_go_on(share):
    service = share.workspace.service
    with service.postgres.connect(service.database) as holder:
        with holder.transaction():
            holder.execute("LOCK TABLE share IN ACCESS EXCLUSIVE MODE")
            answer, took = timed(lambda: share.workspace.client.get(share.path))
            assert (answer.status, answer.code) == (503, "timeout") and took < 3
            assert share.workspace.client.get("/v1/recordings").status == 200
            assert service.client().get("/").status == 200
    assert share.show()


def read_for(seconds, sockets):
    """What arrives on many sockets within a time, per socket."""
    poll = select.poll()
    by_number = {sock.fileno(): sock for sock in sockets}
    for number in by_number:
        poll.register(number, select.POLLIN)
    received, deadline = {}, time.monotonic() + seconds
    while time.monotonic() < deadline:
        for number, _ in poll.poll(100):
            chunk = by_number[number].recv(65536)
            received[number] = received.get(number, b"") + chunk
            if not chunk:
                poll.unregister(number)
    return received


def test_too_many_waiting_requests_are_turned_away_at_once(own_service, cluster):
    """One database thread, a locked table, and more requests than its queue holds."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    service = own_service(settings={"VITRINE_DATABASE_POOL_SIZE": "1"}, cluster=cluster).start()
    share = service.workspace().share()
    secret = share.workspace.secret
    request = (f"GET {share.path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {secret}\r\n"
               "Connection: close\r\n\r\n").encode()
    sockets = []
    try:
        with cluster.connect(service.database) as holder, holder.transaction():
            holder.execute("LOCK TABLE share IN ACCESS EXCLUSIVE MODE")
            for _ in range(1300):
                sockets.append(socket.create_connection(service.address, timeout=30))
                sockets[-1].sendall(request)
            answers = read_for(2, sockets)
            refused = [answer for answer in answers.values() if b'"overloaded"' in answer]
            assert len(refused) > 100 and all(answer.startswith(b"HTTP/1.1 503")
                                              for answer in refused)
            assert all(b"retry-after: 1\r\n" in answer.lower() for answer in refused)
            assert service.client().get("/").status == 200
    finally:
        for sock in sockets:
            sock.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert eventually(lambda: share.workspace.client.get(share.path).status == 200, within=20)
