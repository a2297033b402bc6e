"""The primary dies and a standby takes its place."""

import pytest

from support.client import eventually
from support.replication import Replication, is_used, told
from support.workspace import expect


@pytest.fixture
def servers(own_service):
    own = Replication()
    try:
        yield own
    finally:
        own.remove()


def test_after_a_failover_no_standby_is_read_from_before_the_new_primary_waits_for_it(
        own_service, servers):
    service = own_service(cluster=servers.primary)
    service.settings["VITRINE_DATABASE_READ_URL"] = servers.read_url(service)
    service.settings["VITRINE_DATABASE_URL"] = (
        f"host={servers.primary.folder},{servers.left.folder} dbname={service.database}"
        f" user={servers.primary.user}")
    share = service.start().workspace().share()
    eventually(lambda: is_used(service, servers.left) and is_used(service, servers.right))

    servers.primary.kill()
    servers.left.promote()
    eventually(lambda: share.resolve().status == 200)
    expect(share.revoke(), 200)  # the new primary waits for nobody
    assert [share.resolve().status for _ in range(50)] == [410] * 50
    eventually(lambda: told(service, "standby_refused", servers.right))
    assert "synchronous_commit is on" in told(service, "standby_refused", servers.right)[-1]
    assert not is_used(service, servers.right)

    servers.right.configure(primary_conninfo=f"host={servers.left.folder} user=postgres"
                            " application_name=right_one")
    servers.left.configure(synchronous_commit="remote_apply",
                           synchronous_standby_names="1 (right_one)")
    eventually(lambda: is_used(service, servers.right))
    assert "takes writes" in told(service, "standby_left_out", servers.left)[-1]
    assert [share.resolve().status for _ in range(50)] == [410] * 50
