-- The links that are not among the texts of the search yet. In a transaction of its own, so that links are read while the
-- table is gone through.

CREATE INDEX links_by_txn ON links (txn, code) WHERE txn IS NOT NULL;

-- So that the planner knows from the start how few links have one.
ANALYZE links (txn);

INSERT INTO schema_compatibility VALUES (12, 3);
