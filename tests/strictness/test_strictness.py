"""What was acknowledged is seen by every resolve from then on, through whichever process.

The checker (checker.cpp) changes shares and resolves their links at the same time, through two
processes of one installation, and judges every answer by the times on its own clock.
"""

import json
import os
import signal
import subprocess
import time

import pytest

from support.postgres import Postgres
from support.service import BINARY, BUILD

RESOLVES = int(os.environ.get("STRICTNESS_RESOLVES", 1_000_000))
CHANGES = int(os.environ.get("STRICTNESS_CHANGES", 10_000))
CHECKER = BUILD / "tests" / "strictness" / "strictness_checker"
STALE = BUILD / "tests" / "strictness" / "vitrine_stale"
SETTINGS = {"VITRINE_KEY_RATE_PER_MINUTE": "0", "VITRINE_LOG_LEVEL": "warning"}


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
        first = own_service(SETTINGS, cluster=cluster, program=program)
        second = own_service(SETTINGS, program=program, replica_of=first)
        return [first.start(), second.start()]

    return start


def started_checker(services, resolves, changes):
    command = [str(CHECKER), "--key", services[0].workspace().secret]
    for service in services:
        command += ["--service", str(service.port)]
    command += ["--resolves", str(resolves), "--changes", str(changes), "--deadline", "600"]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def findings(checker):
    out, errors = checker.communicate(timeout=900)
    print(out)
    assert checker.returncode in (0, 1), out + errors
    found = json.loads(out)
    assert checker.returncode == (0 if found["violations"] == 0 else 1)
    return found


def test_no_resolve_misses_a_change_that_was_acknowledged(two_services):
    found = findings(started_checker(two_services(), RESOLVES, CHANGES))
    assert found["violations"] == 0, found["examples"]
    assert found["resolves"] >= RESOLVES and found["changes"] >= CHANGES
    assert found["unanswered"] == found["unsettled"] == 0
    # The run is worth something only if it looks where a fault would be.
    assert all(found["changes_by_kind"].values()), "a kind of change was never made"
    assert found["void_sessions"] > CHANGES / 1000
    assert found["overlapping_a_change"] > RESOLVES / 100
    assert found["within_10_ms_after_a_change"] > RESOLVES / 100


def test_a_cache_of_40_ms_is_found_out(two_services):
    assert findings(started_checker(two_services(STALE), 20_000, 500))["stale"] > 100


def test_a_change_that_a_crash_interrupts_is_seen_by_all_or_by_none(two_services, cluster):
    services = two_services()
    checker = started_checker(services, 100_000, 1_000)
    crashes = 0
    try:
        while checker.poll() is None:
            time.sleep(0.7)
            crashes += 1
            if crashes % 3 == 0:
                cluster.kill()
                cluster.start()
            else:
                services[crashes % 3 - 1].stop(signal.SIGKILL)
                services[crashes % 3 - 1].start()
        found = findings(checker)
    finally:
        checker.kill()
    assert found["violations"] == 0, found["examples"]
    assert found["unsettled"] == 0 and found["unanswered"] > 0
    assert found["repeated"] > 0, f"{crashes} crashes interrupted no change"
