"""Servers that fail while the service runs."""

import pytest

from support.client import eventually
from support.replication import Replication, is_used


@pytest.fixture(scope="module")
def cluster():
    own = Replication()
    try:
        yield own
    finally:
        own.remove()


@pytest.fixture
def healed(own_service, cluster):
    """The cluster, well before the test, and before the services of the test are removed."""
    yield cluster
    cluster.heal()


@pytest.fixture
def reading(own_service, healed):
    """A service that reads from both standbys."""
    service = own_service(cluster=healed.primary, settings={"VITRINE_RESOLVER_THREADS": "4"})
    service.settings["VITRINE_DATABASE_READ_URL"] = healed.read_url(service)
    service.start()
    eventually(lambda: all(is_used(service, standby) for standby in healed.standbys), within=5)
    return service
