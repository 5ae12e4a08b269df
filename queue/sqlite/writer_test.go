package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// hold keeps the writer busy with a request of its own, so that others gather
// behind it. The request does do when it is released.
func hold(t *testing.T, s *Store, do func(w *writer) error) (release func() error) {
	t.Helper()
	begun, gate, done := make(chan bool), make(chan bool), make(chan error, 1)
	go func() {
		done <- s.write(context.Background(), func(w *writer) error {
			close(begun)
			<-gate
			return do(w)
		})
	}()
	<-begun
	return func() error {
		close(gate)
		return <-done
	}
}

func nothing(*writer) error { return nil }

// inGroup inserts each of the lists in one transaction, and returns their
// errors and how many commits that took.
func inGroup(t *testing.T, s *Store, path string, inserts ...[]*queue.Mail) (errs []error, took int) {
	t.Helper()
	release := hold(t, s, nothing)
	errs = make([]error, len(inserts))
	done := make(chan bool)
	for i, mails := range inserts {
		go func() {
			errs[i] = s.Insert(t.Context(), mails)
			done <- true
		}()
		synctest.Wait() // the insert waits: they join in this order
	}
	before := commits(t, path)
	require.NoError(t, release())
	for range inserts {
		<-done
	}
	return errs, commits(t, path) - before
}

// commits returns how many transactions the write-ahead log holds: each ends
// with a frame that gives the database's size, and costs one fsync.
func commits(t *testing.T, path string) int {
	t.Helper()
	wal, err := os.ReadFile(path + "-wal")
	require.NoError(t, err)
	const header, frameHeader = 32, 24
	if len(wal) < header {
		return 0
	}
	frame := frameHeader + int(binary.BigEndian.Uint32(wal[8:]))
	salt, n := wal[16:24], 0
	for at := header; at+frame <= len(wal) && bytes.Equal(wal[at+8:at+16], salt); at += frame {
		if binary.BigEndian.Uint32(wal[at+4:]) != 0 {
			n++
		}
	}
	return n
}

// inBubble runs a test on a new store where synctest.Wait can tell that all the
// callers wait.
func inBubble(t *testing.T, test func(t *testing.T, s *Store, path string)) {
	path := filepath.Join(t.TempDir(), "mail.db")
	synctest.Test(t, func(t *testing.T) { test(t, openAt(t, path), path) })
}

func TestCallersAtOnceShareACommit(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Store, path string) {
		var inserts [][]*queue.Mail
		for n := range 64 {
			inserts = append(inserts, newMails(n, n+1))
		}
		errs, took := inGroup(t, s, path, inserts...)
		for _, err := range errs {
			require.NoError(t, err)
		}
		require.Equal(t, 1, took)
		require.Equal(t, 64, total(t, s))
	})
}

func TestAGroupIsBounded(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Store, path string) {
		var inserts [][]*queue.Mail
		for n := range maxGroup + 1 {
			inserts = append(inserts, newMails(n, n+1))
		}
		_, took := inGroup(t, s, path, inserts...)
		require.Equal(t, 2, took)
		require.Equal(t, maxGroup+1, total(t, s))
	})
}

// setUp changes the database behind the store's back.
func setUp(t *testing.T, s *Store, statements ...string) {
	t.Helper()
	require.NoError(t, s.write(t.Context(), func(w *writer) error {
		for _, statement := range statements {
			if _, err := w.exec(statement); err != nil {
				return err
			}
		}
		return nil
	}))
}

// poisoned returns three inserts, the second of which has a mail on which the
// triggers of these tests act.
func poisoned() [][]*queue.Mail {
	inserts := [][]*queue.Mail{newMails(0, 2), newMails(2, 4), newMails(4, 6)}
	inserts[1][1].Subject = "poison"
	return inserts
}

func TestFailures(t *testing.T) {
	for _, test := range []struct {
		name   string
		poison []string // statements that make a mail with the subject "poison" fail
		failed []bool   // which of the inserts
		stored int
	}{
		{"a request that fails fails alone",
			[]string{`CREATE TRIGGER poison AFTER INSERT ON mailhost_mail WHEN new.subject = 'poison'
				BEGIN SELECT raise(ABORT, 'poisoned'); END`},
			[]bool{false, true, false}, 4},
		{"a transaction that is lost fails the group",
			[]string{`CREATE TRIGGER poison AFTER INSERT ON mailhost_mail WHEN new.subject = 'poison'
				BEGIN SELECT raise(ROLLBACK, 'poisoned'); END`},
			[]bool{true, true, true}, 0},
		{"a commit that fails fails the group",
			[]string{`CREATE TABLE poison (mail INTEGER REFERENCES mailhost_mail DEFERRABLE INITIALLY DEFERRED)`,
				`CREATE TRIGGER poison AFTER INSERT ON mailhost_mail WHEN new.subject = 'poison'
				BEGIN INSERT INTO poison VALUES (-1); END`},
			[]bool{true, true, true}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, s *Store, path string) {
				setUp(t, s, test.poison...)
				errs, _ := inGroup(t, s, path, poisoned()...)
				for i, failed := range test.failed {
					require.Equal(t, failed, errs[i] != nil, "%d: %v", i, errs[i])
				}
				require.ErrorContains(t, errs[1], "queue/sqlite: ")
				require.Equal(t, test.stored, total(t, s))
				setUp(t, s, "DROP TRIGGER poison")
				for _, mails := range poisoned() {
					require.NoError(t, s.Insert(t.Context(), mails), "the store goes on")
				}
				require.Equal(t, 6, total(t, s))
			})
		})
	}
}

