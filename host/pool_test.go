package host

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

// A site is a server in a bubble of testing/synctest, and who talked to it.
type site struct {
	replies replyServer
	dials   atomic.Int64
	open    *atomic.Int64
	most    atomic.Int64 // connections at a time
	hold    chan struct{}

	mu   sync.Mutex
	said []string // by each connection, in the order of their dialling
}

func (s *site) client(h *SMTP) *SMTP {
	h.Addr, h.LocalName = "localhost:25", "client.example"
	h.dialer = func(ctx context.Context) (net.Conn, error) {
		n := int(s.dials.Add(1)) - 1
		s.mu.Lock()
		s.said = append(s.said, "")
		s.mu.Unlock()
		if s.hold != nil {
			<-s.hold
		}
		conn, err := s.replies.dial(ctx)
		return &heardConn{conn, s, n}, err
	}
	s.open = countConns(h)
	return h
}

// heardConn notes the commands that go through it.
type heardConn struct {
	net.Conn
	site *site
	n    int
}

func (c *heardConn) Write(p []byte) (int, error) {
	c.site.mu.Lock()
	word, _, _ := strings.Cut(strings.TrimSpace(string(p)), " ")
	if strings.ToUpper(word) == word && len(word) == 4 {
		c.site.said[c.n] += word + " "
	}
	c.site.mu.Unlock()
	c.site.most.Store(max(c.site.most.Load(), c.site.open.Load()))
	return c.Conn.Write(p)
}

// fm-095, and what else a pool does in time.
func TestPool(t *testing.T) {
	const mail = "MAIL RCPT DATA "
	wait := func(d time.Duration) func(*testing.T, *SMTP) {
		return func(*testing.T, *SMTP) { time.Sleep(d) }
	}
	one := func(t *testing.T, h *SMTP) {
		require.Equal(t, "delivered", outcomes(sendOne(t, h, envelope("b@y.example"))))
	}
	two := func(t *testing.T, h *SMTP) {
		reports := send(t, h, t.Context(), envelope("b@y.example"), envelope("c@y.example"))
		require.Equal(t, "delivered delivered", outcomes(reports[0])+" "+outcomes(reports[1]))
	}
	tests := []struct {
		name  string
		h     *SMTP
		steps []func(*testing.T, *SMTP)
		said  []string
	}{
		{"one connection for all", &SMTP{}, []func(*testing.T, *SMTP){one, two, one},
			[]string{"EHLO " + mail + mail + mail + mail + "QUIT "}},
		{"at NoopAfter, no NOOP", &SMTP{}, []func(*testing.T, *SMTP){one, wait(2 * time.Second), one},
			[]string{"EHLO " + mail + mail + "QUIT "}},
		{"past NoopAfter, NOOP", &SMTP{}, []func(*testing.T, *SMTP){one, wait(2*time.Second + 1), one},
			[]string{"EHLO " + mail + "NOOP " + mail + "QUIT "}},
		{"NoopAfter set", &SMTP{NoopAfter: time.Second}, []func(*testing.T, *SMTP){one, wait(1500 * time.Millisecond), one},
			[]string{"EHLO " + mail + "NOOP " + mail + "QUIT "}},
		{"past IdleClose", &SMTP{}, []func(*testing.T, *SMTP){one, wait(10*time.Second + 1), one},
			[]string{"EHLO " + mail + "QUIT ", "EHLO " + mail + "QUIT "}},
		{"use begins IdleClose anew", &SMTP{}, []func(*testing.T, *SMTP){one, wait(9 * time.Second), one, wait(9 * time.Second), one},
			[]string{"EHLO " + mail + "NOOP " + mail + "NOOP " + mail + "QUIT "}},
		{"too old when taken", &SMTP{MaxAge: time.Second}, []func(*testing.T, *SMTP){one, wait(time.Second), one},
			[]string{"EHLO " + mail + "QUIT ", "EHLO " + mail + "QUIT "}},
		{"MaxAge is 5 min", &SMTP{IdleClose: time.Hour}, []func(*testing.T, *SMTP){one, wait(5*time.Minute - 1), one, wait(1), one},
			[]string{"EHLO " + mail + "NOOP " + mail + "QUIT ", "EHLO " + mail + "QUIT "}},
		{"too old between two mails of a batch", &SMTP{MaxAge: 1}, []func(*testing.T, *SMTP){
			func(t *testing.T, h *SMTP) {
				h.Send(t.Context(), []*Envelope{envelope("b@y.example"), envelope("b@y.example")},
					func(int, []Report) { time.Sleep(time.Second) })
			}},
			[]string{"EHLO " + mail + "QUIT ", "EHLO " + mail + "QUIT "}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &site{replies: standardServer()}
				h := s.client(test.h)
				for _, step := range test.steps {
					step(t, h)
				}
				synctest.Wait()
				require.NoError(t, h.Close())
				require.Equal(t, test.said, s.said)
				require.Zero(t, s.open.Load())
			})
		})
	}
}

// The last one used is the first one taken, so that those in excess grow idle.
func TestPoolTakesTheLastUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{replies: standardServer(), hold: make(chan struct{})}
		h := s.client(&SMTP{})
		var sends sync.WaitGroup
		for range 2 {
			sends.Go(func() { sendOne(t, h, envelope("b@y.example")) })
		}
		synctest.Wait()
		close(s.hold)
		sends.Wait()
		for range 6 {
			time.Sleep(2 * time.Second)
			sendOne(t, h, envelope("b@y.example"))
		}
		require.Equal(t, int64(1), s.open.Load())
		require.NoError(t, h.Close())
		require.Equal(t, int64(2), s.dials.Load())
	})
}

