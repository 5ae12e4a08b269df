package queue

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func total(t *testing.T, q *Queue) int {
	t.Helper()
	counts, err := q.Count(context.Background(), Filter{})
	require.NoError(t, err)
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

func TestCommitRefuses(t *testing.T) {
	at := time.Now()
	for _, tt := range []struct {
		name   string
		change func(m *Mail)
		want   string
	}{
		{"no data", func(m *Mail) { m.Data = nil }, "mail 2 of 3: host: the data cannot be sent: it is empty"},
		{"no recipient", func(m *Mail) { m.To = nil }, "it has no recipient"},
		{"bad reverse-path", func(m *Mail) { m.From = "shop" }, `mail 2 of 3: reverse-path: host: "shop" is no mailbox`},
		{"bad recipient", func(m *Mail) { m.To = append(m.To, "a@b>\r\nRCPT TO:<x@y") }, "mail 2 of 3: recipient 2 of 2: host: "},
		{"empty recipient", func(m *Mail) { m.To = []string{""} }, "recipient 1 of 1: host: "},
		{"display name", func(m *Mail) { m.To = []string{"A <a@b.example>"} }, "recipient 1 of 1: host: "},
		{"unknown lane", func(m *Mail) { m.Lane = 9 }, "unknown lane 9"},
		{"expires too early", func(m *Mail) { m.NotBefore, m.Expires = at, at }, "before it may be sent"},
		{"expires before it is due", func(m *Mail) { m.Lane, m.Expires = Bulk, at.Add(time.Minute) }, "before it may be sent"},
		{"expired", func(m *Mail) { m.NotBefore, m.Expires = at.Add(-2*time.Hour), at.Add(-time.Hour) }, "before it may be sent"},
		{"bare LF", func(m *Mail) { m.Data = []byte("a\nb\r\n") }, "mail 2 of 3: host: the data cannot be sent: line 1 "},
		{"many recipients", func(m *Mail) { m.To = make([]string, 100_001) }, "it has 100001 recipients: use at most 100000"},
		{"much data", func(m *Mail) { m.Data = bytes.Repeat([]byte("14 bytes here.\r\n"), 4<<20+1) }, "bytes of Data: use at most 67108864"},
		{"long route", func(m *Mail) { m.Route = strings.Repeat("r", 101) }, "it has 101 bytes of Route: use at most 100"},
		{"odd route", func(m *Mail) { m.Route = "a\nb" }, `its Route "a\nb" has a control character: use plain text`},
		{"broken route", func(m *Mail) { m.Route = "a\xff" }, `its Route "a\xff" is not UTF-8: use plain text`},
		{"much later than ever", func(m *Mail) { m.NotBefore = time.Unix(1<<60, 0) }, "after the year 9999"},
		{"never", func(m *Mail) { m.Expires = time.Unix(1<<60, 0) }, "after the year 9999"},
		{"all routes", func(m *Mail) { m.Route = "*" }, `its Route is "*", which means all of them`},
		{"long key", func(m *Mail) { m.Key = strings.Repeat("k", 201) }, "it has 201 bytes of Key: use at most 200"},
		{"much meta", func(m *Mail) { m.Meta = map[string]string{"k": strings.Repeat("v", 4096)} }, "it has 4097 bytes of Meta: use at most 4096"},
		{"foreign id", func(m *Mail) { m.ID = "order-7" }, `its ID is "order-7": leave it empty`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := open(t, Memory(), nil, Config{})
			bad := letter(Normal, "a")
			tt.change(bad)
			before := *bad
			err := q.Commit(t.Context(), letter(Normal, "a"), bad, letter(Normal, "a"))
			require.ErrorContains(t, err, tt.want)
			require.True(t, strings.HasPrefix(err.Error(), "queue: "), err)
			require.Zero(t, total(t, q), "nothing is queued")
			require.Equal(t, before, *bad)
		})
	}
}

