package queue

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// audits returns the log without what the store sets, the first line first.
func audits(t *testing.T, q *Queue) (log []Audit) {
	t.Helper()
	lines, err := q.Audits(t.Context(), 0, 500)
	require.NoError(t, err)
	for _, line := range lines {
		require.WithinDuration(t, time.Now(), line.At, time.Hour)
		line.Number, line.At = 0, time.Time{}
		log = append([]Audit{line}, log...)
	}
	return log
}

func TestOperationsAreLogged(t *testing.T) {
	q := open(t, Memory(), nil, Config{})
	commit(t, q, letter(Normal, "a"), letter(Normal, "b"))
	ctx, filter := WithOperator(t.Context(), "ann"), Filter{State: Outgoing}
	which := filter.String()
	var want []Audit
	for what, operate := range map[string]operation{
		"retry": (*Queue).Retry, "hold": (*Queue).Hold, "release": (*Queue).Release, "reschedule": reschedule(0), "delete": (*Queue).Delete,
	} {
		for who, ctx := range map[string]context.Context{"ann": ctx, "": t.Context()} {
			n, err := operate(q, ctx, filter)
			require.NoError(t, err)
			want = append(want, Audit{Who: who, What: what, Which: which, Mails: n})
		}
	}
	require.NoError(t, q.Pause(ctx, AllRoutes))
	require.NoError(t, q.Resume(t.Context(), "shop"))
	require.NoError(t, q.Audit(ctx, Audit{What: "export", Which: "all", Mails: 2}))
	require.NoError(t, q.Audit(ctx, Audit{Who: "bob", What: "test"}))
	want = append(want, Audit{Who: "ann", What: "pause", Which: "*"}, Audit{What: "resume", Which: "shop"},
		Audit{Who: "ann", What: "export", Which: "all", Mails: 2}, Audit{Who: "bob", What: "test"})
	require.Equal(t, want, audits(t, q))

	require.NoError(t, q.Close(t.Context()))
	require.ErrorIs(t, q.Audit(t.Context(), Audit{}), ErrClosed)
}

// What was done to a part, and what failed, is logged too, although nobody waits for it any more.
func TestWhatFailedIsLogged(t *testing.T) {
	store := &tiring{Memory(), 2}
	q := open(t, store, nil, Config{})
	var mails []*Mail
	for range 1200 {
		mails = append(mails, letter(Normal, "a"))
	}
	commit(t, q, mails...)
	ctx, cancel := context.WithCancel(WithOperator(t.Context(), "ann"))
	n, err := q.Hold(ctx, Filter{All: true})
	require.Equal(t, 1000, n)
	require.ErrorContains(t, err, "disk full")
	cancel()
	n, err = q.Hold(ctx, Filter{All: true})
	require.Zero(t, n)
	require.Error(t, err)
	require.Error(t, q.Pause(ctx, "a"))
	log := audits(t, q)
	require.Len(t, log, 3)
	require.Equal(t, Audit{
		Who: "ann", What: "hold", Which: Filter{All: true}.String(), Mails: 1000, Error: "queue: hold, after 1000 mails: disk full",
	}, log[0])
	require.Equal(t, "ann", log[1].Who)
	require.NotEmpty(t, log[1].Error)
	require.Equal(t, "pause", log[2].What)
	require.Contains(t, log[2].Error, context.Canceled.Error())
	_, err = q.Hold(t.Context(), Filter{})
	require.Error(t, err)
	require.Len(t, audits(t, q), 3, "what was refused was not done")
}

// A muteLog store keeps no log.
type muteLog struct{ Store }

func (muteLog) Audit(context.Context, Audit) error { return errors.New("log full") }

func TestWhatIsNotLoggedIsAnError(t *testing.T) {
	q := open(t, muteLog{&tiring{Memory(), 1}}, nil, Config{})
	commit(t, q, letter(Normal, "a"))
	n, err := q.Hold(t.Context(), Filter{All: true})
	require.Equal(t, 1, n, "it was done")
	require.ErrorContains(t, err, "queue: record in the audit log: log full")
	_, err = q.Hold(t.Context(), Filter{All: true})
	require.ErrorContains(t, err, "disk full")
	require.ErrorContains(t, err, "log full")
	require.ErrorContains(t, q.Pause(t.Context(), "a"), "log full")
	require.True(t, routeOf(t, q, "a").Paused)
	require.ErrorContains(t, q.Audit(t.Context(), Audit{}), "log full")
}

func routeOf(t *testing.T, q *Queue, name string) Route {
	t.Helper()
	route, err := readRoute(t.Context(), q.store, name)
	require.NoError(t, err)
	return route
}

func TestAuditTextsAreShort(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "",
		"plain – “text”":                 "plain – “text”",
		"  two\r\n lines\x00\t":          "two   lines",
		"a\xffb":                         "a\uFFFDb",
		"right\u202Eleft":                "right left",
		strings.Repeat("é", 501):         strings.Repeat("é", 500),
		strings.Repeat("\xff", 2000):     "\uFFFD",
		strings.Repeat("\xffa", 900):     strings.Repeat("\uFFFDa", 250),
		"x" + strings.Repeat(" ", 1<<20): "x",
	} {
		require.Equal(t, want, oneLine(text), "%.20q", text)
	}
	q := open(t, Memory(), nil, Config{})
	long := strings.Repeat("x\n", 1<<20)
	require.NoError(t, q.Audit(t.Context(), Audit{Who: long, What: long, Which: long, Error: long}))
	line := audits(t, q)[0]
	for _, text := range []string{line.Who, line.What, line.Which, line.Error} {
		require.Len(t, text, maxWords-1)
		require.NotContains(t, text, "\n")
	}
}
