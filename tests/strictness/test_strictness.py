"""What was acknowledged is seen by every resolve from then on, through whichever process.

The checker (checker.cpp) changes shares and resolves their links at the same time, through two
processes of one installation, and judges every answer by the times on its own clock.
"""

import json
import os
import subprocess

import pytest

from support.service import BINARY, BUILD

RESOLVES = int(os.environ.get("STRICTNESS_RESOLVES", 1_000_000))
CHANGES = int(os.environ.get("STRICTNESS_CHANGES", 10_000))
CHECKER = BUILD / "tests" / "strictness" / "strictness_checker"
STALE = BUILD / "tests" / "strictness" / "vitrine_stale"


@pytest.fixture
def two_services(own_service):
    """two_services(program) starts two processes on one database, without a limit of requests."""

    def start(program):
        settings = {"VITRINE_KEY_RATE_PER_MINUTE": "0", "VITRINE_LOG_LEVEL": "warning"}
        first = own_service(settings, program=program)
        second = own_service(settings, program=program, replica_of=first)
        return [first.start(), second.start()]

    return start


def check(services, resolves, changes):
    """The checker's exit status and its findings."""
    command = [str(CHECKER), "--key", services[0].workspace().secret]
    for service in services:
        command += ["--service", str(service.port)]
    command += ["--resolves", str(resolves), "--changes", str(changes), "--deadline", "600"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    print(done.stdout)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.returncode, json.loads(done.stdout)


def test_no_resolve_misses_a_change_that_was_acknowledged(two_services):
    status, found = check(two_services(BINARY), RESOLVES, CHANGES)
    assert (status, found["violations"]) == (0, 0), found["examples"]
    assert found["resolves"] >= RESOLVES and found["changes"] >= CHANGES
    assert all(found["changes_by_kind"].values()), "a kind of change was never made"
    assert found["unanswered"] == found["unsettled"] == found["outcomes"]["unreadable"] == 0
    # The run is worth something only if it looks where a fault would be.
    assert found["void_sessions"] > CHANGES / 1000
    assert found["overlapping_a_change"] > RESOLVES / 100
    assert found["within_10_ms_after_a_change"] > RESOLVES / 100


def test_a_cache_of_40_ms_is_found_out(two_services):
    status, found = check(two_services(STALE), 20_000, 500)
    assert status == 1 and found["stale"] > 100, found
