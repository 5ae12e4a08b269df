//go:build unix

package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres/internal/pgtest"
)

// These name what another process, which is this test binary, is to do.
const (
	transactVariable = "MAILHOST_POSTGRES_TRANSACT" // "commit" or "begin"
	urlVariable      = "MAILHOST_POSTGRES_TRANSACT_URL"
	schemaVariable   = "MAILHOST_POSTGRES_TRANSACT_SCHEMA"
)

func init() { // before any test
	if what := os.Getenv(transactVariable); what != "" {
		fmt.Fprintln(os.Stderr, transactAndDie(what == "commit"))
		os.Exit(1)
	}
}

// transactAndDie is a process that is killed by kill -9 right after, or right before,
// the application's commit of an order and its mail, and before anybody signals. It
// prints the mail's id.
func transactAndDie(commits bool) error {
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, os.Getenv(urlVariable))
	if err != nil {
		return err
	}
	s, err := New(ctx, pool, Options{Schema: os.Getenv(schemaVariable)})
	if err != nil {
		return err
	}
	q, err := queue.Open(s, nil, queue.Config{})
	if err != nil {
		return err
	}
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, s.sql("INSERT INTO mailhost.orders VALUES (100)")); err != nil {
		return err
	}
	m := newCommit("reader@example.com")
	m.Lane = queue.Immediate
	if err := q.CommitTx(ctx, tx, m); err != nil {
		return err
	}
	fmt.Println(m.ID)
	if commits {
		if err := tx.Commit(ctx); err != nil {
			return err
		}
	}
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		return err
	}
	return errors.Join(self.Kill(), <-make(chan error))
}

func TestProcessIsKilledAtTheApplicationsCommit(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	for what, orders := range map[string]int{"commit": 1, "begin": 0} {
		t.Run(what, func(t *testing.T) {
			schema := pgtest.Schema(t, pgtest.URL(t))
			s := openIn(t, newPool(t, pgtest.URL(t)), schema)
			_, err := s.pool.Exec(t.Context(), s.sql("CREATE TABLE mailhost.orders (amount int)"))
			require.NoError(t, err)

			process := exec.CommandContext(t.Context(), self)
			process.Env = append(os.Environ(), transactVariable+"="+what, urlVariable+"="+pgtest.URL(t), schemaVariable+"="+schema)
			process.Stderr = os.Stderr
			output, err := process.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, process.Start())
			id, err := io.ReadAll(output)
			require.NoError(t, err)
			require.ErrorContains(t, process.Wait(), "killed")

			var n int
			require.NoError(t, s.pool.QueryRow(t.Context(), s.sql("SELECT count(*) FROM mailhost.orders")).Scan(&n))
			require.Equal(t, orders, n)
			require.Equal(t, orders, total(t, s), "order and mail are one fact")
			sent := &tally{times: map[string]int{}, heard: make(chan string, 10)}
			q, err := queue.Open(s, sent, queue.Config{Interval: time.Hour, Logger: slog.New(slog.DiscardHandler)})
			require.NoError(t, err)
			if orders > 0 {
				require.Equal(t, strings.TrimSpace(string(id)), <-sent.heard)
			}
			require.NoError(t, q.Close(t.Context()))
			require.Equal(t, orders, sent.count())
		})
	}
}
