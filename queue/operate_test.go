package queue

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/host"
)

type operation func(q *Queue, ctx context.Context, filter Filter) (int, error)

func reschedule(at time.Duration) operation {
	return func(q *Queue, ctx context.Context, filter Filter) (int, error) {
		return q.Reschedule(ctx, filter, time.Now().Add(at))
	}
}

var operations = map[string]operation{
	"Retry": (*Queue).Retry, "Hold": (*Queue).Hold, "Release": (*Queue).Release, "Delete": (*Queue).Delete,
	"Reschedule": reschedule(0),
}

func TestAllMustBeSaid(t *testing.T) {
	bulk, route := Bulk, ""
	for name, operate := range operations {
		q := open(t, Memory(), nil, Config{})
		commit(t, q, letter(Normal, "a"))
		for _, empty := range []Filter{{}, {Meta: map[string]string{}}, {Words: []string{}}} {
			n, err := operate(q, t.Context(), empty)
			require.ErrorContains(t, err, "Filter{All: true}", name)
			require.Zero(t, n)
		}
		for _, filter := range []Filter{
			{All: true}, {IDs: []string{}}, {State: Sent}, {Lane: &bulk}, {Route: &route}, {To: "x"}, {From: "x"},
			{Subject: "x"}, {Last: "x"}, {Words: []string{"x"}}, {Transaction: "x"}, {Meta: map[string]string{"a": "b"}}, {Since: time.Now()}, {Until: time.Now()},
		} {
			_, err := operate(q, t.Context(), filter)
			require.NoError(t, err, "%s %+v", name, filter)
		}
		require.NoError(t, q.Close(t.Context()))
		_, err := operate(q, t.Context(), Filter{All: true})
		require.ErrorIs(t, err, ErrClosed)
	}
}

func TestRescheduleNeedsATime(t *testing.T) {
	_, err := open(t, Memory(), nil, Config{}).Reschedule(t.Context(), Filter{All: true}, time.Time{})
	require.ErrorContains(t, err, "zero time")
}

// Each operation at its turn, on what only its filter matches; what becomes due
// leaves at once, be the tick ever so far away.
func TestOperations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &relay{}
		q := open(t, Memory(), r, Config{Interval: time.Hour, RetryMin: 10 * time.Hour})
		do := func(operate operation, filter Filter, want int) {
			t.Helper()
			n, err := operate(q, t.Context(), filter)
			require.NoError(t, err)
			require.Equal(t, want, n)
			synctest.Wait()
		}
		transient, permanent, other := letter(Immediate, "transient"), letter(Immediate, "permanent"), letter(Immediate, "transient")
		commit(t, q, transient, permanent, other)
		synctest.Wait()
		r.answers(func(*host.Envelope, string) host.Outcome { return host.Delivered })
		ids := func(mails ...*Mail) Filter {
			f := Filter{IDs: []string{}}
			for _, m := range mails {
				f.IDs = append(f.IDs, m.ID)
			}
			return f
		}
		do((*Queue).Hold, ids(transient, permanent), 1)
		requireState(t, q, transient, Held)
		do((*Queue).Retry, ids(transient), 0)
		do((*Queue).Release, Filter{All: true}, 1)
		requireState(t, q, transient, Deferred)
		do((*Queue).Retry, ids(transient, permanent), 2)
		requireState(t, q, transient, Sent)
		requireState(t, q, permanent, Sent)
		requireState(t, q, other, Deferred)
		do(reschedule(30*time.Minute), Filter{All: true}, 1)
		pass(29 * time.Minute)
		requireState(t, q, other, Deferred)
		pass(time.Minute)
		requireState(t, q, other, Sent)
		do((*Queue).Delete, Filter{State: Sent}, 3)
		_, err := q.Get(t.Context(), other.ID)
		require.ErrorIs(t, err, ErrNotFound)
	})
}

func TestReleaseOfWhatIsDueWakesTheMailer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := Memory()
		q := open(t, store, nil, Config{})
		m := letter(Normal, "a")
		commit(t, q, m)
		_, err := q.Hold(t.Context(), Filter{All: true})
		require.NoError(t, err)
		q = open(t, store, &relay{}, Config{Interval: time.Hour})
		synctest.Wait()
		_, err = q.Release(t.Context(), Filter{All: true})
		require.NoError(t, err)
		synctest.Wait()
		requireState(t, q, m, Sent)
	})
}

func TestRetryOfWhatExpiredGivesItTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &relay{}
		q := open(t, Memory(), r, Config{})
		m := letter(Immediate, "transient")
		commit(t, q, m)
		pass(72 * time.Hour)
		requireState(t, q, m, Failed)
		tried := len(r.attempts())
		n, err := q.Retry(t.Context(), Filter{State: Failed})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		synctest.Wait()
		require.Len(t, r.attempts(), tried+1)
		requireState(t, q, m, Deferred)
	})
}

// A tiring store fails at its so-many-th Update.
type tiring struct {
	Store
	left int
}

func (s *tiring) Update(ctx context.Context, filter Filter, change Change, after string) (int, string, error) {
	if s.left--; s.left < 0 {
		return 0, "", errors.New("disk full")
	}
	return s.Store.Update(ctx, filter, change, after)
}

func TestOperationsGoOnToTheEnd(t *testing.T) {
	for updates, want := range map[int]int{10: 1200, 2: 1000, 0: 0} {
		q := open(t, &tiring{Memory(), updates}, nil, Config{})
		var mails []*Mail
		for range 1200 {
			mails = append(mails, letter(Normal, "a"))
		}
		commit(t, q, mails...)
		n, err := q.Hold(t.Context(), Filter{All: true})
		require.Equal(t, want, n)
		counts, countErr := q.Count(t.Context(), Filter{State: Held})
		require.NoError(t, countErr)
		require.Equal(t, want, counts[Held])
		if want == 1200 {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, "disk full")
		}
	}
}
