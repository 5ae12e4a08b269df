//go:build unix

package postgres

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/postgres/internal/pgtest"
)

// TestRulesAsSQL asks the server and package queue the same questions.
func TestRulesAsSQL(t *testing.T) {
	pool := newPool(t, pgtest.URL(t))
	ask := func(answer any, expression, values string) {
		t.Helper()
		query := "SELECT " + expression + " FROM (VALUES (" + values + `)) AS v
			(pending, uncertain, failed, state, attempt, unkept_sent, unkept_failed, unkept_data)`
		require.NoError(t, pool.QueryRow(t.Context(), query, pgx.QueryExecModeSimpleProtocol).Scan(answer), query)
	}
	for n := range 27 {
		counts := []int{n % 3, n / 3 % 3, n / 9}
		var recipients []queue.Recipient
		for i, state := range []queue.RecipientState{queue.RecipientPending, queue.RecipientUncertain, queue.RecipientFailed} {
			for range counts[i] {
				recipients = append(recipients, queue.Recipient{State: state})
			}
		}
		var got int
		ask(&got, settledSQL("pending", "uncertain", "failed"),
			fmt.Sprintf("%d, %d, %d, 0, 0, false, false, false", counts[0], counts[1], counts[2]))
		require.Equal(t, int(queue.Settled(recipients)), got, counts)
	}
	for _, state := range []queue.State{queue.Outgoing, queue.Failed, queue.Uncertain, queue.Sent} {
		for n := range 16 {
			attempt, unkept := n&1 != 0, queue.Unkept{Sent: n&2 != 0, Failed: n&4 != 0, Data: n&8 != 0}
			values := fmt.Sprintf("0, 0, 0, %d, %d, %v, %v, %v", state, number(attempt), unkept.Sent, unkept.Failed, unkept.Data)
			var got bool
			ask(&got, unkeptSQL(queue.Unkept.Drops), values)
			require.Equal(t, unkept.Drops(state), got, values)
			ask(&got, unkeptSQL(queue.Unkept.DropsData), values)
			require.Equal(t, unkept.DropsData(state), got, values)
			for name, field := range map[string]func(queue.Minute) int{
				"out":      func(m queue.Minute) int { return m.Out },
				"deferred": func(m queue.Minute) int { return m.Deferred },
				"failed":   func(m queue.Minute) int { return m.Failed },
			} {
				var m queue.Minute
				m.Count(state, attempt)
				ask(&got, countedSQL(field), values)
				require.Equal(t, field(m) > 0, got, "%s: %s", name, values)
			}
		}
	}
}
