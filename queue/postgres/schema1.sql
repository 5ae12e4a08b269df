-- Enumerations are the numbers of package queue's and package host's constants,
-- but for a mail's lane. Text is compared by its bytes, as in Go.
--
-- There are no foreign keys: each would cost a look-up and a lock with every row,
-- and each statement that drops a mail drops what belongs to it.
--
-- Rows live as long as their mail is kept, so vacuum has as much to do as inserts: it
-- comes early, and takes ten times its usual share of the disk.

CREATE TABLE mailhost.mail (
    lane       smallint    NOT NULL,                   -- its place in queue.Lanes
    state      smallint    NOT NULL DEFAULT 1,         -- queue.State; Outgoing stands for Deferred too
    once       boolean     NOT NULL,
    leased     boolean     NOT NULL DEFAULT false,
    alone      boolean     NOT NULL DEFAULT false,
    awaits     boolean     NOT NULL DEFAULT false,     -- due when its route is up again
    fence      bigint      NOT NULL DEFAULT 0,
    due        timestamptz NOT NULL,                   -- of a claimed mail: when its lease lapses; of a settled one: when that was
    queued     timestamptz NOT NULL,
    not_before timestamptz NOT NULL,
    expires    timestamptz NOT NULL,
    attempts   integer     NOT NULL DEFAULT 0,
    doubts     integer     NOT NULL DEFAULT 0,
    size       integer     NOT NULL,                   -- of its data, in bytes
    id         text        COLLATE "C" PRIMARY KEY,
    route      text        COLLATE "C" NOT NULL,
    sender     text        COLLATE "C" NOT NULL,
    key        text        COLLATE "C" NOT NULL,
    subject    text        COLLATE "C" NOT NULL,
    last       text        COLLATE "C" NOT NULL DEFAULT '',
    transaction text       COLLATE "C" NOT NULL DEFAULT '',
    meta       jsonb                                   -- NULL where there is none
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_limit = 2000,
    autovacuum_analyze_scale_factor = 0.02);

-- Serves Claim, Totals and lists of what is to be sent. 1 is queue.Outgoing.
CREATE INDEX mail_due ON mailhost.mail (route, lane, due, id) WHERE state = 1;

-- Serves SetRoute.
CREATE INDEX mail_awaits ON mailhost.mail (route, id) WHERE state = 1 AND awaits;

-- Serves Clean. From 4 on, a queue.State is settled.
CREATE INDEX mail_settled ON mailhost.mail (state, due) WHERE state >= 4;

-- Serves lists of the queues that hold few mails among many: held, failed, uncertain.
CREATE INDEX mail_list ON mailhost.mail (state, id) WHERE state IN (3, 4, 5);

-- Serves Search.
CREATE INDEX mail_transaction ON mailhost.mail (transaction, id) WHERE transaction <> '';

-- One for a mail, whatever the number of its recipients. It is never changed.
-- Data of up to some 8,000 bytes stands in its row; none is compressed, which
-- costs more than it saves for mail that is gone in a moment.
CREATE TABLE mailhost.body (
    mail text  COLLATE "C" PRIMARY KEY,
    data bytea NOT NULL
) WITH (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_limit = 2000,
    toast.autovacuum_vacuum_scale_factor = 0.02, toast.autovacuum_vacuum_cost_limit = 2000);

ALTER TABLE mailhost.body ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE mailhost.recipient (
    place    integer  NOT NULL,           -- in the mail's To, from 0
    state    smallint NOT NULL DEFAULT 0, -- queue.RecipientState
    -- The last report about it.
    outcome  smallint NOT NULL DEFAULT 0, -- host.Outcome
    code     integer  NOT NULL DEFAULT 0,
    alarm    boolean  NOT NULL DEFAULT false,
    mail     text     COLLATE "C" NOT NULL,
    address  text     COLLATE "C" NOT NULL,
    reported text     NOT NULL DEFAULT '', -- the address the report named
    enhanced text     NOT NULL DEFAULT '',
    text     text     NOT NULL DEFAULT '',
    relay    text     NOT NULL DEFAULT '',
    PRIMARY KEY (mail, place)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_limit = 2000);

