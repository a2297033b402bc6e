-- What happens after a share was made: events, instants to act upon, opens, e-mail, webhooks.
--
-- Locks: ALTER TABLE takes ACCESS EXCLUSIVE on share, link and api_key for an instant (the new
-- columns rewrite nothing). Filling `due` reads every share once and blocks nobody; the index on
-- link holds up whoever changes links while it is built.

-- A UUIDv7 (RFC 9562 section 5.7): 48 bits of milliseconds, the rest random. The service makes its
-- own; this is for rows that a statement makes by the thousand.
CREATE FUNCTION new_uuid() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT encode(
           set_bit(set_bit(
             overlay(uuid_send(gen_random_uuid())
                     PLACING substring(
                       int8send((date_part('epoch', clock_timestamp()) * 1000)::bigint) FROM 3)
                     FROM 1 FOR 6),
             52, 1), 53, 1),
           'hex')::uuid
$$;

ALTER TABLE api_key DROP CONSTRAINT api_key_scopes_check;
ALTER TABLE api_key ADD CONSTRAINT api_key_scopes_check CHECK (
  cardinality(scopes) > 0 AND
  scopes <@ ARRAY['recordings:read', 'recordings:write', 'shares:read', 'shares:write',
                  'policy:read', 'policy:write', 'keys:admin', 'events:read', 'webhooks:read',
                  'webhooks:write']);

