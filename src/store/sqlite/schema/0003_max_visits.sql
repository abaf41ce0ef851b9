-- How often a link may be followed, and how often that was granted.

ALTER TABLE links ADD COLUMN max_visits INTEGER CHECK (max_visits > 0);
ALTER TABLE links ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;
