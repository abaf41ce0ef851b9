-- The links of an owner. In a transaction of its own, so that links are read while the table is gone through. With deleted
-- links, whose visits count in the figures of their owner.

CREATE INDEX links_by_owner ON links (owner, created_at, code, deleted_at) WHERE owner IS NOT NULL;

-- So that the planner knows from the start how few links have one.
ANALYZE links (owner);

INSERT INTO schema_compatibility VALUES (9, 3);
