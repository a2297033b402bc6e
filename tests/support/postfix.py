"""A private Postfix: a configuration, a queue and mailboxes in a folder of its own."""

import email
import email.policy
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile

from support.client import eventually

# It takes mails of this machine for one domain, encrypted ones alone, and keeps each in a file.
MAIN = """
compatibility_level = 3.6
myhostname = localhost
mydestination =
mynetworks =
inet_interfaces = loopback-only
inet_protocols = ipv4
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = /dev/stdout
alias_maps =
virtual_mailbox_domains = example.org
virtual_mailbox_base = {folder}
virtual_mailbox_maps = static:mails/
virtual_minimum_uid = 1
virtual_uid_maps = static:{nobody.pw_uid}
virtual_gid_maps = static:{nobody.pw_gid}
smtpd_relay_restrictions = reject_unauth_destination
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix  n - n - 0 cleanup
qmgr    unix  n - n 300 1 qmgr
tlsmgr  unix  - - n 1000? 1 tlsmgr
rewrite unix  - - n - - trivial-rewrite
bounce  unix  - - n - 0 bounce
defer   unix  - - n - 0 bounce
trace   unix  - - n - 0 bounce
verify  unix  - - n - 1 verify
flush   unix  n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error   unix  - - n - - error
retry   unix  - - n - - error
discard unix  - - n - - discard
virtual unix  - n n - - virtual
anvil   unix  - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """Started by root only. The folder is removed at the end."""

    PROGRAM = pathlib.Path("/usr/sbin/postfix")

    def __init__(self, port, authority, certificate, key):
        self.port, self.authority = port, str(authority)
        self._process = None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vitrine-postfix-"))
        self.folder.chmod(0o755)
        for name, owner in (("config", "root"), ("queue", "root"), ("data", "postfix"),
                            ("mails", "nobody")):
            (self.folder / name).mkdir()
            shutil.chown(self.folder / name, owner)
        (self.folder / "config" / "main.cf").write_text(MAIN.format(
            folder=self.folder, nobody=pwd.getpwnam("nobody"), certificate=certificate, key=key))
        (self.folder / "config" / "master.cf").write_text(MASTER.format(port=port))

    def start(self):
        with open(self.folder / "log", "wb") as log:
            self._process = subprocess.Popen(
                [self.PROGRAM, "-c", self.folder / "config", "start-fg"], stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT)
        eventually(self._answers, within=20)

    def _answers(self):
        if self._process.poll() is not None:
            raise RuntimeError((self.folder / "log").read_text())
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def mails(self):
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                for path in (self.folder / "mails").glob("new/*")]

    def stop(self):
        """The master ends its own; the program that started it waits for it."""
        master = self.folder / "queue" / "pid" / "master.pid"
        if self._process and self._process.poll() is None:
            os.kill(int(master.read_text()) if master.exists() else self._process.pid,
                    signal.SIGTERM)
            self._process.wait(20)
        shutil.rmtree(self.folder)
