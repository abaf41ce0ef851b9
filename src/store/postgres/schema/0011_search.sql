-- What search goes through: the texts of links, folded, beside the links. Filled in bulk after the links were written, so
-- that creates and imports are no slower; until then a link is found by reading it. The index on the texts is made by
-- `curt migrate` afterwards, as not every role may create the extension that it needs.

-- The transaction that gave the link its code, target and title; nothing for one that was there before. The default is
-- set afterwards, so that no row is rewritten.
ALTER TABLE links ADD COLUMN txn xid8;
ALTER TABLE links ALTER COLUMN txn SET DEFAULT pg_current_xact_id();

CREATE INDEX links_by_txn ON links (txn) WHERE txn IS NOT NULL;

-- So that the planner knows from the start how few links have one.
ANALYZE links (txn);

-- A text is that of the link while `txn` is no lower than the link's, of which nothing counts as 0.
CREATE TABLE link_search (
  code   text COLLATE "C" NOT NULL PRIMARY KEY,
  txn    xid8 NOT NULL,
  folded text COLLATE "C" NOT NULL
);

-- How far it is filled: all links of transactions below `filled_below` are in it, and those without one up to the code
-- `older_after`, or all of them where that is null. `filling_to` is the last transaction of those that are being filled
-- in, up to the code `filling_after`.
CREATE TABLE link_search_state (
  only_row      boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (only_row),
  filled_below  xid8    NOT NULL,
  filling_to    xid8,
  filling_after text    COLLATE "C" NOT NULL DEFAULT '',
  older_after   text    COLLATE "C"
);

INSERT INTO link_search_state (filled_below, older_after) VALUES (pg_current_xact_id(), '');

-- Whoever edits a link: an earlier curt, or an operator by hand.
CREATE FUNCTION note_searched_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.txn := pg_current_xact_id();
  RETURN NEW;
END
$$;

INSERT INTO schema_compatibility VALUES (11, 3);

-- Last, since nobody changes links from here to the end of the transaction.
CREATE TRIGGER links_searched_text BEFORE UPDATE OF code, target, title ON links
FOR EACH ROW WHEN (NEW.code <> OLD.code OR NEW.target <> OLD.target OR NEW.title IS DISTINCT FROM OLD.title)
EXECUTE FUNCTION note_searched_text();
