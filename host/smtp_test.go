package host

import (
	"context"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

const plainMail = "From: a@x.example\r\nSubject: hello\r\n\r\nhello\r\n"

func envelope(to ...string) *Envelope {
	return &Envelope{From: "a@x.example", To: to, Data: []byte(plainMail)}
}

func startServer(t testing.TB, srv *hosttest.Server) *hosttest.Server {
	require.NoError(t, srv.Start())
	t.Cleanup(func() { srv.Close() })
	return srv
}

// client returns an SMTP for addr and sees to it that it leaves no connection
// behind.
func client(t testing.TB, h *SMTP) *SMTP {
	open := countConns(h)
	t.Cleanup(func() {
		h.Close()
		require.Zero(t, open.Load(), "connections left open")
	})
	return h
}

// countConns counts the connections of h that are open.
func countConns(h *SMTP) *atomic.Int64 {
	open, dial := &atomic.Int64{}, h.dialer
	if dial == nil {
		dial = (&pool{network: "tcp", addr: h.Addr, timeouts: h.Timeouts.withDefaults()}).dial
	}
	h.dialer = func(ctx context.Context) (net.Conn, error) {
		c, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		open.Add(1)
		return &countedConn{Conn: c, open: open}, nil
	}
	return open
}

type countedConn struct {
	net.Conn
	open *atomic.Int64
	once sync.Once
}

func (c *countedConn) Close() error {
	c.once.Do(func() { c.open.Add(-1) })
	return c.Conn.Close()
}

// send returns the reports of each envelope, and checks what holds for every
// Send: one call for each, with a report for each recipient.
func send(t testing.TB, h Host, ctx context.Context, batch ...*Envelope) [][]Report {
	all, calls := make([][]Report, len(batch)), 0
	h.Send(ctx, batch, func(i int, reports []Report) {
		calls++
		require.Nil(t, all[i], "a second call for %d", i)
		require.Len(t, reports, len(batch[i].To))
		for k, r := range reports {
			require.Equal(t, batch[i].To[k], r.To)
		}
		all[i] = reports
	})
	require.Equal(t, len(batch), calls)
	return all
}

func sendOne(t testing.TB, h Host, e *Envelope) []Report {
	return send(t, h, t.Context(), e)[0]
}

func outcomes(reports []Report) string {
	words := make([]string, len(reports))
	for i, r := range reports {
		words[i] = r.Outcome.String()
	}
	return strings.Join(words, " ")
}

func TestSendDelivers(t *testing.T) {
	srv := startServer(t, &hosttest.Server{})
	h := client(t, &SMTP{Addr: srv.Addr})
	e := envelope("b@y.example", "550@y.example", "451@y.example")
	e.Data = []byte("Subject: dots\r\n\r\n.\r\n..two\r\n.x\r\n")
	reports := sendOne(t, h, e)
	require.Equal(t, "delivered permanent transient", outcomes(reports))
	require.Equal(t, Report{To: "b@y.example", Outcome: Delivered, Code: 250, Enhanced: "2.0.0",
		Text: "OK: queued", Relay: srv.Addr}, reports[0])
	require.Equal(t, 550, reports[1].Code)
	require.Equal(t, 451, reports[2].Code)
	mails := srv.Mails()
	require.Len(t, mails, 1)
	require.Equal(t, "a@x.example", mails[0].From)
	require.Equal(t, []string{"b@y.example"}, mails[0].To)
	require.Equal(t, string(e.Data), string(mails[0].Data))
}

func TestSendKeepsItsConnection(t *testing.T) {
	srv := startServer(t, &hosttest.Server{})
	h := client(t, &SMTP{Addr: srv.Addr})
	for range 3 {
		send(t, h, t.Context(), envelope("b@y.example"), envelope("c@y.example"))
	}
	require.Len(t, srv.Mails(), 6)
	require.Equal(t, 1, srv.Conns())
}
