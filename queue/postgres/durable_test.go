//go:build unix

package postgres

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres/internal/pgtest"
)

// TestCommitsAreDurable has connections whose default is that a commit does not
// wait, or waits for more, and looks at the setting when a transaction commits.
func TestCommitsAreDurable(t *testing.T) {
	for _, test := range []struct{ session, commit string }{
		{"off", "on"}, {"local", "on"}, {"remote_write", "on"}, {"on", "on"}, {"remote_apply", "remote_apply"},
	} {
		s := openAt(t, newPool(t, with(pgtest.URL(t), "options=-c%20synchronous_commit%3D"+test.session)),
			Options{Schema: pgtest.Schema(t, pgtest.URL(t))}, time.Now)
		s.recordCommits(t)
		require.NoError(t, s.Insert(t.Context(), newMails(0, 2)))
		batch, _, err := s.Claim(t.Context(), everything)
		require.NoError(t, err)
		require.NoError(t, s.Extend(t.Context(), []queue.Lease{batch.Mails[0].Lease}, time.Hour))
		_, err = s.Finish(t.Context(), []queue.Finish{{Lease: batch.Mails[0].Lease}, {Lease: batch.Mails[1].Lease}})
		require.NoError(t, err)
		_, _, err = s.Update(t.Context(), queue.Filter{}, queue.Change{Operation: queue.OperationHold}, "")
		require.NoError(t, err)
		_, err = s.SetRoute(t.Context(), queue.Route{Name: "other"})
		require.NoError(t, err)

		rows, err := s.pool.Query(t.Context(), s.sql("SELECT setting, count(*) FROM mailhost.commits GROUP BY 1"))
		require.NoError(t, err)
		type commits struct {
			Setting string
			Count   int
		}
		got, err := pgx.CollectRows(rows, pgx.RowToStructByPos[commits])
		require.NoError(t, err)
		require.Equal(t, []commits{{test.commit, 2 + 2 + 1 + 2 + 2 + 2}}, got, test.session)

		var after string
		require.NoError(t, s.pool.QueryRow(t.Context(), "SHOW synchronous_commit").Scan(&after))
		require.Equal(t, test.session, after, "the session keeps its setting")
	}
}

// recordCommits has a row for each change of a mail or route, with the setting at
// its commit.
func (s *Store) recordCommits(t *testing.T) {
	_, err := s.pool.Exec(t.Context(), s.sql(`
		CREATE TABLE mailhost.commits (setting text);
		CREATE FUNCTION mailhost.record() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			INSERT INTO mailhost.commits VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
		CREATE CONSTRAINT TRIGGER record AFTER INSERT OR UPDATE ON mailhost.mail
			DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION mailhost.record();
		CREATE CONSTRAINT TRIGGER record AFTER INSERT OR UPDATE ON mailhost.route
			DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION mailhost.record()`), pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
}

// TestSessionsKeepNothing is what PgBouncer in transaction mode asks for.
func TestSessionsKeepNothing(t *testing.T) {
	pool := newPool(t, with(pgtest.URL(t), "pool_max_conns=1"))
	s := openAt(t, pool, Options{Schema: pgtest.Schema(t, pgtest.URL(t))}, time.Now)
	require.NoError(t, s.Insert(t.Context(), newMails(0, 2)))
	batch, _, err := s.Claim(t.Context(), everything)
	require.NoError(t, err)
	_, err = s.Finish(t.Context(), []queue.Finish{{Lease: batch.Mails[0].Lease}})
	require.NoError(t, err)
	_, err = s.Totals(t.Context())
	require.NoError(t, err)
	var prepared, locks, set int
	require.NoError(t, pool.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM pg_prepared_statements),
		(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
		(SELECT count(*) FROM pg_settings WHERE source = 'session')`, describe).Scan(&prepared, &locks, &set))
	require.Equal(t, [3]int{}, [3]int{prepared, locks, set})
}
