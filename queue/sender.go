package queue

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/go-mailhost/mailhost/host"
)

// A sender carries one batch to its end: it hands the mail to the host, keeps
// the leases alive meanwhile, and records the verdicts as they come.
type sender struct {
	*Queue
	batch    *Batch
	claimed  time.Time        // when, by this process's clock
	sent     []*Claimed       // parallel to the envelopes
	leases   map[string]Lease // of what is not finished, by id
	finishes []finish         // to be recorded
	failures int              // attempts in a row to record them that failed
	leased   time.Time        // from when the leases last for Config.Lease, by this process's clock
	teller   *teller
	lapse    *time.Timer // lets the host begin no more mail once the leases have lapsed
	spare    bool        // it was started because another is stuck
	moved    instant     // when it had its last verdict, or began
	answered bool        // the relay gave a verdict
	tried    bool        // the host tried something, or there was something to set aside
	probeDue time.Time   // of the route, by the store's clock, after an Unreachable of this batch
}

// A finish is a Finish and what it is about.
type finish struct {
	Finish
	c *Claimed
}

func newSender(q *Queue, batch *Batch) *sender {
	now := time.Now()
	s := &sender{Queue: q, batch: batch, claimed: now, leased: now, leases: map[string]Lease{}}
	s.moved.now()
	s.teller = newTeller(&q.cfg, len(batch.Mails))
	for i := range batch.Mails {
		c := &batch.Mails[i]
		s.leases[c.ID] = c.Lease
		if c.Lapsed {
			doubt(c, batch.Now)
		}
		if f, aside := setAside(c, batch.Now); aside {
			s.finish(c, f)
			s.tried = true
		} else {
			s.sent = append(s.sent, c)
		}
	}
	return s
}

func (s *sender) run() {
	s.carry()
	if s.batch.Ramp > 0 && s.answered && s.probeDue.IsZero() {
		breaker{s.store, s.cfg.Logger}.ramp(s.abandoned, s.batch.Route, s.batch.Ramp)
	}
	told := s.teller.end()
	if told == nil {
		return
	}
	select {
	case <-told:
	case <-s.abandoned.Done():
	}
}

// carry brings the batch to its end.
func (s *sender) carry() {
	// A mail that is begun after its lease has lapsed may be sent by another too.
	leased, lapsed := context.WithCancel(host.WithAbort(s.closing, s.aborting))
	defer lapsed()
	s.lapse = time.AfterFunc(s.cfg.Lease-time.Since(s.claimed), lapsed)
	defer s.lapse.Stop()
	handed := s.send(leased)
	verdicts := handed.verdicts
	beat := time.NewTicker(s.cfg.Lease / 3)
	defer beat.Stop()
	var pause <-chan time.Time // until a record that failed is tried again
	overdue := s.overdue.Done()
	for s.abandoned.Err() == nil {
		// Verdicts that are there already go into the same record.
		if pause == nil && len(verdicts) == 0 {
			pause = s.record()
		}
		if verdicts == nil && len(s.finishes) == 0 {
			return
		}
		select {
		case v, ok := <-verdicts:
			if ok {
				s.judge(v)
			} else {
				verdicts = nil
			}
		case <-pause:
			pause = nil
		case <-beat.C:
			s.extend()
		case <-overdue:
			overdue, pause = nil, nil
			handed.end("the host did not break off when the queue was closed")
		case <-s.abandoned.Done():
			return
		}
	}
}

// send hands over what is to be sent.
func (s *sender) send(ctx context.Context) *handover {
	if len(s.sent) == 0 {
		if s.batch.Probe {
			breaker{s.store, s.cfg.Logger}.untried(s.abandoned, s.batch.Route)
		}
		return &handover{over: true}
	}
	envelopes := make([]*host.Envelope, len(s.sent))
	for i, c := range s.sent {
		envelopes[i] = &c.Mail.Envelope
	}
	return handOver(ctx, s.host, envelopes, s.cfg.Logger)
}

// lapsed tells whether leases of this batch may have been lost.
func (s *sender) lapsed() bool { return time.Since(s.leased) > s.cfg.Lease }

// extend keeps the leases of what is not recorded yet.
func (s *sender) extend() {
	leases := slices.Collect(maps.Values(s.leases))
	begun := time.Now()
	if err := s.store.Extend(s.abandoned, leases, s.cfg.Lease); err != nil {
		s.pulse.fault(err)
		s.cfg.Logger.Error("queue: cannot extend leases", "mails", len(leases), "error", err)
		return
	}
	if s.lapsed() {
		return // too late for some, perhaps: the store does not say of which
	}
	s.leased = begun
	s.lapse.Reset(s.cfg.Lease - time.Since(begun))
}
