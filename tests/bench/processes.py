"""What processes cost: CPU time, resident memory, system calls."""

import os
import pathlib
import re
import signal
import subprocess
import tempfile

_TICKS = os.sysconf("SC_CLK_TCK")


class Tree:
    """A process and its children, the ended ones included: nginx and PostgreSQL work in those."""

    def __init__(self, pid):
        self.pid = pid

    def _children(self):
        return pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()

    def cpu_seconds(self):
        ticks = sum(_stat(self.pid)[11:15])  # user and system time, its own and of ended children
        for child in self._children():
            try:
                ticks += sum(_stat(child)[11:13])
            except OSError:  # ended by now, and counted from the next time on
                pass
        return ticks / _TICKS

    def resident_mib(self, what="VmRSS"):
        """`VmHWM` is the most that it ever was."""
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"{what}:\s+(\d+)", text).group(1)) / 1024


def _stat(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return [int(field) if field.lstrip("-").isdigit() else 0 for field in fields]


def system_calls(pid, work):
    """{name: count} of all threads of a process while `work()` runs. strace slows the process down
    several times, so nothing is timed meanwhile."""
    with tempfile.NamedTemporaryFile(mode="r", prefix="vitrine-strace-") as counts:
        strace = subprocess.Popen(["strace", "-c", "-f", "-p", str(pid), "-o", counts.name],
                                  stderr=subprocess.PIPE, text=True)
        try:
            said = strace.stderr.readline()  # "strace: Process 7 attached with 12 threads"
            if "attached" not in said:
                raise RuntimeError(f"system calls cannot be counted: {said.strip()}")
            work()
        finally:
            strace.send_signal(signal.SIGINT)
            strace.communicate()
        found = re.findall(r"^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?(\w+)$", counts.read(), re.M)
    return {name: int(count) for count, name in found if name != "total"}
