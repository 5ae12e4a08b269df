package queue

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/host/hosttest"
)

// A breakable relay answers nothing until it is told to break off. Then it reports
// the outcomes that the local parts name.
type breakable struct{ relay }

func (h *breakable) Send(ctx context.Context, batch []*host.Envelope, done func(int, []host.Report)) {
	<-host.Abort(ctx).Done()
	for i, e := range batch {
		var reports []host.Report
		for _, to := range e.To {
			reports = append(reports, h.report(e, to))
		}
		done(i, reports)
	}
}

// closeWithin closes q with a context that ends after d, and returns how much
// longer it took, and the error.
func closeWithin(t *testing.T, q *Queue, d time.Duration) (longer time.Duration, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	began := time.Now()
	err = q.Close(ctx)
	return time.Since(began) - d, err
}

func TestCloseBreaksOffWhatIsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &shelf{Store: Memory()}
		q := open(t, store, &breakable{}, Config{})
		unsent, doubted, both, once := letter(Immediate, "unsent"), letter(Immediate, "uncertain"),
			letter(Immediate, "delivered", "unsent"), letter(Immediate, "uncertain")
		once.Once = true
		commit(t, q, unsent, doubted, both, once)
		synctest.Wait()

		longer, err := closeWithin(t, q, 10*time.Second)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.EqualError(t, err, "queue: closed with 4 mails in flight, which were broken off: context deadline exceeded")
		require.Zero(t, longer)
		require.Equal(t, 1, store.closed)

		requireState(t, store, unsent, Outgoing)
		requireState(t, store, both, Outgoing)
		requireState(t, store, doubted, Deferred)
		requireState(t, store, once, Uncertain)
		for m, want := range map[*Mail][2]int{unsent: {0, 0}, both: {1, 0}, doubted: {1, 1}, once: {1, 1}} {
			got := record(t, store, m)
			require.False(t, got.Sending, "its lease was given back")
			require.Equal(t, want, [2]int{got.Attempts, got.Doubts})
		}

		heir := &relay{answer: func(*host.Envelope, string) host.Outcome { return host.Delivered }}
		q = open(t, store, heir, Config{})
		synctest.Wait()
		requireState(t, q, unsent, Sent)
		requireState(t, q, both, Sent)
		require.Len(t, heir.attempts(), 2)
		pass(2 * time.Minute)
		require.Equal(t, 1, last(heir.attempts()).batch, "alone")
		require.Len(t, heir.attempts(), 3)
	})
}

func TestCloseWithAHostThatDoesNotBreakOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := Memory()
		g := gateTo(t, "hung")
		q := open(t, store, &relay{during: g.during}, Config{})
		done, hung, once := letter(Immediate, "a"), letter(Immediate, "hung"), letter(Immediate, "b")
		once.Once = true
		commit(t, q, done, hung, once)
		synctest.Wait()
		longer, err := closeWithin(t, q, time.Second)
		require.EqualError(t, err, "queue: closed with 2 mails in flight, which were broken off: context deadline exceeded")
		require.Equal(t, hostGrace, longer)
		requireState(t, store, done, Sent)
		requireState(t, store, hung, Deferred)
		requireState(t, store, once, Uncertain)
		require.Equal(t, 1, record(t, store, hung).Doubts)
		require.Equal(t, "the host did not break off when the queue was closed", record(t, store, hung).Last)
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

		_, err := closeWithin(t, q, 10*time.Second)
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

// What could not be recorded before is tried once more.
func TestCloseRecordsAtLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &faulty{Store: Memory(), finish: errors.New("disk full")}
		q := open(t, store, &relay{}, Config{})
		m := letter(Immediate, "a")
		commit(t, q, m)
		pass(5*time.Minute + 2*time.Second) // it was tried a second ago, and is every 30 s
		store.fail(&store.finish, nil)
		longer, _ := closeWithin(t, q, 10*time.Second)
		require.LessOrEqual(t, longer, hostGrace)
		requireState(t, store, m, Sent)
	})
}

func TestCloseWithAStoreThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &faulty{Store: Memory(), finish: errors.New("disk full")}
		q := open(t, store, &relay{}, Config{})
		m := letter(Immediate, "a")
		commit(t, q, m)
		synctest.Wait()
		longer, err := closeWithin(t, q, 10*time.Second)
		require.ErrorContains(t, err, "; of 1 nothing could be recorded: they are taken over when their leases lapse")
		require.Equal(t, hostGrace+storeGrace, longer)
		require.True(t, record(t, store, m).Sending)
	})
}

