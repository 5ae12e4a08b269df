package queue

import (
	"time"
)

const (
	batchMails = 100     // mails in a batch
	batchBytes = 4 << 20 // bytes of data after which a batch takes no further mail

	// minWait keeps a store whose clock is coarse from being asked in a circle.
	minWait = 10 * time.Millisecond
)

// A mailer is the goroutine that claims mail and starts a sender for each
// batch. It wakes on a signal, when a sender has ended, when the next mail falls
// due, and at its tick.
type mailer struct {
	*Queue
	busy  int       // senders at work
	ended chan bool // has room for all; false: the host tried nothing
}

func (m *mailer) run() {
	breaker{m.store, m.cfg.Logger}.tellDown(m.closing)
	for m.closing.Err() == nil {
		wait, err := m.round()
		if err != nil {
			m.cfg.Logger.Error("queue: cannot claim mail; trying again at the next tick", "error", err)
		}
		m.sleep(wait, err == nil)
	}
}

// round starts senders until all are busy or nothing is due, and returns how
// long to sleep.
func (m *mailer) round() (time.Duration, error) {
	for m.busy < m.cfg.Senders && m.stuck.Load() == 0 && m.closing.Err() == nil {
		// Claimed under a context that does not end with Close: a claim that is
		// broken off may have taken leases that nobody knows of.
		batch, wait, err := m.store.Claim(m.abandoned, Want{
			ImmediateOnly: m.cfg.Senders > 1 && m.busy == m.cfg.Senders-1,
			Mails:         batchMails,
			Bytes:         batchBytes,
			Lease:         m.cfg.Lease,
		})
		switch {
		case err != nil:
			return m.cfg.Interval, err
		case batch == nil && wait >= 0:
			return min(max(wait, minWait), m.cfg.Interval), nil
		case batch == nil:
			return m.cfg.Interval, nil
		}
		m.start(batch)
	}
	return m.cfg.Interval, nil
}

func (m *mailer) start(batch *Batch) {
	m.busy++
	m.inFlight.Add(int64(len(batch.Mails)))
	s := newSender(m.Queue, batch)
	m.work.Go(func() {
		s.run()
		m.ended <- s.tried
	})
}

// sleep returns after d, or before for a reason to claim again, unless only
// the tick is to be heeded.
func (m *mailer) sleep(d time.Duration, heed bool) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	signal := m.signal
	if !heed {
		signal = nil
	}
	for {
		select {
		case <-timer.C:
			return
		case <-signal:
			return
		case <-m.closing.Done():
			return
		case tried := <-m.ended:
			m.busy--
			// A host that tries nothing is asked again at the next tick, by as
			// many senders as there are, and not in a circle.
			if heed && tried {
				return
			}
		}
	}
}
