-- How often a link may be followed, and how often that was granted. The constraint is not held against the rows that are
-- there, which have none: that would read the whole table with everybody locked out.

ALTER TABLE links ADD COLUMN max_visits bigint, ADD COLUMN spent bigint NOT NULL DEFAULT 0;
ALTER TABLE links ADD CONSTRAINT links_max_visits CHECK (max_visits > 0) NOT VALID;
