-- What changed since a moment is asked of deleted links too.

DROP INDEX links_by_updated_at;
CREATE INDEX links_by_updated_at ON links (updated_at, code);
