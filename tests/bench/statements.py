"""The scripts of pgbench: the rows of a resolve and of a creation, and nothing around them."""

import population
import shares
from support.workspace import uuid_of

# One statement for all rows of a resolve, as a program would write it that only wants to read them.
_SELECT = """\\set number {revoked} * random(0, {last}) + random(1, {open})
SELECT l.link_id, l.recipient_key, l.views, l.retires_at, l.revoked_at,
       s.workspace_id, s.title, s.audience, s.visible, s.starts_at, s.expires_at, s.tracking,
       s.max_views, s.passcode_hash, s.session_epoch, s.clip_start_ms, s.clip_end_ms, s.revoked_at,
       s.disabled_at,
       r.title, r.recorded_at, r.duration_ms, r.deleted_at, r.expires_at,
       p.max_ttl_seconds, p.allow_public, p.require_recipient, p.require_passcode,
       p.allowed_visibility, p.disclose_state, p.require_enforced_clip,
       n.kind, n.document, m.role, m.content_type, m.key
  FROM link l
  JOIN share s ON s.share_id = l.share_id
  JOIN recording r ON r.recording_uid = s.recording_uid
  JOIN policy p ON p.workspace_id = s.workspace_id
  LEFT JOIN panel n ON n.recording_uid = r.recording_uid AND n.kind = ANY (s.visible)
  LEFT JOIN media_object m ON m.recording_uid = r.recording_uid
 WHERE l.link_id = {id};
"""

# The rows that a creation writes, in one statement and so in one transaction. Ids ascend with time.
_INSERT = """WITH made AS MATERIALIZED (
  SELECT (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')
          || substr(replace(gen_random_uuid()::text, '-', ''), 13))::uuid AS id
), share AS (
  INSERT INTO share (workspace_id, share_id, recording_uid, audience, visible, starts_at,
                     expires_at, tracking, requested_visible, requested_expires_at,
                     requested_tracking, created_by)
  SELECT '{workspace}', id, '{recording}', 'public', '{{transcript,comments}}', now(),
         now() + interval '30 days', 'none', '{{transcript,comments}}', now() + interval '30 days',
         'none', '{key}'
    FROM made
), link AS (
  INSERT INTO link (workspace_id, share_id, link_id, kid)
  SELECT '{workspace}', id, id, 1 FROM made
), due AS (
  INSERT INTO due (subject, kind, workspace_id, due_at)
  SELECT id, 'expire', '{workspace}', now() + interval '30 days' FROM made
){claim}
INSERT INTO event_inbox (workspace_id, type, recording_id, share_id, link_id)
SELECT '{workspace}', type, 'r', id, CASE type WHEN 'link.created' THEN id END
  FROM made, (VALUES ('share.created'), ('link.created')) AS told (type);
"""
_CLAIM = """, claim AS (
  INSERT INTO idempotency_key (workspace_id, key_id, operation, idempotency_key, fingerprint,
                               result)
  SELECT '{workspace}', '{key}', 'pgbench', id::text, decode(repeat(md5(id::text), 2), 'hex'),
         id::text
    FROM made
)"""


def all_of(made):
    """(name, title, script) of each, on the rows of these shares."""
    revoked = population.REVOKED_EVERY
    select = _SELECT.format(revoked=revoked, last=shares.SPREAD // revoked - 1, open=revoked - 1,
                            id=population.id_sql(":number"))
    with made.service.postgres.connect(made.service.database) as connection:
        recording = connection.execute(
            "SELECT recording_uid FROM recording WHERE workspace_id = %s AND recording_id = %s",
            (uuid_of(made.workspace.id), made.recording)).fetchone()[0]
    owner = {"workspace": uuid_of(made.workspace.id), "key": uuid_of(made.workspace.key_id)}
    insert = _INSERT.format(recording=recording, claim="", **owner)
    claimed = _INSERT.format(recording=recording, claim=_CLAIM.format(**owner), **owner)
    return (("pgbench_select", "pgbench, the rows of a resolve", select),
            ("pgbench_insert", "pgbench, the rows of a creation", insert),
            ("pgbench_insert_idempotent", "pgbench, with the key's row", claimed))
