package storetest

import (
	"context"
	"errors"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
)

var raceRules = []rule{
	{"of a late finish and the claims beside it one has the mail", testFinishRace},
	{"of an update and the claims beside it one has the mail", testUpdateRace},
	{"everything can be done at once", testAtOnce},
}

// testFinishRace is of a sender that comes late, having been stopped.
func testFinishRace(s *subject) {
	for n := range 24 {
		s.insert(newMail(n))
		late := s.claim(brief).Mails[0].Lease
		s.requireOne(func() (int, error) {
			return s.store.Finish(s.t.Context(), []queue.Finish{delivered(late)})
		})
	}
}

func testUpdateRace(s *subject) {
	for n := range 24 {
		s.insert(newMail(n))
		s.requireOne(func() (int, error) {
			n, _, err := s.store.Update(s.t.Context(), byNumber(n), queue.Change{Operation: queue.OperationDelete}, "")
			return n, err
		})
	}
}

// requireOne checks that of call, which changes a mail that is due, and of claims
// that run beside it one has the mail.
func (s *subject) requireOne(call func() (int, error)) {
	s.t.Helper()
	type result struct {
		n   int
		err error
	}
	total, errs := 0, error(nil)
	for _, r := range sideBySide(4, func(i int) result {
		if i == 0 {
			n, err := call()
			return result{n, err}
		}
		batch, _, err := s.store.Claim(s.t.Context(), all)
		if batch == nil {
			return result{0, err}
		}
		return result{len(batch.Mails), err}
	}) {
		total, errs = total+r.n, errors.Join(errs, r.err)
	}
	require.NoError(s.t, errs)
	require.Equal(s.t, 1, total)
}

// testAtOnce shows data races to the race detector, and deadlocks: each call is
// made beside all others.
func testAtOnce(s *subject) {
	s.insertRoutes("a", "b")
	calls := []func(ctx context.Context, i int) error{
		func(ctx context.Context, i int) error { return s.store.Insert(ctx, []*queue.Mail{newMail(10 + i)}) },
		func(ctx context.Context, _ int) error { return claimAndFinish(ctx, s.store) },
		func(ctx context.Context, _ int) error {
			_, _, err := s.store.Search(ctx, queue.Filter{}, queue.Page{})
			return err
		},
		func(ctx context.Context, _ int) error { _, err := s.store.Count(ctx, queue.Filter{}); return err },
		func(ctx context.Context, _ int) error { _, err := s.store.Get(ctx, mailID(0)); return err },
		func(ctx context.Context, _ int) error { _, err := s.store.Totals(ctx); return err },
		func(ctx context.Context, _ int) error { _, err := s.store.Clean(ctx, keepAll); return err },
		func(ctx context.Context, _ int) error { return s.store.Beat(ctx, queue.Heartbeat{Mailer: "one"}) },
		func(ctx context.Context, _ int) error {
			_, _, err := s.store.Update(ctx, queue.Filter{}, queue.Change{Operation: queue.OperationReschedule}, "")
			return err
		},
		func(ctx context.Context, _ int) error {
			routes, err := s.store.Routes(ctx)
			_, set := s.store.SetRoute(ctx, routes[0])
			return errors.Join(err, set)
		},
	}
	errs := sideBySide(4*len(calls), func(i int) error { return calls[i%len(calls)](s.t.Context(), i) })
	require.NoError(s.t, errors.Join(errs...))
	require.Equal(s.t, 8, s.total())
}

func claimAndFinish(ctx context.Context, store queue.Store) error {
	batch, _, err := store.Claim(ctx, all)
	if batch == nil {
		return err
	}
	extend := store.Extend(ctx, []queue.Lease{batch.Mails[0].Lease}, far)
	_, err = store.Finish(ctx, []queue.Finish{delivered(batch.Mails[0].Lease)})
	return errors.Join(extend, err)
}
