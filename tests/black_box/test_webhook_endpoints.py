"""Endpoints that are gone, dead, disabled or slow: what they get, and that others do not notice."""

import signal
import threading
import time

import pytest

from conftest import QUICK
from support.client import eventually
from support.hook import Hook
from support.receiver import answering, hanging
from support.workspace import expect, uuid_of

SHARES = {"event_types": ["share.created"]}


def told(hook, type):
    """The reasons of the webhook's events of a type, published or not."""
    return [reason for reason, in hook.workspace.service.sql(
        "SELECT reason FROM (SELECT webhook_id, type, reason FROM event UNION ALL"
        " SELECT webhook_id, type, reason FROM event_inbox) AS told"
        f" WHERE webhook_id = '{uuid_of(hook.id)}' AND type = '{type}'")]


def test_who_is_gone_is_disabled_at_once(hooks, receiver):
    hook = Hook(hooks, receiver.url(), **SHARES)
    receiver.answer("/", answering(410))
    hooks.share()
    webhook = eventually(lambda: not (shown := hook.show())["enabled"] and shown)
    assert (webhook["disabled_reason"], told(hook, "webhook.disabled")) == ("gone", ["gone"])
    assert hook.wait("failed")
    witness = Hook(hooks, receiver.url("/witness"), **SHARES)
    hooks.share()
    witness.wait("succeeded")
    assert hook.change(enabled=True).json["enabled"]
    receiver.answer("/", answering(204))
    hooks.share()
    receiver.wait(2)
    assert len(receiver.got()) == 2  # nothing of what happened meanwhile


def test_after_five_days_of_failure_a_webhook_is_disabled(hooks, receiver):
    hook = Hook(hooks, receiver.url(), **SHARES)
    receiver.answer("/", answering(500))
    hooks.share()
    hook.wait_for_attempts(1)
    hook.sql("UPDATE webhook SET failing_since = now() - interval '119 hours 59 minutes'"
             " WHERE webhook_id = {id}")
    hook.wait_for_attempts(2)
    assert hook.show()["enabled"]
    hook.sql("UPDATE webhook SET failing_since = now() - interval '120 hours'"
             " WHERE webhook_id = {id}")
    webhook = eventually(lambda: not (shown := hook.show())["enabled"] and shown)
    assert webhook["disabled_reason"] == "failing"
    assert told(hook, "webhook.disabled") == ["failing"]
    assert hook.wait("failed")[0]["next_attempt_at"] is None


def test_one_success_ends_what_was_held_against_it(hooks, receiver):
    hook = Hook(hooks, receiver.url(), **SHARES)
    hook.sql("UPDATE webhook SET failing_since = now() - interval '200 hours'"
             " WHERE webhook_id = {id}")
    hooks.share()
    hook.wait("succeeded")
    assert hook.show()["failing_since"] is None and hook.show()["enabled"]


def test_a_disabled_webhook_gets_nothing_of_what_waits_or_happens(hooks, receiver):
    hook = Hook(hooks, receiver.url(), **SHARES)
    witness = Hook(hooks, receiver.url("/witness"), **SHARES)
    receiver.answer("/", answering(500))
    hooks.share()
    hook.wait_for_attempts(1)
    expect(hook.change(enabled=False), 200)
    hook.wait("failed")
    before = len(receiver.got())
    hooks.share()
    receiver.wait(2, "/witness")
    witness.wait("succeeded", 2)
    assert len(receiver.got()) == before and len(hook.deliveries()["items"]) == 1


def test_a_removed_webhook_gets_nothing_and_its_deliveries_are_cleared_away(hooks, receiver):
    hook = Hook(hooks, receiver.url(), **SHARES)
    receiver.answer("/", answering(429))
    hook.lay_down(20)
    receiver.wait(1)
    expect(hook.delete(), 204)
    before = len(receiver.got())
    eventually(lambda: hook.sql("SELECT count(delivery_id) FROM delivery WHERE webhook_id = {id}")
               == [(0,)], within=20)
    assert len(receiver.got()) <= before + 4  # those that were being sent


def test_a_dead_endpoint_with_ten_thousand_waiting_keeps_no_other_waiting(hooks, receiver):
    dead, alive = Hook(hooks, receiver.url("/dead"), **SHARES), Hook(hooks, receiver.url(),
                                                                    **SHARES)
    receiver.answer("/dead", hanging)
    dead.lay_down(10_000)
    receiver.wait(1, "/dead")
    for number in range(3):
        began = time.monotonic()
        hooks.share()
        receiver.wait(number + 1, within=10)
        assert time.monotonic() - began < 3
    assert alive.show()["failing_since"] is None
    dead.delete()


