-- Batches of one ring may overlap: a disk that holds an older state than the one that was handed on has what was counted
-- cut anew. A batch is the same only if it ends where the other does; one that overlaps is given up beside the one that is
-- counted.

ALTER TABLE visit_batches DROP CONSTRAINT visit_batches_pkey, ADD PRIMARY KEY (epoch, ring, first, count);

INSERT INTO schema_compatibility VALUES (5, 3);
