-- Batches of one ring may overlap: where a disk holds an older state than the one that was handed on, what was counted is
-- cut into other batches. A batch is the same only if it ends where the other does; one that overlaps is given up beside
-- the one that is counted. SQLite cannot change a primary key.

CREATE TABLE visit_batches_by_end (
  epoch  TEXT    NOT NULL,
  ring   INTEGER NOT NULL,
  first  INTEGER NOT NULL,
  count  INTEGER NOT NULL,
  reason TEXT,  -- why it was given up
  PRIMARY KEY (epoch, ring, first, count)
) STRICT, WITHOUT ROWID;

INSERT INTO visit_batches_by_end SELECT epoch, ring, first, count, reason FROM visit_batches;
DROP TABLE visit_batches;
ALTER TABLE visit_batches_by_end RENAME TO visit_batches;

-- So that an earlier curt does not count both where they begin alike.
CREATE UNIQUE INDEX visit_batches_counted ON visit_batches (epoch, ring, first) WHERE reason IS NULL;

INSERT INTO schema_compatibility VALUES (6, 4);
