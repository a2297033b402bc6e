-- Everything the products do with a share: policy, audience, recipients, comments, passcodes, view
-- limits, clips, idempotent creation, viewers' tokens.
--
-- Locks: ALTER TABLE takes ACCESS EXCLUSIVE on share, link, recording and api_key, and the new
-- generated columns rewrite share and recording. Run it while few requests come in: they wait, and
-- are answered 503 after the lock timeout.

-- The rules of a workspace, one row each. The defaults here are the built-in policy.
CREATE TABLE policy (
  workspace_id          uuid PRIMARY KEY REFERENCES workspace,
  default_ttl_seconds   bigint DEFAULT 2592000 CHECK (default_ttl_seconds BETWEEN 1 AND 3153600000),
  max_ttl_seconds       bigint CHECK (max_ttl_seconds BETWEEN 1 AND 3153600000),
  expired_is_final      boolean NOT NULL DEFAULT false,
  allow_public          boolean NOT NULL DEFAULT true,
  require_recipient     boolean NOT NULL DEFAULT false,
  require_passcode      boolean NOT NULL DEFAULT false,
  default_visibility    text[] NOT NULL DEFAULT '{transcript,comments}',
  allowed_visibility    text[] NOT NULL DEFAULT
    '{transcript,summary,notes,comments,console,network,actions,info,download}',
  default_tracking      text NOT NULL DEFAULT 'none'
                          CHECK (default_tracking IN ('none', 'count', 'identified')),
  tracking_max          text NOT NULL DEFAULT 'identified'
                          CHECK (tracking_max IN ('none', 'count', 'identified')),
  disclose_state        boolean NOT NULL DEFAULT true,
  require_enforced_clip boolean NOT NULL DEFAULT false,
  link_url_template     text CHECK (octet_length(link_url_template) <= 2000),
  retention_days        integer CHECK (retention_days BETWEEN 1 AND 36500),
  updated_at            timestamptz NOT NULL DEFAULT now(),
  version               bigint NOT NULL DEFAULT 1
);
INSERT INTO policy (workspace_id) SELECT workspace_id FROM workspace;

ALTER TABLE api_key DROP CONSTRAINT api_key_scopes_check;
ALTER TABLE api_key ADD CONSTRAINT api_key_scopes_check CHECK (
  cardinality(scopes) > 0 AND
  scopes <@ ARRAY['recordings:read', 'recordings:write', 'shares:read', 'shares:write',
                  'policy:read', 'policy:write', 'keys:admin']);
ALTER TABLE api_key ADD COLUMN created_by uuid REFERENCES api_key;

-- What is granted stands in `visible`, `expires_at` and `tracking`, clamped by the policy of that
-- moment; what was asked for stands beside it. A policy that is loosened later widens nothing.
-- `session_epoch` counts the changes of the passcode: viewing sessions of an older one are void.
-- `search` begins with the workspace as a lexeme of its own, so that one index range serves one
-- tenant. A uuid is a single lexeme here because it is put in as such, not parsed.
ALTER TABLE share
  ADD COLUMN audience             text NOT NULL DEFAULT 'public'
                                    CHECK (audience IN ('public', 'workspace')),
  ADD COLUMN max_views            integer CHECK (max_views >= 1),
  ADD COLUMN passcode_hash        text CHECK (octet_length(passcode_hash) <= 128),
  ADD COLUMN session_epoch        integer NOT NULL DEFAULT 0,
  ADD COLUMN clip_start_ms        bigint CHECK (clip_start_ms >= 0),
  ADD COLUMN clip_end_ms          bigint CHECK (clip_end_ms > clip_start_ms),
  ADD COLUMN tracking             text NOT NULL DEFAULT 'none'
                                    CHECK (tracking IN ('none', 'count', 'identified')),
  ADD COLUMN requested_visible    text[],
  ADD COLUMN requested_expires_at timestamptz,
  ADD COLUMN requested_tracking   text NOT NULL DEFAULT 'none'
                                    CHECK (requested_tracking IN ('none', 'count', 'identified')),
  ADD COLUMN search               tsvector NOT NULL GENERATED ALWAYS AS (
    to_tsvector('simple'::regconfig, coalesce(title, '') || ' ' || coalesce(label, ''))
    || array_to_tsvector(ARRAY[workspace_id::text])) STORED,
  ADD CHECK ((clip_start_ms IS NULL) = (clip_end_ms IS NULL));
