-- API keys, and the owners of links. Times are milliseconds since 1970.

-- Revoked keys stay, so that no id ever comes back.
CREATE TABLE access_keys (
  id             text    COLLATE "C" NOT NULL PRIMARY KEY,
  name           text    COLLATE "C" NOT NULL,
  scopes         text    COLLATE "C" NOT NULL,  -- names with a space between
  own            boolean NOT NULL,
  secret_hash    bytea   NOT NULL CHECK (octet_length(secret_hash) = 32),  -- SHA-256
  previous_hash  bytea            CHECK (octet_length(previous_hash) = 32),
  previous_until bigint,
  created_at     bigint  NOT NULL,
  expires_at     bigint,
  rotated_at     bigint,
  revoked_at     bigint,
  last_used_at   bigint,
  change         bigint  NOT NULL               -- of access_key_changes, when it was changed last
) WITH (fillfactor = 80);

CREATE INDEX access_keys_by_change ON access_keys (change);

-- Every change of a key adds one in its own transaction, whose lock of this row makes changes wait for each other: whoever
-- sees a number sees all that are lower.
CREATE TABLE access_key_changes (
  only_row boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (only_row),
  change   bigint  NOT NULL
);

INSERT INTO access_key_changes (change) VALUES (0);

INSERT INTO schema_compatibility VALUES (8, 3);

-- The id of the key that made the link. Last, since nobody reads links from here to the end of the transaction.
ALTER TABLE links ADD COLUMN owner text COLLATE "C";