// Whatever call of the store hangs, and heeds no context: Close returns, and the store
// is closed when it hangs no more.
func TestCloseWithAStoreThatHangs(t *testing.T) {
	for name, hang := range map[string]func(s *faulty, hook func(context.Context)){
		"Claim":  func(s *faulty, hook func(context.Context)) { s.onClaim = hook },
		"Finish": func(s *faulty, hook func(context.Context)) { s.onFinish = hook },
		"Insert": func(s *faulty, hook func(context.Context)) { s.onInsert = hook },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				goOn := make(chan struct{})
				shelf := &shelf{Store: Memory()}
				store := &faulty{Store: shelf}
				hang(store, func(context.Context) { <-goOn })
				q := open(t, store, &relay{}, Config{})
				go q.Commit(context.Background(), letter(Immediate, "a"))
				synctest.Wait()
				longer, err := closeWithin(t, q, 10*time.Second)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.ErrorContains(t, err, "the store hangs")
				require.Equal(t, hostGrace+storeGrace+quitGrace, longer)
				require.Zero(t, shelf.closed)
				close(goOn)
				synctest.Wait()
				require.Equal(t, 1, shelf.closed)
			})
		})
	}
}

func TestCloseBreaksOffACommitThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &faulty{Store: Memory(), onInsert: func(ctx context.Context) { <-ctx.Done() }}
		q := open(t, store, nil, Config{})
		committed := make(chan error, 1)
		go func() { committed <- q.Commit(context.Background(), letter(Normal, "a")) }()
		synctest.Wait()
		_, err := closeWithin(t, q, time.Second)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, <-committed, context.Canceled)
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
		_, err := closeWithin(t, q, time.Second)
		require.ErrorContains(t, err, "with 1 mails in flight")
		require.Zero(t, <-recorded)
		require.Equal(t, 1, shelf.closed)
	})
}

// A slow store takes its time to close.
type slowToClose struct{ Store }

func (s slowToClose) Close() error {
	time.Sleep(time.Hour)
	return s.Store.Close()
}

func TestCloseOfAStoreThatIsSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := open(t, slowToClose{Memory()}, nil, Config{})
		longer, err := closeWithin(t, q, 2*time.Hour)
		require.NoError(t, err)
		require.Equal(t, -time.Hour, longer)

		q = open(t, slowToClose{Memory()}, nil, Config{})
		longer, err = closeWithin(t, q, time.Second)
		require.ErrorContains(t, err, "the store hangs")
		require.Equal(t, quitGrace, longer)
		time.Sleep(time.Hour)
	})
}

// By SMTP: what was not sent whole is sent by the next process at once, and once;
// what was is counted.
func TestCloseBreaksOffSMTP(t *testing.T) {
	big := "Subject: big\r\n\r\n" + strings.Repeat(strings.Repeat("x", 98)+"\r\n", 80_000)
	modes := map[string][]string{"lockstep": {"PIPELINING"}, "pipelined": {"CHUNKING"}, "chunked": nil}
	for mode, ignore := range modes {
		for _, tt := range []struct {
			fault  hosttest.Fault
			doubts int
		}{
			{hosttest.Fault{At: hosttest.MAIL}, 0},
			{hosttest.Fault{At: hosttest.Content, After: 1000}, 0},
			{hosttest.Fault{At: hosttest.Verdict}, 1},
		} {
			t.Run(mode+" "+tt.fault.At.String(), func(t *testing.T) {
				tt.fault.Do, tt.fault.Times = hosttest.Hang, 1
				srv := &hosttest.Server{Faults: []hosttest.Fault{tt.fault}}
				require.NoError(t, srv.Start())
				defer srv.Close()
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				h := &host.SMTP{Addr: srv.Addr, Ignore: ignore}
				defer h.Close()
				store, cfg := Memory(), Config{RetryMin: 50 * time.Millisecond, Interval: 50 * time.Millisecond}
				q := open(t, store, h, cfg)
				m := letter(Immediate, "a")
				if tt.fault.At == hosttest.Content {
					m.Data = []byte(big)
				}
				commit(t, q, m)
				_, err := srv.Until(ctx, func(c hosttest.Counts) bool { return c.Held == 1 })
				require.NoError(t, err)

				longer, err := closeWithin(t, q, 50*time.Millisecond)
				require.ErrorContains(t, err, "closed with 1 mails in flight, which were broken off: ")
				require.Less(t, longer, hostGrace)
				got := record(t, store, m)
				require.False(t, got.Sending)
				require.Equal(t, [2]int{tt.doubts, tt.doubts}, [2]int{got.Attempts, got.Doubts}, got.Last)

				heir := &host.SMTP{Addr: srv.Addr, Ignore: ignore}
				defer heir.Close()
				q = open(t, store, heir, cfg)
				require.Eventually(t, func() bool { return record(t, q, m).State == Sent }, 20*time.Second, 5*time.Millisecond)
				require.Equal(t, tt.doubts, record(t, q, m).Doubts)
				require.NoError(t, q.Close(ctx))
				require.LessOrEqual(t, len(srv.Mails()), 1+tt.doubts)
			})
		}
	}
}
