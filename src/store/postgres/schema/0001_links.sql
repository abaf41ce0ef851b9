-- Links and the keys of repeated requests. Times are milliseconds since 1970, UTC. Text is ordered by its bytes, so
-- that no upgrade of a locale library ever changes the order of an index.

CREATE TABLE links (
  code            text     COLLATE "C" NOT NULL PRIMARY KEY,
  target          text     COLLATE "C" NOT NULL,
  target_hash     bigint   NOT NULL,  -- first 8 bytes of the target's SHA-256, so that no index holds whole targets
  title           text     COLLATE "C",
  tags            jsonb    NOT NULL,  -- an array of strings, sorted, without repeats
  redirect_status smallint NOT NULL CHECK (redirect_status IN (301, 302, 307, 308)),
  forward_query   boolean  NOT NULL,
  enabled         boolean  NOT NULL,
  not_before      bigint,
  expires_at      bigint,
  created_at      bigint   NOT NULL,
  updated_at      bigint   NOT NULL,
  version         bigint   NOT NULL,
  deleted_at      bigint              -- a tombstone: the row stays, so that its code is never issued again
);

CREATE INDEX links_by_created_at ON links (created_at, code) WHERE deleted_at IS NULL;
CREATE INDEX links_by_updated_at ON links (updated_at, code);
CREATE INDEX links_by_target ON links (target_hash) WHERE deleted_at IS NULL;
CREATE INDEX links_by_tag ON links USING gin (tags jsonb_path_ops) WHERE deleted_at IS NULL AND tags <> '[]';

-- What answered a request that carried an Idempotency-Key; owner is empty while there are no owners.
CREATE TABLE idempotency (
  owner      text   COLLATE "C" NOT NULL DEFAULT '',
  key        text   COLLATE "C" NOT NULL,
  body_hash  text   COLLATE "C" NOT NULL,
  code       text   COLLATE "C" NOT NULL REFERENCES links (code),
  created_at bigint NOT NULL,
  PRIMARY KEY (owner, key)
);

CREATE INDEX idempotency_by_created_at ON idempotency (created_at);
