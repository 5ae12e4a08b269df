package postgres

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/go-mailhost/mailhost/queue"
)

// updateBatch is how many mails one Update looks at, at most.
const updateBatch = 500

// matchedQuery finds the mails that an update looks at and locks those that it
// changes. A mail that is just being claimed is waited for, and then passed over.
const matchedQuery = clockAndDurable + `
	found AS MATERIALIZED (
		SELECT m.id FROM mailhost.mail m, clock WHERE %filter% ORDER BY m.id LIMIT @batch::int + 1),
	matched AS MATERIALIZED (SELECT id FROM found ORDER BY id LIMIT @batch::int),
	chosen AS MATERIALIZED (
		SELECT m.id FROM mailhost.mail m, clock WHERE m.id IN (SELECT id FROM matched) AND NOT m.leased AND %applies%
		ORDER BY m.id FOR UPDATE OF m),`

// changes are what becomes of the chosen mails. Each ends in a table done.
var changes = map[queue.Operation]string{
	queue.OperationHold: `
		done AS (UPDATE mailhost.mail m SET state = 3 FROM chosen WHERE m.id = chosen.id RETURNING m.id)`,
	queue.OperationRelease: `
		done AS (UPDATE mailhost.mail m SET state = 1 FROM chosen WHERE m.id = chosen.id RETURNING m.id)`,
	queue.OperationDelete: `
		bodies AS (DELETE FROM mailhost.body WHERE mail IN (SELECT id FROM chosen)),
		recipients AS (DELETE FROM mailhost.recipient WHERE mail IN (SELECT id FROM chosen)),
		attempts AS (DELETE FROM mailhost.attempt WHERE mail IN (SELECT id FROM chosen)),
		done AS (DELETE FROM mailhost.mail m USING chosen WHERE m.id = chosen.id RETURNING m.id)`,
	queue.OperationReschedule: rescheduled("m.alone"),
	// Delivered is done for good: 1 is queue.RecipientDelivered. What may have been
	// delivered goes alone: 5 is host.Uncertain.
	queue.OperationRetry: `
		revived AS (
			UPDATE mailhost.recipient SET state = 0
			WHERE mail IN (SELECT id FROM chosen) AND state NOT IN (0, 1)),` + rescheduled(`
			m.alone OR EXISTS (SELECT FROM mailhost.recipient WHERE mail = m.id AND state <> 1 AND outcome = 5)`),
}

func rescheduled(alone string) string {
	return `
	done AS (
		UPDATE mailhost.mail m SET state = 1, awaits = false, alone = ` + alone + `,
			due = clock.now + @in::int8 * interval '1 microsecond',
			expires = greatest(m.expires, clock.now + (@in::int8 + @lifetime::int8) * interval '1 microsecond')
		FROM chosen, clock WHERE m.id = chosen.id RETURNING m.id)`
}

// Update changes mails: see [queue.Store].
func (s *Store) Update(ctx context.Context, filter queue.Filter, change queue.Change, after string) (int, string, error) {
	if changes[change.Operation] == "" {
		return 0, "", fmt.Errorf("queue/postgres: there is no %v", change.Operation)
	}
	where := matching(filter)
	if after != "" {
		where.and("m.id > ?::text", text(after))
	}
	where.args["batch"] = updateBatch
	query := fill(matchedQuery, where.String(), applies(change.Operation)) + changes[change.Operation]
	if change.Operation == queue.OperationRetry || change.Operation == queue.OperationReschedule {
		where.args["in"], where.args["lifetime"] = micro(max(0, change.In)), micro(change.Lifetime)
	}
	var n, found int
	var last *string
	err := s.query(ctx, func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&n, &found, &last}, func() error { return nil })
		return err
	}, query+` SELECT (SELECT count(*) FROM done), (SELECT count(*) FROM found), (SELECT max(id) FROM matched)`, where.args)
	if err != nil {
		return 0, "", err
	}
	if n > 0 && change.Operation != queue.OperationHold && change.Operation != queue.OperationDelete {
		ring(s.signals.wanted)
	}
	if found <= updateBatch {
		return n, "", nil
	}
	return n, *last, nil
}

func fill(query, filter, applies string) string {
	return strings.NewReplacer("%filter%", filter, "%applies%", applies).Replace(query)
}

// applies is the condition under which an operation does anything to mail that is
// not being sent, from Operation.Applies.
func applies(o queue.Operation) string {
	var states []string
	for _, state := range queue.States {
		if o.Applies(state) {
			states = append(states, strconv.Itoa(int(state)))
		}
	}
	condition := standing + " IN (" + strings.Join(states, ", ") + ")"
	if o == queue.OperationRetry {
		condition += ` AND EXISTS (SELECT FROM mailhost.recipient WHERE mail = m.id AND state <> 1)`
	}
	return condition
}
