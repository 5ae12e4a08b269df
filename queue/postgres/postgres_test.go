//go:build unix

package postgres

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres/internal/pgtest"
	"github.com/go-mailhost/mailhost/queue/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestStore(t *testing.T) {
	pool := newPool(t, pgtest.URL(t))
	var schema string
	open := func(t *testing.T) queue.Store { return openIn(t, pool, schema) }
	storetest.Suite{
		Open: func(t *testing.T) queue.Store {
			schema = pgtest.Schema(t, pgtest.URL(t))
			return open(t)
		},
		Reopen: func(t *testing.T, store queue.Store) queue.Store {
			require.NoError(t, store.Close())
			return open(t)
		},
	}.Run(t)
}

// newPool returns a pool that is closed when the test ends.
func newPool(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

func openIn(t testing.TB, pool *pgxpool.Pool, schema string) *Store {
	t.Helper()
	s, err := New(t.Context(), pool, Options{Schema: schema})
	require.NoError(t, err)
	return s
}

// with adds a parameter to a URL.
func with(address, parameter string) string {
	if strings.Contains(address, "?") {
		return address + "&" + parameter
	}
	return address + "?" + parameter
}

// A pair is two nodes on one schema, with pools of their own.
type pair [2]*Store

func openPair(t testing.TB) pair {
	t.Helper()
	return openPairAt(t, pgtest.URL(t), Options{})
}

func openPairAt(t testing.TB, url string, options Options) (nodes pair) {
	t.Helper()
	options.Schema = pgtest.Schema(t, pgtest.URL(t))
	for i := range nodes {
		nodes[i] = openAt(t, newPool(t, url), options, time.Now)
	}
	return nodes
}

// openAt opens a store that is closed when the test ends.
func openAt(t testing.TB, pool *pgxpool.Pool, options Options, now func() time.Time) *Store {
	t.Helper()
	s, err := newStore(t.Context(), pool, options, now)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func openNew(t testing.TB) *Store {
	t.Helper()
	return openAt(t, newPool(t, pgtest.URL(t)), Options{Schema: pgtest.Schema(t, pgtest.URL(t))}, time.Now)
}

// newMail returns a mail that has been due for an hour.
func newMail(n int) *queue.Mail {
	return &queue.Mail{
		Envelope: host.Envelope{
			ID: fmt.Sprintf("%026d", n), From: "shop@example.com", To: []string{"reader@example.com"},
			Data: []byte("Subject: Hello\r\n\r\nHello.\r\n"),
		},
		NotBefore: time.Now().Add(-time.Hour),
		Expires:   time.Now().Add(time.Hour),
	}
}

func newMails(from, to int) (mails []*queue.Mail) {
	for n := from; n < to; n++ {
		mails = append(mails, newMail(n))
	}
	return mails
}

func counts(t testing.TB, s *Store) map[queue.State]int {
	t.Helper()
	counts, err := s.Count(t.Context(), queue.Filter{})
	require.NoError(t, err)
	return counts
}

// total returns how many mails are stored.
func total(t testing.TB, s *Store) (n int) {
	t.Helper()
	for _, count := range counts(t, s) {
		n += count
	}
	return n
}

var everything = queue.Want{Mails: 1000, Bytes: 1 << 30, Lease: time.Hour}

func TestClosedStoreRefuses(t *testing.T) {
	s := openNew(t)
	require.NoError(t, s.Close())
	ctx := t.Context()
	_, _, claim := s.Claim(ctx, everything)
	_, finish := s.Finish(ctx, nil)
	_, _, list := s.Search(ctx, queue.Filter{}, queue.Page{})
	_, get := s.Get(ctx, "x")
	_, count := s.Count(ctx, queue.Filter{})
	_, routes := s.Routes(ctx)
	_, setRoute := s.SetRoute(ctx, queue.Route{})
	_, _, update := s.Update(ctx, queue.Filter{}, queue.Change{}, "")
	_, clean := s.Clean(ctx, queue.Retention{})
	_, totals := s.Totals(ctx)
	for name, err := range map[string]error{
		"Insert": s.Insert(ctx, newMails(0, 1)), "Claim": claim, "Extend": s.Extend(ctx, nil, 0), "Finish": finish,
		"List": list, "Get": get, "Count": count, "Routes": routes, "SetRoute": setRoute,
		"Update": update, "Clean": clean, "Totals": totals, "Beat": s.Beat(ctx, queue.Heartbeat{}),
	} {
		require.EqualError(t, err, "queue/postgres: the store is closed", name)
	}
}

func TestOpenNamesWhatIsWrong(t *testing.T) {
	_, err := Open(t.Context(), "postgres:///x?pool_max_conns=no")
	require.ErrorContains(t, err, "pool_max_conns")
	_, err = Open(t.Context(), "postgres:///x?host="+t.TempDir())
	require.ErrorContains(t, err, `queue/postgres: cannot use schema "mailhost"`)
}

func TestOpenOwnsItsPool(t *testing.T) {
	s, err := Open(t.Context(), pgtest.Start(t).URL)
	require.NoError(t, err)
	require.Zero(t, total(t, s))
	require.NoError(t, s.Close())
	require.NoError(t, s.Close(), "a second Close does nothing")
	require.Error(t, s.pool.Ping(t.Context()))
}
