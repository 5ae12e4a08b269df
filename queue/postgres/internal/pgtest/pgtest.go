//go:build unix

// Package pgtest starts a PostgreSQL for tests: the machine's own programs, in a
// temporary folder, on a socket.
package pgtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// shared is the server that the tests of one binary have in common.
var shared struct {
	sync.Mutex
	server *Server
}

// Main runs the tests and stops the server that URL started. TestMain calls it.
func Main(m *testing.M) int {
	defer func() {
		if shared.server != nil {
			shared.server.remove()
		}
	}()
	return m.Run()
}

// URL returns the address of a server: MAILHOST_POSTGRES, or one that is started
// by the first test that asks. Without either the test is skipped.
func URL(t testing.TB) string {
	t.Helper()
	if address := os.Getenv("MAILHOST_POSTGRES"); address != "" {
		return address
	}
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil {
		shared.server = create(t)
		require.NoError(t, shared.server.start())
	}
	return shared.server.URL
}

// Schema returns the name of a schema that is not there, and is dropped when the
// test ends.
func Schema(t testing.TB, address string) string {
	t.Helper()
	name := fmt.Sprintf("Test %d", rand.Uint64()) // must be quoted
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		conn, err := pgx.Connect(ctx, address)
		require.NoError(t, err)
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, "DROP SCHEMA IF EXISTS "+pgx.Identifier{name}.Sanitize()+" CASCADE")
		require.NoError(t, err)
	})
	return name
}

// Start starts a server of the test's own, which may be killed.
func Start(t testing.TB) *Server {
	t.Helper()
	s := create(t)
	t.Cleanup(s.remove)
	require.NoError(t, s.start())
	return s
}

// socketURL is the address of the server whose socket is in the folder.
func socketURL(dir string) string {
	return "postgres:///postgres?user=postgres&host=" + url.QueryEscape(dir)
}
