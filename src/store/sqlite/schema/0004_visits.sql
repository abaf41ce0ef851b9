-- Visits: how often each link was followed, and which batches of visits have been counted. Hours and days are those
-- since 1970, UTC. Visits one by one are not kept here.

CREATE TABLE visit_totals (
  code   TEXT    NOT NULL PRIMARY KEY,
  humans INTEGER NOT NULL,
  bots   INTEGER NOT NULL,
  total  INTEGER NOT NULL GENERATED ALWAYS AS (humans + bots) STORED
) STRICT, WITHOUT ROWID;

CREATE INDEX visit_totals_by_total ON visit_totals (total, code);

-- Kept for a number of days.
CREATE TABLE visit_hourly (
  code   TEXT    NOT NULL,
  hour   INTEGER NOT NULL,
  humans INTEGER NOT NULL,
  bots   INTEGER NOT NULL,
  PRIMARY KEY (code, hour)
) STRICT, WITHOUT ROWID;

CREATE INDEX visit_hourly_by_hour ON visit_hourly (hour);

-- Kept for ever.
CREATE TABLE visit_daily (
  code   TEXT    NOT NULL,
  day    INTEGER NOT NULL,
  humans INTEGER NOT NULL,
  bots   INTEGER NOT NULL,
  PRIMARY KEY (code, day)
) STRICT, WITHOUT ROWID;

CREATE INDEX visit_daily_by_day ON visit_daily (day);

-- All links together.
CREATE TABLE visit_all_hourly (
  hour   INTEGER NOT NULL PRIMARY KEY,
  humans INTEGER NOT NULL,
  bots   INTEGER NOT NULL
) STRICT;

CREATE TABLE visit_all_daily (
  day    INTEGER NOT NULL PRIMARY KEY,
  humans INTEGER NOT NULL,
  bots   INTEGER NOT NULL
) STRICT;

-- What the removal of hourly rows has reached: they are whole from this hour on, the first one of a day.
CREATE TABLE visit_upkeep (
  only_row    INTEGER NOT NULL PRIMARY KEY DEFAULT 1 CHECK (only_row = 1),
  hourly_from INTEGER NOT NULL
) STRICT;

INSERT INTO visit_upkeep (hourly_from) VALUES (0);

-- Processes that take visits, as they told it last.
CREATE TABLE visit_epochs (
  epoch         TEXT    NOT NULL PRIMARY KEY,
  host          TEXT    NOT NULL,
  opened_at     INTEGER NOT NULL,
  seen_at       INTEGER NOT NULL,
  accepted      INTEGER NOT NULL,
  dropped       INTEGER NOT NULL,
  undetailed    INTEGER NOT NULL,
  pending_since INTEGER,
  closed        INTEGER NOT NULL CHECK (closed IN (0, 1))
) STRICT, WITHOUT ROWID;

-- What has come of each ring of an epoch.
CREATE TABLE visit_rings (
  epoch     TEXT    NOT NULL,
  ring      INTEGER NOT NULL,
  confirmed INTEGER NOT NULL DEFAULT 0,  -- batches below this position are done with, and not in visit_batches
  persisted INTEGER NOT NULL DEFAULT 0,  -- visits that are counted
  given_up  INTEGER NOT NULL DEFAULT 0,  -- visits that could not be
  PRIMARY KEY (epoch, ring)
) STRICT, WITHOUT ROWID;

-- Batches that are counted or given up, until that is confirmed. They never overlap, so that the first position names
-- one.
CREATE TABLE visit_batches (
  epoch  TEXT    NOT NULL,
  ring   INTEGER NOT NULL,
  first  INTEGER NOT NULL,
  count  INTEGER NOT NULL,
  reason TEXT,  -- why it was given up
  PRIMARY KEY (epoch, ring, first)
) STRICT, WITHOUT ROWID;
