package txn_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/txn"
)

func sized(subject string, recipients, bytes int) *queue.Mail {
	return &queue.Mail{Subject: subject, Envelope: host.Envelope{To: make([]string, recipients), Data: make([]byte, bytes)}}
}

func TestLimits(t *testing.T) {
	for _, tt := range []struct {
		limit string
		cfg   txn.Config
		fits  []*queue.Mail
		more  []*queue.Mail
		most  int
		asked int
		what  string
	}{
		{
			limit: "MaxMails", cfg: txn.Config{MaxMails: 3}, most: 3, asked: 4, what: "mails",
			fits: []*queue.Mail{mail("a"), mail("b")}, more: []*queue.Mail{mail("x"), mail("y")},
		},
		{
			limit: "MaxRecipients", cfg: txn.Config{MaxRecipients: 10}, most: 10, asked: 11, what: "recipients",
			fits: []*queue.Mail{sized("a", 4, 0), sized("b", 5, 0)}, more: []*queue.Mail{sized("x", 1, 0), sized("y", 1, 0)},
		},
		{
			limit: "MaxBytes", cfg: txn.Config{MaxBytes: 100}, most: 100, asked: 101, what: "bytes of mail",
			fits: []*queue.Mail{sized("a", 0, 50), sized("b", 0, 49)}, more: []*queue.Mail{sized("x", 0, 1), sized("y", 0, 1)},
		},
	} {
		t.Run(tt.limit, func(t *testing.T) {
			c := &committer{}
			tx := tt.cfg.Begin(c)
			require.NoError(t, tx.Add(tt.fits...))
			sp := tx.Savepoint()
			err := tx.Add(tt.more...)
			var limit *txn.LimitError
			require.ErrorAs(t, err, &limit)
			require.Equal(t, txn.LimitError{Limit: tt.limit, Most: tt.most, Asked: tt.asked}, *limit)
			require.EqualError(t, err, fmt.Sprintf("txn: the transaction would hold %d %s, and may hold %d: "+
				"commit in several transactions, or raise txn.Config.%s", tt.asked, tt.what, tt.most, tt.limit))

			require.NoError(t, tx.Add(tt.more[0]), "up to the limit")
			require.ErrorAs(t, tx.Add(tt.more[1]), &limit)
			require.NoError(t, tx.RollbackTo(sp))
			require.NoError(t, tx.Add(tt.more[1]), "a rollback makes room")
			require.NoError(t, tx.Commit(t.Context()))
			require.Equal(t, "a b y", c.subjects(), "all of an Add or nothing")
		})
	}
}

func TestDefaultLimits(t *testing.T) {
	for _, cfg := range []txn.Config{{}, {MaxMails: -1, MaxRecipients: -1, MaxBytes: -1}} {
		mails := make([]*queue.Mail, 10_000)
		for i := range mails {
			mails[i] = mail("m")
		}
		require.NoError(t, cfg.Begin(&committer{}).Add(mails...))
		require.ErrorContains(t, cfg.Begin(&committer{}).Add(append(mails, mail("m"))...), "10001 mails, and may hold 10000")
		require.NoError(t, cfg.Begin(&committer{}).Add(sized("m", 100_000, 0)))
		require.ErrorContains(t, cfg.Begin(&committer{}).Add(sized("m", 100_001, 0)), "100001 recipients, and may hold 100000")

		tx, mib := cfg.Begin(&committer{}), make([]byte, 1<<20) // one for all
		for range 256 {
			require.NoError(t, tx.Add(&queue.Mail{Envelope: host.Envelope{Data: mib}}))
		}
		require.ErrorContains(t, tx.Add(sized("m", 0, 1)), "268435457 bytes of mail, and may hold 268435456")
	}
}

func TestHandlerHasLimits(t *testing.T) {
	var errs []error
	txn.Config{MaxMails: 1}.Handler(&committer{}, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		tx := txn.FromContext(r.Context())
		errs = append(errs, tx.Add(mail("a")), tx.Add(mail("b")))
	})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	require.NoError(t, errs[0])
	require.ErrorContains(t, errs[1], "2 mails, and may hold 1")
}

func TestAddRefuses(t *testing.T) {
	c := &committer{}
	tx := txn.Begin(c)
	require.ErrorContains(t, tx.Add(mail("a"), nil), "mail 2 of 2 is nil")
	require.NoError(t, tx.Commit(t.Context()))
	require.Empty(t, c.subjects())

	require.ErrorContains(t, txn.Begin(nil).Add(mail("a")), "give it a queue.Queue")
	require.NoError(t, txn.Begin(nil).Commit(t.Context()), "nothing to commit")

	err := tx.Add(mail("late"))
	require.ErrorIs(t, err, txn.ErrDone)
	require.ErrorContains(t, err, "txn.Run", "it says what to do")
}

// Savepoints between which nothing happened are one, so that a loop of them does not
// grow.
func TestSavepointsOfOneMoment(t *testing.T) {
	c := &committer{}
	tx := txn.Begin(c)
	first := tx.Savepoint()
	for range 1000 {
		require.Equal(t, first, tx.Savepoint())
	}
	require.NoError(t, tx.Add(mail("a")))
	second := tx.Savepoint()
	require.NotEqual(t, first, second)
	tx.Doom(fmt.Errorf("x"))
	third := tx.Savepoint()
	require.NotEqual(t, second, third)
	require.NoError(t, tx.RollbackTo(second))
	require.ErrorContains(t, tx.RollbackTo(third), "no such savepoint")
	require.NoError(t, tx.Commit(t.Context()))
}
