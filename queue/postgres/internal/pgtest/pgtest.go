//go:build unix

// Package pgtest gives a PostgreSQL to the tests of package postgres: one that
// package postgrestest starts, or MAILHOST_POSTGRES.
package pgtest

import (
	"context"
	"fmt"
	"math/rand/v2"
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
			shared.server.Remove()
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
		shared.server = start(t)
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
	s := start(t)
	t.Cleanup(func() { require.NoError(t, s.Remove()) })
	return s
}
