"""A standby that every COMMIT waits for hangs, or lags: told honestly, survived, and never stale."""

import concurrent.futures
import time

from support.client import eventually
from support.replication import is_used, told
from support.workspace import expect


def timed(call):
    began = time.monotonic()
    return call(), time.monotonic() - began


def assert_reads_go_on(share, seconds):
    """Resolves keep being answered, and at once."""
    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        answer, took = timed(share.resolve)
        assert answer.status == 200 and took < 2, (answer, took)


def test_a_revocation_that_waits_for_a_frozen_standby_is_unknown_until_its_retry(reading, cluster):
    share, other = (reading.workspace().share() for _ in range(2))
    cluster.left.freeze_receiver()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        revoking = pool.submit(lambda: timed(share.revoke))
        assert_reads_go_on(other, 3)
        answer, took = revoking.result()
    assert (answer.status, answer.code) == (503, "outcome_unknown") and took < 4
    assert answer.headers["retry-after"] == "1"
    # The waiting COMMIT still holds the row, and nothing was acknowledged yet.
    again, took = timed(share.revoke)
    assert (again.status, again.code) == (503, "timeout") and took < 2
    cluster.left.thaw()
    eventually(lambda: share.revoke().status == 200)
    assert share.resolve().status == 410
    assert share.show()["state"] == "revoked"


def test_a_share_that_a_frozen_standby_held_up_is_made_once(reading, cluster):
    workspace = reading.workspace()
    recording = workspace.register()
    cluster.left.freeze_receiver()

    def create():
        return workspace.client.post("/v1/shares", {"recording_id": recording},
                                     headers={"Idempotency-Key": "only-once"})

    answer, took = timed(create)
    assert (answer.status, answer.code) == (503, "outcome_unknown") and took < 4
    again, took = timed(create)
    assert (again.status, again.code) == (409, "idempotency_in_progress") and took < 2
    cluster.left.thaw()
    eventually(lambda: create().status == 201)
    made = create().json
    listed = workspace.client.get(f"/v1/shares?recording_id={recording}").json
    assert [share["id"] for share in listed["items"]] == [made["id"]]


def test_a_lagging_standby_is_left_out_and_no_acknowledged_revocation_is_served(reading, cluster):
    share = reading.workspace().share()
    cluster.left.configure(recovery_min_apply_delay="1min")
    time.sleep(0.5)  # until the process that replays has heard of it
    began = time.monotonic()
    answer = share.revoke()
    assert (answer.status, answer.code) == (503, "outcome_unknown")
    eventually(lambda: not is_used(reading, cluster.left), within=2)
    assert time.monotonic() - began < 5
    assert "behind the primary" in told(reading, "standby_left_out", cluster.left)[-1]
    assert is_used(reading, cluster.right)
    cluster.heal()
    eventually(lambda: share.revoke().status == 200)
    assert [share.resolve().status for _ in range(20)] == [410] * 20
    eventually(lambda: is_used(reading, cluster.left))


def test_a_commit_whose_wait_was_cancelled_is_no_success_and_no_standby_contradicts_it(reading, cluster):
    """PostgreSQL acknowledges it, and only warns that the standbys may lack it."""
    share = reading.workspace().share()
    cluster.left.freeze_receiver()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        revoking = pool.submit(share.revoke)

        def cancelled():
            """A job may be waiting too, and be the first that is cancelled."""
            reading.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
                        " WHERE wait_event = 'SyncRep'")
            return revoking.done()

        eventually(cancelled)
        answer = revoking.result()
    assert (answer.status, answer.code) == (503, "outcome_unknown")
    # The primary shows it from now on, the frozen standby does not: nobody is sent there.
    assert share.show()["state"] == "revoked"
    assert [share.resolve().status for _ in range(50)] == [410] * 50
    cluster.left.thaw()
    expect(share.revoke(), 200)


def test_no_standby_serves_a_link_after_its_revocation_was_acknowledged(reading):
    workspace = reading.workspace()
    recording = workspace.register()
    viewers = [reading.client() for _ in range(4)]
    with concurrent.futures.ThreadPoolExecutor(len(viewers)) as pool:
        for _ in range(40):
            share = workspace.share(recording)

            def resolve(viewer):
                return viewer.post("/v1/resolve", {"token": share.token}).status

            assert set(pool.map(resolve, viewers)) == {200}
            expect(share.revoke(), 200)
            assert set(pool.map(resolve, viewers)) == {410}
