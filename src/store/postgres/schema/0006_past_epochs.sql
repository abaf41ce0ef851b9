-- Epochs that are past leave one row of sums, whose epoch is the empty text, and for a while a trace by which a replay is
-- told. Times are milliseconds since 1970 by the clock of this server.

ALTER TABLE visit_epochs ADD COLUMN folded boolean NOT NULL DEFAULT false;  -- only a trace: its sums are in that row
ALTER TABLE visit_upkeep ADD COLUMN epochs_from bigint NOT NULL DEFAULT 0;  -- no trace is left of some opened before

CREATE INDEX visit_epochs_not_folded ON visit_epochs (epoch) WHERE NOT folded;

INSERT INTO schema_compatibility VALUES (6, 3);
