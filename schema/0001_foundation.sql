-- The foundation: tenants, their keys, what was recorded, what is shared, and by which links.
--
-- Locks: only new tables are made here, so nothing that runs can be waiting for one of them.
--
-- Ids are UUIDv7 made by the service: they grow with time, so new rows land at the right edge of
-- an index, and `ORDER BY id DESC` is newest first without a second sort column.
-- The CHECKs repeat what the service refuses already. They are the second line of defence: one that
-- fires is a defect of the service, never a message to a caller.

CREATE TABLE workspace (
  workspace_id uuid PRIMARY KEY,
  name         text NOT NULL UNIQUE CHECK (char_length(name) BETWEEN 1 AND 200),
  created_at   timestamptz NOT NULL DEFAULT now()
);

-- The digest is SHA-256 without salt: the key holds 256 random bits, so there is nothing to guess.
CREATE TABLE api_key (
  key_id       uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspace,
  name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  digest       bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
  scopes       text[] NOT NULL CHECK (
                 cardinality(scopes) > 0 AND
                 scopes <@ ARRAY['recordings:read', 'recordings:write', 'shares:read', 'shares:write']),
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz,
  revoked_at   timestamptz
);
CREATE INDEX api_key_of_workspace ON api_key (workspace_id, key_id DESC);

-- The caller's id is unique among the living only, and shares point to recording_uid: registering a
-- deleted id again makes a new row, and the links of the old one stay dead for good. A deleted row
-- stays, emptied of what described it, so that its links can still say that it is gone.
-- `has_owner` tells an owner of whom nothing is known from no owner.
CREATE TABLE recording (
  recording_uid uuid PRIMARY KEY,
  workspace_id  uuid NOT NULL REFERENCES workspace,
  recording_id  text NOT NULL CHECK (recording_id ~ '^[A-Za-z0-9._~:-]{1,128}$'),
  title         text NOT NULL CHECK (
                  char_length(title) <= 500 AND (title <> '' OR deleted_at IS NOT NULL)),
  recorded_at   timestamptz,
  duration_ms   bigint CHECK (duration_ms BETWEEN 0 AND 9007199254740991),
  has_owner     boolean NOT NULL DEFAULT false,
  owner_id      text CHECK (char_length(owner_id) <= 320),
  owner_name    text CHECK (char_length(owner_name) <= 320),
  owner_email   text CHECK (char_length(owner_email) <= 320),
  expires_at    timestamptz,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  deleted_at    timestamptz,
  version       bigint NOT NULL DEFAULT 1,
  -- Lets a share prove by foreign key that its recording is of its own workspace.
  UNIQUE (workspace_id, recording_uid)
);
CREATE UNIQUE INDEX recording_living ON recording (workspace_id, recording_id)
  WHERE deleted_at IS NULL;
CREATE INDEX recording_newest ON recording (workspace_id, recording_uid DESC)
  WHERE deleted_at IS NULL;

CREATE TABLE media_object (
  recording_uid uuid NOT NULL REFERENCES recording,
  media_id      text NOT NULL CHECK (media_id ~ '^[A-Za-z0-9._-]{1,64}$'),
  position      smallint NOT NULL CHECK (position BETWEEN 0 AND 99),
  role          text NOT NULL CHECK (
                  role IN ('video', 'audio', 'captions', 'thumbnail', 'hls', 'attachment')),
  content_type  text NOT NULL CHECK (char_length(content_type) BETWEEN 1 AND 127),
  key           text NOT NULL CHECK (octet_length(key) BETWEEN 1 AND 1024),
  bytes         bigint CHECK (bytes BETWEEN 0 AND 9007199254740991),
  PRIMARY KEY (recording_uid, media_id)
);

-- `json`, not `jsonb`: the text is kept as given and sent on as it is, where jsonb would be rendered
-- anew at each read. lz4 unpacks a few times faster than the default. `bytes` is kept beside the
-- document so that listings and limits need not unpack it.
CREATE TABLE panel (
  recording_uid uuid NOT NULL REFERENCES recording,
  kind          text NOT NULL CHECK (
                  kind IN ('transcript', 'summary', 'notes', 'console', 'network', 'actions', 'info')),
  document      json COMPRESSION lz4 NOT NULL,
  bytes         integer NOT NULL GENERATED ALWAYS AS (octet_length(document::text)) STORED
                  CHECK (bytes <= 8388608),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (recording_uid, kind)
);

-- `visible` holds the names of the flags that are on. Panel kinds have the names of their flags, so
-- that a resolve can leave hidden panels in the database: `panel.kind = ANY (share.visible)`.
-- The state (scheduled, active, expired) is derived from the window and the clock, never written.
CREATE TABLE share (
  share_id      uuid PRIMARY KEY,
  workspace_id  uuid NOT NULL,
  recording_uid uuid NOT NULL,
  title         text CHECK (char_length(title) <= 500),
  label         text CHECK (char_length(label) <= 500),
  metadata      json CHECK (octet_length(metadata::text) <= 16384),
  visible       text[] NOT NULL CHECK (
                  visible <@ ARRAY['transcript', 'summary', 'notes', 'comments', 'console', 'network',
                                   'actions', 'info', 'download']),
  starts_at     timestamptz NOT NULL,
  expires_at    timestamptz CHECK (expires_at > starts_at),
  created_at    timestamptz NOT NULL DEFAULT now(),
  created_by    uuid REFERENCES api_key,
  updated_at    timestamptz NOT NULL DEFAULT now(),
  disabled_at   timestamptz,
  revoked_at    timestamptz,
  version       bigint NOT NULL DEFAULT 1,
  FOREIGN KEY (workspace_id, recording_uid) REFERENCES recording (workspace_id, recording_uid)
);
CREATE INDEX share_newest ON share (workspace_id, share_id DESC);
CREATE INDEX share_of_recording ON share (recording_uid, share_id DESC);

-- A link is known by its id and the number of the key that signs its token. Neither the token nor a
-- hash of it is here: a copy of this database opens nothing.
CREATE TABLE link (
  link_id    uuid PRIMARY KEY,
  share_id   uuid NOT NULL REFERENCES share,
  kid        smallint NOT NULL CHECK (kid BETWEEN 0 AND 255),
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);
CREATE INDEX link_of_share ON link (share_id);