func TestMailMayReachItsBounds(t *testing.T) {
	m := letter(Normal, "a")
	m.To, m.Data = make([]string, 100_000), make([]byte, 64<<20)
	m.Route, m.Key = strings.Repeat("é", 50), strings.Repeat("k", 200)
	m.Meta = map[string]string{"order": "7", "note": strings.Repeat("v", 4096-len("order"+"7"+"note"))}
	require.NoError(t, m.checkBounds())
}

func TestCommitRefusesNilAndRepeatedMail(t *testing.T) {
	q := open(t, Memory(), nil, Config{})
	require.ErrorContains(t, q.Commit(t.Context(), nil), "mail 1 of 1: it is nil")
	m := letter(Normal, "a")
	require.ErrorContains(t, q.Commit(t.Context(), m, m), "mail 2 of 2: it is the same Mail")
	commit(t, q, m)
	m.To = []string{"someone.else@customer.example"}
	require.ErrorContains(t, q.Commit(t.Context(), m), "committed before: make a new Mail")
	require.Equal(t, 1, total(t, q))
}

// The second would be taken for the first, whose commit is repeated.
func TestCommitRefusesAnIDThatTwoMailsHave(t *testing.T) {
	q := open(t, Memory(), nil, Config{})
	a, b := letter(Normal, "a"), letter(Normal, "b")
	a.ID = NewID()
	b.ID = a.ID
	require.ErrorContains(t, q.Commit(t.Context(), letter(Normal, "c"), a, b), "queue: mail 3 of 3: it has the ID of one before it")
	require.Zero(t, total(t, q))
}

func TestCommitOfNothing(t *testing.T) {
	q := open(t, &faulty{Store: Memory(), insert: errors.New("not to be called")}, nil, Config{})
	require.NoError(t, q.Commit(t.Context()))
}

func TestCommitAcceptsTheNullReversePath(t *testing.T) {
	q := open(t, Memory(), nil, Config{})
	m := letter(Normal, "a")
	m.From = ""
	commit(t, q, m)
}

func TestCommitCompletesTheMail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		q := open(t, Memory(), nil, Config{Defer: time.Minute, Lifetime: time.Hour})
		for _, tt := range []struct {
			name                   string
			lane                   Lane
			notBefore, expires     time.Time
			wantBefore, wantExpire time.Duration
		}{
			{name: "normal", lane: Normal, wantExpire: time.Hour},
			{name: "immediate", lane: Immediate, wantExpire: time.Hour},
			{name: "bulk", lane: Bulk, wantBefore: time.Minute, wantExpire: 61 * time.Minute},
			{name: "later", notBefore: now.Add(time.Second), wantBefore: time.Second, wantExpire: time.Hour + time.Second},
			{name: "bulk at a time", lane: Bulk, notBefore: now.Add(time.Second), wantBefore: time.Second, wantExpire: time.Hour + time.Second},
			{name: "own expiry", expires: now.Add(time.Minute), wantExpire: time.Minute},
		} {
			m := letter(tt.lane, "a")
			m.NotBefore, m.Expires = tt.notBefore, tt.expires
			commit(t, q, m)
			stored := record(t, q, m).Mail
			for _, got := range []*Mail{m, &stored} {
				require.True(t, isID(got.ID), tt.name)
				require.Equal(t, tt.wantBefore, got.NotBefore.Sub(now), tt.name)
				require.Equal(t, tt.wantExpire, got.Expires.Sub(now), tt.name)
			}
		}
	})
}

func TestCommitKeepsTheOrderOfItsMail(t *testing.T) {
	q := open(t, Memory(), nil, Config{})
	var mails []*Mail
	for range 50 {
		mails = append(mails, letter(Normal, "a"))
	}
	commit(t, q, mails...)
	entries, err := q.List(t.Context(), Filter{}, Page{})
	require.NoError(t, err)
	for i, e := range entries {
		require.Equal(t, mails[len(mails)-1-i].ID, e.ID, "newest first")
	}
}

