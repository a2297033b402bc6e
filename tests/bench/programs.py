"""The programs that are measured, built when they are not there."""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("VITRINE_BUILD", ROOT / "build" / "release"))


def beside(folder, name):
    """One of the programs whose source stands beside this file."""
    return folder / "tests" / "bench" / name


def build(folder):
    if not (folder / "build.ninja").exists() or "VITRINE_TESTS:BOOL=OFF" in (
            folder / "CMakeCache.txt").read_text():
        subprocess.run(["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", "-DVITRINE_TESTS=ON",
                        "-DCMAKE_BUILD_TYPE=RelWithDebInfo"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", folder, "bench_servers", "vitrine"], check=True,
                   stdout=subprocess.DEVNULL)
