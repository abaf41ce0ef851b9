-- The outbox: changes of links that the shared cache is not known to have. A trigger fills it, so that no change of a
-- version is left out whoever makes it: an earlier curt, or an operator by hand. Times are milliseconds since 1970 by the
-- clock of this server.

CREATE TABLE unannounced (
  code       text   COLLATE "C" NOT NULL PRIMARY KEY,
  version    bigint NOT NULL,            -- of the link
  announced  bigint NOT NULL DEFAULT 0,  -- the version that the shared cache has; the change is open while it is lower
  since      bigint NOT NULL,            -- of the first change that is open
  touched_at bigint NOT NULL,            -- of the last change, or of its noting
  txn        xid8   NOT NULL             -- that made the last change, so that a reader finds what was committed since
) WITH (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.05);

CREATE INDEX unannounced_by_txn ON unannounced (txn);
CREATE INDEX unannounced_open ON unannounced (since) WHERE announced < version;
CREATE INDEX unannounced_closed ON unannounced (touched_at) WHERE announced >= version;

-- With the rights of its owner: the role that changes links may be one that has none on this table.
CREATE FUNCTION note_unannounced() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  now_ms constant bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM unannounced WHERE code = OLD.code;
    RETURN NULL;
  END IF;
  INSERT INTO unannounced AS u (code, version, since, touched_at, txn)
  VALUES (NEW.code, NEW.version, now_ms, now_ms, pg_current_xact_id())
  ON CONFLICT (code) DO UPDATE SET
    version = greatest(u.version, EXCLUDED.version),
    since = CASE WHEN u.announced < u.version THEN u.since ELSE EXCLUDED.since END,
    touched_at = EXCLUDED.touched_at,
    txn = EXCLUDED.txn;
  RETURN NULL;
END
$$;

DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION note_unannounced() SET search_path = %I, pg_temp', current_schema());
END
$$;

-- The shared cache that knew nothing old when it was last looked at; another one is emptied before it is believed.
CREATE TABLE shared_cache (
  only_row boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (only_row),
  identity text    COLLATE "C" NOT NULL
);

INSERT INTO shared_cache (identity) VALUES ('');

-- From here on every migration is additive and says from which schema on a binary runs with it; one that is not here runs
-- with its own only.
CREATE TABLE schema_compatibility (
  version   integer NOT NULL PRIMARY KEY,
  runs_from integer NOT NULL
);

INSERT INTO schema_compatibility VALUES (4, 3);

-- Last, since nobody changes links from here to the end of the transaction.
CREATE TRIGGER links_unannounced AFTER UPDATE ON links
FOR EACH ROW WHEN (NEW.version <> OLD.version) EXECUTE FUNCTION note_unannounced();

CREATE TRIGGER links_gone AFTER DELETE ON links
FOR EACH ROW EXECUTE FUNCTION note_unannounced();
