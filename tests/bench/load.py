"""The load generators: wrk and pgbench drive as fast as they can, `paced` at a given rate."""

import dataclasses
import json
import pathlib
import re
import secrets
import statistics
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
UNIQUE = "{unique}"  # in a request: replaced by a text that no other request has


class LoadFailed(RuntimeError):
    """Something was answered other than it should be, or not at all: the figures would be wrong."""


@dataclasses.dataclass
class Requests:
    """What is asked of a server: whole requests, sent in turn, and the status of each answer."""
    port: int
    texts: list
    status: int = 200
    scheme: str = "http"
    unique: bool = False

    def write(self, folder):
        path = pathlib.Path(folder) / f"requests-{secrets.token_hex(8)}"
        path.write_text("\0".join(self.texts))
        return path


def request(method, target, body=None, headers=None):
    """The text of an HTTP request."""
    fields = {"Host": "127.0.0.1"} | (headers or {})
    if body is not None:
        fields |= {"Content-Type": "application/json", "Content-Length": len(body.encode())}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {text}" for name, text in fields.items())]
    return "\r\n".join(lines) + "\r\n\r\n" + (body or "")


def wrk(requests, file, connections, seconds, threads):
    """Every connection sends its next request when the last one is answered."""
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--latency",
               "--timeout", "10s", "-s", HERE / "requests.lua",
               f"{requests.scheme}://127.0.0.1:{requests.port}/", "--", file]
    if requests.unique:
        command.append(secrets.token_hex(8))
    text = _output_of(command)
    count = int(re.search(r"(\d+) requests in", text).group(1))
    if count == 0:
        raise LoadFailed(f"no answer within {seconds} s")
    wrong = re.search(r"Non-2xx.*: (\d+)", text)
    refused = int(wrong.group(1)) if wrong else 0
    if refused != (count if requests.status >= 400 else 0):
        raise LoadFailed(f"{refused} of {count} answers were errors, {requests.status} expected")
    errors = re.search(r"Socket errors: (.*)", text)
    if errors:
        raise LoadFailed(f"connections failed: {errors.group(1)}")
    return {"requests": count,
            "rps": float(re.search(r"Requests/sec: +([\d.]+)", text).group(1)),
            "p50_ms": _milliseconds(re.search(r"50% +([\d.]+)(us|ms|s)\b", text)),
            "p99_ms": _milliseconds(re.search(r"99% +([\d.]+)(us|ms|s)\b", text))}


def paced(binary, requests, file, connections, rate, count):
    """Open loop: latency counts from the time when a request was due (see paced.cpp)."""
    return json.loads(_output_of([binary, requests.port, connections, rate, count, requests.status,
                                  file]))


def pgbench(url, script, folder, clients, seconds):
    """Each client runs the script again and again, as a prepared statement. A tenth of the
    latencies are written down, for the percentiles. The time limit runs while the clients connect,
    which is not counted in the rate, so they are given more of it."""
    sample = pathlib.Path(folder) / f"pgbench-{secrets.token_hex(8)}"
    text = _output_of(["/usr/lib/postgresql/15/bin/pgbench", "-n", "-M", "prepared", "-c", clients,
                       "-j", min(2, clients), "-T", seconds + 1 + clients // 128, "-f", script,
                       "-l", "--sampling-rate=0.1", f"--log-prefix={sample}", url])
    latencies = []
    for log in sample.parent.glob(f"{sample.name}.*"):
        latencies += [int(line.split()[2]) / 1000 for line in log.read_text().splitlines()]
        log.unlink()
    if len(latencies) < 20:
        raise LoadFailed(f"pgbench's clients needed the time to connect:\n{text}")
    percentiles = statistics.quantiles(latencies, n=100)
    return {"requests": int(re.search(r"actually processed: (\d+)", text).group(1)),
            "rps": float(re.search(r"tps = ([\d.]+)", text).group(1)),
            "p50_ms": percentiles[49], "p99_ms": percentiles[98]}


def _output_of(command):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if result.returncode:
        raise LoadFailed(f"{command[0]} failed: {result.stderr.strip() or result.stdout.strip()}")
    return result.stdout


def _milliseconds(match):
    return float(match.group(1)) * {"us": 0.001, "ms": 1, "s": 1000}[match.group(2)]
