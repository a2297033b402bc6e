"""Long statements, several at once, each in a psql of its own that an interruption ends."""

import subprocess
import time


def run_all(url, jobs, at_once, say):
    """Runs every job, a pair of a title and its statements; tells of those that took a second."""
    waiting, running = list(jobs), {}
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                title, statements = waiting.pop(0)
                running[_started(url, statements)] = title, time.monotonic()
            time.sleep(0.05)
            for process in [one for one in running if one.poll() is not None]:
                title, begin = running.pop(process)
                error = process.stderr.read()
                process.stderr.close()
                if process.returncode:
                    raise RuntimeError(f"{title} failed: {error.strip()}")
                if time.monotonic() - begin >= 1:
                    say(f"{title}: {time.monotonic() - begin:.0f} s")
    finally:
        for process in running:
            process.terminate()
            process.wait()
            process.stderr.close()


def _started(url, statements):
    command = ["/usr/lib/postgresql/15/bin/psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", url]
    for statement in statements:
        command += ["-c", statement]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True)
