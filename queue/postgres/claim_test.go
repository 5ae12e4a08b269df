//go:build unix

package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

func TestNodesClaimEachMailOnce(t *testing.T) {
	const mails = 3000
	nodes := openPair(t)
	require.NoError(t, nodes[0].Insert(t.Context(), newMails(0, mails)))
	claims, errs := make(chan []string, 8), make(chan error)
	for i := range 8 {
		go func() {
			claimed, err := claimAll(t.Context(), nodes[i%2], 37)
			claims <- claimed
			errs <- err
		}()
	}
	times := map[string]int{}
	for range 8 {
		require.NoError(t, <-errs)
		for _, id := range <-claims {
			times[id]++
		}
	}
	require.Len(t, times, mails)
	for id, n := range times {
		require.Equal(t, 1, n, id)
	}
}

// claimAll claims, batch by batch, until nothing is due.
func claimAll(ctx context.Context, s *Store, size int) (claimed []string, err error) {
	for {
		batch, wait, err := s.Claim(ctx, queue.Want{Mails: size, Bytes: 1 << 30, Lease: time.Hour})
		if err != nil || batch == nil && wait != 0 {
			return claimed, err
		}
		if batch == nil {
			continue // others are just claiming what is due
		}
		for _, m := range batch.Mails {
			claimed = append(claimed, m.ID)
			err = errors.Join(err, m.Err)
		}
		if err != nil {
			return claimed, err
		}
	}
}

// TestNodesHaveOneBreaker has one of two nodes find a route down.
func TestNodesHaveOneBreaker(t *testing.T) {
	nodes := openPair(t)
	require.NoError(t, nodes[0].Insert(t.Context(), newMails(0, 10)))
	routes, err := nodes[0].Routes(t.Context())
	require.NoError(t, err)
	routes[0].Down = true
	set, err := nodes[0].SetRoute(t.Context(), routes[0])
	require.NoError(t, err)
	require.True(t, set)
	batch, _, err := nodes[1].Claim(t.Context(), everything)
	require.NoError(t, err)
	require.True(t, batch.Probe)
	require.Len(t, batch.Mails, 1)
	batch, wait, err := nodes[0].Claim(t.Context(), everything)
	require.NoError(t, err)
	require.Nil(t, batch, "ten nodes do not send ten probes")
	require.InDelta(t, time.Hour, wait, float64(time.Minute))
	paused, err := nodes[1].SetRoute(t.Context(), queue.Route{Name: queue.AllRoutes, Paused: true})
	require.NoError(t, err)
	require.True(t, paused)
	_, wait, err = nodes[0].Claim(t.Context(), everything)
	require.NoError(t, err)
	require.Negative(t, wait, "a pause holds for every node at once")
}

// TestNodesTakeTurns has two nodes claim of two routes.
func TestNodesTakeTurns(t *testing.T) {
	nodes := openPair(t)
	for n := range 8 {
		m := newMail(n)
		m.Route = []string{"a", "b"}[n/4]
		require.NoError(t, nodes[0].Insert(t.Context(), []*queue.Mail{m}))
	}
	var routes []string
	for n := range 8 {
		batch, _, err := nodes[n/2%2].Claim(t.Context(), queue.Want{Mails: 1, Lease: time.Hour})
		require.NoError(t, err)
		routes = append(routes, batch.Route)
	}
	require.Equal(t, []string{"a", "b", "a", "b", "a", "b", "a", "b"}, routes)
}

// TestClaimsStayFast claims, and finishes, where there is much mail that is due, and
// looks at what the server does for it. MAILHOST_ROWS is how many mails there are.
func TestClaimsStayFast(t *testing.T) {
	rows := 50_000
	if n, err := strconv.Atoi(os.Getenv("MAILHOST_ROWS")); err == nil {
		rows = n
	}
	s := openNew(t)
	_, err := s.pool.Exec(t.Context(), s.sql(fmt.Sprintf(`
		INSERT INTO mailhost.route (name) SELECT 'r' || i FROM generate_series(0, 4) AS i;
		INSERT INTO mailhost.mail (id, route, sender, key, subject, lane, once, size, due, not_before, expires, queued)
		SELECT lpad(i::text, 26, '0'), 'r' || i %% 5, 'shop@example.com', '', 'Hello', i %% 3, false, 26,
			now() - interval '1 day' + i * interval '1 millisecond', now(), now() + interval '1 day', now()
		FROM generate_series(1, %d) AS i;
		INSERT INTO mailhost.recipient (mail, place, address)
		SELECT lpad(i::text, 26, '0'), 0, 'reader@example.com' FROM generate_series(1, least(1000000, %[1]d)) AS i;
		ANALYZE mailhost.mail; ANALYZE mailhost.recipient`, rows)), pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
	plans, err := s.pool.Query(t.Context(), "EXPLAIN (ANALYZE, TIMING OFF) "+s.sql(headsQuery), describe, 3, []string{})
	require.NoError(t, err)
	plan, err := pgx.CollectRows(plans, pgx.RowTo[string])
	require.NoError(t, err)
	require.Condition(t, func() bool { return anyContains(plan, "Index Scan using mail_due") }, "%q", plan)
	require.Condition(t, func() bool { return !anyContains(plan, "Seq Scan on mail") }, "%q", plan)

	var claims, finishes []time.Duration
	for n := 0; n < min(rows/25, 50_000); n += 100 {
		begin := time.Now()
		batch, _, err := s.Claim(t.Context(), queue.Want{Mails: 100, Bytes: 1 << 30, Lease: time.Hour})
		require.NoError(t, err)
		require.Len(t, batch.Mails, 100)
		claims = append(claims, time.Since(begin))
		var list []queue.Finish
		for _, m := range batch.Mails {
			list = append(list, queue.Finish{Lease: m.Lease, Attempt: true, Recipients: []queue.Recipient{{State: queue.RecipientDelivered}}})
		}
		begin = time.Now()
		done, err := s.Finish(t.Context(), list)
		require.NoError(t, err)
		require.Equal(t, 100, done)
		finishes = append(finishes, time.Since(begin))
	}
	for name, took := range map[string][]time.Duration{"claim": claims, "finish": finishes} {
		for half, took := range [][]time.Duration{took[:len(took)/2], took[len(took)/2:]} {
			slices.Sort(took)
			t.Logf("of %d mails, a %s of 100 in the %s half of %d: median %v, 99 of 100 within %v", rows, name,
				[]string{"first", "second"}[half], len(claims), took[len(took)/2].Round(10*time.Microsecond), took[len(took)*99/100].Round(10*time.Microsecond))
		}
	}
}

func anyContains(lines []string, part string) bool {
	for _, line := range lines {
		if strings.Contains(line, part) {
			return true
		}
	}
	return false
}