UPDATE share SET requested_visible = visible, requested_expires_at = expires_at;
ALTER TABLE share
  ALTER COLUMN requested_visible SET NOT NULL,
  ADD CHECK (requested_visible <@ ARRAY['transcript', 'summary', 'notes', 'comments', 'console',
                                        'network', 'actions', 'info', 'download']);

ALTER TABLE recording
  ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    to_tsvector('simple'::regconfig, title) || array_to_tsvector(ARRAY[workspace_id::text])) STORED;

-- Each filter of the list of shares is one range of one index. What only narrows a range stands at
-- the end of its index, so that no share is read to be passed over.
DROP INDEX share_newest;
CREATE INDEX share_newest ON share (workspace_id, share_id DESC, created_at);
CREATE INDEX share_of_audience ON share (workspace_id, audience, share_id DESC);
CREATE INDEX share_of_creator ON share (workspace_id, created_by, share_id DESC);
CREATE INDEX share_of_label ON share (workspace_id, label, share_id DESC) WHERE label IS NOT NULL;
CREATE INDEX share_revoked ON share (workspace_id, share_id DESC) WHERE revoked_at IS NOT NULL;
CREATE INDEX share_disabled ON share (workspace_id, share_id DESC)
  WHERE revoked_at IS NULL AND disabled_at IS NOT NULL;
CREATE INDEX share_by_end ON share
  (workspace_id, coalesce(expires_at, 'infinity'::timestamptz) DESC, share_id DESC, starts_at)
  WHERE revoked_at IS NULL AND disabled_at IS NULL;
CREATE INDEX share_by_start ON share (workspace_id, starts_at, share_id)
  WHERE revoked_at IS NULL AND disabled_at IS NULL;
CREATE INDEX share_search ON share USING gin (search);
CREATE INDEX recording_search ON recording USING gin (search) WHERE deleted_at IS NULL;

-- A link is anonymous or belongs to one recipient. `recipient_key` is the address in its canonical
-- form. A rotated link dies at `retires_at` and names the one that took its place.
ALTER TABLE link
  ADD COLUMN workspace_id      uuid REFERENCES workspace,
  ADD COLUMN recipient_name    text CHECK (char_length(recipient_name) <= 200),
  ADD COLUMN recipient_email   text CHECK (octet_length(recipient_email) <= 1024),
  ADD COLUMN recipient_key     text CHECK (octet_length(recipient_key) <= 512),
  ADD COLUMN views             integer NOT NULL DEFAULT 0 CHECK (views >= 0),
  ADD COLUMN passcode_failures integer NOT NULL DEFAULT 0,
  ADD COLUMN passcode_next_at  timestamptz,
  ADD COLUMN retires_at        timestamptz,
  ADD COLUMN replaced_by       uuid REFERENCES link,
  ADD COLUMN version           bigint NOT NULL DEFAULT 1,
  ADD CHECK ((recipient_email IS NULL) = (recipient_key IS NULL)),
  ADD CHECK (recipient_name IS NULL OR recipient_email IS NOT NULL);
UPDATE link SET workspace_id = s.workspace_id FROM share s WHERE s.share_id = link.share_id;
ALTER TABLE link ALTER COLUMN workspace_id SET NOT NULL;
DROP INDEX link_of_share;
CREATE INDEX link_of_share ON link (share_id, link_id);
CREATE UNIQUE INDEX link_of_living_recipient ON link (share_id, recipient_key)
  WHERE recipient_key IS NOT NULL AND revoked_at IS NULL AND replaced_by IS NULL;