def test_an_endpoint_gets_a_few_at_once_and_one_at_a_time_while_it_fails(hooks, receiver):
    at_once, most, lock = 0, {"/": 0, "/failing": 0}, threading.Lock()

    def busy(path, status):
        def answer(peer):
            nonlocal at_once
            with lock:
                at_once += 1
                most[path] = max(most[path], at_once)
            time.sleep(0.05)
            with lock:
                at_once -= 1
            answering(status)(peer)
        return answer

    receiver.answer("/", busy("/", 204))
    hook = Hook(hooks, receiver.url(), **SHARES)
    hook.lay_down(40)
    hook.wait("succeeded", 40)
    assert 2 <= most["/"] <= 4
    receiver.answer("/failing", busy("/failing", 500))
    failing = Hook(hooks, receiver.url("/failing"), **SHARES)
    failing.sql("UPDATE webhook SET failing_since = now() WHERE webhook_id = {id}")
    failing.lay_down(10)
    receiver.wait(10, "/failing")
    assert most["/failing"] == 1
    failing.delete()


def test_who_asks_for_a_pause_is_not_sent_the_rest_meanwhile(hooks, receiver):
    hook = Hook(hooks, receiver.url(), **SHARES)
    other = Hook(hooks, receiver.url("/other"), **SHARES)
    receiver.answer("/", answering(429, {"Retry-After": "600"}))
    hook.lay_down(50)
    receiver.wait(1)
    hooks.share()
    receiver.wait(1, "/other")
    other.wait("succeeded")
    assert len(receiver.got()) <= 4


@pytest.fixture
def private(own_service):
    """A workspace of a service that may be ended."""
    return own_service(QUICK).start().workspace()


def test_what_a_killed_service_was_sending_is_sent_again(private, receiver):
    service = private.service
    hook = Hook(private, receiver.url(), **SHARES)
    receiver.answer("/", hanging, answering(204))
    private.share()
    first = receiver.wait()[0]
    service.stop(signal.SIGKILL)
    service.start()
    again = receiver.wait(2, within=30)[1]
    assert again.id == first.id
    attempts = hook.wait("succeeded")[0]["attempts"]
    assert [one["attempt"] for one in attempts] == [2]  # nobody was left to write down the first


def test_nothing_is_lost_or_left_when_a_service_is_killed_again_and_again(private, receiver):
    service = private.service
    hook = Hook(private, receiver.url(), **SHARES)
    receiver.answer("/", lambda peer: (time.sleep(0.02), answering(204)(peer)))
    hook.lay_down(200)
    for _ in range(3):
        receiver.wait(len(receiver.got()) + 10, within=30)
        service.stop(signal.SIGKILL)
        service.start()
    hook.wait("succeeded", 200, within=30)
    assert len({hit.id for hit in receiver.got()}) == 200
    assert hook.deliveries("?state=pending")["items"] == []


def test_a_service_that_is_told_to_end_lets_what_is_in_flight_finish(private, receiver):
    service = private.service
    hook = Hook(private, receiver.url(), **SHARES)
    receiver.answer("/", lambda peer: (time.sleep(0.5), answering(204)(peer)))
    hook.lay_down(100)
    receiver.wait(4)
    assert service.stop() == 0
    sent = len(receiver.got())
    rows = service.sql("SELECT state, attempts, next_attempt_at <= now() FROM delivery")
    succeeded = [row for row in rows if row[0] == "succeeded"]
    assert len(succeeded) == sent < 100
    assert {row for row in rows if row[0] == "pending"} == {("pending", 0, True)}


def test_what_does_not_finish_in_time_is_given_back(private, receiver):
    service = private.service
    hook = Hook(private, receiver.url(), **SHARES)
    receiver.answer("/", hanging)
    hook.lay_down(1)
    receiver.wait(1)
    began = time.monotonic()
    assert service.stop() == 0
    assert time.monotonic() - began < 8
    attempts, = service.sql("SELECT attempts, state FROM delivery")
    assert attempts in ((0, "pending"), (1, "pending"))  # given back, or its time was up


def test_two_replicas_share_the_work_and_send_each_event_once(own_service, receiver):
    service = own_service(QUICK).start()
    workspace = service.workspace()
    own_service(QUICK, replica_of=service).start()
    hook = Hook(workspace, receiver.url(), **SHARES)
    hook.lay_down(300)
    hook.wait("succeeded", 200, within=30)
    eventually(lambda: hook.deliveries("?state=pending")["items"] == [], within=30)
    ids = [hit.id for hit in receiver.got()]
    assert len(ids) == len(set(ids)) == 300


def test_metrics_tell_of_deliveries(hooks, receiver):
    hook = Hook(hooks, receiver.url(), **SHARES)
    hooks.share()
    hook.wait("succeeded")
    text = hooks.service.admin().get("/metrics").body.decode()
    for name in ("deliveries_succeeded_total", "deliveries_failed_total", "attempts_total",
                 "endpoints_disabled_total", "in_flight", "deliveries_due", "lag_seconds"):
        assert f"\nvitrine_webhook_{name} " in text
    assert 'vitrine_job_failures_total{job="webhooks"} 0' in text
