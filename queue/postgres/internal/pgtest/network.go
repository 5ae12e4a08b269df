//go:build unix

package pgtest

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

// A Network is a way to a server that can be cut: then nothing comes through in either
// direction, and nobody is told.
type Network struct {
	URL string // of the server, through the network

	dial func(ctx context.Context) (net.Conn, error) // the server
	mu   sync.Mutex
	cut  chan struct{} // closed when what is cut works again; nil where it works
	lose bool          // what was on its way is lost, and not only late
}

// NewNetwork returns a way to the server at an address, which is gone when the test
// ends.
func NewNetwork(t testing.TB, address string) *Network {
	t.Helper()
	config, err := pgx.ParseConfig(address)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	n := &Network{dial: func(ctx context.Context) (net.Conn, error) {
		network, address := pgconn.NetworkAddress(config.Host, config.Port)
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
	at := listener.Addr().(*net.TCPAddr)
	n.URL = fmt.Sprintf("postgres://%s:%s@127.0.0.1:%d/%s?sslmode=disable", config.User, config.Password, at.Port, config.Database)
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			work.Go(func() { n.carry(ctx, conn) })
		}
	})
	t.Cleanup(func() {
		cancel()
		listener.Close()
		work.Wait()
	})
	return n
}

// Cut cuts the network until Mend. What is on its way then comes late, or is lost with
// its connection.
func (n *Network) Cut(lose bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cut == nil {
		n.cut = make(chan struct{})
	}
	n.lose = lose
}

// Mend lets everything through again.
func (n *Network) Mend() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cut != nil {
		close(n.cut)
		n.cut = nil
	}
}

// pass returns when the network works, and tells whether anything that came before
// that is lost.
func (n *Network) pass(ctx context.Context) (lost bool) {
	for {
		n.mu.Lock()
		cut := n.cut
		lost = lost || cut != nil && n.lose
		n.mu.Unlock()
		if cut == nil {
			return lost
		}
		select {
		case <-cut:
		case <-ctx.Done():
			return true
		}
	}
}

// carry carries one connection to its end.
func (n *Network) carry(ctx context.Context, client net.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { client.Close() })
	defer stop()
	if n.pass(ctx) {
		return
	}
	server, err := n.dial(ctx)
	if err != nil {
		cancel()
		return
	}
	stopServer := context.AfterFunc(ctx, func() { server.Close() })
	defer stopServer()
	var both sync.WaitGroup
	both.Go(func() { n.copy(ctx, server, client, cancel) })
	both.Go(func() { n.copy(ctx, client, server, cancel) })
	both.Wait()
}

// copy carries one direction. That an end has closed the connection does not come
// through either while the network is cut.
func (n *Network) copy(ctx context.Context, to, from net.Conn, end func()) {
	defer end()
	buffer := make([]byte, 32<<10)
	for {
		size, err := from.Read(buffer)
		if n.pass(ctx) {
			return
		}
		if size > 0 {
			if _, err := to.Write(buffer[:size]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
