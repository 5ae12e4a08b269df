package manage

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

// stuckStore answers nothing that is asked, until it is given up.
type stuckStore struct{ queue.Store }

func stuck(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func (stuckStore) Search(ctx context.Context, _ queue.Filter, _ queue.Page) ([]queue.Entry, string, error) {
	return nil, "", stuck(ctx)
}

func (stuckStore) Get(ctx context.Context, _ string) (*queue.Record, error) { return nil, stuck(ctx) }

func (stuckStore) Shape(ctx context.Context, _ queue.State, _ int) (*queue.Shape, error) {
	return nil, stuck(ctx)
}

func (stuckStore) Audits(ctx context.Context, _ int64, _ int) ([]queue.Audit, error) {
	return nil, stuck(ctx)
}

func TestAStoreThatIsTooSlowIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := shown(t, stuckStore{queue.Memory()})
		for _, path := range []string{"/all", "/sent?q=to:ann", "/mail/" + id(1), "/mail/" + id(1) + "/text", "/domains", "/audit", "/confirm?do=hold&q=all"} {
			start, limit := time.Now(), patience
			if path == "/domains" || strings.HasPrefix(path, "/confirm") {
				limit = countingTime
			}
			require.Contains(t, get(t, h, http.StatusServiceUnavailable, path), "The store is too slow", path)
			require.Equal(t, limit, time.Since(start), path)
		}
	})
}

// uncountableStore takes too long to count.
type uncountableStore struct{ queue.Store }

func (uncountableStore) Count(ctx context.Context, _ queue.Filter) (map[queue.State]int, error) {
	return nil, stuck(ctx)
}

// endlessStore finds half of a thousand mails each time, a millisecond later.
type endlessStore struct {
	uncountableStore
	after int // searches that follow
}

func (s *endlessStore) Search(_ context.Context, _ queue.Filter, page queue.Page) ([]queue.Entry, string, error) {
	time.Sleep(time.Millisecond)
	s.after--
	next := id(max(s.after, 0))
	if s.after < 0 {
		next = ""
	}
	entries := make([]queue.Entry, min(page.Size, 50))
	for i := range entries {
		entries[i] = queue.Entry{ID: id(i), State: queue.Failed}
	}
	return entries, next, nil
}

func TestWhatCannotBeCountedInTimeIsAtLeastSoMuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		page := get(t, shown(t, &endlessStore{uncountableStore{queue.Memory()}, 1_000_000}), http.StatusOK, "/confirm?do=retry&q=all")
		require.Contains(t, page, "Send at least 50,000 mails now?")
		require.LessOrEqual(t, time.Since(start), tallyTime+leastTime+pageTime)

		page = get(t, shown(t, &endlessStore{uncountableStore{queue.Memory()}, 9}), http.StatusOK, "/confirm?do=retry&q=all")
		require.Contains(t, page, "Send 500 mails now?")
	})
}

// sparseStore finds one mail in each of its steps, of which each takes 10 ms.
type sparseStore struct {
	queue.Store
	steps int
}

func (s *sparseStore) Search(_ context.Context, _ queue.Filter, _ queue.Page) ([]queue.Entry, string, error) {
	time.Sleep(10 * time.Millisecond)
	s.steps++
	return []queue.Entry{{ID: id(s.steps), State: queue.Failed}}, "06h16n41e7n59isgc1dlle5av4", nil
}

func TestASearchThatFindsLittleIsGoneOnWith(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		page := get(t, shown(t, &sparseStore{Store: queue.Memory()}), http.StatusOK, "/all?q=to:ann")
		require.Equal(t, pageTime, time.Since(start))
		require.Contains(t, page, "Searched back to <time datetime=\"2026-11-25T15:39:19Z\">")
		require.Contains(t, page, `<a rel="next" href="/all?before=06h16n41e7n59isgc1dlle5av4&amp;q=to%3aann">go on</a>`)
		require.Contains(t, page, "<b>8&#43;</b> found")
	})
}

func TestIDTime(t *testing.T) {
	before := time.Now().Truncate(time.Millisecond)
	at := idTime(queue.NewID())
	require.False(t, at.Before(before))
	require.WithinDuration(t, before, at, time.Minute)
}
