"""What was measured, as build/bench/results.json and as a table."""

import datetime
import json
import os

import targets
from measure import CONNECTIONS, medians


def results(bench, samples, half, calls, jobs, arguments, scale):
    """`scale` is the file of `make bench-scale`, whose ratio is repeated here if there is one."""
    scenarios = {name: {str(many): medians(few) for many, few in by_connections.items()}
                 for name, by_connections in samples.items()}
    found = {}
    for name, figures in scenarios.items():
        unit = "tps" if name.startswith("pgbench") else "rps"
        found[f"{name}_{unit}"] = figures[str(CONNECTIONS)]["rps"]
    for name, figures in half.items():
        found[f"{name}_p99_ms"] = figures["p99_ms"]
    most = str(max(arguments.connections))
    found["rss_mib"] = scenarios["resolve"][most]["resident_mib"]
    found["rss_peak_mib"] = round(bench.product.resident_mib("VmHWM"), 1)
    # Microseconds for one are tenths of a second for 100,000.
    found["cpu_seconds_per_100k_resolves"] = {
        name: round(us / 10, 2)
        for name, us in scenarios["resolve"][str(CONNECTIONS)]["cpu_us"].items()}
    found["system_calls_per_resolve"] = round(sum(calls.values()), 2)
    found |= jobs
    if scale.exists():
        found |= {name: figure for name, figure in json.loads(scale.read_text()).items()
                  if name == "scale_resolve_10m_over_10k"}
    found["ratios"] = targets.judged(found)
    found["half_load"] = half
    found["system_calls"] = calls
    found["scenarios"] = scenarios
    found["answers"] = {name: answer.summary() for name, answer in bench.answers.items()}
    found["conditions"] = {
        "rounds": arguments.rounds, "seconds": arguments.seconds, "threads": arguments.threads,
        "wrk_threads": arguments.wrk_threads, "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 2), "postgres": "fsync off, data in memory",
        "measured_at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")}
    return found


def table(found, titles):
    connections = list(next(iter(found["scenarios"].values())))
    head = f"{'':32}" + "".join(f"{many + ' connections':>28}" for many in connections)
    units = f"{'':32}" + f"{'per s':>10}{'p50 ms':>9}{'p99 ms':>9}" * len(connections)
    rows = [head, units]
    for name, figures in found["scenarios"].items():
        cells = "".join(f"{one['rps']:>10,.0f}{one['p50_ms']:>9.2f}{one['p99_ms']:>9.2f}"
                        for one in figures.values())
        rows.append(f"{titles[name]:32}{cells}")
    cpu = found["cpu_seconds_per_100k_resolves"]
    rows += ["", f"resident memory at {connections[-1]} connections: {found['rss_mib']} MiB"
             f" (most ever, 64 KiB transcripts included: {found['rss_peak_mib']} MiB)",
             "CPU seconds per 100,000 resolves: "
             + ", ".join(f"{name} {seconds}" for name, seconds in cpu.items()),
             f"system calls per resolve: {found['system_calls_per_resolve']}"]
    rows.append(f"events published per s: {found['events_per_s']:,}; webhooks posted per s:"
                f" {found['deliveries_per_s']:,}, {found['delivery_cpu_us']} us of CPU each")
    for name, one in found["half_load"].items():
        rows.append(f"{name} at half load, {one['rps']:,.0f} per s:"
                    f" p50 {one['p50_ms']} ms, p99 {one['p99_ms']} ms")
    return "\n".join([*rows, "", "targets", *targets.lines(found["ratios"])])
