package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
)

// relay returns a mail server that is down.
func relay(t *testing.T) *hosttest.Server {
	t.Helper()
	server := &hosttest.Server{}
	require.NoError(t, server.Start())
	require.NoError(t, server.Close())
	t.Cleanup(func() { _ = server.Close() })
	return server
}

// received returns what the server has when it has n mails.
func received(t *testing.T, server *hosttest.Server, n int) []hosttest.Mail {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	mails, err := server.Wait(ctx, n)
	require.NoError(t, err)
	return mails
}

func TestTheThreeForms(t *testing.T) {
	t.Parallel()
	data := t.TempDir() + "/made/by/it"
	p := start(t, "-addr", "127.0.0.1:0", "-data", data, "-defer", "10ms")
	info, err := os.Stat(data)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())

	status, page := post(t, p.base+"/gift-card", url.Values{"from": {"Ann"}, "name": {"Bob"}, "email": {"bob@example.com"}, "amount": {"50"}})
	require.Equal(t, 402, status)
	require.Contains(t, page, "The payment was declined")

	status, page = post(t, p.base+"/order", orderOf("ann.lee@example.com"))
	require.Equal(t, 200, status)
	require.Contains(t, page, "Thank you, Ann Lee")
	require.Contains(t, page, `href="/inbox"`)
	require.Contains(t, page, `href="/queues"`)
	require.NotContains(t, page, "Subject:")
	seen(t, p.base+"/inbox", "ann.lee@example.com", "Dear Ann Lee, we have your order.")

	status, _ = post(t, p.base+"/newsletter", url.Values{"subject": {"News"}, "text": {"A new hole."}})
	require.Equal(t, 200, status)
	for _, s := range subscribers {
		seen(t, p.base+"/inbox", s.Email, "Dear "+s.Name+",")
		seen(t, p.base+"/queues/sent", s.Email)
	}
	nowhere(t, p.base, "bob@example.com")
	require.Zero(t, p.stop(syscall.SIGTERM), p.err.String())
}

func TestMailWaitsForARelayThatIsDown(t *testing.T) {
	t.Parallel()
	server := relay(t)
	p := start(t, "-addr", "127.0.0.1:0", "-data", t.TempDir(), "-relay", server.Addr)
	status, page := post(t, p.base+"/order", orderOf("ann@example.com"))
	require.Equal(t, 200, status)
	require.Contains(t, page, "Thank you, Ann Lee")
	seen(t, p.base+"/queues/deferred", "ann@example.com")
	require.NoError(t, server.Start())
	require.Equal(t, []string{"ann@example.com"}, received(t, server, 1)[0].To)
	seen(t, p.base+"/queues/sent", "ann@example.com")
	require.Zero(t, p.stop(syscall.SIGTERM), p.err.String())
	require.Len(t, server.Mails(), 1)
	lines := strings.Split(strings.TrimSpace(p.err.String()), "\n")
	require.Len(t, lines, 2)
	require.Contains(t, lines[0], "queue: route down")
	require.Contains(t, lines[1], "queue: route up")
}

func TestMailOutlivesKill9(t *testing.T) {
	t.Parallel()
	server, data := relay(t), t.TempDir()
	p := start(t, "-addr", "127.0.0.1:0", "-data", data, "-relay", server.Addr)
	for i := range 3 {
		status, _ := post(t, p.base+"/order", orderOf(fmt.Sprintf("ann%d@example.com", i)))
		require.Equal(t, 200, status)
	}
	p.kill()
	require.NoError(t, server.Start())
	p = start(t, "-addr", "127.0.0.1:0", "-data", data, "-relay", server.Addr)
	requireEachOnce(t, received(t, server, 3), 3)
	seen(t, p.base+"/queues/sent", "ann0@example.com", "ann1@example.com", "ann2@example.com")
	require.Zero(t, p.stop(syscall.SIGTERM), p.err.String())
	require.Len(t, server.Mails(), 3)
}

func TestTwoProcessesShareAFolder(t *testing.T) {
	t.Parallel()
	const orders = 100
	server, data := relay(t), t.TempDir()
	require.NoError(t, server.Start())
	shops := []*process{
		start(t, "-addr", "127.0.0.1:0", "-data", data, "-relay", server.Addr),
		start(t, "-addr", "127.0.0.1:0", "-data", data, "-relay", server.Addr),
	}
	var wg sync.WaitGroup
	for i, shop := range shops {
		for j := i; j < orders; j += len(shops) {
			wg.Go(func() {
				status, _, err := ask(t.Context(), http.MethodPost, shop.base+"/order", orderOf(fmt.Sprintf("ann%d@example.com", j)))
				if err != nil || status != 200 {
					t.Errorf("order %d was answered with %d, %v", j, status, err)
				}
			})
		}
	}
	wg.Wait()
	received(t, server, orders)
	for _, shop := range shops {
		require.Zero(t, shop.stop(syscall.SIGTERM), shop.err.String())
	}
	requireEachOnce(t, server.Mails(), orders)
}

// requireEachOnce requires one mail to each of n customers.
func requireEachOnce(t *testing.T, mails []hosttest.Mail, n int) {
	t.Helper()
	times := map[string]int{}
	for _, m := range mails {
		times[strings.Join(m.To, ",")]++
	}
	require.Len(t, mails, n)
	require.Len(t, times, n)
}