// The route of a request that fails is not taken for stored: no mail of it would
// ever be claimed.
func TestRouteOfARequestThatFailsIsForgotten(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Store, path string) {
		setUp(t, s, `CREATE TRIGGER poison AFTER INSERT ON mailhost_mail WHEN new.subject = 'poison'
			BEGIN SELECT raise(ABORT, 'poisoned'); END`)
		inserts := poisoned()
		for _, m := range append(inserts[1], inserts[2]...) {
			m.Route = "new"
		}
		errs, _ := inGroup(t, s, path, inserts...)
		require.Error(t, errs[1])
		require.NoError(t, errs[2])
		batch, _, err := s.Claim(t.Context(), queue.Want{Mails: 10, Bytes: 1 << 20, Lease: time.Hour, Skip: []string{""}})
		require.NoError(t, err)
		require.NotNil(t, batch)
		require.Len(t, batch.Mails, 2)
	})
}

func TestContextCountsUntilTheRequestHasJoined(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Store, _ string) {
		release := hold(t, s, nothing)
		ctx, cancel := context.WithCancel(t.Context())
		waiting := make(chan error, 1)
		go func() { waiting <- s.Insert(ctx, newMails(0, 1)) }()
		synctest.Wait()
		cancel()
		require.ErrorIs(t, <-waiting, context.Canceled, "it was waiting still")
		require.NoError(t, release())
		require.Zero(t, total(t, s))

		ctx, cancel = context.WithCancel(t.Context())
		require.NoError(t, s.write(ctx, func(w *writer) error {
			cancel()
			_, err := w.insert(newMail(1), newMail(1).NotBefore)
			return err
		}), "it had joined")
		require.Equal(t, 1, total(t, s))
	})
}

// lock takes the write lock as another process would.
func lock(t *testing.T, path string) (unlock func()) {
	t.Helper()
	db, err := sql.Open("sqlite", uri(path, "rw"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	tx, err := db.BeginTx(context.Background(), nil)
	require.NoError(t, err)
	return func() { require.NoError(t, tx.Rollback()) }
}

func TestAnotherProcessWrites(t *testing.T) {
	s, path := openNew(t)
	unlock := lock(t, path)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, s.Insert(ctx, newMails(0, 1)), context.DeadlineExceeded, "it waits no longer than its context")

	patient := make(chan error, 1)
	go func() { patient <- s.Insert(t.Context(), newMails(1, 2)) }()
	unlock()
	require.NoError(t, <-patient)
	require.Equal(t, 1, total(t, s))
}

// A request whose context ends between its being taken and its turn is not done.
func TestContextEndsBeforeTheRequestsTurn(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	// A writer of the test's own, whose group it can choose.
	s, path := openNew(t)
	require.NoError(t, s.Close())
	db, err := sql.Open("sqlite", uri(path, "rw"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	conn, err := db.Conn(background)
	require.NoError(t, err)
	w := &writer{conn: conn, statements: map[string]*sql.Stmt{}, routes: map[string]bool{}}
	t.Cleanup(func() { require.NoError(t, w.close()) })

	insert := func(n int) func(w *writer) error {
		return func(w *writer) error {
			_, err := w.insert(newMail(n), time.Now())
			return err
		}
	}
	require.NoError(t, w.begin(t.Context()))
	errs := w.carry([]*request{{ctx: t.Context(), do: insert(1)}, {ctx: ctx, do: insert(2)}, {ctx: t.Context(), do: insert(3)}})
	require.NoError(t, errs[0])
	require.ErrorIs(t, errs[1], context.Canceled)
	require.NoError(t, errs[2])
	require.Equal(t, 2, total(t, openAt(t, path)))
}

func TestEmptyClaimWritesNothing(t *testing.T) {
	s, path := openNew(t)
	mails := newMails(0, 3)
	for _, m := range mails {
		m.NotBefore = m.Expires
	}
	require.NoError(t, s.Insert(t.Context(), mails))
	before := commits(t, path)
	require.NotZero(t, before)
	for range 3 {
		batch, _, err := s.Claim(t.Context(), everything)
		require.NoError(t, err)
		require.Nil(t, batch)
	}
	require.Equal(t, before, commits(t, path))
}
