package postgres

import (
	"context"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// extendQuery locks routes before mails, and these by id, as all others do.
const extendQuery = clockAndDurable + `
	lease AS MATERIALIZED (SELECT * FROM unnest($1::text[], $2::int8[]) AS l (id, fence)),
	probed AS MATERIALIZED (
		SELECT r.name FROM mailhost.route r JOIN lease l ON r.probe_mail = l.id AND r.probe_fence = l.fence
		WHERE r.down ORDER BY r.name FOR UPDATE OF r),
	held AS MATERIALIZED (
		SELECT m.id, m.fence FROM mailhost.mail m JOIN lease l ON m.id = l.id AND m.fence = l.fence
		WHERE m.leased AND (SELECT count(*) FROM probed) >= 0 ORDER BY m.id FOR UPDATE OF m),
	extended AS (
		UPDATE mailhost.mail m SET due = clock.now + $3::int8 * interval '1 microsecond'
		FROM held, clock WHERE m.id = held.id)
	UPDATE mailhost.route r SET probe_due = clock.now + $3::int8 * interval '1 microsecond', version = version + 1
	FROM held, clock WHERE r.down AND r.probe_mail = held.id AND r.probe_fence = held.fence`

// Extend prolongs leases: see [queue.Store].
func (s *Store) Extend(ctx context.Context, leases []queue.Lease, d time.Duration) error {
	ids, fences := make([]string, len(leases)), make([]int64, len(leases))
	for i, lease := range leases {
		ids[i], fences[i] = text(lease.ID), lease.Fence
	}
	return s.exec(ctx, extendQuery, ids, fences, micro(d))
}
