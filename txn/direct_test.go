package txn_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/host/hosttest"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

func letter(subject string, to ...string) *queue.Mail {
	return &queue.Mail{Subject: subject, Envelope: host.Envelope{
		From: "shop@acme.example", To: to, Data: []byte("Subject: " + subject + "\r\n\r\nHello.\r\n"),
	}}
}

// A relay is a Host that says of each recipient what says tells, by its local part.
type relay struct {
	says   map[string]host.Outcome // Delivered, where it says nothing
	panics bool

	mu   sync.Mutex
	sent []string // the recipients that it was asked to send to
}

func (r *relay) Send(ctx context.Context, batch []*host.Envelope, done func(i int, reports []host.Report)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, e := range batch {
		var reports []host.Report
		for _, to := range e.To {
			outcome, odd := r.says[to]
			switch {
			case ctx.Err() != nil:
				outcome = host.Unsent
			case !odd:
				outcome = host.Delivered
			}
			if outcome != host.Unsent {
				r.sent = append(r.sent, to)
			}
			reports = append(reports, host.Report{To: to, Outcome: outcome, Text: "said " + outcome.String()})
		}
		if r.panics {
			panic("relay")
		}
		done(i, reports)
	}
}

func addressees(list []txn.Delivery) (to []string) {
	for _, d := range list {
		to = append(to, d.Report.To)
		if !slices.Contains(d.Mail.To, d.Report.To) {
			to = append(to, "(of another mail)")
		}
	}
	return to
}

func TestDirectFails(t *testing.T) {
	ann, bob, cat := "ann@x.example", "bob@x.example", "cat@x.example"
	for _, tt := range []struct {
		name                            string
		says                            map[string]host.Outcome
		sent, uncertain, failed, unsent []string
		words                           string
		rollback                        error
	}{
		{
			name: "the first is refused", says: map[string]host.Outcome{ann: host.Permanent},
			failed: []string{ann}, unsent: []string{bob, cat},
			words: "txn: not every mail was sent: 1 failed: ann@x.example (said permanent); " +
				"2 not tried: bob@x.example (said unsent), cat@x.example (said unsent)",
		},
		{
			name: "the relay is broken", says: map[string]host.Outcome{ann: host.Unreachable},
			failed: []string{ann}, unsent: []string{bob, cat}, words: "said unreachable",
		},
		{
			name: "the second has a mailbox that is full", says: map[string]host.Outcome{bob: host.Transient},
			sent: []string{ann}, failed: []string{bob}, unsent: []string{cat},
			words: "1 sent already, for good: ann@x.example", rollback: txn.ErrDone,
		},
		{
			name: "the relay goes silent behind the first", says: map[string]host.Outcome{ann: host.Uncertain},
			uncertain: []string{ann}, unsent: []string{bob, cat}, words: "1 uncertain: ann@x.example", rollback: txn.ErrDone,
		},
		{
			name: "the last is refused", says: map[string]host.Outcome{cat: host.Permanent},
			sent: []string{ann, bob}, failed: []string{cat}, words: "1 failed: cat@x.example (said permanent)", rollback: txn.ErrDone,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &steps{}
			r := &relay{says: tt.says}
			tx := txn.Begin(txn.Direct(r))
			require.NoError(t, tx.Join(&part{s, "a"}))
			require.NoError(t, tx.Add(letter("one", ann), letter("two", bob), letter("three", cat)))
			require.Empty(t, r.sent, "nothing is sent before the commit")
			err := tx.Commit(t.Context())
			var direct *txn.DirectError
			require.ErrorAs(t, err, &direct)
			require.Equal(t, tt.sent, addressees(direct.Sent))
			require.Equal(t, tt.uncertain, addressees(direct.Uncertain))
			require.Equal(t, tt.failed, addressees(direct.Failed))
			require.Equal(t, tt.unsent, addressees(direct.Unsent))
			require.ErrorContains(t, err, tt.words)
			require.Equal(t, "prepare a, rollback a", s.String())
			require.Equal(t, tt.rollback, tx.Rollback(), "nil only where nothing has left")
		})
	}
}

// Of one mail some recipients may be refused when others have it already.
func TestDirectListsTheRecipientsOfOneMail(t *testing.T) {
	m := letter("one", "ann@x.example", "bob@x.example", "cat@x.example")
	err := txn.Direct(&relay{says: map[string]host.Outcome{"bob@x.example": host.Permanent}}).Commit(t.Context(), m)
	var direct *txn.DirectError
	require.ErrorAs(t, err, &direct)
	require.Equal(t, []string{"ann@x.example", "cat@x.example"}, addressees(direct.Sent))
	require.Equal(t, []string{"bob@x.example"}, addressees(direct.Failed))
	require.Same(t, m, direct.Failed[0].Mail)
	require.Equal(t, "said permanent", direct.Failed[0].Report.Text)
}

