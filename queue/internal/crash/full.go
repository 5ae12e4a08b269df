//go:build linux

package crash

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/host/hosttest"
	"github.com/go-mailhost/mailhost/queue"
)

// DiskIsFull fills the disk before a commit, and while a mail is being sent. in
// returns the place of a store on the disk mounted at dir.
func (s Suite) DiskIsFull(t *testing.T, in func(t *testing.T, dir string) string) {
	t.Parallel()
	t.Run("at commit", func(t *testing.T) {
		t.Parallel()
		s.fullAtCommit(t, in)
	})
	t.Run("at finish", func(t *testing.T) {
		t.Parallel()
		s.fullAtFinish(t, in)
	})
}

// diskSize is room for some mails, and for SQLite's index of its log.
const diskSize = 4 << 20

// A lasting store stays open when its queue is closed.
type lasting struct{ queue.Store }

func (lasting) Close() error { return nil }

func (s Suite) fullAtCommit(t *testing.T, in func(t *testing.T, dir string) string) {
	d := memoryDisk(t, cmp.Or(s.Disk, diskSize))
	store := s.open(t, in(t, d.dir))
	q := openQueue(t, lasting{store}, nil)
	h := &History{}
	commit := func(mails ...*queue.Mail) error {
		h.Offered(offers(mails)...)
		err := q.Commit(t.Context(), mails...)
		if err == nil {
			h.Acknowledged(idsOf(mails)...)
		}
		return err
	}
	letters := func() (mails []*queue.Mail) {
		for range 3 {
			mails = append(mails, newMail(queue.NewID(), 5000, "r@y.example"))
		}
		return mails
	}
	require.NoError(t, commit(letters()...))
	free := d.fill()
	refused := letters()
	for range 3 {
		require.Regexp(t, "full|No space left", commit(refused...))
		require.Equal(t, 3, count(t, store), "nothing is queued")
	}
	free()
	require.NoError(t, commit(refused...), "the same mails can be committed again")
	require.Equal(t, 6, count(t, store))
	require.Equal(t, Verdict{Offered: 6, Acknowledged: 6}, judge(t, h, store))
}

func (s Suite) fullAtFinish(t *testing.T, in func(t *testing.T, dir string) string) {
	d := memoryDisk(t, cmp.Or(s.Disk, diskSize))
	h := &History{}
	r := newRelay(t, h)
	r.restart(hosttest.Fault{At: hosttest.Verdict, Times: 1, Do: hosttest.Hang})
	store := &watched{Store: s.open(t, in(t, d.dir)), failed: make(chan int64, 100)}
	q := openQueue(t, lasting{store}, &host.SMTP{Addr: r.Addr, LocalName: "client.example"})

	first, later := newMail(queue.NewID(), 5000, "r@y.example"), newMail(queue.NewID(), 5000, "r@y.example")
	first.Lane = queue.Immediate
	later.NotBefore = time.Now().Add(time.Second)
	h.Offered(offers([]*queue.Mail{first, later})...)
	require.NoError(t, q.Commit(t.Context(), first, later))
	h.Acknowledged(first.ID, later.ID)
	_, err := r.Until(t.Context(), func(c hosttest.Counts) bool { return c.Held > 0 })
	require.NoError(t, err)
	free := d.fill()
	r.Release()
	for time.Now().Before(later.NotBefore) { // claims that have begun may end
		receive(t, store.failed)
	}
	claims := receive(t, store.failed)
	require.Equal(t, claims, receive(t, store.failed), "nothing is claimed until the verdict is recorded")
	require.Equal(t, 1, r.Counts().Mails)
	free()
	_, err = r.Wait(t.Context(), 2)
	require.NoError(t, err)
	require.NoError(t, q.Close(context.Background()))
	r.stop()
	require.Equal(t, Verdict{Offered: 2, Acknowledged: 2, Accepted: 2}, judge(t, h, store))
	require.Equal(t, 2, countState(t, store, queue.Sent))
}

// A watched store says for each Finish that failed how many Claims there were
// before.
type watched struct {
	queue.Store
	claims atomic.Int64
	failed chan int64
}

func (s *watched) Claim(ctx context.Context, want queue.Want) (*queue.Batch, time.Duration, error) {
	s.claims.Add(1)
	return s.Store.Claim(ctx, want)
}

func (s *watched) Finish(ctx context.Context, finishes []queue.Finish) (int, error) {
	n, err := s.Store.Finish(ctx, finishes)
	if err != nil {
		s.failed <- s.claims.Load()
	}
	return n, err
}

func receive(t *testing.T, c <-chan int64) int64 {
	t.Helper()
	select {
	case n := <-c:
		return n
	case <-time.After(aWhile):
		require.Fail(t, "nothing has failed")
		return 0
	}
}

// openQueue opens a queue, which the test's end closes.
func openQueue(t *testing.T, store queue.Store, h host.Host) *queue.Queue {
	t.Helper()
	q, err := queue.Open(store, h, config(time.Minute, slog.New(slog.NewTextHandler(io.Discard, nil))))
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), aWhile)
		defer cancel()
		q.Close(ctx)
	})
	return q
}

// fill takes all the room that is left, until free is called.
func (d *disk) fill() (free func()) {
	d.t.Helper()
	ballast := filepath.Join(d.dir, "ballast")
	file, err := os.Create(ballast)
	require.NoError(d.t, err)
	defer file.Close()
	for err == nil {
		_, err = file.Write(make([]byte, 4096))
	}
	require.ErrorContains(d.t, err, "no space left")
	free = sync.OnceFunc(func() { require.NoError(d.t, os.Remove(ballast)) })
	d.t.Cleanup(free) // before what is closed then, and needs room
	return free
}

func idsOf(mails []*queue.Mail) (ids []string) {
	for _, m := range mails {
		ids = append(ids, m.ID)
	}
	return ids
}

// count returns how many mails are stored.
func count(t *testing.T, store queue.Store) int { return countState(t, store, queue.AnyState) }

func countState(t *testing.T, store queue.Store, state queue.State) (n int) {
	t.Helper()
	counts, err := store.Count(t.Context(), queue.Filter{State: state})
	require.NoError(t, err)
	for _, c := range counts {
		n += c
	}
	return n
}
