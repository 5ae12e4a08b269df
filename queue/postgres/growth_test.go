//go:build unix

package postgres

import (
	"context"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres/internal/pgtest"
)

// A growth is what the server says of a table.
type growth struct {
	Name                     string
	Live, Dead               int
	Inserted, Updated, InRow int // rows, InRow of the updated ones without a new entry in an index
	Table, Indexes           int // in bytes, with what is stored beside the rows
}

func (s *Store) growth(t *testing.T) map[string]growth {
	t.Helper()
	rows, err := s.pool.Query(t.Context(), `
		SELECT relname, n_live_tup, n_dead_tup, n_tup_ins, n_tup_upd, n_tup_hot_upd,
			pg_table_size(relid), pg_indexes_size(relid)
		FROM pg_stat_user_tables WHERE schemaname = $1`, describe, s.options.Schema)
	require.NoError(t, err)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[growth])
	require.NoError(t, err)
	tables := map[string]growth{}
	for _, g := range list {
		tables[g.Name] = g
	}
	return tables
}

func logGrowth(t *testing.T, title string, tables map[string]growth) (total int) {
	t.Log(title)
	for _, name := range []string{"mail", "body", "recipient", "attempt", "identity", "turn", "minute", "gone"} {
		g := tables[name]
		total += g.Table + g.Indexes
		t.Logf("%-10s %8d live %7d dead, table %4d MB, indexes %4d MB; %8d inserted, %8d updated, of which %8d in their page",
			name, g.Live, g.Dead, g.Table>>20, g.Indexes>>20, g.Inserted, g.Updated, g.InRow)
	}
	t.Logf("in all %d MB", total>>20)
	return total
}

// A traffic commits, sends and cleans up on one store, for so many mails.
type traffic struct {
	*Store
	mails    int
	keep     queue.Retention
	inserted atomic.Int64
	sent     atomic.Int64
	cleaned  atomic.Bool // nothing is left
}

const (
	trafficBatch   = 100
	trafficBacklog = 10_000 // mails that wait, at most
)

func (r *traffic) insert() error {
	for {
		n := int(r.inserted.Add(trafficBatch))
		if n > r.mails {
			return nil
		}
		for n-int(r.sent.Load()) > trafficBacklog {
			pause(context.Background(), time.Millisecond)
		}
		mails := newMails(n-trafficBatch, n)
		for _, m := range mails {
			m.ID, m.Data = queue.NewID(), append(m.Data, make([]byte, 2000)...)
		}
		if err := r.Insert(context.Background(), mails); err != nil {
			return err
		}
	}
}

func (r *traffic) send() error {
	for int(r.sent.Load()) < r.mails {
		batch, _, err := r.Claim(context.Background(), queue.Want{Mails: trafficBatch, Bytes: 4 << 20, Lease: time.Minute})
		if err != nil {
			return err
		}
		if batch == nil {
			pause(context.Background(), 5*time.Millisecond)
			continue
		}
		var finishes []queue.Finish
		for _, m := range batch.Mails {
			finishes = append(finishes, queue.Finish{Lease: m.Lease, Attempt: true, Recipients: []queue.Recipient{{
				State: queue.RecipientDelivered, Last: host.Report{To: m.Mail.To[0], Outcome: host.Delivered, Code: 250, Text: "250 2.0.0 OK"},
			}}})
		}
		n, err := r.Finish(context.Background(), finishes)
		if err != nil {
			return err
		}
		r.sent.Add(int64(n))
	}
	return nil
}

func (r *traffic) clean() error {
	for !r.cleaned.Load() {
		over := int(r.sent.Load()) >= r.mails
		keep := r.keep
		if over {
			keep.Sent = 0
		}
		n, err := r.Clean(context.Background(), keep)
		if err != nil {
			return err
		}
		if n == 0 {
			r.cleaned.Store(over)
			pause(context.Background(), 100*time.Millisecond)
		}
	}
	return nil
}

// TestGrowth sends mail, drops what was sent a while ago, and looks at what that leaves
// in the tables. MAILHOST_GROWTH is how many mails: a million takes some minutes.
func TestGrowth(t *testing.T) {
	mails := 5000
	if n, err := strconv.Atoi(os.Getenv("MAILHOST_GROWTH")); err == nil {
		mails = n
	}
	s := openAt(t, newPool(t, with(pgtest.Start(t).URL, "pool_max_conns=12")), Options{}, time.Now)
	r := &traffic{Store: s, mails: mails, keep: queue.Retention{Sent: 30 * time.Second, Data: 10 * time.Second, Keys: time.Hour}}
	begin := time.Now()
	errs := make(chan error, 8)
	var work sync.WaitGroup
	for _, do := range []func() error{r.insert, r.insert, r.send, r.send, r.send, r.clean} {
		work.Go(func() { errs <- do() })
	}
	for quarter := 1; quarter <= 3; quarter++ {
		for int(r.sent.Load()) < quarter*mails/4 && len(errs) == 0 {
			pause(t.Context(), 100*time.Millisecond)
		}
		logGrowth(t, strconv.Itoa(int(r.sent.Load()))+" mails sent, after "+time.Since(begin).Round(time.Second).String(), s.growth(t))
	}
	work.Wait()
	for len(errs) > 0 {
		require.NoError(t, <-errs)
	}
	// Each row is written no more often than its mail changes.
	want := map[string][2]int{
		"mail": {mails, 2 * mails}, "body": {mails, 0}, "recipient": {mails, mails}, "attempt": {mails, 0}, "identity": {0, 0},
	}
	var tables map[string]growth
	await(t, func() bool {
		tables = s.growth(t)
		for name, counts := range want {
			if g := tables[name]; counts != [2]int{g.Inserted, g.Updated} {
				return false
			}
		}
		return true
	})
	size := logGrowth(t, "all sent and dropped, after "+time.Since(begin).Round(time.Second).String(), tables)
	require.Zero(t, total(t, s))
	// Room for what is kept for half a minute, and for what autovacuum has not come to.
	require.Less(t, size, max(100<<20, 2500*mails))
}