func TestDirectErrorIsShort(t *testing.T) {
	var to []string
	for range 1000 {
		to = append(to, "ann@x.example")
	}
	err := txn.Direct(&relay{says: map[string]host.Outcome{"ann@x.example": host.Permanent}}).Commit(t.Context(), letter("one", to...))
	require.EqualError(t, err, "txn: not every mail was sent: 1000 failed: ann@x.example (said permanent), "+
		"ann@x.example (said permanent), ann@x.example (said permanent), and 997 more")
}

func TestDirectRefusesWhatItCannotKeep(t *testing.T) {
	for _, tt := range []struct {
		name  string
		make  func(m *queue.Mail)
		words string
	}{
		{"NotBefore", func(m *queue.Mail) { m.NotBefore = time.Now().Add(time.Hour) }, "that takes a queue"},
		{"expired", func(m *queue.Mail) { m.Expires = time.Now().Add(-time.Hour) }, "it expired at"},
		{"Key", func(m *queue.Mail) { m.Key = "order-7" }, `the Key "order-7", which takes a queue`},
		{"no recipient", func(m *queue.Mail) { m.To = nil }, "no recipient"},
		{"a recipient that is none", func(m *queue.Mail) { m.To = []string{"ann@x.example", "bob"} }, "recipient 2 of 2"},
		{"a reverse-path that is none", func(m *queue.Mail) { m.From = "shop" }, "reverse-path"},
		{"a bare LF", func(m *queue.Mail) { m.Data = []byte("Subject: x\n\nHello") }, "cannot be sent directly"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, m := &relay{}, letter("two", "bob@x.example")
			tt.make(m)
			err := txn.Direct(r).Commit(t.Context(), letter("one", "ann@x.example"), m)
			require.ErrorContains(t, err, "mail 2 of 2 cannot be sent directly")
			require.ErrorContains(t, err, tt.words)
			require.Empty(t, r.sent, "not even the first")
		})
	}
	require.ErrorContains(t, txn.Direct(&relay{}).Commit(t.Context(), (*queue.Mail)(nil)), "it is nil")
	require.ErrorContains(t, txn.Direct(nil).Commit(t.Context(), letter("one", "ann@x.example")), "no Host")
}

func TestDirectTakes(t *testing.T) {
	r := &relay{}
	m := letter("one", "ann@x.example")
	m.Once, m.Lane, m.From, m.NotBefore, m.Expires = true, queue.Bulk, "", time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	named := letter("two", "bob@x.example")
	named.ID = "kept"
	require.NoError(t, txn.Direct(r).Commit(t.Context(), m, named))
	require.Equal(t, []string{"ann@x.example", "bob@x.example"}, r.sent)
	require.NotEmpty(t, m.ID)
	require.Equal(t, "kept", named.ID)
}

func TestDirectContextEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var direct *txn.DirectError
	require.ErrorAs(t, txn.Direct(&relay{}).Commit(ctx, letter("one", "ann@x.example")), &direct)
	require.Equal(t, []string{"ann@x.example"}, addressees(direct.Unsent))
}

// A silent host reports nothing.
type silent struct{}

func (silent) Send(context.Context, []*host.Envelope, func(int, []host.Report)) {}

func TestDirectHostThatReportsNothing(t *testing.T) {
	var direct *txn.DirectError
	require.ErrorAs(t, txn.Direct(silent{}).Commit(t.Context(), letter("one", "ann@x.example")), &direct)
	require.Equal(t, []string{"ann@x.example"}, addressees(direct.Unsent))
	require.ErrorContains(t, direct, "1 not tried: ann@x.example (not tried)")
}

func TestDirectHostThatPanics(t *testing.T) {
	tx := txn.Begin(txn.Direct(&relay{panics: true}))
	require.NoError(t, tx.Add(letter("one", "ann@x.example")))
	panicked, _ := caught(func() error { return tx.Commit(t.Context()) })
	require.Equal(t, "relay", panicked)
	require.ErrorIs(t, tx.Commit(t.Context()), txn.ErrDone)
}

// By SMTP, to a server that refuses what such addresses ask for.
func TestDirectBySMTP(t *testing.T) {
	server := &hosttest.Server{}
	require.NoError(t, server.Start())
	defer server.Close()
	h := &host.SMTP{Addr: server.Addr}
	defer h.Close()
	try := func(to ...string) error {
		tx := txn.Begin(txn.Direct(h))
		for _, to := range to {
			require.NoError(t, tx.Add(letter("order", to)))
		}
		return tx.Commit(t.Context())
	}
	require.NoError(t, try("ann@x.example", "bob@x.example"))
	require.Len(t, server.Mails(), 2)

	var direct *txn.DirectError
	require.ErrorAs(t, try("ann@x.example", "550@x.example"), &direct)
	require.Equal(t, []string{"ann@x.example"}, addressees(direct.Sent))
	require.Equal(t, 550, direct.Failed[0].Report.Code)
	require.Len(t, server.Mails(), 3)

	require.ErrorAs(t, try("drop-after-dot@x.example"), &direct)
	require.Equal(t, host.Uncertain, direct.Uncertain[0].Report.Outcome)

	require.NoError(t, server.Close())
	require.ErrorAs(t, try("cat@x.example"), &direct)
	require.Equal(t, host.Unreachable, direct.Failed[0].Report.Outcome)
}
