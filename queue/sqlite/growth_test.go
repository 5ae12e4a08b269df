package sqlite

import (
	"database/sql"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// rows returns how many rows each of our tables has.
func rows(t *testing.T, s *Store) map[string]int {
	t.Helper()
	all := map[string]int{}
	require.NoError(t, s.write(t.Context(), func(w *writer) error {
		tables, err := collect(background, w, func(rows *sql.Rows) (name string, err error) {
			return name, rows.Scan(&name)
		}, "SELECT name FROM sqlite_schema WHERE type = 'table'")
		if err != nil {
			return err
		}
		for _, table := range tables {
			n, err := collect(background, w.conn, scanNumber, "SELECT count(*) FROM "+table)
			if err != nil {
				return err
			}
			all[table] = int(n[0])
		}
		return nil
	}))
	delete(all, "mailhost_minute") // a test may cross from one to the next
	return all
}

func TestHeartbeatsDoNotGrow(t *testing.T) {
	s, _ := openNew(t)
	for n := range 50 {
		require.NoError(t, s.Beat(t.Context(), queue.Heartbeat{Mailer: fmt.Sprint(n % 2)}))
	}
	require.Equal(t, 2, rows(t, s)["mailhost_heartbeat"])
}

// A body is stored once, whatever the number of recipients. A mail that goes takes
// with it all but its key.
func TestNothingIsLeftOfAMail(t *testing.T) {
	s, _ := openNew(t)
	for n := range 2 * queue.HistoryLength {
		m := newMail(1)
		m.Key, m.To = "k", []string{"a@example.com", "b@example.com", "c@example.com"}
		require.NoError(t, s.Insert(t.Context(), []*queue.Mail{m}))
		batch, _, err := s.Claim(t.Context(), everything)
		require.NoError(t, err)
		_, err = s.Finish(t.Context(), []queue.Finish{{Lease: batch.Mails[0].Lease, Attempt: true,
			Recipients: []queue.Recipient{{Last: host.Report{Outcome: host.Transient, Text: fmt.Sprint(n)}}}}})
		require.NoError(t, err)
	}
	want := map[string]int{"mailhost_version": 1, "mailhost_mail": 1, "mailhost_body": 1, "mailhost_recipient": 3,
		"mailhost_attempt": queue.HistoryLength, "mailhost_identity": 1, "mailhost_route": 1, "mailhost_heartbeat": 0, "mailhost_audit": 0}
	require.Equal(t, want, rows(t, s))
	n, next, err := s.Update(t.Context(), queue.Filter{All: true}, queue.Change{Operation: queue.OperationDelete}, "")
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Empty(t, next)
	for _, table := range []string{"mail", "body", "recipient", "attempt"} {
		want["mailhost_"+table] = 0
	}
	require.Equal(t, want, rows(t, s))
	_, err = s.Clean(t.Context(), queue.Retention{Keys: -1})
	require.NoError(t, err)
	want["mailhost_identity"] = 0
	require.Equal(t, want, rows(t, s))
}
