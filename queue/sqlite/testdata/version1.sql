-- Times are microseconds since 1970. Enumerations are the numbers of package
-- queue's and package host's constants, but for a mail's lane.

CREATE TABLE mail (
    seq        INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    identity   TEXT    UNIQUE,   -- of its key and recipients; NULL without a key
    state      INTEGER NOT NULL, -- queue.State; Outgoing stands for Deferred too
    lane       INTEGER NOT NULL, -- its place in queue.Lanes
    route      TEXT    NOT NULL,
    due        INTEGER NOT NULL, -- of a claimed mail: when its lease lapses
    leased     INTEGER NOT NULL DEFAULT 0,
    fence      INTEGER NOT NULL DEFAULT 0,
    alone      INTEGER NOT NULL DEFAULT 0,
    attempts   INTEGER NOT NULL DEFAULT 0,
    doubts     INTEGER NOT NULL DEFAULT 0,
    queued     INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    expires    INTEGER NOT NULL,
    sender     TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    once       INTEGER NOT NULL,
    subject    TEXT    NOT NULL,
    meta       TEXT    NOT NULL, -- a JSON object, or empty
    size       INTEGER NOT NULL, -- of its data, in bytes
    last       TEXT    NOT NULL DEFAULT ''
) STRICT;

-- Serves Claim. 1 is queue.Outgoing.
CREATE INDEX mail_due ON mail (lane, route, due, id) WHERE state = 1;

-- Serves List, newest first, and Count, which it covers.
CREATE INDEX mail_list ON mail (state, id, due, leased, route);

CREATE TABLE body (
    mail INTEGER PRIMARY KEY REFERENCES mail ON DELETE CASCADE,
    data BLOB    NOT NULL
) STRICT;

CREATE TABLE recipient (
    mail     INTEGER NOT NULL REFERENCES mail ON DELETE CASCADE,
    place    INTEGER NOT NULL, -- in the mail's To, from 0
    address  TEXT    NOT NULL,
    state    INTEGER NOT NULL DEFAULT 0, -- queue.RecipientState
    -- The last report about it.
    reported TEXT    NOT NULL DEFAULT '', -- the address the report named
    outcome  INTEGER NOT NULL DEFAULT 0,  -- host.Outcome
    code     INTEGER NOT NULL DEFAULT 0,
    enhanced TEXT    NOT NULL DEFAULT '',
    text     TEXT    NOT NULL DEFAULT '',
    relay    TEXT    NOT NULL DEFAULT '',
    alarm    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (mail, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE route (
    name        TEXT    PRIMARY KEY,
    down        INTEGER NOT NULL DEFAULT 0,
    since       INTEGER NOT NULL DEFAULT 0,
    failures    INTEGER NOT NULL DEFAULT 0,
    alarm       INTEGER NOT NULL DEFAULT 0,
    last_error  TEXT    NOT NULL DEFAULT '',
    probe_due   INTEGER NOT NULL DEFAULT 0, -- where it is down
    probe_mail  TEXT    NOT NULL DEFAULT '', -- id and fence of the mail that is the probe
    probe_fence INTEGER NOT NULL DEFAULT 0,
    version     INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;
