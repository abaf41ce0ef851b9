-- Links and the keys of repeated requests. Times are milliseconds since 1970, UTC.

CREATE TABLE links (
  code            TEXT    NOT NULL PRIMARY KEY,
  target          TEXT    NOT NULL,
  target_hash     INTEGER NOT NULL,  -- first 8 bytes of the target's SHA-256, so that no index holds whole targets
  title           TEXT,
  tags            TEXT    NOT NULL,  -- a JSON array, sorted, without repeats
  redirect_status INTEGER NOT NULL CHECK (redirect_status IN (301, 302, 307, 308)),
  forward_query   INTEGER NOT NULL CHECK (forward_query IN (0, 1)),
  enabled         INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  not_before      INTEGER,
  expires_at      INTEGER,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL,
  version         INTEGER NOT NULL,
  deleted_at      INTEGER            -- a tombstone: the row stays, so that its code is never issued again
) STRICT;

CREATE INDEX links_by_created_at ON links (created_at, code) WHERE deleted_at IS NULL;
CREATE INDEX links_by_updated_at ON links (updated_at, code) WHERE deleted_at IS NULL;
CREATE INDEX links_by_target ON links (target_hash) WHERE deleted_at IS NULL;

-- The tags of the links that are not deleted; triggers keep it in step with links.tags.
CREATE TABLE link_tags (
  tag  TEXT NOT NULL,
  code TEXT NOT NULL REFERENCES links (code),
  PRIMARY KEY (tag, code)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER links_insert_tags AFTER INSERT ON links
WHEN NEW.tags <> '[]' AND NEW.deleted_at IS NULL
BEGIN
  INSERT INTO link_tags (tag, code) SELECT value, NEW.code FROM json_each(NEW.tags);
END;

CREATE TRIGGER links_update_tags AFTER UPDATE OF tags, deleted_at ON links
WHEN NEW.tags <> OLD.tags OR NEW.deleted_at IS NOT OLD.deleted_at
BEGIN
  DELETE FROM link_tags WHERE code = OLD.code AND tag IN (SELECT value FROM json_each(OLD.tags));
  INSERT INTO link_tags (tag, code) SELECT value, NEW.code FROM json_each(NEW.tags) WHERE NEW.deleted_at IS NULL;
END;

-- What answered a request that carried an Idempotency-Key; owner is empty while there are no owners.
CREATE TABLE idempotency (
  owner      TEXT    NOT NULL DEFAULT '',
  key        TEXT    NOT NULL,
  body_hash  TEXT    NOT NULL,
  code       TEXT    NOT NULL REFERENCES links (code),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_by_created_at ON idempotency (created_at);
