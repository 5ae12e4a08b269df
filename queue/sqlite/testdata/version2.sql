-- Times are microseconds since 1970. Enumerations are the numbers of package
-- queue's and package host's constants, but for a mail's lane.

CREATE TABLE mailhost_version (
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE mailhost_mail (
    seq        INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    state      INTEGER NOT NULL, -- queue.State; Outgoing stands for Deferred too
    lane       INTEGER NOT NULL, -- its place in queue.Lanes
    route      TEXT    NOT NULL,
    due        INTEGER NOT NULL, -- of a claimed mail: when its lease lapses; of a settled one: when it was settled
    leased     INTEGER NOT NULL DEFAULT 0,
    fence      INTEGER NOT NULL DEFAULT 0,
    alone      INTEGER NOT NULL DEFAULT 0,
    awaits     INTEGER NOT NULL DEFAULT 0, -- due when its route is up
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
    kept       INTEGER NOT NULL DEFAULT 1, -- its data is
    last       TEXT    NOT NULL DEFAULT ''
) STRICT;

-- Serves Claim, and Totals, which it covers. 1 is queue.Outgoing.
CREATE INDEX mailhost_mail_due ON mailhost_mail (lane, route, due, id, leased, queued) WHERE state = 1;

-- Serves List, newest first, and Count and Totals, which it covers.
CREATE INDEX mailhost_mail_list ON mailhost_mail (state, id, due, leased, route, lane, queued);

-- Serves Clean. 4 and more are queue.Failed, Uncertain and Sent.
CREATE INDEX mailhost_mail_settled ON mailhost_mail (state, kept, due) WHERE state >= 4;

-- Serves SetRoute.
CREATE INDEX mailhost_mail_awaits ON mailhost_mail (route) WHERE awaits = 1;

CREATE TABLE mailhost_body (
    mail INTEGER PRIMARY KEY REFERENCES mailhost_mail ON DELETE CASCADE,
    data BLOB    NOT NULL
) STRICT;

CREATE TABLE mailhost_recipient (
    mail     INTEGER NOT NULL REFERENCES mailhost_mail ON DELETE CASCADE,
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

-- The history of a mail: its last attempts.
CREATE TABLE mailhost_attempt (
    mail       INTEGER NOT NULL REFERENCES mailhost_mail ON DELETE CASCADE,
    number     INTEGER NOT NULL, -- among all that were counted, from 1
    at         INTEGER NOT NULL,
    recipients INTEGER NOT NULL,
    delivered  INTEGER NOT NULL,
    -- The report that says most.
    reported   TEXT    NOT NULL,
    outcome    INTEGER NOT NULL,
    code       INTEGER NOT NULL,
    enhanced   TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    relay      TEXT    NOT NULL,
    alarm      INTEGER NOT NULL,
    PRIMARY KEY (mail, number)
) STRICT, WITHOUT ROWID;

-- What mails with a key are recognised by, also when they are gone.
CREATE TABLE mailhost_identity (
    identity TEXT    PRIMARY KEY,
    mail     TEXT    NOT NULL, -- its id
    at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX mailhost_identity_at ON mailhost_identity (at);

CREATE TABLE mailhost_route (
    name        TEXT    PRIMARY KEY,
    paused      INTEGER NOT NULL DEFAULT 0,
    down        INTEGER NOT NULL DEFAULT 0,
    since       INTEGER NOT NULL DEFAULT 0,
    failures    INTEGER NOT NULL DEFAULT 0,
    alarm       INTEGER NOT NULL DEFAULT 0,
    last_error  TEXT    NOT NULL DEFAULT '',
    probe_due   INTEGER NOT NULL DEFAULT 0, -- where it is down
    probe_mail  TEXT    NOT NULL DEFAULT '', -- id and fence of the mail that is the probe
    probe_fence INTEGER NOT NULL DEFAULT 0,
    ramp        INTEGER NOT NULL DEFAULT 0,
    turn        INTEGER NOT NULL DEFAULT 0, -- the number of its last claim among those of all routes
    version     INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;

-- What happened in each minute of the last day, counted in mails.
CREATE TABLE mailhost_minute (
    at       INTEGER PRIMARY KEY, -- when it began
    queued   INTEGER NOT NULL,
    sent     INTEGER NOT NULL,
    deferred INTEGER NOT NULL,
    failed   INTEGER NOT NULL
) STRICT;

CREATE TABLE mailhost_heartbeat (
    mailer     TEXT    PRIMARY KEY,
    process    TEXT    NOT NULL,
    tick       INTEGER NOT NULL, -- microseconds
    started    INTEGER NOT NULL,
    moved      INTEGER NOT NULL,
    sending    INTEGER NOT NULL,
    last_error TEXT    NOT NULL,
    seen       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
