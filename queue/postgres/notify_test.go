//go:build unix

package postgres

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

func immediate(n int) []*queue.Mail {
	m := newMail(n)
	m.Lane = queue.Immediate
	return []*queue.Mail{m}
}

func hears(t testing.TB, heard <-chan struct{}) {
	t.Helper()
	select {
	case <-heard:
	case <-time.After(30 * time.Second):
		require.Fail(t, "nothing was heard")
	}
}

func TestImmediateMailIsHeardByOtherNodes(t *testing.T) {
	nodes := openPair(t)
	own, other := nodes[0].Signals(), nodes[1].Signals()
	hears(t, own) // what was missed before they listened
	hears(t, other)
	fastest := time.Hour
	for n := range 10 {
		start := time.Now()
		require.NoError(t, nodes[0].Insert(t.Context(), immediate(n)))
		hears(t, other)
		fastest = min(fastest, time.Since(start))
		pause(t.Context(), notifyEvery) // idle for a while
	}
	require.Less(t, fastest, 50*time.Millisecond)

	later := immediate(20)
	later[0].NotBefore = time.Now().Add(time.Minute)
	require.NoError(t, nodes[0].Insert(t.Context(), append(later, newMail(21))))
	require.NoError(t, nodes[1].Insert(t.Context(), immediate(22)))
	hears(t, own)
	require.Empty(t, other, "mail that can wait wakes nobody, and no node wakes itself")

	change := func(o queue.Operation) {
		n, _, err := nodes[0].Update(t.Context(), queue.Filter{IDs: []string{later[0].ID}}, queue.Change{Operation: o}, "")
		require.NoError(t, err)
		require.Equal(t, 1, n)
	}
	change(queue.OperationHold)
	change(queue.OperationRelease)
	hears(t, other)
	set, err := nodes[0].SetRoute(t.Context(), queue.Route{Name: queue.AllRoutes})
	require.NoError(t, err)
	require.True(t, set)
	hears(t, other)
}

// TestWhatIsDoneLastIsHeard of stores that are closed right after.
func TestWhatIsDoneLastIsHeard(t *testing.T) {
	nodes := openPair(t)
	other := nodes[1].Signals()
	hears(t, other)
	for n := range 10 {
		s, err := New(t.Context(), nodes[0].pool, nodes[0].options)
		require.NoError(t, err)
		require.NoError(t, s.Insert(t.Context(), immediate(n)))
		require.NoError(t, s.Close())
		hears(t, other)
	}
}

// TestNotificationsAreFew counts them where each of many commits wants one.
func TestNotificationsAreFew(t *testing.T) {
	s := openNew(t)
	conn, err := pgx.ConnectConfig(t.Context(), s.pool.Config().ConnConfig)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	_, err = conn.Exec(t.Context(), "LISTEN "+pgx.Identifier{s.channel()}.Sanitize())
	require.NoError(t, err)
	start := time.Now()
	for n := range 200 {
		require.NoError(t, s.Insert(t.Context(), immediate(n)))
	}
	most := int(time.Since(start)/notifyEvery) + 2
	ctx, cancel := context.WithTimeout(t.Context(), 3*notifyEvery)
	defer cancel()
	n := 0
	for ; ; n++ {
		if _, err := conn.WaitForNotification(ctx); err != nil {
			break
		}
	}
	require.Positive(t, n)
	require.LessOrEqual(t, n, most)
}

func TestListenerThatWasCutOffListensAgain(t *testing.T) {
	nodes := openPair(t)
	heard := nodes[1].Signals()
	hears(t, heard)
	_, err := nodes[0].pool.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE query LIKE 'LISTEN "' || $1 || '"'`, nodes[0].channel())
	require.NoError(t, err)
	hears(t, heard) // what was missed in between
	require.NoError(t, nodes[0].Insert(t.Context(), immediate(1)))
	hears(t, heard)
}

func TestListenerCanHaveAnAddressOfItsOwn(t *testing.T) {
	s := openNew(t)
	s.options.Listen = "postgres:///postgres?host=" + t.TempDir()
	require.False(t, s.listenOnce(), "nobody is there")
	s.options.Listen = "nonsense://"
	require.False(t, s.listenOnce())
}
