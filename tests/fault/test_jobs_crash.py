"""The process is killed at every point between an effect and its telling; nothing is lost and nothing
happens twice. A webhook may come again, under the same id."""

import collections
import concurrent.futures
import contextlib
import json
import random
import signal
import time

import pytest

from support.client import eventually
from support.commit_gate import CommitGate
from support.feed import whole_feed
from support.hook import Hook
from support.postgres import Postgres
from support.receiver import answering, hanging
from support.workspace import expect, uuid_of

SETTINGS = {"VITRINE_ALLOW_PRIVATE_WEBHOOKS": "true", "VITRINE_WEBHOOK_TIMEOUT_SECONDS": "1",
            "VITRINE_WEBHOOK_RETRY_SCHEDULE": "0,1,1,1,1,1,1,1"}
AGAIN = 20  # seconds within which a delivery comes again whose sender died


@pytest.fixture
def service(own_service):
    return own_service(SETTINGS).start()


@pytest.fixture
def hook(service, receiver):
    return Hook(service.workspace(), receiver.url(), event_types=["share.created"])


@contextlib.contextmanager
def held(service, statement):
    """Another session has run the statement, and its transaction goes on."""
    with service.postgres.connect(service.database) as holder, holder.transaction():
        holder.execute(statement)
        yield holder


def waits_for_a_lock(service):
    return service.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                       " AND datname = current_database()")[0][0] > 0


def kill(service):
    service.stop(signal.SIGKILL)


def told_once(workspace, type, share):
    feed = [event for event in whole_feed(workspace.client, type=type)
            if event["data"]["share_id"] == share.id]
    return len(feed) == 1


def arrives(receiver, share, within=AGAIN):
    """The requests that told of this share: at least one, and all of one event."""
    hits = eventually(lambda: [hit for hit in receiver.got()
                               if hit.event["data"]["share_id"] == share.id], within=within)
    assert len({hit.id for hit in hits}) == 1
    return hits


# -- events


def test_killed_before_its_event_has_a_place(service, hook, receiver):
    with held(service, "SELECT pg_advisory_xact_lock(hashtextextended('vitrine/event', 0))"):
        share = hook.workspace.share()
        eventually(lambda: waits_for_a_lock(service))
        kill(service)
    service.start()
    arrives(receiver, share)
    assert told_once(hook.workspace, "share.created", share)


def test_killed_when_the_answer_to_its_commit_is_on_the_way(own_service):
    service = own_service(SETTINGS)
    gate = CommitGate(service.postgres)
    service.settings["VITRINE_DATABASE_URL"] = gate.url(service.database)
    service.start()
    workspace = service.workspace()
    recording = workspace.register()
    service.stop()
    service.arguments = ["--no-jobs"]  # else it may be a job that commits
    service.start()
    gate.arm()
    with concurrent.futures.ThreadPoolExecutor(1) as caller:
        draft = {"recording_id": recording, "label": "once"}
        key = {"Idempotency-Key": "once"}
        lost = caller.submit(workspace.client.post, "/v1/shares", draft, headers=key)
        assert gate.held.wait(10)
        kill(service)
        assert isinstance(lost.exception(15), Exception)
    service.settings["VITRINE_DATABASE_URL"] = service.postgres.url(service.database)
    service.start()
    again = expect(workspace.client.post("/v1/shares", draft, headers=key), 201).json
    told = [event["data"]["share_id"] for event in whole_feed(workspace.client,
                                                               type="share.created")]
    assert told == [again["id"]]
    gate.remove()


# -- webhooks


def test_killed_when_a_delivery_is_put_down_and_not_taken(service, own_service, receiver):
    service.stop()
    service.arguments = ["--no-jobs"]
    service.start()
    hook = Hook(service.workspace(), receiver.url(), event_types=["share.created"])
    share = hook.workspace.share()
    service.run("sweep", "--once")
    assert hook.wait("pending") and not receiver.got()
    kill(service)
    service.arguments = []
    service.start()
    assert len(arrives(receiver, share)) == 1


