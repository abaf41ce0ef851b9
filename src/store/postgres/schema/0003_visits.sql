-- Visits: how often each link was followed, and which batches of visits have been counted. Hours and days are those
-- since 1970, UTC. Nothing here refers to links, so that writing visits takes no lock of theirs.

CREATE TABLE visit_totals (
  code   text   COLLATE "C" NOT NULL PRIMARY KEY,
  humans bigint NOT NULL,
  bots   bigint NOT NULL,
  total  bigint NOT NULL GENERATED ALWAYS AS (humans + bots) STORED
);

CREATE INDEX visit_totals_by_total ON visit_totals (total, code);

-- Kept for a number of days. New rows go to the end of the second index, which then finds the oldest ones.
CREATE TABLE visit_hourly (
  code   text    COLLATE "C" NOT NULL,
  hour   integer NOT NULL,
  humans bigint  NOT NULL,
  bots   bigint  NOT NULL,
  PRIMARY KEY (code, hour)
) WITH (fillfactor = 80);

CREATE INDEX visit_hourly_by_hour ON visit_hourly (hour);

-- Kept for ever.
CREATE TABLE visit_daily (
  code   text    COLLATE "C" NOT NULL,
  day    integer NOT NULL,
  humans bigint  NOT NULL,
  bots   bigint  NOT NULL,
  PRIMARY KEY (code, day)
) WITH (fillfactor = 80);

CREATE INDEX visit_daily_by_day ON visit_daily (day);

-- All links together. Every connection adds to a shard of its own, more or less, so that none waits for another.
CREATE TABLE visit_all_hourly (
  hour   integer  NOT NULL,
  shard  smallint NOT NULL,
  humans bigint   NOT NULL,
  bots   bigint   NOT NULL,
  PRIMARY KEY (hour, shard)
) WITH (fillfactor = 50);

CREATE TABLE visit_all_daily (
  day    integer  NOT NULL,
  shard  smallint NOT NULL,
  humans bigint   NOT NULL,
  bots   bigint   NOT NULL,
  PRIMARY KEY (day, shard)
) WITH (fillfactor = 50);

-- Visits one by one, in partitions of a day such as visits_20261122, which are made ahead and dropped when they are
-- old; details without a partition are left out. A null is what is not known or not kept.
CREATE TABLE visits (
  code       text    COLLATE "C" NOT NULL,
  at         bigint  NOT NULL,  -- milliseconds since 1970, UTC
  version    bigint  NOT NULL,  -- of the link
  bot        boolean NOT NULL,
  address    text    COLLATE "C",
  referrer   text    COLLATE "C",
  user_agent text    COLLATE "C"
) PARTITION BY RANGE (at);

CREATE INDEX visits_by_code ON visits (code, at);

-- What the removal of hourly rows has reached: they are whole from this hour on, the first one of a day.
CREATE TABLE visit_upkeep (
  only_row    boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (only_row),
  hourly_from integer NOT NULL
);

INSERT INTO visit_upkeep (hourly_from) VALUES (0);

-- Processes that take visits, as they told it last.
CREATE TABLE visit_epochs (
  epoch         text    COLLATE "C" NOT NULL PRIMARY KEY,
  host          text    COLLATE "C" NOT NULL,
  opened_at     bigint  NOT NULL,
  seen_at       bigint  NOT NULL,
  accepted      bigint  NOT NULL,
  dropped       bigint  NOT NULL,
  undetailed    bigint  NOT NULL,
  pending_since bigint,
  closed        boolean NOT NULL
);

-- What has come of each ring of an epoch.
CREATE TABLE visit_rings (
  epoch     text    COLLATE "C" NOT NULL,
  ring      integer NOT NULL,
  confirmed bigint  NOT NULL DEFAULT 0,  -- batches below this position are done with, and not in visit_batches
  persisted bigint  NOT NULL DEFAULT 0,  -- visits that are counted
  given_up  bigint  NOT NULL DEFAULT 0,  -- visits that could not be
  PRIMARY KEY (epoch, ring)
);

-- Batches that are counted or given up, until that is confirmed. They never overlap, so that the first position names
-- one.
CREATE TABLE visit_batches (
  epoch  text    COLLATE "C" NOT NULL,
  ring   integer NOT NULL,
  first  bigint  NOT NULL,
  count  bigint  NOT NULL,
  reason text    COLLATE "C",  -- why it was given up
  PRIMARY KEY (epoch, ring, first)
);
