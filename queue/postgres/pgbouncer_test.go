//go:build unix

package postgres

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres/internal/pgtest"
)

// startPgBouncer puts a PgBouncer in transaction mode, with two connections to the
// server, in front of it, and returns its address.
func startPgBouncer(t *testing.T, server *pgtest.Server) string {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		missing := "this test needs PgBouncer: apt-get install pgbouncer"
		require.NotEqual(t, "all", os.Getenv("MAILHOST_REQUIRE"), missing)
		t.Skip(missing)
	}
	dir, err := os.MkdirTemp("", "pgb")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755))
	ini := filepath.Join(dir, "pgbouncer.ini")
	require.NoError(t, os.WriteFile(ini, fmt.Appendf(nil, `[databases]
postgres = host=%s dbname=postgres user=postgres
[pgbouncer]
pool_mode = transaction
default_pool_size = 2
listen_addr =
unix_socket_dir = %s
listen_port = 6432
auth_type = any
`, server.Dir(), dir), 0o644))
	require.NoError(t, pgtest.Own(dir))
	cmd := exec.Command(program, "-q", ini)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: pgtest.Unprivileged()}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return "postgres:///postgres?user=postgres&port=6432&host=" + dir
}

func TestThroughPgBouncer(t *testing.T) {
	server := pgtest.Start(t)
	address := startPgBouncer(t, server)
	pool := newPool(t, address)
	await(t, func() bool { return pool.Ping(t.Context()) == nil })
	node, direct := openAt(t, pool, Options{}, time.Now), openAt(t, newPool(t, address), Options{Listen: server.URL}, time.Now)

	const mails = 400
	errs, claimed := make(chan error), make(chan []string, 8)
	for i := range 8 {
		go func() {
			var err error
			for n := range mails / 8 {
				err = errors.Join(err, node.Insert(t.Context(), newMails(100*i+n, 100*i+n+1)))
			}
			ids, claim := claimAll(t.Context(), []*Store{node, direct}[i%2], 10)
			claimed <- ids
			errs <- errors.Join(err, claim)
		}()
	}
	seen := map[string]bool{}
	for range 8 {
		require.NoError(t, <-errs)
		for _, id := range <-claimed {
			require.False(t, seen[id])
			seen[id] = true
		}
	}
	ids, err := claimAll(t.Context(), node, 100)
	require.NoError(t, err)
	require.Len(t, seen, mails-len(ids))
	require.Equal(t, map[queue.State]int{queue.Outgoing: mails}, counts(t, direct))

	require.False(t, node.listenOnce(), "no notification comes through")
	heard := direct.Signals()
	hears(t, heard)
	require.NoError(t, node.Insert(t.Context(), immediate(9999)))
	hears(t, heard)
}
