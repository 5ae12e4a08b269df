package queue

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

// open opens a queue that is closed when the test ends.
func open(t *testing.T, store Store, h host.Host, cfg Config) *Queue {
	t.Helper()
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	q, err := Open(store, h, cfg)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = q.Close(ctx)
	})
	return q
}

// letter returns a mail to those local parts.
func letter(lane Lane, to ...string) *Mail {
	m := &Mail{Lane: lane, Envelope: host.Envelope{From: "shop@acme.example", Data: []byte("Subject: x\r\n\r\nx\r\n")}}
	for _, local := range to {
		m.To = append(m.To, local+"@customer.example")
	}
	return m
}

// routed returns a mail to that local part by the route of its name.
func routed(lane Lane, to string) *Mail {
	m := letter(lane, to)
	m.Route = to
	return m
}

// on returns so many mails by a route.
func on(route string, lane Lane, n int) []*Mail {
	var mails []*Mail
	for range n {
		m := letter(lane, "a")
		m.Route = route
		mails = append(mails, m)
	}
	return mails
}

func commit(t *testing.T, q *Queue, mails ...*Mail) {
	t.Helper()
	require.NoError(t, q.Commit(t.Context(), mails...))
}

// A reader is a Queue, or where that is closed its Store.
type reader interface {
	Get(ctx context.Context, id string) (*Record, error)
}

func record(t *testing.T, from reader, m *Mail) *Record {
	t.Helper()
	r, err := from.Get(context.Background(), m.ID)
	require.NoError(t, err)
	return r
}

func requireState(t *testing.T, from reader, m *Mail, want State) {
	t.Helper()
	require.Equal(t, want.String(), record(t, from, m).State.String())
}

func onlyRoute(t *testing.T, q *Queue) Route {
	t.Helper()
	routes, err := q.Routes(context.Background())
	require.NoError(t, err)
	require.Len(t, routes, 1)
	return routes[0]
}

// pass lets the time of a synctest bubble pass, and what happens in it happen.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
