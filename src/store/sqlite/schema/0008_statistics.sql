-- Visits of each link in periods of 8 days and of 64, number N of which begins at day N * days: what the most visited
-- links of a range are found from. Maintenance derives them from visit_daily once a period is over. Visits are counted
-- without them: a period is right while its sums are those of visit_all_daily.

CREATE TABLE visit_periods (
  days   INTEGER NOT NULL,
  period INTEGER NOT NULL,
  humans INTEGER NOT NULL,  -- of visit_all_daily, when the period was derived
  bots   INTEGER NOT NULL,
  PRIMARY KEY (days, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE visit_period_counts (
  days   INTEGER NOT NULL,
  period INTEGER NOT NULL,
  code   TEXT    NOT NULL,
  humans INTEGER NOT NULL,
  bots   INTEGER NOT NULL,
  PRIMARY KEY (days, period, code)
) STRICT, WITHOUT ROWID;

-- With what is summed up, so that the rows of a day, which lie far from each other, need not be read for it.
DROP INDEX visit_daily_by_day;
CREATE INDEX visit_daily_by_day ON visit_daily (day, code, humans, bots);

INSERT INTO schema_compatibility VALUES (8, 4);
