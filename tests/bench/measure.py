"""The measurements: rounds of all scenarios in turn, latency at half load, system calls."""

import statistics
import sys

import load
import processes

WARM_UP_SECONDS = 1
CONNECTIONS = 64  # of the figures that stand for a scenario, and of half load
TRACED = 20_000   # requests whose system calls are counted


def say(text):
    print(text, file=sys.stderr, flush=True)


def forgiving(title, run):
    """What `run()` gives. A failure is told and forgiven once, because a machine may stop for
    longer than the service lets a request wait."""
    try:
        return run()
    except load.LoadFailed as failure:
        say(f"{title}: {failure}; once more")
        return run() | {"repeated": str(failure)}


def sample(scenario, connections, seconds):
    """The figures of one run of one scenario."""
    return forgiving(f"{scenario.name}, {connections} connections",
                     lambda: _sample(scenario, connections, seconds))


def _sample(scenario, connections, seconds):
    before = {name: tree.cpu_seconds() for name, tree in scenario.processes.items()}
    found = scenario.drive(connections, seconds)
    found["cpu_us"] = {name: (tree.cpu_seconds() - before[name]) / found["requests"] * 1e6
                       for name, tree in scenario.processes.items()}
    found["resident_mib"] = next(iter(scenario.processes.values())).resident_mib()
    return found


def warm_up(scenarios):
    say(f"warming up {len(scenarios)} scenarios, {WARM_UP_SECONDS} s each")
    for scenario in scenarios.values():
        sample(scenario, CONNECTIONS, WARM_UP_SECONDS)


def rounds(scenarios, connections, count, seconds):
    """{scenario: {connections: [sample]}}. Every round asks every server, so that what else the
    machine does weighs on all of them alike."""
    samples = {name: {many: [] for many in connections} for name in scenarios}
    for number in range(count):
        for many in connections:
            for name, scenario in scenarios.items():
                samples[name][many].append(sample(scenario, many, seconds))
            say(f"round {number + 1} of {count}, {many} connections: " + ", ".join(
                f"{name} {samples[name][many][-1]['rps']:,.0f}" for name in scenarios))
    return samples


def medians(samples):
    """One figure of each kind for many samples; memory is the most that was seen."""
    result = {kind: round(statistics.median(one[kind] for one in samples), digits)
              for kind, digits in (("rps", 0), ("p50_ms", 3), ("p99_ms", 3))}
    result["cpu_us"] = {name: round(statistics.median(one["cpu_us"][name] for one in samples), 2)
                        for name in samples[0]["cpu_us"]}
    result["resident_mib"] = round(max(one["resident_mib"] for one in samples), 1)
    result["samples_rps"] = [round(one["rps"]) for one in samples]
    repeated = [one["repeated"] for one in samples if "repeated" in one]
    if repeated:
        result["repeated"] = repeated
    return result


def half_load(binary, scenarios, full_rps, count, seconds):
    """Latency of each scenario at half of its own greatest rate, from an open loop."""
    found = {name: [] for name in full_rps}
    for number in range(count):
        for name, rps in full_rps.items():
            scenario, rate = scenarios[name], rps / 2
            found[name].append(forgiving(f"{name} at half load", lambda: load.paced(
                binary, scenario.requests, scenario.file, CONNECTIONS, rate, int(rate * seconds))))
        say(f"half load, round {number + 1} of {count}: " + ", ".join(
            f"{name} p99 {many[-1]['p99_ms']} ms at {many[-1]['rps']:,.0f}/s"
            for name, many in found.items()))
    return {name: {kind: round(statistics.median(one[kind] for one in many), 3)
                   for kind in ("rps", "p50_ms", "p99_ms", "max_ms")}
            for name, many in found.items()}


def system_calls(binary, scenario):
    """{name: calls per request} of the server, 64 requests in flight at any time."""
    say(f"counting the system calls of {TRACED:,} requests")
    pid = next(iter(scenario.processes.values())).pid
    counts = forgiving("counting", lambda: processes.system_calls(pid, lambda: load.paced(
        binary, scenario.requests, scenario.file, CONNECTIONS, 1e9, TRACED)))
    counts.pop("repeated", None)
    return {name: round(count / TRACED, 3)
            for name, count in sorted(counts.items(), key=lambda item: -item[1])
            if count / TRACED >= 0.001}
