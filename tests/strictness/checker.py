"""Runs the checker against services of any topology that share one database."""

import json
import subprocess

from support.service import BUILD

PROGRAMS = BUILD / "tests" / "strictness"
# A log of a million resolves, and a limit of requests, are tested elsewhere.
SETTINGS = {"VITRINE_KEY_RATE_PER_MINUTE": "0", "VITRINE_LOG_LEVEL": "warning"}


def started(services, resolves, changes, **options):
    """The checker at work through these services; options: shares, readers, connections, writers,
    seed, deadline."""
    command = [str(PROGRAMS / "strictness_checker"), "--key", services[0].workspace().secret,
               "--resolves", str(resolves), "--changes", str(changes)]
    for service in services:
        command += ["--service", str(service.port)]
    for option, value in options.items():
        command += [f"--{option}", str(value)]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def findings(checker):
    """What a checker has found at its end: a document that report.cpp makes."""
    out, errors = checker.communicate(timeout=900)
    print(out)
    assert checker.returncode in (0, 1), out + errors
    found = json.loads(out)
    assert checker.returncode == (0 if found["violations"] == 0 else 1)
    return found


def assert_strict(found, resolves, changes, steady=True):
    """No violation, in a run that was as long as asked for and looked where one would be. Where a
    machine is so busy that standbys come and go, a change may do so too until it is acknowledged."""
    assert found["stale"] == found["foreign"] == 0, found["examples"]
    assert found["backward"] == 0 or not steady, found["examples"]
    assert found["resolves"] >= resolves and found["changes"] >= changes
    assert found["unsettled"] == 0
    assert all(found["changes_by_kind"].values()), "a kind of change was never made"
    assert found["void_sessions"] >= changes // 2000
    assert found["overlapping_a_change"] > resolves / 100
    assert found["within_10_ms_after_a_change"] > resolves / 100
