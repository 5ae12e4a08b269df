package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
	"github.com/go-mailhost/mailhost/queue"
)

// far is longer than any test takes, soon shorter.
const (
	far  = time.Hour
	soon = time.Millisecond
)

var (
	all   = queue.Want{Mails: 1000, Bytes: 1 << 30, Lease: far} // whatever is due
	one   = queue.Want{Mails: 1, Bytes: 1 << 30, Lease: far}
	brief = queue.Want{Mails: 1} // the lease lapses at once
)

// A subject is the store under test, with calls that must succeed.
type subject struct {
	t     *testing.T
	store queue.Store
}

// mailID returns the n-th id in time's order.
func mailID(n int) string { return fmt.Sprintf("%026d", n) }

// newMail returns a mail that has been due for an hour.
func newMail(n int, to ...string) *queue.Mail {
	if len(to) == 0 {
		to = []string{"reader@example.com"}
	}
	return &queue.Mail{
		Envelope: host.Envelope{
			ID: mailID(n), From: "shop@example.com", To: to,
			Data: []byte("Subject: Hello\r\n\r\nHello.\r\n"),
		},
		NotBefore: time.Now().Add(-far),
		Expires:   time.Now().Add(48 * far),
		Subject:   "Hello",
	}
}

func (s *subject) insert(mails ...*queue.Mail) {
	s.t.Helper()
	require.NoError(s.t, s.store.Insert(s.t.Context(), mails))
}

// claim returns the batch that is due, which must be one.
func (s *subject) claim(want queue.Want) *queue.Batch {
	s.t.Helper()
	batch, _, err := s.store.Claim(s.t.Context(), want)
	require.NoError(s.t, err)
	require.NotNil(s.t, batch, "nothing was due")
	require.NotEmpty(s.t, batch.Mails, "a batch must hold a mail")
	return batch
}

// claimNone checks that nothing is due, and returns how long until something is.
func (s *subject) claimNone(want queue.Want) time.Duration {
	s.t.Helper()
	batch, wait, err := s.store.Claim(s.t.Context(), want)
	require.NoError(s.t, err)
	require.Nil(s.t, batch, "something was due")
	return wait
}

// await claims what is due as soon as something is.
func (s *subject) await(want queue.Want) *queue.Batch {
	s.t.Helper()
	batch, err := awaitBatch(s.t.Context(), s.store, want)
	require.NoError(s.t, err)
	require.NotNil(s.t, batch, "Claim says that nothing is waiting")
	return batch
}

// pass lets a few milliseconds pass: until mail n, which it inserts, is due.
// Nothing else may be due.
func (s *subject) pass(n int) {
	s.t.Helper()
	m := newMail(n)
	m.NotBefore = time.Now().Add(20 * soon)
	s.insert(m)
	require.Equal(s.t, []int{n}, ids(s.await(all)))
}

// awaitBatch returns nil where nothing is waiting.
func awaitBatch(ctx context.Context, store queue.Store, want queue.Want) (*queue.Batch, error) {
	for {
		batch, wait, err := store.Claim(ctx, want)
		if err != nil || batch != nil || wait < 0 {
			return batch, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (s *subject) finish(finishes ...queue.Finish) int {
	s.t.Helper()
	n, err := s.store.Finish(s.t.Context(), finishes)
	require.NoError(s.t, err)
	return n
}

func (s *subject) extend(d time.Duration, leases ...queue.Lease) {
	s.t.Helper()
	require.NoError(s.t, s.store.Extend(s.t.Context(), leases, d))
}

func (s *subject) get(n int) *queue.Record {
	s.t.Helper()
	record, err := s.store.Get(s.t.Context(), mailID(n))
	require.NoError(s.t, err)
	return record
}

// list returns a page, which takes as many searches as it takes.
func (s *subject) list(filter queue.Filter, page queue.Page) (entries []queue.Entry) {
	s.t.Helper()
	limit := page.Limit()
	for {
		found, next := s.search(filter, page)
		if entries = append(entries, found...); next == "" || len(entries) == limit {
			return entries
		}
		page.Before, page.Size = next, limit-len(entries)
	}
}

// search checks that a search goes on.
func (s *subject) search(filter queue.Filter, page queue.Page) (found []queue.Entry, next string) {
	s.t.Helper()
	found, next, err := s.store.Search(s.t.Context(), filter, page)
	require.NoError(s.t, err)
	require.LessOrEqual(s.t, len(found), page.Limit())
	before := page.Before
	for _, e := range found {
		require.True(s.t, before == "" || e.ID < before, "%s is not older than %s", e.ID, before)
		before = e.ID
	}
	require.True(s.t, next == "" || page.Before == "" || next < page.Before, "a search must go on")
	require.True(s.t, next == "" || before == page.Before || next <= before, "the next search would find the same")
	return found, next
}

func (s *subject) count(filter queue.Filter) map[queue.State]int {
	s.t.Helper()
	counts, err := s.store.Count(s.t.Context(), filter)
	require.NoError(s.t, err)
	return counts
}

// total returns how many mails are stored.
func (s *subject) total() int {
	s.t.Helper()
	n := 0
	for _, count := range s.count(queue.Filter{}) {
		n += count
	}
	return n
}

func (s *subject) route(name string) queue.Route {
	s.t.Helper()
	routes, err := s.store.Routes(s.t.Context())
	require.NoError(s.t, err)
	for _, r := range routes {
		if r.Name == name {
			return r
		}
	}
	require.Fail(s.t, "no such route", name)
	return queue.Route{}
}

// setRoute changes a route's state.
func (s *subject) setRoute(name string, change func(r *queue.Route)) {
	s.t.Helper()
	r := s.route(name)
	change(&r)
	set, err := s.store.SetRoute(s.t.Context(), r)
	require.NoError(s.t, err)
	require.True(s.t, set, "the route was changed by nobody else")
}

// ids returns the numbers of a batch's mails.
func ids(batch *queue.Batch) []int {
	var numbers []int
	for _, m := range batch.Mails {
		numbers = append(numbers, number(m.ID))
	}
	return numbers
}

func number(id string) int {
	var n int
	fmt.Sscanf(id, "%d", &n)
	return n
}

// delivered is the Finish of a mail of one recipient that went well.
func delivered(lease queue.Lease) queue.Finish {
	return queue.Finish{Lease: lease, Attempt: true, Recipients: []queue.Recipient{{
		State: queue.RecipientDelivered,
		Last:  host.Report{Outcome: host.Delivered, Code: 250, Text: "taken"},
	}}}
}

// sideBySide runs n calls at once and returns their results.
func sideBySide[T any](n int, call func(i int) T) []T {
	results, done := make([]T, n), make(chan bool)
	for i := range n {
		go func() {
			results[i] = call(i)
			done <- true
		}()
	}
	for range n {
		<-done
	}
	return results
}
