package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host/hosttest"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/sqlite"
)

// A slowVerdict stands before a mail server and holds back its verdict on the
// first mail.
type slowVerdict struct {
	addr  string
	held  chan struct{} // closed when a verdict is held back
	let   chan struct{} // close it to let the verdict go
	first sync.Once
}

func holdVerdict(t *testing.T, server string) *slowVerdict {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	v := &slowVerdict{addr: listener.Addr().String(), held: make(chan struct{}), let: make(chan struct{})}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go v.pass(client, server)
		}
	}()
	return v
}

func (v *slowVerdict) pass(client net.Conn, addr string) {
	defer client.Close()
	server, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	go func() {
		_, _ = io.Copy(server, client)
		_ = server.Close()
	}()
	replies := bufio.NewReader(server)
	for {
		line, err := replies.ReadString('\n')
		if err != nil {
			return
		}
		_, _ = io.WriteString(client, line)
		if strings.HasPrefix(line, "354") {
			if _, err := replies.Peek(1); err != nil {
				return
			}
			v.first.Do(func() {
				close(v.held)
				<-v.let
			})
		}
	}
}

func TestStoppingFinishesWhatIsInFlight(t *testing.T) {
	t.Parallel()
	server, data := &hosttest.Server{Without: []string{"CHUNKING"}}, t.TempDir() // the verdict is known by the 354 before it
	require.NoError(t, server.Start())
	t.Cleanup(func() { _ = server.Close() })
	verdict := holdVerdict(t, server.Addr)
	p := start(t, "-addr", "127.0.0.1:0", "-data", data, "-relay", verdict.addr)
	status, _ := post(t, p.base+"/order", orderOf("ann@example.com"))
	require.Equal(t, 200, status)
	select {
	case <-verdict.held:
	case <-time.After(patience):
		t.Fatalf("no mail came as far as its verdict; the shop says: %s", p.err.String())
	}

	go func() {
		defer close(verdict.let)
		// The shop stops listening before it waits for its mail.
		for err := error(nil); err == nil; {
			_, _, err = ask(t.Context(), http.MethodGet, p.base+"/style.css", nil)
		}
	}()
	require.Zero(t, p.stop(syscall.SIGTERM), p.err.String())

	store, err := sqlite.Open(filepath.Join(data, "mail.db"))
	require.NoError(t, err)
	defer store.Close()
	counts, err := store.Count(t.Context(), queue.Filter{})
	require.NoError(t, err)
	require.Equal(t, 1, counts[queue.Sent], "%v", counts)
	require.Len(t, server.Mails(), 1)
}
