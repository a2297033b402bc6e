"""Every rule of `fences.py` holds for every file of the project."""

import subprocess
from pathlib import Path

import fences
import pytest

ROOT = Path(__file__).resolve().parents[2]


def project_files():
    """What git tracks, and what it would track: a new file is held to the rules before its commit."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(path for path in set(listed.split("\0")) if path and (ROOT / path).is_file())


def text_of(path):
    content = (ROOT / path).read_bytes()
    return None if b"\0" in content[:8000] else content.decode("utf-8", errors="replace")


FILES = {path: text for path in project_files() if (text := text_of(path)) is not None}


def test_the_project_is_found():
    assert len([path for path in FILES if path.endswith((".cpp", ".hpp"))]) > 50


@pytest.mark.parametrize("rule", fences.RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule):
    found = [f"{path}: {fault}" for path, text in FILES.items() for fault in rule(path, text)]
    assert not found, "\n" + "\n".join(found)
