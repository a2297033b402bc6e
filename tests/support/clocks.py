"""Programs whose clock is wrong, by Debian's faketime."""

import glob
import shlex

import pytest


def off_by(seconds, program, folder):
    """A program like the given one to which it is so much later than it is."""
    library = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    if not library:
        pytest.skip("faketime is not installed")
    path = folder / "off"
    path.write_text(f"#!/bin/sh\nLD_PRELOAD={library[0]} FAKETIME={seconds:+d}"
                    f" FAKETIME_DONT_FAKE_MONOTONIC=1 exec {shlex.quote(str(program))} \"$@\"\n")
    path.chmod(0o755)
    return path