def test_killed_while_the_receiver_reads(service, hook, receiver):
    receiver.answer("/", hanging, answering(204))
    share = hook.workspace.share()
    receiver.wait()
    kill(service)
    service.start()
    eventually(lambda: len(arrives(receiver, share)) == 2, within=AGAIN)
    assert hook.wait("succeeded")
    assert told_once(hook.workspace, "share.created", share)


def test_killed_when_the_answer_is_there_and_not_recorded(service, hook, receiver):
    receiver.answer("/", slow_to_take, answering(204))
    share = hook.workspace.share()
    receiver.wait()
    row = f"SELECT delivery_id FROM delivery WHERE webhook_id = '{uuid_of(hook.id)}' FOR UPDATE"
    with held(service, row):
        eventually(lambda: waits_for_a_lock(service))
        kill(service)
    service.start()
    eventually(lambda: len(arrives(receiver, share)) == 2, within=AGAIN)
    assert hook.wait("succeeded")


def test_killed_when_all_is_done_nothing_comes_again(service, hook, receiver):
    share = hook.workspace.share()
    arrives(receiver, share)
    hook.wait("succeeded")
    kill(service)
    service.start()
    later = hook.workspace.share()
    arrives(receiver, later)
    assert len(arrives(receiver, share)) == 1


# -- the sweeper


def test_killed_in_the_middle_of_a_batch(service):
    workspace = service.workspace()
    share = workspace.share(ttl_seconds=1)
    with held(service, "LOCK TABLE event_inbox IN SHARE MODE"):
        eventually(lambda: waits_for_a_lock(service))
        kill(service)
    service.start()
    eventually(lambda: told_once(workspace, "share.expired", share))
    time.sleep(2)
    assert told_once(workspace, "share.expired", share)
    assert told_once(workspace, "link.expired", share)


# -- at any other point


def test_killed_again_and_again_under_load_nothing_is_lost_or_told_twice(service, hook, receiver):
    recording = hook.workspace.register()
    made, chance = [], random.Random(7)
    for number in range(8):
        deadline = time.monotonic() + chance.uniform(0.05, 0.8)
        while time.monotonic() < deadline:
            answer = hook.workspace.client.post("/v1/shares", {"recording_id": recording,
                                                               "ttl_seconds": 1})
            made.append(expect(answer, 201).json["id"])
        kill(service)
        service.start()
    all_arrive_and_are_told_once(hook, receiver, set(made))
    told = eventually(lambda: (ends := collections.Counter(
        event["data"]["share_id"]
        for event in whole_feed(hook.workspace.client, type="share.expired")))
        and set(made) <= set(ends) and ends, within=AGAIN)
    assert set(told.values()) == {1}


def test_postgresql_is_killed_and_comes_back(own_service, receiver):
    cluster = Postgres(durable=True).start()
    try:
        service = own_service(SETTINGS, cluster=cluster).start()
        hook = Hook(service.workspace(), receiver.url(), event_types=["share.created"])
        recording = hook.workspace.register()
        made = [hook.workspace.share(recording).id for _ in range(20)]
        cluster.kill()
        cluster.start()
        eventually(lambda: hook.workspace.client.get("/v1/shares").status == 200, within=30)
        made += [hook.workspace.share(recording).id for _ in range(5)]
        all_arrive_and_are_told_once(hook, receiver, set(made))
        assert service.process.poll() is None
    finally:
        cluster.remove()


def all_arrive_and_are_told_once(hook, receiver, shares):
    ids = collections.defaultdict(set)

    def arrived():
        for hit in receiver.got():
            ids[json.loads(hit.body)["data"]["share_id"]].add(hit.id)
        return shares <= set(ids)

    eventually(arrived, within=3 * AGAIN)
    assert all(len(one) == 1 for one in ids.values())
    told = collections.Counter(event["data"]["share_id"] for event in
                               whole_feed(hook.workspace.client, type="share.created"))
    assert shares <= set(told) and set(told.values()) == {1}


def slow_to_take(peer):
    """Answers after a while: long enough for somebody else to lock the delivery."""
    time.sleep(0.5)
    answering(204)(peer)
