package storetest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/storetest"
)

// A faultyStore breaks a rule wherever one of its fields is set.
type faultyStore struct {
	queue.Store
	insert  func(s queue.Store, ctx context.Context, mails []*queue.Mail) error
	want    func(w *queue.Want)
	claimed func(b *queue.Batch, wait *time.Duration)
	extend  func(leases []queue.Lease) []queue.Lease
	finish  func(s queue.Store, ctx context.Context, finishes []queue.Finish) (int, error)
	filter  func(f *queue.Filter, p *queue.Page)
	route   func(s queue.Store, ctx context.Context, r *queue.Route)
	get     func(r *queue.Record, err error) (*queue.Record, error)
}

func (s faultyStore) Insert(ctx context.Context, mails []*queue.Mail) error {
	if s.insert == nil {
		return s.Store.Insert(ctx, mails)
	}
	return s.insert(s.Store, ctx, mails)
}

func (s faultyStore) Claim(ctx context.Context, want queue.Want) (*queue.Batch, time.Duration, error) {
	if s.want != nil {
		s.want(&want)
	}
	batch, wait, err := s.Store.Claim(ctx, want)
	if s.claimed != nil {
		s.claimed(batch, &wait)
	}
	return batch, wait, err
}

func (s faultyStore) Extend(ctx context.Context, leases []queue.Lease, d time.Duration) error {
	if s.extend != nil {
		leases = s.extend(leases)
	}
	return s.Store.Extend(ctx, leases, d)
}

func (s faultyStore) Finish(ctx context.Context, finishes []queue.Finish) (int, error) {
	if s.finish == nil {
		return s.Store.Finish(ctx, finishes)
	}
	return s.finish(s.Store, ctx, finishes)
}

func (s faultyStore) List(ctx context.Context, filter queue.Filter, page queue.Page) ([]queue.Entry, error) {
	if s.filter != nil {
		s.filter(&filter, &page)
	}
	return s.Store.List(ctx, filter, page)
}

func (s faultyStore) SetRoute(ctx context.Context, route queue.Route) (bool, error) {
	if s.route != nil {
		s.route(s.Store, ctx, &route)
	}
	return s.Store.SetRoute(ctx, route)
}

func (s faultyStore) Get(ctx context.Context, id string) (*queue.Record, error) {
	record, err := s.Store.Get(ctx, id)
	if s.get != nil {
		return s.get(record, err)
	}
	return record, err
}

// change makes a fault of finish from one in each Finish.
func change(f func(f *queue.Finish)) func(queue.Store, context.Context, []queue.Finish) (int, error) {
	return func(s queue.Store, ctx context.Context, finishes []queue.Finish) (int, error) {
		changed := append([]queue.Finish(nil), finishes...)
		for i := range changed {
			f(&changed[i])
		}
		return s.Finish(ctx, changed)
	}
}

