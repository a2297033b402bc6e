"""Fixtures of all suites. One cluster and one service serve most tests, each in a workspace."""

import pytest

from support.postgres import Postgres
from support.receiver import Receiver, installed_verifier
from support.service import BINARY, Service


@pytest.fixture(scope="session")
def postgres():
    cluster = Postgres()
    try:
        yield cluster.start()
    finally:
        cluster.remove()


@pytest.fixture(scope="session")
def binary():
    if not BINARY.exists():
        pytest.exit(f"{BINARY} is missing: build it, or name its folder in VITRINE_BUILD",
                    returncode=3)
    return BINARY


@pytest.fixture(scope="session")
def service(binary, postgres):
    """The service that tests share. Whoever needs to stop or configure one starts `own_service`."""
    installation = Service(postgres)
    installation.start()
    yield installation
    installation.remove()


@pytest.fixture
def own_service(binary, postgres):
    """Makes services of this test's own, not yet started: own_service(settings=…, migrated=…,
    replica_of=…, program=…, arguments=…)."""
    made = []

    def make(settings=None, cluster=None, **more):
        made.append(Service(cluster or postgres, settings, **more))
        return made[-1]

    yield make
    for installation in reversed(made):
        installation.remove()


@pytest.fixture
def workspace(service):
    return service.workspace()


@pytest.fixture
def stranger(service):
    """Another workspace, whose key must open nothing of `workspace`."""
    return service.workspace()


@pytest.fixture
def receiver():
    """Where webhooks can be posted to."""
    listening = Receiver()
    yield listening
    listening.close()


@pytest.fixture(scope="session")
def verifier():
    """What judges the signatures of webhooks: libraries of others."""
    judge = installed_verifier()
    yield judge
    judge.close()


@pytest.fixture
def anyone(service):
    """A caller without a key."""
    return service.client()
