package host

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

func TestMoreThanAHundredRecipients(t *testing.T) {
	srv := startServer(t, &hosttest.Server{})
	h := client(t, &SMTP{Addr: srv.Addr})
	var to []string
	for i := range 250 {
		to = append(to, fmt.Sprintf("u%d@y.example", i))
	}
	to[120] = "550@y.example"
	reports := sendOne(t, h, envelope(to...))
	for i, r := range reports {
		want := Delivered
		if i == 120 {
			want = Permanent
		}
		require.Equal(t, want, r.Outcome)
	}
	var got []string
	for _, m := range srv.Mails() {
		require.LessOrEqual(t, len(m.To), 100)
		got = append(got, m.To...)
	}
	require.Len(t, srv.Mails(), 3)
	require.Equal(t, slices.Delete(to, 120, 121), got)
	require.Equal(t, 1, srv.Conns())
}

func TestNothingStartsAfterTheContextHasEnded(t *testing.T) {
	srv := startServer(t, &hosttest.Server{})
	h := client(t, &SMTP{Addr: srv.Addr, Ignore: []string{"PIPELINING"}})
	ctx, cancel := context.WithCancel(t.Context())
	var got []string
	h.Send(ctx, []*Envelope{envelope("b@y.example"), envelope("c@y.example"), envelope("d@y.example")},
		func(_ int, reports []Report) {
			got = append(got, outcomes(reports))
			cancel()
		})
	require.Equal(t, []string{"delivered", "unsent", "unsent"}, got)
	require.Len(t, srv.Mails(), 1)
	require.Equal(t, "unsent", outcomes(send(t, h, ctx, envelope("b@y.example"))[0]))
}

// Until MAIL the context ends what is being done (fm-008); from then on it does not:
// a mail is a slice of bytes, so that nothing can fail or be cut short within it
// (fm-072).
func TestContextEndsInEachPhase(t *testing.T) {
	want := map[string]string{
		"dial": "unsent", "greeting": "unsent", "ehlo": "unsent",
		"mail": "delivered", "rcpt": "delivered", "data": "delivered", "dot": "delivered",
	}
	for phase, outcome := range want {
		t.Run(phase, func(t *testing.T) {
			inBubbles(t, func(t *testing.T, m mode) {
				if m == chunked && phase == "data" {
					return // there is none
				}
				endInPhase(t, m, phase, outcome)
			})
		})
	}
}

func endInPhase(t *testing.T, m mode, phase, outcome string) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	server := standardServer()
	server.offer(m)
	h := &SMTP{Addr: "localhost:25", LocalName: "client.example"}
	h.dialer = func(ctx context.Context) (net.Conn, error) {
		if phase == "dial" {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return server.dialWith(func(at string) {
			if at == phase {
				cancel()
				time.Sleep(time.Second) // in the bubble: when all else waits
			}
		}), nil
	}
	open := countConns(h)
	if phase == "dial" {
		time.AfterFunc(time.Second, cancel)
	}
	began := time.Now()
	reports := send(t, h, ctx, envelope("b@y.example"), envelope("c@y.example"))
	require.Equal(t, outcome, outcomes(reports[0]), reports[0][0].Text)
	second := "unsent"
	if m != lockstep && phase == "dot" {
		second = "delivered" // its sender had been named
	}
	require.Equal(t, second, outcomes(reports[1]))
	require.Equal(t, phase == "greeting" || phase == "ehlo", time.Since(began) == 0)
	require.NoError(t, h.Close())
	require.Zero(t, open.Load())
	time.Sleep(time.Minute) // in the bubble: until the server has ended
}

// Where the relay cannot be reached, the rest of the batch does not try again.
func TestUnreachableEndsTheBatch(t *testing.T) {
	dials := 0
	h := client(t, &SMTP{Addr: "localhost:25", dialer: func(context.Context) (net.Conn, error) {
		dials++
		return nil, net.UnknownNetworkError("down")
	}})
	for _, reports := range send(t, h, t.Context(), envelope("b@y.example"), envelope("bad", "c@y.example"), envelope("d@y.example")) {
		require.Equal(t, Unreachable, reports[len(reports)-1].Outcome)
	}
	require.Equal(t, 1, dials)
	send(t, h, t.Context(), envelope("b@y.example"))
	require.Equal(t, 2, dials, "the next batch does")
}

func TestRelayComesBack(t *testing.T) {
	srv := startServer(t, &hosttest.Server{})
	h := client(t, &SMTP{Addr: srv.Addr})
	require.Equal(t, "delivered", outcomes(sendOne(t, h, envelope("b@y.example"))))
	require.NoError(t, srv.Close())
	for range 2 {
		r := sendOne(t, h, envelope("b@y.example"))[0]
		require.Equal(t, Unreachable, r.Outcome)
		require.Equal(t, srv.Addr, r.Relay)
		require.False(t, r.Alarm)
		require.Contains(t, r.Text, "refused")
	}
	require.NoError(t, srv.Start())
	require.Equal(t, "delivered", outcomes(sendOne(t, h, envelope("b@y.example"))))
}

// A relay that was restarted while connections were idle costs no mail anything.
func TestRelayRestartsUnnoticed(t *testing.T) {
	srv := startServer(t, &hosttest.Server{})
	h := client(t, &SMTP{Addr: srv.Addr})
	for range 5 {
		require.Equal(t, "delivered", outcomes(sendOne(t, h, envelope("b@y.example"))))
		require.NoError(t, srv.Close())
		require.NoError(t, srv.Start())
	}
	require.Equal(t, 5, srv.Conns())
}

// A done that panics leaves the pool as it was.
func TestDonePanics(t *testing.T) {
	srv := startServer(t, &hosttest.Server{})
	h := client(t, &SMTP{Addr: srv.Addr, MaxConns: 1})
	require.Panics(t, func() {
		h.Send(t.Context(), []*Envelope{envelope("b@y.example")}, func(int, []Report) { panic("done") })
	})
	require.Equal(t, "delivered", outcomes(sendOne(t, h, envelope("b@y.example"))))
	require.Equal(t, 1, srv.Conns())
}

func BenchmarkSend(b *testing.B) {
	srv := startServer(b, &hosttest.Server{Keep: 1})
	h := client(b, &SMTP{Addr: srv.Addr})
	e := envelope("b@y.example")
	e.Data = []byte("Subject: x\r\n\r\n" + strings.Repeat(strings.Repeat("x", 62)+"\r\n", 32))
	batch := []*Envelope{e}
	b.ReportAllocs()
	for b.Loop() {
		h.Send(b.Context(), batch, func(_ int, reports []Report) {
			if reports[0].Outcome != Delivered {
				b.Fatal(reports[0])
			}
		})
	}
}
