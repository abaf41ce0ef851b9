-- What search goes through: the texts of links, folded, beside the links. Filled in bulk after the links were written, so
-- that creates and imports are no slower; until then a link is found by reading it. The index on the texts is made by
-- `curt migrate` afterwards, as not every role may create the extension that it needs.

-- The transaction that gave the link its code, target and title; nothing for one that was there before. The default is
-- set afterwards, so that no row is rewritten.
ALTER TABLE links ADD COLUMN txn xid8;
ALTER TABLE links ALTER COLUMN txn SET DEFAULT pg_current_xact_id();

-- A text is that of the link while both have the same `txn`, of which nothing counts as 0.
CREATE TABLE link_search (
  code   text COLLATE "C" NOT NULL PRIMARY KEY,
  txn    xid8 NOT NULL,
  folded text COLLATE "C" NOT NULL
);

-- How far it is filled: all links up to this transaction and code are in it; those without a transaction are up to the
-- code `older_after`, or all of them where that is null. Transactions are numbered by each server for itself: copied into
-- another one, all links are gone through once more.
CREATE TABLE link_search_state (
  only_row    boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (only_row),
  server      text    COLLATE "C" NOT NULL,
  filled_txn  xid8    NOT NULL,
  filled_code text    COLLATE "C" NOT NULL,
  older_after text    COLLATE "C"
);

-- Where there is no link yet, each will have a transaction.
INSERT INTO link_search_state (server, filled_txn, filled_code, older_after)
SELECT system_identifier::text, '0', '', CASE WHEN EXISTS (SELECT FROM links) THEN '' END FROM pg_control_system();

-- Whoever edits a link: an earlier curt, or an operator by hand.
CREATE FUNCTION note_searched_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.txn := pg_current_xact_id();
  RETURN NEW;
END
$$;

-- A row that an operator deletes takes its text along. With the rights of its owner, as who deletes links may have none
-- on this table.
CREATE FUNCTION forget_searched_text() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  DELETE FROM link_search WHERE code = OLD.code;
  RETURN NULL;
END
$$;

DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION forget_searched_text() SET search_path = %I, pg_temp', current_schema());
END
$$;

INSERT INTO schema_compatibility VALUES (11, 3);

-- Last, as what follows the first line of all waits for the end of the transaction.
CREATE TRIGGER links_searched_text_gone AFTER DELETE ON links FOR EACH ROW EXECUTE FUNCTION forget_searched_text();
CREATE TRIGGER links_searched_text BEFORE UPDATE OF code, target, title ON links
FOR EACH ROW WHEN (NEW.code <> OLD.code OR NEW.target <> OLD.target OR NEW.title IS DISTINCT FROM OLD.title)
EXECUTE FUNCTION note_searched_text();
