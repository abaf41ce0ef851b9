-- Visits of each link in periods of 8 days and of 64, number N of which begins at day N * days: what the most visited
-- links of a range are found from. Maintenance derives them from visit_daily once a period is over. Visits are counted
-- without them: a period is right while its sums are those of visit_all_daily.

CREATE TABLE visit_periods (
  days   integer NOT NULL,
  period integer NOT NULL,
  humans bigint  NOT NULL,  -- of visit_all_daily, when the period was derived
  bots   bigint  NOT NULL,
  PRIMARY KEY (days, period)
);

CREATE TABLE visit_period_counts (
  days   integer NOT NULL,
  period integer NOT NULL,
  code   text    COLLATE "C" NOT NULL,
  humans bigint  NOT NULL,
  bots   bigint  NOT NULL,
  PRIMARY KEY (days, period, code)
);

-- The host of the referrer; empty where it names none. Null in what an older curt has written.
ALTER TABLE visits ADD COLUMN referrer_host text COLLATE "C";

INSERT INTO schema_compatibility VALUES (7, 3);
