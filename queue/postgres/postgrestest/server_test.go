package postgrestest

import (
	"errors"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// start skips the test where PostgreSQL is not installed.
func start(t *testing.T, dir string, settings ...string) (*Server, error) {
	t.Helper()
	s, err := Start(dir, settings...)
	if errors.Is(err, ErrMissing) {
		require.NotEqual(t, "all", os.Getenv("MAILHOST_REQUIRE"), ErrMissing.Error())
		t.Skip(ErrMissing.Error())
	}
	return s, err
}

func TestServer(t *testing.T) {
	s, err := start(t, "", "fsync=off", "max_connections=17")
	require.NoError(t, err)
	defer s.Remove()
	for range 2 {
		conn, err := pgx.Connect(t.Context(), s.URL)
		require.NoError(t, err)
		var most int
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT current_setting('max_connections')::int").Scan(&most))
		require.Equal(t, 17, most, "the settings hold after a restart, too")
		s.Kill()
		require.Error(t, conn.Ping(t.Context()))
		_ = conn.Close(t.Context())
		require.NoError(t, s.Restart())
	}
	require.Regexp(t, `^\d+[.\d]*$`, Version())
	require.NoError(t, s.Remove())
	require.NoDirExists(t, s.Dir())
}

func TestServerThatDoesNotStart(t *testing.T) {
	dir, err := os.MkdirTemp("", "pg") // into which another account can look, other than t.TempDir
	require.NoError(t, err)
	defer os.RemoveAll(dir)
	require.NoError(t, os.Chmod(dir, 0o755))
	_, err = start(t, dir, "no_such_setting=1")
	require.ErrorContains(t, err, `PostgreSQL ended`)
	require.ErrorContains(t, err, `no_such_setting`)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}
