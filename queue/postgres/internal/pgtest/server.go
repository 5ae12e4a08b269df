//go:build unix

package pgtest

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue/postgres/postgrestest"
)

// A Server is a PostgreSQL of the tests' own.
type Server struct{ *postgrestest.Server }

// start starts a server, or skips the test where PostgreSQL is not installed. It
// syncs nothing: the tests kill processes, not the machine.
func start(t testing.TB) *Server {
	t.Helper()
	s, err := postgrestest.Start("", "fsync=off", "max_connections=500", "deadlock_timeout=100ms")
	if errors.Is(err, postgrestest.ErrMissing) {
		missing := "this test needs PostgreSQL: apt-get install postgresql, or set MAILHOST_POSTGRES to the URL of one"
		require.NotEqual(t, "all", os.Getenv("MAILHOST_REQUIRE"), missing)
		t.Skip(missing)
	}
	require.NoError(t, err)
	return &Server{s}
}

// Restart starts the server after Kill.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	require.NoError(t, s.Server.Restart())
}

// Unprivileged returns the account under which PostgreSQL runs.
func Unprivileged() *syscall.Credential { return postgrestest.Unprivileged() }

// Own gives a file or folder to that account.
func Own(path string) error { return postgrestest.Own(path) }
