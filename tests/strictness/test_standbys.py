"""The same on two standbys, which every acknowledged change has reached."""

import os

import checker
import pytest

from support.client import eventually
from support.replication import Replication, host_changes, is_used, resolving_sessions

RESOLVES = int(os.environ.get("STRICTNESS_RESOLVES", 1_000_000))
CHANGES = int(os.environ.get("STRICTNESS_CHANGES", 10_000))


@pytest.fixture
def replication(own_service):
    own = Replication()
    try:
        yield own
    finally:
        own.remove()


def test_on_two_standbys_no_resolve_misses_a_change_that_was_acknowledged(
        own_service, replication):
    settings = checker.SETTINGS | {"VITRINE_RESOLVER_THREADS": "2"}
    first = own_service(settings, cluster=replication.primary)
    second = own_service(settings, replica_of=first)
    for service in (first, second):
        service.settings["VITRINE_DATABASE_READ_URL"] = replication.read_url(first)
        service.start()
        eventually(lambda one=service: all(is_used(one, each) for each in replication.standbys))
    before = [host_changes(service) for service in (first, second)]
    found = checker.findings(checker.started([first, second], RESOLVES, CHANGES))
    steady = before == [host_changes(service) for service in (first, second)]
    checker.assert_strict(found, RESOLVES, CHANGES, steady)
    if steady:
        assert all(resolving_sessions(first, standby) for standby in replication.standbys)
        assert not resolving_sessions(first, replication.primary)
