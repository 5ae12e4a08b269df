package postgres

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// cleanBatch is how many rows one Clean drops, at most.
const cleanBatch = 500

// until is the instant before which what is kept for $2 microseconds is dropped.
const until = `(SELECT now - $2::int8 * interval '1 microsecond' FROM clock)`

// cleanMails drops settled mail and what belongs to it. Several nodes may clean at
// once: each passes over what another has locked.
var cleanMails = clockOnly + `,
	old AS MATERIALIZED (
		SELECT id, queued FROM mailhost.mail WHERE state = %state% AND state >= 4 AND due <= ` + until + `
		ORDER BY due LIMIT $1 FOR UPDATE SKIP LOCKED),` + goneSQL("old") + `
	bodies AS (DELETE FROM mailhost.body WHERE mail IN (SELECT id FROM old)),
	recipients AS (DELETE FROM mailhost.recipient WHERE mail IN (SELECT id FROM old)),
	attempts AS (DELETE FROM mailhost.attempt WHERE mail IN (SELECT id FROM old))
	DELETE FROM mailhost.mail m USING old WHERE m.id = old.id RETURNING 1`

// cleanBodies drops the data of sent mail, from where the last one ended. A minute
// is looked at again, for a Finish may take a while to commit.
const cleanBodies = clockOnly + `,
	old AS MATERIALIZED (
		SELECT m.id, m.due FROM mailhost.mail m
		WHERE state = 6 AND state >= 4 AND due >= (SELECT body FROM mailhost.cleaned) AND due <= ` + until + `
			AND EXISTS (SELECT FROM mailhost.body WHERE mail = m.id)
		ORDER BY due LIMIT $1),
	marked AS (
		UPDATE mailhost.cleaned SET body = (SELECT least(max(due), min(now) - interval '1 minute') FROM old, clock)
		WHERE (SELECT least(max(due), min(now) - interval '1 minute') FROM old, clock) > body)
	DELETE FROM mailhost.body USING old WHERE mail = old.id RETURNING 1`

// cleanIdentities drops those whose mail is settled or gone.
const cleanIdentities = clockOnly + `,
	old AS MATERIALIZED (
		SELECT identity FROM mailhost.identity i WHERE inserted <= ` + until + `
			AND NOT EXISTS (SELECT FROM mailhost.mail WHERE id = i.mail AND state < 4)
		ORDER BY inserted LIMIT $1 FOR UPDATE SKIP LOCKED)
	DELETE FROM mailhost.identity USING old WHERE identity.identity = old.identity RETURNING 1`

const cleanMinutes = clockOnly + `,
	old AS MATERIALIZED (
		SELECT at, node, writer FROM mailhost.minute WHERE at <= ` + until + ` - interval '1 minute'
		LIMIT $1 FOR UPDATE SKIP LOCKED)
	DELETE FROM mailhost.minute m USING old
	WHERE m.at = old.at AND m.node = old.node AND m.writer = old.writer RETURNING 1`

const cleanHeartbeats = clockOnly + `,
	old AS MATERIALIZED (
		SELECT mailer FROM mailhost.heartbeat WHERE seen <= ` + until + ` LIMIT $1 FOR UPDATE SKIP LOCKED)
	DELETE FROM mailhost.heartbeat h USING old WHERE h.mailer = old.mailer RETURNING 1`

// cleanTurns drops those of nodes that have not claimed for a day.
const cleanTurns = clockOnly + `,
	old AS MATERIALIZED (
		SELECT route, node FROM mailhost.turn WHERE at <= ` + until + ` LIMIT $1 FOR UPDATE SKIP LOCKED)
	DELETE FROM mailhost.turn t USING old WHERE t.route = old.route AND t.node = old.node RETURNING 1`

// cleanGone looks at the smallest ids, which are the oldest mails'.
const cleanGone = clockOnly + `,
	old AS MATERIALIZED (SELECT mail FROM mailhost.gone ORDER BY mail LIMIT $1 FOR UPDATE SKIP LOCKED)
	DELETE FROM mailhost.gone g USING old WHERE g.mail = old.mail AND g.at <= ` + until + ` RETURNING 1`

const cleanAudits = clockOnly + `,
	old AS MATERIALIZED (SELECT number FROM mailhost.audit ORDER BY number LIMIT $1 FOR UPDATE SKIP LOCKED)
	DELETE FROM mailhost.audit a USING old WHERE a.number = old.number AND a.at <= ` + until + ` RETURNING 1`

const day = 24 * time.Hour

// Clean drops what has been kept for long enough: see [queue.Store].
func (s *Store) Clean(ctx context.Context, keep queue.Retention) (total int, err error) {
	for _, kind := range []struct {
		query string
		keep  time.Duration
	}{
		{ofState(queue.Sent), keep.Sent},
		{ofState(queue.Failed), keep.Failed},
		{ofState(queue.Uncertain), keep.Failed},
		{cleanBodies, keep.Data},
		{cleanIdentities, keep.Keys},
		{cleanGone, goneKept},
		{cleanAudits, keep.Audit},
		{cleanMinutes, day},
		{cleanHeartbeats, day},
		{cleanTurns, day},
	} {
		n, err := s.count(ctx, kind.query, cleanBatch-total, micro(max(0, kind.keep)))
		if total += n; err != nil || total >= cleanBatch {
			return total, err
		}
	}
	return total, nil
}

func ofState(state queue.State) string {
	return strings.Replace(cleanMails, "%state%", strconv.Itoa(int(state)), 1)
}
