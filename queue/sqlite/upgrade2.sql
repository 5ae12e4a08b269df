-- Version 3 knows which mails were committed together, what operators did, and how
-- many connections mailers have open.

ALTER TABLE mailhost_mail ADD COLUMN transaction_id TEXT NOT NULL DEFAULT '';

-- Serves Search.
CREATE INDEX mailhost_mail_transaction ON mailhost_mail (transaction_id, id) WHERE transaction_id <> '';

ALTER TABLE mailhost_heartbeat ADD COLUMN connections INTEGER NOT NULL DEFAULT -1;

CREATE TABLE mailhost_audit (
    number INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    who    TEXT    NOT NULL,
    what   TEXT    NOT NULL,
    which  TEXT    NOT NULL,
    mails  INTEGER NOT NULL,
    error  TEXT    NOT NULL
) STRICT;
