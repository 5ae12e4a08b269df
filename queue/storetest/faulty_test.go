package storetest_test

import (
	"context"
	"time"

	"github.com/go-mailhost/mailhost/queue"
)

// A faultyStore breaks a rule wherever one of its fields is set.
type faultyStore struct {
	queue.Store
	insert       func(s queue.Store, ctx context.Context, mails []*queue.Mail) error
	want         func(w *queue.Want)
	claim        func(s queue.Store, ctx context.Context, want queue.Want) (*queue.Batch, time.Duration, error)
	claimed      func(b *queue.Batch, wait *time.Duration)
	extend       func(leases []queue.Lease) []queue.Lease
	finish       func(s queue.Store, ctx context.Context, finishes []queue.Finish) (int, error)
	filter       func(f *queue.Filter, p *queue.Page)
	route        func(s queue.Store, ctx context.Context, r *queue.Route)
	listed       func(entries []queue.Entry)
	searched     func(page queue.Page, entries *[]queue.Entry, next *string)
	audit        func(line *queue.Audit)
	audits       func(lines []queue.Audit, before int64) []queue.Audit
	shaped       func(s queue.Store, ctx context.Context, state queue.State, most int) (*queue.Shape, error)
	listedRoutes func(routes []queue.Route) []queue.Route
	get          func(r *queue.Record, err error) (*queue.Record, error)
	record       func(r *queue.Record)
	count        func(f *queue.Filter)
	update       func(s queue.Store, ctx context.Context, u update) (int, string, error)
	clean        func(s queue.Store, ctx context.Context, keep queue.Retention) (int, error)
	beat         func(b *queue.Heartbeat)
	totals       func(t *queue.Totals)
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
	claim := queue.Store.Claim
	if s.claim != nil {
		claim = s.claim
	}
	batch, wait, err := claim(s.Store, ctx, want)
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

func (s faultyStore) Search(ctx context.Context, filter queue.Filter, page queue.Page) ([]queue.Entry, string, error) {
	asked := page
	if s.filter != nil {
		s.filter(&filter, &page)
	}
	entries, next, err := s.Store.Search(ctx, filter, page)
	if s.listed != nil {
		s.listed(entries)
	}
	if s.searched != nil {
		s.searched(asked, &entries, &next)
	}
	return entries, next, err
}

func (s faultyStore) Audit(ctx context.Context, line queue.Audit) error {
	if s.audit != nil {
		s.audit(&line)
	}
	return s.Store.Audit(ctx, line)
}

func (s faultyStore) Audits(ctx context.Context, before int64, size int) ([]queue.Audit, error) {
	lines, err := s.Store.Audits(ctx, before, size)
	if s.audits != nil {
		lines = s.audits(lines, before)
	}
	return lines, err
}

func (s faultyStore) Shape(ctx context.Context, state queue.State, most int) (*queue.Shape, error) {
	if s.shaped != nil {
		return s.shaped(s.Store, ctx, state, most)
	}
	return s.Store.Shape(ctx, state, most)
}

func (s faultyStore) Routes(ctx context.Context) ([]queue.Route, error) {
	routes, err := s.Store.Routes(ctx)
	if s.listedRoutes != nil {
		routes = s.listedRoutes(routes)
	}
	return routes, err
}

func (s faultyStore) SetRoute(ctx context.Context, route queue.Route) (bool, error) {
	if s.route != nil {
		s.route(s.Store, ctx, &route)
	}
	return s.Store.SetRoute(ctx, route)
}

func (s faultyStore) Get(ctx context.Context, id string) (*queue.Record, error) {
	record, err := s.Store.Get(ctx, id)
	if s.record != nil && err == nil {
		s.record(record)
	}
	if s.get != nil {
		return s.get(record, err)
	}
	return record, err
}

func (s faultyStore) Count(ctx context.Context, filter queue.Filter) (map[queue.State]int, error) {
	if s.count != nil {
		s.count(&filter)
	}
	return s.Store.Count(ctx, filter)
}

// An update is the arguments of Update.
type update struct {
	queue.Filter
	queue.Change
	after string
}

func (u update) do(s queue.Store, ctx context.Context) (int, string, error) {
	return s.Update(ctx, u.Filter, u.Change, u.after)
}

func (s faultyStore) Update(ctx context.Context, filter queue.Filter, change queue.Change, after string) (int, string, error) {
	u := update{filter, change, after}
	if s.update == nil {
		return u.do(s.Store, ctx)
	}
	return s.update(s.Store, ctx, u)
}

func (s faultyStore) Clean(ctx context.Context, keep queue.Retention) (int, error) {
	if s.clean == nil {
		return s.Store.Clean(ctx, keep)
	}
	return s.clean(s.Store, ctx, keep)
}

func (s faultyStore) Beat(ctx context.Context, beat queue.Heartbeat) error {
	if s.beat != nil {
		s.beat(&beat)
	}
	return s.Store.Beat(ctx, beat)
}

func (s faultyStore) Totals(ctx context.Context) (*queue.Totals, error) {
	totals, err := s.Store.Totals(ctx)
	if s.totals != nil && err == nil {
		s.totals(totals)
	}
	return totals, err
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

// updated makes a fault of update from one in its arguments.
func updated(f func(u *update)) func(queue.Store, context.Context, update) (int, string, error) {
	return func(s queue.Store, ctx context.Context, u update) (int, string, error) {
		f(&u)
		return u.do(s, ctx)
	}
}

// cleaned makes a fault of clean from one in its argument.
func cleaned(f func(keep *queue.Retention)) func(queue.Store, context.Context, queue.Retention) (int, error) {
	return func(s queue.Store, ctx context.Context, keep queue.Retention) (int, error) {
		f(&keep)
		return s.Clean(ctx, keep)
	}
}
