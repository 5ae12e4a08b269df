package tagtest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/tag"
	"github.com/go-mailhost/mailhost/txn"
)

var _ txn.Committer = (*Recorder)(nil)

const page = `<h1>Thank you</h1>
{{- with sendmail "immediate"}}
From: Acme Shop <shop@acme.example>
To: {{.Name}} <{{.Email}}>
Subject: Order {{.Order}} confirmed

Dear {{.Name}}, we have your order.
{{end}}`

func parse(t *testing.T) *tag.Set {
	t.Helper()
	set, err := tag.ParseFS(fstest.MapFS{"order.html": {Data: []byte(page)}}, "*.html")
	require.NoError(t, err)
	return set
}

func TestExecute(t *testing.T) {
	r := New(t)
	got := r.Execute(parse(t), "order.html", map[string]any{"Name": "Zoë, Lee", "Email": "ann@example.com", "Order": 7})
	require.Equal(t, "<h1>Thank you</h1>", got)
	m := r.One()
	m.Equal(`
		From: Acme Shop <shop@acme.example>
		To: "Zoë, Lee" <ann@example.com>
		Subject: Order 7 confirmed
		Lane: immediate

		Dear Zoë, Lee, we have your order.`)
	require.NotEmpty(t, m.ID, "a queue has taken it")
}

func TestExecuteOfAPageThatFails(t *testing.T) {
	bad := map[string]any{"Name": "Ann", "Email": "no address", "Order": 7}
	r := New(t)
	require.ErrorContains(t, r.ExecuteError(parse(t), "order.html", bad), "no address")
	r.None()

	f := fails(t, func(f *fakeT) { New(f).Execute(parse(t), "order.html", bad) })
	require.True(t, f.ended)
	require.Contains(t, f.failures[0], "tagtest: the page order.html failed, and its mail was dropped:\n  ")
	require.Contains(t, f.failures[0], "no address")

	text := failure(t, func(f *fakeT) { New(f).Execute(nil, "order.html", bad) })
	require.Contains(t, text, "the set of templates is nil")
}

func TestExecuteErrorOfAPageThatDoesNotFail(t *testing.T) {
	text := failure(t, func(f *fakeT) {
		_ = New(f).ExecuteError(parse(t), "order.html", map[string]any{"Name": "Ann", "Email": "ann@example.com", "Order": 7})
	})
	require.Equal(t, "tagtest: the page order.html did not fail:\n  1. to ann@example.com: Order 7 confirmed", text)
}

func TestRun(t *testing.T) {
	sorry := errors.New("sorry")
	for _, tt := range []struct {
		name string
		end  func(tx *txn.Txn) error
		want error
		mail int
	}{
		{"it succeeds", func(*txn.Txn) error { return nil }, nil, 1},
		{"it fails", func(*txn.Txn) error { return sorry }, sorry, 0},
		{"it is doomed", func(tx *txn.Txn) error { tx.Doom(sorry); return nil }, sorry, 0},
		{"it rolls back", func(tx *txn.Txn) error { return tx.Rollback() }, txn.ErrDone, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := New(t)
			var tx *txn.Txn
			err := r.Run(func(ctx context.Context) error {
				tx = txn.FromContext(ctx)
				require.NoError(t, tx.Add(order()))
				return tt.end(tx)
			})
			require.ErrorIs(t, err, tt.want)
			r.Count(tt.mail)
			require.ErrorIs(t, tx.Add(order()), txn.ErrDone, "it has ended")
		})
	}
}

func TestRunThatPanicsRecordsNothing(t *testing.T) {
	r := New(t)
	require.Panics(t, func() {
		_ = r.Run(func(ctx context.Context) error {
			require.NoError(t, txn.FromContext(ctx).Add(order()))
			panic("sorry")
		})
	})
	r.None()
}

