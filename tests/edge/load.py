"""Runs the load clients against any server; other suites point them at the service itself."""

import json
import subprocess

from edge import binary, is_sanitized

SCALE = 0.1 if is_sanitized() else 1


def _attempt(name, port, **options):
    command = [str(binary(name)), "--port", str(port)]
    for option, value in options.items():
        for one in value if isinstance(value, list) else [value]:
            command += [f"--{option.replace('_', '-')}", str(one)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    print(done.stdout)
    return done


def _run(name, port, **options):
    done = _attempt(name, port, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def churn_finds_faults(port, requests, **options):
    """Whether the churn client condemns this server."""
    done = _attempt("churn", port, requests=requests, **options)
    return done.returncode == 1 and json.loads(done.stdout.splitlines()[-1])["wrong"] > 0


def churn(port, requests=200_000, **options):
    """options: target, unique_target, method, body, header (one or a list), status, threads."""
    return _run("churn", port, requests=int(requests * SCALE), **options)


def lockstep(port, rounds=200_000, **options):
    """options: target, method, body, header (one or a list), status, connections, stall_ms."""
    return _run("lockstep", port, rounds=int(rounds * SCALE), **options)
