package queue

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

func TestOpenNeedsAStore(t *testing.T) {
	_, err := Open(nil, nil, Config{})
	require.ErrorContains(t, err, "queue: Open needs a Store")
}

func TestWithoutAHostMailWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := open(t, Memory(), nil, Config{})
		m := letter(Immediate, "a")
		commit(t, q, m)
		q.Signal()
		pass(time.Hour)
		requireState(t, q, m, Outgoing)
		require.NoError(t, q.Close(t.Context()))
	})
}

func TestQueueShowsItsStore(t *testing.T) {
	q := open(t, Memory(), nil, Config{})
	m := letter(Bulk, "a", "b")
	m.Route, m.Subject = "second", "hello"
	commit(t, q, letter(Normal, "a"), m)

	entries, err := q.List(t.Context(), Filter{State: Deferred}, Page{})
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.Equal(t, "hello", entries[0].Subject)

	counts, err := q.Count(t.Context(), Filter{})
	require.NoError(t, err)
	require.Equal(t, map[State]int{Outgoing: 1, Deferred: 1}, counts)

	routes, err := q.Routes(t.Context())
	require.NoError(t, err)
	require.Len(t, routes, 2)

	_, err = q.Get(t.Context(), "none")
	require.ErrorIs(t, err, ErrNotFound)
}

// shelf counts how often it is closed.
type shelf struct {
	Store
	closed int
	err    error
}

func (s *shelf) Close() error {
	s.closed++
	return s.err
}

func TestClose(t *testing.T) {
	store := &shelf{Store: Memory()}
	q := open(t, store, &relay{}, Config{})
	require.NoError(t, q.Close(t.Context()))
	require.Equal(t, 1, store.closed)
	require.ErrorIs(t, q.Close(t.Context()), ErrClosed)
	require.Equal(t, 1, store.closed)
	require.ErrorIs(t, q.Commit(t.Context(), letter(Normal, "a")), ErrClosed)
	q.Signal()
}

func TestCloseReportsTheStore(t *testing.T) {
	broken := errors.New("checkpoint failed")
	q := open(t, &shelf{Store: Memory(), err: broken}, nil, Config{})
	require.ErrorIs(t, q.Close(t.Context()), broken)
}

func TestCloseFinishesWhatIsInFlightAndBeginsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gateTo(t, "a")
		r := &relay{during: g.during}
		store := Memory()
		q := open(t, store, r, Config{})
		first, second, late := letter(Immediate, "a"), letter(Immediate, "b"), letter(Normal, "c")
		commit(t, q, first, second)
		synctest.Wait()
		commit(t, q, late)

		closed := make(chan error)
		go func() { closed <- q.Close(context.Background()) }()
		synctest.Wait()
		require.ErrorIs(t, q.Commit(t.Context(), letter(Normal, "d")), ErrClosed)
		select {
		case err := <-closed:
			t.Fatal("closed with mail in flight:", err)
		default:
		}
		g.open()
		require.NoError(t, <-closed)

		require.Len(t, r.attempts(), 1)
		requireState(t, store, first, Sent)
		for _, m := range []*Mail{second, late} {
			got := record(t, store, m)
			require.Equal(t, Outgoing, got.State)
			require.False(t, got.Sending, "its lease was given back")
			require.Zero(t, got.Attempts)
		}
	})
}

func TestCloseThatWaitsNoLongerLeavesTheMailToAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gateTo(t, "a")
		store := &shelf{Store: Memory()}
		r := &relay{during: g.during}
		q := open(t, store, r, Config{})
		commit(t, q, letter(Immediate, "done"))
		synctest.Wait()
		m := letter(Immediate, "a")
		commit(t, q, m, letter(Immediate, "b"))
		synctest.Wait()

		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err := q.Close(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "with 2 mails in flight")
		require.Equal(t, 1, store.closed)

		heir := &relay{}
		next := open(t, store, heir, Config{})
		pass(2 * time.Minute)
		require.Len(t, heir.attempts(), 2)
		requireState(t, next, m, Sent)
		require.Equal(t, 1, record(t, next, m).Doubts)
		g.open() // the abandoned sender comes back and changes nothing
		synctest.Wait()
		requireState(t, next, m, Sent)
	})
}

