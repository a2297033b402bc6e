"""What was acknowledged is seen by every resolve from then on, through whichever process.

The checker (checker.cpp) changes shares and resolves their links at the same time, through two
processes of one installation, and judges every answer by the times on its own clock.
"""

import os
import signal
import time

import checker
import pytest

from support.postgres import Postgres
from support.service import BINARY

RESOLVES = int(os.environ.get("STRICTNESS_RESOLVES", 1_000_000))
CHANGES = int(os.environ.get("STRICTNESS_CHANGES", 10_000))


@pytest.fixture
def cluster():
    own = Postgres()
    try:
        yield own.start()
    finally:
        own.remove()


@pytest.fixture
def two_services(own_service, cluster):
    """two_services(program) starts two processes on one database."""

    def start(program=BINARY):
        first = own_service(checker.SETTINGS, cluster=cluster, program=program)
        second = own_service(checker.SETTINGS, program=program, replica_of=first)
        return [first.start(), second.start()]

    return start


def test_no_resolve_misses_a_change_that_was_acknowledged(two_services):
    found = checker.findings(checker.started(two_services(), RESOLVES, CHANGES))
    checker.assert_strict(found, RESOLVES, CHANGES)
    # A machine that stands still for two seconds has what waited meanwhile refused, and no more;
    # one that compiles beside this stands still now and then.
    assert found["unanswered"] <= RESOLVES / 50


def test_a_cache_of_40_ms_is_found_out(two_services):
    services = two_services(checker.PROGRAMS / "vitrine_stale")
    assert checker.findings(checker.started(services, 20_000, 500))["stale"] > 100


def test_a_change_that_a_crash_interrupts_is_seen_by_all_or_by_none(two_services, cluster):
    services = two_services()
    at_work = checker.started(services, 100_000, 1_000)
    try:
        for victim in [*services, cluster] * 2:
            time.sleep(0.5)
            victim.stop(signal.SIGQUIT if victim is cluster else signal.SIGKILL)
            victim.start()
        found = checker.findings(at_work)
    finally:
        at_work.kill()
    checker.assert_strict(found, 100_000, 1_000)
    assert found["repeated"] > 0, "no change was interrupted"
