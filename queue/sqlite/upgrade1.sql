-- Takes over what version 1 kept, whose tables had no prefix and whose keys went
-- with their mails.

INSERT INTO mailhost_mail (seq, id, state, lane, route, due, leased, fence, alone, attempts, doubts, queued,
    not_before, expires, sender, key, once, subject, meta, size, last)
SELECT seq, id, state, lane, route, due, leased, fence, alone, attempts, doubts, queued,
    not_before, expires, sender, key, once, subject, meta, size, last FROM mail;

INSERT INTO mailhost_identity (identity, mail, at) SELECT identity, id, queued FROM mail WHERE identity IS NOT NULL;

INSERT INTO mailhost_body (mail, data) SELECT mail, data FROM body;

INSERT INTO mailhost_recipient (mail, place, address, state, reported, outcome, code, enhanced, text, relay, alarm)
SELECT mail, place, address, state, reported, outcome, code, enhanced, text, relay, alarm FROM recipient;

INSERT INTO mailhost_route (name, down, since, failures, alarm, last_error, probe_due, probe_mail, probe_fence, version)
SELECT name, down, since, failures, alarm, last_error, probe_due, probe_mail, probe_fence, version FROM route;

-- Version 1 did not say when a mail was settled: it counts from now.
UPDATE mailhost_mail SET due = unixepoch() * 1000000 WHERE state >= 4;

DROP TABLE body;
DROP TABLE recipient;
DROP TABLE mail;
DROP TABLE route;
