"""Standbys answer resolves as long as they show every acknowledged change, and not a moment more."""

import collections
import concurrent.futures
import threading
import time

import pytest

from support.client import eventually
from support.replication import is_used, now_at, resolving_sessions, told


def left_out_within(service, standby, seconds):
    began = time.monotonic()
    eventually(lambda: not is_used(service, standby), within=seconds + 3)
    return time.monotonic() - began < seconds


def test_standbys_that_every_commit_waits_for_are_used(reading, cluster):
    for standby in cluster.standbys:
        assert told(reading, "standby_used", standby) == [None]
        assert not told(reading, "standby_left_out", standby)
        assert not told(reading, "standby_refused", standby)


def resolve_all_the_time(share, during):
    """The statuses of the resolves that were asked for one after another meanwhile, and how long
    the slowest took."""
    done = threading.Event()

    def keep_asking():
        statuses, slowest = collections.Counter(), 0
        while not done.is_set():
            began = time.monotonic()
            statuses[share.resolve().status] += 1
            slowest = max(slowest, time.monotonic() - began)
        return statuses, slowest

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asking = pool.submit(keep_asking)
        try:
            during()
        finally:
            done.set()
        return asking.result()


def open_many(workspace):
    """So many links that every thread of the resolver has some, and the time before that."""
    recording = workspace.register()
    shares = [workspace.share(recording) for _ in range(24)]
    since = now_at(workspace.service.postgres)
    for share in shares:
        assert share.open()
    return since


def test_resolves_are_answered_by_the_standbys_and_not_by_the_primary(reading, cluster):
    since = open_many(reading.workspace())
    assert resolving_sessions(reading, cluster.left, since) > 0
    assert resolving_sessions(reading, cluster.right, since) > 0
    assert resolving_sessions(reading, cluster.primary, since) == 0


def test_resolves_are_answered_by_the_primary_when_no_standby_may(reading, cluster):
    cluster.primary.configure(synchronous_commit="on")
    eventually(lambda: not is_used(reading, cluster.left) and not is_used(reading, cluster.right))
    since = open_many(reading.workspace())
    assert resolving_sessions(reading, cluster.left, since) == 0
    assert resolving_sessions(reading, cluster.right, since) == 0
    assert resolving_sessions(reading, cluster.primary, since) > 0


def test_without_remote_apply_standbys_are_refused_until_it_is_set(reading, cluster):
    cluster.primary.configure(synchronous_commit="on")
    assert left_out_within(reading, cluster.left, 2)
    assert "synchronous_commit = remote_apply" in told(reading, "standby_refused", cluster.left)[-1]
    assert not is_used(reading, cluster.right)
    cluster.primary.configure(synchronous_commit="remote_apply")
    eventually(lambda: is_used(reading, cluster.left) and is_used(reading, cluster.right), within=5)


@pytest.mark.parametrize("names", ["FIRST 1 (left_one, right_one)", "ANY 1 (left_one, right_one)",
                                   "2 (left_one, right_one, spare)", "*"])
def test_where_a_commit_does_not_wait_for_all_nobody_is_used(reading, cluster, names):
    cluster.primary.configure(synchronous_standby_names=names)
    assert left_out_within(reading, cluster.left, 2)
    assert "does not wait for every standby" in told(reading, "standby_refused", cluster.left)[-1]
    assert not is_used(reading, cluster.right)


def test_a_standby_that_is_not_named_is_refused_and_the_other_one_used(reading, cluster):
    cluster.primary.configure(synchronous_standby_names="1 (RIGHT_ONE)")
    assert left_out_within(reading, cluster.left, 2)
    assert "streams as left_one" in told(reading, "standby_refused", cluster.left)[-1]
    assert is_used(reading, cluster.right)


def test_a_standby_that_dies_is_left_out_within_two_seconds_and_nobody_notices(reading, cluster):
    def lose_it():
        cluster.left.kill()
        assert left_out_within(reading, cluster.left, 2)
        assert is_used(reading, cluster.right)

    share = reading.workspace().share()
    try:
        statuses, slowest = resolve_all_the_time(share, lose_it)
    finally:
        cluster.left.start()
    assert set(statuses) == {200} and slowest < 2
    assert told(reading, "standby_left_out", cluster.left)
    eventually(lambda: is_used(reading, cluster.left))


def test_a_frozen_standby_is_left_out_within_two_seconds_and_resolves_go_on(reading, cluster):
    def freeze_it():
        cluster.left.freeze()
        assert left_out_within(reading, cluster.left, 2)
        assert is_used(reading, cluster.right)

    share = reading.workspace().share()
    statuses, slowest = resolve_all_the_time(share, freeze_it)
    assert set(statuses) == {200} and slowest < 4
    cluster.left.thaw()
    eventually(lambda: is_used(reading, cluster.left))


def test_a_frozen_standby_does_not_hold_up_the_end_of_the_service(reading, cluster):
    cluster.left.freeze()
    began = time.monotonic()
    assert reading.stop() == 0
    assert time.monotonic() - began < 5


def test_a_role_that_may_not_see_who_streams_is_told_of_pg_monitor(own_service, healed):
    service = own_service(cluster=healed.primary)
    service.sql("CREATE ROLE modest LOGIN")
    service.sql("GRANT ALL ON ALL TABLES IN SCHEMA public TO modest")
    for setting, url in (("VITRINE_DATABASE_URL", service.settings["VITRINE_DATABASE_URL"]),
                         ("VITRINE_DATABASE_READ_URL", healed.read_url(service))):
        service.settings[setting] = url.replace("user=postgres", "user=modest")
    service.start()
    eventually(lambda: told(service, "standby_refused", healed.left))
    assert "GRANT pg_monitor" in told(service, "standby_refused", healed.left)[-1]
    assert not is_used(service, healed.left)
    service.sql("GRANT pg_monitor TO modest")
    eventually(lambda: is_used(service, healed.left))


def test_a_copy_of_another_database_is_refused(own_service, healed, postgres):
    service = own_service(cluster=healed.primary)
    service.settings["VITRINE_DATABASE_READ_URL"] = (
        f"host={postgres.folder} dbname=postgres user={postgres.user}")
    service.start()
    eventually(lambda: told(service, "standby_refused", postgres))
    assert "no copy of this primary" in told(service, "standby_refused", postgres)[-1]


def test_the_service_starts_without_its_standbys_and_names_no_password(own_service, healed):
    service = own_service(cluster=healed.primary)
    password = "a-password-of-many-letters"
    service.secrets.add(password)
    service.settings["VITRINE_DATABASE_READ_URL"] = (
        f"postgresql://reader:{password}@127.0.0.1:1,[::1]:1/{service.database}")
    service.start()
    assert service.workspace().share().open()
    for host in ("127.0.0.1:1", "[::1]:1"):
        eventually(lambda: f'"standby_left_out","host":"{host}"' in service.log_text())