CREATE INDEX link_of_recipient ON link (workspace_id, recipient_key, share_id DESC)
  WHERE recipient_key IS NOT NULL;

-- Without `link_id` it is for everyone who opens the share.
CREATE TABLE comment (
  comment_id   uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspace,
  share_id     uuid NOT NULL REFERENCES share,
  link_id      uuid REFERENCES link,
  at_ms        bigint CHECK (at_ms BETWEEN 0 AND 9007199254740991),
  body         text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 10000),
  author       text CHECK (char_length(author) <= 200),
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now(),
  version      bigint NOT NULL DEFAULT 1
);
CREATE INDEX comment_of_share ON comment (share_id, comment_id);
CREATE INDEX comment_of_link ON comment (link_id) WHERE link_id IS NOT NULL;

-- One row per creation that was asked for under an Idempotency-Key, written together with what it
-- made. `result` names what was made; it never holds a token, and a secret only sealed.
CREATE TABLE idempotency_key (
  workspace_id    uuid NOT NULL REFERENCES workspace,
  key_id          uuid NOT NULL REFERENCES api_key,
  operation       text NOT NULL,
  idempotency_key text NOT NULL CHECK (octet_length(idempotency_key) BETWEEN 1 AND 255),
  fingerprint     bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
  result          text,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, key_id, operation, idempotency_key)
);
CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at);

-- Who may vouch for viewers of a workspace. A shared secret is kept sealed by a key that is not
-- here; public keys are a JWK Set (RFC 7517).
CREATE TABLE viewer_issuer (
  workspace_id  uuid NOT NULL REFERENCES workspace,
  issuer        text NOT NULL CHECK (octet_length(issuer) BETWEEN 1 AND 512),
  algorithm     text NOT NULL CHECK (algorithm IN ('HS256', 'RS256', 'ES256', 'EdDSA')),
  audience      text NOT NULL CHECK (octet_length(audience) BETWEEN 1 AND 512),
  jwks          json,
  sealed_secret bytea,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, issuer),
  CHECK ((algorithm = 'HS256') = (sealed_secret IS NOT NULL)),
  CHECK ((algorithm = 'HS256') = (jwks IS NULL))
);

-- What of a panel overlaps the clip [start_ms, end_ms): a transcript's segments and network
-- requests by their duration, all other entries by their instant. What is no list of that kind is
-- left as it is. Elements are taken over as text, so nothing in them is rendered anew.
CREATE FUNCTION panel_within(kind text, document json, start_ms bigint, end_ms bigint)
RETURNS json LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN kind NOT IN ('transcript', 'console', 'network', 'actions') THEN document
    ELSE (
      SELECT json_object_agg(member.key, CASE
               WHEN member.key <> CASE kind WHEN 'transcript' THEN 'segments' ELSE 'entries' END
                 THEN member.value
               ELSE (
                 SELECT coalesce(json_agg(item.value ORDER BY item.place), '[]'::json)
                   FROM json_array_elements(member.value) WITH ORDINALITY AS item (value, place)
                  CROSS JOIN LATERAL (
                    SELECT (item.value ->> CASE kind
                             WHEN 'transcript' THEN 'start_ms' ELSE 'at_ms' END)::numeric AS begins,
                           CASE kind
                             WHEN 'transcript' THEN (item.value ->> 'end_ms')::numeric
                             WHEN 'network' THEN (item.value ->> 'at_ms')::numeric
                                               + coalesce((item.value ->> 'duration_ms')::numeric, 0)
                             ELSE (item.value ->> 'at_ms')::numeric
                           END AS ends
                  ) span
                  WHERE span.begins < end_ms
                    AND (span.ends > start_ms OR span.begins >= start_ms))
             END ORDER BY member.place)
        FROM json_each(document) WITH ORDINALITY AS member (key, value, place))
  END
$$;