var faults = []struct {
	rule  string // that it breaks
	store faultyStore
}{
	{"mails are inserted all or none", faultyStore{
		insert: func(s queue.Store, ctx context.Context, mails []*queue.Mail) (err error) {
			for i := range mails {
				err = errors.Join(err, s.Insert(ctx, mails[i:i+1]))
			}
			return err
		}}},
	{"a context that has ended inserts nothing", faultyStore{
		insert: func(s queue.Store, ctx context.Context, mails []*queue.Mail) error {
			return s.Insert(context.WithoutCancel(ctx), mails)
		}}},
	{"the same key and recipients are a duplicate", faultyStore{
		insert: func(s queue.Store, ctx context.Context, mails []*queue.Mail) error {
			err := s.Insert(ctx, mails)
			for _, m := range mails {
				m.Duplicate = false
			}
			return err
		}}},
	{"an Insert can be repeated", faultyStore{
		insert: func(s queue.Store, ctx context.Context, mails []*queue.Mail) error {
			for _, m := range mails {
				if _, err := s.Get(ctx, m.ID); err == nil {
					return errors.New("it is stored already")
				}
			}
			return s.Insert(ctx, mails)
		}}},
	{"only immediate mail is claimed where asked for", faultyStore{want: func(w *queue.Want) { w.ImmediateOnly = false }}},
	{"a batch is limited by number and bytes", faultyStore{want: func(w *queue.Want) { w.Bytes = 1 << 30 }}},
	{"a batch is limited by number and bytes", faultyStore{want: func(w *queue.Want) { w.Mails = 1000 }}},
	{"a lease keeps others off", faultyStore{want: func(w *queue.Want) { w.Lease = 0 }}},
	{"mail is not claimed before it is due", faultyStore{claimed: func(_ *queue.Batch, wait *time.Duration) { *wait = 0 }}},
	{"a lease that lapsed is taken over", faultyStore{claimed: func(b *queue.Batch, _ *time.Duration) {
		if b != nil {
			b.Mails[0].Lapsed = false
		}
	}}},
	{"a route that is down has one probe at a time", faultyStore{claimed: func(b *queue.Batch, _ *time.Duration) {
		if b != nil {
			b.Probe = false
		}
	}}},
	{"a lease can be extended", faultyStore{extend: func([]queue.Lease) []queue.Lease { return nil }}},
	{"a lease that was lost is not extended", faultyStore{extend: func(leases []queue.Lease) []queue.Lease {
		return append(leases, queue.Lease{ID: leases[0].ID, Fence: leases[0].Fence + 1})
	}}},
	{"a finish is atomic", faultyStore{finish: func(s queue.Store, ctx context.Context, finishes []queue.Finish) (int, error) {
		n, errs := 0, error(nil)
		for i := range finishes {
			one, err := s.Finish(ctx, finishes[i:i+1])
			n, errs = n+one, errors.Join(errs, err)
		}
		return n, errs
	}}},
	{"a finish without the lease changes nothing", faultyStore{
		finish: func(s queue.Store, ctx context.Context, finishes []queue.Finish) (int, error) {
			_, err := s.Finish(ctx, finishes)
			return len(finishes), err
		}}},
	{"a mail to go alone is claimed alone", faultyStore{finish: change(func(f *queue.Finish) { f.Alone = false })}},
	{"a mail can be set aside as failed", faultyStore{finish: change(func(f *queue.Finish) { f.Failed = "" })}},
	{"a finish counts attempts and doubts", faultyStore{finish: change(func(f *queue.Finish) { f.Doubt = false })}},
	{"a finish counts attempts and doubts", faultyStore{finish: change(func(f *queue.Finish) { f.Attempt = true })}},
	{"a retry is deferred until it is due", faultyStore{finish: change(func(f *queue.Finish) { f.Retry = 0 })}},
	{"where a mail stands follows from its recipients", faultyStore{finish: change(func(f *queue.Finish) {
		if len(f.Recipients) > 1 {
			f.Recipients = f.Recipients[:1]
		}
	})}},
	{"of two changes to a route at once one is made", faultyStore{
		route: func(s queue.Store, ctx context.Context, route *queue.Route) {
			routes, _ := s.Routes(ctx)
			for _, r := range routes {
				route.Version = r.Version
			}
		}}},
	{"a route's state is kept", faultyStore{
		route: func(_ queue.Store, _ context.Context, r *queue.Route) { r.LastError = "" }}},
	{"a list is paged, newest first", faultyStore{filter: func(_ *queue.Filter, p *queue.Page) { p.Before = "" }}},
	{"a list and a count are filtered by queue and route", faultyStore{filter: func(f *queue.Filter, _ *queue.Page) { f.Route = nil }}},
	{"a mail that is not there is not found", faultyStore{
		get: func(r *queue.Record, err error) (*queue.Record, error) { return r, nil }}},
}

const faultVariable = "MAILHOST_STORETEST_FAULT"

// A suite that fails cannot be run inside a test that passes: each faulty store
// is tested by this test binary, run again.
func TestFaultsAreFound(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	for i, fault := range faults {
		t.Run(fault.rule, func(t *testing.T) {
			t.Parallel()
			rule := "TestFaulty/" + strings.ReplaceAll(fault.rule, " ", "_")
			suite := exec.CommandContext(t.Context(), self, "-test.timeout=5m",
				"-test.run=^"+strings.ReplaceAll(regexp.QuoteMeta(rule), "/", "$/^")+"$")
			suite.Env = append(os.Environ(), fmt.Sprintf("%s=%d", faultVariable, i))
			output, err := suite.CombinedOutput()
			require.Error(t, err, "the suite must fail")
			require.Contains(t, string(output), "--- FAIL: "+rule)
		})
	}
}

func TestFaulty(t *testing.T) {
	fault, err := strconv.Atoi(os.Getenv(faultVariable))
	if err != nil {
		return // it is for TestFaultsAreFound, which sets the variable
	}
	storetest.Run(t, func(*testing.T) queue.Store {
		store := faults[fault].store
		store.Store = queue.Memory()
		return store
	})
}
