-- Batches of one ring may overlap: where a disk holds an older state than the one that was handed on, what was counted is
-- cut into other batches. A batch is the same only if it ends where the other does; one that overlaps is given up beside
-- the one that is counted. The index keeps an earlier curt from counting both where they begin alike.

ALTER TABLE visit_batches DROP CONSTRAINT visit_batches_pkey, ADD PRIMARY KEY (epoch, ring, first, count);
CREATE UNIQUE INDEX visit_batches_counted ON visit_batches (epoch, ring, first) WHERE reason IS NULL;

INSERT INTO schema_compatibility VALUES (5, 3);
