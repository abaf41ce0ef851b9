-- API keys, and the owners of links. Times are milliseconds since 1970.

-- Revoked keys stay, so that no id ever comes back.
CREATE TABLE access_keys (
  id             TEXT    NOT NULL PRIMARY KEY,
  name           TEXT    NOT NULL,
  scopes         TEXT    NOT NULL,  -- names with a space between
  own            INTEGER NOT NULL CHECK (own IN (0, 1)),
  secret_hash    BLOB    NOT NULL CHECK (length(secret_hash) = 32),  -- SHA-256
  previous_hash  BLOB             CHECK (length(previous_hash) = 32),
  previous_until INTEGER,
  created_at     INTEGER NOT NULL,
  expires_at     INTEGER,
  rotated_at     INTEGER,
  revoked_at     INTEGER,
  last_used_at   INTEGER,
  change         INTEGER NOT NULL   -- of access_key_changes, when it was changed last
) STRICT, WITHOUT ROWID;

CREATE INDEX access_keys_by_change ON access_keys (change);

-- Every change of a key adds one in its own transaction.
CREATE TABLE access_key_changes (
  only_row INTEGER NOT NULL PRIMARY KEY DEFAULT 1 CHECK (only_row = 1),
  change   INTEGER NOT NULL
) STRICT;

INSERT INTO access_key_changes (change) VALUES (0);

-- The id of the key that made the link.
ALTER TABLE links ADD COLUMN owner TEXT;

-- With deleted links, whose visits count in the figures of their owner.
CREATE INDEX links_by_owner ON links (owner, created_at, code, deleted_at) WHERE owner IS NOT NULL;

INSERT INTO schema_compatibility VALUES (9, 4);
