package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/storetest"
)

func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		os.Exit(playRole(role, os.Getenv(pathVariable)))
	}
	os.Exit(m.Run())
}

func TestStore(t *testing.T) {
	var path string
	open := func(t *testing.T) queue.Store {
		store, err := Open(path)
		require.NoError(t, err)
		return store
	}
	storetest.Suite{
		Open: func(t *testing.T) queue.Store {
			path = filepath.Join(t.TempDir(), "mail.db")
			return open(t)
		},
		Reopen: func(t *testing.T, store queue.Store) queue.Store {
			require.NoError(t, store.Close())
			return open(t)
		},
	}.Run(t)
}

// openNew opens a database of its own, which the test's end closes.
func openNew(t testing.TB) (s *Store, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "mail.db")
	return openAt(t, path), path
}

func openAt(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// newMail returns a mail that has been due for an hour.
func newMail(n int) *queue.Mail {
	return &queue.Mail{
		Envelope: host.Envelope{
			ID: fmt.Sprintf("%026d", n), From: "shop@example.com", To: []string{"reader@example.com"},
			Data: []byte("Subject: Hello\r\n\r\nHello.\r\n"),
		},
		NotBefore: time.Now().Add(-time.Hour),
		Expires:   time.Now().Add(time.Hour),
	}
}

func newMails(from, to int) []*queue.Mail {
	var mails []*queue.Mail
	for n := from; n < to; n++ {
		mails = append(mails, newMail(n))
	}
	return mails
}

// total returns how many mails are stored.
func total(t *testing.T, s *Store) int {
	t.Helper()
	counts, err := s.Count(t.Context(), queue.Filter{})
	require.NoError(t, err)
	n := 0
	for _, count := range counts {
		n += count
	}
	return n
}

var everything = queue.Want{Mails: 1000, Bytes: 1 << 30, Lease: time.Hour}

func TestCloseWaitsForWhatWasAccepted(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(filepath.Join(dir, "mail.db"))
		require.NoError(t, err)
		release := hold(t, s, func(w *writer) error {
			_, err := w.insert(newMail(1), time.Now())
			return err
		})
		closed := make(chan error, 1)
		go func() { closed <- s.Close() }()
		synctest.Wait()
		require.Empty(t, closed, "Close must wait")
		require.NoError(t, release())
		require.NoError(t, <-closed)
		require.NoError(t, s.Close(), "a second Close does nothing")
	})
	require.Equal(t, 1, total(t, openAt(t, filepath.Join(dir, "mail.db"))))
}

func TestClosedStoreRefuses(t *testing.T) {
	s, _ := openNew(t)
	require.NoError(t, s.Close())
	ctx := t.Context()
	_, _, claim := s.Claim(ctx, everything)
	_, finish := s.Finish(ctx, nil)
	_, _, list := s.Search(ctx, queue.Filter{}, queue.Page{})
	_, get := s.Get(ctx, "x")
	_, count := s.Count(ctx, queue.Filter{})
	_, routes := s.Routes(ctx)
	_, setRoute := s.SetRoute(ctx, queue.Route{})
	for name, err := range map[string]error{
		"Insert": s.Insert(ctx, newMails(0, 1)), "Claim": claim, "Extend": s.Extend(ctx, nil, 0), "Finish": finish,
		"List": list, "Get": get, "Count": count, "Routes": routes, "SetRoute": setRoute,
	} {
		require.EqualError(t, err, "queue/sqlite: the store is closed", name)
	}
}

func TestCloseLeavesOneFile(t *testing.T) {
	s, path := openNew(t)
	require.NoError(t, s.Insert(t.Context(), newMails(0, 1)))
	require.Equal(t, 1, total(t, s))
	require.FileExists(t, path+"-wal")
	require.NoError(t, s.Close())
	require.NoFileExists(t, path+"-wal")
}

func TestTwoStoresClaimEachMailOnce(t *testing.T) {
	const mails = 2000
	first, path := openNew(t)
	stores := []*Store{first, openAt(t, path)}
	require.NoError(t, first.Insert(t.Context(), newMails(0, mails)))
	claims := make(chan []string)
	errs := make(chan error)
	for i := range 8 {
		go func() {
			claimed, err := claimAll(t.Context(), stores[i%2], 50)
			claims <- claimed
			errs <- err
		}()
	}
	times := map[string]int{}
	for range 8 {
		for _, id := range <-claims {
			times[id]++
		}
		require.NoError(t, <-errs)
	}
	require.Len(t, times, mails)
	for id, n := range times {
		require.Equal(t, 1, n, id)
	}
}

// claimAll claims, batch by batch, until nothing is due.
func claimAll(ctx context.Context, s *Store, size int) (claimed []string, err error) {
	for {
		batch, _, err := s.Claim(ctx, queue.Want{Mails: size, Bytes: 1 << 30, Lease: time.Hour})
		if err != nil || batch == nil {
			return claimed, err
		}
		for _, m := range batch.Mails {
			claimed = append(claimed, m.ID)
			err = errors.Join(err, m.Err)
		}
		if err != nil {
			return claimed, err
		}
	}
}