func TestCommitCutsTheSubjectOnly(t *testing.T) {
	q := open(t, Memory(), nil, Config{})
	m := letter(Normal, "a")
	m.Subject = strings.Repeat("é", 1000)
	m.Data = bytes.Repeat([]byte("x\r\n"), 4_000)
	data := bytes.Clone(m.Data)
	commit(t, q, m)
	require.Equal(t, strings.Repeat("é", 125), record(t, q, m).Subject)
	require.Equal(t, data, m.Data)
	require.Equal(t, data, record(t, q, m).Mail.Data)
}

func FuzzCut(f *testing.F) {
	f.Add("é", 1)
	f.Add("a\xff\xff\xff\xff", 3)
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = max(0, n%100)
		got := cut(s, n)
		require.LessOrEqual(t, len(got), n)
		require.True(t, strings.HasPrefix(s, got))
		require.True(t, utf8.ValidString(got) || !utf8.ValidString(s))
	})
}

func TestCommitCanBeRepeatedAfterAnError(t *testing.T) {
	full := errors.New("disk full")
	store := &faulty{Store: Memory(), insert: full}
	q := open(t, store, nil, Config{})
	mails := []*Mail{letter(Normal, "a"), letter(Bulk, "b")}
	require.ErrorIs(t, q.Commit(t.Context(), mails...), full)
	ids := []string{mails[0].ID, mails[1].ID}
	store.insert = nil
	commit(t, q, mails...)
	require.Equal(t, ids, []string{mails[0].ID, mails[1].ID})
	require.Equal(t, 2, total(t, q))
}

func TestCommitWhoseAnswerWasLostIsQueuedOnce(t *testing.T) {
	q := open(t, &deaf{Store: Memory(), inserts: 1}, nil, Config{})
	m := letter(Normal, "a")
	require.ErrorContains(t, q.Commit(t.Context(), m), "connection reset")
	commit(t, q, m)
	require.Equal(t, 1, total(t, q))
}

func TestCommitEndsWithItsContext(t *testing.T) {
	q := open(t, Memory(), nil, Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, q.Commit(ctx, letter(Normal, "a")), context.Canceled)
	require.Zero(t, total(t, q))
}

func TestCommitDropsDuplicates(t *testing.T) {
	q := open(t, Memory(), nil, Config{})
	first, second := letter(Normal, "a"), letter(Normal, "a")
	first.Key, second.Key = "order 7", "order 7"
	commit(t, q, first, second)
	require.False(t, first.Duplicate)
	require.True(t, second.Duplicate)
	require.Equal(t, 1, total(t, q))
}

func TestCommitSignalsForImmediateMailThatIsDue(t *testing.T) {
	keyed := func(lane Lane) *Mail {
		m := letter(lane, "a")
		m.Key = "k"
		return m
	}
	later := letter(Immediate, "a")
	later.NotBefore = time.Now().Add(time.Hour)
	for _, tt := range []struct {
		name  string
		mails []*Mail
		want  int
	}{
		{"immediate", []*Mail{letter(Immediate, "a")}, 1},
		{"several", []*Mail{letter(Normal, "a"), letter(Immediate, "a"), letter(Immediate, "b"), letter(Bulk, "a")}, 1},
		{"normal and bulk", []*Mail{letter(Normal, "a"), letter(Bulk, "a")}, 0},
		{"immediate, but later", []*Mail{later}, 0},
		{"immediate, but a duplicate", []*Mail{keyed(Normal), keyed(Immediate)}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := open(t, Memory(), nil, Config{})
			commit(t, q, tt.mails...)
			require.Len(t, q.signal, tt.want)
		})
	}
	t.Run("a failed commit", func(t *testing.T) {
		q := open(t, &faulty{Store: Memory(), insert: errors.New("disk full")}, nil, Config{})
		require.Error(t, q.Commit(t.Context(), letter(Immediate, "a")))
		require.Empty(t, q.signal)
	})
}

func TestSignalNeverBlocks(t *testing.T) {
	q := open(t, Memory(), nil, Config{})
	for range 1000 {
		q.Signal()
	}
	require.Len(t, q.signal, 1)
}
