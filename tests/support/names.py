"""A DNS server that lies, and a program that believes no other. Needs root, for port 53."""

import os
import shlex
import socket
import struct
import subprocess
import threading

import pytest

ADDRESS = "127.0.0.53"
A, AAAA = 1, 28


class NameServer:
    """Answers by name with the addresses that a test gives, one list for each question, the last
    one for good; a name that it does not know, it leaves without any answer."""

    def __init__(self):
        self.asked = []
        self._answers = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((ADDRESS, 53))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def answer(self, name, *addresses):
        self._answers[name] = list(addresses)

    def close(self):
        self._socket.sendto(b"", (ADDRESS, 53))  # wakes the thread, which then ends
        self._thread.join(5)
        self._socket.close()

    def _serve(self):
        while True:
            question, peer = self._socket.recvfrom(2048)
            if not question:
                return
            if answer := self._answered(question):
                self._socket.sendto(answer, peer)

    def _answered(self, question):
        name, end = self._name(question)
        kind, = struct.unpack_from("!H", question, end)
        self.asked.append(name)
        if name not in self._answers:
            return None
        left = self._answers[name]
        addresses = []
        if kind == A:  # the other family has nothing to say, and takes no turn
            addresses = left.pop(0) if len(left) > 1 else left[0]
        records = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", A, 1, 0, 4) + socket.inet_aton(one)
                           for one in addresses)
        head = question[:2] + struct.pack("!HHHHH", 0x8180, 1, len(addresses), 0, 0)
        return head + question[12:end + 4] + records

    @staticmethod
    def _name(question):
        labels, at = [], 12
        while length := question[at]:
            labels.append(question[at + 1:at + 1 + length].decode())
            at += 1 + length
        return ".".join(labels), at + 1


def believing(program, folder):
    """A program like the given one whose names come from the lying server alone."""
    (folder / "resolv.conf").write_text(f"nameserver {ADDRESS}\noptions timeout:30 attempts:1\n")
    (folder / "nsswitch.conf").write_text("hosts: dns\n")
    mounts = " && ".join(f"mount --bind {shlex.quote(str(folder / name))} /etc/{name}"
                         for name in ("resolv.conf", "nsswitch.conf"))
    path = folder / "believing"
    path.write_text(f"#!/bin/sh\nexec unshare -m sh -c '{mounts} && exec \"$0\" \"$@\"'"
                    f" {shlex.quote(str(program))} \"$@\"\n")
    path.chmod(0o755)
    return path


def lying_server():
    """Skips the test where nobody may lie."""
    may = os.geteuid() == 0 and subprocess.run(
        ["unshare", "-m", "mount", "--bind", "/etc/hosts", "/etc/hosts"]).returncode == 0
    if not may:
        pytest.skip("only root may serve names on port 53 and mount a resolv.conf")
    try:
        return NameServer()
    except OSError:
        pytest.skip("port 53 of 127.0.0.53 is taken")
