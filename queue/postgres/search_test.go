//go:build unix

package postgres

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// fillWith stores sent mails with the numbers from 1 on, of which a few stand elsewhere.
func fillWith(t testing.TB, s *Store, mails int) {
	t.Helper()
	_, err := s.pool.Exec(t.Context(), s.sql(fmt.Sprintf(`
		INSERT INTO mailhost.route (name) VALUES ('') ON CONFLICT DO NOTHING;
		INSERT INTO mailhost.mail (id, route, sender, key, subject, lane, state, once, size, due, not_before, expires, queued, last, meta)
		SELECT lpad(i::text, 26, '0'), '', 'shop@example.com', '', 'Order ' || i, 1,
			CASE WHEN i %% 100000 = 7 THEN 4 WHEN i = 5 THEN 1 ELSE 6 END,
			false, 3000, now(), now(), now() + interval '1 day', now(), '250 OK', jsonb_build_object('order', i::text)
		FROM generate_series(1, %d) AS i;
		INSERT INTO mailhost.recipient (mail, place, state, address, text)
		SELECT lpad(i::text, 26, '0'), 0, 1, 'reader' || i || '@d' || i %% 1000 || '.example', '250 OK'
		FROM generate_series(1, %[1]d) AS i;
		ANALYZE mailhost.mail; ANALYZE mailhost.recipient`, mails)), pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
	// As autovacuum soon does.
	_, err = s.pool.Exec(t.Context(), s.sql("VACUUM mailhost.mail, mailhost.recipient"))
	require.NoError(t, err)
}

// searches are filters of many kinds.
func searches() map[string]queue.Filter {
	elsewhere, bulk := "elsewhere", queue.Bulk
	filters := map[string]queue.Filter{
		"all": {}, "to one": {To: "reader7@"}, "to a domain": {To: "@d7.example"}, "to nobody": {To: "nobody"},
		"from nobody": {From: "nobody"}, "subject": {Subject: "order 77"}, "no subject": {Subject: "nothing"},
		"words": {Words: []string{"shop", "reader9"}}, "no such words": {Words: []string{"nothing", "at", "all"}},
		"last": {Last: "mailbox full"}, "meta": {Meta: map[string]string{"order": "8"}}, "no meta": {Meta: map[string]string{"x": "8"}},
		"route": {Route: &elsewhere}, "lane": {Lane: &bulk}, "transaction": {Transaction: "t"},
		"ids": {IDs: []string{newMail(3).ID, newMail(4).ID}}, "since": {Since: time.Now().Add(time.Hour)},
		"until": {Until: time.Now().Add(-time.Hour)},
	}
	for _, state := range queue.States {
		filters[state.String()] = queue.Filter{State: state}
		filters[state.String()+" to nobody"] = queue.Filter{State: state, To: "nobody"}
	}
	return filters
}

// TestSearchIsBounded searches much mail with filters of many kinds, each until its end.
// MAILHOST_SEARCH is how many mails there are; with a million, each Search takes less
// than 100 ms on a machine that does nothing else.
func TestSearchIsBounded(t *testing.T) {
	mails := 20_000
	if n, err := strconv.Atoi(os.Getenv("MAILHOST_SEARCH")); err == nil {
		mails = n
	}
	s := openNew(t)
	fillWith(t, s, mails)
	want := map[string]int{
		"all": mails, "to one": 1, "to a domain": mails / 1000, "ids": 2, "meta": 1, "outgoing": 1,
		"failed": (mails + 99_993) / 100_000, "sent": mails - 1 - (mails+99_993)/100_000,
	}
	for name, filter := range searches() {
		var slowest time.Duration
		found, calls, slow := 0, 0, 0
		for page := (queue.Page{Size: 500}); ; calls++ {
			begin := time.Now()
			entries, next, err := s.Search(t.Context(), filter, page)
			require.NoError(t, err, name)
			took := time.Since(begin)
			slowest = max(slowest, took)
			if took > 100*time.Millisecond {
				slow++
			}
			found += len(entries)
			if next == "" {
				break
			}
			require.True(t, page.Before == "" || next < page.Before, "a search goes on")
			page.Before = next
		}
		t.Logf("%-22s %4d searches, %d took more than 100 ms, the slowest %v", name, calls+1, slow, slowest.Round(time.Millisecond))
		if n, ok := want[name]; ok {
			require.Equal(t, n, found, name)
		} else if name != "subject" && name != "words" && name != "until" {
			require.Zero(t, found, name)
		}
	}
}

// TestSearchReadsNoTable looks at what the server does for each kind of filter.
func TestSearchReadsNoTable(t *testing.T) {
	s := openNew(t)
	fillWith(t, s, 20_000)
	for name, filter := range searches() {
		err := s.viewWith(t.Context(), "SET LOCAL enable_seqscan = off", func(v view) error {
			where := matchingFew(filter)
			where.and("m.id < ?::text", newMail(20_000).ID)
			where.and("m.id >= ?::text", newMail(19_500).ID)
			rows, err := v.tx.Query(t.Context(), v.sql("EXPLAIN "+clockOnly+" SELECT m.id FROM mailhost.mail m, clock WHERE "+
				where.String()+" ORDER BY m.id DESC LIMIT 50"), describe, where.args)
			require.NoError(t, err)
			plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
			require.NoError(t, err)
			for _, bad := range []string{"Seq Scan on mail", "Semi Join", "Seq Scan on recipient", "hashed"} {
				require.False(t, anyContains(plan, bad), "%s: %q", name, plan)
			}
			return nil
		})
		require.NoError(t, err)
	}
}

func TestShapeCountsWhatIsPending(t *testing.T) {
	s := openNew(t)
	mails := newMails(0, 6)
	mails[0].To = []string{"a@One.example", "b@two.example", "c@two.example"}
	mails[1].To = []string{"strange@one.example"}
	mails[2].To = []string{"d@three.example"}
	for _, m := range mails[3:] {
		m.NotBefore, m.To = time.Now().Add(time.Hour), []string{"e@later.example"}
		m.Expires = m.NotBefore.Add(time.Hour)
	}
	require.NoError(t, s.Insert(t.Context(), mails))
	_, err := s.pool.Exec(t.Context(), s.sql("UPDATE mailhost.mail SET queued = queued - interval '5 minutes 1 second' WHERE id = $1"), mails[1].ID)
	require.NoError(t, err)
	shape, err := s.Shape(t.Context(), queue.Outgoing, 2)
	require.NoError(t, err)
	age := func(domain string, ages ...int) queue.DomainAge {
		d := queue.DomainAge{Domain: domain}
		for i, n := range ages {
			d.Ages[i] = n
			d.Waiting += n
		}
		return d
	}
	require.Equal(t, &queue.Shape{
		Looked: 3, Whole: true,
		Domains: []queue.DomainAge{age("one.example", 1, 1), age("two.example", 2), age("", 1)},
	}, shape)
	shape, err = s.Shape(t.Context(), queue.AnyState, 1)
	require.NoError(t, err)
	require.Equal(t, &queue.Shape{
		Looked: 6, Whole: true, Domains: []queue.DomainAge{age("later.example", 3), age("", 4, 1)},
	}, shape)
	shape, err = s.Shape(t.Context(), queue.Held, 1)
	require.NoError(t, err)
	require.Equal(t, &queue.Shape{Whole: true}, shape)
}

func TestAuditsAreKeptForAWhile(t *testing.T) {
	s := openNew(t)
	for i := range 5 {
		require.NoError(t, s.Audit(t.Context(), queue.Audit{Who: "ann\x00", What: "retry", Which: "all", Mails: i, Error: "\xff"}))
	}
	lines, err := s.Audits(t.Context(), 0, 2)
	require.NoError(t, err)
	require.Len(t, lines, 2)
	require.WithinDuration(t, time.Now(), lines[0].At, time.Minute)
	require.Equal(t, queue.Audit{Number: lines[0].Number, At: lines[0].At, Who: "ann\ufffd", What: "retry", Which: "all", Mails: 4, Error: "\ufffd"}, lines[0])
	require.Greater(t, lines[0].Number, lines[1].Number)
	rest, err := s.Audits(t.Context(), lines[1].Number, 0)
	require.NoError(t, err)
	require.Len(t, rest, 3)

	_, err = s.Clean(t.Context(), queue.Retention{Audit: time.Hour, Keys: time.Hour})
	require.NoError(t, err)
	lines, err = s.Audits(t.Context(), 0, 0)
	require.NoError(t, err)
	require.Len(t, lines, 5)
	n, err := s.Clean(t.Context(), queue.Retention{Keys: time.Hour})
	require.NoError(t, err)
	require.Equal(t, 5, n)
}

// TestRepeatedInsertBringsNothingBack is of a mail that another node had sent, and that
// is not kept, when its Insert was repeated because the answer was lost.
func TestRepeatedInsertBringsNothingBack(t *testing.T) {
	s := openNew(t)
	finished, cleaned := keyed(1, "one"), newMail(2)
	for _, m := range []*queue.Mail{finished, cleaned} {
		require.NoError(t, s.Insert(t.Context(), []*queue.Mail{m}))
		batch, _, err := s.Claim(t.Context(), everything)
		require.NoError(t, err)
		_, err = s.Finish(t.Context(), []queue.Finish{{
			Lease: batch.Mails[0].Lease, Unkept: queue.Unkept{Sent: m == finished},
			Recipients: []queue.Recipient{{State: queue.RecipientDelivered, Last: host.Report{Outcome: host.Delivered}}},
		}})
		require.NoError(t, err)
	}
	_, err := s.Clean(t.Context(), queue.Retention{Keys: time.Hour})
	require.NoError(t, err)
	require.Zero(t, total(t, s))
	require.NoError(t, s.Insert(t.Context(), []*queue.Mail{finished, cleaned}))
	require.Zero(t, total(t, s))
	require.False(t, finished.Duplicate, "it was sent")

	var gone int
	count := func() int {
		require.NoError(t, s.pool.QueryRow(t.Context(), s.sql("SELECT count(*) FROM mailhost.gone"), describe).Scan(&gone))
		return gone
	}
	require.Equal(t, 2, count())
	_, err = s.pool.Exec(t.Context(), s.sql("UPDATE mailhost.gone SET at = at - interval '1 hour'"))
	require.NoError(t, err)
	n, err := s.Clean(t.Context(), queue.Retention{Keys: time.Hour})
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.Zero(t, count())
}
