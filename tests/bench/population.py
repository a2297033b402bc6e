"""Many shares, made in the database itself: a recording, a share and a link for each number.

The ids are those of UUIDv7 in order of time, and follow from the number, so that pgbench and the
maker of tokens know them without asking. Every twentieth share is revoked.
"""

import base64
import hashlib
import hmac
import pathlib
import uuid

BEGIN_MS = 1735689600000  # 2025-01-01
STEP_MS = 3000            # ten million shares are those of a year
REVOKED_EVERY = 20

TABLES = ("recording", "share", "link", "due", "panel", "media_object")

_INSERTS = {
    "recording": """
INSERT INTO recording (recording_uid, workspace_id, recording_id, title, duration_ms, created_at,
                       updated_at)
SELECT id, '{workspace}', 'rec-' || lpad(number::text, 8, '0'),
       'Meeting ' || lpad((number % 9973)::text, 4, '0') || ' of team '
         || lpad((number % 499)::text, 3, '0'),
       1800000, at, at
  FROM numbers""",
    "share": """
INSERT INTO share (share_id, workspace_id, recording_uid, visible, requested_visible, starts_at,
                   expires_at, requested_expires_at, created_at, updated_at, created_by, revoked_at)
SELECT id, '{workspace}', id, '{{notes}}', '{{notes}}', at, at + interval '100 years',
       at + interval '100 years', at, at, '{key}',
       CASE WHEN number % {revoked} = 0 THEN at + interval '1 hour' END
  FROM numbers""",
    "link": """
INSERT INTO link (link_id, share_id, workspace_id, kid, created_at)
SELECT id, id, '{workspace}', {kid}, at FROM numbers""",
    "due": """
INSERT INTO due (subject, kind, workspace_id, due_at)
SELECT id, 'expire', '{workspace}', at + interval '100 years'
  FROM numbers
 WHERE number % {revoked} <> 0""",
    "panel": """
INSERT INTO panel (recording_uid, kind, document)
SELECT id, 'notes', json_build_object('markdown', repeat('n', {panel_bytes})) FROM numbers""",
    "media_object": """
INSERT INTO media_object (recording_uid, media_id, position, role, content_type, key)
SELECT id, 'audio', 0, 'audio', 'audio/ogg', 'recordings/' || lpad(number::text, 8, '0') || '.ogg'
  FROM numbers""",
}


def id_sql(number):
    """The id that belongs to a number, which may be any expression of SQL."""
    return (f"(lpad(to_hex({BEGIN_MS} + ({number})::bigint * {STEP_MS}), 12, '0') || '70008000'"
            f" || lpad(to_hex(({number})::bigint), 12, '0'))::uuid")


def id_of(number):
    return uuid.UUID(f"{BEGIN_MS + number * STEP_MS:012x}70008000{number:012x}")


def insert_sql(table, count, workspace, key, kid, panel_bytes):
    """The statement that fills a table; `workspace` and `key` are ids as the database has them."""
    numbers = f"""WITH numbers AS (
  SELECT number, {id_sql("number")} AS id,
         to_timestamp(({BEGIN_MS} + number * {STEP_MS}) / 1000) AS at
    FROM generate_series(1::bigint, {count}) AS number)"""
    return numbers + _INSERTS[table].format(workspace=workspace, key=key, kid=kid,
                                            panel_bytes=panel_bytes, revoked=REVOKED_EVERY)


def ended_sql(first, count, workspace, key, kid):
    """The statements that add so many shares, each with a link, which ended a moment ago; all are
    of the first recording."""
    numbers = f"""WITH numbers AS (
  SELECT {id_sql("number")} AS id, {id_sql("1")} AS recording
    FROM generate_series({first}::bigint, {first + count - 1}) AS number)"""
    return (f"""{numbers}
INSERT INTO share (share_id, workspace_id, recording_uid, visible, requested_visible, starts_at,
                   expires_at, requested_expires_at, created_by)
SELECT id, '{workspace}', recording, '{{notes}}', '{{notes}}', now() - interval '1 hour', now(),
       now(), '{key}'
  FROM numbers""", f"""{numbers}
INSERT INTO link (link_id, share_id, workspace_id, kid)
SELECT id, id, '{workspace}', {kid} FROM numbers""", f"""{numbers}
INSERT INTO due (subject, kind, workspace_id, due_at)
SELECT id, 'expire', '{workspace}', now() FROM numbers""")


def open_numbers(count):
    """The numbers of the shares that open."""
    return [number for number in range(1, count + 1) if number % REVOKED_EVERY]


class Tokens:
    """Makes the tokens of links as the product does (service/core/link_token.hpp)."""

    def __init__(self, key_file):
        for line in pathlib.Path(key_file).read_text().splitlines():
            words = line.split("#")[0].split()
            if len(words) == 3 and words[1] == "active":
                self.kid, self._secret = int(words[0]), base64.b64decode(words[2])

    def of(self, link):
        signed = bytes([self.kid]) + link.bytes
        mac = hmac.new(self._secret, b"vitrine/link/1" + signed, hashlib.sha256).digest()[:16]
        return base64.urlsafe_b64encode(signed + mac).decode()