func TestCloseDuringAClaimGivesTheLeasesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		goOn := make(chan struct{})
		store := &faulty{Store: Memory()}
		r := &relay{}
		q := open(t, store, nil, Config{})
		m := letter(Normal, "a")
		commit(t, q, m)
		store.onClaim = func(context.Context) { <-goOn }
		q = open(t, store, r, Config{})
		synctest.Wait()
		closed := make(chan error, 1)
		go func() { closed <- q.Close(context.Background()) }()
		synctest.Wait()
		require.Empty(t, closed)
		close(goOn)
		require.NoError(t, <-closed)
		require.Equal(t, 1, store.claims)
		require.Equal(t, 1, store.finishes)
		require.Empty(t, r.attempts())
		require.False(t, record(t, store, m).Sending)
	})
}

func TestCloseLeavesTheStoreAloneAfterwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shelf := &shelf{Store: Memory()}
		recorded := make(chan int, 1)
		store := &faulty{Store: shelf, onFinish: func(ctx context.Context) {
			<-ctx.Done()
			time.Sleep(time.Second) // a store that is slow to give up
			recorded <- shelf.closed
		}}
		q := open(t, store, &relay{}, Config{})
		commit(t, q, letter(Immediate, "a"))
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorContains(t, q.Close(ctx), "with 1 mails in flight")
		require.Zero(t, <-recorded)
		require.Equal(t, 1, shelf.closed)
	})
}

func TestCloseWaitsForACommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		goOn := make(chan struct{})
		store := &faulty{Store: Memory(), onInsert: func(context.Context) { <-goOn }}
		q := open(t, store, nil, Config{})
		committed, closed := make(chan error, 1), make(chan error, 1)
		m := letter(Normal, "a")
		go func() { committed <- q.Commit(context.Background(), m) }()
		synctest.Wait()
		go func() { closed <- q.Close(context.Background()) }()
		synctest.Wait()
		require.Empty(t, closed)
		close(goOn)
		require.NoError(t, <-committed)
		require.NoError(t, <-closed)
		requireState(t, store, m, Outgoing)
	})
}

func TestCloseBreaksOffACommitThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &faulty{Store: Memory(), onInsert: func(ctx context.Context) { <-ctx.Done() }}
		q := open(t, store, nil, Config{})
		committed := make(chan error, 1)
		go func() { committed <- q.Commit(context.Background(), letter(Normal, "a")) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, q.Close(ctx), context.DeadlineExceeded)
		require.ErrorIs(t, <-committed, context.Canceled)
	})
}

func TestCommittedWhileSendingIsDeliveredExactlyOnce(t *testing.T) {
	const committers, commits, mails = 20, 10, 5
	r := &relay{}
	all := make(chan struct{})
	var once sync.Once
	r.during = func(*host.Envelope) {
		if len(r.attempts()) == committers*commits*mails {
			once.Do(func() { close(all) })
		}
	}
	store := Memory()
	q := open(t, store, r, Config{Senders: 4, Interval: time.Millisecond})
	var wg sync.WaitGroup
	for i := range committers {
		wg.Go(func() {
			for j := range commits {
				var batch []*Mail
				for k := range mails {
					batch = append(batch, letter(Lane((j+k)%2), fmt.Sprintf("m-%d-%d-%d", i, j, k)))
				}
				if err := q.Commit(context.Background(), batch...); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	<-all
	require.NoError(t, q.Close(context.Background()))
	times := map[string]int{}
	for _, a := range r.attempts() {
		times[a.to]++
	}
	require.Len(t, times, committers*commits*mails)
	for to, n := range times {
		require.Equal(t, 1, n, to)
	}
	counts, err := store.Count(t.Context(), Filter{})
	require.NoError(t, err)
	require.Equal(t, map[State]int{Sent: committers * commits * mails}, counts)
}

func TestOpenChecksTheHost(t *testing.T) {
	for _, addr := range []string{"", "localhost", "localhost:0"} {
		_, err := Open(Memory(), &host.SMTP{Addr: addr}, Config{})
		require.ErrorContains(t, err, "queue: the host cannot be used: host: Addr ")
	}
}
