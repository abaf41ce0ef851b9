-- Epochs that are past leave their sums in one row, whose epoch is the empty text. For a while their own rows stay without
-- figures, and the positions of their rings, so that a replay is told. Times are milliseconds since 1970.

ALTER TABLE visit_epochs ADD COLUMN told_at INTEGER;                         -- of its last report, by this clock
ALTER TABLE visit_epochs ADD COLUMN folded_at INTEGER;                       -- since then its figures are in that row
ALTER TABLE visit_rings ADD COLUMN past INTEGER NOT NULL DEFAULT 0;          -- its figures are in that row, too
ALTER TABLE visit_upkeep ADD COLUMN epochs_from INTEGER NOT NULL DEFAULT 0;  -- rows of epochs opened before may be gone
ALTER TABLE visit_upkeep ADD COLUMN lost_epochs INTEGER NOT NULL DEFAULT 0;  -- epochs in that row that never closed

CREATE INDEX visit_epochs_not_folded ON visit_epochs (coalesce(told_at, seen_at)) WHERE folded_at IS NULL;
CREATE INDEX visit_epochs_folded ON visit_epochs (folded_at) WHERE folded_at IS NOT NULL;
CREATE INDEX visit_rings_not_past ON visit_rings (epoch) WHERE past = 0;

INSERT INTO schema_compatibility VALUES (7, 4);