func TestRequestsSideBySide(t *testing.T) {
	r := New(t)
	site := txn.Handler(r, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if err := txn.FromContext(req.Context()).Add(order()); err != nil {
			t.Error(err)
		}
	}))
	var requests sync.WaitGroup
	for range 50 {
		requests.Go(func() { site.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/", nil)) })
	}
	r.Wait(t.Context(), 50)
	requests.Wait()
	r.Count(50)
}

// A recorder refuses what a queue refuses, and takes all mails of a commit or none.
func TestCommitIsThatOfAQueue(t *testing.T) {
	twice := order()
	for _, tt := range []struct {
		name  string
		mails []*queue.Mail
		want  string
	}{
		{"nil", []*queue.Mail{order(), nil}, "it is nil"},
		{"one mail twice", []*queue.Mail{twice, twice}, "the same Mail"},
		{"no recipient", []*queue.Mail{order(), {}}, "it has no recipient"},
		{"no address", []*queue.Mail{letter("Subject: x\n\n", "ann")}, "is no mailbox"},
		{"a bare line end", []*queue.Mail{{Envelope: order().Envelope, Lane: 9}}, "unknown lane 9"},
		{"it has expired", []*queue.Mail{{Envelope: order().Envelope, Expires: time.Now().Add(-time.Hour)}}, "expires"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := New(t)
			require.ErrorContains(t, r.Commit(t.Context(), tt.mails...), tt.want)
			r.None()
		})
	}
}

func TestMailThatIsCommittedTwice(t *testing.T) {
	r, m := New(t), order()
	commit(t, r, m)
	require.ErrorContains(t, r.Commit(t.Context(), m), "it was committed before")
	r.One()
}

func TestKeyThatWasUsed(t *testing.T) {
	keyed := func() *queue.Mail { m := order(); m.Key = "order-7"; return m }
	text := failure(t, func(f *fakeT) {
		r := New(f)
		commit(t, r, keyed())
		commit(t, r, keyed())
		if key := r.One().Key; key != "order-7" {
			t.Error(key)
		}
		r.Reset()
		commit(t, r, keyed())
		r.None()
		r.One()
	})
	require.Equal(t, "tagtest: no mail was sent, want 1 mail:\n  (1 mail was dropped because of the Key)", text)
}

func TestRecordedMailIsACopy(t *testing.T) {
	r, m := New(t), order()
	m.Meta = map[string]string{"order": "7"}
	commit(t, r, m)
	want := r.One().String()
	clear(m.Data)
	m.To[0], m.Meta["order"] = "x", "x"
	require.Equal(t, want, r.One().String())
	require.Equal(t, string(order().Data), string(r.One().Source))
	require.Equal(t, []string{"ann@example.com"}, r.One().Recipients)
}

func TestRefuse(t *testing.T) {
	r, full := New(t), errors.New("disk full")
	r.Refuse(full)
	site := txn.Config{Logger: slog.New(slog.DiscardHandler)}.Handler(r, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if err := txn.FromContext(req.Context()).Add(order()); err != nil {
			t.Error(err)
		}
	}))
	answer := httptest.NewRecorder()
	site.ServeHTTP(answer, httptest.NewRequest("POST", "/", nil))
	require.Equal(t, http.StatusInternalServerError, answer.Code)
	r.None()
	r.Refuse(nil)
	commit(t, r, order())
	r.One()
}

func TestWhatWasAskedFor(t *testing.T) {
	m := order()
	due := time.Now().Add(time.Hour)
	m.Lane, m.NotBefore, m.Expires, m.Once, m.Route, m.Key = queue.Bulk, due, due.Add(time.Hour), true, "eu", "k"
	m.Meta = map[string]string{"order": "7"}
	r := New(t)
	commit(t, r, order(), m)
	plain, all := r.Count(2)[0], r.Count(2)[1]
	require.Zero(t, plain.NotBefore, "nothing was asked for")
	require.Zero(t, plain.Expires)
	require.Equal(t, queue.Normal, plain.Lane)
	require.Equal(t, due, all.NotBefore)
	require.Equal(t, due.Add(time.Hour), all.Expires)
	require.Equal(t, queue.Bulk, all.Lane)
	require.True(t, all.Once)
	require.Equal(t, "eu", all.Route)
	require.Equal(t, "k", all.Key)
	require.Equal(t, map[string]string{"order": "7"}, all.Meta)
	require.Equal(t, "shop@acme.example", all.ReturnPath)
}
