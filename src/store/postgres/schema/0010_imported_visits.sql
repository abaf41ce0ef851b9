-- How many of humans and bots came with an import of the link. Of these no hour or day is known.

ALTER TABLE visit_totals ADD COLUMN imported bigint NOT NULL DEFAULT 0;

-- Their sum over all links, deleted ones too, so that the total of all time need not read every row.
CREATE TABLE visit_imports (
  only_row boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (only_row),
  humans   bigint NOT NULL,
  bots     bigint NOT NULL
);

INSERT INTO visit_imports (humans, bots) VALUES (0, 0);

INSERT INTO schema_compatibility VALUES (10, 3);
