"""What comes with time: starts and ends are told, the dead are removed, and no link waits for it."""

import signal
import time

from support.client import eventually
from support.workspace import expect, uuid_of

PROMPTLY = 5  # seconds from an instant to its event, by promise


def told(service, identifier, column="share_id"):
    """The events of a share or link, in order, published or not."""
    rows = service.sql(
        f"SELECT type FROM (SELECT 0 AS part, position AS place, type, {column} FROM event"
        f" UNION ALL SELECT 1, entry, type, {column} FROM event_inbox) AS told"
        f" WHERE {column} = '{uuid_of(identifier)}' ORDER BY part, place")
    return [row[0] for row in rows]


def ends_told(service, share):
    return [type for type in told(service, share.id) if type.endswith(".expired")]


def test_an_end_is_told_within_five_seconds_once_with_its_links(service, workspace):
    share = workspace.share(ttl_seconds=1, recipients=[{"email": "a@example.com"},
                                                       {"email": "b@example.com"}])
    eventually(lambda: ends_told(service, share), within=1 + PROMPTLY)
    time.sleep(2)  # two more rounds of the sweeper
    assert ends_told(service, share) == ["share.expired", "link.expired", "link.expired"]


def test_a_start_is_told_within_five_seconds(service, workspace):
    share = workspace.share(starts_at=in_seconds(workspace, 1.5), ttl_seconds=3600)
    assert share.resolve().code == "link_not_started"
    eventually(lambda: "share.started" in told(service, share.id), within=2 + PROMPTLY)
    assert share.resolve().status == 200
    assert told(service, share.id).count("share.started") == 1


def test_a_rotated_link_is_told_when_its_grace_is_over(service, workspace):
    share = workspace.share()
    old = share.document["links"][0]["id"]
    expect(workspace.client.post(f"{share.path}/links/{old}/rotate", {"grace_seconds": 1}), 201)
    eventually(lambda: "link.expired" in told(service, old, "link_id"), within=1 + PROMPTLY)
    assert told(service, share.id).count("share.expired") == 0


def test_without_any_sweeper_an_expired_link_is_dead_all_the_same(own_service):
    service = own_service(arguments=["--no-jobs"]).start()
    share = service.workspace().share(ttl_seconds=1)
    eventually(lambda: share.resolve().status == 410, within=5)
    assert share.resolve().code == "link_expired"
    assert ends_told(service, share) == []
    said = service.run("sweep", "--once")
    assert "recorded 0 starts and 1 ends" in said
    assert ends_told(service, share) == ["share.expired", "link.expired"]
    assert "recorded 0 starts and 0 ends" in service.run("sweep", "--once")


def test_sweep_asks_to_be_told_that_it_is_for_once(own_service):
    result = own_service().attempt("sweep")
    assert result.returncode == 2 and "--once" in result.stderr


def test_a_process_for_the_jobs_alone_serves_no_api_and_does_them(own_service):
    api = own_service(arguments=["--no-jobs"]).start()
    jobs = own_service(replica_of=api, arguments=["--jobs-only"]).start()
    assert not accepts(jobs)
    assert "vitrine_sweeper_lag_seconds" in jobs.admin().get("/metrics").body.decode()
    assert "vitrine_sweeper_lag_seconds" not in api.admin().get("/metrics").body.decode()
    share = api.workspace().share(ttl_seconds=1)
    eventually(lambda: ends_told(api, share), within=1 + PROMPTLY)
    assert jobs.stop() == 0


def test_both_flags_together_are_refused(own_service):
    result = own_service().attempt("serve", "--jobs-only", "--no-jobs")
    assert result.returncode == 2 and "--no-jobs" in result.stderr


def test_two_replicas_tell_every_end_once_even_when_one_is_killed(own_service):
    one = own_service().start()
    two = own_service(replica_of=one).start()
    workspace = one.workspace()
    recording = workspace.register()
    items = [{"recording_id": recording, "ttl_seconds": 2}] * 500
    expect(workspace.client.post("/v1/shares/bulk-create", {"items": items}), 200)
    time.sleep(2)
    two.stop(signal.SIGKILL)
    counted = "SELECT count(*), count(DISTINCT share_id) FROM (" \
        "SELECT type, share_id FROM event UNION ALL SELECT type, share_id FROM event_inbox) AS e" \
        " WHERE type = 'share.expired'"
    eventually(lambda: one.sql(counted)[0][1] == 500, within=20)
    assert tuple(one.sql(counted)[0]) == (500, 500)


def test_the_dead_are_unknown_once_the_policy_forgets_them(service):
    workspace = service.workspace()
    share = workspace.share()
    workspace.client.patch("/v1/policy", {"retention_days": 1})
    share.revoke()
    assert share.resolve().code == "link_revoked"
    service.sql("UPDATE share SET revoked_at = now() - interval "
                           f"'2 days' WHERE share_id = '{uuid_of(share.id)}'")
    service.sql("UPDATE due SET due_at = now() "
                           f"WHERE subject = '{uuid_of(share.id)}' AND kind = 'forget'")
    eventually(lambda: share.resolve().code == "link_not_found", within=PROMPTLY)
    assert workspace.client.get(share.path).status == 404


def in_seconds(workspace, seconds):
    now = workspace.service.sql(
        f"SELECT to_char((now() + interval '{seconds} seconds') AT TIME ZONE 'UTC',"
        " 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")
    return now[0][0]


def accepts(service):
    try:
        service.client().get("/v1/shares")
        return True
    except OSError:
        return False