func TestSendsBeyondMaxConnsWait(t *testing.T) {
	for conns, want := range map[int]int64{0: 4, 1: 1, 3: 3} {
		synctest.Test(t, func(t *testing.T) {
			s := &site{replies: standardServer(), hold: make(chan struct{})}
			h := s.client(&SMTP{MaxConns: conns})
			var sends sync.WaitGroup
			for range 9 {
				sends.Go(func() {
					for range 3 {
						require.Equal(t, "delivered", outcomes(sendOne(t, h, envelope("b@y.example"))))
					}
				})
			}
			synctest.Wait()
			require.Equal(t, want, s.dials.Load())
			close(s.hold)
			sends.Wait()
			require.Equal(t, want, s.dials.Load())
			require.Equal(t, want, s.most.Load())
			require.NoError(t, h.Close())
		})
	}
}

func TestWaitForAConnectionEnds(t *testing.T) {
	ends := map[string]func(cancel func(), h *SMTP){
		"with its context": func(cancel func(), _ *SMTP) { cancel() },
		"with Close":       func(_ func(), h *SMTP) { h.Close() },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &site{replies: standardServer(), hold: make(chan struct{})}
				h := s.client(&SMTP{MaxConns: 1})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var sends sync.WaitGroup
				sends.Go(func() {
					require.Equal(t, "delivered", outcomes(sendOne(t, h, envelope("b@y.example"))))
				})
				synctest.Wait()
				waited := make(chan string)
				go func() { waited <- outcomes(send(t, h, ctx, envelope("b@y.example"))[0]) }()
				synctest.Wait()
				end(cancel, h)
				require.Equal(t, "unsent", <-waited)
				close(s.hold)
				sends.Wait()
				if name == "with its context" {
					require.NoError(t, h.Close())
				}
				require.Zero(t, s.open.Load(), "a connection put back after Close is closed")
			})
		})
	}
}

// Those that are idle may be as dead as the one that was taken.
func TestAKeptConnectionIsReplacedByAFreshOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{replies: standardServer(), hold: make(chan struct{})}
		h := s.client(&SMTP{})
		var sends sync.WaitGroup
		for range 3 {
			sends.Go(func() { sendOne(t, h, envelope("b@y.example")) })
		}
		synctest.Wait()
		close(s.hold)
		sends.Wait()
		s.replies["mail"] = "421 4.3.2 bye\r\n"
		s.replies = standardServer()
		require.Equal(t, "delivered", outcomes(sendOne(t, h, envelope("b@y.example"))))
		require.Equal(t, int64(4), s.dials.Load())
		require.Equal(t, int64(3), s.open.Load())
		require.NoError(t, h.Close())
	})
}

// A connection that has ended by the end of the batch is not kept.
func TestPutLooksAtTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{replies: standardServer()}
		s.replies["dot"] = "250 ok\r\n421 enough\r\n"
		h := s.client(&SMTP{})
		h.Send(t.Context(), []*Envelope{envelope("b@y.example")}, func(_ int, reports []Report) {
			require.Equal(t, "delivered", outcomes(reports))
			synctest.Wait()
		})
		require.Zero(t, s.open.Load())
		require.NoError(t, h.Close())
	})
}

func TestSendAfterClose(t *testing.T) {
	srv := startServer(t, &hosttest.Server{})
	h := &SMTP{Addr: srv.Addr}
	require.Equal(t, "delivered", outcomes(sendOne(t, h, envelope("b@y.example"))))
	require.NoError(t, h.Close())
	require.NoError(t, h.Close(), "twice")
	r := sendOne(t, h, envelope("b@y.example"))[0]
	require.Equal(t, Unsent, r.Outcome)
	require.Contains(t, r.Text, "closed")
	require.Len(t, srv.Mails(), 1)
}

// A server that does not answer QUIT holds Close up no longer than its limit,
// however many connections there are.
func TestCloseIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{replies: standardServer(), hold: make(chan struct{})}
		s.replies["quit"] = ""
		h := s.client(&SMTP{})
		var sends sync.WaitGroup
		for range 4 {
			sends.Go(func() { sendOne(t, h, envelope("b@y.example")) })
		}
		synctest.Wait()
		close(s.hold)
		sends.Wait()
		began := time.Now()
		require.NoError(t, h.Close())
		require.Equal(t, 2*time.Second, time.Since(began))
		require.Zero(t, s.open.Load())
	})
}

// A Close while an idle connection is being closed waits for that too.
func TestCloseWaitsForExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{replies: standardServer()}
		s.replies["quit"] = ""
		h := s.client(&SMTP{})
		sendOne(t, h, envelope("b@y.example"))
		time.Sleep(11 * time.Second)
		require.Equal(t, int64(1), s.open.Load())
		require.NoError(t, h.Close())
		require.Zero(t, s.open.Load())
	})
}

// Many Sends over few connections, with a relay that goes and comes: under the
// race detector.
func TestSendSideBySide(t *testing.T) {
	srv := startServer(t, &hosttest.Server{Keep: 10000})
	h := client(t, &SMTP{Addr: srv.Addr, MaxConns: 3})
	var sends sync.WaitGroup
	for i := range 8 {
		sends.Go(func() {
			for k := range 20 {
				to := fmt.Sprintf("u%d-%d@y.example", i, k)
				reports := send(t, h, t.Context(), envelope(to), envelope("550@y.example", to))
				require.Equal(t, "delivered", outcomes(reports[0]))
				require.Equal(t, "permanent delivered", outcomes(reports[1]))
			}
		})
	}
	sends.Wait()
	require.Len(t, srv.Mails(), 8*20*2)
	require.LessOrEqual(t, srv.Conns(), 3)
}
