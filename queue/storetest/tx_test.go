package storetest_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/sqlite"
	"github.com/go-mailhost/mailhost/queue/storetest"
)

// A txFault is a store whose InsertTx breaks a rule.
type txFault struct {
	rule   string
	insert func(s *sqlite.Store, ctx context.Context, tx any, mails []*queue.Mail) error
	deaf   bool // it hears no signal
}

// A txFaulty store is that of queue/sqlite, with a fault.
type txFaulty struct {
	*sqlite.Store
	fault  txFault
	silent chan struct{}
}

func (s txFaulty) InsertTx(ctx context.Context, tx any, mails []*queue.Mail) error {
	if s.fault.insert == nil {
		return s.Store.InsertTx(ctx, tx, mails)
	}
	return s.fault.insert(s.Store, ctx, tx, mails)
}

func (s txFaulty) Signals() <-chan struct{} {
	if s.fault.deaf {
		return s.silent
	}
	return s.Store.Signals()
}

// each inserts mail by mail, and with each does something else.
func each(do func(m *queue.Mail)) func(*sqlite.Store, context.Context, any, []*queue.Mail) error {
	return func(s *sqlite.Store, ctx context.Context, tx any, mails []*queue.Mail) error {
		for _, m := range mails {
			if err := s.InsertTx(ctx, tx, []*queue.Mail{m}); err != nil {
				return err
			}
			do(m)
		}
		return nil
	}
}

var txFaults = []txFault{
	{rule: "mail of a transaction is stored whole with its commit",
		insert: func(s *sqlite.Store, ctx context.Context, tx any, mails []*queue.Mail) error {
			var cut []*queue.Mail
			for _, m := range mails {
				c := *m
				c.Subject = ""
				cut = append(cut, &c)
			}
			return s.InsertTx(ctx, tx, cut)
		}},
	{rule: "of a transaction that was rolled back nothing is there",
		insert: func(s *sqlite.Store, ctx context.Context, tx any, mails []*queue.Mail) error {
			if err := s.InsertTx(ctx, tx, mails); err != nil {
				return err
			}
			return tx.(*sql.Tx).Commit()
		}},
	{rule: "mails are inserted into a transaction all or none", insert: each(func(*queue.Mail) {})},
	{rule: "a transaction finds duplicates", insert: each(func(m *queue.Mail) { m.Duplicate = false })},
	{rule: "an InsertTx can be repeated",
		insert: func(s *sqlite.Store, ctx context.Context, tx any, mails []*queue.Mail) error {
			for _, m := range mails {
				if _, err := s.Get(ctx, m.ID); err == nil {
					return fmt.Errorf("mail %s is there", m.ID)
				}
			}
			return s.InsertTx(ctx, tx, mails)
		}},
	{rule: "a context that has ended inserts nothing into a transaction",
		insert: func(s *sqlite.Store, ctx context.Context, tx any, mails []*queue.Mail) error {
			return s.InsertTx(context.WithoutCancel(ctx), tx, mails)
		}},
	{rule: "what is no transaction is refused",
		insert: func(s *sqlite.Store, ctx context.Context, tx any, mails []*queue.Mail) error {
			if _, ok := tx.(*sql.Tx); !ok {
				return s.Insert(ctx, mails)
			}
			return s.InsertTx(ctx, tx, mails)
		}},
	{rule: "a mailer that wakes finds immediate mail of a transaction", deaf: true},
}

func TestEachTxRuleHasAFault(t *testing.T) {
	var broken []string
	for _, f := range txFaults {
		broken = append(broken, f.rule)
	}
	require.ElementsMatch(t, storetest.TxRuleNames(), broken)
}

const txFaultVariable = "MAILHOST_STORETEST_TX_FAULT"

func TestTxFaultsAreFound(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	for i, fault := range txFaults {
		t.Run(fault.rule, func(t *testing.T) {
			t.Parallel()
			rule := "TestTxFaulty/" + strings.ReplaceAll(fault.rule, " ", "_")
			suite := exec.CommandContext(t.Context(), self, "-test.timeout=2m",
				"-test.run=^"+strings.ReplaceAll(regexp.QuoteMeta(rule), "/", "$/^")+"$")
			suite.Env = append(os.Environ(), fmt.Sprintf("%s=%d", txFaultVariable, i))
			output, err := suite.CombinedOutput()
			require.Error(t, err, "the suite must fail")
			require.Contains(t, string(output), "--- FAIL: "+rule)
			require.NotContains(t, string(output), "panic:", "the rule must say what is wrong")
		})
	}
}

func TestTxFaulty(t *testing.T) {
	fault, err := strconv.Atoi(os.Getenv(txFaultVariable))
	if err != nil {
		return // it is for TestTxFaultsAreFound, which sets the variable
	}
	var db *sql.DB
	storetest.TxSuite{
		Open: func(t *testing.T) queue.TxStore {
			path := filepath.Join(t.TempDir(), "shop.db")
			db, err = sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, db.Close()) })
			s, err := sqlite.New(db, path)
			require.NoError(t, err)
			return txFaulty{s, txFaults[fault], make(chan struct{})}
		},
		Begin: func(t *testing.T, _ queue.TxStore) storetest.Tx {
			tx, err := db.Begin()
			require.NoError(t, err)
			t.Cleanup(func() { _ = tx.Rollback() })
			return storetest.Tx{Tx: tx, Commit: tx.Commit, Rollback: tx.Rollback}
		},
	}.Run(t)
}