-- Every effect leaves its event here, in its own transaction. Transactions commit in another order
-- than they began, so nothing is ordered yet: a publisher moves what it sees into `event` and gives
-- the positions there, one publisher at a time. Whoever has read up to a position has missed none.
-- A row names things by id and holds no content; `reason` is one word of ours.
CREATE TABLE event_inbox (
  entry        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id     uuid NOT NULL DEFAULT new_uuid(),
  workspace_id uuid NOT NULL,
  type         text NOT NULL,
  recording_id text,
  share_id     uuid,
  link_id      uuid,
  comment_id   uuid,
  key_id       uuid,
  webhook_id   uuid,
  reason       text CHECK (octet_length(reason) <= 64),
  occurred_at  timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE SEQUENCE event_position;
CREATE TABLE event (
  position     bigint PRIMARY KEY,
  event_id     uuid NOT NULL,
  workspace_id uuid NOT NULL,
  type         text NOT NULL,
  recording_id text,
  share_id     uuid,
  link_id      uuid,
  comment_id   uuid,
  key_id       uuid,
  webhook_id   uuid,
  reason       text,
  occurred_at  timestamptz NOT NULL
);
CREATE INDEX event_of_workspace ON event (workspace_id, position);
CREATE UNIQUE INDEX event_by_id ON event (event_id);

-- An instant at which something is to be done, one row each, gone when it is done. The sweeper
-- reads the left edges of `due_by_time`, or goes on in it behind the subject that it came to, and
-- nothing else, so that a tick costs what is due, not what exists. `subject` is a share (start,
-- remind, expire, forget), a link (retire), or a recording's uid (gone). A share that has not
-- expired has a row for it, at `infinity` when it never will: so that a policy that ends it can
-- tell what has ended from what was told already.
CREATE TABLE due (
  subject      uuid NOT NULL,
  kind         text NOT NULL CHECK (
                 kind IN ('start', 'remind', 'expire', 'forget', 'retire', 'gone')),
  workspace_id uuid NOT NULL,
  due_at       timestamptz NOT NULL,
  PRIMARY KEY (subject, kind)
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX due_by_time ON due (kind, due_at, subject);

-- A policy that was changed moves the ends of shares that exist. The sweeper walks them from the
-- newest to the oldest, some at a time, and walks twice: a share that was made under the old policy
-- may be committed after the first walk has passed its place.
CREATE TABLE rescheduling (
  workspace_id uuid PRIMARY KEY REFERENCES workspace,
  walk_from    uuid,
  walks_left   smallint NOT NULL DEFAULT 2,
  not_before   timestamptz NOT NULL DEFAULT now()
);

-- `sender_…` is who shares: named in mails, told of opens, in whose zone times are written. Unset,
-- it is the recording's owner.
ALTER TABLE share
  ADD COLUMN sender_name           text CHECK (char_length(sender_name) <= 200),
  ADD COLUMN sender_email          text CHECK (octet_length(sender_email) <= 1024),
  ADD COLUMN sender_time_zone      text CHECK (octet_length(sender_time_zone) <= 64),
  ADD COLUMN notify_on_open        boolean NOT NULL DEFAULT false,
  ADD COLUMN remind_before_seconds integer
                                     CHECK (remind_before_seconds BETWEEN 60 AND 2592000);

-- How often a link was opened, by what opened it; counted unless tracking is `none`. The first open
-- by a person is told once, and so is that somebody guesses its passcode.
ALTER TABLE link
  ADD COLUMN opens_person  integer NOT NULL DEFAULT 0,
  ADD COLUMN opens_scanner integer NOT NULL DEFAULT 0,
  ADD COLUMN opens_preview integer NOT NULL DEFAULT 0,
  ADD COLUMN opened        boolean NOT NULL DEFAULT false,
  ADD COLUMN guessing_told boolean NOT NULL DEFAULT false;
-- A link that is removed must not be named as a successor.
CREATE INDEX link_of_successor ON link (replaced_by) WHERE replaced_by IS NOT NULL;

-- One open of a link, while tracking is `identified`. `client` is coarse: a browser and a system,
-- no version, no address.
CREATE TABLE view (
  view_id       uuid PRIMARY KEY DEFAULT new_uuid(),
  workspace_id  uuid NOT NULL REFERENCES workspace,
  share_id      uuid NOT NULL REFERENCES share,
  link_id       uuid NOT NULL REFERENCES link,
  recipient_key text,
  opened_at     timestamptz NOT NULL DEFAULT now(),
  class         text NOT NULL CHECK (class IN ('person', 'scanner', 'preview')),
  reason        text NOT NULL CHECK (octet_length(reason) <= 64),
  client        text CHECK (octet_length(client) <= 64),
  time_zone     text CHECK (octet_length(time_zone) <= 64)
);
CREATE INDEX view_of_share ON view (share_id, view_id DESC);
CREATE INDEX view_of_link ON view (link_id);

-- Viewing sessions whose open was reported already, so that a repeated report counts once. A random
-- number each, of nobody, gone with the session.
CREATE TABLE reported_session (
  session_id bigint PRIMARY KEY,
  expires_at timestamptz NOT NULL
);
CREATE INDEX reported_session_by_end ON reported_session (expires_at);

-- Mails to be sent, and what became of them. Rendered when sent, so neither a token nor a text is
-- kept. `next_attempt_at` is also the lease: whoever takes a mail moves it on, and a mail whose
-- taker died comes due again. To whom: the link's recipient (shared), the sender (opened,
-- expiring).
CREATE TABLE mail (
  mail_id          uuid PRIMARY KEY DEFAULT new_uuid(),
  workspace_id     uuid NOT NULL REFERENCES workspace,
  share_id         uuid NOT NULL REFERENCES share,
  link_id          uuid REFERENCES link,
  kind             text NOT NULL CHECK (kind IN ('shared', 'opened', 'expiring')),
  viewer_time_zone text CHECK (octet_length(viewer_time_zone) <= 64),
  occurred_at      timestamptz NOT NULL DEFAULT now(),
  state            text NOT NULL DEFAULT 'queued'
                     CHECK (state IN ('queued', 'sent', 'deferred', 'refused', 'cancelled')),
  reason           text CHECK (char_length(reason) <= 500),
  attempts         integer NOT NULL DEFAULT 0,
  next_attempt_at  timestamptz DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  CHECK ((state IN ('queued', 'deferred')) = (next_attempt_at IS NOT NULL))
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX mail_due ON mail (workspace_id, next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX mail_of_link ON mail (link_id, mail_id DESC);
CREATE INDEX mail_of_share ON mail (share_id);
CREATE INDEX mail_done ON mail (updated_at) WHERE next_attempt_at IS NULL;

-- Where events are posted. Secrets are sealed by a key that is not here. `event_types` NULL: all.
-- One that was deleted is disabled too, and stays until its deliveries have been cleared away, some
-- at a time.
CREATE TABLE webhook (
  webhook_id           uuid PRIMARY KEY,
  workspace_id         uuid NOT NULL REFERENCES workspace,
  url                  text NOT NULL CHECK (octet_length(url) <= 2048),
  description          text CHECK (char_length(description) <= 500),
  event_types          text[],
  signature            text NOT NULL DEFAULT 'v1' CHECK (signature IN ('v1', 'v1a')),
  sealed_secret        text NOT NULL,
  previous_secret      text,
  previous_until       timestamptz,
  disabled_at          timestamptz,
  disabled_reason      text CHECK (disabled_reason IN ('owner', 'gone', 'failing')),
  failing_since        timestamptz,
  deleted_at           timestamptz,
  created_at           timestamptz NOT NULL DEFAULT now(),
  updated_at           timestamptz NOT NULL DEFAULT now(),
  version              bigint NOT NULL DEFAULT 1,
  CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL)),
  CHECK (deleted_at IS NULL OR disabled_at IS NOT NULL),
  CHECK ((previous_secret IS NULL) = (previous_until IS NULL))
);
CREATE INDEX webhook_of_workspace ON webhook (workspace_id, webhook_id DESC);
CREATE INDEX webhook_deleted ON webhook (webhook_id) WHERE deleted_at IS NOT NULL;

-- One event on its way to one endpoint. `next_attempt_at` is also the lease, as in `mail`. The event
-- of a test stands in no feed; it is made of the delivery.
CREATE TABLE delivery (
  delivery_id     uuid PRIMARY KEY DEFAULT new_uuid(),
  workspace_id    uuid NOT NULL,
  webhook_id      uuid NOT NULL REFERENCES webhook ON DELETE CASCADE,
  event_id        uuid NOT NULL,
  test            boolean NOT NULL DEFAULT false,
  state           text NOT NULL DEFAULT 'pending'
                    CHECK (state IN ('pending', 'succeeded', 'failed')),
  attempts        integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz DEFAULT now(),
  created_at      timestamptz NOT NULL DEFAULT now(),
  finished_at     timestamptz,
  CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL)),
  CHECK ((state = 'pending') = (finished_at IS NULL))
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX delivery_due ON delivery (webhook_id, next_attempt_at) WHERE state = 'pending';
CREATE INDEX delivery_newest ON delivery (webhook_id, delivery_id DESC);
CREATE INDEX delivery_failed ON delivery (webhook_id, delivery_id DESC) WHERE state = 'failed';
CREATE INDEX delivery_done ON delivery (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE delivery_attempt (
  delivery_id uuid NOT NULL REFERENCES delivery ON DELETE CASCADE,
  attempt     integer NOT NULL,
  started_at  timestamptz NOT NULL,
  took_ms     integer NOT NULL,
  status      integer,
  error       text CHECK (char_length(error) <= 200),
  response    text CHECK (char_length(response) <= 1024),
  PRIMARY KEY (delivery_id, attempt)
);

-- When a share ends under a policy: at its own end or, sooner, where the policy ends it.
CREATE FUNCTION share_end(starts_at timestamptz, expires_at timestamptz, max_ttl_seconds bigint)
RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT least(expires_at, starts_at + make_interval(secs => max_ttl_seconds))
$$;

-- What lies behind happened before there were events. What lies ahead is put down.
INSERT INTO due (subject, kind, workspace_id, due_at)
SELECT s.share_id, 'expire', s.workspace_id,
       coalesce(share_end(s.starts_at, s.expires_at, p.max_ttl_seconds), 'infinity')
  FROM share s JOIN policy p ON p.workspace_id = s.workspace_id
 WHERE s.revoked_at IS NULL
   AND coalesce(share_end(s.starts_at, s.expires_at, p.max_ttl_seconds), 'infinity') > now();
INSERT INTO due (subject, kind, workspace_id, due_at)
SELECT share_id, 'start', workspace_id, starts_at
  FROM share WHERE revoked_at IS NULL AND starts_at > now();
INSERT INTO due (subject, kind, workspace_id, due_at)
SELECT s.share_id, 'forget', s.workspace_id,
       coalesce(s.revoked_at, share_end(s.starts_at, s.expires_at, p.max_ttl_seconds))
       + make_interval(days => p.retention_days)
  FROM share s JOIN policy p ON p.workspace_id = s.workspace_id
 WHERE p.retention_days IS NOT NULL
   AND (s.revoked_at IS NOT NULL
        OR share_end(s.starts_at, s.expires_at, p.max_ttl_seconds) <= now());
INSERT INTO due (subject, kind, workspace_id, due_at)
SELECT link_id, 'retire', workspace_id, retires_at
  FROM link WHERE revoked_at IS NULL AND retires_at > now();
INSERT INTO due (subject, kind, workspace_id, due_at)
SELECT recording_uid, 'gone', workspace_id, expires_at
  FROM recording WHERE deleted_at IS NULL AND expires_at > now();