-- A mail's history.
CREATE TABLE mailhost.attempt (
    at         timestamptz NOT NULL,
    number     integer     NOT NULL, -- the mail's attempts then
    recipients integer     NOT NULL,
    delivered  integer     NOT NULL,
    outcome    smallint    NOT NULL,
    code       integer     NOT NULL DEFAULT 0,
    alarm      boolean     NOT NULL DEFAULT false,
    mail       text        COLLATE "C" NOT NULL,
    reported   text        NOT NULL DEFAULT '',
    enhanced   text        NOT NULL DEFAULT '',
    text       text        NOT NULL DEFAULT '',
    relay      text        NOT NULL DEFAULT '',
    PRIMARY KEY (mail, number)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_limit = 2000);

-- Mails' identities, which outlive them.
CREATE TABLE mailhost.identity (
    inserted timestamptz NOT NULL,
    identity text        COLLATE "C" PRIMARY KEY,
    mail     text        COLLATE "C" NOT NULL -- its id
) WITH (autovacuum_vacuum_scale_factor = 0.02);

-- Serves Clean.
CREATE INDEX identity_inserted ON mailhost.identity (inserted);

CREATE TABLE mailhost.route (
    paused      boolean     NOT NULL DEFAULT false,
    down        boolean     NOT NULL DEFAULT false,
    alarm       boolean     NOT NULL DEFAULT false,
    failures    integer     NOT NULL DEFAULT 0,
    ramp        integer     NOT NULL DEFAULT 0,
    since       timestamptz,                    -- NULL where it is not down
    probe_due   timestamptz NOT NULL DEFAULT clock_timestamp(), -- where it is down
    probe_fence bigint      NOT NULL DEFAULT 0, -- of the mail that is the probe
    version     bigint      NOT NULL DEFAULT 1,
    name        text        COLLATE "C" PRIMARY KEY,
    last_error  text        NOT NULL DEFAULT '',
    probe_mail  text        COLLATE "C" NOT NULL DEFAULT '' -- its id
) WITH (fillfactor = 50);

-- When each node last claimed mail of a route: a row for each, so that nodes do not
-- wait for one another.
CREATE TABLE mailhost.turn (
    at    timestamptz NOT NULL,
    node  bigint      NOT NULL,
    route text        COLLATE "C" NOT NULL,
    PRIMARY KEY (route, node)
) WITH (fillfactor = 50);

-- Counts the mails of a minute: queue.Minute. Each writer of each node has a row.
CREATE TABLE mailhost.minute (
    at       timestamptz NOT NULL,
    node     bigint      NOT NULL,
    writer   integer     NOT NULL,
    came     integer     NOT NULL DEFAULT 0,
    went     integer     NOT NULL DEFAULT 0,
    deferred integer     NOT NULL DEFAULT 0,
    failed   integer     NOT NULL DEFAULT 0,
    PRIMARY KEY (at, node, writer)
) WITH (fillfactor = 50);

-- What mailers say of themselves: queue.Heartbeat.
CREATE TABLE mailhost.heartbeat (
    seen       timestamptz NOT NULL,
    started    timestamptz NOT NULL,
    moved      timestamptz NOT NULL,
    tick       bigint      NOT NULL, -- its interval, in microseconds
    sending    integer     NOT NULL,
    connections integer    NOT NULL,
    mailer     text        COLLATE "C" PRIMARY KEY,
    process    text        NOT NULL,
    last_error text        NOT NULL
) WITH (fillfactor = 50);

-- What operators did: queue.Audit.
CREATE TABLE mailhost.audit (
    number bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at     timestamptz NOT NULL,
    mails  integer     NOT NULL,
    who    text        NOT NULL,
    what   text        NOT NULL,
    which  text        NOT NULL,
    error  text        NOT NULL
);

-- Mail that was dropped soon after it was inserted, so that an Insert that is repeated
-- because its answer was lost does not bring it back.
CREATE TABLE mailhost.gone (
    at   timestamptz NOT NULL,
    mail text        COLLATE "C" PRIMARY KEY -- its id
) WITH (autovacuum_vacuum_scale_factor = 0.02);

-- How far Clean has come: no mail that was sent before has data.
CREATE TABLE mailhost.cleaned (
    body timestamptz NOT NULL
) WITH (fillfactor = 50);

INSERT INTO mailhost.cleaned VALUES ('-infinity');
