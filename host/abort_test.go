package host

import (
	"context"
	"crypto/ed25519"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

// abortable returns a context for Send, and what ends it and breaks Sends off.
func abortable(t *testing.T) (ctx context.Context, abort func()) {
	aborting, end := context.WithCancel(t.Context())
	ctx, cancel := context.WithCancel(WithAbort(t.Context(), aborting))
	t.Cleanup(end)
	return ctx, func() {
		cancel()
		end()
	}
}

func TestAbort(t *testing.T) {
	require.NoError(t, Abort(t.Context()).Err())
	require.Nil(t, Abort(t.Context()).Done(), "nobody breaks it off")
	aborting, cancel := context.WithCancel(t.Context())
	ctx := WithAbort(t.Context(), aborting)
	require.NoError(t, Abort(ctx).Err())
	cancel()
	require.Error(t, Abort(ctx).Err())
	require.NoError(t, ctx.Err(), "it ends only what was begun")
}

// A mail that is broken off is Unsent where its last byte was not sent, and
// Uncertain where it was.
func TestAbortInEachPhase(t *testing.T) {
	want := map[string]string{
		"greeting": "unsent", "ehlo": "unsent",
		"mail": "unsent", "rcpt": "unsent", "data": "unsent", "dot": "uncertain",
	}
	for phase, outcome := range want {
		t.Run(phase, func(t *testing.T) {
			inBubbles(t, func(t *testing.T, m mode) {
				if m == chunked && phase == "data" {
					return // there is none
				}
				abortInPhase(t, m, phase, outcome)
			})
		})
	}
}

func abortInPhase(t *testing.T, m mode, phase, outcome string) {
	defer time.Sleep(2 * time.Hour) // until the server has gone
	ctx, abort := abortable(t)
	server := standardServer()
	server.offer(m)
	h := &SMTP{Addr: "localhost:25", LocalName: "client.example"}
	var conns int
	h.dialer = func(context.Context) (net.Conn, error) {
		conns++
		return server.dialWith(func(at string) {
			if at == phase {
				abort()
				time.Sleep(time.Hour) // in the bubble: when all else waits
			}
		}), nil
	}
	open := countConns(h)
	began := time.Now()
	reports := send(t, h, ctx, envelope("b@y.example"), envelope("c@y.example"))
	require.Equal(t, outcome, outcomes(reports[0]), reports[0][0].Text)
	second := "unsent"
	if m == chunked && phase == "dot" {
		second = "uncertain" // it was in the same write
	}
	require.Equal(t, second, outcomes(reports[1]), reports[1][0].Text)
	require.Zero(t, time.Since(began), "at once")
	require.Equal(t, 1, conns)
	require.Zero(t, h.pool.lessons.window.Load(), "nothing is learnt from it")
	require.NoError(t, h.Close())
	require.Zero(t, open.Load())
}

// By real sockets and TLS: a relay that takes a part of the content, or all of it,
// and says no more.
func TestAbortOfARelayThatHangs(t *testing.T) {
	ignored := map[mode][]string{lockstep: {"PIPELINING"}, pipelined: {"CHUNKING"}, chunked: nil}
	big := strings.Repeat(strings.Repeat("x", 98)+"\r\n", 80_000)
	for _, tt := range []struct {
		fault hosttest.Fault
		data  string
		want  Outcome
	}{
		{hosttest.Fault{At: hosttest.MAIL, Do: hosttest.Hang}, "", Unsent},
		{hosttest.Fault{At: hosttest.Content, After: 1000, Do: hosttest.Hang}, big, Unsent},
		{hosttest.Fault{At: hosttest.Verdict, Do: hosttest.Hang}, "", Uncertain},
	} {
		for _, m := range allModes {
			for _, startTLS := range []bool{false, true} {
				t.Run(tt.fault.At.String()+" "+m.String(), func(t *testing.T) {
					srv := startServer(t, &hosttest.Server{Faults: []hosttest.Fault{tt.fault}, StartTLS: startTLS})
					h := client(t, &SMTP{Addr: srv.Addr, Ignore: ignored[m], TLSConfig: srv.ClientTLS()})
					if startTLS {
						h.TLS = TLSRequired
					}
					ctx, abort := abortable(t)
					go func() {
						srv.Until(ctx, func(c hosttest.Counts) bool { return c.Held > 0 })
						abort()
					}()
					e := envelope("b@y.example", "c@y.example")
					if tt.data != "" {
						e.Data = []byte("Subject: big\r\n\r\n" + tt.data)
					}
					began := time.Now()
					for _, r := range send(t, h, ctx, e)[0] {
						require.Equal(t, tt.want, r.Outcome, r.Text)
						require.NotEmpty(t, r.Text)
					}
					require.Less(t, time.Since(began), aWhile)
					require.Equal(t, 1, srv.Conns())
				})
			}
		}
	}
}

// What has its verdict keeps it, and a connection that was checked when the Send was
// broken off is not used.
func TestAbortLeavesTheRestUnsent(t *testing.T) {
	srv := startServer(t, &hosttest.Server{Faults: []hosttest.Fault{
		{At: hosttest.MAIL, Mail: 3, Do: hosttest.Hang},
	}})
	h := client(t, &SMTP{Addr: srv.Addr, Ignore: []string{"PIPELINING"}})
	ctx, abort := abortable(t)
	go func() {
		srv.Until(ctx, func(c hosttest.Counts) bool { return c.Held > 0 })
		abort()
	}()
	reports := sendOne(t, h, envelope("a@y.example"))
	require.Equal(t, "delivered", outcomes(reports))
	many := send(t, h, ctx, envelope(recipients(150)...))[0]
	require.Equal(t, strings.Repeat("delivered ", 100)+strings.TrimSuffix(strings.Repeat("unsent ", 50), " "), outcomes(many))
	require.Len(t, srv.Mails(), 2)
}

func TestAbortDuringACheck(t *testing.T) {
	srv := startServer(t, &hosttest.Server{Faults: []hosttest.Fault{{At: hosttest.NOOP, Do: hosttest.Hang}}})
	h := client(t, &SMTP{Addr: srv.Addr, NoopAfter: 1})
	sendOne(t, h, envelope("a@y.example"))
	ctx, abort := abortable(t)
	go func() {
		srv.Until(ctx, func(c hosttest.Counts) bool { return c.Held > 0 })
		abort()
	}()
	began := time.Now()
	require.Equal(t, "unsent", outcomes(send(t, h, ctx, envelope("b@y.example"))[0]))
	require.Less(t, time.Since(began), aWhile)
}

// Hosts that stand before others pass it on, and do not go on to the next.
func TestAbortIsPassedOn(t *testing.T) {
	begun := make(chan bool)
	hangs := hostFunc(func(ctx context.Context, batch []*Envelope, done func(int, []Report)) {
		close(begun)
		<-Abort(ctx).Done()
		for i, e := range batch {
			done(i, sameForAll(e, *unsent(ctx.Err())))
		}
	})
	next := &fakeHost{}
	_, key, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	h := &Sign{
		Host:   &Failover{Hosts: []Host{&Mux{Default: hangs}, next}},
		Domain: "x.example", Selector: "s", Key: key,
	}
	ctx, abort := abortable(t)
	go func() {
		<-begun
		abort()
	}()
	require.Equal(t, []string{"unsent", "unsent"}, words(sendAny(t, h, ctx, letters("b@y.example", "c@y.example")...)))
	require.Empty(t, next.recipients())
}
