-- The outbox: changes of links that the shared cache is not known to have. A trigger fills it, so that no change of a
-- version is left out whoever makes it. Times are milliseconds since 1970.

CREATE TABLE unannounced (
  number     INTEGER PRIMARY KEY AUTOINCREMENT,  -- a new one for each change, so that a reader finds what came since
  code       TEXT    NOT NULL UNIQUE,
  version    INTEGER NOT NULL,            -- of the link
  announced  INTEGER NOT NULL DEFAULT 0,  -- the version that the shared cache has; the change is open while it is lower
  since      INTEGER NOT NULL,            -- of the first change that is open
  touched_at INTEGER NOT NULL             -- of the last change, or of its noting
) STRICT;

CREATE INDEX unannounced_open ON unannounced (since) WHERE announced < version;
CREATE INDEX unannounced_closed ON unannounced (touched_at) WHERE announced >= version;

CREATE TRIGGER links_unannounced AFTER UPDATE OF version ON links
WHEN NEW.version <> OLD.version
BEGIN
  INSERT OR REPLACE INTO unannounced (code, version, announced, since, touched_at)
  SELECT NEW.code, max(NEW.version, coalesce(before.version, 0)), coalesce(before.announced, 0),
         CASE WHEN before.announced < before.version THEN before.since ELSE clock.now END, clock.now
  FROM (SELECT CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) AS now) AS clock
  LEFT JOIN unannounced AS before ON before.code = NEW.code;
END;

CREATE TRIGGER links_gone AFTER DELETE ON links
BEGIN
  DELETE FROM unannounced WHERE code = OLD.code;
END;

-- The shared cache that knew nothing old when it was last looked at; another one is emptied before it is believed.
CREATE TABLE shared_cache (
  only_row INTEGER NOT NULL PRIMARY KEY DEFAULT 1 CHECK (only_row = 1),
  identity TEXT    NOT NULL
) STRICT;

INSERT INTO shared_cache (identity) VALUES ('');

-- From here on every migration is additive and says from which schema on a binary runs with it; one that is not here runs
-- with its own only.
CREATE TABLE schema_compatibility (
  version   INTEGER NOT NULL PRIMARY KEY,
  runs_from INTEGER NOT NULL
) STRICT;

INSERT INTO schema_compatibility VALUES (5, 4);
