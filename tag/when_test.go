package tag

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

type interval string

// "defer" says the lane, and another word may say when; a time that has passed is now
// then, and not queue.Config.Defer from now.
func TestDeferWithATime(t *testing.T) {
	for _, words := range []string{`"defer" "after" "0s"`, `"defer" "at" .Past`, `"at" .Past "defer"`} {
		begin := time.Now()
		m := one(t, "{{sendmail "+fromTo+" "+words+"}}", wordsData)
		require.Equal(t, queue.Bulk, m.Lane, words)
		require.WithinRange(t, m.NotBefore, begin, time.Now(), words)
	}
	m := one(t, "{{sendmail "+fromTo+` "defer" "expires" "2h"}}`, nil)
	require.Zero(t, m.NotBefore, "the queue knows when")
	require.WithinDuration(t, time.Now().Add(2*time.Hour), m.Expires, time.Minute)
}

// A queue takes what comes of these words, at the time that they say.
func TestQueueTakesTimesOfWords(t *testing.T) {
	q, err := queue.Open(queue.Memory(), nil, queue.Config{})
	require.NoError(t, err)
	defer q.Close(t.Context())
	for words, state := range map[string]queue.State{
		`"defer"`: queue.Deferred, `"defer" "after" "2h"`: queue.Deferred, `"after" "2h"`: queue.Deferred, `"at" .Then "expires" "1h"`: queue.Deferred,
		`"defer" "at" .Past`: queue.Outgoing, `"at" .Past`: queue.Outgoing, `"after" "0s" "expires" "1h"`: queue.Outgoing, `"immediate"`: queue.Outgoing,
	} {
		m := one(t, "{{sendmail "+fromTo+" "+words+"}}", wordsData)
		require.NoError(t, q.Commit(t.Context(), m), words)
		record, err := q.Get(t.Context(), m.ID)
		require.NoError(t, err)
		require.Equal(t, state, record.State, words)
	}
}

// Fields may be pointers, and strings of a type of their own.
func TestKindsOfTimes(t *testing.T) {
	then, hour, none := time.Date(2100, 1, 2, 3, 4, 5, 0, time.UTC), time.Hour, (*time.Time)(nil)
	data := map[string]any{"At": &then, "For": &hour, "Named": interval("1h"), "Text": interval("2100-01-02T03:04:05Z"), "None": none, "Never": time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, words := range []string{`"at" .At`, `"at" .Text`} {
		require.True(t, then.Equal(one(t, "{{sendmail "+fromTo+" "+words+"}}", data).NotBefore), words)
	}
	for _, words := range []string{`"expires" .At`, `"expires" .Text`} {
		require.True(t, then.Equal(one(t, "{{sendmail "+fromTo+" "+words+"}}", data).Expires), words)
	}
	for _, words := range []string{`"after" .For`, `"after" .Named`} {
		require.WithinDuration(t, time.Now().Add(hour), one(t, "{{sendmail "+fromTo+" "+words+"}}", data).NotBefore, time.Minute, words)
	}
	for _, words := range []string{`"expires" .For`, `"expires" .Named`} {
		require.WithinDuration(t, time.Now().Add(hour), one(t, "{{sendmail "+fromTo+" "+words+"}}", data).Expires, time.Minute, words)
	}
	for words, want := range map[string]string{
		`"at" .None`: "nil or missing", `"expires" .None`: "nil or missing", `"after" .None`: "nil or missing",
		`"at" .Never`: "the time is in the year 10000: use one up to 9999", `"expires" .Never`: "the year 10000",
	} {
		require.Contains(t, failing(t, "{{sendmail "+fromTo+" "+words+"}}", data), want, words)
	}
}
