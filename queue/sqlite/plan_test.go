package sqlite

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/internal/walk"
)

// plan returns how SQLite carries a query out, step by step.
func plan(t *testing.T, s *Store, query string, args ...any) []string {
	t.Helper()
	var steps []string
	require.NoError(t, s.read(t.Context(), func(tx *sql.Tx) (err error) {
		steps, err = collect(t.Context(), tx, func(rows *sql.Rows) (step string, err error) {
			var id, parent, unused int
			return step, rows.Scan(&id, &parent, &unused, &step)
		}, "EXPLAIN QUERY PLAN "+query, args...)
		return err
	}))
	require.NotEmpty(t, steps)
	return steps
}

// Whatever the number of mails, a claim looks at those that it takes, and a
// page of a list at those it shows or passes over.
func TestPlans(t *testing.T) {
	s, _ := openNew(t)
	require.NoError(t, s.Insert(t.Context(), newMails(0, 100)))

	steps := strings.Join(plan(t, s, headQuery, 1, 3, "[]"), "\n")
	require.NotRegexp(t, "SCAN (mailhost_mail|m)\\b", steps)
	require.Contains(t, steps, "SEARCH mailhost_mail USING COVERING INDEX mailhost_mail_due (lane=? AND route=?)")
	require.Contains(t, steps, "SEARCH m USING INTEGER PRIMARY KEY")

	require.Equal(t, []string{"SEARCH mailhost_mail USING INDEX mailhost_mail_due (lane=? AND route=? AND due<?)"},
		plan(t, s, batchQuery, 0, "", 1, 10))

	for _, filter := range filters() {
		query, args := searchQuery(filter, 1, walk.NewestID, "", 50)
		steps := plan(t, s, query, args...)
		want := "SEARCH mailhost_mail USING INDEX mailhost_mail_list (state=? AND id>? AND id<?)"
		if filter.State == queue.AnyState {
			want = "SEARCH mailhost_mail USING INDEX sqlite_autoindex_mailhost_mail_1 (id>? AND id<?)"
		}
		require.Equal(t, want, steps[0], "%+v", filter)
		require.NotContains(t, strings.Join(steps, "\n"), "SCAN", "%+v", filter)
		require.NotContains(t, strings.Join(steps, "\n"), "FOR ORDER BY", "%+v", filter)

		query, args = countQuery(filter, 1)
		steps = plan(t, s, query, args...)
		require.Len(t, steps, 1, "%+v", filter)
		require.Contains(t, steps[0], "mailhost_mail USING COVERING INDEX mailhost_mail_list", "%+v", filter)
	}
}

// A search walks along an index that is in the order of ids, of what the filter names.
func TestPlansOfSearches(t *testing.T) {
	s, _ := openNew(t)
	require.NoError(t, s.Insert(t.Context(), newMails(0, 100)))
	for _, tt := range []struct {
		filter queue.Filter
		uses   string
	}{
		{queue.Filter{Words: []string{"a", "b"}}, "sqlite_autoindex_mailhost_mail_1 (id>? AND id<?)"},
		{queue.Filter{To: "@example.com"}, "sqlite_autoindex_mailhost_mail_1 (id>? AND id<?)"},
		{queue.Filter{State: queue.Failed, Last: "full"}, "mailhost_mail_list (state=? AND id>? AND id<?)"},
		{queue.Filter{State: queue.Outgoing, Subject: "order"}, "mailhost_mail_list (state=? AND id>? AND id<?)"},
		{queue.Filter{Transaction: "a"}, "mailhost_mail_transaction (transaction_id=? AND id>? AND id<?)"},
		{queue.Filter{Transaction: "a", State: queue.Failed}, "mailhost_mail_transaction (transaction_id=? AND id>? AND id<?)"},
	} {
		query, args := searchQuery(tt.filter, 1, walk.NewestID, "", 50)
		steps := plan(t, s, query, args...)
		require.Equal(t, "SEARCH mailhost_mail USING INDEX "+tt.uses, steps[0], "%+v", tt.filter)
		require.NotContains(t, strings.Join(steps, "\n"), "FOR ORDER BY", "%+v", tt.filter)

		query, args = endQuery(tt.filter, walk.NewestID, 500)
		require.Equal(t, []string{"SEARCH mailhost_mail USING COVERING INDEX " + strings.Replace(tt.uses, "id>? AND ", "", 1)},
			plan(t, s, query, args...), "%+v", tt.filter)
	}
}

// What is done at each tick or minute looks at no more than it changes, or at an
// index that covers it.
func TestPlansOfTheRest(t *testing.T) {
	s, _ := openNew(t)
	for _, tt := range []struct {
		query string
		args  []any
		uses  string
	}{
		{cleanSent, []any{1, 1}, "SEARCH mailhost_mail USING COVERING INDEX mailhost_mail_settled (state=? AND kept=? AND due<?)"},
		{cleanFailed, []any{1, 1}, "SEARCH mailhost_mail USING COVERING INDEX mailhost_mail_settled (state=? AND kept=? AND due<?)"},
		{cleanUncertain, []any{1, 1}, "SEARCH mailhost_mail USING COVERING INDEX mailhost_mail_settled (state=? AND kept=? AND due<?)"},
		{oldData, []any{1, 1}, "SEARCH mailhost_mail USING COVERING INDEX mailhost_mail_settled (state=? AND kept=? AND due<?)"},
		{cleanKeys, []any{1, 1}, "USING INDEX mailhost_identity_at (at<?)"},
		{wakeRoute, []any{1, ""}, "SEARCH mailhost_mail USING INDEX mailhost_mail_awaits (route=?)"},
		{waitingQuery, nil, "SEARCH mailhost_mail USING COVERING INDEX mailhost_mail_due (lane=? AND route=?)"},
		{pendingTotals, []any{1}, "SCAN mailhost_mail USING COVERING INDEX mailhost_mail_due"},
		{otherTotals, nil, "SEARCH mailhost_mail USING COVERING INDEX mailhost_mail_list (state>?)"},
	} {
		steps := strings.Join(plan(t, s, tt.query, tt.args...), "\n")
		require.Contains(t, steps, tt.uses, tt.query)
		require.NotContains(t, steps, "TEMP B-TREE", tt.query)
		require.NotRegexp(t, `SCAN (mailhost_mail|m)( USING INDEX|$)`, steps, tt.query)
	}
}

// filters returns every kind of filter.
func filters() []queue.Filter {
	route := "a"
	kinds := []queue.Filter{{}, {Route: &route}}
	for _, state := range queue.States {
		kinds = append(kinds, queue.Filter{State: state}, queue.Filter{State: state, Route: &route})
	}
	return kinds
}

// The lanes of the query are those that package queue has.
func TestHeadQueryKnowsEveryLane(t *testing.T) {
	var places []string
	for place := range queue.Lanes {
		places = append(places, fmt.Sprintf("(%d)", place))
	}
	require.Contains(t, headQuery, "VALUES "+strings.Join(places, ", ")+")")
}
